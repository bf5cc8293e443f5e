"""A demonstration's papers and data say that they are made up, in words; a real month's are the same bytes as ever."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from grievance.base import canonical
from grievance.store import Store
from reports import formats, release
from reports.formats import a4
from reports.formats import poster as wall
from reports.month import Month
from reports.shelf import Release
from tests.reports.months import Town, on
from tests.reports.released import full, put
from tests.reports.test_pages import public, town  # noqa: F401  pytest finds the fixtures here
from workflows.rulebook import Rulebook

SAYS = {"es": "Esto es una demostración. Las personas y las quejas son inventadas.",
        "en": "This is a demonstration. The people and the complaints are made up."}  # fmt: skip
BASE = "https://quejas.example"


def demo() -> Release:
    """The month that has everything, of a demonstration."""
    real = full()
    return replace(real, value=canonical({**json.loads(real.value), "made_up": True}))


def data(one: Release) -> Mapping[str, str]:
    made = formats.forms(one, language="en", base=BASE)
    return {
        path: form.make().decode() for path, form in made.items() if not path.endswith((".pdf", "/signature"))
    }


@pytest.mark.parametrize("language", sorted(SAYS))
def test_every_page_of_the_report_and_the_poster_of_a_demonstration_say_it(language: str) -> None:
    report = a4.data(demo(), language)
    poster = wall.data(demo(), language, BASE)

    assert report["foot"].startswith(SAYS[language])
    assert report["facts"][0] == SAYS[language]
    assert poster["mechanism"].startswith(SAYS[language])


@pytest.mark.parametrize("language", sorted(SAYS))
def test_the_papers_of_a_real_month_are_laid_out_of_nothing_else(language: str) -> None:
    report, poster = a4.data(full(), language), wall.data(full(), language, BASE)

    assert report["foot"] == "Mecanismo de Quejas, 2026-10"
    assert poster["mechanism"] == "Mecanismo de Quejas"
    assert SAYS[language] not in report["facts"]


def test_bulletins_tell_the_announcer_and_what_describes_the_data_tells_its_reader() -> None:
    made = data(demo())

    assert f"# {SAYS['es']} No lo lea al aire." in made["2026-10.txt"]
    assert made["2026-10.txt"].count("# " + SAYS["es"]) == 2
    package = json.loads(made["2026-10/datapackage.json"])
    assert package["description"].startswith(SAYS["en"])
    described = json.loads(made["2026-10/tables/stock_flow.csv-metadata.json"])
    assert {"@value": SAYS["en"], "@language": "en"} in described["dc:description"]
    assert json.loads(made["2026-10.json"])["made_up"] is True
    feed = formats.atom.write([demo()], base=BASE, name="Quejas", language="en").decode()
    assert f"<summary>{SAYS['en']}" in feed
    assert SAYS["en"] in formats.dcat.write([demo()], base=BASE, publisher="Quejas").decode()


def test_a_real_month_says_nothing_of_it_and_its_files_are_as_before() -> None:
    real, made_up = data(full()), data(demo())

    assert not [path for path, body in real.items() if "demonstration" in body or "demostración" in body]
    same = {path for path in real if real[path] == made_up[path]}
    assert {path for path in real if path.endswith(".csv")} <= same


def test_a_month_is_marked_where_it_is_published_for_a_demonstration_and_nowhere_else(
    store: Store, rules: Rulebook
) -> None:
    there = Town(store, rules)
    there.crowd("03-04", 12)

    marked = release.release(store, Month(2026, 3), rules=rules, at=on("04-03"), draft=True, made_up=True)
    real = release.release(store, Month(2026, 3), rules=rules, at=on("04-03"), draft=True)

    assert (marked.made_up, real.made_up) == (True, False)
    assert "made_up" not in real.document


def test_what_is_saved_and_what_is_read_aloud_carry_it_too(
    public: FlaskClient, town: Town  # noqa: F811
) -> None:  # fmt: skip
    put(town.store, demo())

    table = public.get("/reports/2026-10/tables/stock_flow.csv")
    sheet = public.get("/reports/2026-10/sheet?lang=es").text

    assert table.headers["Content-Disposition"] == 'attachment; filename="demo-2026-10-stock_flow.csv"'
    assert SAYS["es"] in sheet
