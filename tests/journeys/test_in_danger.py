import re

from sqlalchemy import select

from grievance.complainant import Link
from grievance.vault import SEALS, TEXTS
from tests.journeys.actors import Officer, Resident, World

WATER = "El agua sale turbia desde el lunes en Huaylluray"
THREAT = "Los guardias me amenazaron de muerte por hablar"
LINKS = Link.__table__  # type: ignore[attr-defined]
VIEWS = ("", "?view=decide", "?view=late", "?view=soon", "?view=mine", "?view=all")


def _desk(officer: Officer, *numbers: str) -> list[str]:
    """Every page an officer can see, without the form tokens, which are new each second."""
    paths = [f"/desk{view}" for view in VIEWS] + [
        f"/desk/cases/{number.replace('-', '')}" for number in numbers
    ]
    return [re.sub(r'name="csrf_token"[^>]*>', "", officer.gets(path).text) for path in paths]


def _known_case(world: World, officer: Officer) -> Resident:
    resident = world.resident()
    resident.texts(WATER)
    officer.waits_for(resident.number)
    officer.opens(resident.number)
    officer.acknowledges(resident.number)
    resident.waits_for("una persona ya lo tiene")
    officer.gets("/desk")
    return resident


def test_a_first_text_in_danger_leaves_no_trace_at_the_desk(world: World) -> None:
    officer = world.officer()
    _known_case(world, officer)
    before = _desk(officer)
    resident = world.resident()

    resident.texts(THREAT)

    assert _desk(officer) == before
    case = world.case(resident.number)
    assert (case.protected, case.room, case.visible_on) == (True, "review", None)
    assert officer.posts(f"/desk/cases/{case.number}/open").status_code == 404


def test_the_reviewer_reads_it_and_nobody_else_is_a_reader(world: World) -> None:
    resident, reviewer = world.resident(), world.reviewer()

    resident.texts(THREAT)

    number = resident.number
    assert THREAT in reviewer.opens(number)
    query = (
        select(SEALS.c.reader)
        .join(TEXTS, TEXTS.c.id == SEALS.c.text)
        .where(TEXTS.c.case == world.case(number).id)
    )
    assert {row.reader for row in world.look(query)} == {"review"}


def test_danger_in_an_ordinary_case_moves_nothing_at_the_desk(world: World) -> None:
    officer, reviewer = world.officer(), world.reviewer()
    resident = _known_case(world, officer)
    ordinary = resident.number
    before = _desk(officer, ordinary)

    resident.answers(THREAT)

    protected = resident.number
    assert _desk(officer, ordinary) == before
    assert protected != ordinary
    assert world.case(protected).protected
    assert THREAT in reviewer.opens(protected)
    (link,) = world.look(select(LINKS))
    assert (link.older, link.why) == (world.case(ordinary).id, "danger")


def test_not_even_the_next_batch_moves_anything(small_world: World) -> None:
    world = small_world
    officer = world.officer()
    resident = _known_case(world, officer)
    ordinary = resident.number
    resident.texts(THREAT)
    world.pass_time(hours=30)

    pages = _desk(officer, ordinary)

    assert not any(resident.number in page for page in pages)
    assert world.case(ordinary).state == "acknowledged"


def test_an_officer_who_sees_danger_hands_the_case_over_and_reads_no_more(world: World) -> None:
    officer, reviewer = world.officer(), world.reviewer()
    resident = _known_case(world, officer)

    officer.does("hand_to_focal", resident.number, flag="retaliation")

    assert not officer.sees(resident.number)
    assert WATER in reviewer.opens(resident.number)
    case = world.case(resident.number)
    query = select(SEALS.c.reader).join(TEXTS, TEXTS.c.id == SEALS.c.text).where(TEXTS.c.case == case.id)
    assert "desk:qorimayu" not in {row.reader for row in world.look(query)}
