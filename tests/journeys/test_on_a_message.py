"""What hangs on a text message: a picture that only review sees, a voice that is written down, and nothing left behind."""

import base64
import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from channels.gateway import Brought, Inbound, Pointed, Undelivered
from channels.incoming import intake
from channels.incoming.attached import enclosures, notarrived
from grievance.inbox import WAITING
from grievance.line import ENCLOSURES, RECORDINGS
from grievance.notice import Leftover
from grievance.vault import TEXTS
from tests.channels.test_photos import SECRETS, a_picture
from tests.deployment import NUMBER
from tests.journeys.actors import Resident, World
from tests.sending import NOTICES, Network

LEFT = Leftover.__table__  # type: ignore[attr-defined]
WATER = "Miren como baja el agua en Huaylluray"
VOICE = b"OggS una voz de verdad"
PICTURE = re.compile(r'src="data:image/jpeg;base64,([A-Za-z0-9+/=]+)"')
Hung = tuple[str, bytes]


def sends(world: World, *hung: Hung, words: str = WATER, phone: str = "+51987000111") -> Resident:
    """Send a message with things on it, as the telephone company brings it."""
    one = world.resident(phone)
    form = world.network.receive(words, sender=phone, to=NUMBER, at=world.clock.now, media=len(hung))
    world.network.media[form["MessageSid"]] = list(hung)
    assert world.knock("/channels/twilio/sms", form) == 200
    world.deliver()
    return one


def lost(world: World) -> list[str]:
    return [row.state for row in world.look(select(RECORDINGS.c.state))]


def is_left(world: World) -> bool:
    """Tell whether the telephone company would be asked to forget a message only later."""
    return any(row.due_at > world.clock.now for row in world.look(select(LEFT)))


def test_a_picture_on_a_message_is_seen_at_review_alone_and_is_nothing_but_itself(world: World) -> None:
    officer, reviewer = world.officer(), world.reviewer()
    one = sends(world, ("image/jpeg", a_picture()))

    assert is_left(world)
    assert enclosures.fetch(world.worker) == 1
    assert not is_left(world)
    world.pass_time(hours=24)

    reviewer.opens(one.number)
    officer.opens(one.number)
    (seen,) = (base64.b64decode(found) for found in PICTURE.findall(reviewer.page))
    assert Image.open(io.BytesIO(seen)).size == (640, 480)
    assert [secret for secret in SECRETS if secret in seen] == []
    assert PICTURE.findall(officer.page) == []
    assert "Una foto que solo ve la entidad independiente" in officer.page
    assert [secret for _, secret in world.network.fetched] == [False]
    assert world.look(select(ENCLOSURES.c.id)) == []


def brings(world: World, *things: Brought, words: str = WATER) -> Resident:
    """Send a message that brings its things along, as a phone on a desk does."""
    one = world.resident("+51987000111")
    message = Inbound(
        gateway="android", sender=one.phone, recipient=NUMBER, text=words, ref="mms:downloaded/1", media=len(things),
        received_at=world.clock.now, brought=things,
    )  # fmt: skip
    intake.take_in(world.house, message)
    world.deliver()
    return one


def test_what_came_with_its_message_is_sealed_at_once_and_goes_the_same_way(small_world: World) -> None:
    brings(small_world, Brought("image/jpeg", a_picture()), Brought("audio/amr", VOICE))
    stored = b"".join(file.read_bytes() for file in small_world.deployment.home.parent.glob("grievance.db*"))

    assert enclosures.fetch(small_world.worker) == 1

    (voice,) = small_world.look(select(RECORDINGS))
    assert (voice.state, voice.kind) == ("sealed", "audio/amr")
    assert len(small_world.look(select(WAITING.c.id))) == 1
    assert small_world.look(select(ENCLOSURES.c.id)) == []
    assert base64.b64encode(VOICE) not in stored
    assert VOICE not in stored


@pytest.mark.parametrize(
    "thing",
    [Brought("image/jpeg", b"not a picture"), Brought("image/png", b""), Brought("application/pdf", b"%PDF")],
)
def test_what_came_and_cannot_be_kept_is_told_to_review(small_world: World, thing: Brought) -> None:
    brings(small_world, thing, Brought("image/png", a_picture()))

    assert enclosures.fetch(small_world.worker) == 0

    assert lost(small_world) == ["lost"]
    assert len(small_world.look(select(WAITING.c.id))) == 1


def test_a_voice_on_a_message_waits_for_whoever_writes_it_down(small_world: World) -> None:
    sends(small_world, ("audio/ogg; codecs=opus", VOICE), words="")

    assert enclosures.fetch(small_world.worker) == 1

    (voice,) = small_world.look(select(RECORDINGS))
    assert (voice.state, voice.kind, voice.ref) == ("sealed", "audio/ogg", None)
    assert small_world.look(select(TEXTS.c.id).where(TEXTS.c.id == voice.audio))


@pytest.mark.parametrize(
    "hung", [("application/pdf", b"%PDF"), ("image/jpeg", b"not a picture"), ("audio/ogg", b"x" * 5_000_000)]
)
def test_what_cannot_be_taken_in_is_told_to_review_and_stays_there_for_its_month(
    small_world: World, hung: Hung
) -> None:
    one = sends(small_world, hung, ("image/png", a_picture()))

    assert enclosures.fetch(small_world.worker) == 0

    assert lost(small_world) == ["lost"]
    assert len(small_world.look(select(WAITING.c.id))) == 1
    assert is_left(small_world)
    assert small_world.case(one.number).state == "received"


def test_a_company_that_is_away_is_asked_again_and_nothing_comes_twice(small_world: World) -> None:
    sends(small_world, ("image/jpeg", a_picture()), ("audio/mpeg", VOICE))
    small_world.network.cannot_list = True

    away = enclosures.fetch(small_world.worker)
    small_world.network.cannot_list = False
    too_soon = enclosures.fetch(small_world.worker)
    small_world.clock.now += timedelta(minutes=1)
    back, again = enclosures.fetch(small_world.worker), enclosures.fetch(small_world.worker)

    assert (away, too_soon, back, again) == (0, 0, 1, 0)
    assert len(small_world.look(select(WAITING.c.id))) == 1
    assert lost(small_world) == ["sealed"]


def test_what_never_comes_is_told_to_review_and_asked_for_no_more(small_world: World) -> None:
    sends(small_world, ("image/jpeg", a_picture()))
    small_world.network.media.clear()

    for _ in range(enclosures.PATIENCE):
        assert enclosures.fetch(small_world.worker) == 0
        small_world.clock.now += timedelta(days=1)

    assert lost(small_world) == ["lost"]
    assert small_world.look(select(ENCLOSURES.c.id)) == []


def test_a_danger_is_not_kept_waiting_by_its_picture_and_the_desk_gets_neither(small_world: World) -> None:
    officer, reviewer = small_world.officer(), small_world.reviewer()
    one = sends(
        small_world, ("image/jpeg", a_picture()), words="Los guardias me amenazaron de muerte por hablar"
    )

    enclosures.fetch(small_world.worker)
    small_world.pass_time(hours=24)

    reviewer.opens(one.number)
    assert len(PICTURE.findall(reviewer.page)) == 1
    assert not officer.sees(one.number)


def test_what_its_person_erased_is_fetched_no_more_and_forgotten_there(small_world: World) -> None:
    one = sends(small_world, ("image/jpeg", a_picture()))
    neighbour = small_world.neighbour()
    neighbour.follows(one.clave)
    neighbour.does("erase", pressed="no")
    small_world.pass_time(hours=24)

    assert enclosures.fetch(small_world.worker) == 0

    assert small_world.network.fetched == []
    assert small_world.look(select(ENCLOSURES.c.id)) == []
    assert not is_left(small_world)


def test_a_message_without_anything_on_it_leaves_nothing_to_fetch(small_world: World) -> None:
    sends(small_world)

    assert small_world.look(select(ENCLOSURES.c.id)) == []
    assert enclosures.fetch(small_world.worker) == 0


def writes(world: World, gateway: str, ref: str, **hung: Any) -> None:
    """Write by a gateway that says how what hangs on a message is had, or that it cannot give it."""
    message = Inbound(
        gateway=gateway, sender="+51987000111", recipient=NUMBER, text=WATER, ref=ref, media=1,
        received_at=world.clock.now, **hung,
    )  # fmt: skip
    intake.take_in(world.house, message)


def told(world: World) -> int:
    mine = select(NOTICES.c.id).where(NOTICES.c.template == notarrived.TEMPLATE)
    return len(world.look(mine))


class Keeping(Network):
    """A gateway whose provider keeps pictures at addresses of its own."""

    def fetched(self, address: str, *, most: int) -> Brought:
        if not address.startswith("https://media.example/") or most < len(a_picture()):
            raise Undelivered("elsewhere", permanent=True)
        return Brought("image/jpeg", a_picture())


def keeping(world: World) -> World:
    gateways = {**world.house.gateways, "keeping": Keeping(name="keeping"), "blind": Network(name="blind")}
    return replace(world, house=replace(world.house, gateways=gateways))


def test_whose_picture_never_arrived_is_told_once_and_review_sees_how_many_were_lost(
    small_world: World,
) -> None:
    world = keeping(small_world)
    writes(world, "blind", "1")
    writes(world, "blind", "2")
    world.deliver()

    assert (lost(world), told(world)) == (["lost", "lost"], 1)
    (text,) = [one.text for one in world.house.gateways["blind"].sent if "no nos ha llegado" in one.text]  # type: ignore[attr-defined]
    assert re.search(r"Conteste \d{4} y cu[eé]ntenos con palabras", text)
    seen = world.reviewer().gets("/review/recordings").text
    assert re.search(r"blind</t[hd]>\s*<td[^>]*>2</td>", seen)


@pytest.mark.parametrize(("address", "had"), [("https://media.example/1", 1), ("https://127.0.0.1/admin", 0)])
def test_a_picture_is_fetched_where_it_lies_and_nobody_else_is_asked(
    small_world: World, address: str, had: int
) -> None:
    world = keeping(small_world)
    writes(world, "keeping", "1", pointed=(Pointed("", address),))

    assert enclosures.fetch(world.worker) == had
    assert (len(world.look(select(WAITING.c.id))), told(world)) == (had, 1 - had)


@pytest.mark.parametrize("comes", [True, False])
def test_a_picture_that_comes_by_itself_is_waited_for_before_anybody_is_told(
    small_world: World, *, comes: bool
) -> None:
    writes(small_world, "android", "mms:received/1", awaited=True)
    if comes:
        writes(small_world, "android", "mms:downloaded/1", brought=(Brought("image/png", a_picture()),))

    enclosures.fetch(small_world.worker)
    before = told(small_world)
    small_world.clock.now += enclosures.AWHILE
    enclosures.fetch(small_world.worker)

    assert (before, told(small_world)) == (0, 0 if comes else 1)
