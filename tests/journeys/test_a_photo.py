import base64
import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from channels.incoming.attached import photos
from grievance.inbox import WAITING
from tests.channels.test_photos import SECRETS, a_picture
from tests.journeys.actors import TOKEN, Browsing, World

DUST = "Hay mucho polvo en la escuela de Huaylluray"
PICTURE = re.compile(r'src="data:image/jpeg;base64,([A-Za-z0-9+/=]+)"')


def sends(neighbour: Browsing, raw: bytes, who: str) -> int:
    token = TOKEN.findall(neighbour.page)[0]
    answer = neighbour.browser.post(
        "/follow/photo", data={"token": token, "who": who, "photo": (io.BytesIO(raw), "IMG_20260304_casa.jpg")},
        content_type="multipart/form-data",
    )  # fmt: skip
    neighbour.page = answer.text
    return int(answer.status_code)


def pictures(page: str) -> list[bytes]:
    return [base64.b64decode(found) for found in PICTURE.findall(page)]


@pytest.mark.parametrize("who", ["company", "review"])
def test_a_photo_is_seen_by_whom_its_person_chose_and_says_nothing_but_itself(
    small_world: World, who: str
) -> None:
    world = small_world
    neighbour, officer, reviewer = world.neighbour(), world.officer(), world.reviewer()
    neighbour.complains(DUST, site="qorimayu")
    officer.waits_for(neighbour.number)
    neighbour.follows()

    assert sends(neighbour, a_picture(), who) == 200
    world.pass_time(hours=24)
    neighbour.follows()
    light = neighbour.page
    neighbour.does("photos")

    assert pictures(light) == []
    (own,) = pictures(neighbour.page)
    assert Image.open(io.BytesIO(own)).size == (640, 480)
    assert [secret for secret in SECRETS if secret in own] == []
    officer.opens(neighbour.number)
    reviewer.opens(neighbour.number)
    assert len(pictures(officer.page)) == (1 if who == "company" else 0)
    assert pictures(reviewer.page) == [own]


def test_what_is_no_photo_is_refused_and_nothing_is_added(small_world: World) -> None:
    neighbour = small_world.neighbour()
    neighbour.complains(DUST, site="qorimayu")
    neighbour.follows()

    assert sends(neighbour, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "company") == 400
    assert "Esa foto no se puede recibir" in neighbour.sees()
    assert sends(neighbour, b"", "company") == 400
    heavy = neighbour.browser.post(
        "/follow/photo", data=b"x" * (6 * 1024 * 1024), content_type="multipart/form-data; boundary=x"
    )
    assert heavy.status_code == 413


def test_a_photo_that_only_review_may_see_stays_there_when_the_case_goes_to_a_desk(
    small_world: World,
) -> None:
    world = small_world
    neighbour, officer, reviewer = world.neighbour(), world.officer(), world.reviewer()
    neighbour.complains(DUST)
    neighbour.follows()
    sends(neighbour, a_picture(), "review")
    world.pass_time(hours=24)

    reviewer.does("route", neighbour.number, place="qorimayu/qorimayu", release="yes")
    world.pass_time(hours=24)

    officer.opens(neighbour.number)
    reviewer.opens(neighbour.number)
    assert pictures(officer.page) == []
    assert len(pictures(reviewer.page)) == 1


def test_a_case_holds_so_many_photos_and_says_kindly_that_it_is_full(small_world: World) -> None:
    neighbour, other = small_world.neighbour(), small_world.neighbour()
    neighbour.complains(DUST, site="qorimayu")
    neighbour.follows()

    before = {sends(neighbour, a_picture(), "company") for _ in range(photos.MOST_OF_A_CASE - 1)}
    small_world.pass_time(hours=24)
    neighbour.follows()
    last, more = (sends(neighbour, a_picture(), "company") for _ in range(2))

    assert (before, last, more) == ({200}, 200, 409)
    assert "no caben más" in neighbour.sees()
    assert 'name="photo"' not in neighbour.page
    assert neighbour.does("add", text="El polvo sigue") == 200
    other.complains(DUST, site="qorimayu")
    other.follows()
    assert sends(other, a_picture(), "company") == 200


def test_a_kiosk_takes_no_photo(small_world: World) -> None:
    neighbour = small_world.neighbour()
    neighbour.complains(DUST, site="qorimayu")
    kiosk = "/kiosk/kiosk-qorimayu/case"
    opened = neighbour.browser.post(kiosk, data={"clave": neighbour.clave})
    form = {"token": TOKEN.findall(opened.text)[0], "photo": (io.BytesIO(a_picture()), "casa.jpg")}

    answer = neighbour.browser.post(f"{kiosk}/photo", data=form, content_type="multipart/form-data")

    assert 400 <= answer.status_code < 500
    assert small_world.look(select(WAITING.c.id)) == []
