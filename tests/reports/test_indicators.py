"""Every indicator that is made of printed cells is printed with its month, and anybody makes it again from them."""

import csv as reader
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from grievance.base import canonical
from grievance.survey import ROUNDS, SUMS
from grievance.vocabulary import Step
from reports import checking, release, shelf
from reports.formats import csv
from reports.month import Month
from reports.recount import indicators as recounted
from reports.recount import verify_release
from reports.saying import indicated
from reports.saying.indicators import INDICATORS
from reports.shelf import Release
from tests import factories
from tests.factories import ANSWERED, ASSESSED
from tests.reports.months import Town, on
from tests.reports.once import once
from tests.reports.test_verify_release import change_release
from tests.shell import run

APRIL = Month(2026, 4)
Edit = Callable[[dict[str, Any]], None]


@once
def a_month(town: Town) -> Release:
    """April: 24 people complain, all are acknowledged, one of them a day late; 21 are answered and 12 say yes."""
    people = town.crowd("04-01", 24)
    for n, case in enumerate(people):
        town.acknowledge(case, "04-13" if n == 23 else "04-06")
    for case in people[:21]:
        town.answer(case, "04-14")
    for case in people[:12]:
        town.withdraw(case, "04-20")
    return town.publish("2026-04", day="05-08")


def row(made: Release, id_: str) -> dict[str, Any]:
    return next(dict(one) for one in made.document["indicators"] if one["id"] == id_)


def figures(made: Release, id_: str) -> tuple[int | None, int | None, int | None]:
    found = row(made, id_)
    return found["n"], found["of"], found["percent"]


def test_a_month_prints_what_its_cells_say_of_each_indicator_and_why_there_is_no_figure(town: Town) -> None:
    made = a_month(town)

    assert [one["id"] for one in made.document["indicators"]] == [one.id for one in INDICATORS]
    assert figures(made, "I-13") == (23, 24, 95)
    assert figures(made, "I-14") == (21, 21, 100)
    assert figures(made, "I-15") == (13, None, None)
    assert figures(made, "I-15b") == (None, None, None)
    assert row(made, "I-15b")["why"]["msgid"] == "Shown from fifty answers on."
    assert figures(made, "I-33") == (0, 12, None)
    assert (row(made, "I-09")["status"], row(made, "I-09")["n"]) == ("not_made", None)
    assert row(made, "I-14")["of_is"] == [
        "timeliness/grievance/operator=all/clock=answer/measure=met",
        "timeliness/grievance/operator=all/clock=answer/measure=late",
    ]


def test_offers_to_be_heard_are_those_of_the_cases_that_were_answered_and_no_others(town: Town) -> None:
    people = town.crowd("04-01", 24)
    for case in people:
        town.acknowledge(case, "04-06")
    for case in people[:20]:
        town.answer(case, "04-14")
    for case in people[20:22]:
        town.person(case, Step.ADD, "04-07")
        answer_unheard(town, case, "04-14")
    for case in people[22:]:
        for day in ("04-15", "04-16", "04-17"):
            town.officer(case, Step.HEAR, day)

    made = town.publish("2026-04", day="05-08")

    assert figures(made, "I-19") == (20, 22, 90)
    assert (
        next(r for r in made.document["scorecard"]["rows"] if r["indicator"] == "I-19")["result"] == "partly"
    )
    assert verify_release.run(town.store, "2026-04") == []


def answer_unheard(town: Town, case: str, day: str) -> None:
    """Answer somebody who said more by themselves, so that no guard asks for an offer."""
    town.officer(case, Step.ASSESS, day, facts=ASSESSED)
    town.officer(case, Step.INVESTIGATE, day)
    seen = factories.visited(town.rules, on(day).now)
    town.officer(case, Step.UPDATE, day, facts=seen, words="We were there.")
    town.officer(case, Step.PROPOSE, day, facts=ANSWERED, words="The pipe is mended.")


def test_an_open_case_has_news_for_thirty_days_after_somebody_wrote_and_not_by_what_is_sent_by_itself(
    town: Town,
) -> None:
    people = town.crowd("02-02", 24)
    for case in people:
        town.acknowledge(case, "02-04")
    for case in people[:11]:
        town.officer(case, Step.UPDATE, "03-31", words="The laboratory still measures.")
    for case in people[11:13]:
        town.officer(case, Step.UPDATE, "03-30", words="The laboratory still measures.")
    for case in people[13:]:
        town.person(case, Step.ADD, "04-10")

    made = town.publish("2026-04", day="05-08")

    assert figures(made, "I-17") == (11, 24, 45)
    assert verify_release.run(town.store, "2026-04") == []


def a_survey(town: Town, ended: str, **answers: tuple[int, int, int, int, int]) -> None:
    """Let a round end on a day with so many answers of each digit."""

    def work(conn: Connection) -> None:
        on = date.fromisoformat(f"2026-{ended}")
        one = {"id": f"round-{ended}", "catalogue": "1", "questions": ",".join(answers), "is_open": None,
               "opened_on": on, "closed_on": on, "asked": 99, "answered": 60}  # fmt: skip
        conn.execute(insert(ROUNDS), one)
        for question, counts in answers.items():
            for digit, n in enumerate(counts, start=1):
                conn.execute(insert(SUMS), {"round": one["id"], "question": question, "digit": digit, "n": n})

    town.store.transact(work)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((5, 5, 6, 20, 14), (34, 50, 68)),
        ((0, 9, 9, 20, 14), (34, 52, 65)),
        ((9, 9, 9, 4, 3), (7, 34, 20)),
        ((9, 9, 9, 20, 0), (None, None, None)),
        ((0, 9, 9, 4, 3), (None, None, None)),
        ((1, 1, 1, 8, 8), (None, None, None)),
    ],
)
def test_trust_is_what_the_survey_of_the_month_says_as_far_as_its_distribution_tells_it(
    quick: Town, answers: tuple[int, int, int, int, int], said: tuple[int | None, int | None, int | None]
) -> None:
    a_survey(quick, "03-31", trust=(9, 9, 9, 9, 9))
    a_survey(quick, "04-20", trust=answers)

    made = a_month(quick)

    assert figures(made, "I-01") == said
    assert row(made, "I-12")["why"]["msgid"] == indicated.NO_SURVEY.msgid
    assert verify_release.run(quick.store, "2026-04") == []


def test_trust_that_nobody_answered_is_found_by_the_recount(town: Town) -> None:
    a_survey(town, "04-20", trust=(5, 5, 6, 20, 14), number=(9, 9, 9, 9, 9))
    made = a_month(town)
    honest = verify_release.run(town.store, "2026-04")

    change_release(town.store, changed("I-01", n=44, percent=88))
    other = {problem.where for problem in verify_release.verify(town.store, APRIL)}
    change_release(town.store, changed("I-12", n=None, of=None, percent=None))
    kept_back = {problem.where for problem in verify_release.verify(town.store, APRIL)}

    assert (figures(made, "I-12"), honest) == ((18, 45, 40), [])
    assert "indicator I-01" in other
    assert "indicator I-12" in kept_back - other


def test_a_month_from_before_is_recounted_by_what_its_indicators_were_made_of_then(quick: Town) -> None:
    a_month(quick)
    steps = {"n_is": ["by_state/grievance/step=hear"], "of_is": ["by_state/grievance/step=investigate"]}

    def as_it_was(document: dict[str, Any]) -> None:
        document["definitions"] = "2026-3"
        rows = {one["id"]: one for one in document["indicators"]}
        for id_ in recounted.FROM_SURVEYS:
            rows[id_].update(status="not_made", months=[])
        rows["I-17"].update(n=None, of=None, percent=None, status="not_made", n_is=[], of_is=[], months=[])
        rows["I-19"].update(n=21, of=21, percent=100, **steps)

    def told() -> set[str]:
        found = {problem.where for problem in verify_release.verify(quick.store, APRIL)}
        return {place for place in found if place.startswith("indicator ")}

    change_release(quick.store, as_it_was)
    before = told()
    change_release(quick.store, lambda document: document.update(definitions="2026-4"))

    assert before == set()
    assert told() == {"indicator I-01", "indicator I-12", "indicator I-17", "indicator I-19"}


def test_an_indicator_made_of_a_hidden_cell_is_hidden_and_says_why(town: Town) -> None:
    made = a_month(town)

    assert figures(made, "I-30") == (None, None, None)
    assert row(made, "I-30")["status"] == "suppressed"
    assert row(made, "I-30")["why"] == {"msgid": indicated.HIDDEN.msgid, "blanks": {}}


def test_another_version_of_a_month_keeps_its_indicators(town: Town) -> None:
    first = a_month(town)
    release.release(town.store, Month(2026, 3), rules=town.rules, at=on("05-09"))

    again = release.release(town.store, APRIL, rules=town.rules, at=on("05-10"))

    assert (first.version, again.version) == (1, 2)
    assert again.document["indicators"] == first.document["indicators"]
    assert row(again, "I-33")["months"] == ["2026-04"]


def test_the_file_names_for_each_indicator_the_cells_it_is_made_of(quick: Town) -> None:
    made = a_month(quick)

    rows = {one["indicator"]: one for one in reader.DictReader(io.StringIO(csv.indicators(made).decode()))}

    not_made = {one["id"] for one in made.document["indicators"] if one["status"] == "not_made"}
    assert set(rows) == {one.id for one in INDICATORS} - not_made
    assert rows["I-13"] == {
        "month": "2026-04", "indicator": "I-13", "criterion": "predictable", "n": "23", "of": "24", "percent": "95",
        "status": "final", "definitions": made.document["definitions"], "months": "2026-04",
        "n_is": "timeliness/grievance/operator=all/clock=acknowledge/measure=met",
        "of_is": "timeliness/grievance/operator=all/clock=acknowledge/measure=met "
        "timeliness/grievance/operator=all/clock=acknowledge/measure=late",
    }  # fmt: skip
    assert (rows["I-30"]["n"], rows["I-30"]["status"]) == ("", "suppressed")


def test_a_month_from_before_has_a_file_with_a_header_alone() -> None:
    old = Release(APRIL, 1, "final", canonical({"tables": [], "definitions": "2026-1"}))

    assert csv.indicators(old).decode().splitlines() == [",".join(csv.INDICATORS)]


def made_again(here: Path, *months: Release, edit: Callable[[bytes], bytes] = bytes) -> tuple[int, str]:
    """Let the public's program read the cells of some months and the indicators of the last."""
    (here / "check.awk").write_text(checking.ADDER)
    files = []
    for month in months:
        files.append(f"{month.month}-cells.csv")
        (here / files[-1]).write_bytes(csv.everything(month))
    (here / "indicators.csv").write_bytes(edit(csv.indicators(months[-1])))
    answer = run("awk", "-f", "check.awk", *files, "indicators.csv", here=here)
    return answer.returncode, answer.stdout


def test_anybody_makes_the_indicators_again_from_the_printed_cells(quick: Town, tmp_path: Path) -> None:
    made = a_month(quick)
    count = len(csv.indicators(made).splitlines()) - 1

    failed, said = made_again(tmp_path, made)

    unmade = len(recounted.FROM_THE_SCORECARD) + len(recounted.FROM_SURVEYS)
    assert failed == 0, said
    assert f"{count - unmade} indicators made again; {unmade} not" in said


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"I-13,predictable,23,24,95,", b"I-13,predictable,24,24,100,"),
        (b"I-13,predictable,23,24,95,", b"I-13,predictable,23,24,96,"),
        (b"I-30,rights_compatible,,,,suppressed", b"I-30,rights_compatible,2,,,final"),
        (b"I-15,predictable,13,", b"I-15,predictable,12,"),
    ],
)
def test_an_indicator_that_its_cells_do_not_say_is_found_at_home(
    quick: Town, tmp_path: Path, right: bytes, wrong: bytes
) -> None:
    made = a_month(quick)
    assert right in csv.indicators(made)

    failed, said = made_again(tmp_path, made, edit=lambda body: body.replace(right, wrong))

    assert failed == 1
    assert wrong[:4].decode().rstrip(",") in said


def test_what_looks_back_over_months_is_made_again_where_all_of_them_are_given(
    quick: Town, tmp_path: Path
) -> None:
    quick.crowd("03-02", 12, named="herder")
    march = quick.publish("2026-03", day="04-08")
    april = a_month(quick)

    alone, both = (made_again(tmp_path, *months) for months in ((april,), (march, april)))

    assert row(april, "I-33")["months"] == ["2026-04", "2026-03"]
    assert (alone[0], both[0]) == (0, 0), both[1]
    assert "7 not" in alone[1]
    assert "6 not" in both[1]


def changed(row_of: str, **values: Any) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        next(one for one in document["indicators"] if one["id"] == row_of).update(values)

    return edit


def without(row_of: str) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        document["indicators"] = [one for one in document["indicators"] if one["id"] != row_of]

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        changed("I-14", n=20),
        changed("I-14", of=22),
        changed("I-14", percent=99),
        changed("I-25", n=0),
        changed("I-23", n=None, of=None),
        changed("I-33", months=["2026-04", "2026-03"]),
        changed("I-13", n_is=["timeliness/grievance/operator=all/clock=answer/measure=met"]),
        without("I-14"),
        changed("I-09", n=7, status="printed"),
        changed("I-14", status="not_made"),
    ],
)
def test_an_indicator_that_was_changed_or_left_out_is_found_by_the_recount(quick: Town, edit: Edit) -> None:
    a_month(quick)
    honest = verify_release.run(quick.store, "2026-04")

    change_release(quick.store, edit)

    found = {problem.where for problem in verify_release.verify(quick.store, APRIL)}
    assert honest == []
    assert {place for place in found if place.startswith("indicator ")}


def test_the_recount_knows_of_every_indicator_that_is_made_what_it_is_made_of() -> None:
    made = {one.id: one for one in INDICATORS if one.why_not is None}

    assert set(made) == {
        *recounted.MADE_OF, *recounted.FROM_THE_SCORECARD, *recounted.FROM_SURVEYS, recounted.HIDDEN,
    }  # fmt: skip
    assert {one.id: one.asked for one in made.values() if one.asked} == recounted.FROM_SURVEYS
    assert {id_: (one.months == 12) for id_, one in made.items() if one.months > 1} == dict.fromkeys(
        recounted.OF_A_YEAR, True
    )
    assert {id_ for id_, one in made.items() if one.at_most} == {
        *recounted.MAY_BE_MORE, *recounted.FOR_EACH,
    }  # fmt: skip
    assert {id_ for id_, one in made.items() if one.each} == recounted.FOR_EACH


def test_a_month_that_was_taken_back_before_is_added_up_nowhere(town: Town) -> None:
    town.crowd("03-02", 12, named="herder")
    town.publish("2026-03", day="04-08")
    town.store.transact(
        lambda conn: release.withdraw(conn, Month(2026, 3), "Se contó mal.", rules=town.rules, at=on("04-20"))
    )

    made = a_month(town)

    assert town.store.read(lambda conn: len(conn.execute(select(shelf.WITHDRAWALS)).all())) == 1
    assert row(made, "I-33")["months"] == ["2026-04"]
    assert verify_release.run(town.store, "2026-04") == []


def test_a_share_is_never_parted_from_its_sign_at_the_end_of_a_line() -> None:
    row = {"n": 47, "of": 49, "percent": 95, "why": None, "name": {"msgid": "x", "blanks": {}}}

    assert list(indicated.said(row))[-1] == "95\N{NO-BREAK SPACE}%"
