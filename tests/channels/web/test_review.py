"""The third party opens what nobody else may, and decides what the company may not."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from grievance import record, vault
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Clock, Role, State, Step
from tests.channels.web.rooms import MASKED, NARRATIVE, PASSPHRASE, Rooms, Visitor, shown, words_of
from translations import translate
from workflows.rulebook import Rulebook


@pytest.fixture
def rooms(store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(store, rules, ring, {"rosa": PASSPHRASE, "luis": PASSPHRASE, "beto": PASSPHRASE})
    made.hire("rosa", Role.REVIEWER, None)
    made.hire("luis", Role.FOCAL, None)
    return made


@pytest.fixture
def reviewer(rooms: Rooms) -> Visitor:
    return rooms.sign_in("rosa", face="review")


@pytest.fixture
def focal(rooms: Rooms) -> Visitor:
    return rooms.sign_in("luis", face="review")


def judged(rooms: Rooms) -> str:
    rooms.hire("ana")
    officer = rooms.sign_in("ana")
    number = rooms.complain()
    officer.takes_up(number)
    officer.takes(number, "acknowledge")
    officer.takes(number, "assess", flags="none", issues="1", severity="medium", text="Agua turbia")
    officer.takes(number, "investigate")
    officer.takes(number, "hear")
    officer.takes(number, "visit", went="no_visit", text="No hay nada que ver en el lugar.")
    answer = {
        "text": "El agua cumple la norma.",
        "answered": "1",
        "evidence": "sample",
        "outcome": "explanation",
    }
    officer.takes(number, "propose", **answer)
    rooms.everything_reaches(number)
    rooms.person(number, Step.ASK_INDEPENDENT_REVIEW)
    return number


def test_the_review_room_lists_what_the_desk_never_sees(rooms: Rooms, reviewer: Visitor) -> None:
    protected, unrouted, ordinary = (
        rooms.complain(protected=True),
        rooms.complain(operator=None),
        rooms.complain(),
    )

    page = reviewer.see()

    assert shown(protected) in page
    assert shown(unrouted) in page
    assert shown(ordinary) not in page
    assert shown(protected) in reviewer.see("?view=protected")
    assert shown(unrouted) not in reviewer.see("?view=protected")
    assert shown(unrouted) in reviewer.see("?view=unrouted")


def test_an_overdue_case_of_any_desk_is_listed_at_review(rooms: Rooms) -> None:
    number = rooms.complain()
    rooms.later(days=30)

    page = rooms.sign_in("rosa", face="review").see("?view=late")

    assert shown(number) in page


def test_a_reviewer_reads_the_original_beside_what_a_desk_would_read(rooms: Rooms, reviewer: Visitor) -> None:
    number = rooms.complain(protected=True)

    before = reviewer.see(f"/cases/{number}")
    after = reviewer.open(number)

    assert NARRATIVE not in before
    assert NARRATIVE in after
    assert f"{MASKED} [teléfono]" in after


def test_after_a_restart_nothing_is_readable_until_the_passphrase_is_given_again(
    rooms: Rooms, reviewer: Visitor
) -> None:
    number = rooms.complain(protected=True)
    rooms.restart(reviewer)

    closed = reviewer.open(number)
    refused = reviewer.client.post("/review/unlock", data={"passphrase": "no es esta"}).get_data(as_text=True)
    still = reviewer.see(f"/cases/{number}")
    reviewer.client.post("/review/unlock", data={"passphrase": PASSPHRASE})
    opened = reviewer.see(f"/cases/{number}")

    assert NARRATIVE not in closed + still
    assert 'name="passphrase"' in refused
    assert NARRATIVE in opened


def test_a_routed_case_is_opened_by_that_desk_and_by_no_other(rooms: Rooms, focal: Visitor) -> None:
    number = rooms.complain(operator=None)
    rooms.hire("ana")
    rooms.hire("beto", operator="illapa")
    focal.takes_up(number)

    focal.takes(number, "route", place="qorimayu/qorimayu", release="yes")

    page = rooms.sign_in("ana").open(number)
    stranger = rooms.sign_in("beto")
    stranger.takes_up(number)
    assert MASKED in page
    assert "987654321" not in page
    assert stranger.status == 404
    assert rooms.case(number).room == "desk"
    assert readers(rooms) == {vault.REVIEW, vault.desk("qorimayu")}


def test_what_one_company_has_is_routed_to_no_other_by_a_form_that_was_open_before(
    rooms: Rooms, reviewer: Visitor, focal: Visitor
) -> None:
    number = rooms.complain(operator=None)
    for one in (reviewer, focal):
        one.takes_up(number)
        assert 'id="step-route"' in one.see(f"/cases/{number}")
    reviewer.takes(number, "route", place="qorimayu/qorimayu", release="yes")

    late = focal.step(number, "route", place="illapa/illapa", release="yes")

    assert focal.status == 409
    assert "el caso siguió su curso" in words_of(late) or "ya no se puede" in words_of(late)
    assert 'id="step-route"' not in reviewer.see(f"/cases/{number}")
    assert (rooms.case(number).operator, rooms.case(number).room) == ("qorimayu", "desk")
    assert readers(rooms) == {vault.REVIEW, vault.desk("qorimayu")}


def test_an_original_is_never_shared_with_a_desk(rooms: Rooms, focal: Visitor) -> None:
    number = rooms.complain(operator=None)
    focal.takes_up(number)

    focal.takes(number, "route", place="qorimayu/qorimayu", release="yes")

    seals = rooms.house.store.read(lambda c: c.execute(vault.SEALS.select()).all())
    texts = rooms.house.store.read(lambda c: c.execute(vault.TEXTS.select()).all())
    originals = {row.id for row in texts if row.field.endswith(".original")}
    assert originals
    assert {row.reader for row in seals if row.text in originals} == {vault.REVIEW}


def test_routing_a_protected_case_unseals_nothing(rooms: Rooms, focal: Visitor) -> None:
    number = rooms.complain(operator=None, protected=True)
    focal.takes_up(number)

    focal.takes(number, "route", place="qorimayu/qorimayu")

    assert rooms.case(number).operator == "qorimayu"
    assert rooms.case(number).room == "review"
    assert readers(rooms) == {vault.REVIEW}


SHOWN = re.compile(r'name="shown" value="([^"]*)"')


def test_a_page_from_before_somebody_saw_danger_opens_no_case_to_the_desk_and_a_page_of_today_does(
    rooms: Rooms, reviewer: Visitor, focal: Visitor
) -> None:
    number = rooms.complain(operator=None)
    focal.takes_up(number)
    focal.takes(number, "route", place="qorimayu/qorimayu", release="no")
    reviewer.takes_up(number)
    (before,) = SHOWN.findall(reviewer.see(f"/cases/{number}"))
    focal.takes(number, "protect", flag="retaliation")

    late = reviewer.step(number, "release", shown=before)

    assert reviewer.status == 409
    assert "protegió el caso después" in words_of(late)
    assert (rooms.case(number).protected, rooms.case(number).room) == (True, "review")
    assert readers(rooms) == {vault.REVIEW}
    (now,) = SHOWN.findall(late)
    reviewer.takes(number, "release", shown=now)
    assert (rooms.case(number).protected, rooms.case(number).room) == (False, "desk")


def test_a_false_alarm_is_released_to_the_desk(rooms: Rooms, focal: Visitor) -> None:
    number = rooms.complain(protected=True)
    rooms.hire("ana")
    focal.takes_up(number)

    focal.takes(number, "release", shown="protected")

    assert MASKED in rooms.sign_in("ana").open(number)
    assert not rooms.case(number).protected


def test_without_the_review_key_nothing_is_routed(rooms: Rooms, focal: Visitor) -> None:
    number = rooms.complain(operator=None)
    focal.takes_up(number)
    rooms.restart(focal)

    page = focal.step(number, "route", place="qorimayu/qorimayu", release="yes")

    assert focal.status == 409
    assert translate("Open the review key first: without it no text can be shared with a desk.", "es") in page
    assert rooms.case(number).room == "review"
    assert readers(rooms) == {vault.REVIEW}


def test_the_focal_point_does_the_officers_steps_in_a_protected_case(rooms: Rooms, focal: Visitor) -> None:
    number = rooms.complain(protected=True)
    focal.takes_up(number)

    focal.takes(number, "acknowledge")
    focal.takes(
        number, "assess", flags="retaliation", issues="1", severity="high", text="Amenazas por hablar"
    )

    assert rooms.case(number).state == State.ASSESSED


def test_a_reviewer_confirms_an_answer_that_reached_the_person_and_says_why(rooms: Rooms) -> None:
    number = judged(rooms)
    reviewer = rooms.sign_in("rosa", face="review")
    reviewer.takes_up(number)

    unreasoned = reviewer.step(number, "decide", text="La muestra cumple la norma.")
    first = rooms.case(number).state
    reviewer.takes(number, "decide", decision="evidence_supports", text="La muestra cumple la norma.")

    assert "La muestra cumple la norma." in unreasoned
    assert first == State.UNDER_INDEPENDENT_REVIEW
    assert rooms.case(number).sense == "not_upheld_by_independent_reviewer"


def test_a_reviewer_orders_a_remedy_with_dates(rooms: Rooms) -> None:
    number = judged(rooms)
    reviewer = rooms.sign_in("rosa", face="review")
    reviewer.takes_up(number)

    undated = reviewer.step(
        number,
        "decide",
        decision="modify",
        text="Deben limpiar el canal.",
        outcome="commitments",
        commitment_1="Limpiar el canal",
    )
    first = rooms.case(number).state
    reviewer.takes(
        number,
        "decide",
        decision="modify",
        text="Deben limpiar el canal.",
        outcome="commitments",
        commitment_1="Limpiar el canal",
        due_1="2026-05-01",
    )

    assert 'value="Limpiar el canal"' in undated
    assert first == State.UNDER_INDEPENDENT_REVIEW
    assert rooms.case(number).state == State.IMPLEMENTING


@pytest.mark.parametrize("chosen", ["revoke", "modify"])
def test_a_reviewer_says_what_becomes_of_the_companys_answer(rooms: Rooms, chosen: str) -> None:
    number = judged(rooms)
    reviewer = rooms.sign_in("rosa", face="review")
    reviewer.takes_up(number)

    reviewer.takes(
        number, "decide", text="Deben limpiar el canal.", outcome="commitments", decision=chosen,
        commitment_1="Limpiar el canal", due_1="2026-05-01",
    )  # fmt: skip

    case = rooms.case(number)
    (order,) = [
        e for e in rooms.house.store.read(lambda c: record.entries_of(c, case.id)) if e.step == "order"
    ]
    assert json.loads(order.facts)["ruling"] == chosen


@pytest.mark.parametrize("made_up", ["as_they_like", "late", "order_answer", ""])
def test_a_decision_that_was_not_offered_decides_nothing(rooms: Rooms, made_up: str) -> None:
    number = judged(rooms)
    reviewer = rooms.sign_in("rosa", face="review")
    page = reviewer.open(number)

    tried = reviewer.step(number, "decide", decision=made_up, text="Así es.")

    assert 'value="late"' not in page
    assert "Elija qué decide." in tried
    assert rooms.case(number).state == State.UNDER_INDEPENDENT_REVIEW


def test_what_is_sent_back_says_why(rooms: Rooms) -> None:
    number = judged(rooms)
    reviewer = rooms.sign_in("rosa", face="review")
    reviewer.takes_up(number)

    silent = reviewer.step(number, "decide", decision="remit")
    first = rooms.case(number).state
    reviewer.takes(number, "decide", decision="remit", text="Falta medir el agua.")

    assert "Escriba la decisión y sus razones." in silent
    assert first == State.UNDER_INDEPENDENT_REVIEW
    asked = text("SELECT template FROM notices WHERE \"case\" = :case AND template LIKE 'returned%'")
    told = rooms.house.store.read(lambda c: c.execute(asked, {"case": rooms.case(number).id}).scalars().all())
    assert told == ["returned_because"]


def test_somebody_is_asked_to_complete_it_and_then_it_waits_until_they_did(rooms: Rooms) -> None:
    number = judged(rooms)
    reviewer = rooms.sign_in("rosa", face="review")
    reviewer.takes_up(number)
    until = (rooms.now + timedelta(days=10)).date().isoformat()

    reviewer.takes(number, "ask_to_complete", text="¿Desde cuándo?", until=until)
    too_soon = reviewer.step(number, "decide", decision="remit", text="Falta medir.")
    rooms.person(number, Step.ADD)
    reviewer.takes(number, "decide", decision="remit", text="Falta medir.")

    assert "tiene plazo hasta" in too_soon
    assert rooms.case(number).state == State.INVESTIGATING


def test_another_reviewer_says_that_they_see_it_otherwise_and_who_decided_is_not_offered_it(
    rooms: Rooms,
) -> None:
    number = judged(rooms)
    rooms.hire("beto", Role.REVIEWER, None)
    reviewer, other = rooms.sign_in("rosa", face="review"), rooms.sign_in("beto", face="review")
    reviewer.takes_up(number)
    reviewer.takes(number, "decide", decision="evidence_supports", text="La muestra cumple la norma.")
    own = reviewer.open(number)

    offered = other.open(number)
    other.takes(number, "dissent", text="La muestra se tomó lejos del canal.")

    assert "/steps/dissent" not in own
    assert "/steps/dissent" in offered
    case = rooms.case(number)
    taken = [e.step for e in rooms.house.store.read(lambda c: record.entries_of(c, case.id)) if not e.refused]
    assert taken[-1] == "dissent"
    assert case.sense == "not_upheld_by_independent_reviewer"


def test_a_reviewer_who_is_off_a_case_meets_it_nowhere_and_a_colleague_decides_it(rooms: Rooms) -> None:
    number, ordinary = judged(rooms), rooms.complain(protected=True)
    rooms.hire("beto", Role.REVIEWER, None)
    off, other = rooms.sign_in("beto", face="review"), rooms.sign_in("rosa", face="review")
    off.takes_up(number)
    before = off.see("?view=judge")
    assert shown(number) in before

    off.takes(number, "recuse")

    assert off.answer.headers["Location"] == "/review"
    for view in ("", "?view=judge", f"?q={number}", "?view=open"):
        assert shown(number) not in off.see(view)
    assert shown(number) in other.see("/clocks")
    assert shown(number) in other.see("/clocks.csv")
    for page in (
        "/clocks",
        f"/clocks?clock={Clock.INDEPENDENT_REVIEW}",
        "/clocks.csv",
        "/orders",
        "/sample",
        "/recordings",
    ):
        seen = off.see(page)
        assert off.status == 200
        assert shown(number) not in seen, page
    assert shown(ordinary) in off.see("?view=protected")
    nobodys = "00000000"
    for verb, path in (("get", ""), ("post", "/open"), ("post", "/steps/decide")):
        theirs, none = (getattr(off.client, verb)(f"/review/cases/{one}{path}") for one in (number, nobodys))
        assert theirs.status_code == none.status_code == 404
        assert theirs.get_data() == none.get_data()
    other.takes_up(number)
    other.takes(number, "decide", decision="evidence_supports", text="La muestra cumple la norma.")
    assert rooms.case(number).state == State.CLOSED


def test_a_reviewer_asks_more_time_for_what_the_reviewer_owes_and_for_nothing_else(rooms: Rooms) -> None:
    number = judged(rooms)
    reviewer = rooms.sign_in("rosa", face="review")
    page = reviewer.open(number)

    reviewer.takes(
        number, "extend", clock="independent_review", days="5", reason="sample", text="El laboratorio tarda."
    )

    assert '<option value="independent_review"' in page
    assert '<option value="answer"' not in page
    case = rooms.case(number)
    (more,) = [
        e for e in rooms.house.store.read(lambda c: record.entries_of(c, case.id)) if e.step == "extend"
    ]
    assert not more.refused


def test_a_reviewer_sends_it_back_to_where_it_had_come(rooms: Rooms) -> None:
    number = judged(rooms)
    reviewer = rooms.sign_in("rosa", face="review")
    reviewer.takes_up(number)

    reviewer.takes(number, "decide", decision="remit", text="Falta medir el agua.")

    assert rooms.case(number).state == State.INVESTIGATING


def test_a_case_that_was_never_assessed_goes_back_to_be_assessed(rooms: Rooms) -> None:
    rooms.hire("ana")
    officer = rooms.sign_in("ana")
    number = rooms.complain()
    officer.takes_up(number)
    officer.takes(number, "acknowledge")
    rooms.later(days=120)
    rooms.person(number, Step.ASK_INDEPENDENT_REVIEW)
    reviewer = rooms.sign_in("rosa", face="review")
    reviewer.takes_up(number)

    reviewer.takes(number, "decide", decision="inadmissible", text="Primero responde la empresa.")

    assert rooms.case(number).state == State.ACKNOWLEDGED


def test_a_reviewer_rules_what_is_not_for_this_mechanism(rooms: Rooms, reviewer: Visitor) -> None:
    number = rooms.complain(operator=None)
    reviewer.takes_up(number)

    reviewer.takes(number, "rule_out_of_scope", reason="other_body", text="Esto lo decide el municipio.")

    assert rooms.case(number).sense == "out_of_scope_explained"


def test_nobody_is_closed_for_silence_without_three_tries(rooms: Rooms, reviewer: Visitor) -> None:
    number = rooms.complain(operator=None)
    reviewer.takes_up(number)

    reviewer.step(number, "close_no_contact")

    assert reviewer.status == 409
    assert rooms.case(number).state == State.RECEIVED


def test_the_focal_point_hands_a_protected_case_over_only_with_a_second_person_or_the_persons_yes(
    rooms: Rooms, focal: Visitor, reviewer: Visitor
) -> None:
    number = rooms.complain(protected=True)
    over = {"body": "pe-ombudsman", "reason": "life"}
    focal.takes_up(number)

    focal.takes(number, "hand_over", **over)
    alone = rooms.case(number).sense
    reviewer.takes_up(number)
    reviewer.takes(number, "second", what="disclosure")
    focal.takes(number, "hand_over", **over)

    assert alone is None
    assert rooms.case(number).sense == "protected_transferred"


def test_who_reads_danger_in_an_ordinary_case_at_review_takes_it_from_the_desk(
    rooms: Rooms, reviewer: Visitor
) -> None:
    number = rooms.complain()
    reviewer.takes_up(number)

    reviewer.takes(number, "protect", flag="")
    unsaid = rooms.case(number).protected
    reviewer.takes(number, "protect", flag="child")

    case = rooms.case(number)
    assert (unsaid, case.protected, case.room) == (False, True, "review")


def test_the_sample_says_when_there_is_nothing_to_look_at(rooms: Rooms, focal: Visitor) -> None:
    rooms.complain()

    page = focal.see("/sample")

    assert (
        focal.status,
        translate("Nothing was drawn: no ordinary complaint came last month.", "es") in page,
    ) == (
        200,
        True,
    )


def test_signing_out_forgets_the_review_key(rooms: Rooms, reviewer: Visitor) -> None:
    number = rooms.complain(protected=True)
    reviewer.takes_up(number)

    reviewer.client.post("/review/logout")
    reviewer.see(f"/cases/{number}")

    assert reviewer.status == 302


def test_an_officer_does_not_get_into_the_review_room(rooms: Rooms) -> None:
    rooms.hire("ana")
    officer = rooms.sign_in("ana")

    seen = officer.client.get("/review/")

    assert seen.headers["Location"].endswith("/review/login")


def readers(rooms: Rooms) -> set[str]:
    return {row.reader for row in rooms.house.store.read(lambda c: c.execute(vault.SEALS.select()).all())}
