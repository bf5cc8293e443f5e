"""A reviewer marks a case as vexatious: its person learns why, and takes it to the panel by one word or one button."""

from grievance.vocabulary import State
from tests.journeys.actors import World

WATER = "El agua sale turbia desde el lunes en Huaylluray"
WHY = "Escriba por favor sin insultos."


def test_whose_case_is_marked_is_told_why_asks_the_panel_and_is_told_what_it_ruled(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    reviewer, focal = world.reviewer(), world.focal_point()
    resident.texts(WATER)
    number = resident.number
    officer.waits_for(number)

    reviewer.does("vexatious", number, reason="abuse_only", text=WHY)
    letter = resident.waits_for(WHY)
    world.pass_time(hours=1)
    resident.answers("mesa")
    world.pass_time(hours=25)

    assert "MESA" in letter
    assert any("mesa que nos vigila" in text for text in resident.inbox())
    assert number in focal.gets("/review/").text.partition("mesa tiene que mirar")[2]
    assert focal.tries("panel", number, ruling="lifted").status_code == 409
    rules = world.house.rules
    today = rules.calendar(rules.current.version, site=None).site_date(world.clock.now).isoformat()
    met = focal.posts(
        "/review/registers/panel", state="held", held_on=today, present="5", seats="7", outside="3", decided="mark",
        about=number.replace("-", ""), minutes="Se miró una marca y se quitó.",
    )  # fmt: skip
    assert met.status_code in (200, 302, 303)
    focal.does("panel", number, ruling="lifted")
    assert resident.waits_for("Quitamos la marca")
    assert world.case(number).state == State.RECEIVED
    assert "mesa tiene que mirar" not in focal.gets("/review/").text


def test_the_page_of_the_clave_has_a_button_for_it_only_while_a_mark_stands(small_world: World) -> None:
    world = small_world
    neighbour, officer, reviewer = world.neighbour(), world.officer(), world.reviewer()
    neighbour.complains(WATER, site="qorimayu")
    officer.waits_for(neighbour.number)
    neighbour.follows()
    before = neighbour.page

    reviewer.does("vexatious", neighbour.number, reason="abuse_only", text=WHY)
    neighbour.follows()
    marked = neighbour.page
    neighbour.does("appeal")
    world.pass_time(hours=25)
    neighbour.follows()

    assert "/follow/appeal" not in before
    assert "/follow/appeal" in marked
    assert WHY in marked
    assert "/follow/appeal" not in neighbour.page
