"""Where less is printed than could be, the month says that it was not proved to tell of nobody: that is so in every case."""

from functools import partial
from typing import Any

import pytest

from reports import release
from reports.gate import Gate, pass_through
from reports.month import Month
from reports.recount import owed, verify_release
from tests.reports.months import Town, on
from tests.reports.test_verify_release import change_release

APRIL = Month(2026, 4)
BEFORE = {now: before for before, now in owed.SAID_BEFORE.items()}


def a_month(town: Town, gate: Gate = pass_through) -> list[str]:
    town.crowd("04-01", 21)
    town.crowd("04-02", 12, named="herder", operator="illapa", theme="dust")
    town.crowd("04-03", 3, named="driver", theme="roads")
    made = release.release(town.store, APRIL, rules=town.rules, at=on("05-08"), gate=gate)
    return [one["msgid"] for one in made.document["omissions"]]


def told(town: Town) -> list[str]:
    return [one for one in verify_release.run(town.store, "2026-04") if one.startswith("omission")]


def test_a_proof_that_would_have_taken_too_long_is_not_said_to_have_told_of_somebody(town: Town) -> None:
    said = a_month(town, partial(pass_through, effort=0))

    assert owed.NO_PEOPLE in said
    assert not set(BEFORE.values()) & set(said)
    assert verify_release.run(town.store, "2026-04") == []


def test_a_month_in_which_everything_could_be_proved_says_nothing_of_it(quick: Town) -> None:
    said = a_month(quick)

    assert not {*BEFORE, *BEFORE.values()} & set(said)
    assert told(quick) == []


@pytest.mark.parametrize(
    ("definitions", "sentence", "is_found"),
    [
        ("v2026-06", owed.NOT_CROSSED, False),
        ("v2026-06", BEFORE[owed.NOT_CROSSED], True),
        ("2026-5", BEFORE[owed.NOT_CROSSED], False),
        ("2026-5", owed.NOT_CROSSED, False),
        ("2026-5", owed.NO_PEOPLE, True),
    ],
)
def test_the_recount_knows_what_months_of_which_definitions_said(
    quick: Town, definitions: str, sentence: str, *, is_found: bool
) -> None:
    a_month(quick)

    def edit(document: dict[str, Any]) -> None:
        document["definitions"] = definitions
        document["certificates"][0]["level"] = "margins"
        document["omissions"].append({"msgid": sentence, "blanks": {}, "role": "rules"})

    change_release(quick.store, edit)

    assert any("tell of nobody" in one or "told of a few" in one for one in told(quick)) == is_found
