"""10. It works on what is there: 2G, a feature phone, a bad radio, an old browser without scripts, a small screen."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.sms.segments import measure
from channels.telephone.ussd import MOST, septets
from tests.deployment import Keys
from tests.journeys.actors import CLAVE, World, a_world, proposed
from tests.journeys.handsets import LINES, Caller, Handset

WATER = "El agua sale turbia desde el lunes en Huaylluray"
PAGES = ("/", "/complain", "/follow", "/promises", "/procedure", "/reports")
MOST_BYTES = 60_000
"""What a page may weigh with its stylesheet: some ten seconds on 2G."""


@pytest.mark.parametrize("path", PAGES)
def test_somebody_with_an_old_browser_gets_a_light_page_without_any_script(
    small_world: World, path: str
) -> None:
    browser = small_world.anybody()

    answer = browser.get(path)

    sheets = re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"', answer.text)
    weight = len(answer.data)
    for sheet in sheets:
        with browser.get(sheet) as styles:
            weight += len(styles.data)
    assert answer.status_code == 200
    assert "<script" not in answer.text.lower()
    assert re.findall(r"\son\w+=", answer.text) == []
    assert 'name="viewport"' in answer.text
    assert sheets
    assert weight < MOST_BYTES


def test_somebody_with_a_feature_phone_reads_every_message_in_plain_letters(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)

    proposed(world, resident, officer)

    assert {measure(text).encoding for text in resident.inbox()} == {"GSM-7"}
    assert max(measure(text).segments for text in resident.inbox()) <= 4


@pytest.fixture
def with_lines(tmp_path: Path, sqlite_template: Path, keys: Keys) -> Iterator[World]:
    """Found a deployment that has menus and calls."""
    file = tmp_path / "grievance.db"
    shutil.copyfile(sqlite_template, file)
    with a_world(tmp_path, f"sqlite:///{file}", keys, **LINES) as founded:
        yield founded


def test_somebody_without_credit_dials_a_menu(with_lines: World) -> None:
    handset, resident = Handset(with_lines, "+51912345678"), with_lines.resident("+51912345678")

    handset.dials()
    handset.types("1")
    handset.types(WATER)
    handset.types("1")

    assert handset.shown.startswith("END")
    assert CLAVE.search(resident.reads())
    assert max(septets(screen.removeprefix("> ")) for screen in handset.page) <= MOST


def test_somebody_who_does_not_write_calls_and_speaks(with_lines: World) -> None:
    caller = Caller(with_lines, "+51912345678")

    caller.calls()
    caller.presses("1")
    caller.speaks()

    assert [case.room for case in with_lines.cases()] == ["review"]
