"""Menus, calls and forms on a line that breaks anywhere: before we stored, after it, twice, late, in another order.

Whoever gets no answer asks again, as networks and browsers do; in the end it is as if nothing had gone wrong.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.app import create_app
from channels.house import House
from channels.telephone import lines
from channels.telephone.lines import Shown
from channels.telephone.sessions import Knock
from grievance.errors import Busy
from tests.journeys.actors import CASE_NUMBER, CLAVE, World
from tests.journeys.actors import _words as words_of

BREAKS = st.lists(st.sampled_from(["well", "before", "after", "twice", "late"]), max_size=14)
ENTRIES = st.lists(
    st.sampled_from(["1", "0", "2", "3", "El agua sale turbia", "Huaylluray", "hola", "9", "", "*"]),
    max_size=6,
)
TOLD = ("El agua sale turbia", "Hay polvo en la escuela", "El camino está roto")


@dataclass
class Breaking:
    """A store whose process dies before it wrote, or after it wrote and before anybody heard."""

    store: Any
    breaks: Iterator[str] = field(default_factory=lambda: iter(()))

    def transact(self, work: Callable[[Any], Any]) -> Any:
        how = next(self.breaks, "well")
        if how == "before":
            raise Busy("it died before it wrote")
        done = self.store.transact(work)
        if how == "after":
            raise Busy("it died before it answered")
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def _of(world: World) -> tuple[House, Breaking]:
    store = Breaking(world.house.store)
    house = replace(world.house, ring=world.house.ring.face("web"), store=store)  # type: ignore[arg-type]
    return house, store


def _asks(house: House, knock: Knock, *, times: int) -> Shown:
    """Ask until there is an answer, and so many times more: all of these answers are one."""
    heard: list[Shown] = []
    for _ in range(40):
        try:
            heard.append(lines.answer(house, knock))
        except Busy:
            continue
        if len(heard) > times:
            break
    assert {(one.at.state, one.place) for one in heard} == {(heard[0].at.state, heard[0].place)}
    return heard[0]


def _menu(world: World, entries: list[str], breaks: list[str]) -> tuple[list[str], int]:
    house, store = _of(world)
    phone, session, typed, seen = f"+519{secrets.randbelow(10**8):08}", secrets.token_hex(8), "", []
    before, knocks = len(world.cases()), list[Knock]()
    for n, entry in enumerate(["", *entries]):
        typed = f"{typed}*{entry}" if n > 1 else entry
        knocks.append(
            Knock("africastalking", "ussd", session, phone, "*384*1#", entry=typed or None, cumulative=True)
        )
        mood = breaks[n] if n < len(breaks) else "well"
        store.breaks = iter([mood] if mood in ("before", "after") else [])
        seen.append(_asks(house, knocks[-1], times=int(mood == "twice")).at.state)
        if mood == "late" and n:
            _asks(house, knocks[n - 1], times=0)
    return seen, len(world.cases()) - before


def _call(world: World, entries: list[str], breaks: list[str]) -> tuple[list[str], int]:
    house, store = _of(world)
    phone, session, seen = f"+519{secrets.randbelow(10**8):08}", f"CA{secrets.token_hex(16)}", list[str]()
    before, place, waits, knocks = len(world.cases()), None, "", list[Knock]()
    for n, entry in enumerate(["", *entries]):
        spoken = f"RE{secrets.token_hex(16)}" if waits == "text" and entry else ""
        digits = entry if entry.isdigit() or entry == "*" else ""
        knocks.append(
            Knock("twilio", "voice", session, phone, "+51900000009", entry="" if spoken else digits, place=place,
                  recorded=spoken)
        )  # fmt: skip
        mood = breaks[n] if n < len(breaks) else "well"
        store.breaks = iter([mood] if mood in ("before", "after") else [])
        shown = _asks(house, knocks[-1], times=int(mood == "twice"))
        if mood == "late" and n:
            lines.answer(house, knocks[n - 1])
        place, waits = shown.place, shown.screen.kind
        seen.append(shown.at.state)
    return seen, len(world.cases()) - before


@settings(max_examples=15)
@given(entries=ENTRIES, breaks=BREAKS)
@pytest.mark.parametrize("walk", [_menu, _call])
def test_a_menu_or_a_call_that_breaks_anywhere_ends_as_one_that_does_not(
    small_world: World, walk: Callable[..., tuple[list[str], int]], entries: list[str], breaks: list[str]
) -> None:
    whole = walk(small_world, entries, [])

    broken = walk(small_world, entries, breaks)

    assert broken == whole


@settings(max_examples=10)
@given(
    sent=st.lists(
        st.tuples(st.integers(0, len(TOLD) - 1), st.sampled_from(["well", "before", "after", "twice"])),
        max_size=8,
    )
)
def test_forms_sent_in_any_order_on_a_line_that_breaks_are_each_one_case_with_its_own_clave(
    small_world: World, sent: list[tuple[int, str]]
) -> None:
    house, store = _of(small_world)
    doors = replace(house, settings=replace(house.settings, faces=("intake", "public")))
    browser = create_app(doors).test_client()
    before, keys = len(small_world.cases()), [secrets.token_hex(16) for _ in TOLD]
    claves: dict[int, set[str]] = {}
    numbers: dict[int, set[str]] = {}
    for which, mood in [*sent, *((n, "well") for n in range(len(TOLD)))]:
        form = {"text": TOLD[which], "site": "qorimayu", "nonce": keys[which], "lang": "es"}
        store.breaks = iter([mood] if mood in ("before", "after") else [])
        for _ in range(2 if mood == "twice" else 1):
            answer = browser.post("/complain", data=form, base_url=small_world.house.settings.base_url)
            assert answer.status_code in (200, 503)
            if answer.status_code == 200:
                said = words_of(answer.text)
                claves.setdefault(which, set()).update(CLAVE.findall(said))
                numbers.setdefault(which, set()).update(CASE_NUMBER.findall(said))

    assert len(small_world.cases()) - before == len(TOLD)
    assert [len(claves[n]) for n in range(len(TOLD))] == [1] * len(TOLD)
    assert [len(numbers[n]) for n in range(len(TOLD))] == [1] * len(TOLD)
    for which, (clave,) in claves.items():
        page = browser.post("/follow", data={"clave": clave}, base_url=small_world.house.settings.base_url)
        assert TOLD[which] in words_of(page.text)
