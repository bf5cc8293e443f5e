"""How a review goes: late or in time, heard or not, completed, decided, seen otherwise; and who looks at an answer again."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from grievance.case import Case
from grievance.staff import Staff
from grievance.store import Store
from grievance.vocabulary import Role, State, Step
from tests.factories import (
    ANSWERED,
    LATER,
    THE_CLOCK,
    a_case,
    a_reviewer,
    again,
    an_officer,
    moment,
    papers,
    reach,
    take,
    the_complainant,
)
from tests.workflows.test_guards_of_staff import decide, guards, newest
from workflows.casework import NoSuchStep, Outcome
from workflows.clockwork import rounds
from workflows.criterion import Actor
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)


# --- G04d, G04e, G04f, G14b: how a review goes ----------------------------------------------------------


def reviewed_late(store: Store, rules: Rulebook, *, days: int) -> Case:
    """Make a review that is asked for so many days after the answer arrived."""
    case = a_case(store, rules, state=State.PROPOSED)
    take(
        store, case, Step.ASK_INDEPENDENT_REVIEW, actor=the_complainant(), rules=rules, now=LATER + days * DAY
    ).settle()
    return case


def offers_to_hear(store: Store, rules: Rulebook, case: Case) -> None:
    take(store, case, Step.HEAR, actor=a_reviewer(), rules=rules).settle()


def test_g04d_refuses_to_call_late_what_was_asked_in_time_and_lets_what_was_late(
    store: Store, rules: Rulebook
) -> None:
    in_time, late = (reviewed_late(store, rules, days=days) for days in (7, 31))
    too_late = {"reason": "late", "ruling": "late_filing", "admission": "rejected"}

    tried = [
        decide(store, rules, case, Step.RETURN, now=LATER + 32 * DAY, facts=too_late)
        for case in (in_time, late)
    ]

    assert [guards(one) for one in tried] == [{"G04d"}, set()]
    assert (newest(store, late)["ruling"], newest(store, late)["late"]) == ("late_filing", True)


def test_g04d_lets_a_late_request_be_looked_at_all_the_same_and_writes_down_why(
    store: Store, rules: Rulebook
) -> None:
    case = reviewed_late(store, rules, days=31)

    decide(store, rules, case, Step.RETURN, now=LATER + 32 * DAY, facts={"why_late": "afraid"}).settle()

    said = newest(store, case)
    assert (said["ruling"], said["late"], said["why_late"]) == ("remit", True, "afraid")


def test_g04d_refuses_a_hearing_that_nobody_offered_or_on_a_day_on_which_it_could_not_be(
    store: Store, rules: Rulebook
) -> None:
    unoffered, before, held = (a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW) for _ in range(3))
    for case in (before, held):
        offers_to_hear(store, rules, case)
    today, yesterday = LATER.date(), LATER.date() - 30 * DAY

    tried = [
        decide(store, rules, case, Step.RETURN, facts={"held_on": on.isoformat()})
        for case, on in ((unoffered, today), (before, yesterday), (held, today))
    ]

    assert [guards(one) for one in tried] == [{"G04d"}, {"G04d"}, set()]
    assert newest(store, held)["hearing"] == "held"


def test_g04d_lets_nobody_tick_that_the_person_was_heard(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)

    decide(store, rules, case, Step.RETURN, facts={"hearing": "held", "late": True}).settle()

    said = newest(store, case)
    assert said["hearing"] == "none"
    assert "late" not in said


def test_g04e_refuses_to_ask_twice_without_words_or_without_time_and_lets_it_be_asked_once(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)

    def ask(days: int, words: str = "Since when?") -> Outcome:
        facts = {"until": (LATER + days * DAY).date().isoformat(), "admission": "asked_to_complete"}
        return take(
            store, case, Step.ASK_TO_COMPLETE, actor=a_reviewer(), rules=rules, facts=facts, words=words
        )

    tried = [ask(4), ask(31), ask(10, ""), ask(10), ask(10)]

    assert [guards(one) for one in tried] == [{"G04e"}, {"G04e"}, {"G04e"}, set(), {"G04e"}]


def test_g04d_lets_a_review_be_decided_once_the_person_answered_or_their_days_are_over(
    store: Store, rules: Rulebook
) -> None:
    answered, silent = (a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW) for _ in range(2))
    until = {"until": (LATER + 10 * DAY).date().isoformat()}
    for case in (answered, silent):
        take(
            store,
            case,
            Step.ASK_TO_COMPLETE,
            actor=a_reviewer(),
            rules=rules,
            facts=until,
            words="Since when?",
        ).settle()
    take(store, answered, Step.ADD, actor=the_complainant(), rules=rules, words="Since May.").settle()

    waiting = decide(store, rules, silent, Step.RETURN, now=LATER + 10 * DAY)
    over = decide(store, rules, silent, Step.RETURN, now=LATER + 11 * DAY)

    assert guards(waiting) == {"G04d"}
    assert over.refusals == ()
    assert decide(store, rules, answered, Step.RETURN).refusals == ()


def test_g04f_refuses_whoever_decided_and_whoever_comes_late_and_lets_another_reviewer(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    store.transact(lambda conn: papers(conn, "beto", role=Role.REVIEWER))
    undecided = dissents(store, rules, case, "beto")
    decide(store, rules, case, Step.CONFIRM_ANSWER).settle()

    tried = [
        dissents(store, rules, case, "ines"),
        dissents(store, rules, case, "nobody"),
        dissents(store, rules, case, "beto", words=""),
        dissents(store, rules, case, "beto", days=11),
        dissents(store, rules, case, "beto", days=10),
        dissents(store, rules, case, "beto", days=10),
    ]

    assert undecided is None
    assert [guards(one) for one in tried if one] == [{"G04f"}] * 4 + [set(), {"G04f"}]
    assert again(store, case).state == State.CLOSED


def dissents(
    store: Store,
    rules: Rulebook,
    case: Case,
    name: str,
    *,
    days: int = 0,
    words: str = "It was taken elsewhere.",
) -> Outcome | None:
    try:
        return take(
            store,
            case,
            Step.DISSENT,
            actor=a_reviewer(name=name),
            rules=rules,
            words=words,
            now=LATER + days * DAY,
        )
    except NoSuchStep:
        return None


def test_g14b_refuses_more_time_for_what_somebody_else_owes_and_lets_whoever_owes_it(
    store: Store, rules: Rulebook
) -> None:
    judged, asked = (
        a_case(store, rules, state=s) for s in (State.UNDER_INDEPENDENT_REVIEW, State.INVESTIGATING)
    )

    def more(case: Case, actor: Actor, clock: str) -> Outcome:
        facts = {"clock": clock, "days": 5, "reason": "sample"}
        return take(
            store, case, Step.EXTEND, actor=actor, rules=rules, facts=facts, words="The sample is away."
        )

    tried = [
        more(judged, an_officer(), "independent_review"),
        more(asked, a_reviewer(), "answer"),
        more(judged, a_reviewer(), "independent_review"),
        more(asked, an_officer(), "answer"),
    ]

    assert [guards(one) for one in tried] == [{"G14b"}, {"G14b"}, set(), set()]


def test_more_time_for_a_review_counts_from_when_the_person_was_told(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    facts = {"clock": "independent_review", "days": 10, "reason": "sample"}

    told = take(
        store, case, Step.EXTEND, actor=a_reviewer(), rules=rules, facts=facts, words="The sample is away."
    ).settle()
    before = again(store, case).next_due_on
    reach(store, told, rules=rules)

    after = again(store, case).next_due_on
    assert before is not None
    assert after is not None
    assert after >= before + 14 * DAY


# --- G01c: an answer is looked at again by another pair of eyes ------------------------------------------


def employ(store: Store, name: str, *, sites: str = '["qorimayu"]', operator: str = "qorimayu") -> None:
    row = {
        "id": name, "login": name, "role": "officer", "face": "desk", "operator": operator, "sites": sites,
        "password": "-", "totp": b"-", "totp_last": 0, "active": True,
    }  # fmt: skip
    store.transact(lambda conn: conn.execute(insert(Staff.__table__), row))  # type: ignore[attr-defined]


def answers_again(store: Store, rules: Rulebook, case: Case, name: str) -> Outcome:
    words = "We looked again and mend the pipe."
    return take(
        store, case, Step.PROPOSE, actor=an_officer(name=name), rules=rules, facts=ANSWERED, words=words
    )


def passed_on(store: Store, rules: Rulebook, case: Case) -> str:
    """Let the clock look whether anybody else is there."""
    for one in store.read(lambda conn: rounds.looked_at_again(conn, today=LATER.date())):
        store.transact(lambda conn, one=one: rounds.pass_on(conn, one, rules=rules, at=moment(now=LATER)))  # type: ignore[misc]
    return again(store, case).state


def test_g01c_refuses_whoever_gave_the_answer_and_lets_somebody_else_look_again(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.UNDER_REVIEW)

    own, another = (answers_again(store, rules, case, name) for name in ("rosa", "juan"))

    assert (guards(own), guards(another)) == ({"G01c"}, set())
    assert another.state == State.PROPOSED


def test_g01c_lets_the_same_officer_answer_again_while_they_talk(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.IN_DIALOGUE)

    assert answers_again(store, rules, case, "rosa").refusals == ()


@pytest.mark.parametrize(
    ("colleague", "state"),
    [
        ({}, State.UNDER_REVIEW),
        ({"sites": '["yanaqaqa"]'}, State.UNDER_INDEPENDENT_REVIEW),
        ({"operator": "illapa"}, State.UNDER_INDEPENDENT_REVIEW),
    ],
)
def test_g33_lets_the_clock_pass_on_what_nobody_else_of_the_site_can_look_at(
    store: Store, rules: Rulebook, colleague: Mapping[str, str], state: State
) -> None:
    employ(store, "rosa")
    employ(store, "juan", **colleague)
    case = a_case(store, rules, state=State.UNDER_REVIEW)

    assert passed_on(store, rules, case) == state


def test_g33_refuses_the_clock_while_somebody_else_can_and_lets_it_once_they_were_recused(
    store: Store, rules: Rulebook
) -> None:
    employ(store, "rosa")
    employ(store, "juan")
    case = a_case(store, rules, state=State.UNDER_REVIEW)

    too_soon = take(store, case, Step.ESCALATE, actor=THE_CLOCK, rules=rules)
    recused = {"recused": "juan", "line": False}
    take(store, case, Step.RECUSE, actor=a_reviewer(), rules=rules, facts=recused).settle()

    assert guards(too_soon) == {"G33"}
    assert passed_on(store, rules, case) == State.UNDER_INDEPENDENT_REVIEW


def test_who_is_passed_on_is_told_why(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.UNDER_REVIEW)

    passed_on(store, rules, case)

    asked = text(
        "SELECT template FROM notices WHERE \"case\" = :case AND template IN ('nobody_else', 'escalated')"
    )
    told = store.read(lambda conn: conn.execute(asked, {"case": case.id}).scalars().all())
    assert told == ["nobody_else"]
