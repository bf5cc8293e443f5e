"""Who rings the SIM card of a phone on a desk, and is called back by whatever gateway can call."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from channels.app import create_app
from channels.cli import main
from channels.house import House
from channels.sms.gammu import Gammu
from channels.sms.gammufiles import GammuFiles
from channels.sms.twilio import Twilio
from channels.telephone import modemcalls, rings
from grievance.case import CASES
from grievance.errors import Busy
from grievance.keyring import Ring
from grievance.line import RINGS
from grievance.store import Store
from tests import standin
from tests.channels.sms.conformance import NUMBER, Knock, Signing, form_of
from tests.channels.sms.specimens import envayasms, telerivet
from tests.sending import BASE, PHONE, Clock, make_house
from tests.standin import ACCOUNT, TOKEN, Standin
from workflows.rulebook import Rulebook

BY = ("envayasms", "telerivet")


@pytest.fixture
def company() -> Iterator[Standin]:
    with standin.running() as started:
        yield started


@pytest.fixture
def house(store: Store, ring: Ring, rules: Rulebook, company: Standin) -> House:
    clock = Clock()
    caller = Twilio(
        account=ACCOUNT, tokens=(TOKEN,), sender="+51900000001", base_url=BASE, api_base=company.url, timeout=30
    )  # fmt: skip
    phones = [each.SPECIMEN.gateway(provider=company.url, now=clock) for each in (envayasms, telerivet)]
    made = make_house(store, ring, rules, clock, caller, FACES="intake")
    lines = replace(made.settings, extra={**made.settings.extra, "RING_BACK": NUMBER})
    return replace(made, settings=lines, gateways={one.name: one for one in (caller, *phones)})


def call(by: str, sender: str, *, to: str = NUMBER, signing: Signing = "good", **more: str) -> Knock:
    """Write a missed call as the phone's app tells it."""
    if by == "envayasms":
        told = {
            "action": "incoming", "version": "30", "phone_number": to, "log": "", "from": sender,
            "message_type": "call", "message": "", "timestamp": "1772640000000", **more,
        }  # fmt: skip
        return envayasms.knock(told, signing=signing)
    secret = {"secret": telerivet.SECRET if signing == "good" else "another"} if signing != "none" else {}
    told = {
        "event": "incoming_message", "id": "SMcall1", "message_type": "call", "content": "", "from_number": sender,
        "to_number": to, "phone_id": "PN1", **secret, **more,
    }  # fmt: skip
    return Knock("/channels/telerivet/sms", form_of(told), telerivet.FORM)


def knocked(house: House, knock: Knock) -> int:
    answer = create_app(house).test_client().post(
        knock.uri, data=knock.body, headers=list(knock.headers.items()), base_url=BASE
    )  # fmt: skip
    return answer.status_code


def noted(house: House) -> list[Any]:
    return house.store.read(lambda conn: list(conn.execute(select(RINGS))))


@pytest.mark.parametrize("by", BY)
def test_who_rings_a_phone_on_a_desk_is_called_back_once_and_is_no_case(
    house: House, company: Standin, by: str
) -> None:
    assert [knocked(house, call(by, PHONE)) for _ in range(2)] == [200, 200]
    assert [(row.gateway, row.rings) for row in noted(house)] == [(by, 2)]

    house.now.pass_by(rings.SOON)  # type: ignore[attr-defined]
    assert rings.call_back(house) == 1

    assert [(form["To"], form["From"]) for form in company.dialled] == [(PHONE, "+51900000001")]
    assert noted(house) == []
    assert house.store.read(lambda conn: conn.execute(select(CASES)).first()) is None


@pytest.mark.parametrize("by", BY)
def test_a_number_as_at_home_is_called_with_its_country(house: House, company: Standin, by: str) -> None:
    knocked(house, call(by, PHONE.removeprefix("+51")))

    house.now.pass_by(rings.SOON)  # type: ignore[attr-defined]
    rings.call_back(house)

    assert [form["To"] for form in company.dialled] == [PHONE]


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("sender", ["", "RadioSur", "2020"])
def test_whom_nobody_can_call_is_not_noted(house: House, by: str, sender: str) -> None:
    assert knocked(house, call(by, sender)) == 200

    assert noted(house) == []


@pytest.mark.parametrize("by", BY)
def test_a_number_that_no_setting_names_calls_nobody_back(house: House, by: str) -> None:
    assert knocked(house, call(by, PHONE, to="+51900000003")) == 200

    assert noted(house) == []


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("signing", ["bad", "none"])
def test_a_forged_ring_makes_nobodys_phone_ring(house: House, by: str, signing: Signing) -> None:
    assert knocked(house, call(by, PHONE, signing=signing)) == 403

    assert noted(house) == []


@pytest.mark.parametrize(
    ("by", "more"),
    [
        ("envayasms", {"action": "outgoing"}),
        ("envayasms", {"message_type": "test"}),
        ("telerivet", {"event": "send_status"}),
        ("telerivet", {"message_type": "ussd"}),
    ],
)
def test_what_is_no_call_is_not_noted_as_one(house: House, by: str, more: dict[str, str]) -> None:
    assert knocked(house, call(by, PHONE, **more)) == 200

    assert noted(house) == []


@pytest.fixture
def modem(tmp_path: Path) -> GammuFiles:
    (tmp_path / modemcalls.FOLDER).mkdir()
    return GammuFiles(folder=tmp_path, number=NUMBER, now=Clock())


def rings_a_modem(modem: GammuFiles, *said: str) -> Result:
    """Do what gammu-smsd does on an incoming call: run our command with the number behind it."""
    return CliRunner().invoke(main, ["rang", str(modem.folder), *said])


def notes(modem: GammuFiles) -> list[Path]:
    return sorted((modem.folder / modemcalls.FOLDER).iterdir())


def test_who_rings_a_modem_is_called_back_by_a_gateway_that_can_and_no_note_of_it_stays(
    house: House, company: Standin, modem: GammuFiles
) -> None:
    desk = replace(house, gateways={**house.gateways, modem.name: modem})
    assert [rings_a_modem(modem, PHONE).exit_code for _ in range(2)] == [0, 0]
    assert [path.stat().st_mode & 0o777 for path in notes(modem)] == [0o660] * 2
    assert not any(digits in path.name for path in notes(modem) for digits in (PHONE, PHONE[3:]))

    assert (rings.fetch(desk), rings.fetch(desk)) == (2, 0)

    assert [(row.gateway, row.rings) for row in noted(desk)] == [("gammufiles", 2)]
    assert notes(modem) == []
    house.now.pass_by(rings.SOON)  # type: ignore[attr-defined]
    assert rings.call_back(desk) == 1
    assert [form["To"] for form in company.dialled] == [PHONE]


def test_the_same_is_noted_beside_the_file_of_a_modem_with_tables(house: House, tmp_path: Path) -> None:
    (tmp_path / modemcalls.FOLDER).mkdir()
    modem = Gammu(database=tmp_path / "smsd.db", number=NUMBER)
    modemcalls.note(tmp_path, "987654321")

    rings.fetch(replace(house, gateways={modem.name: modem}))

    assert [(row.gateway, row.pseudonym) for row in noted(house)] == [
        ("gammu", house.ring.pseudonym("+51987654321"))
    ]


@pytest.mark.parametrize("said", [(), ("",), ("  ",)])
def test_a_withheld_number_leaves_no_note(modem: GammuFiles, said: tuple[str, ...]) -> None:
    assert rings_a_modem(modem, *said).exit_code == 0
    assert notes(modem) == []


@pytest.mark.parametrize("said", ["Claro", "+800123456", "*" * 300, "1234"])
def test_what_is_no_telephone_is_called_by_nobody_and_its_note_goes(
    house: House, modem: GammuFiles, said: str
) -> None:
    rings_a_modem(modem, said)

    assert rings.fetch(replace(house, gateways={modem.name: modem})) == 1

    assert (noted(house), notes(modem)) == ([], [])


def test_a_modem_whose_number_calls_nobody_back_keeps_no_notes_either(
    house: House, modem: GammuFiles
) -> None:
    silent = replace(house.settings, extra={**house.settings.extra, "RING_BACK": "+51900000003"})
    rings_a_modem(modem, PHONE)

    rings.fetch(replace(house, settings=silent, gateways={modem.name: modem}))

    assert (noted(house), notes(modem)) == ([], [])


def test_a_note_stays_until_it_is_safe_and_one_that_is_still_written_is_not_read(
    house: House, modem: GammuFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = replace(house, gateways={modem.name: modem})
    (modem.folder / modemcalls.FOLDER / ".half").write_text("+5198")
    rings_a_modem(modem, PHONE)

    def busy(*_: object, **__: object) -> None:
        raise Busy("full")

    with monkeypatch.context() as patched:
        patched.setattr(type(house.store), "transact", busy)
        with pytest.raises(Busy):
            rings.fetch(desk)
    kept = notes(modem)
    rings.fetch(desk)

    assert len(kept) == 2
    assert [path.name for path in notes(modem)] == [".half"]
    assert len(noted(house)) == 1


def test_without_its_folder_nothing_is_noted_and_whoever_set_it_up_is_told(
    house: House, tmp_path: Path
) -> None:
    modem = GammuFiles(folder=tmp_path, number=NUMBER, now=Clock())

    told = rings_a_modem(modem, PHONE)
    fetched = rings.fetch(replace(house, gateways={modem.name: modem}))

    assert (told.exit_code, fetched) == (1, 0)
    assert f"{tmp_path / modemcalls.FOLDER}: No such file" in told.output
