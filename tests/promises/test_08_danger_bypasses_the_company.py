"""8. Whoever is in danger bypasses the company, from the first message."""

import pytest
from sqlalchemy import select

from grievance.vault import SEALS, TEXTS
from tests.journeys.actors import World

THREAT = "Los guardias me amenazaron de muerte por hablar"
ILLAPA = "+59170000003"
DUST = "Hay mucho polvo en la escuela de Huaylluray"


def _readers(world: World, number: str) -> set[str]:
    of_case = TEXTS.c.case == world.case(number).id
    query = select(SEALS.c.reader).join(TEXTS, TEXTS.c.id == SEALS.c.text).where(of_case)
    return {row.reader.partition(":")[0] for row in world.look(query)}


def test_somebody_who_texts_in_danger_is_read_by_the_third_party_alone(world: World) -> None:
    resident, officer, reviewer = world.resident(), world.officer(), world.reviewer()

    resident.texts(THREAT)
    world.pass_time(hours=30)

    assert _readers(world, resident.number) <= {"review", "clave"}
    assert not officer.sees(resident.number)
    assert THREAT in reviewer.opens(resident.number)


def test_somebody_who_fills_in_the_form_in_danger_is_read_by_the_third_party_and_their_clave(
    world: World,
) -> None:
    neighbour, officer = world.neighbour(), world.officer()

    neighbour.complains(THREAT, site="qorimayu")
    world.pass_time(hours=30)

    assert _readers(world, neighbour.number) == {"review", "clave"}
    assert not officer.sees(neighbour.number)


def test_somebody_who_tells_of_the_danger_only_later_on_the_web_is_not_read_by_the_desk(world: World) -> None:
    neighbour, officer, reviewer = world.neighbour(), world.officer(), world.reviewer()
    neighbour.complains(DUST, site="qorimayu")
    officer.waits_for(neighbour.number)
    neighbour.follows()

    neighbour.does("add", text=THREAT)
    world.pass_time(hours=30)

    assert THREAT not in officer.opens(neighbour.number)
    protected = [case.number for case in world.cases() if case.protected]
    assert len(protected) == 1
    assert THREAT in reviewer.opens(protected[0])


@pytest.mark.parametrize(
    ("words", "protected"),
    [("El agua sale turbia en Wila Kota", False), ("Hay wila en la calle de Wila Kota", True)],
)
def test_who_lives_where_the_name_says_blood_is_in_no_danger_by_that_alone(
    world: World,
    words: str,
    protected: bool,  # noqa: FBT001
) -> None:
    resident, neighbour = world.resident(to=ILLAPA), world.neighbour()

    resident.texts(words)
    neighbour.complains(words, site="illapa")
    neighbour.follows()
    neighbour.does("add", text=words)

    assert [case.protected for case in world.cases()] == [protected] * (3 if protected else 2)


def test_a_dam_that_is_failing_is_passed_on_at_once_and_the_person_never(small_world: World) -> None:
    resident, officer, focal = small_world.resident(), small_world.officer(), small_world.focal_point()
    resident.texts("Se está rompiendo el dique de relaves en Huaylluray y me amenazaron de muerte")
    number = resident.number

    assert "relaves" in focal.opens(number)
    answer = focal.posts("/review/hazards", kind="dam", place="qorimayu/huaylluray", urgency="life")
    officer.gets("/desk")

    assert answer.status_code == 303
    assert "relaves" in officer.page
    assert "Huaylluray" in officer.page
    assert "amenazaron" not in officer.page
    assert not officer.sees(number)
    assert len(resident.inbox()) == 1
