"""A reviewer finds something, the company answers once and changes nothing, and a protected case is never met in it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from grievance import record, register
from grievance.case import Case
from grievance.errors import Unknown
from grievance.store import Store
from grievance.vocabulary import State, Step
from tests import factories
from tests.factories import NOON, a_case, a_focal_point, a_reviewer, again, an_officer, take
from workflows import readiness
from workflows.registry import findings
from workflows.registry.findings import ACCEPTED, ANSWERED, NOT_ENOUGH, RECORDED, Finding, Written
from workflows.registry.registers import NotWritten
from workflows.rulebook import Rulebook

TODAY = NOON.date()
DUE = TODAY + timedelta(days=10)
INES, ROSA = a_reviewer(), an_officer(sites=("qorimayu", "yanaqaqa"))
MARISOL = an_officer(name="marisol", operator="illapa", sites=("illapa",))
TEXT, SAID = "Tres respuestas no dicen qué se hará.", "Cada respuesta dirá qué se hará y cuándo."
LATE = NOON + timedelta(days=11)


class Board:
    """The findings of one deployment, and what people do with them."""

    def __init__(self, store: Store, rules: Rulebook) -> None:
        self.store, self.rules = store, rules

    def find(self, by: object = INES, **what: object) -> str:
        written = Written(**{"kind": "answers", "text": TEXT, "due_on": DUE, **what})  # type: ignore[arg-type]
        at = factories.moment()
        return self.store.transact(lambda c: findings.note(c, written, by=by, rules=self.rules, at=at))  # type: ignore[arg-type]

    def of_site(self) -> str:
        return self.find(operator="qorimayu", site="qorimayu")

    def answer(self, item: str, text: str = SAID, by: object = ROSA) -> None:
        at = factories.moment()
        self.store.transact(lambda c: findings.answer(c, item, text, by=by, rules=self.rules, at=at))  # type: ignore[arg-type]

    def judge(self, item: str, verdict: str, text: str = "", by: object = INES) -> None:
        at = factories.moment()
        self.store.transact(lambda c: findings.judge(c, item, verdict, text, by=by, rules=self.rules, at=at))  # type: ignore[arg-type]

    def seen_by(self, who: object) -> tuple[Finding, ...]:
        return self.store.read(lambda c: findings.listed(c, by=who))  # type: ignore[arg-type]

    def case(self, **more: object) -> Case:
        return a_case(self.store, self.rules, visible_on=TODAY - timedelta(days=1), **more)  # type: ignore[arg-type]


@pytest.fixture
def board(store: Store, rules: Rulebook) -> Board:
    return Board(store, rules)


def refused(act: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(NotWritten) as said:
        act()
    return {reason.field: str(reason.words) for reason in said.value.reasons}


def test_a_finding_is_answered_once_and_judged_and_every_change_is_an_entry(board: Board) -> None:
    item = board.of_site()
    board.answer(item)
    board.judge(item, NOT_ENOUGH, "No dice desde cuándo.")

    (found,) = board.seen_by(ROSA)
    entries = board.store.read(lambda c: record.entries_of(c, item))
    assert (found.state, found.text, found.answer, found.verdict) == (
        NOT_ENOUGH, TEXT, SAID, "No dice desde cuándo.",
    )  # fmt: skip
    assert [entry.role for entry in entries] == ["reviewer", "officer", "reviewer"]
    assert TEXT not in "".join(entry.facts for entry in entries)


def test_the_company_answers_once_and_never_again(board: Board) -> None:
    item = board.of_site()
    board.answer(item)

    reasons = refused(lambda: board.answer(item, "Mejor así."))

    assert "given once" in reasons[""]
    assert board.seen_by(ROSA)[0].answer == SAID


def test_a_reviewer_judges_only_an_answer_and_an_officer_neither_finds_nor_judges(board: Board) -> None:
    item = board.of_site()

    early = refused(lambda: board.judge(item, ACCEPTED))
    own = refused(lambda: board.find(by=ROSA, operator="qorimayu", site="qorimayu"))
    board.answer(item)
    judged = refused(lambda: board.judge(item, ACCEPTED, by=ROSA))

    assert "no answer" in early[""]
    assert own[""] == "Only a reviewer writes a finding."
    assert "Only a reviewer" in judged[""]
    assert board.seen_by(INES)[0].state == ANSWERED


def test_what_is_written_has_a_kind_a_day_to_come_a_place_and_nobodys_number(board: Board) -> None:
    reasons = refused(lambda: board.find(kind="gossip", text="Llame al 987654321", due_on=TODAY))

    assert set(reasons) == {"kind", "text", "due_on", "place"}


def test_another_companys_officer_meets_no_finding_of_this_one(board: Board) -> None:
    item = board.of_site()

    with pytest.raises(Unknown):
        board.answer(item, by=MARISOL)

    assert board.seen_by(MARISOL) == ()


@pytest.mark.parametrize("how", [{"protected": True}, {"room": "review"}], ids=["protected", "unreleased"])
def test_no_finding_points_the_company_at_a_case_it_may_not_see(board: Board, how: dict[str, object]) -> None:
    case = board.case(**how)

    reasons = refused(lambda: board.find(case=case.id))

    assert set(reasons) == {"case"}
    assert board.seen_by(INES) == ()


def test_a_finding_leaves_the_desk_together_with_its_case_and_is_then_owed_by_nobody(board: Board) -> None:
    case = board.case(state=State.ACKNOWLEDGED)
    item = board.find(case=case.id)
    before = board.seen_by(ROSA)
    take(board.store, case, Step.HAND_TO_FOCAL, actor=ROSA, rules=board.rules, facts={"flag": "life_threat"})

    assert [one.id for one in before] == [item]
    assert before[0].is_late(LATE.date())
    assert board.seen_by(ROSA) == ()
    assert board.seen_by(a_focal_point())[0].unseen
    assert not board.seen_by(INES)[0].is_late(LATE.date())
    with pytest.raises(Unknown):
        board.answer(item)


def test_everybody_reads_what_was_found_in_a_site_and_nothing_of_a_case(board: Board) -> None:
    board.find(case=board.case().id)
    item = board.of_site()

    public = board.store.read(findings.of_practice)

    assert [(one.id, one.number, one.state) for one in public] == [(item, "", RECORDED)]


def test_an_answer_that_is_late_turns_the_outside_look_red_until_it_is_given(board: Board) -> None:
    board.store.transact(
        lambda c: register.note(
            c,
            register.Note("evaluation", "answered", held_on=TODAY, facts={"findings": 1}),
            by=register.By("focal", "luz", TODAY, "2026-01"),
            at=factories.moment(),
        )
    )
    item = board.of_site()
    board.find(case=board.case().id)

    def colour() -> str:
        ready = board.store.read(lambda c: readiness.assess(c, board.rules, now=LATE))
        return next(one.colour for one in ready if one.id == "O15")

    before = colour()
    board.answer(item)
    assert (before, colour()) == ("red", "green")


def test_a_case_that_is_erased_or_handed_on_keeps_no_company_waiting_for_it(board: Board) -> None:
    case = board.case(state=State.ACKNOWLEDGED)
    board.find(case=case.id)
    facts = {"operator": "illapa", "site": "illapa"}
    take(board.store, case, Step.TRANSFER, actor=INES, rules=board.rules, facts=facts)

    assert again(board.store, case).operator == "illapa"
    assert board.seen_by(ROSA) == board.seen_by(MARISOL) == ()


def test_who_is_off_a_case_sees_and_answers_no_finding_about_it(board: Board) -> None:
    case = board.case(state=State.ACKNOWLEDGED)
    about_it, of_site = board.find(case=case.id), board.of_site()
    before = {one.id for one in board.seen_by(ROSA)}
    off = {"recused": ROSA.id}
    take(board.store, case, Step.RECUSE, actor=INES, rules=board.rules, facts=off).settle()

    assert before == {about_it, of_site}
    assert [one.id for one in board.seen_by(ROSA)] == [of_site]
    with pytest.raises(Unknown):
        board.answer(about_it)
    assert {one.id for one in board.seen_by(an_officer(name="carla"))} == before
