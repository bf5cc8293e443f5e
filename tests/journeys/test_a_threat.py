"""A threat, told first or within an ordinary case: no company account sees anything that differs without it.

The same weeks are lived twice, from the same seeds, once with the threat and once without; then every page that
a company account can ask for is compared byte for byte.
"""

import hashlib
import inspect
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from channels.house import House
from grievance.moment import Moment
from grievance.vocabulary import Role
from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import Officer, Resident, Reviewer, World, a_world

WATER = "El agua sale turbia desde el lunes en Huaylluray"
ROAD = "Los camiones pasan muy rápido por Ichupata y hay mucho polvo"
THREAT = "Los guardias me amenazaron de muerte por hablar"
VIEWS = ("decide", "late", "soon", "mine", "all", "none")
TOKENS = re.compile(r'name="csrf_token"[^>]*>|nonce-[\w+/=-]+')
SEAL = re.compile(r'<span class="mono">[0-9a-f]{6}</span>')
"""Part of a leaf, which commits to ciphertexts: another one in every run, whatever happens."""
DRAWN = re.compile(r"\b[0-9a-f]{32}\b")
Threat = Callable[["Life"], None]
Pages = list[dict[str, tuple[int, str]]]


@dataclass
class Life:
    """One of two lives: the same people, the same days, the same seeds."""

    world: World
    neighbour: Resident
    threatened: Resident
    company: dict[str, Officer]
    focal: Reviewer
    seeds: "Seeds"
    numbers: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    @property
    def officer(self) -> Officer:
        """The officer who works on the ordinary cases."""
        return self.company["officer"]


@dataclass
class Seeds:
    """Randomness that depends on the instant and on who asks, so that what happens elsewhere draws from another seed.

    One more message that leaves must not change the number that the next case is given.
    """

    drawn: Counter[str] = field(default_factory=Counter)
    aside: bool = False

    def moment(self, at: datetime) -> Moment:
        """Give the next moment of this instant to the part of the product that asks for one."""
        asks = inspect.stack(0)[2]
        label = f"{at.isoformat()}/{asks.filename}/{asks.function}/{'aside' if self.aside else 'same'}"
        self.drawn[label] += 1
        return Moment(at, hashlib.sha256(f"{label}/{self.drawn[label]}".encode()).digest())


@contextmanager
def aside(life: Life) -> Iterator[None]:
    """What only one of the two lives does takes no time of the other."""
    now, life.seeds.aside = life.world.clock.now, True
    yield
    life.world.deliver()
    life.world.clock.now, life.seeds.aside = now, False


def live(folder: Path, template: Path, keys: Keys, threat: Threat | None, *, when: str) -> Any:  # noqa: F811
    """Live five weeks; the threat is told at the beginning, or in the middle of the ordinary case."""
    file = folder / "grievance.db"
    shutil.copyfile(template, file)
    seeds = Seeds()
    with (
        pytest.MonkeyPatch.context() as patched,
        a_world(folder, f"sqlite:///{file}", keys, FOCAL_PAGE="+51955555555") as world,
    ):
        patched.setattr(House, "moment", lambda house, now=None: seeds.moment(now or house.now()))
        life = Life(
            world,
            world.resident("+51911111111"),
            world.resident("+51922222222"),
            _company(world),
            world.focal_point(),
            seeds,
        )
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


def _company(world: World) -> dict[str, Officer]:
    one = world._hire("oscar", Role.OFFICER, operator="qorimayu", sites=("qorimayu",))
    return {
        "officer": world.officer(),
        "officer of one site": Officer(world, "desk", "oscar", one),
        "officer of the neighbour": world.officer("illari", operator="illapa"),
    }


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


def pages(life: Life) -> dict[str, tuple[int, str]]:
    """Every page that somebody of the company, or of the public, can ask for; what is new each second left out."""
    found: dict[str, tuple[int, str]] = {}
    for who, officer in life.company.items():
        for path in _paths(life.world.app, life.numbers):
            answer = officer.gets(path)
            found[f"{who}: {path}"] = answer.status_code, _still(answer.text)
        for number in life.numbers:
            answer = officer.posts(f"/desk/cases/{number.replace('-', '')}/open")
            found[f"{who}: opens {number}"] = answer.status_code, _still(answer.text)
            answer = officer.gets(f"/desk/cases/{number.replace('-', '')}")
            found[f"{who}: reads {number}"] = answer.status_code, _still(answer.text)
    anybody = life.world.anybody()
    for path in (
        "/",
        "/promises",
        "/procedure",
        "/reports",
        "/registers",
        "/commitments",
        "/dialogues",
        "/evidence",
    ):
        answer = anybody.get(path)
        found[f"anybody: {path}"] = answer.status_code, _still(answer.text)
    return found


def _paths(app: Flask, numbers: list[str]) -> list[str]:
    """Every address of the desk that can be asked for, with every case that is known, and every list."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk") and "GET" in (rule.methods or ())
    ]
    paths = [rule.rule for rule in rules if not rule.arguments]
    for rule in rules:
        if "number" in rule.arguments:
            paths += [rule.rule.replace("<number>", number.replace("-", "")) for number in numbers]
    paths += [f"/desk/?view={view}" for view in VIEWS]
    paths += [f"/desk/?q={number}" for number in numbers]
    return [path for path in paths if "<" not in path and not path.endswith("/login")]


def _still(html: str) -> str:
    known: dict[str, str] = {}
    return DRAWN.sub(
        lambda drawn: known.setdefault(drawn.group(), f"id-{len(known)}"), SEAL.sub("", TOKENS.sub("", html))
    )


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[str]]:
    """Say which pages differ, and in which lines."""
    return {
        page: [
            line
            for line in unified_diff(text.split("\n"), after[page][1].split("\n"), n=0)
            if line[0] in "+-"
        ]
        for page, (status, text) in before.items()
        if (status, text) != after.get(page)
    }


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
    seen, _ = live(tmp_path_factory.mktemp("without"), sqlite_template, keys, None, when="")
    return cast("Pages", seen)


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
    for before, after in zip(without, with_it, strict=True):
        assert _changed(before, after) == {}
        assert list(before) == list(after)
        assert not any(
            number in text or number.replace("-", "") in text
            for number in hidden
            for _, text in after.values()
        )


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

    assert _changed(without[0], with_it[0])
