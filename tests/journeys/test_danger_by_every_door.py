"""Danger, told by every door and in every state of a talk: a protected case, and a desk that sees nothing."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from channels.incoming.attached import recordings
from grievance.line import Recording
from grievance.vault import SEALS, TEXTS
from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import NONCE, Officer, Resident, World, a_world, closed_by_their_word, proposed
from tests.journeys.handsets import LINES, Caller, Handset
from tests.journeys.station import a_station

ON_CALL = "+51955555555"
WATER = "El agua sale turbia desde el lunes en Huaylluray"
DUST = "Hay polvo en la escuela desde ayer"
TYPED = "disen ke nos ban a matar"
SEEN = ("", "?view=all", "?view=late", "?view=owed")
RECORDINGS = Recording.__table__  # type: ignore[attr-defined]


@dataclass
class Place:
    """One deployment, its officer, and somebody whose case that officer has."""

    world: World
    officer: Officer
    resident: Resident

    def pages(self) -> list[str]:
        """Read all that the desk shows, case by case, but what is new on each page."""
        known = [case.number for case in self.world.cases() if not case.protected and case.visible_on]
        paths = [f"/desk{view}" for view in SEEN] + [f"/desk/cases/{number}" for number in known]
        return [re.sub(r'name="csrf_token"[^>]*>', "", self.officer.gets(path).text) for path in paths]

    def calls(self) -> int:
        """Count the calls to the phone of whoever is on call."""
        return sum(message["To"] == ON_CALL for message in self.world.network.taken)

    def protected(self) -> list[str]:
        """Name the protected cases."""
        return [str(case.id) for case in self.world.cases() if case.protected]

    def is_safe(self, case: str) -> bool:
        """Tell whether the third party alone, and the person's own clave, read it."""
        (row,) = (one for one in self.world.cases() if one.id == case)
        query = select(SEALS.c.reader).join(TEXTS, TEXTS.c.id == SEALS.c.text).where(TEXTS.c.case == case)
        readers = {one.reader.partition(":")[0] for one in self.world.look(query)}
        return row.room == "review" and row.visible_on is None and readers <= {"review", "clave", "focal"}


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path, keys: Keys) -> Iterator[Place]:  # noqa: F811
    file = tmp_path / "grievance.db"
    shutil.copyfile(sqlite_template, file)
    with a_world(tmp_path, f"sqlite:///{file}", keys, FOCAL_PAGE=ON_CALL, **LINES) as world:
        yield Place(world, world.officer(), world.resident())


def _at_the_desk(place: Place) -> None:
    place.resident.texts(WATER)
    place.officer.waits_for(place.resident.number)
    place.officer.opens(place.resident.number)


def _too_short(place: Place) -> None:
    place.resident.texts("mi gallina")


def _place_asked(place: Place) -> None:
    place.resident.texts("Hay mucho polvo desde ayer en la escuela")


def _second_asked(place: Place) -> None:
    _at_the_desk(place)
    place.resident.texts(DUST)


def _stop_asked(place: Place) -> None:
    _at_the_desk(place)
    place.resident.texts("cancelar")


def _stopped(place: Place) -> None:
    _at_the_desk(place)
    place.resident.texts("BAJA")


def _erasing(place: Place) -> None:
    _at_the_desk(place)
    place.resident.texts(f"{place.resident.clave} BORRAR")


def _erased(place: Place) -> None:
    _erasing(place)
    place.resident.texts(f"{place.resident.clave} 2")
    place.world.pass_time(hours=30)


def _withdrawing(place: Place) -> None:
    _at_the_desk(place)
    place.resident.texts(f"{place.resident.clave} RETIRAR")
    place.resident.texts(f"{place.resident.clave} 2")
    place.world.pass_time(hours=30)


def _proposed(place: Place) -> None:
    place.resident.texts(WATER)
    proposed(place.world, place.resident, place.officer)


def _closed(place: Place) -> None:
    closed_by_their_word(place.world, place.resident, place.officer)


def _asked_how_it_went(place: Place) -> None:
    _closed(place)
    for _ in range(33):
        place.world.pass_time(days=1)


def _how_to_ask(place: Place) -> None:
    _at_the_desk(place)
    place.resident.texts("PREGUNTA")


def _proved(place: Place) -> None:
    _at_the_desk(place)
    place.resident.texts(place.resident.clave)


def _shared(place: Place) -> None:
    _at_the_desk(place)
    place.resident.texts(f"{place.resident.clave} COMPARTIDO")


State = Callable[[Place], None]
TEXTS_IN: list[tuple[State | None, str]] = [
    *((state, words) for state in (
        None, _at_the_desk, _too_short, _place_asked, _second_asked, _stop_asked, _stopped, _erasing, _erased, _withdrawing,
        _proposed, _closed, _asked_how_it_went, _how_to_ask, _proved, _shared,
    ) for words in (TYPED,)),
    *((_proposed, words) for words in (
        "{code} no, me an menazado", "1 me kieren matar", "no acepto nos amenasaron", "0000 me ban a matar", "{code} 9",
        "9 {code}", "9", "9.", "{code} peligro", "{code} RETIRAR me an menazado",
    )),
    *((_asked_how_it_went, words) for words in ("3 mal me amenasan", "mal", "peligro")),
    *((_at_the_desk, words) for words in (
        "{clave} me kieren matar", "me kieren matar {clave}", "9999 9999 9999 9999 me kieren matar",
        "me van a matar, no me escriban mas", "STOP me van a matar", "PREGUNTA por que me quieren matar",
        "BORRAR me amenasan", "jihuayapxitani", "compromiso 1 me amenazan", "manchakuni", "me van a matar STOP",
        "estoy en peligro STOP", "emergencia", "nadie me amenazo", "\u201cte vamos a matar\u201d me dijo",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("state", "words"), TEXTS_IN)
def test_danger_in_a_text_is_heard_wherever_the_talk_stands(
    place: Place, state: State | None, words: str
) -> None:
    if state is not None:
        state(place)
    before, cases, calls = place.pages(), place.protected(), place.calls()
    secret = {
        name: getattr(place.resident, name) if "{" + name in words else "" for name in ("code", "clave")
    }
    read = len(place.resident.inbox())

    place.resident.texts(words.format(**secret))

    (case,) = set(place.protected()) - set(cases)
    assert place.is_safe(case)
    assert place.pages() == before
    assert len(place.resident.inbox()) > read
    place.world.pass_time(minutes=1)
    assert place.calls() > calls


def _on_the_web(place: Place) -> str:
    neighbour = place.world.neighbour()
    neighbour.complains(TYPED, site="qorimayu")
    return neighbour.sees()


def _where_the_place_is_asked(place: Place) -> str:
    neighbour = place.world.neighbour()
    neighbour.complains(DUST, place="en Huaylluray, me an menazado", site="qorimayu")
    return neighbour.sees()


def _at_follow(place: Place) -> str:
    neighbour = place.world.neighbour()
    neighbour.follows(place.resident.clave)
    neighbour.does("add", text=TYPED)
    return neighbour.sees()


def _pressed_at_follow(place: Place) -> str:
    neighbour = place.world.neighbour()
    neighbour.follows(place.resident.clave)
    neighbour.does("withdraw", pressed="yes")
    return neighbour.sees()


def _in_a_request(place: Place) -> str:
    browser = place.world.anybody()
    nonce = NONCE.findall(browser.get("/requests/ask").text)[0]
    return str(browser.post("/requests/ask", data={"text": TYPED, "nonce": nonce}).text)


def _at_a_kiosk(place: Place) -> str:
    browser = place.world.anybody()
    nonce = NONCE.findall(browser.get("/kiosk/kiosk-qorimayu?at=about").text)[0]
    said = {"theme": "water", "text": TYPED, "nonce": nonce, "lang": "es"}
    return str(browser.post("/kiosk/kiosk-qorimayu", data={"go": "send", "zone": "Huaylluray", **said}).text)


def _on_a_menu(place: Place) -> str:
    handset = Handset(place.world, place.resident.phone)
    handset.dials()
    return handset.types(TYPED)


def _after_a_menu_took_it_in(place: Place) -> str:
    handset = Handset(place.world, "+51987111222")
    handset.dials()
    handset.types("1")
    handset.types("Sale turbia el agua")
    return handset.types("me kieren matar")


def _by_the_key_of_a_call(place: Place) -> str:
    caller = Caller(place.world, "+51987111223")
    caller.calls()
    return caller.presses("9")


def _on_the_radio(place: Place) -> str:
    station = a_station(place.world)
    station.takes_down(TYPED, place="Huaylluray")
    return station.sees_words()


DOORS = (
    _on_the_web, _where_the_place_is_asked, _at_follow, _pressed_at_follow, _in_a_request, _at_a_kiosk,
    _on_a_menu, _after_a_menu_took_it_in, _by_the_key_of_a_call, _on_the_radio,
)  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_danger_at_any_door_is_heard(place: Place, door: Callable[[Place], str]) -> None:
    _at_the_desk(place)
    before, cases, calls = place.pages(), place.protected(), place.calls()

    told = door(place)

    (case,) = set(place.protected()) - set(cases)
    assert place.is_safe(case)
    assert (
        re.search(r"\b\d ?\d ?\d\b", re.sub(r"<[^>]*>|\s+", " ", told).replace("  ", " "))
        or door is _on_the_radio
    )
    assert place.pages() == before
    place.world.pass_time(minutes=1)
    assert place.calls() > calls


def test_a_voice_that_speaks_of_danger_is_a_protected_case_once_somebody_wrote_it_down(place: Place) -> None:
    world, reviewer = place.world, place.world.reviewer()
    caller = Caller(world, "+51987111224")
    caller.calls()
    caller.presses("1")
    caller.speaks()
    recordings.fetch(world.worker)
    world.pass_time(hours=30)
    before = place.pages()
    recording = world.look(select(RECORDINGS))[0]
    reviewer.posts(f"/review/recordings/{recording.id}/open")

    reviewer.posts(f"/review/recordings/{recording.id}", text=TYPED)

    (case,) = place.protected()
    assert place.is_safe(case)
    assert place.pages() == before
    world.pass_time(minutes=1)
    assert place.calls() == 1
