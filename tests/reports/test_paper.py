"""A month on paper: the same bytes twice, tagged for screen readers, the poster large enough to be scanned."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from channels.app import create_app
from channels.house import House
from grievance import settings
from grievance.keyring import Ring
from grievance.store import Store
from reports import formats
from reports.formats import a4, paper
from reports.formats import poster as wall
from reports.saying.indicators import INDICATORS
from reports.shelf import Release
from reports.tables import QUARTER_SITE_THEME, REVIEWS_DECIDED, Cell, Table
from tests.reports.released import MORE_TABLES, full, put, release
from tests.reports.test_bulletin import HIDDEN
from workflows.rulebook import Rulebook

IDS = ("I-13", "I-14", "I-15", "I-15b", "I-16", "I-16b", "I-17", "I-18", "I-19", "I-33")
NAMED = {one.id: {"msgid": one.name.msgid, "blanks": {}} for one in INDICATORS}
PAGE = re.compile(rb"/Type ?/Page\b")
ADDRESS = "https://quejas.example/reports/2026-10"


@pytest.fixture
def public(sqlite_store: Store, rules: Rulebook, ring: Ring, tmp_path: Path) -> FlaskClient:
    put(sqlite_store, full())
    given = {"GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_FACES": "public"}
    noon = datetime(2026, 12, 4, 17, tzinfo=UTC)
    return create_app(House(settings.load(given), sqlite_store, ring, rules, now=lambda: noon)).test_client()


def test_a_report_is_the_same_bytes_twice_tagged_and_for_everybody() -> None:
    first, second = (paper.report(full(), language="es") for _ in range(2))

    assert first == second
    assert first.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in first
    assert b"/Lang" in first
    assert re.search(rb"pdfuaid:part>1|pdfuaid:part=\"1\"", first)


def test_a_poster_is_one_a3_sheet_the_same_bytes_twice() -> None:
    first, second = (paper.poster(full(), language="qu", address=ADDRESS) for _ in range(2))

    box = re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", first)

    assert first == second
    assert box
    assert [round(float(points) / 72 * 25.4) for points in box.groups()] == [297, 420]
    assert len(re.findall(rb"/Type ?/Page\b", first)) == 1


def test_another_month_is_another_sheet() -> None:
    assert paper.poster(full(), language="es") != paper.poster(release(version=2), language="es")


@pytest.mark.parametrize(
    "made", [release(**HIDDEN), release(account={"received": 0}, times={}, themes={"water": 0})]
)
@pytest.mark.parametrize("language", ["es", "ay"])
def test_a_month_with_nothing_to_show_is_printed_too(made: Release, language: str) -> None:
    assert paper.report(made, language=language)
    assert paper.poster(made, language=language)


def test_the_bars_of_a_poster_add_up_to_what_came_in() -> None:
    bars = wall.data(full(), "es", "")["bars"]

    assert bars[-1]["name"] == "Todas las demás"
    assert sum(int(bar["figure"]) for bar in bars) == 47


def test_a_poster_tells_no_small_rest() -> None:
    made = release(themes={"water": 30, "dust": 13, "jobs": None, "roads": None})

    assert [bar["figure"] for bar in wall.data(made, "es", "")["bars"]] == ["30", "13"]


@pytest.mark.parametrize(("dialled", "read"), [("+51900000001", "+51 900 000 001"), ("70555", "70555")])
def test_a_number_can_be_read_from_a_wall(dialled: str, read: str) -> None:
    made = release(more={"contact": {"sms": dialled}})

    assert wall.data(made, "es", "")["ways"][0][:2] == ["Mande un mensaje al ", read]


def test_words_that_look_like_markup_are_printed_as_they_are() -> None:
    made = release(
        more={"statement": {"text": "#panic() $x$ *no* [", "party": "#", "written_on": "2026-11-08"}}
    )

    assert paper.report(made, language="es")


def test_the_folder_holds_what_the_website_serves(public: FlaskClient, tmp_path: Path) -> None:
    files = formats.write(full(), tmp_path / "out", base="http://127.0.0.1:8000")

    served = {file: public.get("/reports/" + file.relative_to(tmp_path / "out").as_posix()) for file in files}

    assert {answer.status_code for answer in served.values()} == {200}
    assert [file.name for file, answer in served.items() if file.read_bytes() != answer.get_data()] == []


def test_a_copy_that_cannot_print_says_so(public: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "find_spec", lambda _name: None)

    answers = [public.get(f"/reports/2026-10{rest}?lang=en") for rest in (".pdf", "/poster.pdf")]

    assert [answer.status_code for answer in answers] == [501, 501]
    assert "cannot make PDF files" in answers[0].text
    assert "poster.pdf" not in public.get("/reports/2026-10").text


def test_the_printed_report_ends_with_every_table_and_names_what_is_not_shown() -> None:
    dark = Table(REVIEWS_DECIDED, (Cell(("confirm",), None), Cell(("modify",), None)))
    made = release(others=(*MORE_TABLES, dark))

    told = {one["title"]: one for one in a4.data(made, "en")["appendix"]}

    account = told["T01. What was open, came and went, by company. Complaints"]
    nothing = told["Tables of which nothing is shown, so that nobody can be recognised"]
    assert ["Cases that came in", "47"] in account["rows"]
    assert "What reviewers decided" in nothing["words"]
    assert not [title for title in told if "by subject" in title]
    printed = {row[0] for one in told.values() for row in one["rows"]}
    assert "Remedy carried out" not in printed


def test_a_row_of_a_printed_table_stands_whole_or_is_named_below_it() -> None:
    crossed = {("all", "water"): 12, ("north", "water"): None, ("all", "dust"): None, ("north", "dust"): None}
    table = Table(QUARTER_SITE_THEME, tuple(Cell(at, n) for at, n in crossed.items()), period="2026-Q4")

    (told,) = (
        one for one in a4.data(release(others=(table,)), "en")["appendix"] if "2026-Q4" in one["title"]
    )

    assert told["head"] == ["Name", "All", "north"]
    assert told["rows"] == [["Water", "12", "not shown"]]
    assert told["note"] == "Not shown, so that nobody can be recognised: Dust and noise."


def test_what_stands_beside_the_figures_stands_on_paper_too_each_in_its_own_language() -> None:
    taken_back = {"month": "2026-07", "withdrawn_on": "2026-10-05", "because": "Un mes entero faltaba."}
    made = full()
    corrected = {**made.document["corrections"], "withdrawn": [taken_back]}
    made = replace(made, value=json.dumps({**made.document, "corrections": corrected}))

    parts = {part["title"]: part for part in a4.data(made, "en")["parts"]}

    told = {title: [one["words"] for one in part["paragraphs"]] for title, part in parts.items()}
    assert told["What did people say about the draft?"][1] == "Falta hablar del camino. (2 November 2026)"
    assert "Lluvias fuertes." in told["What happened in the month?"]
    assert "Corrections recorded this month: 12." in told["What was corrected?"]
    assert told["What was corrected?"][-1] == "Un mes entero faltaba."
    assert parts["What was corrected?"]["paragraphs"][-1]["lang"] == "es"
    assert "Falta responder." in told["Independent review"]
    assert parts["Are these good data?"]["tables"][0]["rows"] == [["Timely: Timely", "Met"]]
    assert paper.report(made, language="es") == paper.report(made, language="es")


def test_paper_says_nothing_of_what_a_month_does_not_carry() -> None:
    titles = {part["title"] for part in a4.data(release(), "en")["parts"]}

    assert not titles & {"What was corrected?", "Are these good data?", "What happened in the month?"}


def of_each(companies: int, sites: int) -> Release:
    """Make a month that prints indicators of so many companies and sites, and hides one of a company."""
    row = next(one for one in full().document["indicators"] if one["id"] == "I-14")
    told = {**row, "n": 38, "of": 47, "percent": 80, "why": None, "status": "printed"}
    hidden = {**told, "n": None, "of": None, "percent": None, "status": "suppressed"}
    found = [
        {"dimension": "operator", "member": f"c{n}", **told, "id": id_, "name": NAMED[id_]}
        for n in range(companies)
        for id_ in IDS
    ]
    found += [{"dimension": "operator", "member": "none", **hidden}]
    found += [{"dimension": "site", "member": f"s{n}", **told} for n in range(sites)]
    names = {"operators": {"c0": "Acme"}, "sites": {"s0": "Huayllu"}}
    return replace(full(), value=json.dumps({**full().document, **names, "indicators_of": found}))


def test_what_is_printed_of_each_company_and_site_stands_on_paper() -> None:
    parts = {part["title"]: part for part in a4.data(of_each(4, 2), "en")["parts"]}

    part = parts["The indicators of the month, by company and by site"]
    first, second, sites = part["tables"]
    assert [one["words"] for one in part["paragraphs"]] == [
        "Not shown: 1. Too few people or answers stand behind them."
    ]
    assert (first["head"], second["head"]) == (["Indicator", "Acme", "c1", "c2"], ["Indicator", "c3"])
    assert [row[0].split()[0] for row in first["rows"]] == list(IDS)
    assert first["rows"][0][1:] == ["38 of 47 · 80\xa0%"] * 3
    assert [row[0] for row in sites["rows"]] == ["Huayllu", "s1"]


def test_however_many_companies_there_are_paper_has_two_pages_of_them_and_names_the_file() -> None:
    printed, without = (
        paper.report(made, language="es") for made in (of_each(40, 60), replace(full(), value=json.dumps(
            {key: value for key, value in full().document.items() if key != "indicators_of"})))
    )  # fmt: skip
    part = next(p for p in a4.data(of_each(40, 60), "en")["parts"] if "by site" in p["title"])

    assert printed == paper.report(of_each(40, 60), language="es")
    assert b"/StructTreeRoot" in printed
    assert len(PAGE.findall(printed)) - len(PAGE.findall(without)) <= 2
    assert "indicators_of.csv" in part["paragraphs"][-1]["words"]
    assert len(part["tables"][-1]["rows"]) == 20


def test_a_month_that_prints_nothing_of_any_company_has_no_such_part_on_paper() -> None:
    titles = {part["title"] for part in a4.data(of_each(0, 0), "en")["parts"]}

    assert "The indicators of the month, by company and by site" not in titles
