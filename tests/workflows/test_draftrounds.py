"""A round of comments is fourteen days, ends before the report is owed, and what waits is read by the third party alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from grievance import record, register, vault
from grievance.draftcomment import DraftComment
from grievance.errors import Unknown
from grievance.store import Store
from grievance.vault import Sealed
from grievance.vocabulary import Role
from reports import publishing
from tests import factories
from tests.factories import a_focal_point, a_reviewer, an_officer
from workflows.registry import draftrounds
from workflows.registry.draftrounds import SHOWN, WITHHELD, Closed, TooMany, Window
from workflows.registry.registers import NotWritten
from workflows.rulebook import Rulebook

MARCH = "2026-03"
IN_TIME = date(2026, 4, 6)
WAITING = DraftComment.__table__  # type: ignore[attr-defined]


def seal(name: str = "t1") -> Sealed:
    return Sealed(id=name, field=draftrounds.KEY, body=b"sealed", wrapped={vault.REVIEW: b"key"})


def send(
    store: Store, rules: Rulebook, sending: str = "one", *, text: str = "t1", today: date = IN_TIME
) -> None:
    store.transact(
        lambda c: draftrounds.receive(c, MARCH, seal(text), sending=sending, today=today, rules=rules)
    )


def decide(store: Store, rules: Rulebook, decision: str, *, by: object = None, text: str = "", why: str = "",
           item: str = "one") -> None:  # fmt: skip
    actor = by or a_reviewer()
    store.transact(
        lambda c: draftrounds.decide(
            c,
            item,
            decision,
            text=text,
            why=why,
            by=actor,
            rules=rules,
            at=factories.moment(),  # type: ignore[arg-type]
        )
    )


@given(year=st.integers(2025, 2032), number=st.integers(1, 12))
@settings(max_examples=50)
def test_every_round_has_fourteen_days_and_ends_before_the_report_comes_out(year: int, number: int) -> None:
    rules = RULES[0]
    window = draftrounds.window(f"{year}-{number:02}", rules=rules)
    calendar = rules.calendar(rules.current.version, site=None)
    last = (date(year, number, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    assert (window.closes_on - window.opens_on).days + 1 == 14
    assert window.closes_on < window.published_on
    assert calendar.working_days_between(last, window.published_on) == publishing.WORKING_DAYS
    assert window.is_open(window.opens_on)
    assert window.is_open(window.closes_on)
    assert not window.is_open(window.published_on)


RULES: list[Rulebook] = []


@pytest.fixture(autouse=True)
def _rules(rules: Rulebook) -> None:
    RULES[:] = [rules]


def test_on_a_day_the_months_whose_draft_is_open_are_known(rules: Rulebook) -> None:
    window: Window = draftrounds.window(MARCH, rules=rules)

    assert MARCH in draftrounds.months_open(window.opens_on, rules=rules)
    assert MARCH in draftrounds.months_open(window.closes_on, rules=rules)
    assert MARCH not in draftrounds.months_open(window.published_on, rules=rules)


def test_a_comment_waits_sealed_and_sent_twice_it_is_kept_once(store: Store, rules: Rulebook) -> None:
    send(store, rules)
    send(store, rules, text="t2")

    rows = store.read(draftrounds.waiting)
    texts = store.read(lambda c: list(c.execute(select(vault.TEXTS.c.id)).scalars()))
    assert [(row.month, row.words, row.received_on) for row in rows] == [(MARCH, "t1", IN_TIME)]
    assert texts == ["t1"]


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 4, 30)])
def test_before_and_after_the_round_nothing_is_taken(sqlite_store: Store, rules: Rulebook, day: date) -> None:
    with pytest.raises(Closed):
        send(sqlite_store, rules, today=day)

    assert sqlite_store.read(draftrounds.waiting) == []


def test_a_flood_is_turned_away_and_the_next_day_comments_are_taken_again(
    sqlite_store: Store, rules: Rulebook
) -> None:
    rows = [{"id": f"s{n}", "month": MARCH, "words": f"w{n}", "received_on": IN_TIME} for n in range(200)]
    sqlite_store.transact(lambda c: c.execute(insert(WAITING), rows))

    with pytest.raises(TooMany):
        send(sqlite_store, rules)
    send(sqlite_store, rules, today=IN_TIME + timedelta(days=1))

    assert len(sqlite_store.read(draftrounds.waiting)) == 201


def test_what_is_shown_gets_a_number_and_its_sealed_text_is_gone(store: Store, rules: Rulebook) -> None:
    send(store, rules)

    decide(store, rules, SHOWN, text="Falta decir qué pasó con el polvo.", by=a_focal_point())

    row = store.read(draftrounds.decided)[0]
    assert register.words_of(row) == {"text": "Falta decir qué pasó con el polvo."}
    assert register.facts_of(row)["number"] == 1
    assert store.read(draftrounds.waiting) == []
    assert store.read(lambda c: c.execute(select(vault.TEXTS)).all()) == []


def test_each_decision_is_an_entry_without_the_words(store: Store, rules: Rulebook) -> None:
    send(store, rules)
    decide(store, rules, WITHHELD, why="names", text="Lo hizo su vecino.")

    row = store.read(draftrounds.decided)[0]
    entries = store.read(lambda c: record.entries_of(c, row.id))

    assert register.words_of(row) == {}
    assert [(e.role, e.step) for e in entries] == [("reviewer", "note")]
    assert '"why":"names"' in entries[0].facts
    assert "vecino" not in entries[0].facts


@pytest.mark.parametrize(
    ("decision", "text", "why", "by", "field"),
    [
        (SHOWN, "Bien.", "", an_officer(), ""),
        (SHOWN, "", "", None, ""),
        (WITHHELD, "Bien.", "disagree", None, "why"),
        ("later", "Bien.", "", None, "decision"),
    ],
)
def test_nothing_is_withheld_without_a_reason_of_the_list_nor_decided_by_the_company(
    sqlite_store: Store, rules: Rulebook, decision: str, text: str, why: str, by: object, field: str
) -> None:
    send(sqlite_store, rules)

    with pytest.raises(NotWritten) as said:
        decide(sqlite_store, rules, decision, text=text, why=why, by=by)

    assert field in {reason.field for reason in said.value.reasons}
    assert len(sqlite_store.read(draftrounds.waiting)) == 1


def test_what_does_not_wait_cannot_be_decided(sqlite_store: Store, rules: Rulebook) -> None:
    with pytest.raises(Unknown):
        decide(sqlite_store, rules, SHOWN, text="Bien.", item="nobody")


def test_names_are_covered_and_no_word_is_written_anew() -> None:
    text = "El capataz del turno B, Chicho, dijo 951234567 y Juana Mamani lo oyó en Ichupata."

    shown = draftrounds.covered(text, ["Chicho", "  ", "turno B"], places=("Ichupata",))

    assert shown == "El capataz del [nombre], [nombre], dijo [teléfono] y [nombre] lo oyó en Ichupata."


def test_only_the_third_party_may_decide() -> None:
    assert {Role.FOCAL, Role.REVIEWER} == draftrounds.THIRD_PARTY
