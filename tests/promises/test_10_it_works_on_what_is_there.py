"""10. It works on what is there: 2G, a feature phone, a bad radio, an old browser without scripts, a small screen."""

import re

import pytest

from channels.sms.segments import measure
from tests.journeys.actors import World, proposed

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


@pytest.mark.xfail(strict=True, reason="promise 10: the USSD menu comes with a later issue")
def test_somebody_without_credit_dials_a_menu(small_world: World) -> None:
    assert small_world.anybody().post("/channels/africastalking/ussd", data={}).status_code in (200, 403)


@pytest.mark.xfail(strict=True, reason="promise 10: the telephone's voice comes with a later issue")
def test_somebody_who_does_not_write_calls_and_speaks(small_world: World) -> None:
    assert small_world.anybody().post("/channels/twilio/voice", data={}).status_code in (200, 403)
