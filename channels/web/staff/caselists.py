"""The lines of a list of cases: numbers, dates, the officer's summary, never what people wrote."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from channels.web.pages import casewords as words
from channels.web.staff.caseviews import Row, Scope
from grievance import codes
from grievance.case import CaseClock
from grievance.errors import Unknown
from grievance.mechanism import Mechanism
from grievance.vocabulary import Clock, Kind, State
from translations import Phrase, chain, phrase
from translations.states import CHANNELS, CLOCK_NAMES, NAMES_OF_STATES
from workflows import clocks
from workflows.rulebook import Rulebook

Page = dict[str, Any]


class Warned(Protocol):
    """What says which rules and whose calendar a case lives by."""

    @property
    def kind(self) -> str:
        """A grievance, or a request for information."""
        ...

    @property
    def procedure_version(self) -> str:
        """The version it was received under."""
        ...

    @property
    def site(self) -> str | None:
        """Which site it is about, if that is known."""
        ...

    @property
    def operator(self) -> str | None:
        """Whose it is, if that is known."""
        ...


_UNNAMED = {State.RECEIVED: phrase("Not yet read")}
"""What a case is called that nobody has put into words yet, where its state tells more."""
REQUEST = phrase("Request for information")


def title(summary: str | None, state: str) -> str | Phrase:
    """Call a case by its summary; without one, say how far it came."""
    return summary or _UNNAMED.get(State(state), phrase("No summary yet"))


def warned(clock: CaseClock, rules: Rulebook, case: Warned, today: date) -> float | None:
    """Say which warning a running clock has reached, under the rules its case lives by; late is no warning any more."""
    version = case.procedure_version
    calendar = rules.calendar(version, site=case.site, operator=case.operator)
    return clocks.warning(clock, today, kind=case.kind, rules=rules, version=version, calendar=calendar)


def row_of(row: Row, scope: Scope, rules: Rulebook, language: str, *, current: str = "") -> Page:
    """Build a line of a list."""
    mechanism = rules.current
    facts = [
        theme(mechanism, row.theme, language),
        zone(mechanism, row.zone),
        CHANNELS.get(row.channel, row.channel),
    ]
    tone, due = words.due_words(row.due_on, scope.today)
    tags: list[tuple[Phrase, str]] = [(REQUEST, "")] if row.kind == Kind.INFORMATION_REQUEST else []
    if row.clock == Clock.REGRET and row.due_on:  # it is there to run out, and nobody is late with it
        tone, due = "paused", phrase("Until {date}", date=row.due_on)
    reached = (
        warned(row.running, rules, row, scope.today) if row.running and tone in ("due", "soon") else None
    )
    if reached is not None:
        tone = "soon"
        tags.append((words.WARNED[reached], "soon"))
    if scope.face == "review":
        tags += [(phrase("Protected"), "late")] if row.protected else []
        tags += [(phrase("Unrouted"), "soon")] if row.operator is None else []
        tags += [(phrase("Withheld"), "soon")] if row.withheld else []
        tags += [(phrase("Independent review"), "")] if row.state == State.UNDER_INDEPENDENT_REVIEW else []
    return {
        "id": row.number,
        "number": codes.show(row.number),
        "summary": title(row.summary, row.state),
        "open": f"/{scope.face}/cases/{row.number}/open",
        "facts": joined([fact for fact in facts if fact]),
        "state": NAMES_OF_STATES[row.state],
        "clock": (tone, due),
        "next": phrase("{state} · {clock}", state=NAMES_OF_STATES[row.state], clock=CLOCK_NAMES[row.clock])
        if row.clock
        else NAMES_OF_STATES[row.state],
        "tags": tags,
        "current": row.number == current,
    }


def grouped(
    rows: Sequence[Row], scope: Scope, rules: Rulebook, language: str, *, current: str = ""
) -> list[Page]:
    """Put a page of a list into groups by how near its date is."""
    groups: dict[str, Page] = {
        "late": {"name": phrase("Overdue"), "tone": "late", "cases": []},
        "today": {"name": phrase("Due today"), "tone": "soon", "cases": []},
        "week": {"name": phrase("This week"), "tone": "", "cases": []},
        "later": {"name": phrase("Later"), "tone": "", "cases": []},
        "waits": {"name": phrase("Waits for the person"), "tone": "", "cases": []},
        "judging": {"name": phrase("With the independent body"), "tone": "", "cases": []},
    }
    for row in rows:
        if scope.face == "desk" and row.state == State.UNDER_INDEPENDENT_REVIEW:
            where = "judging"
        elif row.due_on is None or (scope.face == "desk" and not row.is_officers):
            where = "waits"
        else:
            days = (row.due_on - scope.today).days
            where = "late" if days < 0 else "today" if days == 0 else "week" if days <= 7 else "later"  # noqa: PLR2004  a week
        groups[where]["cases"].append(row_of(row, scope, rules, language, current=current))
    return [group for group in groups.values() if group["cases"]]


def theme(mechanism: Mechanism, key: str | None, language: str) -> str | Phrase:
    """Name a theme; a case may have none yet."""
    try:
        return mechanism.theme(key).name(*chain(language)) if key else phrase("Theme not stated")
    except Unknown:
        return str(key)


def zone(mechanism: Mechanism, key: str | None) -> str:
    """Name a zone, if the case has one."""
    try:
        return mechanism.zone(key).name if key else ""
    except Unknown:
        return str(key)


def joined(parts: Sequence[str | Phrase]) -> Phrase:
    """Write parts one after another with a dot between."""
    names = {f"p{n}": part for n, part in enumerate(parts)}
    return Phrase(" · ".join(f"{{{name}}}" for name in names), names)
