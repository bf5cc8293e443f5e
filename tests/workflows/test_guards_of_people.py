"""What nobody may do to a person: give them away, bind their group, pass them on, make danger small, blame them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from grievance import register, vault
from grievance.case import Case
from grievance.errors import ReadersChanged
from grievance.register import By, Note
from grievance.staff import Staff
from grievance.store import Store
from grievance.vocabulary import Sense, State, Step
from tests.factories import (
    ASSESSED,
    LATER,
    NO_DANGER,
    NOBODYS_KEYS,
    NOON,
    OPERATOR,
    THAT_DAY,
    THE_CLOCK,
    VERSION,
    a_case,
    a_focal_point,
    a_reviewer,
    again,
    an_offer,
    an_officer,
    kept_apart,
    moment,
    reach,
    take,
    the_complainant,
)
from workflows import criteria
from workflows.casework import NoSuchStep, Outcome
from workflows.criterion import Actor
from workflows.knowing import groups
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)


def guards(outcome: Outcome) -> set[str]:
    return {refusal.guard for refusal in outcome.refusals}


def test_every_guard_of_this_file_is_there() -> None:
    known = {g.id for g in criteria.ALL}

    assert {"G09", "G20", "G24", "G26", "G28", "G34b", "G38", "G39", "G41b", "G43"} <= known


# --- G09 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["We heard about the threats.", "Sobre el agua turbia.", "Lo amenazaron, ¿verdad?"]
)
def test_g09_refuses_a_word_of_the_matter_to_a_protected_person(
    store: Store, rules: Rulebook, words: str
) -> None:
    case = a_case(store, rules, protected=True)

    assert guards(write(store, rules, case, words, actor=a_focal_point())) == {"G09"}


def test_g09_refuses_a_word_of_the_matter_to_a_phone_that_others_use(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules, facts={"shared_phone": True}).settle()

    assert guards(write(store, rules, case, "Sobre el agua turbia.")) == {"G09"}


def test_g09_lets_neutral_words_reach_anybody_and_the_matter_a_phone_of_ones_own(
    store: Store, rules: Rulebook
) -> None:
    protected, own = a_case(store, rules, protected=True), a_case(store, rules)

    neutral = write(store, rules, protected, "We have news for you. Please answer.", actor=a_focal_point())
    plain = write(store, rules, own, "Sobre el agua turbia.")

    assert (guards(neutral), guards(plain)) == (set(), set())


# --- G20 ------------------------------------------------------------------------------------------------

MANDATE: Mapping[str, Any] = {
    "held_on": "2026-03-01",
    "until": "2027-03-01",
    "people": 40,
    "women": 22,
    "opt_out": True,
}


def a_groups_case(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules, state=State.PROPOSED)
    facts = {"theme": "water", "collective": True}
    take(store, case, Step.CORRECT, actor=a_reviewer(), rules=rules, facts=facts).settle()
    return case


def mandate(
    store: Store, rules: Rulebook, case: Case, *, kept: tuple[str, ...] = ("minutes", "speaker"), **wrong: Any
) -> Outcome:
    said = kept_apart(store, case, *kept) if kept else ()
    facts = {**MANDATE, **wrong}
    return take(store, case, Step.MANDATE, actor=a_reviewer(), rules=rules, facts=facts, said=said)


def test_g20_refuses_a_groups_yes_without_its_assembly(store: Store, rules: Rulebook) -> None:
    case = a_groups_case(store, rules)

    assert guards(take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules)) == {"G20"}


def test_g20_lets_a_group_say_yes_with_its_mandate(store: Store, rules: Rulebook) -> None:
    case = a_groups_case(store, rules)

    mandate(store, rules, case).settle()
    yes = take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules)

    assert yes.state == State.AGREED


@pytest.mark.parametrize(
    "wrong",
    [
        {"held_on": None},
        {"held_on": "2027-01-01"},
        {"people": 0},
        {"women": None},
        {"women": -1},
        {"opt_out": False},
        {"until": None},
        {"until": "2026-03-01"},
        {"until": "2028-03-02"},
        {"until": "tomorrow"},
    ],
)
def test_g20_refuses_a_mandate_that_says_too_little(
    store: Store, rules: Rulebook, wrong: Mapping[str, Any]
) -> None:
    case = a_groups_case(store, rules)

    outcome = mandate(store, rules, case, **wrong)

    assert guards(outcome) == {"G20"}
    with pytest.raises(NoSuchStep):
        take(store, case, Step.MANDATE, actor=an_officer(), rules=rules, facts=MANDATE)


@pytest.mark.parametrize("kept", [(), ("minutes",), ("speaker",)])
def test_g20_refuses_a_mandate_without_its_minutes_or_its_speaker(
    store: Store, rules: Rulebook, kept: tuple[str, ...]
) -> None:
    case = a_groups_case(store, rules)

    assert guards(mandate(store, rules, case, kept=kept)) == {"G20"}
    assert guards(mandate(store, rules, case)) == set()


def test_minutes_that_a_desk_or_a_clave_could_open_are_not_taken(store: Store, rules: Rulebook) -> None:
    case = a_groups_case(store, rules)
    minutes, speaker = kept_apart(store, case)
    readers = {
        vault.REVIEW: NOBODYS_KEYS[vault.REVIEW],
        vault.desk(OPERATOR): NOBODYS_KEYS[vault.desk(OPERATOR)],
    }
    opened = vault.seal("Signed by 40.", text_id="0" * 32, field="minutes.original", readers=readers)

    for wrong in (replace(minutes, original=opened), replace(minutes, original=None)):
        with pytest.raises(ReadersChanged):
            take(
                store,
                case,
                Step.MANDATE,
                actor=a_reviewer(),
                rules=rules,
                facts=MANDATE,
                said=(wrong, speaker),
            )


@pytest.mark.parametrize(("days", "state"), [(0, State.AGREED), (1, State.PROPOSED)])
def test_g20_refuses_a_groups_yes_after_its_mandate_ran_out(
    store: Store, rules: Rulebook, days: int, state: State
) -> None:
    case = a_groups_case(store, rules)
    mandate(store, rules, case, until=THAT_DAY.isoformat()).settle()

    outcome = take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules, now=NOON + days * DAY)

    assert (again(store, case).state, guards(outcome)) == (state, {"G20"} if days else set())


OUT: Mapping[str, Any] = {"what": "stays_out"}
BACK: Mapping[str, Any] = {"what": "comes_back"}


def test_g20_refuses_a_yes_for_the_group_from_whoever_stays_out_until_its_assembly_speaks_again(
    store: Store, rules: Rulebook
) -> None:
    case = a_groups_case(store, rules)
    mandate(store, rules, case).settle()

    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=OUT).settle()
    out = take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules)
    mandate(store, rules, case).settle()
    again_in = take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules)

    assert guards(out) == {"G20"}
    assert again_in.state == State.AGREED


def test_g20_lets_whoever_came_back_say_yes_for_the_group(store: Store, rules: Rulebook) -> None:
    case = a_groups_case(store, rules)
    mandate(store, rules, case).settle()

    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=OUT).settle()
    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=BACK).settle()
    yes = take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules)

    assert yes.state == State.AGREED


def test_somebody_stays_out_until_each_of_them_came_back(store: Store, rules: Rulebook) -> None:
    one, other = a_case(store, rules), a_case(store, rules)
    both = [one.id, other.id]
    seen = []
    for case, facts in ((one, OUT), (other, OUT), (one, BACK), (other, BACK), (other, OUT)):
        take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=facts).settle()
        seen.append(store.read(lambda conn: groups.somebody_stays_out(conn, both)))

    assert seen == [True, True, True, False, True]


def test_g20_lets_whoever_stays_out_of_a_group_say_yes_for_themselves(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.PROPOSED)

    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=OUT).settle()
    yes = take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules)

    assert yes.state == State.AGREED


def test_nobody_stays_out_for_somebody_else(store: Store, rules: Rulebook) -> None:
    case = a_groups_case(store, rules)

    without_a_code = take(
        store, case, Step.CONSENT, actor=the_complainant(credential=""), rules=rules, facts=OUT
    )

    assert guards(without_a_code) == {"G19"}
    with pytest.raises(NoSuchStep):
        take(store, case, Step.CONSENT, actor=an_officer(), rules=rules, facts=OUT)


# --- G24 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["court_case", "labour_claim", "parallel_proceeding"])
def test_g24_refuses_to_wait_because_a_court_has_it_too(store: Store, rules: Rulebook, reason: str) -> None:
    case = a_case(store, rules, state=State.ASSESSED)

    assert "G24" in guards(ask(store, rules, case, reason))
    assert "G24" in guards(extend(store, rules, case, reason))
    assert again(store, case).state == State.ASSESSED


def test_g24_lets_it_wait_when_the_person_asks_for_it(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    facts = {"what": "wait"}
    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=facts).settle()

    assert "G24" not in guards(extend(store, rules, case, "court_case"))
    assert guards(ask(store, rules, case, "complainant_asked_wait")) == set()


def test_g24_the_company_cannot_say_by_itself_that_the_person_asked_to_wait(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)

    by_itself = ask(store, rules, case, "complainant_asked_wait")
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules).settle()
    after_they_wrote = ask(store, rules, case, "complainant_asked_wait")

    assert (guards(by_itself), guards(after_they_wrote)) == ({"G24"}, {"G24"})


def test_g24_lets_a_clock_stand_still_once_for_each_time_the_person_chose_to_wait(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts={"what": "wait"}).settle()

    as_they_chose = ask(store, rules, case, "complainant_asked_wait")
    once_more = ask(store, rules, case, "complainant_asked_wait")

    assert (guards(as_they_chose), guards(once_more)) == (set(), {"G24"})


# --- G26 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("severity", ["low", "medium"])
def test_g26_refuses_that_one_person_makes_danger_small(store: Store, rules: Rulebook, severity: str) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED, protected=True)

    alone = assess(store, rules, case, severity)
    take(store, case, Step.SECOND, actor=a_focal_point(), rules=rules, facts={"what": "severity"}).settle()
    twice_alone = assess(store, rules, case, severity)

    assert guards(alone) == guards(twice_alone) == {"G26"}


def test_g26_lets_two_people_say_that_it_is_not_serious(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED, protected=True)
    take(store, case, Step.SECOND, actor=a_reviewer(), rules=rules, facts={"what": "severity"}).settle()

    assert assess(store, rules, case, "low").refusals == ()


def test_g26_lets_an_officer_assess_what_the_third_party_released(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED, protected=True)
    take(store, case, Step.RELEASE, actor=a_focal_point(), rules=rules).settle()

    assert assess(store, rules, case, "low", actor=an_officer()).refusals == ()


def test_g26_lets_one_person_say_that_danger_is_serious(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED, protected=True)

    assert assess(store, rules, case, "high").refusals == ()


# --- G28 ------------------------------------------------------------------------------------------------


CALM = {"pressed": False}


def test_g28_refuses_to_withdraw_what_is_withdrawn_already(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    person = the_complainant(credential="code")
    first = take(store, case, Step.ASK_WITHDRAWAL, actor=person, rules=rules, facts=CALM)

    second = take(store, case, Step.ASK_WITHDRAWAL, actor=person, rules=rules, facts=CALM)

    assert (guards(first), guards(second)) == (set(), {"G28"})


def test_g28b_lets_a_withdrawal_take_effect_on_the_eighth_day_and_not_before(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.INVESTIGATING)
    never = take(store, case, Step.WITHDRAW, actor=THE_CLOCK, rules=rules)
    take(store, case, Step.ASK_WITHDRAWAL, actor=the_complainant(), rules=rules, facts=CALM).settle()

    on_the_seventh = take(store, case, Step.WITHDRAW, actor=THE_CLOCK, rules=rules, now=LATER + 7 * DAY)
    on_the_eighth = take(store, case, Step.WITHDRAW, actor=THE_CLOCK, rules=rules, now=LATER + 8 * DAY)

    assert (guards(never), guards(on_the_seventh)) == ({"G28b"}, {"G28b"})
    assert on_the_eighth.state == State.CLOSED
    assert again(store, case).sense == Sense.WITHDRAWN_CONFIRMED


def test_g28b_g19_lets_it_be_regretted_with_the_code_alone_and_refuses_a_stranger(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.INVESTIGATING)
    person, stranger = the_complainant(credential="code"), the_complainant(credential="recent")
    too_soon = take(store, case, Step.REGRET, actor=person, rules=rules)
    take(store, case, Step.ASK_WITHDRAWAL, actor=person, rules=rules, facts=CALM).settle()

    forged = take(store, case, Step.REGRET, actor=stranger, rules=rules, now=LATER + 6 * DAY)
    theirs = take(store, case, Step.REGRET, actor=person, rules=rules, now=LATER + 7 * DAY)

    assert (guards(too_soon), guards(forged), guards(theirs)) == ({"G28b"}, {"G19"}, set())
    assert theirs.state == State.INVESTIGATING


def test_g28c_refuses_everybody_who_would_move_a_case_that_can_be_taken_back(
    store: Store, rules: Rulebook
) -> None:
    ruled = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    offered = a_case(store, rules, state=State.PROPOSED)
    looked_into = a_case(store, rules, state=State.INVESTIGATING)
    for case in (ruled, offered, looked_into):
        take(store, case, Step.ASK_WITHDRAWAL, actor=the_complainant(), rules=rules, facts=CALM).settle()

    tried = [
        take(store, ruled, Step.ORDER, actor=a_reviewer(), rules=rules, words="Mend it.", offers=(an_offer(),)),
        take(store, offered, Step.ACCEPT, actor=the_complainant(), rules=rules),
        take(store, looked_into, Step.UPDATE, actor=an_officer(), rules=rules, words="Why?", facts={"purpose": "update"}),
    ]  # fmt: skip

    assert all("G28c" in guards(one) for one in tried)
    assert again(store, ruled).state == State.UNDER_INDEPENDENT_REVIEW


def test_g28c_lets_the_person_and_danger_and_whoever_looks_after_them_through(
    store: Store, rules: Rulebook
) -> None:
    ordinary = a_case(store, rules, state=State.INVESTIGATING)
    threatened = a_case(store, rules, state=State.INVESTIGATING, protected=True)
    person = the_complainant()
    for case in (ordinary, threatened):
        take(store, case, Step.ASK_WITHDRAWAL, actor=person, rules=rules, facts=CALM).settle()
    careful = {"purpose": "update"}

    through = [
        take(store, ordinary, Step.ADD, actor=person, rules=rules, words="I am not sure."),
        take(store, ordinary, Step.HAND_TO_FOCAL, actor=an_officer(), rules=rules, facts={"flag": "retaliation"}),
        take(store, threatened, Step.UPDATE, actor=a_focal_point(), rules=rules, words="Are you safe?", facts=careful),
        take(store, threatened, Step.ERASE, actor=person, rules=rules, facts=CALM),
    ]  # fmt: skip

    assert [guards(one) for one in through] == [set()] * 4


# --- G34b -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("behind the old mill", ""),
        ("behind the old mill", "curiosity"),
        ("", "nobodys_name"),
        ("call Ana on 987654321", "they_agreed"),
    ],
)
def test_g34b_refuses_to_release_words_without_a_reason_or_with_somebodys_number(
    store: Store, rules: Rulebook, words: str, reason: str
) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED)

    assert guards(unmask(store, rules, case, words, reason)) == {"G34b"}


@pytest.mark.parametrize("how", [{"protected": True}, {"room": "review"}], ids=["protected", "unreleased"])
def test_g34b_refuses_to_release_anything_of_a_case_the_company_does_not_read(
    store: Store, rules: Rulebook, how: dict[str, Any]
) -> None:
    case = a_case(store, rules, **how)

    assert guards(unmask(store, rules, case, "behind the old mill", "nobodys_name")) == {"G34b"}


@pytest.mark.parametrize("who", [a_reviewer(), a_focal_point()], ids=["reviewer", "focal point"])
def test_g34b_lets_review_release_a_passage_and_owes_nobody_a_message(
    store: Store, rules: Rulebook, who: Actor
) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED)

    said = unmask(store, rules, case, "behind the old mill", "nobodys_name", who)

    assert (said.refusals, said.notices, said.state) == ((), (), case.state)


def test_an_officer_releases_nothing_to_themselves(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED)

    with pytest.raises(NoSuchStep):
        unmask(store, rules, case, "behind the old mill", "nobodys_name", an_officer())


def unmask(
    store: Store, rules: Rulebook, case: Case, words: str, reason: str, who: Actor | None = None
) -> Outcome:
    facts = {"reason": reason} if reason else {}
    return take(store, case, Step.UNMASK, actor=who or a_reviewer(), rules=rules, words=words, facts=facts)


# --- G38 ------------------------------------------------------------------------------------------------

REFERRAL: Mapping[str, Any] = {"body": "pe-ombudsman", "follow_on": "2026-03-30"}


def refer(store: Store, rules: Rulebook, case: Case, facts: Mapping[str, Any] = REFERRAL) -> Outcome:
    return take(store, case, Step.REFER, actor=an_officer(), rules=rules, facts=facts)


def shown(store: Store, rules: Rulebook, case: Case) -> None:
    preview = write(store, rules, case, "They would get the date and the place.", purpose="referral_preview")
    reach(store, preview.settle(), rules=rules)


def agree_to_referral(store: Store, rules: Rulebook, case: Case, *, body: str = "pe-ombudsman") -> Outcome:
    facts = {"what": "referral", "body": body}
    return take(store, case, Step.CONSENT, actor=the_complainant(credential="code"), rules=rules, facts=facts)


def test_g38_refuses_to_pass_somebody_on_unseen_or_unasked(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    unseen = refer(store, rules, case)
    shown(store, rules, case)
    unasked = refer(store, rules, case)
    agree_to_referral(store, rules, case, body="another").settle()
    to_somebody_else = refer(store, rules, case)

    assert guards(unseen) == guards(unasked) == guards(to_somebody_else) == {"G38"}


def test_g38_lets_a_case_be_passed_on_with_the_persons_yes(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    shown(store, rules, case)
    agree_to_referral(store, rules, case).settle()

    assert refer(store, rules, case).refusals == ()
    ended = take(store, case, Step.ACCEPT_REFERRAL, actor=the_complainant(), rules=rules)
    assert ended.state == State.CLOSED


@pytest.mark.parametrize("wrong", [{"body": ""}, {"follow_on": None}, {"follow_on": "2026-06-01"}])
def test_g38_refuses_a_referral_to_nobody_or_never_followed(
    store: Store, rules: Rulebook, wrong: Mapping[str, Any]
) -> None:
    case = a_case(store, rules)
    shown(store, rules, case)
    agree_to_referral(store, rules, case).settle()

    assert guards(refer(store, rules, case, {**REFERRAL, **wrong})) == {"G38"}


def test_g38_refuses_to_end_a_case_as_passed_on_that_nobody_has(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    outcome = take(store, case, Step.ACCEPT_REFERRAL, actor=the_complainant(), rules=rules)

    assert guards(outcome) == {"G38"}


# --- G39 ------------------------------------------------------------------------------------------------


def test_g39_refuses_the_next_step_when_nobody_decided_what_cannot_wait(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.ASSESSED, severity="high")

    in_time = investigate(store, rules, case, now=NOON + DAY)
    case = a_case(store, rules, state=State.ASSESSED, severity="high")
    too_late = investigate(store, rules, case, now=NOON + 3 * DAY)

    assert (guards(in_time), guards(too_late)) == (set(), {"G39"})


def test_g39_lets_the_case_go_on_when_it_was_decided_that_nothing_is_needed(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.ASSESSED, severity="high")

    take(store, case, Step.INTERIM, actor=an_officer(), rules=rules, facts={"measure": "none"}).settle()

    assert investigate(store, rules, case, now=NOON + 3 * DAY).refusals == ()


def test_g39_refuses_an_interim_measure_that_is_none_of_the_list(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)

    said = take(store, case, Step.INTERIM, actor=an_officer(), rules=rules, facts={"measure": "thoughts"})

    assert guards(said) == {"G39"}


# --- G41b -----------------------------------------------------------------------------------------------

QUESTIONED = (Step.HEAR, {}), (Step.ASK, {"reason": "need_info"})


def a_survivor(store: Store, rules: Rulebook, **more: Any) -> Case:
    return a_case(store, rules, protected=True, care=True, **more)


@pytest.mark.parametrize(("step", "facts"), QUESTIONED, ids=["hear", "ask"])
def test_g41b_refuses_to_question_whoever_suffered_violence(
    store: Store, rules: Rulebook, step: Step, facts: dict[str, Any]
) -> None:
    case = a_survivor(store, rules)

    said = take(
        store, case, step, actor=a_focal_point(), rules=rules, facts=facts, words="We have news for you."
    )

    assert "G41b" in guards(said)


def test_g41b_refuses_an_investigation_and_an_offer_once_who_assessed_it_saw_what_happened(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED, protected=True)
    take(store, case, Step.SECOND, actor=a_reviewer(), rules=rules, facts={"what": "severity"}).settle()
    facts = {**ASSESSED, "severity": "high", "flags": NO_DANGER | {"sexual_violence": True}}
    take(store, case, Step.ASSESS, actor=a_focal_point(), rules=rules, facts=facts).settle()

    said = take(store, case, Step.INVESTIGATE, actor=a_focal_point(), rules=rules)

    assert guards(said) == {"G41b"}


def test_g41b_lets_the_person_be_heard_who_asked_for_it_and_nobody_ask_for_them(
    store: Store, rules: Rulebook
) -> None:
    case = a_survivor(store, rules)
    with pytest.raises(NoSuchStep):
        take(store, case, Step.CONSENT, actor=a_focal_point(), rules=rules, facts={"what": "heard"})
    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts={"what": "heard"}).settle()

    assert guards(take(store, case, Step.HEAR, actor=a_focal_point(), rules=rules)) == set()


def test_g41b_lets_every_other_person_in_danger_be_heard(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, protected=True)

    assert guards(take(store, case, Step.HEAR, actor=a_focal_point(), rules=rules)) == set()


# --- G41c -----------------------------------------------------------------------------------------------


def attends(store: Store, person: str, how: str) -> None:
    row = {"id": person, "login": person, "role": "focal", "face": "review", "operator": None, "sites": "[]",
           "unit": None, "password": "", "totp": b"", "totp_last": 0, "active": True}  # fmt: skip
    by = By(role="focal", id=person, on=THAT_DAY, version=VERSION)
    said = Note("attends", "said", held_on=THAT_DAY, about=person, facts={"attends": how})
    store.transact(lambda conn: conn.execute(insert(Staff.__table__), row))
    store.transact(lambda conn: register.note(conn, said, by=by, at=moment()))


def wishes(store: Store, rules: Rulebook, who: str) -> Case:
    case = a_survivor(store, rules)
    facts = {"what": "attended", "who": who}
    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=facts).settle()
    return case


def acknowledge(store: Store, rules: Rulebook, case: Case, name: str) -> set[str]:
    return guards(take(store, case, Step.ACKNOWLEDGE, actor=a_focal_point(name=name), rules=rules))


@pytest.mark.parametrize(("who", "refused", "taken"), [("woman", "juan", "luz"), ("man", "luz", "juan")])
def test_g41c_refuses_to_let_somebody_speak_to_them_whom_they_did_not_choose(
    sqlite_store: Store, rules: Rulebook, who: str, refused: str, taken: str
) -> None:
    store = sqlite_store
    attends(store, "luz", "woman")
    attends(store, "juan", "man")
    case = wishes(store, rules, who)

    assert acknowledge(store, rules, case, refused) == {"G41c"}
    assert acknowledge(store, rules, case, taken) == set()


def test_g41c_lets_whoever_is_there_attend_who_does_not_mind_or_wishes_for_somebody_who_is_not(
    sqlite_store: Store, rules: Rulebook
) -> None:
    store = sqlite_store
    attends(store, "juan", "man")

    nobody_there, no_wish = wishes(store, rules, "woman"), wishes(store, rules, "anybody")

    assert acknowledge(store, rules, nobody_there, "juan") == set()
    assert acknowledge(store, rules, no_wish, "luz") == set()


# --- G43 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Su vecino miente: es un mentiroso.",
        "Los agitadores de la comunidad inventaron esto.",
        "Esta es una falsa denuncia.",
        "You and the other troublemakers know this.",
        "Llame al 987654321.",
        "Escriba a jefe@mina.pe.",
    ],
)
def test_g43_refuses_words_that_accuse_or_give_somebody_away(
    store: Store, rules: Rulebook, words: str
) -> None:
    case = a_case(store, rules)

    assert guards(write(store, rules, case, words)) == {"G43"}


@pytest.mark.parametrize(
    "words",
    [
        "Medimos el 12/03/2026 y no hallamos lo que usted describe.",
        "We repair it by the 24th. It costs 1,200 soles.",
    ],
)
def test_g43_lets_plain_words_leave(store: Store, rules: Rulebook, words: str) -> None:
    case = a_case(store, rules)

    assert write(store, rules, case, words).refusals == ()


# --- what is used above -----------------------------------------------------------------------------------


def write(
    store: Store,
    rules: Rulebook,
    case: Case,
    words: str,
    *,
    actor: Actor | None = None,
    purpose: str = "update",
) -> Outcome:
    facts = {"purpose": purpose}
    return take(store, case, Step.UPDATE, actor=actor or an_officer(), rules=rules, facts=facts, words=words)


def ask(store: Store, rules: Rulebook, case: Case, reason: str) -> Outcome:
    facts = {"reason": reason}
    return take(store, case, Step.ASK, actor=an_officer(), rules=rules, facts=facts, words="May we wait?")


def extend(store: Store, rules: Rulebook, case: Case, reason: str) -> Outcome:
    facts = {"clock": "answer", "days": 5, "reason": reason}
    return take(
        store, case, Step.EXTEND, actor=an_officer(), rules=rules, facts=facts, words="The court decides."
    )


def assess(
    store: Store, rules: Rulebook, case: Case, severity: str, *, actor: Actor | None = None
) -> Outcome:
    facts = {**ASSESSED, "flags": NO_DANGER, "severity": severity}
    return take(store, case, Step.ASSESS, actor=actor or a_focal_point(), rules=rules, facts=facts)


def investigate(store: Store, rules: Rulebook, case: Case, *, now: datetime) -> Outcome:
    return take(store, case, Step.INVESTIGATE, actor=an_officer(), rules=rules, now=now)
