"""A danger passed on from a protected case looks, at every desk, like one that no case stands behind."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from channels.app import create_app
from channels.outgoing import paging
from grievance.complainant import Complainant
from grievance.notice import NOTICES
from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import World
from tests.journeys.two_lives import ROAD, Life, Pages, are_alike, aside, begun, changed, pages
from workflows.rulebook import Rulebook

FAILING = "Se está rompiendo el dique de relaves en Huaylluray y los guardias me amenazaron de muerte"
FORM = {"kind": "dam", "place": "qorimayu/huaylluray", "text": "El dique tiene una grieta"}
ITEM = re.compile(r"/desk/hazards\?item=([0-9a-f]{32})")
Passes = Callable[[Life], None]


def passed_on(life: Life, *, urgency: str = "today") -> None:
    """The focal point passes on a danger, from wherever they know it."""
    assert life.focal.posts("/review/hazards", **FORM, urgency=urgency).status_code == 303


def from_no_case(life: Life) -> None:
    """Nobody has complained of it."""
    passed_on(life)


def from_protected_cases(life: Life) -> None:
    """Two people in danger tell of it, by two doors; it is one danger."""
    resident, neighbour = life.world.resident("+51933333333"), life.world.neighbour()
    resident.texts(FAILING)
    life.focal.opens(resident.number)
    life.world.clock.now = life.world.clock.now.replace(minute=47)
    passed_on(life)
    neighbour.complains(FAILING, place="Huaylluray")
    life.focal.opens(neighbour.number)
    page = life.focal.gets("/review/hazards").text
    item = re.findall(r"/review/hazards\?item=([0-9a-f]{32})", page)[0]
    again = life.focal.posts("/review/hazards", item=item, what="again", urgency="days")
    assert again.status_code == 303
    life.hidden += [resident.number, neighbour.number]


def live(folder: Path, template: Path, keys: Keys, passes: Passes | None) -> tuple[Pages, list[str]]:  # noqa: F811
    """Live an afternoon at the desks: before the full hour, after it, and when the company has answered."""
    with begun(folder, template, keys) as life:
        world = life.world
        life.neighbour.texts(ROAD)
        life.numbers.append(life.neighbour.number)
        world.pass_time(hours=1, minutes=20)
        if passes:
            with aside(life):
                passes(life)
        seen = [pages(life)]
        world.pass_time(hours=1)
        seen.append(pages(life))
        if passes:
            item = ITEM.findall(life.officer.gets("/desk/hazards").text)[0]
            assert "queda" in life.officer.gets(f"/desk/hazards?item={item}").text
            answered = life.officer.posts(
                "/desk/hazards", item=item, done=["warned"], text="Se avisó a todos."
            )
            assert answered.status_code == 303
            seen.append(pages(life))
        return seen, life.hidden


@pytest.fixture(scope="module")
def without(sqlite_template: Path, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Pages:  # noqa: F811
    """Live the afternoon of a danger that no case stands behind, once for all the others."""
    return live(tmp_path_factory.mktemp("without"), sqlite_template, keys, from_no_case)[0]


def test_no_desk_sees_whether_a_case_stands_behind_a_danger(
    without: Pages,
    tmp_path: Path,
    sqlite_template: Path,
    keys: Keys,  # noqa: F811
) -> None:
    with_it, hidden = live(tmp_path, sqlite_template, keys, from_protected_cases)

    assert len(hidden) == 2
    are_alike(without, with_it, hidden=hidden)
    early, late, answered = ("\n".join(text for _, text in now.values()) for now in with_it)
    assert "El dique tiene una grieta" not in early
    assert "El dique tiene una grieta" in late
    assert "Se avisó a todos." in answered
    assert not any("grieta" in text for who, (_, text) in with_it[1].items() if who.startswith("anybody"))
    assert not any("grieta" in text for who, (_, text) in with_it[1].items() if "neighbour" in who)


def test_a_danger_is_seen_and_not_before_its_full_hour(
    without: Pages,
    tmp_path: Path,
    sqlite_template: Path,
    keys: Keys,  # noqa: F811
) -> None:
    quiet, _ = live(tmp_path, sqlite_template, keys, None)

    assert changed(quiet[0], without[0]) == {}
    assert changed(quiet[1], without[1])


CONTROL_ROOM = "+51900000008"


def heard(world: World) -> list[str]:
    return [message["Body"] for message in world.network.taken if message["To"] == CONTROL_ROOM]


def test_a_danger_to_life_is_sent_to_the_companys_number_at_once_and_says_nothing_of_anybody(
    world: World,
) -> None:
    resident, focal = world.resident(), world.focal_point()
    resident.texts(FAILING)
    focal.opens(resident.number)
    focal.posts("/review/hazards", **FORM, urgency="life")

    world.pass_time(minutes=1)
    world.pass_time(minutes=20)
    once = heard(world)
    world.pass_time(hours=3)
    world.pass_time(hours=3)

    said = (
        "Peligro para muchos en Mina Qorimayu, Huaylluray: Un dique o presa de relaves que puede fallar. "
        "Hay vidas en peligro ahora. Actue ya; luego diga en la mesa de la empresa qué hizo."
    )
    assert once == [said]
    assert heard(world) == once * 2
    assert not [word for word in ("grieta", "guardias", resident.number) if word in once[0]]
    assert {message["To"] for message in world.network.taken} == {CONTROL_ROOM, resident.phone}


def test_another_danger_is_left_to_the_desk_until_its_hour_has_passed(world: World) -> None:
    officer, focal = world.officer(), world.focal_point()
    focal.posts("/review/hazards", **FORM, urgency="today")
    focal.posts("/review/hazards", **{**FORM, "kind": "spill"}, urgency="today")
    world.pass_time(hours=2)
    in_time = heard(world)
    item = ITEM.findall(officer.gets("/desk/hazards").text)[0]
    officer.posts("/desk/hazards", item=item, done=["warned"], text="Se avisó a todos.")
    world.pass_time(hours=8)
    world.pass_time(hours=8)

    assert in_time == []
    assert len(heard(world)) == 1


def test_two_clocks_at_once_send_a_danger_once(world: World) -> None:
    world.focal_point().posts("/review/hazards", **FORM, urgency="life")

    with ThreadPoolExecutor(max_workers=3) as clocks:
        made = [one for found in clocks.map(paging.page_companies, [world.house] * 3) for one in found]

    assert len(made) == 1


def test_a_company_without_a_number_is_left_to_its_desk(world: World) -> None:
    current = world.house.rules.current
    silent = tuple(replace(one, emergency="") for one in current.operators)
    rules = Rulebook(current=replace(current, operators=silent))
    world.focal_point().posts("/review/hazards", **FORM, urgency="life")

    assert paging.page_companies(replace(world.house, rules=rules)) == []


@pytest.mark.parametrize(("demo", "by"), [(True, "simulator"), (False, "twilio")])
def test_the_numbers_of_a_demonstrations_companies_are_made_up_and_no_network_calls_them(
    small_world: World, *, demo: bool, by: str
) -> None:
    house = small_world.house
    settings = replace(house.settings, demo=demo)
    gateways = {**house.gateways, "simulator": house.gateways["twilio"]}
    small_world.focal_point().posts("/review/hazards", **FORM, urgency="life")

    (notice,) = paging.page_companies(replace(house, settings=settings, gateways=gateways))

    people = Complainant.__table__  # type: ignore[attr-defined]
    asked = select(people.c.gateway).join(NOTICES, NOTICES.c.complainant == people.c.id)
    (row,) = small_world.look(asked.where(NOTICES.c.id == notice))
    assert row.gateway == by


def test_where_no_gateway_runs_the_desk_shows_it_at_once_and_the_third_party_is_told_to_call(
    small_world: World,
) -> None:
    bare = replace(small_world.house, gateways={})
    small_world.house, small_world.app = bare, create_app(bare)
    officer, focal = small_world.officer(), small_world.focal_point()

    focal.posts("/review/hazards", **FORM, urgency="life")
    small_world.pass_time(minutes=1)

    assert heard(small_world) == []
    assert "El dique tiene una grieta" in officer.gets("/desk/hazards").text
    assert "Se avisó al mecanismo de un peligro" in officer.gets("/desk").text
    assert f"llame al {CONTROL_ROOM}" in focal.gets("/review/hazards").text
    assert CONTROL_ROOM not in officer.gets("/desk/hazards").text


def test_the_third_party_is_told_to_call_only_until_the_companys_number_has_it(small_world: World) -> None:
    focal = small_world.focal_point()
    focal.posts("/review/hazards", **FORM, urgency="life")
    before = focal.gets("/review/hazards").text

    small_world.pass_time(minutes=1)

    assert f"llame al {CONTROL_ROOM}" in before
    assert len(heard(small_world)) == 1
    assert f"llame al {CONTROL_ROOM}" not in focal.gets("/review/hazards").text


def test_whoever_runs_the_server_is_told_where_no_gateway_sends_dangers(small_world: World) -> None:
    mechanism = small_world.house.rules.current

    assert paging.advice(mechanism, small_world.house.gateways) == []
    ((what, good, _),) = paging.advice(mechanism, {"simulator"})
    assert "stands at the company's desk alone" in what
    assert not good
