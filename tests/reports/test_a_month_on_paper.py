"""June of 2026, lived through by eleven people and worked out on paper: every figure of every table is here.

Peru has a holiday on Monday the 29th (Saint Peter and Saint Paul), Bolivia on Thursday the 4th (Corpus Christi). To
acknowledge takes three working days, to assess five, to answer twenty; the day something starts does not count.

| who    | site     | came, by, theme           | what happened                                                          |
|--------|----------|---------------------------|------------------------------------------------------------------------|
| jose   | qorimayu | 15 Jan, sms, water        | acknowledged 16 Jan; nothing since: to be assessed by 22 Jan, 159 days |
| lena   | qorimayu | 4 May, sms, water         | answered 20 May, 25 May independent review; order 10 Jun, done 22 Jun, |
|        |          |                           | confirmed 24 Jun, said to be done as ordered 25 Jun, closed 26 Jun     |
| ana    | qorimayu | 28 May, sms, water        | acknowledged 2 Jun (its last day: 5 days). The answer was due 25 Jun;  |
|        |          |                           | five working days more make it 3 Jul; answered 30 Jun: in time, 33     |
|        |          |                           | days. A second extension is refused (G14)                              |
| ben    | qorimayu | 1 Jun, web, dust          | acknowledged 3 Jun (2). Question on 5 Jun, answered on 15 Jun: ten     |
|        |          |                           | days stood still. Answered 26 Jun: 25 days, 15 net, and nobody had     |
|        |          |                           | offered to hear them. 30 Jun: review                                   |
| hugo   | illapa   | 2 Jun, sms, not stated    | acknowledged 8 Jun: in time because of the 4th (6). To be assessed by  |
|        |          |                           | 10 Jun: 20 days late                                                   |
| dora   | qorimayu | 8 Jun, sms, water         | acknowledged 12 Jun, one day late (4), withdrawn that day, ended 20    |
|        |          |                           | Jun and reopened: to be assessed by 26 Jun, 4 days late                |
| eva    | qorimayu | 9 Jun, sms, dust          | acknowledged 10 Jun (1), linked to ben's as the same thing; to be      |
|        |          |                           | assessed by 16 Jun: 14 days late                                       |
| kike   | nowhere  | 10 Jun, office, none      | routed to illapa 17 Jun; to be acknowledged by 15 Jun: 15 days late    |
| carla  | qorimayu | 25 Jun, kiosk, roads      | acknowledged 30 Jun, in time because of the 29th (5); theme corrected  |
|        |          |                           | to land 30 Jun: what came in stays under roads                         |
| pia    | qorimayu | 11 Jun, sms, protected    | stands nowhere                                                         |
| fay    | qorimayu | 3 Jun, web, a request     | acknowledged 4 Jun (1), answered in full 18 Jun (15)                   |
"""

import importlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, text

from grievance import archive, tally
from grievance.register import By
from grievance.store import Store
from grievance.vocabulary import CASE_KINDS, Channel, Kind, Role, Sense, Step
from reports.measuring import measured, own, relations
from reports.measuring.measured import Measured
from reports.month import Month
from reports.recount import audit, audit_registers, verify_release
from reports.recount.verify_release import Problem
from reports.tables import Table
from tests import factories
from tests.factories import ANSWERED, ANSWERED_WITH_ALL, ASSESSED, CLOSING_LETTER, LEARNED
from tests.reports.months import Town, disagreements, on
from tests.reports.once import once
from workflows.effects import Offer
from workflows.registry import compliance

JUNE = Month(2026, 6)


@once
def live_through(town: Town) -> None:
    """Live it through person by person; each act has its own day, so their order between people does not matter."""
    town.acknowledge(town.complain("01-15", person="jose"), "01-16")
    lena_gets_what_a_reviewer_ordered(town)
    ana_waits_for_a_laboratory(town)
    ben = ben_is_asked_something(town)
    hugo = town.complain("06-02", person="hugo", operator="illapa", theme=None)
    town.acknowledge(hugo, "06-08", operator="illapa")
    dora = town.complain("06-08", person="dora")
    town.acknowledge(dora, "06-12")
    town.withdraw(dora, "06-20")
    town.reopen(dora, "06-20")
    eva = town.complain("06-09", person="eva", theme="dust")
    town.acknowledge(eva, "06-10")
    town.officer(eva, Step.LINK, "06-10", facts={"other": ben})
    town.withdraw(eva, "07-02")
    kike = town.complain("06-10", person="kike", operator=None, theme=None, channel=Channel.OFFICE)
    town.route(kike, "06-17", "illapa")
    carla = town.complain("06-25", person="carla", channel=Channel.KIOSK, theme="roads")
    town.acknowledge(carla, "06-30")
    town.officer(carla, Step.CORRECT, "06-30", facts={"theme": "land", "reason": "looked_into"})
    town.complain("06-11", person="pia", protected=True)
    fay = town.complain("06-03", person="fay", channel=Channel.WEB, kind=Kind.INFORMATION_REQUEST)
    town.acknowledge(fay, "06-04")
    town.officer(fay, Step.ASSESS, "06-18", facts=ASSESSED)
    town.officer(fay, Step.INVESTIGATE, "06-18")
    town.officer(fay, Step.PROPOSE, "06-18", facts=ANSWERED_WITH_ALL, words="Here are all measurements.")


def lena_gets_what_a_reviewer_ordered(town: Town) -> None:
    ines = factories.a_reviewer()
    town.store.transact(lambda conn: factories.papers(conn, "ines", role=Role.REVIEWER, on=date(2026, 1, 5)))
    lena = town.complain("05-04", person="lena")
    town.acknowledge(lena, "05-05")
    town.answer(lena, "05-20")
    town.person(lena, Step.ASK_INDEPENDENT_REVIEW, "05-25")
    ordered = (Offer("measure", date(2026, 6, 24)),)
    decided = on("06-10").now
    factories.take(
        town.store, lena, Step.ORDER, actor=ines, rules=town.rules, now=decided, words="Mend the pipe.", offers=ordered
    ).settle()  # fmt: skip
    town.officer(lena, Step.KEEP, "06-22", facts={"commitment": "measure", "proof": "visit", "last": True})
    town.person(lena, Step.CONFIRM, "06-24")
    town.store.transact(
        lambda conn: compliance.judge(
            conn, "measure", "complied", ["visit"], "nothing_more", by=ines, rules=town.rules, at=on("06-25")
        )
    )
    town.officer(lena, Step.LEARN, "06-25", facts=LEARNED)
    letter = town.officer(lena, Step.UPDATE, "06-25", facts=CLOSING_LETTER, words="The pipe is mended.")
    town.reach(letter, "06-25")
    town.officer(lena, Step.CLOSE, "06-26", facts={"sense": Sense.RESOLVED_IMPLEMENTED})


def an_answer_becomes_public(town: Town, day: str) -> None:
    """It is an entry of a register too, of another shape."""
    by, at = By(str(Role.REVIEWER), "ines", on(day).now.date(), town.rules.current.version), on(day)
    case = town.complain(day, kind=Kind.INFORMATION_REQUEST)
    words = archive.Words(question="How deep is the well?", answer=None, found_by="how deep", redactions={})
    town.store.transact(lambda conn: archive.publish(conn, archive.of_case(conn, case), words, by=by, at=at))


def ana_waits_for_a_laboratory(town: Town) -> None:
    ana = town.complain("05-28", person="ana")
    town.acknowledge(ana, "06-02")
    more = {"clock": "answer", "days": 5, "reason": "sample"}
    longer = town.officer(ana, Step.EXTEND, "06-03", facts=more, words="The laboratory needs a week more.")
    town.reach(longer, "06-03")
    town.is_refused(ana, Step.EXTEND, "06-03", facts=more, words="And another one.")
    town.officer(ana, Step.ASSESS, "06-04", facts=ASSESSED)
    promised = (Offer("promise", date(2026, 7, 15)),)
    answered(town, ana, "06-30", facts=ANSWERED, offers=promised)


def ben_is_asked_something(town: Town) -> str:
    ben = town.complain("06-01", person="ben", channel=Channel.WEB, theme="dust")
    town.acknowledge(ben, "06-03")
    town.officer(ben, Step.ASSESS, "06-03", facts=ASSESSED)
    asked = town.officer(ben, Step.ASK, "06-05", facts={"reason": "need_info"}, words="Which road was it?")
    town.reach(asked, "06-05")
    town.person(ben, Step.ADD, "06-15")
    answered(town, ben, "06-26", offered=False, facts={**ANSWERED, "explanation_only": True})
    town.person(ben, Step.ASK_REVIEW, "06-30")
    return ben


def answered(town: Town, case: str, day: str, *, offered: bool = True, **doing: Any) -> None:
    town.officer(case, Step.INVESTIGATE, day)
    if offered:
        town.officer(case, Step.HEAR, day)
    town.officer(case, Step.UPDATE, day, facts=factories.visited(town.rules, on(day).now), words="We saw it.")
    town.officer(case, Step.PROPOSE, day, words="This is what we found.", **doing)


def june(town: Town, kind: Kind) -> Mapping[str, Table]:
    return {table.name: table for table in measure(town, kind).tables}


def measure(town: Town, kind: Kind) -> Measured:
    return town.store.read(lambda conn: measured.measure(conn, JUNE, kind=kind, rules=town.rules))


def figures(table: Table, *, but: int | None = 0) -> dict[str, int | None]:
    """Read the cells that say something else than zero."""
    return {" ".join(cell.at): cell.value for cell in table.cells if cell.value != but}


def test_every_figure_of_complaints_is_the_one_that_was_worked_out_on_paper(town: Town) -> None:
    live_through(town)

    tables = june(town, Kind.GRIEVANCE)

    assert figures(tables["stock_flow"]) == {
        "all opening": 3, "all received": 6, "all reopened": 1, "all closed": 2, "all closing": 8,
        "qorimayu opening": 3, "qorimayu received": 4, "qorimayu reopened": 1, "qorimayu closed": 2,
        "qorimayu closing": 6,
        "illapa received": 1, "illapa moved_in": 1, "illapa closing": 2,
        "unrouted received": 1, "unrouted moved_out": 1,
    }  # fmt: skip
    assert figures(tables["by_entry"]) == {"all": 6, "sms": 3, "web": 1, "kiosk": 1, "office": 1}
    assert figures(tables["by_theme"]) == {"all": 6, "water": 1, "dust": 2, "roads": 1, "not_stated": 2}
    assert figures(tables["answers_by_type"]) == {
        "all": 2,
        "resolved_implemented": 1,
        "withdrawn_confirmed": 1,
    }
    assert figures(tables["by_state"]) == {
        "assess": 2, "investigate": 2, "hear": 1, "ask": 1, "extend": 1, "add": 1, "update": 3, "correct": 1,
        "route": 1, "link": 1,
    }  # fmt: skip
    assert figures(tables["reviews_filed"]) == {"all": 1, "internal": 1}
    assert figures(tables["reviews_decided"]) == {"all": 1, "modify": 1}
    assert figures(tables["compliance"]) == {"all": 1, "complied": 1}
    assert figures(tables["remedies"]) == {
        "offered": 1,
        "explained": 1,
        "ordered": 1,
        "done": 1,
        "confirmed": 1,
    }
    assert figures(tables["guards"]) == {"all": 1, "G14": 1}
    assert figures(tables["causes"]) == {"all": 1, "maintenance": 1}
    assert figures(tables["corrections"]) == {"all": 1, "looked_into": 1}
    assert figures(tables["by_site"]) == {
        "all received": 6, "qorimayu received": 4, "illapa received": 1, "not_stated received": 1,
        "all acknowledged_in_time": 5, "qorimayu acknowledged_in_time": 4, "illapa acknowledged_in_time": 1,
        "all answered_in_time": 2, "qorimayu answered_in_time": 2, "all closed": 2, "qorimayu closed": 2,
    }  # fmt: skip
    assert figures(tables["quarter_site_theme"]) == {
        "all all": 8, "all water": 3, "all dust": 2, "all roads": 1, "all not_stated": 2,
        "qorimayu all": 6, "qorimayu water": 3, "qorimayu dust": 2, "qorimayu roads": 1,
        "illapa all": 1, "illapa not_stated": 1, "not_stated all": 1, "not_stated not_stated": 1,
    }  # fmt: skip


def test_every_day_of_complaints_is_the_one_that_was_counted_on_the_calendar(town: Town) -> None:
    live_through(town)

    tables = june(town, Kind.GRIEVANCE)

    times = {place: n for place, n in figures(tables["timeliness"]).items() if n is not None}
    assert times == {
        "all acknowledge met": 5, "all acknowledge late": 1,
        "all acknowledge median_days": 4, "all acknowledge p90_days": 6,
        "all acknowledge median_net_days": 4, "all acknowledge p90_net_days": 6,
        "qorimayu acknowledge met": 4, "qorimayu acknowledge late": 1,
        "qorimayu acknowledge median_days": 4, "qorimayu acknowledge p90_days": 5,
        "qorimayu acknowledge median_net_days": 4, "qorimayu acknowledge p90_net_days": 5,
        "illapa acknowledge met": 1,
        "illapa acknowledge median_days": 6, "illapa acknowledge p90_days": 6,
        "illapa acknowledge median_net_days": 6, "illapa acknowledge p90_net_days": 6,
        "all answer met": 2, "all answer closed": 1, "all answer extended": 1, "all answer paused": 1,
        "all answer median_days": 25, "all answer p90_days": 33,
        "all answer median_net_days": 15, "all answer p90_net_days": 33, "all answer heard": 1,
        "qorimayu answer met": 2, "qorimayu answer closed": 1, "qorimayu answer extended": 1,
        "qorimayu answer paused": 1,
        "qorimayu answer median_days": 25, "qorimayu answer p90_days": 33,
        "qorimayu answer median_net_days": 15, "qorimayu answer p90_net_days": 33, "qorimayu answer heard": 1,
        "all news told": 7, "qorimayu news told": 5, "illapa news told": 2,
    }  # fmt: skip
    assert figures(tables["overdue_bands"]) == {
        "all not_late": 3, "all late_1_14": 2, "all late_15_28": 2, "all late_over_56": 1,
        "qorimayu not_late": 3, "qorimayu late_1_14": 2, "qorimayu late_over_56": 1, "illapa late_15_28": 2,
    }  # fmt: skip
    assert figures(tables["open_age"]) == {"all": 8, "age_0_30": 6, "age_31_60": 1, "age_91_180": 1}


def test_every_figure_of_requests_is_the_one_that_was_worked_out_on_paper(town: Town) -> None:
    live_through(town)

    tables = june(town, Kind.INFORMATION_REQUEST)

    row = ("all", "qorimayu")
    assert figures(tables["stock_flow"]) == {
        f"{who} {measure}": 1 for who in row for measure in ("received", "closing")
    }
    assert figures(tables["answers_by_type"]) == {"all": 1, "full": 1}
    assert figures(tables["by_state"]) == {"assess": 1, "investigate": 1}
    assert figures(tables["remedies"]) == {"explained": 1}
    assert tables["timeliness"].value("all", "acknowledge", "median_days") == 1
    assert tables["timeliness"].value("all", "answer", "median_days") == 15
    assert figures(tables["quarter_site_theme"]) == {
        f"{who} {what}": 1 for who in row for what in ("all", "water")
    }
    empty = ("reviews_filed", "reviews_decided", "compliance", "guards", "causes", "corrections")
    assert {name: figures(tables[name]) for name in empty} == {name: {} for name in empty}


def test_the_people_behind_the_figures_are_those_of_the_paper(town: Town) -> None:
    live_through(town)

    found = measure(town, Kind.GRIEVANCE)

    assert found.rows == {"all": 9, "qorimayu": 7, "illapa": 2, "unrouted": 1}
    some = {
        ("by_theme", ("dust",)): 2, ("by_state", ("assess",)): 2, ("remedies", ("done",)): 1,
        ("guards", ("G14",)): 1, ("answers_by_type", ("all",)): 2, ("open_age", ("age_0_30",)): 6,
        ("compliance", ("complied",)): 1, ("by_site", ("qorimayu", "acknowledged_in_time")): 4,
        ("site_theme", ("qorimayu", "dust")): 2, ("quarter_site_theme", ("qorimayu", "water")): 3,
    }  # fmt: skip
    assert {place: found.people[place] for place in some} == some


def test_what_the_mechanism_did_itself_is_counted_by_the_day_it_was_written(town: Town) -> None:
    town.note("outreach", "held", "05-30", medium="radio", language="qu", minutes=99)
    town.note("outreach", "held", "06-05", medium="radio", language="qu", minutes=30)
    town.note("broadcast", "read", "06-06", language="qu", minutes=3, what="spot", part="early")
    old = town.note("action", "open", "05-11", until="06-15", cause="maintenance")
    new = town.note("action", "open", "06-08", until="06-20", cause="contractor")
    town.note("action", "done", "06-25", item=new, until="06-20", cause="contractor")
    town.note("action", "open", "06-26", item=old, until="06-15", cause="weather")
    town.note("lesson", "written", "06-26", cause="maintenance")
    for outcome in ("worked", "worked", "failed"):
        town.note("channel_test", outcome, "06-11", language="es", minutes=4)
    promise = town.note("commitment", "agreed", "05-12", until="06-30", owed_by="company")
    town.note("commitment", "done", "06-12", item=promise, until="06-30", owed_by="company")
    town.note("outage", "out", "06-13")
    an_answer_becomes_public(town, "06-14")
    for day, month, ussd, calls in (("05-01", "04", 2, 3), ("06-01", "05", 1, 0), ("07-01", "06", 2, 4)):
        town.note("attempts", "counted", day, month=f"2026-{month}", ussd=ussd, phone_voice=calls)

    tables = town.store.read(lambda conn: own.tables(conn, JUNE, rules=town.rules))

    assert {table.name: figures(table) for table in tables} == {
        "learning": {
            "lessons": 1, "actions_opened": 1, "actions_done_late": 1, "actions_open": 1, "actions_overdue": 1,
        },
        "commitments": {"done": 1},
        "outreach": {"radio events": 1, "radio minutes": 30},
        "airtime": {"qu readings": 1, "qu minutes": 3},
        "access": {"tests_worked": 2, "tests_failed": 1, "outages": 1},
        "failed_attempts": {"all": 12, "ussd": 5, "phone_voice": 7},
    }  # fmt: skip
    assert disagreements(town, "2026-06") == []


def test_the_recount_finds_the_same_and_what_is_published_agrees_with_it(town: Town, store: Store) -> None:
    live_through(town)

    town.publish("2026-06", day="07-08")

    assert disagreements(town, "2026-06") == []
    assert verify_release.run(store, "2026-06") == []


@pytest.mark.parametrize("kind", CASE_KINDS)
def test_one_more_in_any_table_is_found_by_the_recount(town: Town, kind: Kind) -> None:
    live_through(town)
    tables = [table.plain("final") for table in measure(town, kind).tables]

    def problems(conn: Connection, table: dict[str, Any]) -> list[Problem]:
        truth = audit.recount(conn, str(JUNE), kind)
        truth.verdicts = audit_registers.verdicts(conn, str(JUNE), kind)
        return list(verify_release.of_cases(str(JUNE), kind, [table], truth))

    found = {}
    for table in tables:
        cell = table["cells"][0]
        cell["value"] += 1
        told = town.store.read(lambda conn, table=table: problems(conn, table))
        where = " ".join([kind, table["name"], *(cell[d] for d in table["dimensions"])])
        found[table["name"]] = any(problem.where.startswith(where) for problem in told)

    assert found == {table["name"]: True for table in tables}


@pytest.mark.parametrize("kind", CASE_KINDS)
def test_the_month_adds_up_in_every_way_there_is(town: Town, kind: Kind) -> None:
    live_through(town)

    found = measure(town, kind)

    assert relations.contradictions(found) == ()


def test_a_figure_that_agrees_with_no_other_is_named(town: Town) -> None:
    live_through(town)
    found = measure(town, Kind.GRIEVANCE)
    name = "overdue_bands"
    wrong = tuple(
        replace(t, cells=(replace(t.cells[0], value=9), *t.cells[1:])) if t.name == name else t
        for t in found.tables
    )

    told = relations.contradictions(replace(found, tables=wrong))

    assert told == (
        "stock_flow all closing: 14 by overdue_bands and 8",
        "overdue_bands all not_late: 3 by overdue_bands and 9",
    )


def test_months_that_were_counted_before_get_what_is_counted_now(town: Town, store: Store) -> None:
    live_through(town)
    store.transact(tally.fold)
    later = text(
        "DELETE FROM rollups WHERE dimension = 'site_theme' OR (dimension = 'site' AND measure <> 'received') "
        "OR measure IN ('offered', 'ordered', 'explained') OR measure LIKE 'extended:%' OR measure LIKE 'paused:%' "
        "OR measure LIKE 'net:%' OR measure LIKE 'answered:%' OR measure LIKE 'ruling:%' OR measure LIKE 'cause:%' "
        "OR measure LIKE 'corrected:%' OR measure LIKE 'heard:%'"
    )
    gone = store.transact(lambda conn: conn.execute(later).rowcount)
    versions = "grievance.migrations.versions."
    names = ("0015_by_site_and_theme", "0020_late_by_site", "0030_why_it_was_corrected", "0033_who_was_heard")
    migrations = [importlib.import_module(versions + name) for name in names]

    for migration in migrations:
        store.transact(migration.count_what_was)

    assert gone > 20
    for month in ("2026-01", "2026-05", "2026-06"):
        assert [found for found in disagreements(town, month) if found.startswith("rollup")] == []


def test_late_answers_that_were_counted_before_are_counted_by_site(town: Town, store: Store) -> None:
    case = town.complain("01-12", person="ana")
    town.acknowledge(case, "01-14")
    town.answer(case, "05-20")
    store.transact(tally.fold)
    late = "FROM rollups WHERE dimension = 'site' AND measure = 'answer:late'"
    gone = store.transact(lambda conn: conn.execute(text(f"DELETE {late}")).rowcount)
    migration = importlib.import_module("grievance.migrations.versions.0020_late_by_site")

    store.transact(migration.count_what_was)

    assert gone == 1
    assert [found for found in disagreements(town, "2026-05") if found.startswith("rollup")] == []
