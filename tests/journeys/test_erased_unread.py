"""Who erases what they told is heard at once; that nobody had read it is told at review, without a word of it."""

import json

import pytest
from sqlalchemy import select

from grievance.record import Entry
from grievance.vault import TEXTS
from tests.journeys.actors import Browsing, World

THREAT = "Los guardias me amenazaron de muerte por hablar"
DUST = "Hay mucho polvo en la escuela de Huaylluray"
ENTRIES = Entry.__table__  # type: ignore[attr-defined]
SAYS_SO = "antes de que aquí se leyera"


def erases(world: World, one: Browsing) -> None:
    one.follows()
    assert one.does("erase", pressed="no") == 200
    world.pass_time(hours=24)


def erasure(world: World, number: str) -> dict[str, object]:
    mine = ENTRIES.c.stream == world.case(number).id, ENTRIES.c.step == "erase"
    (entry,) = world.look(select(ENTRIES.c.facts).where(*mine))
    return dict(json.loads(entry.facts))


def test_a_danger_that_is_erased_unread_is_gone_and_review_knows_that_it_was(world: World) -> None:
    neighbour, focal, officer = world.neighbour(), world.focal_point(), world.officer()
    neighbour.complains(THREAT, site="qorimayu")
    before = officer.gets("/desk").text

    erases(world, neighbour)

    assert world.case(neighbour.number).sense == "erased_by_person"
    assert erasure(world, neighbour.number)["unread"] is True
    assert world.look(select(TEXTS.c.id)) == []
    page = focal.gets("/review").text
    assert SAYS_SO in page
    assert neighbour.number in page
    assert "amenazaron" not in page
    assert neighbour.number not in before + officer.gets("/desk?view=all").text


def test_after_two_weeks_review_is_told_no_more(small_world: World) -> None:
    neighbour, focal = small_world.neighbour(), small_world.focal_point()
    neighbour.complains(THREAT, site="qorimayu")
    erases(small_world, neighbour)

    small_world.pass_time(days=15)

    assert SAYS_SO not in focal.gets("/review").text


def test_what_review_had_read_is_erased_without_a_mark(small_world: World) -> None:
    neighbour, focal = small_world.neighbour(), small_world.focal_point()
    neighbour.complains(THREAT, site="qorimayu")
    focal.opens(neighbour.number)

    erases(small_world, neighbour)

    assert "unread" not in erasure(small_world, neighbour.number)
    assert SAYS_SO not in focal.gets("/review").text


@pytest.mark.parametrize("more", [THREAT, ""])
def test_an_ordinary_case_is_erased_without_a_mark_and_its_danger_stays_a_case_of_its_own(
    small_world: World, more: str
) -> None:
    neighbour, focal = small_world.neighbour(), small_world.focal_point()
    neighbour.complains(DUST, site="qorimayu")
    number = neighbour.number
    neighbour.follows()
    if more:
        neighbour.does("add", text=more)

    erases(small_world, neighbour)

    assert "unread" not in erasure(small_world, number)
    assert SAYS_SO not in focal.gets("/review").text
    assert len([case for case in small_world.cases() if case.protected and case.state != "closed"]) == bool(
        more
    )
