"""What fills the blanks of a message that its notice does not carry: the house or the case knows it.

A message is written when it is sent, and shown again at /follow: both ask here, so that both say the same.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from channels.house import House
from grievance.case import Case, CaseClock
from grievance.vocabulary import Clock

_FIRST_ANSWER: Final = frozenset({"acknowledgement"})
"""Messages that promise the first answer: a step may start other clocks, whose days are not the one meant."""
_MISSED: Final = frozenset({"late", "late_waits"})
_KNOWN: Final = ("number", "date", "web", "emergency", "services")
_ANYWHERE: Final = "112"
"""Every GSM phone reaches help by it (3GPP TS 22.101, 10.1), where the mechanism names nobody."""


def carried(template: str, codes: Mapping[str, Any]) -> dict[str, Any]:
    """Take what a notice carries for the blanks of its template: digits, ISO dates, a state's name, places."""
    found = {name: value for name, value in codes.items() if value is not None}
    found.pop("discreet", None)
    if template in _FIRST_ANSWER:
        found.pop("date", None)
    return found


def asked(sentence: str, *, besides: Collection[str]) -> list[str]:
    """List the blanks of a sentence that are filled from here, besides those that its notice carries."""
    return [name for name in _KNOWN if f"{{{name}}}" in sentence and name not in besides]


def known(
    house: House,
    template: str,
    *,
    case: Case | None,
    clocks: Sequence[CaseClock],
    said_on: date | None = None,
) -> dict[str, Any]:
    """Give all that can be filled in from here: digits, an ISO date, an address; None for what nobody knows.

    `said_on` is the day on which it was said, where it is said again: a date that began or moved later was not in it.
    """
    day = _day_meant(template, clocks) if said_on is None else _day_said(template, clocks, said_on)
    country = None if case is None else _country(house, case.operator)
    return {
        "number": None if case is None else case.number, "date": None if day is None else day.isoformat(),
        "web": house.settings.base_url.partition("://")[2], "emergency": _dialled(house, "police", country),
        "services": _dialled(house, "care", country),
    }  # fmt: skip


def emergency_number(house: House, operator: str | None) -> str:
    """Say whom to call in danger, where an operator works."""
    return _dialled(house, "police", _country(house, operator))


def services_number(house: House, operator: str | None) -> str:
    """Say who cares for people after violence there; nothing where it is the number of danger, or nobody knows."""
    country = _country(house, operator)
    found = _dialled(house, "care", country)
    return "" if found == _dialled(house, "police", country) else found


def _day_meant(template: str, clocks: Sequence[CaseClock]) -> date | None:
    """Find the day a message speaks of: the one we missed, or else that of the first answer."""
    missed = [c for c in clocks if c.overdue_on is not None]
    if template in _MISSED and missed:
        return max(missed, key=lambda c: (c.overdue_on or date.min, c.due_on)).due_on
    return max((c.due_on for c in clocks if c.name == Clock.ANSWER), default=None)


def _day_said(template: str, clocks: Sequence[CaseClock], on: date) -> date | None:
    """Find the day that a message of some day spoke of: the last one missed by then, or the first answer's as it stood."""
    begun = [c for c in clocks if c.started_on <= on]
    missed = [(c.overdue_on, c.due_on) for c in begun if c.overdue_on is not None and c.overdue_on <= on]
    if template in _MISSED and missed:
        return max(missed)[1]
    return max((c.first_due_on for c in begun if c.name == Clock.ANSWER), default=None)


def _country(house: House, operator: str | None) -> str | None:
    return next((o.country for o in house.rules.current.operators if o.key == operator), None)


def _dialled(house: House, kind: str, country: str | None) -> str:
    """Find whom to call in the country, as the mechanism has them, if it is one number; else who always answers."""
    routes = house.rules.current.outside_routes
    mine = {r.contact for r in routes if r.kind == kind and country in (None, r.country)}
    numbers = {number for number in mine if number.replace("-", "").isdigit()}
    if len(numbers) == 1:
        return numbers.pop()
    return _ANYWHERE if kind == "police" else _dialled(house, "police", country)
