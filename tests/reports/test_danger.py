"""What a year tells of people in danger: with how many somebody safe spoke within a day (T16, I-28)."""

from grievance.vocabulary import Step
from reports.measuring import danger
from reports.month import Month
from reports.recount import verify_release
from reports.saying import indicated, indicators
from reports.saying.indicated import Printed
from reports.tables import CONTACT_DUE, CONTACT_IN_TIME, PROTECTED, PROTECTION, Cell, Table
from tests.reports.months import Town
from workflows.casework import Doing

MEASURES = (PROTECTED, CONTACT_DUE, CONTACT_IN_TIME)


def told(town: Town, year: int = 2026) -> tuple[int | None, ...]:
    """What the year says, after holding it against the recount."""
    found = town.store.read(lambda conn: danger.table(conn, year))
    plain = found.plain("final")
    assert town.store.read(lambda conn: list(verify_release.of_itself(conn, f"{year}-12", [plain]))) == []
    return tuple(found.value(measure) for measure in MEASURES)


def in_danger(town: Town, day: str, count: int, *, named: str = "hidden") -> list[str]:
    return [town.complain(day, person=f"{named} {n}", protected=True) for n in range(count)]


def speak(town: Town, case: str, day: str) -> None:
    town.focal(case, Step.ACKNOWLEDGE, day)


def test_a_contact_counts_as_in_time_on_the_day_itself_and_on_the_next(town: Town) -> None:
    cases = in_danger(town, "04-03", 10)
    for case, day in zip(cases, ("04-03", "04-04", "04-05"), strict=False):
        speak(town, case, day)

    assert told(town) == (10, 10, 2)


def test_of_nine_people_nothing_is_told_not_even_a_nought(town: Town) -> None:
    for case in in_danger(town, "04-03", 9):
        speak(town, case, "04-04")

    assert told(town) == (None, None, None)


def test_who_was_found_to_be_in_no_danger_within_the_day_is_owed_no_contact(town: Town) -> None:
    cases = in_danger(town, "04-03", 12)
    town.focal(cases[0], Step.RELEASE, "04-04")
    town.focal(cases[1], Step.RELEASE, "04-07")

    assert told(town) == (12, 11, 0)


def test_what_an_officer_of_the_company_says_is_no_safe_contact(town: Town) -> None:
    cases = town.crowd("04-03", 10)
    for case in cases:
        town.acknowledge(case, "04-04")
        town.protect(case, "04-04")
    speak_to = cases[0]
    town.focal(speak_to, Step.UPDATE, "04-05", Doing(facts={"purpose": "update"}, words="We are with you."))

    assert told(town) == (10, 10, 1)


def test_a_contact_belongs_to_the_year_in_which_it_is_due(town: Town) -> None:
    in_danger(town, "04-03", 10)
    for case in in_danger(town, "12-31", 10, named="late"):
        speak(town, case, "12-31")

    assert told(town) == (20, 10, 0)
    assert told(town, 2027) == (None, 10, 10)


def test_a_printed_count_of_contacts_that_is_wrong_or_of_too_few_is_found(town: Town) -> None:
    for case in in_danger(town, "04-03", 10):
        speak(town, case, "04-04")
    town.focal(town.complain("04-03", person="hidden 0", protected=True), Step.RELEASE, "04-03")

    def found(*values: int | None) -> list[str]:
        cells = tuple(Cell((m,), value) for m, value in zip(MEASURES, values, strict=True))
        plain = Table(PROTECTION, cells, kind="mechanism", period="2026").plain("final")
        return town.store.read(
            lambda conn: [p.where for p in verify_release.of_itself(conn, "2026-12", [plain])]
        )

    assert found(11, 10, 10) == []
    assert found(11, 10, 9) == ["protection 2026 contact_in_time"]
    assert found(None, None, None) == []


def test_a_case_in_danger_twice_is_owed_a_contact_each_time(town: Town) -> None:
    cases = in_danger(town, "04-03", 10)
    for case in cases:
        speak(town, case, "04-04")
    town.focal(cases[0], Step.RELEASE, "04-10")
    town.protect(cases[0], "05-04")

    assert told(town) == (10, 11, 10)


def test_december_says_the_share_and_other_months_that_it_is_told_once_a_year() -> None:
    cells = tuple(Cell((m,), n) for m, n in zip(MEASURES, (30, 25, 20), strict=True))
    year = Table(PROTECTION, cells, kind="mechanism", period="2026")
    place = next(n for n, one in enumerate(indicators.INDICATORS) if one.id == "I-28")

    december = indicated.values(Printed(Month(2026, 12), (year,)), ())[place]
    november = indicated.values(Printed(Month(2026, 11), ()), ())[place]

    assert (december.n, december.of, december.percent) == (20, 25, 80)
    assert (november.n, november.why) == (None, indicated.ONCE_A_YEAR)
