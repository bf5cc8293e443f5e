"""How a story ends, whichever line it began by: the answer, the yes, the end, and what its person thinks of it."""

import re
from collections.abc import Callable
from typing import Protocol

from grievance.vocabulary import State
from tests.journeys import golden
from tests.journeys.actors import TOKEN, Officer, Resident, World

CODE = re.compile(r"(?<![-\d/])\d{4}(?![-\d ]*\d{4}|-)")
"""Four digits by themselves: no part of a number or a date. A code may look like a year."""


def _code(resident: Resident) -> str:
    for text in reversed(resident.inbox()):
        if found := CODE.findall(text):
            return str(found[-1])
    raise AssertionError("no code has come")


class Told:
    """What was written and what came, in the order in which it stood on the screen."""

    def __init__(self, resident: Resident, lines: list[str] | None = None) -> None:
        """`lines`: where it is written down; a page that a menu or a call began, if there is one."""
        self.sign = "" if lines is None else "SMS"
        self.resident, self.lines, self.read = resident, [] if lines is None else lines, 0

    def writes(self, words: str, *, coded: bool = True) -> None:
        self.settles()
        said = f"{_code(self.resident)} {words}" if coded else words
        self.lines.append(f"{self.sign}{'<' if self.sign else '>'} {_hidden(said)}")
        assert self.resident.texts(said) == 200
        self.reads()

    def reads(self) -> None:
        came = self.resident.inbox()
        for text in came[self.read :]:
            self.lines += [f"SMS> {_hidden(text)}"] if self.sign else [f"< {_hidden(text)}", ""]
        self.read = len(came)

    def settles(self) -> None:
        """Let a day pass in which nobody does anything: whatever is owed arrives."""
        self.resident.world.pass_time(hours=20)
        self.reads()

    def hears_of(self, *steps: Callable[[], None]) -> None:
        """Let the company do something, and wait until word of it has come."""
        self.settles()
        for step in steps:
            step()
        self.resident.world.until(lambda: len(self.resident.inbox()) > self.read)
        self.settles()


def _hidden(text: str) -> str:
    return CODE.sub("####", golden.undrawn(text))


def ends_by_text(told: Told, officer: Officer, case: str, opinion: str) -> None:
    """From a yes to an answer to the end: it is carried out, confirmed, closed, and judged, by text message."""
    world = told.resident.world
    told.hears_of(lambda: officer.carries_out(case), lambda: officer.keeps_the_promise(case))
    told.writes("1")
    world.until(lambda: world.case(case).state == State.VERIFIED)
    told.hears_of(
        lambda: officer.learns(case), lambda: officer.writes_the_closing_letter(case, "Gracias por avisar.")
    )
    told.hears_of(lambda: officer.closes(case))
    told.writes("1")
    told.writes(opinion)


def goes_on_by_text(
    told: Told, officer: Officer, case: str, opinion: str, *, looks: Callable[[], object]
) -> None:
    """From the receipt to the end, for whoever began by menu or call; `looks` asks there how the case stands."""
    world = told.resident.world
    officer.waits_for(case)
    told.hears_of(lambda: officer.acknowledges(case))
    looks()
    told.hears_of(lambda: officer.assesses(case), lambda: officer.investigates(case))
    told.hears_of(lambda: officer.hears(case))
    looks()
    told.hears_of(lambda: officer.visits(case))
    told.hears_of(lambda: officer.proposes(case, "Limpiamos el canal.", "Limpiar el canal"))
    looks()
    told.writes("1")
    world.until(lambda: world.case(case).state == State.AGREED)
    ends_by_text(told, officer, case, opinion)
    looks()


class Reader(Protocol):
    """Somebody before a screen, who goes on with what the page shows."""

    page: str

    def sends(self, path: str, **form: str) -> None:
        """Send a form."""
        ...


def goes_on_by_page(
    one: Reader, world: World, officer: Officer, number: str, *, clave: str, follow: str, judges: bool = True
) -> None:
    """From the receipt to the end, for whoever follows the case with the clave, on the web or at a kiosk.

    At a kiosk opinions are asked one by one, on a screen of their own, and every other screen is looked at once.
    """

    def looks() -> None:
        one.sends(follow, clave=clave)

    def does(action: str, **form: str) -> None:
        looks()
        one.sends(f"{follow}/{action}", token=TOKEN.findall(one.page)[0], **form)

    def comes_to(state: State) -> None:
        world.until(lambda: world.case(number).state == state)

    officer.waits_for(number)
    officer.acknowledges(number)
    looks()
    officer.assesses(number)
    officer.investigates(number)
    officer.hears(number)
    looks()
    officer.proposes(number, "Limpiamos el canal.", "Limpiar el canal")
    world.pass_time(minutes=5)
    does("accept")
    comes_to(State.AGREED)
    officer.carries_out(number)
    officer.keeps_the_promise(number)
    world.pass_time(minutes=5)
    does("confirm")
    comes_to(State.VERIFIED)
    officer.learns(number)
    officer.writes_the_closing_letter(number, "Gracias por avisar.")
    world.pass_time(minutes=5)
    looks()
    officer.closes(number)
    if judges and not follow.startswith("/kiosk"):
        does("verdict", outcome="1", process="2")
    elif judges:
        does("see", part="opinion")
        one.sends(f"{follow}/verdict", token=TOKEN.findall(one.page)[0], part="opinion", outcome="1")
        one.sends(f"{follow}/verdict", token=TOKEN.findall(one.page)[0], part="opinion", process="2")
        for part in re.findall(r'<button[^>]*name="part" value="(\w+)"', one.page):
            one.sends(f"{follow}/see", token=TOKEN.findall(one.page)[0], part=part)
    looks()
    assert world.case(number).state == State.CLOSED
