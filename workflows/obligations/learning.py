"""Whether it listens, learns and tells: consultations, surveys, actions, reports (dialogue, learning, transparent)."""

from sqlalchemy import func, select

from grievance import register
from grievance.case import CASES
from grievance.commitment import Commitment
from grievance.published import Release
from grievance.vocabulary import CommitmentState
from translations import phrase
from workflows.obligations.looking import DAY, NOTHING, YEAR, Colour, Look, Verdict, amber, green, recent, red
from workflows.registry import findings
from workflows.registry.clusters import clusters

WORKING_DAYS_TO_PUBLISH = 10
_RELEASES = Release.__table__  # type: ignore[attr-defined]
_COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]


def consulted(look: Look) -> Verdict:
    """O13: people were asked about the mechanism, and told what came of it."""
    found = recent(look, "consultation", YEAR)
    if found[0] is not Colour.RED and not look.items("consultation", states=("answered",), within=YEAR):
        return amber(phrase("People were heard; what was done about it is not written yet."))
    return found


def surveyed(look: Look) -> Verdict:
    """O14: opinions are asked for, and enough of them come."""
    found = recent(look, "survey", 120, states=("held",))
    if found[0] is Colour.RED:
        return found
    facts, few = register.facts_of(look.items("survey", states=("held",))[0]), 20
    if facts.get("answered", 0) * 100 < facts.get("asked", 0) * few:
        return amber(phrase("Fewer than one in five answered: it tells little."))
    return found


def evaluated(look: Look) -> Verdict:
    """O15: somebody from outside looks at it, and the reviewers' findings are answered."""
    waiting = [one.due_on for one in findings.of_practice(look.conn) if one.is_late(look.today)]
    if waiting:
        return red(
            phrase(
                "A finding of the reviewers waits for the company's answer since {date}.", date=min(waiting)
            )
        )
    found = recent(look, "evaluation", 547)
    if found[0] is not Colour.RED and look.items("evaluation")[0].state != "answered":
        return amber(phrase("It is published; the company has not answered."))
    return found


def learned(look: Look) -> Verdict:
    """O16: what repeats itself has an action, and actions are not late."""
    found = clusters(look.conn, look.today)
    if any(not one.acted for one in found):
        return red(phrase("The same happens again and again in one place, and no action is open."))
    actions = look.items("action", states=("open",))
    late = [r for r in actions if r.until is not None and r.until < look.today]
    few = 20
    if len(late) * 100 > len(actions) * few:
        return red(phrase("{n} of {total} open actions are late.", n=len(late), total=len(actions)))
    if not look.items("lesson") and not look.items("action"):
        return amber(NOTHING)
    if late:
        return amber(phrase("{n} of {total} open actions are late.", n=len(late), total=len(actions)))
    return green(phrase("No open action is late, and whatever repeats itself has one."))


def published(look: Look) -> Verdict:
    """O17: the monthly report is out by the tenth working day."""
    months = set(look.conn.execute(select(_RELEASES.c.month)).scalars())
    last = look.today.replace(day=1) - DAY
    due = look.calendar.add_working_days(last, WORKING_DAYS_TO_PUBLISH)
    if look.today <= due and f"{last:%Y-%m}" not in months:
        last = last.replace(day=1) - DAY
    if not months:
        return red(phrase("No month has been published yet."))
    if f"{last:%Y-%m}" not in months:
        return red(phrase("The report of {month} is late.", month=f"{last:%m/%Y}"))
    days = _RELEASES.c.published_on
    first = select(func.min(days)).where(_RELEASES.c.month == f"{last:%Y-%m}")
    out = look.conn.execute(first).scalar()
    if out is not None and out > look.calendar.add_working_days(last, WORKING_DAYS_TO_PUBLISH):
        return amber(phrase("The report of {month} came late.", month=f"{last:%m/%Y}"))
    return green(phrase("The report of {month} came in time.", month=f"{last:%m/%Y}"))


def commitments(look: Look) -> Verdict:
    """O18: it is known how commitments stand, those in the register and, by their dates alone, those of ordinary cases."""
    long_ago = look.today - 60 * DAY
    own = look.items("commitment", states=("agreed", "done", "disputed"))
    stale = [r for r in own if r.noted_on < long_ago and (r.until is None or r.until < look.today)]
    waiting = (
        ((_COMMITMENTS.c.state == CommitmentState.AGREED) & (_COMMITMENTS.c.due_on < long_ago))
        | ((_COMMITMENTS.c.state == CommitmentState.DONE_BY_COMPANY) & (_COMMITMENTS.c.done_on < long_ago))
    )  # fmt: skip
    of_cases = look.conn.execute(
        select(_COMMITMENTS.c.id)
        .join(CASES, CASES.c.id == _COMMITMENTS.c.case)
        .where(waiting, CASES.c.protected.is_(False), CASES.c.room == "desk", CASES.c.closed_on.is_(None))
        .limit(1)
    ).first()
    if stale or of_cases:
        return red(phrase("Of some nobody has said for sixty days whether they were kept."))
    if not look.items("commitment"):
        return amber(phrase("No commitment of the mechanism itself is written down."))
    if any(r.state == "disputed" for r in own):
        return amber(phrase("Some are disputed."))
    return green(phrase("Of every commitment it is known how it stands."))


def talked(look: Look) -> Verdict:
    """O19: dialogues are written down."""
    rows = look.items("dialogue")
    if not rows:
        return red(NOTHING)
    if (look.today - rows[0].held_on).days > YEAR // 2:
        return amber(phrase("The last one was on {date}.", date=rows[0].held_on))
    return green(phrase("The last one was on {date}.", date=rows[0].held_on))


def commented(look: Look) -> Verdict:
    """O22: drafts are open for comments for two weeks."""
    rows = [
        r
        for r in look.items("comment_round", within=YEAR)
        if r.until is not None and (r.until - r.held_on).days >= look.mechanism.deadline("comment").days
    ]
    if not rows:
        return red(phrase("No draft was open for comments for two weeks in the last year."))
    if rows[0].state != "closed" and rows[0].until < look.today:
        return amber(phrase("A round has ended, and its comments are not published."))
    return green(phrase("The newest is of {date}.", date=rows[0].held_on))
