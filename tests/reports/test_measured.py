"""A month is measured exactly by site and theme; a quarter counts its people once, whatever its months say."""

from sqlalchemy import text

from grievance.store import Store
from grievance.vocabulary import Kind
from reports.measuring import measured, own
from reports.measuring.measured import Measured
from reports.month import Month
from reports.recount import audit, verify_release
from reports.tables import (
    ALL,
    BY_SITE,
    PROTECTION,
    QUARTER_SITE_THEME,
    SITE_THEME,
    YEAR_SITE_THEME,
    Cell,
    Table,
)
from tests.reports.months import Town, disagreements


def measure(town: Town, month: str) -> Measured:
    return town.store.read(
        lambda conn: measured.measure(conn, Month.parse(month), kind=Kind.GRIEVANCE, rules=town.rules)
    )


def table(found: Measured, name: str) -> Table:
    return next(table for table in found.tables if table.name == name)


def test_a_month_says_by_site_what_came_what_was_in_time_and_what_ended(town: Town) -> None:
    north = town.crowd("03-03", 3)
    south = town.crowd("03-03", 2, named="shepherd", operator="illapa")
    town.acknowledge(north[0], "03-04")
    town.acknowledge(north[1], "03-20")
    town.acknowledge(south[0], "03-04", operator="illapa")
    town.answer(north[0], "03-10")
    town.withdraw(south[1], "03-12")

    by_site = table(measure(town, "2026-03"), BY_SITE)

    def row(site: str) -> list[int | None]:
        return [
            by_site.value(site, m) for m in ("received", "acknowledged_in_time", "answered_in_time", "closed")
        ]

    assert row("qorimayu") == [3, 1, 1, 0]
    assert row("illapa") == [2, 1, 0, 1]
    assert row("yanaqaqa") == [0, 0, 0, 0]
    assert row(ALL) == [5, 2, 1, 1]


def test_what_came_by_site_and_theme_is_there_for_whoever_subtracts_with_its_people(town: Town) -> None:
    town.crowd("03-03", 3)
    town.complain("03-09", person="neighbour 0")
    town.complain("03-09", person="neighbour 0", theme="dust")

    found = measure(town, "2026-03")

    assert found.crossed == {("qorimayu", "water"): 4, ("qorimayu", "dust"): 1}
    assert found.people[SITE_THEME, ("qorimayu", "water")] == 3
    assert found.people[BY_SITE, ("qorimayu", "received")] == 3


def test_who_has_two_cases_answered_stands_once_behind_what_was_in_time(town: Town) -> None:
    for case in (town.complain("03-03", person="ana"), town.complain("03-03", person="ana", theme="dust")):
        town.acknowledge(case, "03-04")

    found = measure(town, "2026-03")

    assert table(found, BY_SITE).value("qorimayu", "acknowledged_in_time") == 2
    assert found.people[BY_SITE, ("qorimayu", "acknowledged_in_time")] == 1


def test_the_last_month_of_a_quarter_counts_the_quarter_and_its_people_once(town: Town) -> None:
    town.crowd("01-20", 2)
    town.crowd("03-03", 3)
    town.complain("03-04", theme=None, operator=None)

    found = measure(town, "2026-03")

    quarter = table(found, QUARTER_SITE_THEME)
    assert quarter.period == "2026-Q1"
    assert quarter.value("qorimayu", "water") == 5
    assert quarter.value("not_stated", "not_stated") == 1
    assert [quarter.value(ALL, "water"), quarter.value("qorimayu", ALL), quarter.value(ALL, ALL)] == [5, 5, 6]
    assert quarter.value("illapa", "dust") == 0
    assert found.people[QUARTER_SITE_THEME, ("qorimayu", "water")] == 3
    assert found.people[QUARTER_SITE_THEME, (ALL, ALL)] == 4


def test_other_months_have_no_quarter_and_december_has_the_year_too(town: Town) -> None:
    town.complain("02-03", person="ana")
    town.complain("12-01", person="ben")

    names = {month: {t.name: t for t in measure(town, month).tables} for month in ("2026-02", "2026-12")}

    assert {QUARTER_SITE_THEME, YEAR_SITE_THEME}.isdisjoint(names["2026-02"])
    assert names["2026-12"][QUARTER_SITE_THEME].value(ALL, ALL) == 1
    assert names["2026-12"][YEAR_SITE_THEME].value(ALL, ALL) == 2
    assert names["2026-12"][YEAR_SITE_THEME].period == "2026"


def test_protected_cases_stand_in_no_quarter_either(town: Town) -> None:
    town.complain("03-03", person="eva", protected=True)

    quarter = table(measure(town, "2026-03"), QUARTER_SITE_THEME)

    assert quarter.value(ALL, ALL) == 0


def test_the_recount_agrees_by_site_and_over_the_quarter(town: Town, store: Store) -> None:
    first = town.crowd("01-20", 2)
    town.acknowledge(first[0], "01-21")
    town.withdraw(first[1], "03-02")

    for month in ("2026-01", "2026-03"):
        truth = store.read(lambda conn, month=month: audit.recount(conn, month, "grievance"))
        casework = store.read(lambda conn, month=month: audit.counted(conn, month, "grievance"))
        assert casework == truth.counts

    assert truth.received_over(("2026-01", "2026-02", "2026-03"), "qorimayu", "all") == 2
    assert truth.received_over(("2026-02", "2026-03"), "all", "all") == 0


def test_a_site_and_a_theme_of_the_longest_names_still_find_room(store: Store) -> None:
    longest = f"{'s' * 32}/{'t' * 32}"
    row = {"member": longest}

    store.transact(
        lambda conn: conn.execute(
            text(
                "INSERT INTO rollups (month, kind, measure, dimension, member, n) "
                "VALUES ('2026-03', 'grievance', 'received', 'site_theme', :member, 1)"
            ),
            row,
        )
    )

    assert store.read(lambda conn: conn.execute(text("SELECT member FROM rollups")).scalar_one()) == longest


def in_danger(town: Town, month: str) -> int | None:
    found = town.store.read(lambda conn: own.tables(conn, Month.parse(month), rules=town.rules))
    return table_of(found, PROTECTION).value("cases")


def table_of(found: tuple[Table, ...], name: str) -> Table:
    return next(table for table in found if table.name == name)


def test_a_year_tells_how_many_were_in_danger_from_ten_people_on(town: Town) -> None:
    for n in range(9):
        town.complain("04-03", person=f"hidden {n}", protected=True)
    town.complain("04-04", person="hidden 0", protected=True)
    town.complain("04-04", person="ana")
    before = in_danger(town, "2026-12")

    later = town.complain("05-03", person="eva")
    town.protect(later, "05-04")

    assert before is None
    assert in_danger(town, "2026-12") == 11
    assert disagreements(town, "2026-12") == []


def test_no_other_month_says_anything_of_people_in_danger(town: Town) -> None:
    town.complain("11-03", person="eva", protected=True)

    found = town.store.read(lambda conn: own.tables(conn, Month(2026, 11), rules=town.rules))

    assert PROTECTION not in {table.name for table in found}


def test_a_printed_count_of_people_in_danger_that_is_wrong_is_found(town: Town) -> None:
    for n in range(10):
        town.complain("04-03", person=f"hidden {n}", protected=True)
    told = Table(PROTECTION, (Cell(("cases",), 12),), kind="mechanism", period="2026").plain("final")

    problems = town.store.read(lambda conn: list(verify_release.of_itself(conn, "2026-12", [told])))

    assert [problem.where for problem in problems] == ["protection 2026 cases"]
