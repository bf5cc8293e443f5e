"""What operators send to every SIM is no case: a person of the third party looks at it, and nothing is lost by it."""

import json

import pytest
from sqlalchemy import select

from channels.app import create_app
from grievance import inbox, register, vault
from grievance.case import CASES
from grievance.complainant import Complainant
from grievance.inbox import WAITING
from grievance.register import ITEMS
from grievance.talk import Talk
from tests.deployment import SHARED_NUMBER
from tests.journeys.actors import CSRF, Reviewer, World
from tests.privacy import canary
from workflows.clockwork import held

SPAM = "Recarga ya y llevate el doble de megas. Solo hoy en tu linea prepago"
PLEA = "Gane un premio del sorteo y no me lo dan, saben que llamo gratis a este numero"
INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]
PEOPLE, TALKS = Complainant.__table__, Talk.__table__  # type: ignore[attr-defined]


def outcomes(world: World) -> list[str]:
    return [row.outcome for row in world.look(select(INBOX.c.outcome).order_by(INBOX.c.received_at))]


def the_one(world: World) -> str:
    (row,) = world.look(select(WAITING.c.id).where(WAITING.c.step == held.HOLD))
    return str(row.id)


def decides(somebody: Reviewer, item: str, decision: str) -> int:
    return somebody.posts("/review/held", item=item, decision=decision).status_code


def test_what_an_operator_advertises_is_held_sealed_to_review_and_belongs_to_nobody(world: World) -> None:
    officer, reviewer = world.officer(), world.reviewer()

    assert world.resident("Claro").texts(SPAM, sid="SM1") == 200
    assert world.resident("Claro").texts(SPAM, sid="SM1") == 200

    assert world.cases() == []
    assert outcomes(world) == ["held"]
    assert world.look(select(PEOPLE)) == world.look(select(TALKS)) == []
    assert world.network.taken == []
    (row,) = world.look(select(WAITING))
    said = json.loads(row.facts)["said"]
    texts = {said["masked"], said["original"]} - {None}
    readers = world.look(select(vault.SEALS.c.reader).where(vault.SEALS.c.text.in_(texts)))
    assert {one.reader for one in readers} == {vault.REVIEW}
    assert not any(b"Recarga" in data or b"Claro" in data for _, data in canary.tables(world.house.store))
    assert SPAM in reviewer.gets("/review/held").text
    assert officer.gets("/desk").status_code == 200
    assert "megas" not in officer.page
    assert officer.gets("/review/held").status_code in (302, 303, 403, 404)


def test_one_press_makes_it_a_case_with_its_clocks_from_the_day_it_came(world: World) -> None:
    reviewer, officer = world.reviewer(), world.officer()
    world.resident("Claro").texts(PLEA)
    came = world.clock.now
    world.pass_time(days=6)
    item = the_one(world)

    assert decides(reviewer, item, "case") == 303
    assert decides(reviewer, item, "case") == 409

    (case,) = world.cases()
    answer = world.house.rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    assert answer.site_date(came) == case.received_on
    assert not case.protected
    assert (case.room, case.state) == ("review", "received")
    assert world.look(select(WAITING)) == []
    assert PLEA in reviewer.opens(case.number)
    assert not officer.sees(case.number)
    if case.operator is not None:
        reviewer.does("release", case.number)
        assert PLEA in officer.opens(case.number)
    assert [row.state for row in world.look(select(ITEMS).where(ITEMS.c.name == held.KEY))] == ["case"]


def test_another_press_says_that_it_is_none_and_it_is_gone_and_counted(world: World) -> None:
    focal = world.focal_point()
    world.resident("Claro").texts(SPAM)
    texts = len(world.look(select(vault.TEXTS)))
    item = the_one(world)

    assert decides(focal, item, "none") == 303

    assert world.cases() == world.look(select(WAITING)) == []
    assert len(world.look(select(vault.TEXTS))) == texts - 1
    (row,) = world.look(select(ITEMS).where(ITEMS.c.name == held.KEY))
    assert (row.state, register.facts_of(row), row.words) == ("none", {}, "{}")
    assert "1 no lo eran" in focal.gets("/review/held?lang=es").text


def test_what_nobody_looks_at_is_thrown_away_after_thirty_days_and_counted(world: World) -> None:
    world.resident("Claro").texts(SPAM)
    texts = len(world.look(select(vault.TEXTS)))

    world.pass_time(days=29)
    waited = world.look(select(WAITING))
    world.pass_time(days=1, minutes=1)

    assert len(waited) == 1
    assert world.look(select(WAITING)) == world.cases() == []
    assert len(world.look(select(vault.TEXTS))) == texts - 1
    assert [row.state for row in world.look(select(ITEMS).where(ITEMS.c.name == held.KEY))] == ["unread"]


def test_nobody_decides_without_reading_nor_says_anything_else(small_world: World) -> None:
    reviewer = small_world.reviewer()
    small_world.resident("Claro").texts(SPAM)
    item = the_one(small_world)
    reviewer.gets("/review")
    wrong, missing = decides(reviewer, item, "later"), decides(reviewer, "f" * 32, "none")
    cookie = reviewer.browser.get_cookie("review")
    small_world.app = create_app(small_world.house)
    reviewer.browser = small_world.anybody()
    reviewer.browser.set_cookie("review", cookie.value)
    reviewer.csrf = CSRF.findall(reviewer.gets("/review/held?lang=es").text)[0]

    shut = [decides(reviewer, item, decision) for decision in (held.CASE, held.NONE)]

    assert (wrong, missing, shut) == (400, 409, [409, 409])
    assert "megas" not in reviewer.gets("/review/held?lang=es").text
    assert "Primero abra la llave" in reviewer.page
    assert the_one(small_world) == item


@pytest.mark.parametrize(
    ("sender", "words"),
    [
        ("Claro", "Recarga gratis: si reclamas te vamos a matar, premio seguro"),
        ("Claro", "Gana premios con tu recarga, el agua sale turbia"),
        ("Claro", "Promo en Huaylluray: gana premios y descuentos"),
        ("Claro", "El colegio pide que nos escuchen de una vez"),
        ("RadioSur", "Una señora quiere contar lo que pasa arriba"),
        ("+51987654999", SPAM),
        ("ClaroPublicidadPeru", SPAM),
        ("98765432", SPAM),
    ],
)  # fmt: skip
def test_danger_a_theme_a_place_or_a_number_of_somebody_is_a_case_whatever_it_sells(
    small_world: World, sender: str, words: str
) -> None:
    small_world.resident(sender).texts(words)

    assert len(small_world.cases()) == 1
    assert outcomes(small_world) == ["case"]


def test_by_a_number_of_many_companies_it_is_unrouted_once_it_is_a_case(small_world: World) -> None:
    reviewer = small_world.reviewer()
    small_world.resident("4040", to=SHARED_NUMBER).texts(SPAM)

    decides(reviewer, the_one(small_world), "case")

    (case,) = small_world.look(select(CASES))
    assert (case.operator, case.room, case.received_on.isoformat()) == (None, "review", "2026-03-04")


def test_a_number_written_in_a_held_text_is_masked_in_the_case(small_world: World) -> None:
    reviewer = small_world.reviewer()
    small_world.resident("4040").texts("Gana premios: recarga y llama al 957 268 431")

    opened = reviewer.gets("/review/held").text
    decides(reviewer, the_one(small_world), "case")

    assert "957 268 431" in opened
    assert not any(canary.traces(data) for _, data in canary.tables(small_world.house.store))
