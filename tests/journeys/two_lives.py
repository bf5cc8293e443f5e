"""Two lives of the same weeks: lived from the same seeds, and compared page by page, byte for byte."""

import hashlib
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from channels.house import House
from grievance.moment import Moment
from grievance.vocabulary import Role
from tests.deployment import Keys
from tests.journeys.actors import Officer, Resident, Reviewer, World, a_world

ROAD = "Los camiones pasan muy rápido por Ichupata y hay mucho polvo"
VIEWS = ("owed", "decide", "late", "soon", "mine", "person", "judging", "all", "none")
TOKENS = re.compile(r'name="(?:csrf_token|mine)"[^>]*>|nonce-[\w+/=-]+')
SEAL = re.compile(r'<span class="mono">[0-9a-f]{6}</span>')
"""Part of a leaf, which commits to ciphertexts: another one in every run, whatever happens."""
DRAWN = re.compile(r"\b[0-9a-f]{32}\b")
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
        asks = sys._getframe(2).f_code
        label = f"{at.isoformat()}/{asks.co_filename}/{asks.co_name}/{'aside' if self.aside else 'same'}"
        self.drawn[label] += 1
        return Moment(at, hashlib.sha256(f"{label}/{self.drawn[label]}".encode()).digest())


@contextmanager
def aside(life: Life) -> Iterator[None]:
    """What only one of the two lives does takes no time of the other."""
    now, life.seeds.aside = life.world.clock.now, True
    yield
    life.world.deliver()
    life.world.clock.now, life.seeds.aside = now, False


@contextmanager
def begun(folder: Path, template: Path, keys: Keys) -> Iterator[Life]:
    """Begin a life in a folder: two residents, the company's officers and the focal point, and the seeds."""
    file = folder / "grievance.db"
    shutil.copyfile(template, file)
    seeds = Seeds()
    with (
        pytest.MonkeyPatch.context() as patched,
        a_world(folder, f"sqlite:///{file}", keys, FOCAL_PAGE="+51955555555") as world,
    ):
        patched.setattr(House, "moment", lambda house, now=None: seeds.moment(now or house.now()))
        residents = world.resident("+51911111111"), world.resident("+51922222222")
        yield Life(world, *residents, _company(world), world.focal_point(), seeds)


def _company(world: World) -> dict[str, Officer]:
    one = world._hire("oscar", Role.OFFICER, operator="qorimayu", sites=("qorimayu",))
    return {
        "officer": world.officer(),
        "officer of one site": Officer(world, "desk", "oscar", one),
        "officer of the neighbour": world.officer("illari", operator="illapa"),
    }


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


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[str]]:
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


def are_alike(before: Pages, after: Pages, *, hidden: list[str]) -> None:
    """Hold two lives against each other: no page differs, none is missing, and no hidden number is anywhere."""
    for one, other in zip(before, after, strict=True):
        differs = changed(one, other)
        assert differs == {}, differs
        assert list(one) == list(other)
        assert not any(
            number in text or number.replace("-", "") in text
            for number in hidden
            for _, text in other.values()
        )
