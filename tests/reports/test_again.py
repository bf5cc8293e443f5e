"""What a published month hides, and what it shows, is what the gate decides: whoever hid one figure more is found out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grievance.errors import Unknown
from reports import release
from reports.document import DEFINITIONS
from reports.gate import again
from reports.gate.again import CannotSay
from reports.month import Month
from tests import factories
from tests.reports.months import Town
from tests.reports.test_verify_release import cells, change_release, publish
from workflows.rulebook import Rulebook


def found(town: Town, month: str = "2026-03", *, definitions: str = DEFINITIONS) -> list[str]:
    return town.store.read(
        lambda conn: [
            str(each)
            for each in again.differences(conn, Month.parse(month), rules=town.rules, definitions=definitions)
        ]
    )


def test_a_month_as_it_was_published_hides_what_the_gate_hides(town: Town) -> None:
    publish(town)

    assert found(town) == []


def test_a_month_is_asked_with_what_was_out_when_it_came_and_nothing_later(town: Town) -> None:
    publish(town)
    town.crowd("04-03", 12, named="weaver", theme="dust")
    town.publish("2026-04", day="05-08")

    assert found(town) == []
    assert found(town, "2026-04") == []


def test_a_figure_that_somebody_hid_without_need_is_named(quick: Town) -> None:
    publish(quick)

    def hide(document: dict[str, object]) -> None:
        for cell in cells(document, "by_entry"):
            if cell["channel"] == "sms":
                cell["value"], cell["status"] = None, "suppressed"

    change_release(quick.store, hide)

    assert found(quick) == ["grievance by_entry sms: hidden, and need not be"]


def test_a_figure_that_somebody_shows_though_it_must_be_hidden_is_named(quick: Town) -> None:
    publish(quick)
    shown: list[str] = []

    def show(document: dict[str, object]) -> None:
        cell = next(cell for cell in cells(document, "by_state") if cell["value"] is None)
        cell["value"], cell["status"] = 1, "final"
        shown.append(cell["step"])

    change_release(quick.store, show)

    assert found(quick) == [f"grievance by_state {shown[0]}: shown, and must not be"]


def test_a_month_is_asked_by_the_rules_it_was_made_under_though_others_hold_today(quick: Town) -> None:
    publish(quick)
    made = quick.rules.current
    today = replace(made, version="2026-09", themes=made.themes[1:])
    quick.rules = Rulebook(current=today, earlier={made.version: made})

    assert found(quick) == []
    quick.rules = Rulebook(current=today)
    with pytest.raises(CannotSay, match="does not keep"):
        found(quick)


def test_months_that_cannot_be_asked_again_are_not_guessed_at(quick: Town) -> None:
    publish(quick)

    with pytest.raises(Unknown):
        found(quick, "2026-02")
    with pytest.raises(CannotSay, match="2026-0"):
        found(quick, definitions="2026-0")
    change_release(quick.store, lambda document: document["mechanism"].update(digest="0" * 64))
    with pytest.raises(CannotSay, match="does not keep"):
        found(quick)


def test_of_a_frozen_year_nobody_is_left_to_ask(quick: Town) -> None:
    quick.crowd("12-03", 12)
    january = factories.moment(now=datetime(2027, 1, 8, 17, tzinfo=UTC))
    release.release(quick.store, Month(2026, 12), rules=quick.rules, at=january)

    with pytest.raises(CannotSay, match="destroyed"):
        found(quick, "2026-12")
