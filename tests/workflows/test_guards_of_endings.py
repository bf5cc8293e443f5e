"""How cases end, get more time or go on in danger: handed over, found silent, extended. What each rests on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from grievance import case as cases
from grievance.case import Case, CaseClock
from grievance.commitment import Commitment
from grievance.complainant import Clave
from grievance.store import Store
from grievance.vocabulary import Clock, State, Step
from tests.factories import (
    ANSWERED,
    ASSESSED,
    LATER,
    NO_DANGER,
    THAT_DAY,
    a_case,
    a_focal_point,
    a_reviewer,
    an_offer,
    an_officer,
    reach,
    take,
    the_complainant,
    try_to_reach,
)
from workflows import criteria
from workflows.casework import Outcome
from workflows.criterion import Actor
from workflows.effects import Offer
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)


def guards(outcome: Outcome) -> set[str]:
    return {refusal.guard for refusal in outcome.refusals}


def test_every_guard_of_this_file_is_there() -> None:
    assert {"G14", "G23b", "G27", "G29c", "G39b", "G41"} <= {g.id for g in criteria.ALL}


# --- G14 ------------------------------------------------------------------------------------------------

MORE: dict[str, Any] = {
    "facts": {"clock": "answer", "days": 10, "reason": "sample"},
    "words": "The sample is at the laboratory.",
}


def test_g14_refuses_to_ask_for_more_time_again_while_word_of_the_first_is_under_way(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    take(store, case, Step.EXTEND, actor=an_officer(), rules=rules, **MORE).settle()

    assert guards(take(store, case, Step.EXTEND, actor=an_officer(), rules=rules, **MORE)) == {"G14"}


@pytest.mark.parametrize(("days_later", "counts"), [(0, True), (60, False)], ids=["in time", "too late"])
def test_g14_lets_more_time_count_only_when_the_person_was_told_before_the_date(
    store: Store, rules: Rulebook, days_later: int, *, counts: bool
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    before = answer_clock(store, case).due_on
    told = take(store, case, Step.EXTEND, actor=an_officer(), rules=rules, **MORE).settle()
    unread = answer_clock(store, case)

    reach(store, told, rules=rules, now=LATER + days_later * DAY)

    after = answer_clock(store, case)
    assert (unread.due_on, unread.extended) == (before, False)
    assert (after.due_on > before, after.extended) == (counts, counts)


def answer_clock(store: Store, case: Case) -> CaseClock:
    clocks = store.read(lambda conn: cases.clocks_of(conn, case.id))
    return next(c for c in clocks if c.name == Clock.ANSWER)


# --- G23b -----------------------------------------------------------------------------------------------


def agreed_on(store: Store, rules: Rulebook, words: str) -> Case:
    case = a_case(store, rules, state=State.INVESTIGATING)
    reach(store, take(store, case, Step.HEAR, actor=an_officer(), rules=rules).settle(), rules=rules)
    offer = {"facts": ANSWERED, "words": words, "offers": (an_offer(),)}
    told = take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, **offer).settle()
    reach(store, told, rules=rules)
    take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules).settle()
    return case


def carry_out(store: Store, rules: Rulebook, case: Case) -> set[str]:
    return guards(take(store, case, Step.CARRY_OUT, actor=an_officer(), rules=rules))


def read_by(store: Store, rules: Rulebook, case: Case, who: Actor) -> None:
    take(store, case, Step.SECOND, actor=who, rules=rules, facts={"what": "no_waiver"}).settle()


@pytest.mark.parametrize("words", ["Le pagaremos los animales.", "We pay for the fence.", "Son $ 500."])
def test_g23b_refuses_to_carry_out_what_was_settled_for_money_and_only_the_company_read(
    store: Store, rules: Rulebook, words: str
) -> None:
    case = agreed_on(store, rules, words)
    read_by(store, rules, case, an_officer(name="juan"))

    assert carry_out(store, rules, case) == {"G23b"}


def test_g23b_lets_money_be_paid_that_the_third_party_read_of_and_everything_else_at_once(
    store: Store, rules: Rulebook
) -> None:
    money, none = (
        agreed_on(store, rules, "Le pagaremos los animales."),
        agreed_on(store, rules, "We mend it."),
    )
    read_by(store, rules, money, a_reviewer())

    assert carry_out(store, rules, money) == carry_out(store, rules, none) == set()


# --- G27 ------------------------------------------------------------------------------------------------

TRIES = ((0, "sms", False), (15, "office", False), (31, "sms", True))


def find_silence(store: Store, rules: Rulebook, case: Case, *, after: int = 40) -> set[str]:
    facts = {"reason": "no_answer"}
    at = LATER + after * DAY
    return guards(
        take(store, case, Step.CLOSE_NO_CONTACT, actor=a_reviewer(), rules=rules, now=at, facts=facts)
    )


def test_g27_refuses_text_messages_that_nobody_wrote_and_tries_before_the_persons_last_word(
    store: Store, rules: Rulebook
) -> None:
    unwritten, answered = a_case(store, rules), a_case(store, rules)
    try_to_reach(store, rules, unwritten, TRIES, written=False)
    try_to_reach(store, rules, answered, TRIES)
    take(
        store,
        answered,
        Step.ADD,
        actor=the_complainant(),
        rules=rules,
        now=LATER + 32 * DAY,
        words="I am here.",
    ).settle()

    assert find_silence(store, rules, unwritten) == find_silence(store, rules, answered) == {"G27"}


def test_g27_refuses_to_end_what_was_agreed_or_ordered_by_silence(store: Store, rules: Rulebook) -> None:
    agreed = a_case(store, rules, state=State.IMPLEMENTING)
    ordered = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    take(store, ordered, Step.ORDER, actor=a_reviewer(), rules=rules, words="Mend the pipe.").settle()
    for case in (agreed, ordered):
        try_to_reach(store, rules, case, TRIES)

    assert find_silence(store, rules, agreed) == find_silence(store, rules, ordered) == {"G27"}


def test_g27_lets_whoever_left_no_address_be_found_silent_after_sixty_days_unseen(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, address=False)
    try_to_reach(store, rules, case, TRIES)
    a_clave(store, case)

    early = find_silence(store, rules, case)
    looked = update(Clave.__table__).values(visited_at=LATER + 20 * DAY)  # type: ignore[attr-defined]
    store.transact(lambda conn: conn.execute(looked))
    since_they_looked = find_silence(store, rules, case, after=79)
    at_last = find_silence(store, rules, case, after=81)

    assert (early, since_they_looked, at_last) == ({"G27"}, {"G27"}, set())


def a_clave(store: Store, case: Case) -> None:
    row = {
        "id": "c" * 32, "case": case.id, "complainant": None, "scheme": 1, "lookup": b"l", "public": b"p",
        "made_on": THAT_DAY, "visited_at": None,
    }  # fmt: skip
    store.transact(lambda conn: conn.execute(insert(Clave.__table__), row))  # type: ignore[attr-defined]


# --- G29c -----------------------------------------------------------------------------------------------


def say_done(store: Store, rules: Rulebook, case: Case, **facts: Any) -> set[str]:
    query = select(Commitment.__table__.c.id).where(Commitment.__table__.c.case == case.id)  # type: ignore[attr-defined]
    which = store.read(lambda conn: conn.execute(query).scalar_one())
    given = {"commitment": which, "last": True, **facts}
    return guards(take(store, case, Step.KEEP, actor=an_officer(), rules=rules, facts=given))


def test_g29c_refuses_word_that_it_was_done_without_a_proof_and_of_money_without_a_receipt(
    store: Store, rules: Rulebook
) -> None:
    mended = a_case(store, rules, state=State.IMPLEMENTING)
    paid = agreed_on(store, rules, "Le pagaremos los animales.")

    assert say_done(store, rules, mended) == say_done(store, rules, mended, proof="my word") == {"G29c"}
    assert say_done(store, rules, paid, proof="photo") == {"G29c"}


def test_g29c_lets_a_photo_show_work_and_a_signed_receipt_show_money(store: Store, rules: Rulebook) -> None:
    mended = a_case(store, rules, state=State.IMPLEMENTING)
    paid = agreed_on(store, rules, "Le pagaremos los animales.")

    assert say_done(store, rules, mended, proof="photo") == set()
    assert say_done(store, rules, paid, proof="document") == set()


# --- G39b -----------------------------------------------------------------------------------------------

PUNISHED = {**ASSESSED, "severity": "high", "flags": {**NO_DANGER, "retaliation": True}}


def somebody_who_may_be_punished(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules, state=State.ACKNOWLEDGED, protected=True)
    take(store, case, Step.ASSESS, actor=a_focal_point(), rules=rules, facts=PUNISHED).settle()
    return case


def go_on(store: Store, rules: Rulebook, case: Case, step: Step, **facts: Any) -> set[str]:
    words = "We have news for you." if step == Step.PROPOSE else ""
    return guards(take(store, case, step, actor=a_focal_point(), rules=rules, facts=facts, words=words))


def test_g39b_refuses_the_next_step_before_the_risk_was_looked_at_again(
    store: Store, rules: Rulebook
) -> None:
    case = somebody_who_may_be_punished(store, rules)

    unseen = go_on(store, rules, case, Step.INVESTIGATE)
    half = go_on(store, rules, case, Step.INTERIM, measure="shelter", likelihood=4)
    beyond = go_on(store, rules, case, Step.INTERIM, measure="shelter", likelihood=4, harm=6)
    go_on(store, rules, case, Step.INTERIM, measure="shelter", likelihood=4, harm=5)
    go_on(store, rules, case, Step.INVESTIGATE)
    of_the_step_before = go_on(store, rules, case, Step.PROPOSE, answered=[1], evidence=["visit"])

    assert unseen == half == beyond == {"G39b"}
    assert "G39b" in of_the_step_before


def test_g39b_lets_the_case_go_on_with_a_new_look_and_asks_nobody_else_for_one(
    store: Store, rules: Rulebook
) -> None:
    case = somebody_who_may_be_punished(store, rules)
    other = a_case(store, rules, state=State.ASSESSED, protected=True)

    looked = go_on(store, rules, case, Step.INTERIM, measure="none", likelihood=1, harm=2)

    assert looked == go_on(store, rules, case, Step.INVESTIGATE) == set()
    assert go_on(store, rules, other, Step.INVESTIGATE) == set()


# --- G41 ------------------------------------------------------------------------------------------------

OVER = {"body": "pe-ombudsman", "reason": "life"}


def hand_over(store: Store, rules: Rulebook, case: Case, **facts: Any) -> Outcome:
    return take(store, case, Step.HAND_OVER, actor=a_focal_point(), rules=rules, facts={**OVER, **facts})


def answer(store: Store, rules: Rulebook, case: Case, said: str, *, body: str = "pe-ombudsman") -> None:
    facts = {"what": "referral", "body": body, "answer": said}
    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=facts).settle()


def test_g41_refuses_to_hand_over_an_ordinary_case_even_with_a_yes(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    answer(store, rules, case, "yes")

    assert guards(hand_over(store, rules, case)) == {"G41"}


def test_g41_refuses_to_hand_anybody_over_unasked_or_by_one_person_alone(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, protected=True)
    take(store, case, Step.SECOND, actor=a_focal_point(), rules=rules, facts={"what": "disclosure"}).settle()
    answer(store, rules, case, "yes", body="another")

    by_one = hand_over(store, rules, case)
    take(store, case, Step.SECOND, actor=a_reviewer(), rules=rules, facts={"what": "disclosure"}).settle()
    for_another_reason = hand_over(store, rules, case, reason="convenience")
    to_nobody = hand_over(store, rules, case, body="")

    assert guards(by_one) == guards(for_another_reason) == guards(to_nobody) == {"G41"}


def test_g41_refuses_what_the_person_took_back(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, protected=True)
    answer(store, rules, case, "yes")
    answer(store, rules, case, "no")

    assert guards(hand_over(store, rules, case, reason="consent")) == {"G41"}


def test_g41_lets_a_protected_case_go_to_the_body_the_person_said_yes_to(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, protected=True)
    answer(store, rules, case, "yes")

    assert hand_over(store, rules, case, reason="consent").state == State.CLOSED


@pytest.mark.parametrize("reason", ["life", "child"])
def test_g41_lets_two_people_hand_it_over_when_a_life_or_a_child_is_in_danger(
    store: Store, rules: Rulebook, reason: str
) -> None:
    case = a_case(store, rules, protected=True)
    take(store, case, Step.SECOND, actor=a_reviewer(), rules=rules, facts={"what": "disclosure"}).settle()

    assert hand_over(store, rules, case, reason=reason).state == State.CLOSED


# --- G29: what was missed -------------------------------------------------------------------------------


def promised(store: Store, case: Case) -> list[str]:
    table = Commitment.__table__  # type: ignore[attr-defined]
    query = select(table.c.id).where(table.c.case == case.id).order_by(table.c.due_on, table.c.id)
    return list(store.read(lambda conn: conn.execute(query).scalars()))


def missed(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules, state=State.IMPLEMENTING)
    (which,) = promised(store, case)
    take(store, case, Step.MISS, actor=a_reviewer(), rules=rules, facts={"commitment": which}).settle()
    return case


def test_g29_refuses_to_confirm_what_was_missed_and_lets_it_be_done_late(
    store: Store, rules: Rulebook
) -> None:
    case = missed(store, rules)
    (which,) = promised(store, case)

    before = take(store, case, Step.CONFIRM, actor=the_complainant(), rules=rules)
    facts = {"commitment": which, "proof": "photo"}
    take(store, case, Step.KEEP, actor=an_officer(), rules=rules, facts=facts).settle()
    after = take(store, case, Step.CONFIRM, actor=the_complainant(), rules=rules)

    assert (guards(before), after.state) == ({"G29"}, State.VERIFIED)


def test_g29_lets_what_was_ordered_since_stand_in_the_place_of_what_was_missed(
    store: Store, rules: Rulebook
) -> None:
    case = missed(store, rules)
    (old,) = promised(store, case)
    take(store, case, Step.DISPUTE, actor=the_complainant(), rules=rules).settle()
    offer = Offer("0" * 32, LATER.date() + timedelta(days=30))
    take(
        store, case, Step.ORDER, actor=a_reviewer(), rules=rules, words="Mend it now.", offers=(offer,),
        facts={"explanation_only": False},
    ).settle()  # fmt: skip

    before = take(store, case, Step.CONFIRM, actor=the_complainant(), rules=rules)
    facts = {"commitment": offer.id, "proof": "photo"}
    take(store, case, Step.KEEP, actor=an_officer(), rules=rules, facts=facts).settle()
    after = take(store, case, Step.CONFIRM, actor=the_complainant(), rules=rules)

    assert old != offer.id
    assert (guards(before), after.state) == ({"G29"}, State.VERIFIED)
