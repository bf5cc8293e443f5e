"""The procedure is a table, and the table is whole."""

from collections.abc import Iterator

import pytest

from grievance.vocabulary import Role, State, Step
from workflows.clocks import whose
from workflows.procedure import (
    CLOCKS,
    OPEN,
    PROCEDURE,
    as_markdown,
    clocks_in,
    rules_for,
    steps_open_to,
    transitions,
)

COMPANY = (Role.OFFICER, Role.ADMIN)
OF_CASES = set(Step)


def reachable() -> set[State]:
    seen, waiting = {State.NEW}, [State.NEW]
    while waiting:
        here = waiting.pop()
        for rule in PROCEDURE:
            if rule.start == here and rule.target not in seen:
                seen.add(rule.target)
                waiting.append(rule.target)
    return seen


def ways_to_close() -> Iterator[tuple[State, Step, Role]]:
    for rule in PROCEDURE:
        if rule.target == State.CLOSED != rule.start:
            yield from ((rule.start, rule.step, role) for role in rule.who)


def test_every_state_can_be_reached() -> None:
    assert reachable() == set(State)


def test_every_step_is_used() -> None:
    assert {rule.step for rule in PROCEDURE} == OF_CASES


def test_from_every_open_state_a_case_can_end() -> None:
    for state in OPEN:
        assert any(start == state for start, _, _ in ways_to_close()), state


def test_only_a_closed_case_waits_for_nobody() -> None:
    assert [s for s in State if not clocks_in(s)] == [State.NEW, State.CLOSED]


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_has_a_clock_that_can_be_met_while_it_runs(state: State) -> None:
    assert clocks_in(state)
    for clock in clocks_in(state):
        while_it_runs = {rule.step for rule in PROCEDURE if rule.start in clock.states}
        assert while_it_runs & set(clock.met_by), clock.name


def test_the_company_closes_only_what_the_person_agreed_to() -> None:
    by_the_company = {(start, step) for start, step, role in ways_to_close() if role in COMPANY}

    assert by_the_company == {(State.AGREED, Step.CLOSE), (State.VERIFIED, Step.CLOSE)}


def test_only_the_person_says_yes_talks_withdraws_or_asks_for_review() -> None:
    theirs = (
        Step.ACCEPT, Step.DECLINE, Step.TALK, Step.ASK_REVIEW, Step.ASK_INDEPENDENT_REVIEW, Step.DISPUTE,
        Step.ASK_WITHDRAWAL, Step.REGRET, Step.ERASE, Step.ACCEPT_REFERRAL, Step.JOIN, Step.ADD,
    )  # fmt: skip

    for rule in PROCEDURE:
        if rule.step in theirs:
            assert rule.who == (Role.COMPLAINANT,), rule


def test_a_withdrawal_takes_effect_by_the_clock_alone() -> None:
    assert {rule.who for rule in PROCEDURE if rule.step == Step.WITHDRAW} == {(Role.CLOCK,)}


def test_only_the_reviewer_decides_what_came_to_independent_review() -> None:
    decisions = {
        (rule.step, rule.who)
        for rule in PROCEDURE
        if rule.start == State.UNDER_INDEPENDENT_REVIEW and rule.target != State.UNDER_INDEPENDENT_REVIEW
        if rule.who != (Role.COMPLAINANT,)
    }

    assert {step for step, who in decisions if who == (Role.REVIEWER,)} >= {
        Step.CONFIRM_ANSWER,
        Step.ORDER,
        Step.RETURN,
    }
    assert all(Role.OFFICER not in who for _, who in decisions)


def test_a_step_has_one_target_for_everybody_except_a_return() -> None:
    for state in State:
        for step in Step:
            targets = {rule.target for rule in rules_for(state, step)}
            assert len(targets) <= 1 or step == Step.RETURN


def test_every_clock_belongs_to_somebody_and_has_a_deadline() -> None:
    assert {clock.whose for clock in CLOCKS} == {Role.OFFICER, Role.COMPLAINANT, Role.REVIEWER}
    assert all(whose(clock.name) == clock.whose for clock in CLOCKS)


def test_where_only_review_reads_the_focal_point_does_the_officers_steps() -> None:
    at_the_desk = steps_open_to(Role.FOCAL, State.RECEIVED)
    at_review = steps_open_to(Role.FOCAL, State.RECEIVED, at_review=True)

    assert Step.ACKNOWLEDGE not in at_the_desk
    assert Step.ACKNOWLEDGE in at_review


def test_the_company_gains_nothing_where_only_review_reads() -> None:
    for state in State:
        assert steps_open_to(Role.OFFICER, state, at_review=True) == steps_open_to(Role.OFFICER, state)


def test_the_database_is_told_every_path_of_both_kinds_of_case() -> None:
    paths = transitions()

    assert ("grievance", "received", "acknowledge", "acknowledged") in paths
    assert ("information_request", "received", "acknowledge", "acknowledged") in paths
    assert ("grievance", "received", "close", "closed") not in paths


def test_the_table_that_people_read_has_every_step() -> None:
    table = as_markdown()

    assert all(step in table for step in OF_CASES)
    assert table.splitlines()[0] == "| from | step | to | who |"
