"""The canary goes in by every entrance, and afterwards nobody who may not know it can find it anywhere."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from grievance import keyring, reviewkeys, vault
from grievance.case import CASES
from grievance.complainant import Complainant
from grievance.errors import Refused
from grievance.message import Message
from grievance.vocabulary import Role
from reports import release
from tests.deployment import PASSPHRASE
from tests.journeys.actors import Officer, Reviewer, Staff, World
from tests.journeys.station import Station, a_station
from tests.privacy import canary
from tests.privacy.canary import EMAIL, OF_THE_SENDER, PHONE, SENDER, Told, traces
from workflows.registry.registerbook import BY_KEY

MESSAGES = Message.__table__  # type: ignore[attr-defined]
PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
FORMS = ["json", "txt", "pdf", "sha256", "cells.csv", "indicators_of.csv", "indicators_of.csv-metadata.json",
         "tables/stock_flow.csv", "tables/stock_flow.csv-metadata.json", "datapackage.json", "poster.pdf",
         "check.awk"]  # fmt: skip
"""The forms of a month, by what follows a point or a stroke in its address."""
MARCH = "2026-03"
VIEWS = ("", "?view=decide", "?view=late", "?view=soon", "?view=mine", "?view=all", "?view=protected",
         "?view=unrouted", "?view=withheld", "?view=unreleased", "?view=judging")  # fmt: skip


@pytest.fixture
def people(world: World) -> dict[str, Any]:
    """Employ everybody who can sign in anywhere, and somebody who cannot."""
    return {
        "officer": world.officer(),
        "another officer": world.officer("mario", operator="illapa"),
        "focal point": world.focal_point(),
        "reviewer": world.reviewer(),
        "relay": a_station(world),
        "nobody": Staff(world, "desk", "nobody", ""),
    }


@pytest.fixture
def told(world: World, people: dict[str, Any]) -> Told:
    """Let the canary sing everywhere; then the month ends and is published."""
    sung = canary.tell_everywhere(world, people["officer"], people["reviewer"])
    canary.tell_by_radio(people["relay"])
    world.clock.now = datetime(2026, 4, 2, 15, 0, tzinfo=UTC)
    world.pass_time()
    release.run(world.house.store, world.house.rules, MARCH, at=world.house.moment())
    return sung


def test_it_is_in_no_file_no_table_and_no_page_and_its_twins_the_right_keys_open_it(
    world: World, told: Told, people: dict[str, Any], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = {f"file {name}": traces(data) for name, data in canary.files(tmp_path)}
    found |= {f"table {name}": traces(data) for name, data in canary.tables(world.house.store)}
    if world.house.store.engine.dialect.name == "postgresql":
        server = request.getfixturevalue("postgres_server")
        found["the log of PostgreSQL"] = traces((server._folder / "log").read_bytes())
    for role, who in people.items():
        found |= {f"{role}: {path}": traces(page) for path, page in _pages(world, who)}

    own = f"/review/cases/{told.neighbour.number.replace('-', '')}"
    wrote_it_themselves = {f"{role}: {own}" for role in ("reviewer", "focal point")}
    originals = {
        where
        for where, what in found.items()
        if what and where.startswith(("reviewer: /review/cases", "focal"))
    }

    assert {where: what for where, what in found.items() if what and where not in originals} == {}
    assert {where for where, what in found.items() if what & OF_THE_SENDER} == wrote_it_themselves
    assert len(found) > 100
    the_dispatch_key_opens_the_address(world, told)
    the_review_key_and_the_clave_open_what_was_written(world, told, people)


def the_dispatch_key_opens_the_address(world: World, told: Told) -> None:
    worker = keyring.load(world.deployment.keys.apart["worker"], processes=("worker",))
    key = worker.key("dispatch", vault.DISPATCH)
    addresses = [
        row.address for row in world.look(select(PEOPLE.c.address).where(PEOPLE.c.address.is_not(None)))
    ]

    opened = {world.house.store.read(lambda conn, one=one: vault.read(conn, one, key)) for one in addresses}

    assert SENDER in opened
    assert told.resident.phone == SENDER


def the_review_key_and_the_clave_open_what_was_written(
    world: World, told: Told, people: dict[str, Any]
) -> None:
    ring = keyring.load(world.deployment.keys.apart["review"], processes=("review",))
    key = reviewkeys.unlock(ring, "ines", PASSPHRASE)
    originals = [row.original for row in world.look(select(MESSAGES.c.original)) if row.original]

    opened = [world.house.store.read(lambda conn, one=one: vault.read(conn, one, key)) for one in originals]
    told.neighbour.follows()

    assert all(traces(words) for words in opened)
    assert {PHONE, EMAIL, SENDER} <= {said for said in (PHONE, EMAIL, SENDER) if said in " ".join(opened)}
    assert PHONE in people["reviewer"].opens(told.by_phone)
    assert PHONE in told.neighbour.sees()
    assert "[teléfono]" in people["officer"].opens(told.by_phone)


def test_its_twin_a_canary_that_is_left_lying_about_is_found(world: World, tmp_path: Path) -> None:
    (tmp_path / "left").write_bytes(b"\x00\x01 from=+51 946 803 175;\xff")
    (tmp_path / "digest").write_bytes(b"id:" + hashlib.sha256(SENDER.encode()).digest())
    note = {
        "id": "0" * 32,
        "pseudonym": SENDER[3:].encode(),
        "language": "es",
        "since": world.clock.now.date(),
    }

    world.house.store.transact(lambda conn: conn.execute(PEOPLE.insert(), note).rowcount)

    files = {name: traces(data) for name, data in canary.files(tmp_path)}
    tables = {name: traces(data) for name, data in canary.tables(world.house.store)}
    assert files["left"] >= {"+51 946 803 175"}
    assert files["digest"] == {f"sha256 of {SENDER}"}
    assert tables["complainants"] >= {"946803175"}
    assert traces("el 957-268-431 o CANARIA.huaman.7731@correo.pe") >= {"957-268-431", EMAIL}
    assert traces(WATERY) == set()


WATERY = "El agua sale turbia desde el 3 de marzo de 2026, 940 litros, S/ 1200"


def _pages(world: World, who: Any) -> Iterator[tuple[str, bytes]]:
    """Ask for every GET route with everything that could fill it, as somebody who opened every case they may."""
    numbers = [case.number for case in world.cases()]
    if isinstance(who, Officer | Reviewer | Station):
        who.signs_in()
    if isinstance(who, Officer | Reviewer):
        for number in numbers:
            who.posts(f"/{who.face}/cases/{number}/open")
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()):
            continue
        for path in _filled(rule, numbers):
            for view in VIEWS if path in ("/desk/", "/review/") else ("",):
                answer = who.browser.get(path + view)
                assert answer.status_code < 500, f"{path}{view}: {answer.status_code}"
                page = repr(list(answer.headers)).encode() + answer.data
                answer.close()
                yield path + view, page


def _filled(rule: Rule, numbers: list[str]) -> list[str]:
    fillers = {
        "mark": ["0" * 64],
        "gateway": ["twilio"],
        "number": numbers,
        "month": [MARCH, "2026-02"],
        "name": ["stock_flow", "timeliness", "channels", "themes"],
        "filename": ["public.css", "desk.css"],
        "key": sorted(BY_KEY),
        "digest": ["0" * 64],
        "voice": ["0" * 32],
        "language": ["es", "qu"],
        "kiosk": ["kiosk-qorimayu"],
        "spoken": ["es"],
        "screen": ["about"],
        "form": FORMS,
        "seconds": ["60"],
        "rest": ["v1/nothing"],
        "scheme": ["irma", "ungp"],
    }
    unknown = rule.arguments - set(fillers)
    assert not unknown, f"say here what fills {sorted(unknown)} of {rule}"
    names = sorted(rule.arguments)
    paths = []
    for values in product(*(fillers[name] for name in names)):
        path = str(rule)
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"<(?:\w+(?:\([^)]*\))?:)?{name}>", value, path)
        paths.append(path)
    return paths


def test_every_get_route_is_asked_and_the_signed_in_ones_answer(world: World, people: dict[str, Any]) -> None:
    world.resident().texts("El agua sale turbia desde el lunes en Huaylluray")
    world.pass_time(hours=25)

    asked = {role: dict(_pages(world, who)) for role, who in people.items()}

    number = world.cases(CASES.c.room == "desk")[0].number
    assert "Huaylluray" in asked["officer"][f"/desk/cases/{number}"].decode()
    assert "Huaylluray" in asked["reviewer"][f"/review/cases/{number}"].decode()
    for path in (
        "/",
        "/complain",
        "/follow",
        "/promises",
        "/procedure",
        "/reports",
        "/healthz",
        "/desk/login",
    ):
        assert path in asked["nobody"]


def test_an_admin_works_at_the_command_line_and_has_no_page_to_look_at(small_world: World) -> None:
    with pytest.raises(Refused):
        small_world.deployment.hire("raiz", Role.ADMIN)

    assert small_world.reviewer().gets("/review").status_code == 200
