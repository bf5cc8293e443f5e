"""What is missing: for each next step before anybody clicks, and of the whole way to closing."""

from copy import copy
from typing import Any

from sqlalchemy import Connection

from channels.house import House
from channels.web.pages.access import Person
from channels.web.staff import steps
from channels.web.staff.forms import About, Spec
from grievance.vocabulary import State, Step
from translations import phrase
from workflows import criteria, owing, texts
from workflows.criterion import Refusal
from workflows.knowing.evidence import Evidence

_CRITERIA = {criterion.key: criterion.name for criterion in criteria.CRITERIA}


class Missing:
    """What the criteria would refuse of a step if every form were full; what they read is read once for the page."""

    def __init__(self, conn: Connection, house: House, person: Person, known: About) -> None:
        case = known.case
        calendar = house.rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
        self._known = known
        self._evidence = Evidence(
            conn=conn,
            case=case,
            step=Step.OPEN,
            to=case.state,
            actor=person.onlooker,
            on=known.today,
            calendar=calendar,
            facts={},
            words="…",
            owed=(),
            kept_apart=texts.APART,
            governance=house.rules.current.governance,
        )
        _ = (self._evidence.entries, self._evidence.reached, self._evidence.pull, self._evidence.clocks)

    def of(self, spec: Spec) -> tuple[Refusal, ...]:
        """List what is missing for a step that no typing can mend."""
        evidence = copy(self._evidence)
        evidence.step = spec.step
        evidence.facts = spec.full(self._known)
        evidence.owed = owing.owed_by(spec.step, evidence.facts, state=evidence.case.state)
        return criteria.verdicts(spec.step, evidence)[1]


def closing(missing: Missing, known: About) -> list[dict[str, Any]]:
    """List what closing needs, of the whole way there: done, missing now, or not yet due."""
    case = known.case
    taken = [entry.step for entry in known.entries if not entry.refused]
    newest = {step: at for at, step in reversed(list(enumerate(taken)))}
    answered = min((newest[step] for step in (Step.PROPOSE, Step.ORDER) if step in newest), default=None)
    agreed = any(
        step in newest and answered is not None and newest[step] <= answered
        for step in (Step.ACCEPT, Step.ORDER)
    )
    specs = {spec.key: spec for spec in steps.SPECS}
    assess, propose, close = (
        {one.guard: one for one in missing.of(specs[key])} for key in ("assess", "propose", "close")
    )
    lines = [
        (
            phrase("The person knows that it arrived, the date and their rights"),
            "predictable",
            "G11" not in assess,
            State.ACKNOWLEDGED,
        ),
        (
            phrase("The questions about danger are answered"),
            "rights_compatible",
            Step.ASSESS in newest,
            State.ACKNOWLEDGED,
        ),
        (
            phrase("The person was offered to be heard, or spoke"),
            "equitable",
            "G17" not in propose,
            State.INVESTIGATING,
        ),
        (
            phrase("Somebody went to see the place, or the person was told why nobody does"),
            "equitable",
            "G17b" not in propose,
            State.INVESTIGATING,
        ),
        (
            phrase("Every question is answered, and it says what the answer rests on"),
            "predictable",
            answered is not None,
            State.INVESTIGATING,
        ),
        (
            phrase("The person said yes to the last proposal, or a reviewer ordered it"),
            "dialogue",
            agreed,
            State.PROPOSED,
        ),
    ]
    if not known.explained:
        lines.append(
            (
                phrase("What was agreed is done, and the person or a reviewer confirmed it"),
                "predictable",
                case.state in (State.VERIFIED, State.CLOSED),
                State.IMPLEMENTING,
            )
        )
    lines += [
        (phrase("Cause and lesson are recorded"), "learning", "G30" not in close, State.VERIFIED),
        (phrase("The closing letter reached the person"), "transparent", "G22" not in close, State.VERIFIED),
    ]
    here = _far(case.state)
    guards = [
        {
            "words": what,
            "criterion": _CRITERIA[key],
            "verdict": "ok" if met else "missing" if here >= _far(since) else "waiting",
        }
        for what, key, met, since in lines
    ]
    other = [one for guard, one in close.items() if guard not in ("G22", "G30")]
    guards += [
        {"words": one.reason, "criterion": _CRITERIA[one.criterion], "verdict": "missing"} for one in other
    ]
    return guards


_WAY = (
    State.RECEIVED,
    State.REOPENED,
    State.ACKNOWLEDGED,
    State.ASSESSED,
    State.INVESTIGATING,
    State.PROPOSED,
    State.IN_DIALOGUE,
    State.UNDER_REVIEW,
    State.UNDER_INDEPENDENT_REVIEW,
    State.AGREED,
    State.IMPLEMENTING,
    State.VERIFIED,
    State.CLOSED,
)


def _far(state: str) -> int:
    return _WAY.index(State(state))
