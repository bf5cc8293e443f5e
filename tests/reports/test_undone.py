"""Dates that are missing and words nobody has reviewed are printed with the role that owes them, and stop nothing."""

from dataclasses import replace

import pytest

import translations
from reports.beside import undone
from reports.month import Month
from reports.saying.page import page
from tests.reports.months import Town
from translations import say
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)
DRAFTS = [undone.UNREVIEWED["qu"], undone.UNREVIEWED["ay"]]


def found(town: Town, *, rules: Rulebook | None = None) -> list[tuple[str, str]]:
    omissions = town.store.read(lambda conn: list(undone.undone(conn, MARCH, rules=rules or town.rules)))
    return [(str(one.words), one.role) for one in omissions if one.words not in DRAFTS]


def test_words_that_no_native_speaker_reviewed_are_said_for_each_language_that_is_offered(town: Town) -> None:
    only = replace(town.rules.current, languages=("es", "ay"))

    everywhere, there = (
        town.store.read(lambda conn, rules=rules: list(undone.undone(conn, MARCH, rules=rules)))
        for rules in (town.rules, replace(town.rules, current=only))
    )

    assert [(one.words, one.role) for one in everywhere] == [(words, "admin") for words in DRAFTS]
    assert [one.words for one in there] == DRAFTS[1:]


def test_a_language_that_was_reviewed_is_no_omission(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undone, "is_unread", {"qu": True}.get)

    omissions = town.store.read(lambda conn: list(undone.undone(conn, MARCH, rules=town.rules)))

    assert [one.words for one in omissions] == DRAFTS[:1]
    assert translations.is_unread("ay")
    assert not translations.is_unread("es")


def test_a_commitment_past_its_date_of_which_nobody_speaks_is_owed_by_the_company(town: Town) -> None:
    kept = town.note("commitment", "agreed", "01-10", until="02-10")
    town.note("commitment", "kept", "03-31", item=kept, until="02-10")
    town.note("commitment", "agreed", "03-10", until="03-31")
    late = town.note("commitment", "agreed", "01-11", until="03-30")
    before = found(town)
    town.note("commitment", "kept", "04-02", item=late, until="03-30")

    assert before == [
        ("Commitments to communities whose date has passed, and nobody says whether they were kept: 1.", "officer")
    ]  # fmt: skip
    assert found(town) == before


def test_a_door_that_was_closed_without_saying_until_when_is_owed_by_the_mechanism(town: Town) -> None:
    town.note("outage", "announced", "03-02", until="03-05", about="sms")
    shut = town.note("outage", "out", "03-20", about="sms")
    before = found(town)
    town.note("outage", "over", "04-03", item=shut, until="04-03", about="sms")

    assert before == [("Doors that were closed, and nobody says until when: 1.", "admin")]
    assert found(town) == before


def test_a_calendar_without_holidays_is_owed_by_the_mechanism(town: Town) -> None:
    bare = tuple(replace(one, holidays=()) for one in town.rules.current.calendars[:1])
    current = replace(town.rules.current, calendars=(*bare, *town.rules.current.calendars[1:]))

    assert found(town) == []
    assert found(town, rules=replace(town.rules, current=current)) == [
        ("A calendar names no holidays, so its dates fall on feast days.", "admin")
    ]


def test_they_stand_on_the_page_of_the_month_with_who_owes_them(town: Town) -> None:
    town.note("commitment", "agreed", "01-11", until="03-30")
    town.crowd("03-03", 12)

    made = town.publish("2026-03", day="04-07")

    said = [say(note, "es") for note in page(made).notes]
    assert any(one.startswith("Compromisos con las comunidades cuya fecha ya pasó") for one in said)
    assert any(one.endswith("(La empresa)") and "nadie dice si se cumplieron: 1" in one for one in said)
    assert "Ningún hablante nativo ha revisado las palabras en quechua. (La oficina de quejas)" in said
