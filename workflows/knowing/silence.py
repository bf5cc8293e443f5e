"""Whether somebody is silent: what they said last, who tried to reach them since, and what is still owed to them."""

from collections.abc import Iterable
from datetime import date

from grievance.vocabulary import Role, Step
from workflows.criterion import OUTGOING, Past, done

BY_TEXT = "sms"


def last_word(lines: Iterable[Past]) -> date | None:
    """Find the day on which the person last did anything, refused or not: it is a sign of life."""
    return max((e.on for e in lines if e.role == Role.COMPLAINANT), default=None)


SPEAKS = OUTGOING | {Step.ACKNOWLEDGE, Step.HEAR, Step.REFER, Step.RETURN, Step.CLOSE}
"""Steps by which somebody of the staff speaks to the person; what is sent by itself, or by a clock, is nobody's word."""
STAFF = (Role.OFFICER, Role.FOCAL, Role.REVIEWER)


def last_spoken(lines: Iterable[Past]) -> date | None:
    """Find the day on which anybody last spoke in a case: the person did something, or somebody of the staff wrote."""
    return max(
        (
            e.on
            for e in lines
            if not e.refused
            and (
                (e.role == Role.COMPLAINANT and e.step != Step.OPEN) or (e.role in STAFF and e.step in SPEAKS)
            )
        ),
        default=None,
    )


def tries(lines: Iterable[Past]) -> list[Past]:
    """List the tries to reach somebody since they last said anything; a text message without its letter is none."""
    since: list[Past] = []
    for line in lines:
        since = [] if line.role == Role.COMPLAINANT else [*since, line]
    written = {e.on for e in done(since, *OUTGOING)}
    return [e for e in done(since, Step.ATTEMPT_CONTACT) if e.facts.get("way") != BY_TEXT or e.on in written]


def is_owed_something(lines: Iterable[Past]) -> bool:
    """Tell whether harm was found and its remedy is owed: a reviewer ordered it, or the person accepted it."""
    deal: Past | None = None
    for line in done(lines, Step.PROPOSE, Step.ORDER, Step.ACCEPT):
        if line.step == Step.ORDER:
            return True
        if line.step == Step.ACCEPT and deal is not None and deal.facts.get("offers"):
            return True
        deal = line
    return False
