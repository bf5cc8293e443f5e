"""A month is counted by real casework, published exactly where ten people stand behind it, and never twice alike."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select, text

from grievance import record
from grievance.record import Entry
from grievance.store import Store
from grievance.vocabulary import Kind, Step
from reports import document, release, shelf
from reports.gate import NotCertified
from reports.measuring import measured
from reports.measuring.measured import Measured
from reports.measuring.relations import DoesNotAddUp
from reports.month import Month
from reports.release import NotOverYet
from reports.shelf import Release
from reports.tables import BY_ENTRY, BY_THEME, STOCK, STOCK_FLOW, TIMELINESS
from tests.reports.months import Town, on
from tests.reports.once import once
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)


@once
def march(town: Town) -> Release:
    """Live through the month that was worked out on paper, and publish it."""
    ana, ben = town.complain("02-10", person="ana"), town.complain("02-10", person="ben")
    town.acknowledge(ana, "02-11")
    town.withdraw(ben, "02-20")
    north = town.crowd("03-03", 10)
    for case in north[:9]:
        town.acknowledge(case, "03-04")
    south = town.crowd("03-05", 10, named="shepherd", operator="illapa", channel="web", theme="dust")
    for case in south:
        town.acknowledge(case, "03-06", operator="illapa")
    town.complain("03-07", person="eva", protected=True)
    town.answer(ana, "03-10")
    town.acknowledge(north[9], "03-12")
    for case in north[:9]:
        town.answer(case, "03-17")
    town.withdraw(south[0], "03-20")
    town.withdraw(north[9], "03-23")
    town.reopen(north[9], "03-24")
    town.protect(north[0], "03-25")
    town.withdraw(north[1], "04-02")
    return town.publish("2026-03", day="04-07")


def test_a_month_reads_as_it_was_worked_out_on_paper(town: Town) -> None:
    made = march(town)
    stock, times = made.complaints[STOCK_FLOW], made.complaints[TIMELINESS]

    def account(row: str) -> list[int | None]:
        return [stock.value(row, measure) for measure in STOCK]

    def ends(row: str, clock: str) -> list[int | None]:
        measures = ("met", "late", "stopped", "closed", "median_days", "p90_days")
        return [times.value(row, clock, measure) for measure in measures]

    assert account("all") == [1, 20, 1, 0, 2, 0, 20]
    assert account("qorimayu") == [1, 10, 1, 0, 1, 0, 11]
    assert account("illapa") == [0, 10, 0, 0, 1, 0, 9]
    assert account("unrouted") == [0, 0, 0, 0, 0, 0, 0]
    none = [None, None]
    assert ends("all", "acknowledge") == [19, 1, *none, 1, None]
    assert ends("qorimayu", "acknowledge") == [9, 1, *none, 1, None]
    assert ends("illapa", "acknowledge") == [10, 0, *none, 1, None]
    assert ends("all", "answer") == [10, 0, *none, 14, None]
    assert ends("qorimayu", "answer") == [10, 0, *none, 14, None]
    assert ends("illapa", "answer") == [0, 0, *none, None, None]


def test_what_became_of_cases_is_told_of_clocks_only_where_five_people_stand_behind_it(
    town: Town, store: Store
) -> None:
    """Six people and another are given more time, one person six times as often elsewhere: the six are told."""
    north = town.crowd("03-02", 14)
    south = [town.complain("03-02", person="one of them", operator="illapa") for _ in range(6)]
    south += town.crowd("03-02", 12, named="shepherd", operator="illapa")
    for case in north:
        town.acknowledge(case, "03-03")
    for case in south:
        town.acknowledge(case, "03-03", operator="illapa")
    for operator, cases in (("qorimayu", north[:6]), ("illapa", south[:6])):
        for case in cases:
            more = town.officer(
                case,
                Step.EXTEND,
                "03-04",
                operator=operator,
                facts={"clock": "answer", "days": 5, "reason": "sample"},
                words="Later.",
            )
            town.reach(more, "03-04")
            town.answer(case, "03-11", operator=operator)
    for case in (*north[6:8], south[7]):
        town.withdraw(case, "03-12")

    times = town.publish("2026-03", day="04-07").complaints[TIMELINESS]
    found = store.read(
        lambda conn: measured.measure(conn, Month(2026, 3), kind=Kind.GRIEVANCE, rules=town.rules)
    )

    behind = {at[0]: n for (_, at), n in found.people.items() if at[1:] == ("answer", "extended")}
    assert behind == {"all": 7, "qorimayu": 6, "illapa": 1}
    extended = [times.value(row, "answer", "extended") for row in ("all", "qorimayu", "illapa")]
    assert extended == [12, 6, None]
    assert [times.value(row, "answer", "closed") for row in ("all", "qorimayu")] == [None, None]
    assert [times.value(row, "answer", "met") for row in ("all", "qorimayu")] == [12, 6]


def test_breakdowns_hide_small_figures_and_what_would_tell_of_a_month_that_was_never_published(
    town: Town,
) -> None:
    made = march(town)

    channels = {cell.at[0]: cell.value for cell in made.complaints[BY_ENTRY].cells}
    themes = {cell.at[0]: cell.value for cell in made.complaints[BY_THEME].cells}

    assert channels == {
        "all": 20, "sms": 10, "ussd": None, "web": 10, "kiosk": None, "office": None, "phone_voice": None,
        "radio_relay": None,
    }  # fmt: skip
    assert themes == {
        "all": 20, "water": None, "dust": 10, "roads": None, "land": None, "work": None, "other": None,
        "not_stated": None,
    }  # fmt: skip


def test_what_happens_after_a_month_does_not_change_it(town: Town, store: Store, rules: Rulebook) -> None:
    def exact() -> Measured:
        return store.read(lambda conn: measured.measure(conn, MARCH, kind=Kind.GRIEVANCE, rules=rules))

    first, before = march(town), exact()
    town.withdraw(town.complain("04-03", person="late"), "04-06")

    second = town.publish("2026-03", day="04-08")

    assert before.tables == exact().tables
    assert first.document["tables"] == second.document["tables"]


def test_nothing_more_is_published_where_the_record_no_longer_says_what_was_printed(
    town: Town, store: Store
) -> None:
    march(town)
    store.transact(
        lambda conn: conn.execute(text("UPDATE deltas SET n = n + 1 WHERE measure = 'answer:met'"))
    )

    with pytest.raises(NotCertified, match="printed"):
        town.publish("2026-04", day="05-08")


def test_a_month_says_how_its_masking_was_proven(town: Town) -> None:
    made = march(town)

    proofs = {proof["kind"]: proof for proof in made.document["certificates"]}
    assert set(proofs) == {"grievance", "information_request"}
    assert proofs["grievance"]["level"] == "whole"
    assert len(proofs["grievance"]["unmasked"]) == 64


def test_a_month_opens_with_what_the_one_before_left(town: Town) -> None:
    march(town)
    town.crowd("04-09", 10, named="weaver", operator="illapa")

    april = town.publish("2026-04", day="05-08").complaints[STOCK_FLOW]

    assert [april.value("all", measure) for measure in STOCK] == [20, 10, 0, 0, 1, 0, 29]
    assert [april.value("illapa", measure) for measure in STOCK] == [9, 10, 0, 0, 0, 0, 19]


def test_nine_people_at_one_company_hide_every_companys_row(town: Town) -> None:
    town.crowd("03-03", 10)
    town.crowd("03-03", 9, named="shepherd", operator="illapa")
    town.complain("03-04", person="shepherd 3", operator="illapa")

    stock = town.publish("2026-03", day="04-07").complaints[STOCK_FLOW]

    assert stock.value("all", "received") == 20
    assert stock.value("illapa", "received") is None
    assert stock.value("qorimayu", "received") is None


def test_the_tenth_person_shows_them_all(town: Town) -> None:
    town.crowd("03-03", 10)
    town.crowd("03-03", 10, named="shepherd", operator="illapa")

    stock = town.publish("2026-03", day="04-07").complaints[STOCK_FLOW]

    assert stock.value("illapa", "received") == 10
    assert stock.value("qorimayu", "received") == 10


def test_people_whose_case_was_open_at_the_start_stand_behind_the_row(town: Town) -> None:
    town.crowd("02-03", 10)
    town.crowd("02-03", 10, named="shepherd", operator="illapa")

    stock = town.publish("2026-03", day="04-07").complaints[STOCK_FLOW]

    assert stock.value("qorimayu", "opening") == 10
    assert stock.value("illapa", "received") == 0


def test_people_whose_case_had_ended_before_do_not(town: Town) -> None:
    town.crowd("02-03", 10)
    gone = town.crowd("02-03", 10, named="shepherd", operator="illapa")
    town.withdraw(gone[0], "02-20")

    stock = town.publish("2026-03", day="04-07").complaints[STOCK_FLOW]

    assert stock.value("qorimayu", "opening") is None
    assert stock.value("illapa", "opening") is None
    assert stock.value("all", "opening") == 19


def test_all_cases_without_a_token_count_as_one_person(town: Town) -> None:
    for _ in range(12):
        town.complain("03-03")

    made = town.publish("2026-03", day="04-07")

    of_cases = (*made.complaints.values(), *made.requests.values())
    assert all(cell.value is None for table in of_cases for cell in table.cells)


def test_a_case_moves_from_nobodys_row_to_the_company_that_can_read_it(town: Town) -> None:
    town.crowd("03-03", 10)
    town.crowd("03-03", 10, named="shepherd", operator="illapa")
    lost = [town.complain("03-04", person=f"herder {n}", operator=None) for n in range(10)]
    for case in lost[:4]:
        town.route(case, "03-09", "illapa")

    stock = town.publish("2026-03", day="04-07").complaints[STOCK_FLOW]

    assert [stock.value("unrouted", measure) for measure in STOCK] == [0, 10, 0, 0, 0, 4, 6]
    assert [stock.value("illapa", measure) for measure in STOCK] == [0, 10, 0, 4, 0, 0, 14]
    assert [stock.value("all", measure) for measure in STOCK] == [0, 30, 0, 0, 0, 0, 30]


def test_protected_cases_stand_in_no_table(town: Town, store: Store, rules: Rulebook) -> None:
    def exact() -> Measured:
        return store.read(lambda conn: measured.measure(conn, MARCH, kind=Kind.GRIEVANCE, rules=rules))

    town.crowd("03-03", 10)
    town.crowd("03-03", 10, named="shepherd", operator="illapa")
    before = exact()
    for n in range(6):
        town.complain("03-08", person=f"hidden {n}", protected=True)

    after = exact()

    assert before.tables == after.tables


def test_cutting_a_month_again_raises_its_number_and_keeps_the_first(town: Town, store: Store) -> None:
    first = march(town)

    second = town.publish("2026-03", day="04-09")

    versions = store.read(
        lambda conn: conn.execute(
            select(shelf.RELEASES.c.version, shelf.RELEASES.c.digest).order_by(shelf.RELEASES.c.version)
        ).all()
    )
    assert [tuple(row) for row in versions] == [(1, first.digest), (2, second.digest)]
    assert store.read(lambda conn: shelf.newest(conn, MARCH)) == second


def test_every_version_is_an_entry_in_the_record(town: Town, store: Store) -> None:
    made = [march(town), town.publish("2026-03", day="04-09")]

    entries = store.read(lambda conn: record.entries_of(conn, "release-2026-03"))

    assert [json.loads(entry.facts)["digest"] for entry in entries] == [each.digest for each in made]


def test_a_month_that_still_goes_on_is_not_published(town: Town, store: Store) -> None:
    town.crowd("03-03", 10)

    with pytest.raises(NotOverYet):
        town.publish("2026-03", day="03-31")

    assert store.read(shelf.months) == ()


def test_a_draft_is_written_and_not_published(town: Town, store: Store, tmp_path: Path) -> None:
    town.crowd("03-03", 10)

    said = release.run(store, town.rules, "2026-03", out=tmp_path, draft=True, at=on("03-20"))

    assert "draft" in said
    assert json.loads((tmp_path / "2026-03.json").read_text())["status"] == "draft"
    assert store.read(shelf.months) == ()
    assert store.read(lambda conn: conn.execute(select(Entry).where(text("kind = 'release'"))).all()) == []


def test_a_month_whose_flows_leave_another_number_open_is_refused(town: Town, store: Store) -> None:
    town.crowd("03-03", 10)
    store.transact(
        lambda conn: conn.execute(text("UPDATE deltas SET n = 2 WHERE member = 'qorimayu' AND id < 3"))
    )

    with pytest.raises(DoesNotAddUp, match="qorimayu"):
        town.publish("2026-03", day="04-07")


def test_a_breakdown_that_does_not_add_up_is_refused(town: Town, store: Store) -> None:
    town.crowd("03-03", 10)
    store.transact(lambda conn: conn.execute(text("UPDATE deltas SET n = 2 WHERE member = 'sms'")))

    with pytest.raises(DoesNotAddUp, match="by_entry"):
        town.publish("2026-03", day="04-07")


def test_what_a_company_left_undone_does_not_stop_a_release(town: Town) -> None:
    town.crowd("03-03", 12)

    made = town.publish("2026-03", day="06-10")

    assert any("came later" in omission["msgid"] for omission in made.document["omissions"])


def test_the_series_shows_what_was_printed_then_and_nothing_else(town: Town) -> None:
    town.complain("02-03", person="alone")
    town.publish("2026-02", day="03-09")

    march(town)
    april = town.publish("2026-04", day="05-08")

    assert april.document["series"]["received"][-3:] == [None, 20, 0]
    assert april.document["since_start"]["months"] == ["2026-02", "2026-03", "2026-04"]
    assert april.document["since_start"]["received"] == [None, 20, 0]
    assert april.document["since_start"]["total"]["received"] is None


def test_every_month_since_the_first_is_told_and_added_up_also_one_that_is_more_than_a_year_ago(
    town: Town,
) -> None:
    town.crowd("01-05", 12, named="herder")
    town.publish("2026-01", day="02-16")
    march(town)

    made = town.publish("2026-03", day="04-08")
    later = document.since_start(Month(2028, 1), made.tables, [made])

    assert made.document["since_start"]["received"] == [12, None, 20]
    assert made.document["since_start"]["total"]["received"] is None
    assert (later["months"][0], len(later["months"])) == ("2026-03", 23)
    both = document.since_start(Month(2026, 4), made.tables, [made])
    assert (both["received"], both["total"]["received"]) == ([20, 20], 40)


def test_a_request_for_information_stands_in_tables_of_its_own(town: Town) -> None:
    town.crowd("03-03", 12)
    town.crowd("03-04", 11, kind=Kind.INFORMATION_REQUEST, named="reader")

    made = town.publish("2026-03", day="04-07")

    assert made.complaints[STOCK_FLOW].value("all", "received") == 12
    assert made.requests[STOCK_FLOW].value("all", "received") == 11


def test_a_month_is_measured_exactly_before_anything_is_hidden(
    town: Town, store: Store, rules: Rulebook
) -> None:
    town.crowd("03-03", 12)
    town.complain("03-04", theme="dust")

    found = store.read(lambda conn: measured.measure(conn, Month(2026, 3), kind=Kind.GRIEVANCE, rules=rules))

    by_theme = next(table for table in found.tables if table.name == BY_THEME)
    assert (by_theme.value("all"), by_theme.value("dust")) == (13, 1)
    assert found.people[BY_THEME, ("water",)] == 12
    assert found.rows["qorimayu"] == 13
