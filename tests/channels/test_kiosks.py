import base64
import json
import re
import shutil
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import delete, select

from channels import install, wiring
from channels.app import create_app
from channels.claves import pads
from channels.claves.finding import find
from channels.commands import kioskcommands
from channels.house import House
from channels.incoming import adding
from channels.kiosk import kioskkeys, kiosks
from channels.kiosk.kiosks import Waited
from grievance import inbox, keyring, kiosk, pad
from grievance.case import CASES
from grievance.complainant import Clave, Link
from grievance.errors import Damaged, Refused
from grievance.record import Entry
from grievance.vocabulary import Step
from tests.channels.test_filing import opened
from tests.deployment import Clock, Deployment, Keys, keys  # noqa: F401  pytest finds the fixture here

ENTRIES = Entry.__table__  # type: ignore[attr-defined]
DOOR = "kiosk-qorimayu"
WORDS = "El canal está seco desde el lunes"
NOW_MS = 1_772_643_600_000


@pytest.fixture
def house(tmp_path: Path, database_url: str, keys: Keys) -> Any:  # noqa: F811
    own = Keys(together=Path(shutil.copytree(keys.together, tmp_path / "keys")), apart=keys.apart)
    founded = Deployment(tmp_path / "home", database_url, own).prepare()
    made = founded.house(now=Clock())
    yield made
    made.store.close()


@pytest.fixture
def door(house: House) -> Any:
    return next(d for d in kiosks.doors(house) if d.key == DOOR)


def sealed(
    house: House,
    *,
    item: str = "a1",
    text: str = WORDS,
    slip: str = "",
    key: int = 1,
    at: int = NOW_MS,
    **more: str,
) -> Waited:
    """Seal as the page does, by the library instead of the browser."""
    said = {"text": text, "theme": "water", "place": "", "lang": "es", "slip": slip, "at": at, **more}
    raw = json.dumps(said).encode()
    public = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), kioskkeys.public(house.settings.keys_dir, DOOR, key)
    )
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    box = suite.encrypt(raw.ljust(512), public, info=kioskkeys.place(DOOR, key, item))
    return Waited(item=item, key=key, box=box)


@dataclass(frozen=True)
class Own:
    """Somebody's own case: its clave, and the right to add to it that a page of this kiosk carried."""

    case: str
    clave: str
    right: str


@pytest.fixture
def own(house: House) -> Own:
    slip = kiosks.stock(house, DOOR)[0]
    door = next(d for d in kiosks.doors(house) if d.key == DOOR)
    kiosks.take_in(house, door, [sealed(house, item="own", slip=slip.number)], clock=NOW_MS)
    (case,) = cases_in(house)
    found = find(house, slip.clave)
    assert found is not None
    return Own(case.id, slip.clave, adding.right(house, door=DOOR, clave=found.clave, case=case.id))


def waiting_in(house: House) -> list[Any]:
    return house.store.read(lambda conn: list(conn.execute(select(inbox.WAITING))))


def cases_in(house: House) -> list[Any]:
    return house.store.read(lambda conn: list(conn.execute(select(CASES))))


def test_what_waited_arrives_once_however_often_and_in_whatever_order_it_is_handed_in(
    house: House, door: Any
) -> None:
    first, second = sealed(house), sealed(house, item="b2")

    assert kiosks.take_in(house, door, [second], clock=NOW_MS) == ["b2"]
    assert kiosks.take_in(house, door, [first, second, first], clock=NOW_MS) == ["a1", "b2", "a1"]

    assert len(cases_in(house)) == 2


def test_a_slip_of_the_stock_opens_what_waited_and_is_given_away_once(house: House, door: Any) -> None:
    slip = kiosks.stock(house, DOOR)[0]

    kiosks.take_in(house, door, [sealed(house, slip=slip.number)], clock=NOW_MS)
    safe = kiosks.take_in(house, door, [sealed(house, item="b2", slip=slip.number)], clock=NOW_MS)

    assert safe == ["b2"], "a slip that is gone does not lose the complaint"
    assert [case.number for case in cases_in(house)].count(slip.number) == 1
    assert WORDS in str(opened(house, slip.clave))


def test_the_clock_starts_when_it_was_written_and_never_in_the_future_or_long_ago(
    house: House, door: Any
) -> None:
    day = 86_400_000

    for item, at in (("a", NOW_MS - 3 * day), ("b", NOW_MS + day), ("c", NOW_MS - 400 * day)):
        kiosks.take_in(house, door, [sealed(house, item=item, at=at)], clock=NOW_MS)

    days = sorted((house.now().date() - case.received_on).days for case in cases_in(house))
    assert days == [0, 3, 30]


def test_what_does_not_open_stays_on_the_device(house: House, door: Any) -> None:
    good = sealed(house)
    elsewhere = Waited(item="other", key=1, box=good.box)
    spoilt = Waited(item="a1", key=1, box=good.box[:-1] + bytes([good.box[-1] ^ 1]))
    gone = Waited(item="a1", key=7, box=good.box)

    assert kiosks.take_in(house, door, [elsewhere, spoilt, gone], clock=NOW_MS) == []
    assert cases_in(house) == []


def test_words_added_in_a_cut_come_to_their_case_once_and_on_the_day_they_were_written(
    house: House, door: Any, own: Own
) -> None:
    added = sealed(house, item="add", text="Hoy tampoco hay agua", add=own.right, at=NOW_MS - 86_400_000)

    for _ in range(2):
        assert kiosks.take_in(house, door, [added, added], clock=NOW_MS) == ["add", "add"]

    (waits,) = waiting_in(house)
    assert (waits.case, waits.step) == (own.case, Step.ADD)
    assert (house.now() - waits.happened_at.replace(tzinfo=UTC)).days == 1
    assert len(cases_in(house)) == 1
    assert "Hoy tampoco" not in str(waits)


def test_words_of_danger_added_in_a_cut_are_a_protected_case_beside_the_other(
    house: House, door: Any, own: Own
) -> None:
    added = sealed(house, item="add", text="Me han amenazado de muerte por hablar", add=own.right)

    for _ in range(2):
        assert kiosks.take_in(house, door, [added], clock=NOW_MS) == ["add"]

    assert waiting_in(house) == []
    assert sorted(case.protected for case in cases_in(house)) == [False, True]
    (link,) = house.store.read(lambda conn: list(conn.execute(select(Link.__table__))))  # type: ignore[attr-defined]
    assert (link.older, link.why) == (own.case, "danger")


def test_only_whoever_may_still_stand_there_is_told_that_their_case_is_protected(
    house: House, door: Any, own: Own
) -> None:
    minute, threat = 60_000, "Me quieren matar por reclamar"
    said = (
        ("now", threat, 0, {}), ("added", threat, 5, {"add": own.right}), ("left", threat, 7, {}), ("calm", WORDS, 0, {}),
    )  # fmt: skip
    boxes = [
        sealed(house, item=i, text=text, at=NOW_MS - ago * minute, **more) for i, text, ago, more in said
    ]

    safe = kiosks.take_in(house, door, boxes, clock=NOW_MS)
    later = kiosks.take_in(house, door, boxes, clock=NOW_MS - 7 * minute)

    assert safe == later == ["now", "added", "left", "calm"]
    assert sorted(kiosks.protected_of(house, DOOR, safe)) == ["added", "now"]
    assert kiosks.protected_of(house, "kiosk-other", safe) == []
    assert kiosks.protected_of(house, DOOR, []) == []


def test_what_a_device_is_answered_does_not_tell_by_its_length_whether_somebody_is_in_danger(
    house: House,
) -> None:
    code, browser = kiosks.admit(house, DOOR), create_app(house).test_client()

    def handed_in(item: str, text: str) -> Any:
        one = sealed(house, item=item, text=text)
        items = [{"id": one.item, "key": one.key, "box": base64.b64encode(one.box).decode()}]
        told = {"token": code, "items": items, "clock": NOW_MS, "oldest": 1, "waiting": 1}
        return browser.post(f"/kiosk/{DOOR}/hand-in", json=told)

    calm, danger = handed_in("a1", WORDS), handed_in("b2", "Me quieren matar por reclamar")

    assert (calm.json["protected"], danger.json["protected"]) == ([], ["b2"])
    assert calm.headers["Content-Length"] == danger.headers["Content-Length"]


def test_without_the_right_to_add_nothing_changes_and_the_words_stay_on_the_device(
    house: House, door: Any, own: Own
) -> None:
    found = find(house, own.clave)
    assert found is not None
    forged = own.right[:-2] + ("00" if own.right[-2:] != "00" else "01")
    elsewhere = adding.right(house, door="kiosk-other", clave=found.clave, case=own.case)
    for item, wrong in enumerate(("", "agua", own.clave, "4821093755127381", forged, elsewhere)):
        added = sealed(house, item=f"add{item}", add=wrong)

        assert kiosks.take_in(house, door, [added], clock=NOW_MS) == []

    assert waiting_in(house) == []
    assert len(cases_in(house)) == 1


def test_words_for_a_case_that_is_gone_are_forgotten(house: House, door: Any, own: Own) -> None:
    claves = Clave.__table__  # type: ignore[attr-defined]
    house.store.transact(lambda conn: conn.execute(delete(claves)))

    assert kiosks.take_in(house, door, [sealed(house, item="add", add=own.right)], clock=NOW_MS) == ["add"]

    assert waiting_in(house) == []
    assert len(cases_in(house)) == 1


def test_what_the_page_sent_and_the_device_hands_in_as_well_is_added_once(
    house: House, door: Any, own: Own
) -> None:
    one = create_app(house).test_client()
    page = one.post(f"/kiosk/{DOOR}/case", data={"lang": "es", "clave": own.clave}).text
    token, right = (
        re.findall(f'{name}="([0-9a-f]+)"', page)[0] for name in ('name="token" value', "data-right")
    )
    nonce = "ab" * 16
    said = {"lang": "es", "token": token, "text": WORDS, "nonce": nonce}

    answers = [one.post(f"/kiosk/{DOOR}/case/add", data=said) for _ in range(2)]
    safe = kiosks.take_in(house, door, [sealed(house, item=nonce, add=right)], clock=NOW_MS)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert safe == [nonce]
    assert len(waiting_in(house)) == 1


def test_only_a_page_at_a_kiosk_carries_the_right_to_add_and_it_opens_no_case(house: House, own: Own) -> None:
    one = create_app(house).test_client()

    page = one.post("/follow", data={"lang": "es", "clave": own.clave}).text
    refused = one.post(f"/kiosk/{DOOR}/case/add", data={"lang": "es", "token": own.right, "text": WORDS})

    assert "data-right" not in page
    assert refused.status_code == 403
    assert waiting_in(house) == []


def test_a_door_gets_slips_until_it_has_enough(house: House) -> None:
    drawn = kiosks.stock(house, DOOR)
    pads.draw(house, DOOR, kiosks.STOCK - len(drawn))

    assert len(drawn) == kiosks.REFILL
    assert kiosks.stock(house, DOOR) == ()


def test_a_stolen_device_is_trusted_no_more_and_its_slips_are_void(house: House) -> None:
    code = kiosks.admit(house, DOOR)
    kiosks.stock(house, DOOR)

    assert kiosks.known(house, DOOR, code) is not None
    assert kiosks.stolen(house, DOOR) == (1, kiosks.REFILL)

    assert kiosks.known(house, DOOR, code) is None
    assert house.store.read(lambda conn: pad.left(conn, DOOR)) == 0


def test_a_key_is_destroyed_only_when_every_device_has_reported_empty(house: House, door: Any) -> None:
    devices = [kiosks.known(house, DOOR, kiosks.admit(house, DOOR)) for _ in range(2)]
    waited = sealed(house)
    assert kioskcommands.draw_key(house, DOOR) == 2

    kiosks.report(house, devices[0], oldest_key=2, waiting=0)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="1 devices"):
        kioskcommands.destroy_earlier(house, DOOR)
    assert kiosks.take_in(house, door, [waited], clock=NOW_MS) == ["a1"]
    kiosks.report(house, devices[1], oldest_key=2, waiting=0)  # type: ignore[arg-type]

    assert kioskcommands.destroy_earlier(house, DOOR) == (1,)
    with pytest.raises(Damaged):
        kioskkeys.open_sealed(waited.box, house.settings.keys_dir, door=DOOR, number=1, item="a1")
    assert kioskcommands.destroy_earlier(house, DOOR) == ()
    install.check_fingerprints(house.store, keyring.load(house.settings.keys_dir, processes=wiring.EMBEDDED))


def test_that_a_key_was_destroyed_stands_in_the_record_behind_the_day_it_was_drawn(house: House) -> None:
    kioskcommands.draw_key(house, DOOR)

    kioskcommands.destroy_earlier(house, DOOR)

    query = select(ENTRIES).where(ENTRIES.c.kind == "key").order_by(ENTRIES.c.stream, ENTRIES.c.seq)
    told = [
        (entry.seq, entry.step, json.loads(entry.facts))
        for entry in house.store.read(lambda conn: list(conn.execute(query)))
    ]
    first, second = kioskkeys.reader(DOOR, 1), kioskkeys.reader(DOOR, 2)
    of_first = [(seq, step, facts["fingerprint"]) for seq, step, facts in told if facts["reader"] == first]
    assert [(seq, step) for seq, step, _ in of_first] == [(0, "publish_key"), (1, "retire_key")]
    assert len({fingerprint for _, _, fingerprint in of_first}) == 1
    assert [step for _, step, facts in told if facts["reader"] == second] == ["publish_key"]
    assert {step for _, step, facts in told if facts["reader"] not in (first, second)} == {"publish_key"}


def test_a_device_that_is_stolen_keeps_no_key_alive(house: House) -> None:
    kiosks.admit(house, DOOR)
    kioskcommands.draw_key(house, DOOR)

    kiosks.stolen(house, DOOR)

    assert kioskcommands.destroy_earlier(house, DOOR) == (1,)


def test_an_older_key_never_comes_back(house: House) -> None:
    device = kiosks.known(house, DOOR, kiosks.admit(house, DOOR))
    assert device is not None
    kiosks.report(house, device, oldest_key=2, waiting=0)
    late = house.store.read(lambda conn: kiosk.of_door(conn, DOOR))[0]

    kiosks.report(house, late, oldest_key=1, waiting=0)

    assert house.store.read(lambda conn: kiosk.who_needs(conn, DOOR, 1)) == 0


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("hand-in", {"token": "nobody", "items": [], "clock": 1, "oldest": 1, "waiting": 0}, 403),
        ("stock", {"token": ""}, 403),
        ("hand-in", {"items": "x", "clock": 1, "oldest": 1, "waiting": 0}, 400),
        (
            "hand-in",
            {"items": [{"id": "x" * 40, "key": 1, "box": ""}], "clock": 1, "oldest": 1, "waiting": 0},
            400,
        ),
        ("hand-in", {"items": [], "clock": -1, "oldest": 1, "waiting": 0}, 400),
        ("hand-in", {"items": [], "clock": 1, "oldest": 1, "waiting": 0}, 200),
        ("stock", {}, 200),
    ],
)
def test_only_an_admitted_device_is_answered_and_only_in_its_form(
    house: House, path: str, said: dict[str, Any], status: int
) -> None:
    code = kiosks.admit(house, DOOR)
    browser = create_app(house).test_client()

    answer = browser.post(f"/kiosk/{DOOR}/{path}", json={"token": code, **said})

    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_private_half_of_a_kiosks_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    kioskkeys.make(tmp_path, DOOR, 1)

    assert (tmp_path / f"kiosk.{DOOR}.1").stat().st_mode & 0o077 == 0
    assert kioskkeys.numbers(tmp_path, DOOR) == (1,)
