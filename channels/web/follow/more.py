"""What else the person sees under their clave: a question about being referred, and who opened their case."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from channels.house import House
from channels.web.follow.verdicts import NO_WORD
from channels.web.pages.casewords import READERS
from channels.web.pages.dates import day
from grievance import record
from grievance.case import Case
from grievance.errors import Refused
from grievance.record import Entry
from grievance.vocabulary import WHY_REVIEW, Role, Step
from translations import Phrase, phrase, say, states
from workflows.knowing import openings, referrals
from workflows.knowing.evidence import past
from workflows.protection import survivors

ANSWERS = {"yes": True, "no": False}
MOST = 50
"""So many days and roles are listed; how often in all is always said."""


ATTENDING: dict[str, Phrase] = {
    survivors.WOMAN: phrase("A woman"),
    survivors.MAN: phrase("A man"),
    survivors.ANYBODY: phrase("It does not matter"),
}


@dataclass(frozen=True, slots=True)
class Attended:
    """By whom somebody may choose to be attended, and what they said last."""

    options: tuple[tuple[str, str], ...]
    said: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its two answers, as the page shows it."""

    words: str
    hint: str
    yes: str
    no: str


def why(step: Step | None, chosen: str) -> dict[str, str]:
    """Say in closed vocabulary why somebody asks for a review, if they chose to; the company sees sums alone.

    Raises:
        Refused: there is no such reason.
    """
    if step not in (Step.ASK_REVIEW, Step.ASK_INDEPENDENT_REVIEW) or not chosen:
        return {}
    if chosen not in WHY_REVIEW:
        raise Refused("no such reason")
    return {"why": chosen}


def whys(spoken: str) -> tuple[tuple[str, str], ...]:
    """List the reasons as the page offers them; that nobody wants to say is chosen, so that one can be taken back."""
    reasons = tuple((key, say(words, spoken)) for key, words in states.WHY_REVIEW.items())
    nothing, words = NO_WORD
    return ((nothing, say(words, spoken)), *reasons)


def referral_asked(entries: Iterable[Entry], house: House, spoken: str) -> Asked | None:
    """Show the question about a referral that waits for the person, if there is one."""
    question = referrals.open_question(map(past, entries))
    if question is None:
        return None
    routes = house.rules.current.outside_routes
    body = next((route.name for route in routes if route.key == question.body), question.body)
    if question.what == "referral":
        return Asked(
            words=say(phrase("May {body} get your case?", body=body), spoken),
            hint=say(
                phrase("What they would get stands in the messages below. Your case goes on here too."),
                spoken,
            ),
            yes=say(phrase("Yes, they may get it"), spoken),
            no=say(phrase("No, do not pass it on"), spoken),
        )
    return Asked(
        words=say(phrase("{body} has your case now. Does it end here?", body=body), spoken),
        hint=say(phrase("If it goes on here too, every date stands as it was."), spoken),
        yes=say(phrase("Yes, it ends here"), spoken),
        no=say(phrase("No, it goes on here too"), spoken),
    )


def answer_to_referral(conn: Any, case: Case, *, yes: bool) -> tuple[Step, dict[str, Any]] | None:
    """Say which step the person's answer is; nothing when nothing is asked."""
    question = referrals.open_question(map(past, record.done_in(conn, case.id)))
    return None if question is None else question.answered(yes=yes)


def attended(entries: Iterable[Entry], spoken: str) -> Attended:
    """Offer the choice of who attends the person."""
    options = tuple((who, say(words, spoken)) for who, words in ATTENDING.items())
    return Attended(options, survivors.wish(map(past, entries)) or survivors.ANYBODY)


@dataclass(frozen=True, slots=True)
class Opened:
    """Who opened the case: how often in all, and a line for each day and role."""

    times: int
    lines: tuple[tuple[str, str], ...]


def opened(entries: Iterable[Entry], spoken: str) -> Opened:
    """List who opened the case, the newest day first: the day, the role and how often, never a name."""
    found = openings.among(entries)
    often = Counter((one.on, one.role) for one in reversed(found))
    lines = tuple((day(on, spoken), _read_by(role, n, spoken)) for (on, role), n in often.items())
    return Opened(len(found), lines[:MOST])


def _read_by(role: str, n: int, spoken: str) -> str:
    who = READERS[Role(role)]
    return say(who if n == 1 else phrase("{who}: {n} times", who=who, n=n), spoken)
