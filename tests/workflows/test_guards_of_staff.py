"""Who may act, how much, and in which words: trainings, independence, rulings, caseloads, dates, links, documents."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text, update

from grievance import record, register
from grievance.case import CASES, Case, clocks_of
from grievance.notice import NOTICES
from grievance.register import By, Note
from grievance.store import Store
from grievance.vocabulary import FLAGS, Role, Sense, State, Step
from tests.factories import (
    ANSWERED,
    ASSESSED,
    LATER,
    NOON,
    THAT_DAY,
    THE_CLOCK,
    VERSION,
    a_case,
    a_focal_point,
    a_reviewer,
    again,
    an_officer,
    columns,
    moment,
    papers,
    reach,
    take,
    the_complainant,
)
from workflows import criteria
from workflows.casework import NoSuchStep, Outcome
from workflows.criterion import Actor
from workflows.knowing import marks, rulings
from workflows.knowing.evidence import past
from workflows.protection import survivors
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
THAT_HOUR = 14
"""Full hours of the day at the site when a step is taken (`LATER`)."""


def guards(outcome: Outcome) -> set[str]:
    return {refusal.guard for refusal in outcome.refusals}


def note(store: Store, register_name: str, state: str, *, days_ago: int = 0, **more: Any) -> None:
    by = By(role=str(Role.REVIEWER), id="ines", on=THAT_DAY, version=VERSION)
    what = Note(register_name, state, held_on=THAT_DAY - days_ago * DAY, **more)
    store.transact(lambda conn: register.note(conn, what, by=by, at=moment()))


def test_every_guard_of_this_file_is_there() -> None:
    known = {g.id for g in criteria.ALL}

    assert {"G02", "G04", "G05b", "G04b", "G12", "G15", "G18", "G37", "G40", "G40b", "G40c", "G44"} <= known


# --- G05b, G25, G26 ---------------------------------------------------------------------------------------


def correct(store: Store, rules: Rulebook, case: Case, *, by: Any = None, **facts: Any) -> Outcome:
    return take(store, case, Step.CORRECT, actor=by or an_officer(), rules=rules, facts=facts)


def assessed(store: Store, rules: Rulebook, severity: str) -> Case:
    case = a_case(store, rules, state=State.ACKNOWLEDGED)
    take(
        store, case, Step.ASSESS, actor=an_officer(), rules=rules, facts=ASSESSED | {"severity": severity}
    ).settle()
    return again(store, case)


def test_g05b_refuses_a_correction_without_a_reason_or_of_nothing(store: Store, rules: Rulebook) -> None:
    case, early = assessed(store, rules, "low"), a_case(store, rules)

    assert guards(correct(store, rules, case, severity="high")) == {"G05b"}
    assert guards(correct(store, rules, case, severity="high", reason="because")) == {"G05b"}
    assert guards(correct(store, rules, case, severity="dire", reason="misread")) == {"G05b"}
    assert guards(correct(store, rules, case, severity="low", reason="misread")) == {"G05b"}
    assert guards(correct(store, rules, case, reason="misread")) == {"G05b"}
    assert guards(correct(store, rules, early, severity="high", reason="misread")) == {"G05b"}


def test_g05b_g26_lets_anybody_raise_it_and_keeps_what_it_was(store: Store, rules: Rulebook) -> None:
    case = assessed(store, rules, "low")
    before = store.read(lambda conn: clocks_of(conn, case.id))

    outcome = correct(store, rules, case, severity="high", reason="looked_into")

    assert outcome.refusals == ()
    assert again(store, case).severity == "high"
    entry = store.read(lambda conn: record.entries_of(conn, case.id))[-1]
    facts = json.loads(entry.facts)
    assert (facts["severity_was"], facts["severity"], facts["reason"]) == ("low", "high", "looked_into")
    assert store.read(lambda conn: clocks_of(conn, case.id)) == before
    assert again(store, case).next_due_on == case.next_due_on


def test_g26_refuses_to_make_a_serious_case_smaller_alone_and_lets_two(store: Store, rules: Rulebook) -> None:
    case = assessed(store, rules, "high")
    lower = {"severity": "medium", "reason": "misread"}

    alone = correct(store, rules, case, **lower)
    take(store, case, Step.SECOND, actor=an_officer(), rules=rules, facts={"what": "severity"}).settle()
    by_oneself = correct(store, rules, case, **lower)
    take(store, case, Step.SECOND, actor=a_reviewer(), rules=rules, facts={"what": "severity"}).settle()
    by_two = correct(store, rules, case, **lower)
    correct(store, rules, case, severity="high", reason="misread").settle()
    by_an_old_word = correct(store, rules, case, **lower)

    assert guards(alone) == guards(by_oneself) == guards(by_an_old_word) == {"G26"}
    assert by_two.refusals == ()


def test_g25_refuses_a_mark_of_danger_at_a_desk_and_g26_one_that_is_taken_away_alone(
    store: Store, rules: Rulebook
) -> None:
    ordinary = assessed(store, rules, "low")
    marked = {"flags": dict.fromkeys(FLAGS, False) | {"sexual_violence": True}, "reason": "misread"}
    unmarked = {"flags": dict.fromkeys(FLAGS, False), "reason": "misread"}
    case = a_case(store, rules, state=State.ACKNOWLEDGED, protected=True)
    facts = ASSESSED | {"flags": marked["flags"], "severity": "high"}
    take(store, again(store, case), Step.ASSESS, actor=a_focal_point(), rules=rules, facts=facts).settle()

    at_a_desk = correct(store, rules, ordinary, **marked)
    alone = correct(store, rules, case, by=a_focal_point(), **unmarked)
    take(store, case, Step.SECOND, actor=a_reviewer(), rules=rules, facts={"what": "severity"}).settle()
    by_two = correct(store, rules, case, by=a_focal_point(), **unmarked)

    assert guards(at_a_desk) == {"G25"}
    assert guards(alone) == {"G26"}
    assert by_two.refusals == ()
    lines = [past(entry) for entry in store.read(lambda conn: record.entries_of(conn, case.id))]
    assert not survivors.was_seen(lines)


def test_the_zone_is_corrected_in_the_columns_that_go_after_two_years_and_in_no_fact(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules)

    correct(store, rules, case, zone="uma-phuju", reason="person_said").settle()

    assert again(store, case).zone == "uma-phuju"
    entry = store.read(lambda conn: record.entries_of(conn, case.id))[-1]
    assert "uma-phuju" not in entry.facts
    assert json.loads(entry.facts)["corrected"] == "zone"
    exact = record.EntryExact.__table__  # type: ignore[attr-defined]
    zones = store.read(
        lambda conn: conn.execute(select(exact.c.zone).where(exact.c.stream == case.id)).scalars().all()
    )
    assert "uma-phuju" in zones


def test_whose_case_becomes_serious_is_told_what_changes_for_them(store: Store, rules: Rulebook) -> None:
    case = assessed(store, rules, "medium")

    lowered = correct(store, rules, case, severity="low", reason="misread")
    raised = correct(store, rules, case, severity="high", reason="misread")

    assert (len(lowered.notices), len(raised.notices)) == (0, 1)


# --- G02 ------------------------------------------------------------------------------------------------


def test_g02_refuses_to_give_a_case_to_whoever_was_not_trained(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    for module in ("respect", "confidentiality"):
        note(store, "training", "held", about="newcomer", facts={"module": module})

    two_of_three = assign(store, rules, case, "newcomer")
    nobody_knows = assign(store, rules, case, "stranger")

    assert guards(two_of_three) == guards(nobody_knows) == {"G02"}


def test_g02_lets_a_case_be_given_to_whoever_was_trained(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    assert assign(store, rules, case, "juan").refusals == ()
    assert again(store, case).assigned == "juan"


@pytest.mark.parametrize(("days_ago", "enough"), [(0, True), (729, True), (731, False)])
def test_g02_a_training_lasts_two_years(
    store: Store, rules: Rulebook, days_ago: int, *, enough: bool
) -> None:
    case = a_case(store, rules)
    store.transact(lambda conn: papers(conn, "elsa", on=THAT_DAY - days_ago * DAY))

    assert guards(assign(store, rules, case, "elsa")) == (set() if enough else {"G02"})


# --- G04 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [Step.CONFIRM_ANSWER, Step.ORDER, Step.RETURN])
def test_g04_refuses_a_decision_of_a_reviewer_who_signed_nothing(
    store: Store, rules: Rulebook, step: Step
) -> None:
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    note(store, "independence", "signed", about="old", days_ago=400)
    note(store, "independence", "withdrawn", about="gone")

    for name in ("nobody", "old", "gone"):
        assert guards(decide(store, rules, case, step, name=name)) == {"G04"}


@pytest.mark.parametrize("step", [Step.CONFIRM_ANSWER, Step.ORDER, Step.RETURN])
def test_g04_lets_a_reviewer_decide_who_signed_this_year(store: Store, rules: Rulebook, step: Step) -> None:
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)

    assert decide(store, rules, case, step).refusals == ()


@pytest.mark.parametrize(
    ("step", "facts"),
    [
        (Step.ORDER, {"ruling": "confirm"}),
        (Step.ORDER, {"ruling": "as_the_company_likes"}),
        (Step.CONFIRM_ANSWER, {"reason": "well_founded", "admission": "perhaps"}),
        (Step.CONFIRM_ANSWER, {"reason": "well_founded", "admission": "rejected"}),
    ],
)
def test_g04b_refuses_a_ruling_that_is_not_of_its_step(
    store: Store, rules: Rulebook, step: Step, facts: Mapping[str, Any]
) -> None:
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)

    outcome = take(store, case, step, actor=a_reviewer(), rules=rules, facts=facts, words="We decide this.")

    assert guards(outcome) == {"G04b"}


@pytest.mark.parametrize(
    ("step", "facts", "ruling", "admission"),
    [
        (Step.CONFIRM_ANSWER, {"reason": "well_founded"}, "confirm", "admitted"),
        (Step.CONFIRM_ANSWER, {"reason": "no_link_found"}, "dismiss", "admitted"),
        (Step.CONFIRM_ANSWER, {"reason": "settled", "ruling": "not_proceed"}, "not_proceed", "admitted"),
        (Step.ORDER, {}, "modify", "admitted"),
        (Step.ORDER, {"ruling": "revoke"}, "revoke", "admitted"),
        (Step.RETURN, {"reason": "remit"}, "remit", "admitted"),
        (Step.RETURN, {"reason": "inadmissible"}, "reject", "rejected"),
    ],
)
def test_g04b_lets_every_ruling_stand_in_the_record(
    store: Store, rules: Rulebook, step: Step, facts: Mapping[str, Any], ruling: str, admission: str
) -> None:
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)

    take(store, case, step, actor=a_reviewer(), rules=rules, facts=facts, words="We decide.").settle()

    said = newest(store, case)
    assert (said["ruling"], said["admission"]) == (ruling, admission)


def test_g04b_where_the_company_never_answered_an_order_is_the_answer(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    take(store, case, Step.ESCALATE, actor=THE_CLOCK, rules=rules, now=LATER + 30 * DAY).settle()

    decide(store, rules, case, Step.ORDER, now=LATER + 31 * DAY).settle()

    assert newest(store, case)["ruling"] == "order_answer"


def test_what_a_reviewer_ordered_is_followed_until_it_is_kept(store: Store, rules: Rulebook) -> None:
    from tests.factories import an_offer  # noqa: PLC0415  only here

    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    kept, waiting = an_offer(), an_offer(due_on=THAT_DAY + DAY)
    take(
        store, case, Step.ORDER, actor=a_reviewer(), rules=rules, words="Mend it.", offers=(kept, waiting)
    ).settle()
    done = {"commitment": kept.id, "proof": "photo"}
    take(store, case, Step.KEEP, actor=an_officer(), rules=rules, facts=done).settle()

    ordered = store.read(lambda conn: rulings.compliance(conn, case.id))

    assert {o.commitment: o.state for o in ordered} == {kept.id: "done_by_company", waiting.id: "agreed"}
    assert {o.commitment: o.is_late(THAT_DAY + 2 * DAY) for o in ordered} == {
        kept.id: False,
        waiting.id: True,
    }


# --- G12 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ways", "languages"),
    [
        (["text"], ["es", "qu", "ay", "en"]),
        (["text", "web"], ["es", "qu", "ay", "en"]),
        (["text", "radio"], ["es"]),
    ],
)
def test_g12_refuses_nobody_but_notes_that_the_rules_are_not_known(
    store: Store, rules: Rulebook, ways: list[str], languages: list[str]
) -> None:
    case = a_case(store, rules)
    note(store, "procedure_published", "published", facts={"ways": ways, "languages": languages})

    outcome = take(store, case, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules)

    assert outcome.state == State.ACKNOWLEDGED
    assert verdicts(store, case)["G12"] == "missing"


def test_g12_lets_the_record_say_that_the_rules_are_known(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    known = {"ways": ["text", "radio"], "languages": list(rules.current.languages)}
    note(store, "procedure_published", "published", facts=known)

    take(store, case, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules).settle()

    assert verdicts(store, case)["G12"] == "passed"


# --- G15 ------------------------------------------------------------------------------------------------


def test_g15_refuses_to_say_that_a_date_was_missed_before_it_was(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    assert guards(missed(store, rules, case, days=0)) == {"G15"}


def test_g15_lets_a_missed_date_be_said_once(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    first, second = missed(store, rules, case, days=10), missed(store, rules, case, days=11)

    assert (guards(first), guards(second)) == (set(), {"G15"})


# --- G18 ------------------------------------------------------------------------------------------------

ON_A_DOCUMENT: Mapping[str, Any] = {**ANSWERED, "evidence": ["visit", "document"]}


def test_g18_refuses_an_answer_that_rests_on_a_document_the_person_never_saw(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.IN_DIALOGUE)
    another_letter(store, rules, case, purpose="update")

    never = propose(store, rules, case, ON_A_DOCUMENT)
    shared = another_letter(store, rules, case, purpose="documents", arrives=False, now=LATER + DAY)
    unread = propose(store, rules, case, ON_A_DOCUMENT)

    assert shared.refusals == ()
    assert guards(never) == guards(unread) == {"G18"}


def test_g18_lets_an_answer_rest_on_a_document_that_was_shared(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.IN_DIALOGUE)
    another_letter(store, rules, case, purpose="documents")

    assert propose(store, rules, case, ON_A_DOCUMENT).refusals == ()


def test_g18_a_reviewer_may_say_why_a_document_is_withheld_and_an_officer_may_not(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.IN_DIALOGUE)
    facts = {"what": "document_withheld"}

    take(store, case, Step.SECOND, actor=an_officer(name="juan"), rules=rules, facts=facts).settle()
    by_the_company = propose(store, rules, case, ON_A_DOCUMENT)
    take(store, case, Step.SECOND, actor=a_reviewer(), rules=rules, facts=facts).settle()
    by_a_reviewer = propose(store, rules, case, ON_A_DOCUMENT)

    assert (guards(by_the_company), guards(by_a_reviewer)) == ({"G18"}, set())


# --- G37 ------------------------------------------------------------------------------------------------


def test_g37_refuses_to_link_what_somebody_may_not_see_with_the_same_words(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules)
    others = (
        "0" * 32,
        case.id,
        a_case(store, rules, protected=True).id,
        a_case(store, rules, room="review").id,
        a_case(store, rules, operator="illapa", site="illapa", said=None).id,
        a_case(store, rules, site="yanaqaqa").id,
        about_rosa(store, rules).id,
        a_case(store, rules, visible_on=THAT_DAY, visible_hour=THAT_HOUR + 1).id,
        a_case(store, rules, visible_on=THAT_DAY + DAY).id,
    )
    rosa = an_officer(sites=[case.site or ""])

    said = [take(store, case, Step.LINK, actor=rosa, rules=rules, facts={"other": o}) for o in others]

    assert [guards(outcome) for outcome in said] == [{"G37"}] * len(others)
    assert len({str(outcome.refusals[0].reason) for outcome in said}) == 1


def test_g37_lets_an_officer_link_what_stands_in_their_own_list(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    others = (
        (
            an_officer(sites=[case.site or ""]),
            a_case(store, rules, visible_on=THAT_DAY, visible_hour=THAT_HOUR),
        ),
        (an_officer(sites=["yanaqaqa", case.site or ""]), a_case(store, rules, site="yanaqaqa")),
        (an_officer(name="juan"), about_rosa(store, rules)),
        (an_officer(sites=[case.site or ""]), a_case(store, rules, site=None)),
    )

    said = [take(store, case, Step.LINK, actor=by, rules=rules, facts={"other": o.id}) for by, o in others]

    assert [outcome.refusals for outcome in said] == [()] * len(others)


def test_g37_refuses_a_reviewer_of_one_site_another_sites_case_and_lets_one_of_all(
    store: Store, rules: Rulebook
) -> None:
    case, other = a_case(store, rules), a_case(store, rules, site="yanaqaqa")
    of_one_site = Actor(Role.REVIEWER, id="ines", sites=frozenset([case.site or ""]))

    link = partial(take, store, case, Step.LINK, rules=rules, facts={"other": other.id})

    assert (guards(link(actor=of_one_site)), link(actor=a_reviewer()).refusals) == ({"G37"}, ())


def about_rosa(store: Store, rules: Rulebook) -> Case:
    """Make a case whose words name an officer: it is not there for her, and nobody tells her why."""
    case = a_case(store, rules)
    facts = {"recused": "rosa", "line": True}
    take(store, case, Step.RECUSE, actor=Actor(Role.CHANNEL), rules=rules, facts=facts).settle()
    return case


def test_g37_lets_two_cases_be_linked_and_each_needs_its_own_persons_word(
    store: Store, rules: Rulebook
) -> None:
    mine, theirs = a_case(store, rules, state=State.PROPOSED), a_case(store, rules, state=State.PROPOSED)

    take(store, mine, Step.LINK, actor=an_officer(), rules=rules, facts={"other": theirs.id}).settle()
    take(store, mine, Step.ACCEPT, actor=the_complainant(), rules=rules).settle()

    assert (again(store, mine).state, again(store, theirs).state) == (State.AGREED, State.PROPOSED)


# --- G40 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "words"), [("", "Why."), ("tiresome", "Why."), ("abuse_only", "  ")])
def test_g40_refuses_to_call_a_case_vexatious_without_a_reason(
    store: Store, rules: Rulebook, reason: str, words: str
) -> None:
    case = a_case(store, rules)
    facts = {"reason": reason}

    outcome = take(
        store, case, Step.MARK_VEXATIOUS, actor=a_reviewer(), rules=rules, facts=facts, words=words
    )

    assert guards(outcome) == {"G40"}
    for actor in (an_officer(), a_focal_point()):
        with pytest.raises(NoSuchStep):
            take(store, case, Step.MARK_VEXATIOUS, actor=actor, rules=rules, facts={"reason": "abuse_only"})


def test_g40_lets_a_reviewer_say_so_with_a_reason_and_it_is_counted(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    facts = {"reason": "same_facts_decided"}

    take(
        store,
        case,
        Step.MARK_VEXATIOUS,
        actor=a_reviewer(),
        rules=rules,
        facts=facts,
        words="Decided in May.",
    ).settle()

    counted = text("SELECT count(*) FROM deltas WHERE measure = 'step:mark_vexatious'")
    assert store.read(lambda conn: conn.execute(counted).scalar_one()) > 0


def marked(store: Store, rules: Rulebook, case: Case) -> Outcome:
    facts = {"reason": "abuse_only"}
    return take(
        store,
        case,
        Step.MARK_VEXATIOUS,
        actor=a_reviewer(),
        rules=rules,
        facts=facts,
        words="Write it without insults.",
    ).settle()


def appeals(store: Store, rules: Rulebook, case: Case) -> Outcome:
    return take(store, case, Step.APPEAL, actor=the_complainant(), rules=rules)


def rules_on_it(store: Store, rules: Rulebook, case: Case, ruling: str, by: Any = None) -> Outcome:
    return take(store, case, Step.PANEL, actor=by or a_focal_point(), rules=rules, facts={"ruling": ruling})


def the_panel_met(store: Store, case: Case, *, days_ago: int = 0) -> None:
    note(store, "panel", "held", days_ago=days_ago, about=case.number, facts={"decided": "mark"})


def test_g40b_refuses_an_appeal_without_a_mark_a_second_one_and_one_without_a_credential(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules)

    unmarked = appeals(store, rules, case)
    marked(store, rules, case)
    by_nobody = take(
        store, case, Step.APPEAL, actor=Actor(Role.COMPLAINANT, credential="recent"), rules=rules
    )
    first, second = appeals(store, rules, case), appeals(store, rules, case)

    assert guards(unmarked) == guards(by_nobody) == guards(second) == {"G40b"}
    assert first.refusals == ()


def test_g40b_lets_a_mark_be_appealed_and_a_new_one_again(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    marked(store, rules, case)
    appeals(store, rules, case).settle()
    the_panel_met(store, case)

    rules_on_it(store, rules, case, marks.LIFTED).settle()
    gone = appeals(store, rules, case)
    marked(store, rules, case)
    again_marked = appeals(store, rules, case)

    assert guards(gone) == {"G40b"}
    assert again_marked.refusals == ()


def test_g40c_refuses_a_ruling_without_an_appeal_a_meeting_or_by_who_set_the_mark(
    store: Store, rules: Rulebook
) -> None:
    case, other = a_case(store, rules), a_case(store, rules)
    the_panel_met(store, other)
    the_panel_met(store, case, days_ago=3)
    marked(store, rules, case)

    unasked = rules_on_it(store, rules, case, marks.STAYS)
    appeals(store, rules, case).settle()
    never_met = rules_on_it(store, rules, case, marks.STAYS)
    the_panel_met(store, case)
    by_the_marker = rules_on_it(store, rules, case, marks.STAYS, by=a_reviewer())
    something_else = rules_on_it(store, rules, case, "perhaps")

    assert {g for one in (unasked, never_met, by_the_marker, something_else) for g in guards(one)} == {"G40c"}
    with pytest.raises(NoSuchStep):
        rules_on_it(store, rules, case, marks.LIFTED, by=an_officer())


@pytest.mark.parametrize("ruling", marks.RULINGS)
def test_g40c_lets_the_panel_rule_and_the_person_is_told(store: Store, rules: Rulebook, ruling: str) -> None:
    case = a_case(store, rules)
    told = [len(marked(store, rules, case).notices), len(appeals(store, rules, case).settle().notices)]
    assert store.read(marks.waiting) == [case.number]
    the_panel_met(store, case)

    outcome = rules_on_it(store, rules, case, ruling)

    assert outcome.refusals == ()
    assert [*told, len(outcome.notices)] == [1, 1, 1]
    assert store.read(marks.waiting) == []
    assert again(store, case).state == case.state


# --- who is told that somebody else reads it now ----------------------------------------------------------


def told_by(store: Store, rules: Rulebook, case: Case, step: Step, **facts: Any) -> list[str]:
    outcome = take(store, case, step, actor=a_reviewer(), rules=rules, facts=facts).settle()
    query = select(NOTICES.c.template).where(NOTICES.c.id.in_(outcome.notices))
    return list(store.read(lambda conn: conn.execute(query).scalars().all()))


def test_whoever_reads_it_from_now_on_is_said_to_the_person(store: Store, rules: Rulebook) -> None:
    here, there = {"operator": "qorimayu", "site": "qorimayu"}, {"operator": "illapa", "site": "illapa"}
    ordinary, apart = a_case(store, rules), a_case(store, rules, room="review")
    protected = a_case(store, rules, protected=True)

    assert told_by(store, rules, ordinary, Step.TRANSFER, **there) == ["transferred"]
    assert told_by(store, rules, apart, Step.ROUTE, **here, release=False) == []
    assert told_by(store, rules, apart, Step.ROUTE, **here, release=True) == ["routed"]
    assert told_by(store, rules, protected, Step.TRANSFER, **there) == []
    assert told_by(store, rules, protected, Step.ROUTE, **here, release=True) == []
    assert told_by(store, rules, protected, Step.RELEASE) == ["released"]


def test_what_the_clock_and_the_door_do_says_nothing_twice(store: Store, rules: Rulebook) -> None:
    apart, other = a_case(store, rules, room="review"), a_case(store, rules, room="review")
    here = {"operator": "qorimayu", "site": "qorimayu", "release": True}

    by_the_clock = take(store, apart, Step.RELEASE, actor=THE_CLOCK, rules=rules).settle()
    by_the_door = take(store, other, Step.ROUTE, actor=Actor(Role.CHANNEL), rules=rules, facts=here).settle()

    assert by_the_clock.notices == by_the_door.notices == ()


# --- G44 ------------------------------------------------------------------------------------------------


def test_g44_refuses_the_forty_first_case(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    busy(store, case, "rosa", 40)

    assert guards(assign(store, rules, case, "rosa")) == {"G44"}


def test_g44_lets_the_fortieth_case_pass_and_more_when_the_panel_noted_it(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules)
    busy(store, case, "rosa", 39)
    busy(store, case, "juan", 40)
    note(store, "panel", "held", about="juan", facts={"present": 4, "seats": 5, "decided": "caseload"})

    assert assign(store, rules, case, "rosa").refusals == ()
    assert assign(store, rules, case, "juan").refusals == ()


# --- transfers ------------------------------------------------------------------------------------------


def test_a_transfer_closes_the_desk_it_leaves_and_opens_none(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    facts = {"operator": "illapa", "site": "illapa"}

    take(store, case, Step.TRANSFER, actor=a_reviewer(), rules=rules, facts=facts).settle()

    moved = again(store, case)
    assert (moved.operator, moved.site, moved.room, moved.counted) == (
        "illapa",
        "illapa",
        "review",
        "unrouted",
    )
    assert readers(store, case) == {"review"}


def test_a_transfer_unseals_nothing_of_a_protected_case(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, protected=True)
    before = readers(store, case)
    facts = {"operator": "illapa", "site": "illapa"}

    take(store, case, Step.TRANSFER, actor=a_reviewer(), rules=rules, facts=facts).settle()

    moved = again(store, case)
    assert (moved.room, moved.protected, moved.counted) == ("review", True, None)
    assert readers(store, case) == before == {"review"}


def test_a_transfer_between_sites_of_one_company_leaves_the_case_at_its_desk(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules)

    take(store, case, Step.TRANSFER, actor=a_reviewer(), rules=rules, facts={"site": "yanaqaqa"}).settle()

    moved = again(store, case)
    assert (moved.operator, moved.site, moved.room) == (case.operator, "yanaqaqa", "desk")


# --- what is used above -----------------------------------------------------------------------------------


def assign(store: Store, rules: Rulebook, case: Case, whom: str) -> Outcome:
    return take(store, case, Step.ASSIGN, actor=an_officer(), rules=rules, facts={"assigned": whom})


def decide(
    store: Store, rules: Rulebook, case: Case, step: Step, *, name: str = "ines", now: datetime = LATER,
    facts: Mapping[str, Any] | None = None,
) -> Outcome:  # fmt: skip
    usual = {Step.CONFIRM_ANSWER: {"reason": "well_founded"}, Step.RETURN: {"reason": "remit"}}.get(step, {})
    return take(
        store,
        case,
        step,
        actor=a_reviewer(name=name),
        rules=rules,
        facts={**usual, **(facts or {})},
        words="We decide this.",
        now=now,
    )


def newest(store: Store, case: Case) -> Mapping[str, Any]:
    from grievance.case import parse_facts  # noqa: PLC0415  only here

    return store.read(lambda conn: parse_facts(list(record.entries_of(conn, case.id))[-1].facts))


def verdicts(store: Store, case: Case) -> Mapping[str, str]:
    from grievance.case import parse_facts  # noqa: PLC0415  only here

    return store.read(lambda conn: parse_facts(list(record.entries_of(conn, case.id))[-1].guards))


def missed(store: Store, rules: Rulebook, case: Case, *, days: int) -> Outcome:
    facts = {"clock": "acknowledge", "round": 1, "whose": "officer", "was_due": "2026-03-09"}
    at = NOON + days * DAY
    return take(store, case, Step.OVERDUE, actor=THE_CLOCK, rules=rules, facts=facts, now=at)


def another_letter(
    store: Store, rules: Rulebook, case: Case, *, purpose: str, arrives: bool = True, now: datetime = LATER
) -> Outcome:
    facts, words = {"purpose": purpose}, "The report says this."
    written = take(
        store, case, Step.UPDATE, actor=an_officer(), rules=rules, facts=facts, words=words, now=now
    )
    if arrives:
        reach(store, written.settle(), rules=rules)
    return written


def propose(store: Store, rules: Rulebook, case: Case, facts: Mapping[str, Any]) -> Outcome:
    return take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, facts=facts, words="We mend it.")


def busy(store: Store, case: Case, who: str, cases: int) -> None:
    rows = [
        columns(case) | {"id": f"{who}{n:028}", "number": f"{n:08}", "assigned": who} for n in range(cases)
    ]
    closed = columns(case) | {
        "id": f"{who}x",
        "assigned": who,
        "state": State.CLOSED,
        "sense": Sense.NO_CONTACT,
    }
    store.transact(lambda conn: conn.execute(CASES.insert(), [*rows, closed]))
    store.transact(
        lambda conn: conn.execute(update(CASES).where(CASES.c.id == case.id).values(assigned=None))
    )


def readers(store: Store, case: Case) -> set[str]:
    query = text('SELECT s.reader FROM seals s JOIN texts t ON t.id = s.text WHERE t."case" = :case')
    return store.read(lambda conn: set(conn.execute(query, {"case": case.id}).scalars()))
