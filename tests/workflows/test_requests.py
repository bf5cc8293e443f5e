"""What of a request becomes public, when, and what may be taken out of it."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from grievance import archive, record
from grievance.case import Case
from grievance.errors import Refused, Unknown
from grievance.notice import Notice
from grievance.register import By
from grievance.store import Store
from grievance.vocabulary import Kind, State, Step
from tests.factories import (
    ANSWERED_WITH_ALL,
    NOON,
    THAT_DAY,
    VERSION,
    a_case,
    an_officer,
    moment,
    reach,
    take,
    the_complainant,
)
from workflows import requests
from workflows.anonymity.takenout import MARKS, taken_out
from workflows.requests import MOST_BYTES, NotPublished, Wanted
from workflows.rulebook import Rulebook

TOMORROW = THAT_DAY + timedelta(days=1)
BY = By("officer", "rosa", THAT_DAY, VERSION)
QUESTION = "¿Cuánta agua usa la mina? Mi vecino Ramón lo vio."
SHOWN = "¿Cuánta agua usa la mina? [otra persona] lo vio."
ANSWER = "Usa cuarenta litros por segundo."


def asked(store: Store, rules: Rulebook, **more: Any) -> Case:
    return a_case(store, rules, kind=Kind.INFORMATION_REQUEST, **more)


def listed(store: Store, *, today: date = TOMORROW, **wanted: str) -> list[requests.Line]:
    return store.read(lambda conn: requests.lines(conn, Wanted(**wanted), today=today))


def publish(store: Store, case: Case, *, question: str = SHOWN, answer: str | None = None) -> None:
    pair = None if answer is None else (ANSWER, answer)
    store.transact(
        lambda conn: requests.publish(
            conn, case, question=(QUESTION, question), answer=pair, by=BY, at=moment(now=NOON)
        )
    )


def add(store: Store, case: Case, name: str, body: bytes) -> None:
    store.transact(
        lambda conn: requests.add_document(conn, case, name=name, body=body, by=BY, at=moment(now=NOON))
    )


def test_a_request_is_listed_without_a_word_from_the_day_after_a_desk_could_see_it(
    store: Store, rules: Rulebook
) -> None:
    case = asked(store, rules)

    today, next_day = listed(store, today=THAT_DAY), listed(store)

    assert today == []
    assert [(line.state, line.question, line.answer) for line in next_day] == [("waiting", None, None)]
    assert next_day[0].number != case.number
    assert case.number not in next_day[0].number


@pytest.mark.parametrize(
    "hidden",
    [
        {"kind": Kind.GRIEVANCE},
        {"protected": True},
        {"room": "review"},
        {"operator": None, "room": "review", "site": None},
    ],
)
def test_a_grievance_and_whatever_no_desk_may_see_is_never_listed(
    store: Store, rules: Rulebook, hidden: dict[str, Any]
) -> None:
    a_case(store, rules, **{"kind": Kind.INFORMATION_REQUEST, **hidden})

    assert listed(store, today=TOMORROW + timedelta(days=400)) == []


def test_an_embargo_that_was_asked_for_ends_by_itself(store: Store, rules: Rulebook) -> None:
    asked(store, rules, embargo=30)

    during = listed(store, today=THAT_DAY + timedelta(days=30))
    after = listed(store, today=THAT_DAY + timedelta(days=31))
    notices = Notice.__table__  # type: ignore[attr-defined]
    waits = select(notices.c.not_before).where(notices.c.template == "embargo_ends")

    assert during == []
    assert len(after) == 1
    (told,) = store.read(lambda conn: list(conn.execute(waits).scalars()))
    assert told == NOON + timedelta(days=23)


def test_nobody_may_ask_for_an_embargo_without_an_end(store: Store, rules: Rulebook) -> None:
    with pytest.raises(Refused, match="ninety-one"):
        asked(store, rules, embargo=92)


def test_what_is_published_stands_in_the_record_as_digests_and_reasons(store: Store, rules: Rulebook) -> None:
    case = asked(store, rules)

    publish(store, case)

    line = listed(store)[0]
    entries = store.read(lambda conn: record.entries_of(conn, line.item))
    assert line.question == SHOWN
    assert line.redactions == {"question": {"third_party": 1}}
    assert hashlib.sha256(SHOWN.encode()).hexdigest() in entries[0].facts
    assert '"third_party":1' in entries[0].facts
    assert "agua" not in entries[0].facts


@pytest.mark.parametrize(
    "shown",
    [
        "¿Cuánta agua usa la mina?",
        "¿Cuánta agua usa la mina? Nadie lo vio.",
        QUESTION + " Gracias.",
        "[otra persona]",
        QUESTION + "[por ley]",
        "",
    ],
)
def test_a_question_is_never_rewritten_left_out_or_added_to(
    store: Store, rules: Rulebook, shown: str
) -> None:
    case = asked(store, rules)

    with pytest.raises(NotPublished) as refused:
        publish(store, case, question=shown)

    assert list(refused.value.reasons) == ["question"]
    assert listed(store)[0].question is None


def test_a_question_that_speaks_of_a_danger_is_not_published(store: Store, rules: Rulebook) -> None:
    case, words = asked(store, rules), "¿Por qué me amenazaron de muerte?"

    with pytest.raises(NotPublished):
        store.transact(
            lambda conn: requests.publish(
                conn, case, question=(words, words), answer=None, by=BY, at=moment(now=NOON)
            )
        )


def test_answered_requests_are_found_by_words_kind_operator_state_and_year(
    store: Store, rules: Rulebook
) -> None:
    case = asked(store, rules, state=State.PROPOSED)
    asked(store, rules)
    publish(store, case, answer=ANSWER)

    found = listed(store, words="LITROS cuanta")
    assert [line.answer for line in found] == [ANSWER]
    assert listed(store, words="oro") == []
    assert len(listed(store, answer_type="full")) == 1
    assert listed(store, answer_type="partial") == []
    assert [len(listed(store, state=state)) for state in requests.STATES] == [1, 0, 1, 0, 0]
    assert len(listed(store, operator="qorimayu")) == 2
    assert listed(store, operator="illapa") == []
    assert (len(listed(store, year="2026")), listed(store, year="2025")) == (2, [])


def test_a_request_waits_for_who_asked_while_a_question_of_the_desk_is_unanswered(
    sqlite_store: Store, rules: Rulebook
) -> None:
    store, case = sqlite_store, asked(sqlite_store, rules, state=State.INVESTIGATING)
    why = {"reason": "need_info"}
    question = take(store, case, Step.ASK, actor=an_officer(), rules=rules, facts=why, words="Which year?")

    def stands() -> list[str]:
        return [state for state in requests.STATES if listed(store, state=state)]

    before = stands()
    reach(store, question, rules=rules)
    asked_back = stands()
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules).settle()

    assert (before, asked_back, stands()) == (["waiting"], ["asked_back"], ["waiting"])
    assert {line.state for line in listed(store)} == {"waiting"}


def test_the_history_tells_days_and_never_who(store: Store, rules: Rulebook) -> None:
    case = asked(store, rules, state=State.UNDER_REVIEW)
    publish(store, case, answer=ANSWER)

    line = listed(store)[0]
    told = [event.what for event in store.read(lambda conn: requests.history(conn, line))]

    assert told == ["receive", "acknowledge", "propose", "ask_review", "published"]
    assert line.state == "in_review"


def test_the_list_tells_nothing_of_how_somebody_asked_nor_in_which_language_or_from_where(
    store: Store, rules: Rulebook
) -> None:
    before = NOON - timedelta(days=5)
    asked(store, rules, now=before)
    by_air = {
        "channel": "radio_relay",
        "language": "qu",
        "theme": "dust",
        "zone": "antaquri",
        "address": False,
    }
    asked(store, rules, happened_at=before, **by_air)

    lines = listed(store)
    days = [store.read(lambda conn, one=line: requests.history(conn, one)) for line in lines]

    one, other = (replace(line, item="", case="", number="", question=None) for line in lines)
    assert one == other
    assert days[0] == days[1] != []


def test_the_figures_are_what_anybody_can_count_in_the_list(store: Store, rules: Rulebook) -> None:
    asked(store, rules, state=State.UNDER_REVIEW)
    asked(store, rules)
    asked(store, rules, embargo=91)
    a_case(store, rules)

    sums = store.read(lambda conn: requests.sums(conn, today=TOMORROW))

    assert (sums.received, sums.reviewed, sums.median_days) == (2, 1, None)
    assert dict(sums.answers) == {"full": 1}
    assert sum(sums.states.values()) == sums.received


def test_erasing_takes_the_words_out_of_the_archive_and_the_request_out_of_the_list(
    store: Store, rules: Rulebook
) -> None:
    case = asked(store, rules, state=State.PROPOSED)
    publish(store, case, answer=ANSWER)
    add(store, case, "caudal.csv", b"dia,litros\n1,40\n")
    line = listed(store)[0]

    take(store, case, Step.ERASE, actor=the_complainant(), rules=rules).settle()

    kept = store.read(lambda conn: archive.of_case(conn, case.id))
    assert listed(store) == []
    assert (kept.question, kept.answer, kept.found_by) == (None, None, "")
    assert store.read(lambda conn: archive.documents_of(conn, line.item)) == []


def test_handed_to_the_focal_point_a_request_leaves_the_list_like_an_erased_one(
    store: Store, rules: Rulebook
) -> None:
    case = asked(store, rules)
    publish(store, case)
    facts = {"flag": "retaliation"}

    take(store, case, Step.HAND_TO_FOCAL, actor=an_officer(), rules=rules, facts=facts).settle()

    assert listed(store, today=TOMORROW + timedelta(days=30)) == []


def test_a_document_keeps_its_bytes_its_digest_and_a_name_that_tells_nothing(
    store: Store, rules: Rulebook
) -> None:
    case, body = asked(store, rules, state=State.PROPOSED), b"dia,litros\n1,40\n"

    add(store, case, r"C:\Rosa Quispe\Caudal diario.CSV", body)

    line = listed(store)[0]
    one = store.read(lambda conn: requests.documents(conn, line))[0]
    stored = store.read(lambda conn: archive.document(conn, line.item, one.sha256))
    assert (one.name, one.media_type, one.size) == ("caudal-diario.csv", "text/csv", len(body))
    assert one.sha256 == hashlib.sha256(body).hexdigest()
    assert stored.body == body


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("foto.jpg", b"\xff\xd8\xff"),
        ("informe.pdf", b"<html>"),
        ("tabla.csv", b"\x00\x01"),
        ("nota.txt", b"\xff\xfe"),
        ("nota.txt", b""),
        ("nota.txt", b"a" * (MOST_BYTES + 1)),
    ],
)
def test_only_small_plain_documents_become_public(
    sqlite_store: Store, rules: Rulebook, name: str, body: bytes
) -> None:
    case = asked(sqlite_store, rules, state=State.PROPOSED)

    with pytest.raises(NotPublished):
        add(sqlite_store, case, name, body)


def test_documents_come_with_an_answer_and_five_are_enough(sqlite_store: Store, rules: Rulebook) -> None:
    waiting, answered = asked(sqlite_store, rules), asked(sqlite_store, rules, state=State.PROPOSED)
    for n in range(5):
        add(sqlite_store, answered, "nota.txt", f"nota {n}".encode())

    for case in (waiting, answered):
        with pytest.raises(NotPublished):
            add(sqlite_store, case, "nota.txt", b"otra")


def test_a_document_of_another_request_is_not_there(sqlite_store: Store, rules: Rulebook) -> None:
    case = asked(sqlite_store, rules, state=State.PROPOSED)
    add(sqlite_store, case, "nota.txt", b"nota")
    other = asked(sqlite_store, rules)

    with pytest.raises(Unknown):
        sqlite_store.read(
            lambda conn: archive.document(
                conn, archive.of_case(conn, other.id).id, hashlib.sha256(b"nota").hexdigest()
            )
        )


def test_a_request_may_be_linked_with_a_grievance_of_the_same_desk(store: Store, rules: Rulebook) -> None:
    case, grievance = asked(store, rules), a_case(store, rules)

    linked = take(store, case, Step.LINK, actor=an_officer(), rules=rules, facts={"other": grievance.number})

    assert linked.refusals == ()


def test_a_request_answered_and_accepted_closes_without_a_cause_and_a_lesson(
    store: Store, rules: Rulebook
) -> None:
    case = asked(store, rules, state=State.AGREED, offers=0)
    letter = {"facts": {"purpose": "closing_letter"}, "words": "Here is what you asked for."}
    told = take(store, case, Step.UPDATE, actor=an_officer(), rules=rules, **letter).settle()

    unread = take(
        store, case, Step.CLOSE, actor=an_officer(), rules=rules, facts={"sense": "explained_accepted"}
    )

    assert told.notices
    assert {refusal.guard for refusal in unread.refusals} == {"G22"}
    assert ANSWERED_WITH_ALL["explanation_only"]


@given(
    st.lists(st.text(alphabet="abc áñ\n", min_size=1, max_size=12), min_size=1, max_size=6),
    st.lists(st.sampled_from(sorted(MARKS)), min_size=6, max_size=6),
    st.sets(st.integers(0, 5)),
)
def test_any_passage_taken_out_is_known_with_its_reason(
    pieces: list[str], marks: list[str], out: set[int]
) -> None:
    read = "".join(pieces)
    gone = {n for n in out if n < len(pieces) and pieces[n].strip()}
    shown = "".join(marks[n] if n in gone else piece for n, piece in enumerate(pieces))

    found = taken_out(read, shown)

    if found is not None:
        assert sum(found.reasons.values()) == len(gone)
    assert found is not None or any(piece != piece.strip() for piece in pieces)


def test_what_is_published_twice_alike_is_published_once(store: Store, rules: Rulebook) -> None:
    case = asked(store, rules, state=State.PROPOSED)

    for _ in range(2):
        publish(store, case)
    add(store, case, "respuesta.txt", b"Entre tres y cuatro")
    with pytest.raises(NotPublished, match="public already"):
        add(store, case, "otra.txt", b"Entre tres y cuatro")

    item = store.read(lambda conn: archive.of_case(conn, case.id))
    said = [json.loads(e.facts)["state"] for e in store.read(lambda conn: record.entries_of(conn, item.id))]
    assert said == ["published", "document"]
