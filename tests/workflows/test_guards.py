"""Every guard says no when its promise would be broken, and yes once it is kept (standards 1.1)."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text, update

from grievance import record, vault
from grievance.case import CASES, Case
from grievance.staff import Staff
from grievance.store import Store
from grievance.vocabulary import EXTENDING, Kind, Role, Sense, State, Step
from tests.factories import (
    ANSWERED,
    ASSESSED,
    CLOSING_LETTER,
    LATER,
    LEARNED,
    NO_DANGER,
    NOON,
    THE_CLOCK,
    a_case,
    a_focal_point,
    a_person,
    a_reviewer,
    again,
    an_officer,
    columns,
    reach,
    take,
    the_complainant,
    try_to_reach,
    visited,
)
from workflows import casework
from workflows.casework import NoSuchStep, Outcome
from workflows.criteria import CRITERIA
from workflows.criterion import Actor, Move, UndeclaredRead, guard
from workflows.knowing.evidence import Evidence
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
LATER_THAT_DAY = LATER.date()


def guards(outcome: Outcome) -> set[str]:
    return {refusal.guard for refusal in outcome.refusals}


def missing(
    store: Store,
    rules: Rulebook,
    case: Case,
    step: Step,
    *,
    actor: Actor,
    on: date = LATER_THAT_DAY,
    **more: Any,
) -> set[str]:
    found = store.read(
        lambda conn: casework.refusals(conn, case, step, actor=actor, rules=rules, on=on, **more)
    )
    return {refusal.guard for refusal in found}


def test_g01_who_was_recused_takes_no_step_and_a_colleague_does(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    take(store, case, Step.RECUSE, actor=a_reviewer(), rules=rules, facts={"recused": "rosa"}).settle()

    by_her = take(store, case, Step.ACKNOWLEDGE, actor=an_officer(name="rosa"), rules=rules)
    by_a_colleague = take(store, case, Step.ACKNOWLEDGE, actor=an_officer(name="juan"), rules=rules)

    assert guards(by_her) == {"G01"}
    assert (by_her.state, by_a_colleague.state) == (State.RECEIVED, State.ACKNOWLEDGED)


def test_g01_the_reporting_line_of_whom_a_case_is_about_takes_no_step_and_others_do(
    store: Store, rules: Rulebook
) -> None:
    for name, unit in (("rosa", "relations"), ("juan", "relations"), ("carla", "legal")):
        row = {"id": name, "login": name, "role": "officer", "face": "desk", "operator": "qorimayu", "sites": "[]",
               "unit": unit, "password": "", "totp": b"", "totp_last": 0, "active": True}  # fmt: skip
        store.transact(lambda conn, row=row: conn.execute(insert(Staff.__table__), row))
    named, stepped_back = a_case(store, rules), a_case(store, rules)
    about_her = {"recused": "rosa", "line": True}
    take(store, named, Step.RECUSE, actor=a_reviewer(), rules=rules, facts=about_her).settle()
    take(
        store,
        stepped_back,
        Step.RECUSE,
        actor=an_officer(name="rosa"),
        rules=rules,
        facts={"recused": "rosa"},
    ).settle()

    def may(case: Case, name: str) -> set[str]:
        return guards(take(store, case, Step.ACKNOWLEDGE, actor=an_officer(name=name), rules=rules))

    assert may(named, "rosa") == may(named, "juan") == {"G01"}
    assert may(stepped_back, "rosa") == {"G01"}
    assert may(named, "carla") == set()
    assert may(stepped_back, "juan") == set()


def test_a_case_that_a_company_has_is_routed_to_no_other_and_one_at_review_is(
    store: Store, rules: Rulebook
) -> None:
    at_desk, at_review = a_case(store, rules), a_case(store, rules, room="review")
    route = partial(take, store, step=Step.ROUTE, actor=a_reviewer(), rules=rules)
    elsewhere = {"operator": "illapa", "site": "illapa", "release": False}
    own = {"operator": "qorimayu", "site": "yanaqaqa", "release": False}

    with pytest.raises(NoSuchStep):
        route(case=at_desk, facts=elsewhere)
    assert again(store, at_desk).operator == "qorimayu"
    route(case=at_desk, actor=Actor(Role.CHANNEL), facts=own).settle()
    assert again(store, at_desk).site == "yanaqaqa"
    route(case=at_review, facts=elsewhere).settle()
    assert again(store, at_review).operator == "illapa"


def test_g01b_a_case_is_given_neither_to_whom_it_names_nor_to_a_desk_where_everybody_is_off(
    store: Store, rules: Rulebook
) -> None:
    for name in ("rosa", "juan"):
        row = {"id": name, "login": name, "role": "officer", "face": "desk", "operator": "qorimayu",
               "sites": '["qorimayu"]', "unit": None, "password": "", "totp": b"", "totp_last": 0,
               "active": True}  # fmt: skip
        store.transact(lambda conn, row=row: conn.execute(insert(Staff.__table__), row))
    case = a_case(store, rules)
    recuse = partial(take, store, case, Step.RECUSE, actor=Actor(Role.CHANNEL), rules=rules)
    give = partial(missing, store, rules, case, Step.ASSIGN, actor=a_reviewer())

    assert "G01b" not in give(facts={"assigned": "rosa"})
    recuse(facts={"recused": "rosa", "line": True}).settle()
    assert "G01b" in give(facts={"assigned": "rosa"})
    assert "G01b" not in give(facts={"assigned": "juan"})
    assert again(store, case).room == "desk"
    recuse(facts={"recused": "juan", "line": True}).settle()
    assert again(store, case).room == "review"
    back = partial(missing, store, rules, case, actor=a_reviewer())
    here, elsewhere = {"operator": "qorimayu", "site": "qorimayu"}, {"operator": "illapa", "site": "illapa"}
    assert "G01b" in back(Step.RELEASE)
    assert "G01b" in back(Step.ROUTE, facts=here)
    assert "G01b" not in back(Step.ROUTE, facts=here | {"release": False})
    assert "G01b" not in back(Step.ROUTE, facts=elsewhere)


def test_g03_the_company_ends_a_case_only_as_the_person_said(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.VERIFIED)
    against, as_said = {"sense": Sense.NOT_UPHELD}, {"sense": Sense.RESOLVED_IMPLEMENTED}

    assert "G03" in missing(store, rules, case, Step.CLOSE, actor=an_officer(), facts=against)
    assert "G03" not in missing(store, rules, case, Step.CLOSE, actor=an_officer(), facts=as_said)
    assert "G03" not in missing(store, rules, case, Step.CONFIRM_ANSWER, actor=a_reviewer(), facts=against)


@pytest.mark.parametrize("sense", [s for s in Sense if s != Sense.RESOLVED_IMPLEMENTED])
def test_g03_refuses_to_close_in_another_sense_and_the_refusal_is_an_entry(
    store: Store, rules: Rulebook, sense: Sense
) -> None:
    case = a_case(store, rules, state=State.VERIFIED)

    outcome = take(store, case, Step.CLOSE, actor=an_officer(), rules=rules, facts={"sense": sense})

    assert "G03" in guards(outcome)
    assert again(store, case).state == State.VERIFIED
    tried = store.read(lambda conn: record.entries_of(conn, case.id))[-1]
    assert (tried.step, tried.refused) == (Step.CLOSE, True)


def test_g05_nothing_moves_while_record_and_case_disagree(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    assert "G05" not in missing(store, rules, case, Step.ACKNOWLEDGE, actor=an_officer())

    store.transact(lambda conn: conn.execute(update(CASES).values(state=State.VERIFIED)))
    moved = again(store, case)

    assert "G05" in missing(store, rules, moved, Step.CLOSE, actor=an_officer())


def test_g05_a_case_without_any_record_does_not_move(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    stray = Case(**(columns(case) | {"id": "0" * 32}))

    assert "G05" in missing(store, rules, stray, Step.ACKNOWLEDGE, actor=an_officer())


@pytest.mark.parametrize(
    ("facts", "enough"),
    [
        ({}, False),
        ({"texts": []}, False),
        ({"texts": ["d1"]}, True),
        ({"theme": "water"}, True),
        ({"recording": True}, True),
    ],
)
def test_g06_some_content_is_all_we_ask(facts: Mapping[str, Any], *, enough: bool) -> None:
    evidence = Evidence.of_intake(facts=facts, owed=("receipt",), language="en")

    assert (one("G06").ask(evidence) is None) == enough


def test_g08_nobody_is_sent_a_message_they_cannot_read(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    store.transact(lambda conn: speak(conn, "xx"))

    in_no_language = take(store, case, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules)
    store.transact(lambda conn: speak(conn, "en"))
    in_theirs = take(store, case, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules)

    assert guards(in_no_language) == {"G08"}
    assert guards(in_theirs) == set()


@pytest.mark.parametrize("reason", ["", "too_old", None])
def test_g10_old_facts_are_never_a_reason_to_refuse(
    store: Store, rules: Rulebook, reason: str | None
) -> None:
    case = a_case(store, rules)

    refused = take(
        store, case, Step.RULE_OUT_OF_SCOPE, actor=a_reviewer(), rules=rules, facts={"reason": reason}
    )
    taken = take(
        store, case, Step.RULE_OUT_OF_SCOPE, actor=a_reviewer(), rules=rules, facts={"reason": "another_mine"}
    )

    assert guards(refused) == {"G10"}
    assert taken.state == State.CLOSED


def test_g11_nobody_assesses_before_the_person_knows_it_arrived(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    told = take(store, case, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules)

    early = take(store, case, Step.ASSESS, actor=an_officer(), rules=rules, facts=ASSESSED)
    reach(store, told, rules=rules)
    then = take(store, case, Step.ASSESS, actor=an_officer(), rules=rules, facts=ASSESSED)

    assert guards(early) == {"G11"}
    assert then.state == State.ASSESSED


def test_g11_who_left_no_address_was_told_on_the_page_with_the_clave(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, address=False, reached=False, state=State.ACKNOWLEDGED)

    assert take(store, case, Step.ASSESS, actor=an_officer(), rules=rules, facts=ASSESSED).refusals == ()


def test_g11_three_failed_days_are_enough_and_two_are_not(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED, reached=False)

    fail(store, case, "acknowledgement", days=2)
    after_two = take(store, case, Step.ASSESS, actor=an_officer(), rules=rules, facts=ASSESSED)
    fail(store, case, "acknowledgement", days=1, start=2)
    after_three = take(store, case, Step.ASSESS, actor=an_officer(), rules=rules, facts=ASSESSED)

    assert guards(after_two) == {"G11"}
    assert after_three.state == State.ASSESSED


@pytest.mark.parametrize(("reason", "words"), [("", "Where?"), ("busy", "Where?"), ("need_info", "  ")])
def test_g13_the_clock_stops_only_for_a_question(
    store: Store, rules: Rulebook, reason: str, words: str
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)

    refused = take(
        store, case, Step.ASK, actor=an_officer(), rules=rules, facts={"reason": reason}, words=words
    )
    asked = take(
        store,
        case,
        Step.ASK,
        actor=an_officer(),
        rules=rules,
        facts={"reason": "need_info"},
        words="Where is it?",
    )

    assert guards(refused) == {"G13"}
    assert asked.refusals == ()


def test_g13_the_clock_stops_twice_and_not_a_third_time(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    question: dict[str, Any] = {"facts": {"reason": "need_info"}, "words": "Where is it?"}

    for hour in (2, 3):
        at = NOON + timedelta(hours=hour)
        asked = take(store, case, Step.ASK, actor=an_officer(), rules=rules, now=at, **question).settle()
        reach(store, asked, rules=rules, now=at)
        take(
            store, case, Step.ADD, actor=the_complainant(), rules=rules, now=at + timedelta(minutes=5)
        ).settle()
    third = take(
        store, case, Step.ASK, actor=an_officer(), rules=rules, now=NOON + timedelta(hours=4), **question
    )

    assert guards(third) == {"G13"}


def test_g14_a_deadline_is_extended_once_and_before_it_has_passed(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    ten: dict[str, Any] = {
        "facts": {"clock": "answer", "days": 10, "reason": "sample"},
        "words": "The sample is at the laboratory.",
    }

    first = take(store, case, Step.EXTEND, actor=an_officer(), rules=rules, **ten)
    second = take(store, case, Step.EXTEND, actor=an_officer(), rules=rules, **ten)

    assert (guards(first), guards(second)) == (set(), {"G14"})


@pytest.mark.parametrize(
    ("facts", "words", "days_later"),
    [
        ({"clock": "answer", "days": 11, "reason": "sample"}, "Because.", 0),
        ({"clock": "answer", "days": 0, "reason": "sample"}, "Because.", 0),
        ({"clock": "answer", "days": "ten", "reason": "sample"}, "Because.", 0),
        ({"clock": "review", "days": 5, "reason": "sample"}, "Because.", 0),
        ({"clock": "answer", "days": 5, "reason": "sample"}, " ", 0),
        ({"clock": "answer", "days": 5, "reason": "sample"}, "Because.", 60),
    ],
)
def test_g14_no_long_unexplained_or_late_extension(
    store: Store, rules: Rulebook, facts: Mapping[str, Any], words: str, days_later: int
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    at = LATER + days_later * DAY

    refused = take(
        store, case, Step.EXTEND, actor=an_officer(), rules=rules, now=at, facts=facts, words=words
    )

    assert "G14" in guards(refused)


@pytest.mark.parametrize("reason", [None, "", "because", "court_case", ["sample"]])
def test_g14c_refuses_more_time_without_a_reason_of_the_list(
    store: Store, rules: Rulebook, reason: object
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    facts = {"clock": "answer", "days": 5} | ({} if reason is None else {"reason": reason})

    refused = take(
        store, case, Step.EXTEND, actor=an_officer(), rules=rules, facts=facts, words="It takes longer."
    )

    assert "G14c" in guards(refused)


@pytest.mark.parametrize("reason", EXTENDING)
def test_g14c_lets_more_time_be_asked_for_by_each_reason_of_the_list(
    store: Store, rules: Rulebook, reason: str
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    facts = {"clock": "answer", "days": 5, "reason": reason}

    taken = take(
        store, case, Step.EXTEND, actor=an_officer(), rules=rules, facts=facts, words="It takes longer."
    )

    assert guards(taken) == set()


def test_g16_an_answer_answers_every_question_and_rests_on_something(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED)
    two: dict[str, Any] = {**ASSESSED, "issues": 2}
    take(store, case, Step.ASSESS, actor=an_officer(), rules=rules, facts=two).settle()
    take(store, case, Step.INVESTIGATE, actor=an_officer(), rules=rules).settle()
    heard = take(store, case, Step.HEAR, actor=an_officer(), rules=rules).settle()
    reach(store, heard, rules=rules)
    seen = visited(rules)
    take(store, case, Step.UPDATE, actor=an_officer(), rules=rules, facts=seen, words="Seen.").settle()

    def propose(words: str = "We mend the pipe.", **facts: Any) -> set[str]:
        return guards(
            take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, facts=facts, words=words)
        )

    assert propose(answered=[1], evidence=["visit"]) == {"G16"}
    assert propose(answered=[1, 2], evidence=[]) == {"G16"}
    assert propose(" ", answered=[1, 2], evidence=["visit"]) == {"G16"}
    assert propose(answered=[1, 2], evidence=["visit"]) == set()


def test_g16b_refuses_an_answer_without_a_kind_and_a_secret_without_a_reason(
    store: Store, rules: Rulebook
) -> None:
    asked = a_case(store, rules, state=State.INVESTIGATING, kind=Kind.INFORMATION_REQUEST)
    complained = a_case(store, rules, state=State.INVESTIGATING)

    def answer(case: Case, **facts: str) -> set[str]:
        given = {**ANSWERED, **facts}
        words = "It is kept back."
        return guards(
            take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, facts=given, words=words)
        )

    assert answer(asked) == {"G16b"}
    assert answer(asked, answer_type="clarification_asked") == {"G16b"}
    assert answer(asked, answer_type="confidential") == {"G16b"}
    assert answer(asked, answer_type="reserved", legal_reason="inconvenient") == {"G16b"}
    assert "G16b" in answer(complained, answer_type="full")


@pytest.mark.parametrize(
    "facts",
    [
        {"answer_type": "full"},
        {"answer_type": "not_held"},
        {"answer_type": "confidential", "legal_reason": "trade_secret"},
    ],
)
def test_g16b_lets_a_request_be_answered_without_a_hearing_or_a_remedy(
    store: Store, rules: Rulebook, facts: dict[str, str]
) -> None:
    asked = a_case(store, rules, state=State.INVESTIGATING, kind=Kind.INFORMATION_REQUEST)

    answered = take(
        store,
        asked,
        Step.PROPOSE,
        actor=an_officer(),
        rules=rules,
        facts={**ANSWERED, **facts},
        words="Here it is.",
    )

    assert guards(answered) == set()
    assert again(store, asked).state == State.PROPOSED


@pytest.mark.parametrize(
    ("days", "body", "refused"), [(5, "pe-ombudsman", False), (6, "pe-ombudsman", True), (1, "", True)]
)
def test_g16c_who_does_not_have_it_says_so_within_three_working_days(
    store: Store, rules: Rulebook, days: int, body: str, *, refused: bool
) -> None:
    asked = a_case(store, rules, state=State.INVESTIGATING, kind=Kind.INFORMATION_REQUEST)
    facts = {**ANSWERED, "answer_type": "not_competent_redirected", "body": body}
    words, then = "The water authority has it.", NOON + timedelta(days=days)

    sent_on = take(
        store, asked, Step.PROPOSE, actor=an_officer(), rules=rules, facts=facts, words=words, now=then
    )

    assert guards(sent_on) == ({"G16c"} if refused else set())


@pytest.mark.parametrize(("days", "refused"), [(7, False), (8, True)])
def test_g16c_that_it_is_public_already_is_said_within_five_working_days(
    sqlite_store: Store, rules: Rulebook, days: int, *, refused: bool
) -> None:
    asked = a_case(sqlite_store, rules, state=State.INVESTIGATING, kind=Kind.INFORMATION_REQUEST)
    facts = {**ANSWERED, "answer_type": "publicly_available"}
    words, then = "It stands in the yearly report.", NOON + timedelta(days=days)

    told = take(
        sqlite_store, asked, Step.PROPOSE, actor=an_officer(), rules=rules, facts=facts, words=words, now=then
    )

    assert guards(told) == ({"G16c"} if refused else set())


def test_g17_nobody_answers_before_the_person_was_offered_to_be_heard(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.INVESTIGATING)
    answer: dict[str, Any] = {"facts": ANSWERED, "words": "We mend the pipe."}

    never = take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, **answer)
    offered = take(store, case, Step.HEAR, actor=an_officer(), rules=rules).settle()
    unread = take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, **answer)
    reach(store, offered, rules=rules)
    heard = take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, **answer)

    assert (guards(never), guards(unread), guards(heard)) == ({"G17"}, {"G17"}, set())


def test_g17_who_already_spoke_was_heard(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.INVESTIGATING)
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules).settle()

    answer = take(
        store, case, Step.PROPOSE, actor=an_officer(), rules=rules, facts=ANSWERED, words="We mend the pipe."
    )

    assert answer.state == State.PROPOSED


def test_g18b_a_yes_counts_when_the_words_had_arrived(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.PROPOSED, reached=False)
    unread = take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules)

    read = a_case(store, rules, state=State.PROPOSED)
    accepted = take(store, read, Step.ACCEPT, actor=the_complainant(), rules=rules)

    assert guards(unread) == {"G18b"}
    assert accepted.state == State.AGREED


@pytest.mark.parametrize("credential", ["", "recent"])
@pytest.mark.parametrize("step", [Step.ACCEPT, Step.ASK_WITHDRAWAL, Step.ERASE, Step.JOIN, Step.CONSENT])
def test_g19_a_yes_comes_with_the_persons_own_credential(
    store: Store, rules: Rulebook, step: Step, credential: str
) -> None:
    case = a_case(store, rules, state=State.PROPOSED)

    facts = {"older": case.id, "pressed": False}
    stranger, person = the_complainant(credential=credential), the_complainant(credential="code")

    without = take(store, case, step, actor=stranger, rules=rules, facts=facts)
    with_it = take(store, case, step, actor=person, rules=rules, facts=facts)

    assert "G19" in guards(without)
    assert with_it.refusals == ()


def test_g19_something_serious_is_accepted_with_the_clave_after_seven_days(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.PROPOSED, severity="high")

    def accept(credential: str, days: int) -> set[str]:
        actor = the_complainant(credential=credential)
        return guards(take(store, case, Step.ACCEPT, actor=actor, rules=rules, now=LATER + days * DAY))

    assert accept("code", 8) == {"G19"}
    assert accept("clave", 6) == {"G19"}
    assert accept("clave", 7) == set()


def test_g21_who_takes_more_time_tells_the_person(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    quiet, told = (waiting_long(case, owed=owed) for owed in ((), ("extension",)))
    nobody_waits = one("G21")

    assert nobody_waits.ask(quiet) is not None
    assert nobody_waits.ask(told) is None


def test_g22_g30_a_case_closes_after_the_letter_arrived_and_the_lesson_was_kept(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.VERIFIED)
    officer = an_officer()

    def close() -> set[str]:
        sense = {"sense": Sense.RESOLVED_IMPLEMENTED}
        return guards(take(store, case, Step.CLOSE, actor=officer, rules=rules, facts=sense))

    assert close() == {"G22", "G30"}
    take(store, case, Step.LEARN, actor=officer, rules=rules, facts=LEARNED).settle()
    assert close() == {"G22"}
    letter = take(
        store, case, Step.UPDATE, actor=officer, rules=rules, facts=CLOSING_LETTER, words="It is mended."
    ).settle()
    assert close() == {"G22"}
    reach(store, letter, rules=rules)
    assert close() == set()


def test_g22_g30_a_case_that_came_back_needs_a_letter_and_a_lesson_of_its_own(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.REOPENED)

    lacks = missing(
        store, rules, case, Step.CLOSE, actor=an_officer(), facts={"sense": Sense.RESOLVED_IMPLEMENTED}
    )

    assert {"G22", "G30"} <= lacks


@pytest.mark.parametrize(
    "wrong",
    [{"root_cause": "bad_luck"}, {"lesson": ""}, {"contractor": "no"}, {"preventable": None}],
)
def test_g30_a_lesson_names_cause_contractor_and_whether_it_could_be_avoided(
    store: Store, rules: Rulebook, wrong: Mapping[str, Any]
) -> None:
    case = a_case(store, rules, state=State.VERIFIED)
    sense = {"sense": Sense.RESOLVED_IMPLEMENTED}

    take(store, case, Step.LEARN, actor=an_officer(), rules=rules, facts={**LEARNED, **wrong}).settle()
    with_the_wrong_one = missing(store, rules, case, Step.CLOSE, actor=an_officer(), facts=sense)
    take(store, case, Step.LEARN, actor=an_officer(), rules=rules, facts=LEARNED).settle()
    with_the_right_one = missing(store, rules, case, Step.CLOSE, actor=an_officer(), facts=sense)

    assert "G30" in with_the_wrong_one
    assert "G30" not in with_the_right_one


@pytest.mark.parametrize(
    "offer",
    [
        "We pay if you renuncia a toda acción legal.",
        "Le pagamos; usted no podrá denunciar.",
        "Esto es confidencial.",
        "You waive every claim.",
        "You agree not to sue.",
        "Guarde silencio sobre esto.",
    ],
)
def test_g23_no_offer_asks_for_a_right_or_for_silence(store: Store, rules: Rulebook, offer: str) -> None:
    case = a_case(store, rules, state=State.IN_DIALOGUE)

    refused = take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, facts=ANSWERED, words=offer)
    kind = take(
        store, case, Step.PROPOSE, actor=an_officer(), rules=rules, facts=ANSWERED,
        words="Reparamos la tubería y pagamos los animales. Usted puede ir a la justicia cuando quiera.",
    )  # fmt: skip

    assert guards(refused) == {"G23"}
    assert kind.state == State.PROPOSED


def test_g25_every_question_about_danger_is_answered(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED)

    def assess(flags: object) -> set[str]:
        facts = {**ASSESSED, "flags": flags}
        return guards(take(store, case, Step.ASSESS, actor=an_officer(), rules=rules, facts=facts))

    assert assess(None) == {"G25"}
    assert assess({k: v for k, v in NO_DANGER.items() if k != "child"}) == {"G25"}
    assert assess({**NO_DANGER, "child": "perhaps"}) == {"G25"}
    assert assess({**NO_DANGER, "child": True}) == {"G25"}
    assert assess(NO_DANGER) == set()


def test_g25_danger_is_assessed_where_only_review_reads(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED, protected=True)
    facts = {**ASSESSED, "flags": {**NO_DANGER, "child": True}, "severity": "high"}

    assert take(store, case, Step.ASSESS, actor=a_focal_point(), rules=rules, facts=facts).refusals == ()


TRIES = [(0, "sms", False), (15, "visit", False), (31, "sms", True)]


@pytest.mark.parametrize(
    ("tries", "found"),
    [
        (TRIES[:2], False),
        ([(0, "sms", False), (0, "visit", False), (0, "sms", True)], False),
        ([(0, "sms", False), (15, "sms", False), (31, "sms", True)], False),
        ([(0, "sms", False), (15, "visit", False), (29, "sms", True)], False),
        ([(0, "sms", False), (15, "visit", False), (31, "sms", False)], False),
        (TRIES, True),
    ],
)
def test_g27_silence_is_found_only_after_three_days_two_ways_and_thirty_days(
    store: Store, rules: Rulebook, tries: list[tuple[int, str, bool]], *, found: bool
) -> None:
    case = a_case(store, rules)
    try_to_reach(store, rules, case, tries)

    ended = close_for_silence(store, rules, case)

    assert guards(ended) == (set() if found else {"G27"})


def test_g27_asking_for_no_messages_is_not_silence(store: Store, rules: Rulebook) -> None:
    person = a_person(store, stopped_on=NOON.date())
    case = a_case(store, rules, complainant=person)
    try_three_times(store, rules, case, actor=an_officer())

    soon = close_for_silence(store, rules, case)
    a_year_later = close_for_silence(store, rules, case, after=370)

    assert (guards(soon), guards(a_year_later)) == ({"G27"}, set())


def test_g27_a_protected_case_is_never_closed_for_silence(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, protected=True)
    try_three_times(store, rules, case, actor=a_focal_point())

    assert guards(close_for_silence(store, rules, case)) == {"G27"}


def test_g27_a_text_that_waits_at_review_is_not_silence(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    a_case(store, rules, room="review", link=(case.id, "withheld", NOON.date() + 3 * DAY))
    try_three_times(store, rules, case, actor=an_officer())

    waiting = close_for_silence(store, rules, case)
    store.transact(lambda conn: conn.execute(text("UPDATE links SET why = 'ordinary'")))
    looked_at = close_for_silence(store, rules, case)

    assert (guards(waiting), guards(looked_at)) == ({"G27"}, set())


def test_g28_only_the_person_withdraws_with_a_credential(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    calm, person = {"pressed": False}, the_complainant(credential="code")
    stranger = the_complainant(credential="recent")

    without = take(store, case, Step.ASK_WITHDRAWAL, actor=stranger, rules=rules, facts=calm)
    unasked = take(store, case, Step.ASK_WITHDRAWAL, actor=person, rules=rules)
    for actor in (an_officer(), a_reviewer(), a_focal_point(), THE_CLOCK):
        with pytest.raises(NoSuchStep):
            take(store, case, Step.ASK_WITHDRAWAL, actor=actor, rules=rules)
    with_the_code = take(store, case, Step.ASK_WITHDRAWAL, actor=person, rules=rules, facts=calm)

    assert "G28" in guards(without)
    assert guards(unasked) == {"G28"}
    assert guards(with_the_code) == set()


def test_g29_a_promise_counts_when_everything_is_done(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.IMPLEMENTING, offers=2)
    first, second = commitments(store)

    none_done = take(store, case, Step.CONFIRM, actor=the_complainant(), rules=rules)
    take(
        store, case, Step.KEEP, actor=an_officer(), rules=rules, facts={"commitment": first, "proof": "visit"}
    ).settle()
    half_done = take(store, case, Step.CONFIRM, actor=the_complainant(), rules=rules)
    take(
        store,
        case,
        Step.KEEP,
        actor=an_officer(),
        rules=rules,
        facts={"commitment": second, "proof": "photo"},
    ).settle()
    all_done = take(store, case, Step.CONFIRM, actor=the_complainant(), rules=rules)

    assert (guards(none_done), guards(half_done)) == ({"G29"}, {"G29"})
    assert all_done.state == State.VERIFIED


def test_g29b_an_agreement_that_promised_something_is_carried_out_before_it_ends(
    store: Store, rules: Rulebook
) -> None:
    explained = {"sense": Sense.EXPLAINED_ACCEPTED}
    promised = a_case(store, rules, state=State.AGREED, offers=1)
    only_explained = a_case(store, rules, state=State.AGREED, offers=0)

    assert "G29b" in missing(store, rules, promised, Step.CLOSE, actor=an_officer(), facts=explained)
    assert "G29b" not in missing(
        store, rules, only_explained, Step.CLOSE, actor=an_officer(), facts=explained
    )


def test_g33_a_third_party_decides_when_the_person_chooses_or_the_company_is_silent(
    store: Store, rules: Rulebook
) -> None:
    answered, waiting = a_case(store, rules, state=State.PROPOSED), a_case(store, rules)
    step, person = Step.ASK_INDEPENDENT_REVIEW, the_complainant()

    chosen = take(store, answered, step, actor=person, rules=rules)
    too_early = take(store, waiting, step, actor=person, rules=rules)
    twice_overdue = take(store, waiting, step, actor=person, rules=rules, now=LATER + 30 * DAY)

    assert guards(too_early) == {"G33"}
    assert (chosen.state, twice_overdue.state) == (
        State.UNDER_INDEPENDENT_REVIEW,
        State.UNDER_INDEPENDENT_REVIEW,
    )


def test_g33b_a_reviewer_confirms_only_an_answer_that_the_person_had(store: Store, rules: Rulebook) -> None:
    answered = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    never = a_case(store, rules)
    take(store, never, Step.ESCALATE, actor=THE_CLOCK, rules=rules, now=LATER + 30 * DAY).settle()
    unread = a_case(store, rules, state=State.PROPOSED, reached=False)
    take(store, unread, Step.ASK_INDEPENDENT_REVIEW, actor=the_complainant(), rules=rules).settle()

    def confirm(case: Case) -> set[str]:
        facts = {"reason": "well_founded"}
        at = LATER + 31 * DAY
        return guards(
            take(store, case, Step.CONFIRM_ANSWER, actor=a_reviewer(), rules=rules, facts=facts, now=at)
        )

    assert (confirm(never), confirm(unread), confirm(answered)) == ({"G33b"}, {"G33b"}, set())


@pytest.mark.parametrize(("days", "opens"), [(0, True), (365, True), (366, False)])
def test_g36_within_twelve_months_the_persons_word_opens_a_case_again(
    store: Store, rules: Rulebook, days: int, *, opens: bool
) -> None:
    case = a_case(store, rules, state=State.CLOSED)

    outcome = take(store, case, Step.REOPEN, actor=the_complainant(), rules=rules, now=LATER + days * DAY)

    assert guards(outcome) == (set() if opens else {"G36"})


def test_g36_later_only_a_reviewer_opens_it(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.CLOSED)

    outcome = take(store, case, Step.REOPEN, actor=a_reviewer(), rules=rules, now=LATER + 900 * DAY)

    assert outcome.state == State.REOPENED


def test_g36_refuses_a_reviewer_what_its_person_erased_and_lets_them_come_back_themselves(
    store: Store, rules: Rulebook
) -> None:
    open_one, closed = a_case(store, rules), a_case(store, rules, state=State.CLOSED)
    for case in (open_one, closed):
        take(store, case, Step.ERASE, actor=the_complainant(), rules=rules).settle()

    def reopen(case: Case, actor: Actor) -> Outcome:
        return take(store, case, Step.REOPEN, actor=actor, rules=rules)

    assert guards(reopen(open_one, a_reviewer())) == guards(reopen(closed, a_reviewer())) == {"G36"}
    assert reopen(closed, the_complainant()).state == State.REOPENED


def test_what_somebody_wrote_is_theirs_to_erase_after_the_end_too(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.CLOSED)
    texts = store.read(lambda conn: vault.texts_of(conn, case.id))

    outcome = take(store, case, Step.ERASE, actor=the_complainant(), rules=rules)

    after = again(store, case)
    assert (outcome.refusals, after.state, after.sense) == ((), State.CLOSED, Sense.ERASED_BY_PERSON)
    assert after.closed_on == case.closed_on
    assert texts
    assert store.read(lambda conn: vault.texts_of(conn, case.id)) == []
    closings = text("SELECT count(*) FROM deltas WHERE measure = 'closed'")
    assert store.read(lambda conn: conn.execute(closings).scalar_one()) > 0
    erased = text("SELECT count(*) FROM deltas WHERE measure = 'sense:erased_by_person'")
    assert store.read(lambda conn: conn.execute(erased).scalar_one()) == 0


def test_all_refusals_come_at_once_and_each_says_why(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.INVESTIGATING)

    outcome = take(
        store, case, Step.PROPOSE, actor=an_officer(), rules=rules, facts={}, words="You waive every right."
    )

    assert guards(outcome) == {"G16", "G17", "G23"}
    assert all(str(refusal.reason).endswith(".") for refusal in outcome.refusals)


def test_a_move_opens_nothing_that_a_guard_did_not_declare() -> None:
    @guard("GX", steps=(Step.CLOSE,), reads=("facts",))
    def peeks(move: Move) -> None:
        assert move.facts == {}
        assert move.actor

    evidence = Evidence.of_intake(facts={}, owed=(), language="en")

    with pytest.raises(UndeclaredRead, match="GX reads 'actor'"):
        peeks.ask(evidence)


def test_the_list_of_what_is_missing_leaves_no_trace(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.VERIFIED)
    count = text("SELECT count(*) FROM entries")
    before = store.read(lambda conn: conn.execute(count).scalar_one())

    lacks = missing(store, rules, case, Step.CLOSE, actor=an_officer(), facts={})

    assert lacks == {"G03", "G22", "G30"}
    assert store.read(lambda conn: conn.execute(count).scalar_one()) == before


def waiting_long(case: Case, *, owed: tuple[str, ...]) -> Evidence:
    on = NOON.date() + 31 * DAY
    return Evidence(
        case=case, step=Step.EXTEND, to=case.state, actor=an_officer(), on=on, facts={}, words="", owed=owed
    )


def speak(conn: Connection, language: str) -> None:
    conn.execute(update(CASES).values(language=language))
    conn.execute(text("UPDATE complainants SET language = :language"), {"language": language})


def one(guard_id: str) -> Any:
    return next(g for c in CRITERIA for g in c.guards if g.id == guard_id)


def try_three_times(store: Store, rules: Rulebook, case: Case, *, actor: Actor) -> None:
    try_to_reach(store, rules, case, TRIES, actor=actor)


def close_for_silence(store: Store, rules: Rulebook, case: Case, *, after: int = 40) -> Outcome:
    facts = {"reason": "no_answer"}
    at = LATER + after * DAY
    return take(
        store,
        case,
        Step.CLOSE_NO_CONTACT,
        actor=Actor(Role.REVIEWER, "ines"),
        rules=rules,
        now=at,
        facts=facts,
    )


def commitments(store: Store) -> list[str]:
    return store.read(
        lambda conn: list(conn.execute(text("SELECT id FROM commitments ORDER BY id")).scalars())
    )


def fail(store: Store, case: Case, template: str, *, days: int, start: int = 0) -> None:
    notice = text('SELECT id FROM notices WHERE "case" = :case AND template = :template')
    attempt = text(
        "INSERT INTO attempts (id, notice, gateway, claimed_at, tried_on, lease_until, state, receipts) "
        "VALUES (:id, :notice, 'simulator', :at, :on, :at, 'failed', :no)"
    )

    def write(conn: Any) -> None:
        found = conn.execute(notice, {"case": case.id, "template": template}).scalar_one()
        for n in range(start, start + days):
            at = LATER + n * DAY
            values = {"id": f"{n:032}", "notice": found, "at": at, "on": at.date(), "no": False}
            conn.execute(attempt, values)

    store.transact(write)
