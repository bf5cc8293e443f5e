"""Any sequence of texts, over the whole way in and out: each leaves something, there is a way out, and it replays alike."""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from grievance.case import CASES
from grievance.complainant import Bond, Complainant
from grievance.inbox import WAITING
from grievance.inbox import Inbound as Heard
from grievance.notice import NOTICES
from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import CASE_NUMBER, CLAVE, CODE, Resident, World, a_world, proposed

INBOX = Heard.__table__  # type: ignore[attr-defined]
BONDS, PEOPLE = Bond.__table__, Complainant.__table__  # type: ignore[attr-defined]
DUST = "El polvo entra a la escuela desde ayer y nadie hace nada"
DANGER = "me quieren matar por reclamar"
WORDS = (
    "El agua sale turbia desde el lunes", "agua sucia", "mi gallina", "Yaku qanra kachkan, uywakuna wañuchkanku",
    "Uma q'añuwa, uywanakas jiwaskiwa", "The dust comes into the school every day",
    "{wrong} soles nos deben de la tierra",
    DANGER, "9", "peligro", "STOP", "BAJA", "ALTA", "START", "AYUDA", "yanapaway", "HELP", "ESTADO", "imaynataq", "status",
    "hola", "gracias", "1", "2", "3", "no", "si", "fin", "cancelar", "IDIOMA", "quechua", "english", "aymara", "castellano",
    "PREGUNTA", "PREGUNTA cuanta agua usa la mina", "BORRAR", "RETIRAR", "REABRIR", "QUIEN", "GRUPO", "COMPARTIDO", "PROPIO",
    "clave", "repetir", "opinar", "opinar no", "Huaylluray", "no se donde", "", "  ", "?!", "compromiso 1",
    "{wrong} 1", "{wrong}",
    "9999 9999 9999 9999", "robado", "revisar", "esperar",
)  # fmt: skip
WITH_SECRETS = (
    "{code}", "{code} 1", "{code} 2", "{code} no", "{code} hablemos", "{code} BORRAR", "{code} RETIRAR",
    "{code} sigue el polvo",
    "{old} 1", "{old} sigue el polvo en la casa", "{clave}", "{clave} sigue el polvo", "{clave} BORRAR",
    "{clave} 1", "{number}",
)  # fmt: skip
"""What needs something that stands on this phone; where nothing does, a wrong one."""
BY_PROVIDER = ("STOP, to the provider", "START, to the provider")
GAPS = (0, 0, 0, 31, 60 * 25)
"""Minutes before a text: at once, after the half hour, after a day."""
TEXTS = st.lists(
    st.tuples(st.sampled_from(WORDS + WITH_SECRETS + BY_PROVIDER), st.sampled_from(GAPS)),
    min_size=1,
    max_size=6,
)
Texts = Sequence[tuple[str, int]]
SILENT: Mapping[str, str] = {
    "gone": "its case is not there any more",
    "stop": "the provider has muted us and answers that itself, the second time too",
}
"""What may be heard and leave nothing else: its outcome in the inbox, and why."""


@pytest.fixture
def another(tmp_path: Path, sqlite_template: Path, keys: Keys) -> Iterator[World]:  # noqa: F811
    """Found a second deployment, that knows nothing of the first."""
    file = tmp_path / "another.db"
    shutil.copyfile(sqlite_template, file)
    (tmp_path / "elsewhere").mkdir()
    with a_world(tmp_path / "elsewhere", f"sqlite:///{file}", keys) as founded:
        yield founded


@dataclass
class Left:
    """What this phone has left behind so far, in rows."""

    cases: int
    waiting: int
    owed: int
    stopped: bool
    language: str

    @classmethod
    def by(cls, one: Resident) -> "Left":
        """Count it."""
        world = one.world
        mine = select(PEOPLE).where(PEOPLE.c.pseudonym == world.house.ring.pseudonym(one.phone))
        (person,) = world.look(mine) or [None]
        who = None if person is None else person.id

        def many(of: Any, column: Any) -> int:
            return int(world.look(select(func.count().label("n")).select_from(of).where(column == who))[0].n)

        return cls(
            many(BONDS, BONDS.c.complainant), many(WAITING, WAITING.c.complainant), many(NOTICES, NOTICES.c.complainant),
            person is not None and person.stopped_on is not None, "" if person is None else person.language,
        )  # fmt: skip


def filled(one: Resident, words: str) -> str:
    """Put in what stands on the phone: its newest code, the first one, its clave, its number."""
    inbox = one.inbox()
    codes = [code for text in inbox for code in CODE.findall(text)] or ["4321"]
    wrong = next(code for code in ("1500", "1234", "0000") if code not in codes)
    claves = [found for text in inbox for found in CLAVE.findall(text)] or ["1111 2222 3333 4444"]
    numbers = [found for text in inbox for found in CASE_NUMBER.findall(text)] or ["1234-5678"]
    return words.format(wrong=wrong, code=codes[-1], old=codes[0], clave=claves[-1], number=numbers[-1])


def walk(one: Resident, texts: Iterable[tuple[str, int]]) -> None:
    """Send them, and see after each that it was not for nothing."""
    for words, minutes in texts:
        if minutes:
            one.world.pass_time(minutes=minutes)
        before, said = Left.by(one), filled(one, words)
        known = {row.id for row in one.world.look(select(INBOX.c.id))}
        word = said.partition(",")[0]
        fields = {"OptOutType": word} if words in BY_PROVIDER else {}
        assert one.texts(word if fields else said, **fields) == 200
        (heard,) = one.world.look(select(INBOX.c.outcome).where(INBOX.c.id.not_in(known)))
        after = Left.by(one)
        assert after != before or heard.outcome in SILENT, (words, heard.outcome)


def find_a_way_out(one: Resident) -> None:
    """A complaint, a danger, STOP and ALTA still do what they say."""
    before = Left.by(one)
    one.texts(DUST)
    after = Left.by(one)
    assert (after.cases > before.cases) or (after.waiting > before.waiting)
    one.texts("STOP")
    assert Left.by(one).stopped
    protected = select(CASES.c.id).join(BONDS, BONDS.c.case == CASES.c.id).where(CASES.c.protected)
    in_danger = len(one.world.look(protected))
    one.texts(DANGER)
    assert len(one.world.look(protected)) == in_danger + 1
    assert Left.by(one).stopped
    one.texts("ALTA")
    assert not Left.by(one).stopped
    assert one.texts("AYUDA") == 200


def transcript(one: Resident) -> list[str]:
    """Read what the phone got, without what is drawn anew each time."""
    drawn: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        return drawn.setdefault(found[0], f"<{len(drawn)}>")

    secret = re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b|\b\d{4}-\d{4}\b|\b\d{4}\b")
    return [secret.sub(name, text) for text in one.inbox()]


def cases_of(one: Resident) -> list[tuple[Any, ...]]:
    """List the phone's cases by what stands in their rows, without ids and numbers."""
    mine = (
        select(
            CASES.c.kind, CASES.c.state, CASES.c.room, CASES.c.protected, CASES.c.site, CASES.c.theme, CASES.c.received_on
        )
        .join(BONDS, BONDS.c.case == CASES.c.id)
        .join(PEOPLE, PEOPLE.c.id == BONDS.c.complainant)
        .where(PEOPLE.c.pseudonym == one.world.house.ring.pseudonym(one.phone))
    )  # fmt: skip
    return sorted(map(tuple, one.world.look(mine)), key=str)


def test_each_text_leaves_something_and_there_is_a_way_out(world: World) -> None:
    @settings(max_examples=12)
    @given(texts=TEXTS)
    def walked(texts: Texts) -> None:
        one = world.resident()

        walk(one, texts)

        find_a_way_out(one)

    walked()


@pytest.mark.parametrize("stopped", [False, True])
def test_the_same_while_an_answer_is_awaited(world: World, *, stopped: bool) -> None:
    officer = world.officer()

    @settings(max_examples=4)
    @given(texts=TEXTS)
    def walked(texts: Texts) -> None:
        one = world.resident()
        one.texts("El agua sale turbia desde el lunes en Huaylluray")
        proposed(world, one, officer)
        if stopped:
            one.texts("BAJA")

        walk(one, texts)

        find_a_way_out(one)

    walked()


def test_on_a_fresh_store_the_same_texts_are_answered_alike(world: World, another: World) -> None:
    @settings(max_examples=8)
    @given(texts=TEXTS)
    def walked(texts: Texts) -> None:
        another.clock.now = world.clock.now
        here, there = world.resident(), another.resident()
        there.phone = here.phone

        for one in (here, there):
            walk(one, texts)

        assert transcript(here) == transcript(there)
        assert cases_of(here) == cases_of(there)

    walked()
