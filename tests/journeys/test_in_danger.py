import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from channels import wiring
from grievance.complainant import Link
from grievance.errors import Misconfigured
from grievance.inbox import WAITING
from grievance.vault import SEALS, TEXTS
from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import Officer, Resident, World, a_world, closed_by_their_word

ON_CALL = "+51955555555"
WATER = "El agua sale turbia desde el lunes en Huaylluray"
THREAT = "Los guardias me amenazaron de muerte por hablar"
LINKS = Link.__table__  # type: ignore[attr-defined]
VIEWS = (
    "",
    *(f"?view={view}" for view in ("owed", "decide", "late", "soon", "mine", "person", "judging", "all")),
)


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


def test_one_digit_after_the_receipt_says_that_somebody_is_in_danger_and_the_desk_sees_nothing(
    world: World,
) -> None:
    officer, reviewer = world.officer(), world.reviewer()
    resident = _known_case(world, officer)
    ordinary = resident.number
    before = _desk(officer, ordinary)

    resident.texts("9")

    assert _desk(officer, ordinary) == before
    assert resident.number != ordinary
    assert (world.case(resident.number).protected, world.case(resident.number).room) == (True, "review")
    assert "Estoy en peligro" in reviewer.opens(resident.number)


def test_somebody_who_writes_only_that_they_are_in_danger_is_read_by_review_alone(small_world: World) -> None:
    resident = small_world.resident()

    resident.texts("Estoy en peligro")

    assert small_world.case(resident.number).protected


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


def test_what_somebody_in_danger_writes_next_is_read_at_once_and_not_with_the_desks_next_batch(
    world: World,
) -> None:
    resident, reviewer, other, neighbour = (
        world.resident(),
        world.reviewer(),
        world.resident(),
        world.neighbour(),
    )
    other.texts(WATER)
    resident.texts(THREAT)
    number = resident.number

    other.texts("Es al lado de la escuela")
    resident.texts("Estoy en la casa de mi tia, al lado de la escuela")
    neighbour.follows(resident.clave)
    neighbour.does("add", text="Tengo tres hijos aqui")
    world.pass_time(minutes=2)

    assert "casa de mi tia" in reviewer.opens(number)
    assert "tres hijos" in reviewer.opens(number)
    assert len(world.look(select(WAITING))) == 1, "the ordinary one waits for its desk"


@pytest.mark.parametrize("text", [WATER, THREAT])
def test_who_is_in_danger_reads_on_the_web_when_somebody_gets_in_touch_and_whom_to_call(
    small_world: World, text: str
) -> None:
    neighbour = small_world.neighbour()

    neighbour.complains(text, site="qorimayu")
    receipt = " ".join(neighbour.sees().split())
    neighbour.follows()
    opened = " ".join(neighbour.sees().split())

    danger = text == THREAT
    assert ("Hasta el 5 de marzo una persona independiente se comunica con usted" in receipt) is danger
    assert ("una persona la lee y le avisa" in receipt) is not danger
    assert ("se comunica con usted hasta el 5 de marzo" in opened) is danger
    assert ("¿Peligro ahora? Llame al 105" in opened) is danger


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
    world.pass_time(hours=20)
    assert sum("solo lo lee una persona independiente" in text for text in resident.inbox()) == 1
    neighbour = world.neighbour()
    neighbour.follows(resident.clave)
    assert "solo lo lee una persona independiente" in neighbour.page
    assert re.search(r"Peligro ahora\W+Llame \d", neighbour.page)


def _asked_after_a_month(world: World) -> tuple[Officer, Resident, str]:
    """A case that closed by its person's word, and a month that passed."""
    officer, resident = world.officer(), world.resident()
    number = closed_by_their_word(world, resident, officer)
    for _ in range(33):
        world.pass_time(days=1)
    return officer, resident, number


def _spread(world: World) -> list[str]:
    """Who may open the answers to check-ins."""
    query = select(SEALS.c.reader).join(TEXTS, TEXTS.c.id == SEALS.c.text).where(TEXTS.c.field == "checkin")
    return [row.reader for row in world.look(query)]


def test_a_month_after_closing_reprisals_are_asked_for_and_heard_by_review_alone(small_world: World) -> None:
    world = small_world
    officer, resident, number = _asked_after_a_month(world)
    reviewer = world.reviewer()
    assert sum("independiente pregunta" in text for text in resident.inbox()) == 1
    before = _desk(officer, number)

    resident.texts("3 Mal")

    assert _desk(officer, number) == before
    assert resident.number != number
    protected = world.case(resident.number)
    assert (protected.protected, protected.room, protected.visible_on) == (True, "review", None)
    assert reviewer.sees(resident.number)
    (link,) = world.look(select(LINKS))
    assert (link.older, link.why) == (world.case(number).id, "danger")
    assert _spread(world) == ["review"]


def _asked_on_a_shared_phone(world: World) -> tuple[Resident, str]:
    resident = world.resident()
    number = closed_by_their_word(world, resident, world.officer())
    resident.answers("celular compartido")
    for days in (30, 1, 1, 1):
        world.pass_time(days=days)
    return resident, number


def test_a_phone_that_others_read_is_asked_how_it_went_without_a_word_of_what_and_answers_with_the_code(
    small_world: World,
) -> None:
    world = small_world
    resident, number = _asked_on_a_shared_phone(world)
    cases, asked = len(world.cases()), resident.reads()

    resident.texts("3")
    without = len(world.cases()), _spread(world)
    resident.answers("3")
    noted = resident.reads()

    assert re.fullmatch(r"¿Como le va\? Conteste \d{4} y 1 Bien 2 No sé 3 Mal\. Es gratis\.", asked)
    assert without == (cases, [])
    (protected,) = (case for case in world.cases() if case.protected)
    assert protected.room == "review"
    assert _spread(world) == ["review"]
    assert not [word for word in ("empresa", "independiente", "peligro") if word in noted.lower()]
    (link,) = world.look(select(LINKS))
    assert (link.older, link.why) == (world.case(number).id, "danger")


def test_who_is_well_says_so_from_a_shared_phone_and_hears_no_more_than_that_it_arrived(
    small_world: World,
) -> None:
    world = small_world
    resident, _number = _asked_on_a_shared_phone(world)
    cases = len(world.cases())

    resident.answers("1")

    assert resident.reads() == "Gracias. Ya lo tenemos."
    assert (len(world.cases()), _spread(world)) == (cases, ["review"])


def test_who_is_well_is_thanked_and_nothing_else_moves(small_world: World) -> None:
    world = small_world
    officer, resident, number = _asked_after_a_month(world)
    before, cases = _desk(officer, number), len(world.cases())

    resident.texts("1")
    resident.texts("3")

    assert _desk(officer, number) == before
    assert len(world.cases()) == cases
    assert any("solo una persona independiente" in text for text in resident.inbox())
    assert _spread(world) == ["review"]
    assert "bien" in world.reviewer().opens(number).partition("cómo le fue")[2][:200]
    assert "cómo le fue" not in officer.opens(number)


def test_they_are_asked_a_second_time_and_then_no_more(small_world: World) -> None:
    world = small_world
    _officer, resident, _number = _asked_after_a_month(world)

    for _ in range(90):
        world.pass_time(days=1)

    assert sum("independiente pregunta" in text for text in resident.inbox()) == 2


def _calls(world: World) -> list[str]:
    """Read what came to the phone of the focal point on call."""
    return [message["Body"] for message in world.network.taken if message["To"] == ON_CALL]


def test_the_focal_point_is_called_at_once_and_each_hour_until_somebody_opens_the_case(
    tmp_path: Path,
    database_url: str,
    keys: Keys,  # noqa: F811
) -> None:
    with a_world(tmp_path, database_url, keys, FOCAL_PAGE=ON_CALL) as world:
        focal, resident = world.focal_point(), world.resident()
        resident.texts(THREAT)

        world.pass_time(minutes=1)
        first = len(_calls(world))
        world.pass_time(minutes=30)
        soon = len(_calls(world))
        assert "Llamada pendiente" in focal.gets("/review").text
        world.pass_time(minutes=30)
        later = len(_calls(world))
        focal.opens(resident.number)
        world.pass_time(hours=2)

        assert (first, soon, later, len(_calls(world))) == (1, 1, 2, 2)
        assert not any(re.search(r"\d{4}|guardias|caso", call) for call in _calls(world))
        assert "Llamada pendiente" not in focal.gets("/review").text

        world.pass_time(hours=2)  # four hours, and nobody has spoken with them
        spoken_with = len(_calls(world))
        world.pass_time(hours=3)

        assert (spoken_with, len(_calls(world))) == (3, 3)


def test_a_case_that_an_officer_hands_over_is_paged_too(
    tmp_path: Path,
    sqlite_template: Path,
    keys: Keys,  # noqa: F811
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "grievance.db")
    with a_world(tmp_path, f"sqlite:///{tmp_path / 'grievance.db'}", keys, FOCAL_PAGE=ON_CALL) as world:
        officer = world.officer()
        resident = _known_case(world, officer)
        assert _calls(world) == []

        officer.does("hand_to_focal", resident.number, flag="retaliation")
        world.pass_time(minutes=1)

        assert len(_calls(world)) == 1


def test_after_two_days_the_room_still_says_who_waits_and_no_longer_counts_the_calls(
    tmp_path: Path,
    sqlite_template: Path,
    keys: Keys,  # noqa: F811
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "grievance.db")
    with a_world(tmp_path, f"sqlite:///{tmp_path / 'grievance.db'}", keys, FOCAL_PAGE=ON_CALL) as world:
        focal, resident = world.focal_point(), world.resident()
        resident.texts(THREAT)

        world.pass_time(hours=24)
        one_day = focal.gets("/review").text
        world.pass_time(hours=96)
        five_days = focal.gets("/review").text

        assert "llamadas debidas: 25" in one_day
        assert "llamadas debidas: 49" in five_days


@pytest.mark.parametrize("number", ["pilar", "955555555", "+51", "+51 95555 5555 5555 5555"])
def test_a_number_that_cannot_be_called_is_refused_at_the_start(number: str) -> None:
    with pytest.raises(Misconfigured, match="FOCAL_PAGE"):
        wiring.settings_of({"GRIEVANCE_FOCAL_PAGE": number})


def test_whoever_was_abused_is_told_who_helps_and_that_the_company_cannot_see_it(small_world: World) -> None:
    world = small_world
    resident, other = world.resident(), world.resident()

    resident.texts("el capataz me manoseó en el campamento")
    other.texts(THREAT)

    assert "No es su culpa" in resident.reads_of("Clave")
    assert "Ayuda: 100. Peligro: 105." in resident.reads_of("Clave")
    assert "No es su culpa" not in other.reads_of("Clave")


def test_whoever_was_abused_chooses_by_a_digit_who_talks_with_them_and_a_shared_phone_is_not_asked(
    small_world: World,
) -> None:
    world, focal = small_world, small_world.focal_point()
    resident, sharing, other = world.resident(), world.resident(), world.resident()
    for somebody in (resident, sharing):
        somebody.texts("el capataz me manoseó en el campamento")
    other.texts(THREAT)
    asked = resident.reads()
    sharing.answers("COMPARTIDO")
    before = len(sharing.inbox())
    world.pass_time(hours=2)
    sharing.texts("el capataz otra vez me manoseó, en el comedor")

    resident.texts(f"{resident.code} 1")
    world.pass_time(hours=25)

    assert "1 Una mujer 2 Un hombre 3 Cualquiera" in asked
    assert "campamento" not in asked
    assert resident.number not in asked
    assert not any("Una mujer" in text for text in (*other.inbox(), *sharing.inbox()[before:]))
    assert "Quiere que le atienda Una mujer" in focal.opens(resident.number)


def test_whoever_was_abused_asks_to_be_heard_and_is_asked_nothing_before(small_world: World) -> None:
    world, focal = small_world, small_world.focal_point()
    abused, other = world.neighbour(), world.neighbour()
    abused.complains("el capataz me manoseó en el campamento", site="qorimayu")
    other.complains(THREAT, site="qorimayu")

    before = focal.tries("hear", abused.number).status_code
    abused.follows()
    status = abused.does("heard")
    chosen = abused.does("attended", who="woman")
    offered = abused.sees()
    world.pass_time(hours=25)
    after = focal.tries("hear", abused.number).status_code
    other.follows()

    assert (before, status, chosen, after) == (409, 200, 200, 303)
    assert "Quiere que le atienda Una mujer" in focal.opens(abused.number)
    assert "Una mujer" in offered
    assert "Quiero que me escuchen" not in other.sees()


def test_the_page_of_somebody_in_danger_says_that_no_company_answers(small_world: World) -> None:
    neighbour, reviewer = small_world.neighbour(), small_world.reviewer()
    neighbour.complains(THREAT, site="qorimayu")
    reviewer.opens(neighbour.number)
    reviewer.opens(neighbour.number)

    neighbour.follows()

    page = neighbour.sees()
    assert "responde la persona de protección, que no es de la empresa" in page
    assert "la empresa responde" not in page
    assert "La entidad independiente: 2 veces" in page
    assert "queda escrito: 2 veces" in page
