"""The public reads a month: a page, its figures to download, and nothing that was not printed."""

import gzip
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from channels import web
from channels.app import create_app
from channels.house import House
from grievance import settings
from grievance.keyring import Ring
from grievance.store import Store
from reports.month import Month
from reports.shelf import Release
from reports.tables import (
    ALL,
    BY_SITE,
    FAILED_ATTEMPTS,
    REPEATED,
    REVIEW_TIMES,
    REVIEWS_FILED,
    REVIEWS_WHY,
    STOCK_FLOW,
    TIMELINESS,
    Cell,
    Table,
)
from tests.reports.months import Town
from tests.reports.once import once
from tests.reports.released import full, put, release
from workflows.rulebook import Rulebook


@pytest.fixture
def town(sqlite_store: Store, rules: Rulebook) -> Town:
    return Town(sqlite_store, rules)


@pytest.fixture
def public(town: Town, ring: Ring, tmp_path: Path) -> FlaskClient:
    given = {"GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_FACES": "public"}
    noon = datetime(2026, 5, 4, 17, tzinfo=UTC)
    house = House(settings.load(given), town.store, ring, town.rules, now=lambda: noon)
    return create_app(house).test_client()


@once
def a_month(town: Town) -> Release:
    north = town.crowd("03-03", 22)
    town.crowd("03-05", 10, named="shepherd", operator="illapa", channel="web", theme="dust")
    for case in north:
        town.acknowledge(case, "03-04")
        town.answer(case, "03-10")
    town.withdraw(north[0], "03-20")
    return town.publish("2026-03", day="04-07")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_month_has_a_page_in_both_languages(public: FlaskClient, town: Town) -> None:
    made = a_month(town)

    english = public.get("/reports/2026-03?lang=en")
    spanish = public.get("/reports/2026-03?lang=es")

    assert (english.status_code, spanish.status_code) == (200, 200)
    assert "32 complaints came in" in words(english.text)
    assert "All 22 answers came on time." in words(english.text)
    assert "Llegaron 32 quejas" in words(spanish.text)
    assert "Minera Illapa del Sur" in spanish.text
    assert made.digest in english.text


def test_what_is_counted_is_every_answer_and_no_page_calls_them_first_ones(
    public: FlaskClient, town: Town
) -> None:
    a_month(town)

    for tongue, first, more in (
        ("en", "first answer", "the next answer counts as well, from that day"),
        ("es", "primera respuesta", "la respuesta siguiente también cuenta, desde ese día"),
    ):
        page = words(public.get(f"/reports/2026-03?lang={tongue}").text)
        assert more in page
        for address in ("/reports/2026-03", "/reports/definitions", "/reports/2026-03/sheet"):
            assert first not in words(public.get(f"{address}?lang={tongue}").text).lower()


def test_a_hidden_figure_stands_nowhere_on_the_page(public: FlaskClient, town: Town) -> None:
    town.crowd("03-03", 17)
    town.crowd("03-05", 3, named="shepherd", operator="illapa", channel="web", theme="dust")
    town.publish("2026-03", day="04-07")

    page = public.get("/reports/2026-03?lang=en").text

    assert "not shown" in page
    assert "No company&#39;s figures are shown by themselves" in page
    assert not re.search(r">\s*(3|17)\s*<", page)


def test_a_month_with_nobody_in_it_still_has_a_page(public: FlaskClient, town: Town) -> None:
    town.publish("2026-02", day="03-09")

    page = public.get("/reports/2026-02?lang=en")

    assert page.status_code == 200
    assert "fewer than ten people stand behind this month" in page.text


def test_the_document_can_be_checked_against_its_digest(public: FlaskClient, town: Town) -> None:
    made = a_month(town)

    answer = public.get("/reports/2026-03.json")

    assert answer.mimetype == "application/json"
    assert answer.get_data() == made.value.encode()
    assert json.loads(answer.get_data())["status"] == "final"


@pytest.mark.parametrize("name", ["stock_flow", "timeliness", "by_entry", "by_theme"])
def test_every_table_can_be_downloaded(public: FlaskClient, town: Town, name: str) -> None:
    a_month(town)

    answer = public.get(f"/reports/2026-03/tables/{name}.csv")

    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("month,kind,")


@pytest.mark.parametrize(
    "path",
    [
        "/reports/2026-04",
        "/reports/2026-13",
        "/reports/march",
        "/reports/2026-04.json",
        "/reports/2026-04/tables/stock_flow.csv",
        "/reports/2026-03/tables/secrets.csv",
    ],
)
def test_what_was_not_published_is_not_there(public: FlaskClient, town: Town, path: str) -> None:
    a_month(town)

    assert public.get(path).status_code == 404


def test_the_index_lists_the_months_and_says_what_is_owed(public: FlaskClient, town: Town) -> None:
    a_month(town)

    index = words(public.get("/reports?lang=en").text)

    assert "March 2026" in index
    assert "22 of 22" in index
    assert "It is late." not in index


def test_a_month_that_was_due_and_is_missing_is_named(public: FlaskClient, town: Town) -> None:
    town.publish("2026-02", day="03-09")

    index = words(public.get("/reports?lang=en").text)

    assert "The report of March 2026 was due on" in index


def test_an_index_without_any_month_says_so(public: FlaskClient) -> None:
    assert public.get("/reports").status_code == 200


def test_a_page_leads_to_the_months_beside_it(public: FlaskClient, town: Town) -> None:
    town.publish("2026-02", day="03-09")
    a_month(town)
    town.publish("2026-04", day="05-08")

    page = public.get("/reports/2026-03").text

    assert "/reports/2026-02" in page
    assert "/reports/2026-04" in page


def test_a_month_that_carries_everything_shows_everything(public: FlaskClient, town: Town) -> None:
    put(town.store, full())

    page = words(public.get("/reports/2026-10?lang=en").text)

    for said in (
        "For 4 months in a row more complaints came in than ended.",
        "38 of 47 answers came on time. 9 came late.",
        "More than 56 days late 1",
        "Remedy carried out 22",
        "Asked of the company 6",
        "Answered in full 6",
        "Complaints received by site and subject, October to December 2026",
        "Met: 0. Partly met: 2. Not met: 0. No data: 6.",
        "38 of 47 · 80 % · target 88 %",
        "Turno de sábado.",
        "Los plazos están bien contados.",
        "These are the company's words, not the mechanism's.",
        "Lluvias fuertes.",
        "Falta hablar del camino.",
        "Corrections recorded this month: 12.",
    ):
        assert said in unescape(page), said


def test_what_is_told_by_quarters_stands_over_the_longer_time_as_far_as_anything_of_it_is_shown(
    public: FlaskClient, town: Town
) -> None:
    why = {ALL: 13, "late": 6, "disagree": 7, "privacy": None}
    again = dict.fromkeys((ALL, "again", "first", "not_stated"))
    failed = {ALL: 12, "ussd": None, "phone_voice": None}
    quarter = [
        Table(name, tuple(Cell((m,), n) for m, n in cells.items()), kind=kind, period="2026-Q4").plain("final")
        for name, kind, cells in (
            (REVIEWS_WHY, "grievance", why), (REPEATED, "grievance", again), (FAILED_ATTEMPTS, "mechanism", failed)
        )
    ]  # fmt: skip
    document = full().document
    put(
        town.store, replace(full(), value=json.dumps({**document, "tables": [*document["tables"], *quarter]}))
    )

    page = unescape(words(public.get("/reports/2026-10?lang=en").text))

    assert "Why people ask for a review, October to December 2026" in page
    assert "I do not agree with the answer 7" in page
    assert "Something private was told not shown" in page
    assert "Attempts that failed, October to December 2026" in page
    assert "All 12" in page
    assert "Whether the same happened again, October" not in page


def test_a_month_that_shows_nothing_of_requests_says_where_each_stands(
    public: FlaskClient, town: Town
) -> None:
    a_month(town)

    page = public.get("/reports/2026-03?lang=en").text

    assert "Each request that is public stands in the list" in page
    assert 'href="/requests"' in page or 'href="/requests?lang=en"' in page


def test_a_month_that_carries_little_shows_no_empty_heading(public: FlaskClient, town: Town) -> None:
    put(town.store, release())

    page = public.get("/reports/2026-10?lang=en").text

    assert "What was not met" not in page
    assert "longer time" not in page


def test_the_page_and_its_stylesheet_are_light_and_have_no_script_and_no_style_of_their_own(
    public: FlaskClient, town: Town
) -> None:
    put(town.store, full())

    page = public.get("/reports/2026-10?lang=es").get_data()
    sheet = (Path(web.__file__).parent / "static/public.css").read_bytes()

    assert len(gzip.compress(page)) + len(gzip.compress(sheet)) <= 20 * 1024
    assert b"<script" not in page
    assert b" style=" not in page


def test_the_month_can_be_read_aloud_and_sent_as_one_message(public: FlaskClient, town: Town) -> None:
    put(town.store, release())

    sheet = words(public.get("/reports/2026-10/sheet?lang=es").text)
    draft = words(public.get("/reports/2026-10/sheet?lang=qu").text)

    assert "Llegaron cuarenta y siete quejas." in sheet
    assert "Octubre: 47 quejas. Respuestas tarde: 9." in sheet
    assert "Do not read" not in draft
    assert "Ama ñawinchaychu" in draft


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed here")
def test_a_machines_voice_is_called_a_draft(public: FlaskClient, town: Town) -> None:
    put(town.store, release())

    sheet = public.get("/reports/2026-10/sheet?lang=es").text
    sound = public.get("/reports/2026-10/draft-es-60.wav")

    assert "Borrador, leído por una máquina" in sheet
    assert sound.get_data().startswith(b"RIFF")
    assert "draft-es-60.wav" in sound.headers["Content-Disposition"]
    assert [public.get(f"/reports/2026-10/draft-{rest}.wav").status_code for rest in ("ay-60", "es-61")] == [
        404,
        404,
    ]


def test_what_is_not_shown_is_named_together_and_a_table_of_nothing_else_is_one_sentence(
    public: FlaskClient, town: Town
) -> None:
    hidden = {"dust": None, "jobs": None, "roads": None}
    nothing = Table(REVIEWS_FILED, (Cell(("internal",), None), Cell(("independent",), None)))
    put(town.store, release(themes={"water": 30, **hidden}, others=(nothing,)))

    page = words(public.get("/reports/2026-10?lang=en").text)

    assert "Not shown, so that nobody can be recognised: Dust and noise · Jobs · Roads." in page
    assert "None of these figures is shown, so that nobody can be recognised." in page
    assert "Asked of the company" not in page


def test_search_engines_learn_what_a_month_says_and_stay_away_from_single_people(
    public: FlaskClient, town: Town
) -> None:
    a_month(town)

    page = unescape(public.get("/reports/2026-03?lang=en").text)
    robots = public.get("/robots.txt")

    assert re.search(r'<meta name="description" content="[^"]*32 complaints came in', page)
    assert "Disallow: /follow\n" in robots.text
    assert "/reports" not in robots.text


def timed(**rows: tuple[int | None, int | None, int | None]) -> Table:
    """Answers on time, late, and the median of their days, by company."""
    measures = ("met", "late", "median_days")
    cells = (
        Cell((row, "answer", m), n) for row, of in rows.items() for m, n in zip(measures, of, strict=True)
    )
    return Table(TIMELINESS, tuple(cells))


def test_companies_stand_beside_each_other_where_each_has_enough_answers(
    public: FlaskClient, town: Town
) -> None:
    names = {"operators": {"qorimayu": "Qori Mayu", "illapa": "Illapa"}}
    put(town.store, release(month=Month(2026, 9), more=names, timeliness=timed(
        all=(45, 6, 20), qorimayu=(19, 1, 16), illapa=(26, 5, 22))))  # fmt: skip
    put(town.store, release(more=names, timeliness=timed(
        all=(20, 5, 12), qorimayu=(18, 1, 12), illapa=(2, 4, None))))  # fmt: skip

    enough, few = (words(public.get(f"/reports/2026-{month}?lang=en").text) for month in ("09", "10"))

    assert "Qori Mayu 95 % · 19 of 20" in enough
    assert "Illapa 83 % · 26 of 31" in enough
    assert "Illapa 22" in enough
    assert "This month they have too few, or it is not shown." in few
    assert "18 of 19" not in few
    assert "Illapa not shown" in few


def test_a_chart_is_called_by_what_it_shows_and_its_figures_are_defined(
    public: FlaskClient, town: Town
) -> None:
    put(town.store, release(themes={"water": 9, "dust": 7, "jobs": None, "roads": None}))

    page = public.get("/reports/2026-10?lang=en").text
    definitions = public.get("/reports/definitions?lang=en").text

    assert "What complaints were about: of what is shown, most often Water (9 of 47)" in page
    assert "How complaints came in: most often Text message (19 of 47)" in page
    meant = set(re.findall(r'href="/reports/definitions[^"#]*#(\w+)"', page))
    assert {"by_theme", "by_entry", "stock_flow", "timeliness"} <= meant
    assert all(f'id="{name}"' in definitions for name in meant)


@pytest.mark.parametrize("language", ["es", "en", "qu", "ay"])
def test_whoever_runs_over_the_headings_tells_each_breakdown_from_the_others(
    public: FlaskClient, town: Town, language: str
) -> None:
    put(town.store, full())

    page = public.get(f"/reports/2026-10?lang={language}").text
    headings = [words(one) for one in re.findall(r"<h3>(.*?)</h3>", page)]
    begins = [" ".join(one.split()[:3]) for one in headings]

    assert len([one for one in headings if "(" in one and ":" in one]) >= 6
    assert len(set(begins)) == len(begins)


def test_what_was_not_said_is_not_what_a_chart_is_called_by(public: FlaskClient, town: Town) -> None:
    put(town.store, release(themes={"not_stated": 20, "water": 16, "dust": 11}))

    page = words(public.get("/reports/2026-10?lang=en").text)

    assert "What complaints were about: of what was said, most often Water (16 of 47)" in page
    assert page.index("Dust and noise 11") < page.index("Not stated 20")


def test_every_company_shows_what_it_takes_to_add_its_account_up(public: FlaskClient, town: Town) -> None:
    rows = {"all": (3, 20, 0, 5, 0, 18), "qorimayu": (2, 5, 14, 4, 0, 17), "unrouted": (1, 15, 0, 1, 14, 1)}
    measures = ("opening", "received", "moved_in", "closed", "moved_out", "closing")
    account = Table(STOCK_FLOW, tuple(
        Cell((row, m), n) for row, of in rows.items() for m, n in [*zip(measures, of, strict=True), ("reopened", 0)]
    ))  # fmt: skip
    put(town.store, release(stock=account))

    page = words(public.get("/reports/2026-10?lang=en").text)

    assert (
        "Cases All Minera Qori Mayu Not yet with a company open at the start 3 2 1 received 20 5 15" in page
    )
    assert "moved in 0 14 0 ended 5 4 1 moved out 0 0 14 open at the end 18 17 1" in page


@pytest.mark.parametrize(("late", "compared"), [(9, True), (None, False)])
def test_sites_stand_beside_each_other_where_each_has_enough_answers_that_are_shown(
    public: FlaskClient,
    town: Town,
    late: int | None,
    compared: bool,  # noqa: FBT001
) -> None:
    at = {("north", "answered_in_time"): 31, ("north", "answered_late"): 9,
          ("south", "answered_in_time"): 22, ("south", "answered_late"): late,
          ("not_stated", "answered_in_time"): None, ("not_stated", "answered_late"): None}  # fmt: skip
    names = {"sites": {"north": "Cerro Norte", "south": "Valle Sur"}}
    put(town.store, release(more=names, others=(Table(BY_SITE, tuple(Cell(*one) for one in at.items())),)))

    page = words(public.get("/reports/2026-10?lang=en").text)

    assert ("Cerro Norte 77 % · 31 of 40" in page) is compared
    assert ("Sites are compared only" in page) is compared


def test_the_indicators_of_a_month_stand_on_its_page_with_their_targets_and_the_version_of_their_definitions(
    public: FlaskClient, town: Town
) -> None:
    made = a_month(town)

    page = words(public.get("/reports/2026-03?lang=en").text)
    told = public.get("/api/v1/releases/2026-03").get_json()

    assert "I-14 Answers in time 22 of 22 · 100 % at least 88 of 100" in page
    assert "I-30 Attempts to make people give up a right A figure it is made of is not shown" in page
    assert f"What they mean : The indicators of the month {made.document['definitions']}" in page
    assert "I-09" not in page
    assert public.get("/reports/2026-03/indicators.csv").text.startswith("month,indicator,")
    assert told["indicators"] == json.loads(json.dumps(made.document["indicators"]))


def test_those_of_each_company_and_site_stand_folded_below_in_the_order_of_the_mechanism(
    public: FlaskClient, town: Town
) -> None:
    made = a_month(town)

    page = public.get("/reports/2026-03?lang=en").text
    told = public.get("/api/v1/releases/2026-03").get_json()
    file = public.get("/reports/2026-03/indicators_of.csv").text

    hidden = sum(one["n"] is None for one in made.document["indicators_of"])
    folded = words(
        page.partition("<details><summary>By company and by site</summary>")[2].partition("</details>")[0]
    )
    first, second = (one.name for one in town.rules.current.operators)
    assert f"{first} I-14 Answers in time 22 of 22 · 100 %" in folded
    assert f"{second} I-14 Answers in time 0 of 0 · nothing to count" in folded
    assert folded.rindex(first) < folded.index(second)
    assert f"Not shown: {hidden}. Too few people or answers stand behind them." in folded
    assert "not shown" not in folded
    assert folded.count("I-15 ") == 1
    assert file.startswith("month,indicator,")
    assert file.count("\n") == len(made.document["indicators_of"]) + 1
    assert told["indicators_of"] == json.loads(json.dumps(made.document["indicators_of"]))
    assert "2026-03/indicators_of.csv" in public.get("/reports/2026-03.sha256").text


def test_a_month_from_before_has_no_figures_of_each_company_on_its_page(
    public: FlaskClient, town: Town
) -> None:
    put(town.store, release())

    page = public.get("/reports/2026-10?lang=en")

    assert page.status_code == 200
    assert "By company and by site" not in page.text
    assert public.get("/reports/2026-10/indicators_of.csv").status_code == 404
    assert "indicators_of" not in public.get("/api/v1/releases/2026-10").get_json()


def test_every_month_since_the_first_stands_on_the_page_and_in_one_file(
    public: FlaskClient, town: Town
) -> None:
    town.publish("2026-02", day="03-09")
    a_month(town)

    first, second = (words(public.get(f"/reports/2026-{m}?lang=en").text) for m in ("02", "03"))
    file = public.get("/reports/series.csv").text.splitlines()

    assert "Complaints since" not in first
    assert "Complaints since February 2026 Month received" in second
    assert "Since the beginning not shown" in second
    assert file[0] == "month,kind,measure,value,status"
    assert "2026-02,grievance,received,,suppressed" in file
    assert "2026-03,grievance,received,32,final" in file
    assert "2026-03,grievance,answered_in_time,22,final" in file


def test_a_quarter_says_how_many_reviews_came_in_time_and_how_many_late(
    public: FlaskClient, sqlite_store: Store
) -> None:
    times = (("all", 12), ("met", 11), ("late", 1), ("median_days", 24))
    table = Table(REVIEW_TIMES, tuple(Cell((m,), n) for m, n in times), period="2026-Q4")
    put(sqlite_store, release(month=Month(2026, 12), others=(table,)))

    page = words(public.get("/reports/2026-12?lang=en").text)
    spanish = words(public.get("/reports/2026-12?lang=es").text)

    assert "Independent reviews, October to December 2026" in page
    assert "decided in time 11 decided late 1 days until half of them were decided 24" in page
    assert "decididas a tiempo 11 decididas tarde 1" in spanish
