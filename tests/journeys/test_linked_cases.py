"""Two people tell of the same thing: staff see that their cases belong together, and neither is told of the other."""

from tests.journeys.actors import World

WATER = "El agua sale turbia desde el lunes en Huaylluray"
SAME = "sobre lo mismo"


def test_linked_cases_show_each_other_at_the_desk_and_in_review_and_to_no_person(world: World) -> None:
    one, other = world.resident(), world.neighbour()
    officer, reviewer = world.officer(), world.reviewer()
    one.texts(WATER)
    other.complains(WATER, site="qorimayu")
    officer.waits_for(one.number)
    officer.waits_for(other.number)
    before = officer.opens(one.number)

    officer.does("link", one.number, other=other.number)
    world.pass_time(hours=25)

    assert SAME not in before
    for here, there in ((one.number, other.number), (other.number, one.number)):
        for who in (officer, reviewer):
            page = who.opens(here)
            assert SAME in page
            assert there in page
    other.follows()
    assert one.number not in other.page
    assert not any(other.number in text for text in one.inbox())


def test_a_linked_case_that_becomes_protected_is_gone_from_the_other_ones_page_too(world: World) -> None:
    one, other = world.resident(), world.resident()
    officer, reviewer = world.officer(), world.reviewer()
    one.texts(WATER)
    other.texts(WATER)
    officer.waits_for(one.number)
    officer.waits_for(other.number)
    officer.does("link", one.number, other=other.number)

    officer.does("hand_to_focal", other.number, flag="retaliation")

    page = officer.opens(one.number)
    assert other.number not in page
    assert SAME not in page
    assert other.number in reviewer.opens(one.number)
