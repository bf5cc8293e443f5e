"""A threat, told first or within an ordinary case: no company account sees anything that differs without it.

The same weeks are lived twice, from the same seeds, once with the threat and once without; then every page that
a company account can ask for is compared byte for byte.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.two_lives import ROAD, Life, Pages, are_alike, aside, begun, changed, pages

WATER = "El agua sale turbia desde el lunes en Huaylluray"
THREAT = "Los guardias me amenazaron de muerte por hablar"
Threat = Callable[[Life], None]


def live(
    folder: Path,
    template: Path,
    keys: Keys,  # noqa: F811
    threat: Threat | None,
    *,
    when: str,
) -> tuple[Pages, list[str]]:
    """Live five weeks; the threat is told at the beginning, or in the middle of the ordinary case."""
    with begun(folder, template, keys) as life:
        if threat and when == "first":
            with aside(life):
                threat(life)
        _first_week(life)
        if threat and when == "within":
            with aside(life):
                threat(life)
        seen = [pages(life)]
        _weeks_later(life)
        return [*seen, pages(life)], list(life.hidden)


def _first_week(life: Life) -> None:
    life.neighbour.texts(ROAD)
    life.numbers.append(life.neighbour.number)
    life.world.pass_time(hours=1)
    life.threatened.texts(WATER)
    life.numbers.append(life.threatened.number)
    life.world.pass_time(hours=20)
    life.officer.acknowledges(life.numbers[1])
    for _ in range(7):
        life.world.pass_time(hours=4)
    life.officer.assesses(life.numbers[1])
    life.world.pass_time(hours=8)


def _weeks_later(life: Life) -> None:
    life.officer.investigates(life.numbers[1])
    for _ in range(26):
        life.world.pass_time(days=1)


def told_first(life: Life) -> None:
    """Somebody else's first text is a threat."""
    resident = life.world.resident("+51933333333")
    resident.texts(THREAT)
    life.hidden.append(resident.number)


def told_within(life: Life) -> None:
    """The person of the ordinary case answers with a threat."""
    life.threatened.answers(THREAT)
    life.hidden.append(life.threatened.number)


def told_on_the_web(life: Life) -> None:
    """Somebody without a phone writes it into the form."""
    neighbour = life.world.neighbour()
    neighbour.complains(THREAT, place="Huaylluray")
    life.hidden.append(neighbour.number)


def worked_on(life: Life) -> None:
    """The threat is read, acknowledged and assessed in the review room."""
    told_first(life)
    life.focal.opens(life.hidden[0])
    life.focal.does("acknowledge", life.hidden[0])


@pytest.fixture(scope="module")
def without(sqlite_template: Path, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Pages:  # noqa: F811
    """Live the weeks in which nobody is threatened, once for all the others."""
    return live(tmp_path_factory.mktemp("without"), sqlite_template, keys, None, when="")[0]


@pytest.mark.parametrize(
    ("threat", "when"),
    [(told_first, "first"), (told_within, "within"), (told_on_the_web, "first"), (worked_on, "within")],
)
def test_no_company_account_sees_that_anybody_was_threatened(
    threat: Threat,
    when: str,
    without: Pages,
    tmp_path: Path,
    sqlite_template: Path,
    keys: Keys,  # noqa: F811
) -> None:
    with_it, hidden = live(tmp_path, sqlite_template, keys, threat, when=when)

    assert len(hidden) == 1
    are_alike(without, with_it, hidden=hidden)


def test_the_comparison_sees_an_ordinary_case(
    without: Pages,
    tmp_path: Path,
    sqlite_template: Path,
    keys: Keys,  # noqa: F811
) -> None:
    def ordinary(life: Life) -> None:
        resident = life.world.resident("+51933333333")
        resident.texts(ROAD)
        life.hidden.append(resident.number)

    with_it, _ = live(tmp_path, sqlite_template, keys, ordinary, when="first")

    assert changed(without[0], with_it[0])
