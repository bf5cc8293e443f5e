"""What a case needs before it is answered, agreed to and decided: a visit, advisers, a judge who is not always the same."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from grievance import register
from grievance.case import Case
from grievance.notice import Notice
from grievance.register import By, Note
from grievance.store import Store
from grievance.vocabulary import FLAGS, Kind, Role, State, Step
from tests.factories import (
    ANSWERED,
    LATER,
    NOON,
    THAT_DAY,
    VERSION,
    a_case,
    a_reviewer,
    an_officer,
    moment,
    papers,
    reach,
    take,
    the_complainant,
    visited,
)
from workflows.casework import Outcome
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)


def guards(outcome: Outcome) -> set[str]:
    return {refusal.guard for refusal in outcome.refusals}


# --- G17 ------------------------------------------------------------------------------------------------


def looked_into(store: Store, rules: Rulebook, *, kind: str = Kind.GRIEVANCE) -> Case:
    case = a_case(store, rules, state=State.ASSESSED, kind=kind)
    take(store, case, Step.INVESTIGATE, actor=an_officer(), rules=rules).settle()
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules).settle()
    return case


def answer(store: Store, rules: Rulebook, case: Case, *evidence: str) -> set[str]:
    facts = {**ANSWERED, "evidence": evidence}
    return guards(
        take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, facts=facts, words="We mend it.")
    )


def tell(
    store: Store, rules: Rulebook, case: Case, *, words: str = "We were there.", **facts: str
) -> set[str]:
    return guards(take(store, case, Step.UPDATE, actor=an_officer(), rules=rules, facts=facts, words=words))


def test_g17b_refuses_an_answer_of_somebody_who_neither_went_nor_says_why(
    store: Store, rules: Rulebook
) -> None:
    case = looked_into(store, rules)
    tell(store, rules, case, purpose="update")

    assert answer(store, rules, case, "sample") == {"G17b"}


def test_g17b_refuses_a_visit_without_words_or_on_a_day_on_which_nobody_could_have_gone(
    store: Store, rules: Rulebook
) -> None:
    case = looked_into(store, rules)
    before, tomorrow = (str(THAT_DAY - DAY), str(THAT_DAY + DAY))

    assert tell(store, rules, case, words="", purpose="no_visit") == {"G17b"}
    for day in ("", before, tomorrow):
        assert tell(store, rules, case, purpose="visit", visited_on=day) == {"G17b"}


def test_g17b_refuses_an_answer_that_rests_on_a_visit_that_nobody_made(store: Store, rules: Rulebook) -> None:
    case = looked_into(store, rules)
    tell(store, rules, case, words="It is all in the office's books.", purpose="no_visit")

    assert answer(store, rules, case, "visit") == {"G17b"}
    assert answer(store, rules, case, "sample") == set()


def test_g17b_lets_somebody_answer_who_went_and_told_the_person_so(store: Store, rules: Rulebook) -> None:
    case = looked_into(store, rules)

    assert tell(store, rules, case, **visited(rules)) == set()
    assert answer(store, rules, case, "visit") == set()


def test_g17b_lets_a_request_be_answered_from_the_office(store: Store, rules: Rulebook) -> None:
    case = looked_into(store, rules, kind=Kind.INFORMATION_REQUEST)

    assert "G17b" not in answer(store, rules, case, "document")


def test_g17b_a_case_that_came_back_needs_a_visit_of_its_own(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.REOPENED)
    then = LATER + DAY
    assess = {"flags": dict.fromkeys(FLAGS, False), "issues": 1, "severity": "medium"}
    for step, facts in ((Step.ASSESS, assess), (Step.INVESTIGATE, {})):
        take(store, case, step, actor=an_officer(), rules=rules, facts=facts, now=then).settle()
    offer = {"facts": ANSWERED, "words": "We mend it again."}

    as_before = take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, now=then, **offer)
    seen = visited(rules, then)
    take(
        store, case, Step.UPDATE, actor=an_officer(), rules=rules, now=then, facts=seen, words="Seen."
    ).settle()
    anew = take(store, case, Step.PROPOSE, actor=an_officer(), rules=rules, now=then, **offer)

    assert (guards(as_before), guards(anew)) == ({"G17b"}, set())


# --- G19 ------------------------------------------------------------------------------------------------


def owed_by_an_offer(store: Store, rules: Rulebook, case: Case) -> Outcome:
    return take(
        store, case, Step.PROPOSE, actor=an_officer(), rules=rules, facts=ANSWERED, words="We mend it."
    ).settle()


def agree(store: Store, rules: Rulebook, case: Case) -> set[str]:
    return guards(take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules))


def templates(store: Store, case: Case) -> list[str]:
    query = select(Notice).where(Notice.case == case.id)
    return [row.template for row in store.read(lambda conn: conn.execute(query).all())]


def test_g19b_refuses_a_yes_of_whom_the_list_of_advisers_did_not_reach(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.IN_DIALOGUE)
    store.transact(lambda conn: conn.execute(update(Notice).values(reached_on=None)))
    offer = owed_by_an_offer(store, rules, case)
    advisers, proposal = offer.notices

    reach(store, replace(offer, notices=(proposal,)), rules=rules)
    early = agree(store, rules, case)
    reach(store, replace(offer, notices=(advisers,)), rules=rules)

    assert (early, agree(store, rules, case)) == ({"G19b"}, set())


def test_g19b_lets_somebody_agree_who_was_sent_the_list_before_and_sends_it_once(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.IN_DIALOGUE)

    reach(store, owed_by_an_offer(store, rules, case), rules=rules)

    assert templates(store, case).count("advisers") == 1
    assert agree(store, rules, case) == set()


def test_g19b_lets_a_mechanism_without_advisers_stop_nobody(store: Store, rules: Rulebook) -> None:
    nobody = Rulebook(replace(rules.current, advisers=()))

    case = a_case(store, nobody, state=State.PROPOSED)

    assert "advisers" not in templates(store, case)
    assert agree(store, nobody, case) == set()


# --- G04 ------------------------------------------------------------------------------------------------


def strict(rules: Rulebook, *, share: int = 60, enough: int = 3) -> Rulebook:
    governance = replace(rules.current.governance, review_share=share, review_share_from=enough)
    return Rulebook(replace(rules.current, governance=governance))


def decides(
    store: Store, rules: Rulebook, name: str, *, operator: str = "qorimayu", days: int = 0
) -> set[str]:
    then = NOON + days * DAY
    case = a_case(
        store, rules, state=State.UNDER_INDEPENDENT_REVIEW, operator=operator, site=operator, now=then
    )
    store.transact(lambda conn: papers(conn, name, role=Role.REVIEWER, on=then.date()))
    who, facts = a_reviewer(name=name), {"reason": "well_founded"}
    step = Step.CONFIRM_ANSWER
    return guards(
        take(store, case, step, actor=who, rules=rules, facts=facts, words="It stands.", now=then + DAY)
    )


def test_g04c_refuses_a_reviewer_who_would_decide_too_many_of_one_companys_reviews(
    store: Store, rules: Rulebook
) -> None:
    two_of_three = strict(rules)

    first, second = (decides(store, two_of_three, "ines") for _ in range(2))
    third = decides(store, two_of_three, "ines")

    assert (first, second, third) == (set(), set(), {"G04c"})


def test_g04c_lets_another_reviewer_another_company_another_year_and_the_panel_pass(
    sqlite_store: Store, rules: Rulebook
) -> None:
    store, two_of_three = sqlite_store, strict(rules)
    for _ in range(2):
        decides(store, two_of_three, "ines")

    by_another = decides(store, two_of_three, "olga")
    elsewhere = decides(store, two_of_three, "ines", operator="illapa")
    a_year_on = decides(store, two_of_three, "ines", days=400)
    agreed = Note("panel", "held", held_on=THAT_DAY, about="ines", facts={"decided": "reviews"})
    by = By(role=str(Role.REVIEWER), id="olga", on=THAT_DAY, version=VERSION)
    store.transact(lambda conn: register.note(conn, agreed, by=by, at=moment()))
    as_the_panel_agreed = decides(store, two_of_three, "ines")

    assert by_another == elsewhere == a_year_on == as_the_panel_agreed == set()


def test_g04c_a_review_is_not_given_to_whoever_may_not_decide_it(
    sqlite_store: Store, rules: Rulebook
) -> None:
    store, none_twice = sqlite_store, strict(rules, share=10, enough=1)
    case = a_case(store, none_twice, state=State.UNDER_INDEPENDENT_REVIEW)
    facts = {"assigned": "ines"}

    refused = take(store, case, Step.ASSIGN, actor=a_reviewer(), rules=none_twice, facts=facts)
    unlimited = take(store, case, Step.ASSIGN, actor=a_reviewer(), rules=strict(rules, share=0), facts=facts)

    assert (guards(refused), guards(unlimited)) == ({"G04c"}, set())
