"""One suite for every gateway: the same cases, through the real routes, on both databases.

A case is a function with a sentence. A gateway of which it cannot be asked says why in its specimen, and the
table in docs/gateways.md, which is made from the same lists, shows it.
"""

import itertools
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.wrappers import Response as Heard

from channels.app import create_app
from channels.gateway import Can, Outbound, Uncertain, Undelivered
from channels.incoming import parts
from channels.web.networks.providers import as_request
from grievance import notice
from grievance.case import CASES as ROWS
from grievance.keyring import Ring
from grievance.store import Store
from tests.channels.sms.conformance import Door, Provider, Report, Taken, Word, provider_of, specimens
from tests.conftest import DATABASES
from tests.factories import NOON
from tests.sending import Clock, make_house
from workflows.rulebook import Rulebook

ALL = {specimen.label or specimen.name: specimen for specimen in specimens()}
FIRST = {next(label for label in ALL if ALL[label].name == each.name) for each in ALL.values()}
DOCUMENT = Path(__file__).parents[3] / "docs" / "gateways.md"
LETTER = Outbound(to="+51987654321", text="Recibimos su queja.", attempt="a" * 32)
BARE = Flask("bare")
WRITTEN = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
COMPLAINT = "El agua del canal sale turbia desde el lunes"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that every gateway must get right; `stored` ones run on both databases."""

    key: str
    sentence: str
    run: Callable[[Door], None]
    stored: bool


CASES: dict[str, Case] = {}


def case(sentence: str, *, stored: bool = True) -> Callable[[Callable[[Door], None]], Callable[[Door], None]]:
    """Put a function into the suite."""

    def put(run: Callable[[Door], None]) -> Callable[[Door], None]:
        CASES[run.__name__] = Case(run.__name__, sentence, run, stored)
        return run

    return put


def good(door: Door, answer: Heard) -> None:
    assert answer.status_code == 200
    assert answer.get_data(as_text=True) == door.gateway.answer.body
    assert answer.mimetype == door.gateway.answer.kind


@case("a message with a good signature is a case, and the gateway hears what it waits for")
def signed(door: Door) -> None:
    word = door.word()

    good(door, door.say(word))

    assert door.words_of(door.heard(word).case) == COMPLAINT
    assert door.address(word.sender) == word.sender


@case("a message with a bad signature is refused and leaves nothing")
def forged(door: Door) -> None:
    word, before = door.word(), door.cases()

    assert door.say(word, signing="bad").status_code == 403

    assert (door.heard(word), door.cases()) == (None, before)


@case("a message without a signature is refused and leaves nothing")
def unsigned(door: Door) -> None:
    word, before = door.word(), door.cases()

    assert door.say(word, signing="none").status_code == 403

    assert (door.heard(word), door.cases()) == (None, before)


@case("what is signed and cannot be read is refused and leaves nothing")
def unreadable(door: Door) -> None:
    knock, before = door.specimen.unreadable(now=door.house.now()), door.cases()

    assert door.knock(knock).status_code in (400, 403)

    assert door.cases() == before


@case("the same message twice is one case, and is answered alike")
def twice(door: Door) -> None:
    word, before = door.word(), door.cases()

    first, second = door.say(word), door.say(word)

    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert door.cases() == before + 1
    assert len(door.notices(word.sender)) == len({n.template for n in door.notices(word.sender)})


@case("a hidden number is a case that nobody can be answered in")
def withheld(door: Door) -> None:
    word, before = door.word(sender=""), door.cases()

    good(door, door.say(word))

    assert door.cases() == before + 1


@case("a name for a sender is stored, and never written to")
def alphanumeric(door: Door) -> None:
    word = door.word(sender="RadioSur")

    good(door, door.say(word))

    assert door.heard(word).case
    assert door.address("RadioSur") is None


@case("a short code for a sender is stored, and never written to")
def short_code(door: Door) -> None:
    word = door.word(sender="2020")

    good(door, door.say(word))

    assert door.heard(word).case
    assert door.address("2020") is None


@case("a number in the country's own spelling is the person of the whole number")
def national(door: Door) -> None:
    word = door.word()
    local = door.word(sender=word.sender.removeprefix("+51"))

    good(door, door.say(local))

    assert door.address(word.sender) == word.sender


@case("a picture or a voice note without words is a case")
def media(door: Door) -> None:
    word = door.word("", media=1)

    good(door, door.say(word))

    assert door.heard(word).case


@case("an empty message is answered and is no case")
def empty(door: Door) -> None:
    word, before = door.word(""), door.cases()

    good(door, door.say(word))

    assert (door.heard(word).case, door.cases()) == (None, before)


@case("a message of spaces only is answered and is no case")
def spaces(door: Door) -> None:
    word, before = door.word(" \t  "), door.cases()

    good(door, door.say(word))

    assert (door.heard(word).case, door.cases()) == (None, before)


@case("1,600 characters arrive whole")
def long(door: Door) -> None:
    text = ("El agua sale turbia ñ€😀. " * 70)[:1600].strip()
    word = door.word(text)

    good(door, door.say(word))

    assert door.words_of(door.heard(word).case) == text


@case("a text in octets that are no UTF-8 is a case, and its words are kept")
def bad_utf8(door: Door) -> None:
    word = door.word("agua", odd=b"el agua sale turbia, mi ni\xf1o enfermo \xff\xfe\xed\xa0\x80")
    before = {row.id for row in door.look(select(ROWS.c.id))}

    good(door, door.say(word))

    (made,) = {row.id for row in door.look(select(ROWS.c.id))} - before
    assert door.words_of(made).startswith("el agua sale turbia, mi niño enfermo")
    assert door.address(word.sender) == word.sender


@case("fields nobody knows are passed over")
def unknown_fields(door: Door) -> None:
    word = door.word(more={"Invented": "1", "future": "ñ"})

    good(door, door.say(word))

    assert door.words_of(door.heard(word).case) == COMPLAINT


@case("a long text in parts is one case, in whatever order they come")
def in_parts(door: Door) -> None:
    before = door.cases()
    told = ("El agua del canal ", "sale turbia ", "desde el lunes")
    first = door.word(told[0], part=(1, 3), whole="77")
    rest = [
        Word(told[n - 1], first.sender, f"{first.ref}-{n}", part=(n, 3), whole="77") for n in (3, 2)
    ]  # fmt: skip

    for word in (*rest, first, rest[0]):
        good(door, door.say(word))
    parts.join(door.house)

    assert door.cases() == before + 1
    assert door.words_of(door.heard(first).case) == COMPLAINT


@case("GET is taken where the provider uses it, and is 405 elsewhere")
def methods(door: Door) -> None:
    name = door.specimen.name
    asked = door.client.get(f"/channels/{name}/sms").status_code

    assert (asked != 405) is door.gateway.by_get
    assert door.client.put(f"/channels/{name}/sms").status_code == 405


@case("STOP is answered once: by the provider where it does, or else by us")
def stop(door: Door) -> None:
    word = door.word()
    door.say(word)
    before = len(door.notices(word.sender))

    good(door, door.say(door.word("STOP", sender=word.sender)))

    said = len(door.notices(word.sender)) - before
    assert said == (0 if door.gateway.can.answers_stop_itself else 1)
    assert door.person(word.sender).stopped_on is not None


def sent_to(door: Door) -> tuple[Word, str, str]:
    """Take in a complaint and send its receipt; gives who wrote, our attempt and the provider's id."""
    word = door.word()
    door.say(word)
    door.provider.calm()
    door.drain()
    sent = zip(door.provider.refs, door.provider.taken, strict=True)
    mine = ((ref, taken) for ref, taken in sent if door.specimen.sent(taken)[0] == word.sender)
    ref = next(door.specimen.known_as(taken, ref) for ref, taken in mine)
    return word, door.attempt_of(word.sender, ref), ref


def fate(door: Door, attempt: str) -> str:
    (row,) = door.look(select(notice.ATTEMPTS.c.state).where(notice.ATTEMPTS.c.id == attempt))
    return str(row.state)


@case("word that it was delivered is written down")
def delivered(door: Door) -> None:
    word, attempt, ref = sent_to(door)

    good(door, door.tell(Report("delivered", attempt, ref, word.sender)))

    assert fate(door, attempt) == "delivered"


@case("word that it failed is written down")
def failed(door: Door) -> None:
    word, attempt, ref = sent_to(door)

    good(door, door.tell(Report("failed", attempt, ref, word.sender)))

    assert fate(door, attempt) == "failed"


@case("word that comes out of order, or again, never turns a status back")
def out_of_order(door: Door) -> None:
    word, attempt, ref = sent_to(door)

    for state in ("delivered", "sent", "delivered", "sent"):
        good(door, door.tell(Report(state, attempt, ref, word.sender)))

    assert fate(door, attempt) == "delivered"


@case("word that comes before the sending was written down is kept")
def early(door: Door) -> None:
    word = door.word()
    door.say(word)

    told: list[str] = []

    def call_back(taken: Taken, ref: str) -> None:
        if door.specimen.sent(taken)[0] == word.sender:
            told.append(door.attempt_of(word.sender))
            door.tell(Report("delivered", told[-1], ref, word.sender))

    door.provider.while_taking = call_back
    door.drain()

    assert {fate(door, attempt) for attempt in told} == {"delivered"}


@case("a word for a status that nobody has heard of changes nothing")
def unknown_status(door: Door) -> None:
    word, attempt, ref = sent_to(door)
    before = fate(door, attempt)

    good(door, door.tell(Report("odd", attempt, ref, word.sender)))

    assert fate(door, attempt) == before


@case("a forged status is refused and changes nothing")
def forged_status(door: Door) -> None:
    word, attempt, ref = sent_to(door)
    before = fate(door, attempt)

    for signing in ("bad", "none"):
        told = Report("delivered", attempt, ref, word.sender)
        assert door.tell(told, signing=signing).status_code == 403  # type: ignore[arg-type]

    assert fate(door, attempt) == before


@case("a message is handed over to the right person, whole", stored=False)
def sending(door: Door) -> None:
    sent = door.gateway.send(LETTER)

    assert sent.ref
    assert [door.specimen.sent(taken) for taken in door.provider.taken] == [(LETTER.to, LETTER.text)]


@case("a refusal for good says so, with a code and nothing else", stored=False)
def refused(door: Door) -> None:
    door.provider.mood = "refused"

    with pytest.raises(Undelivered) as refusal:
        door.gateway.send(LETTER)

    assert (refusal.value.code, refusal.value.permanent) == (door.specimen.refusal, True)
    assert LETTER.to.removeprefix("+") not in str(refusal.value)


@case("a refusal for now says so, and that another gateway may take it", stored=False)
def refused_for_now(door: Door) -> None:
    door.provider.mood = "later"

    with pytest.raises(Undelivered) as refusal:
        door.gateway.send(LETTER)

    assert (refusal.value.permanent, refusal.value.own) == (False, True)


@case("a provider that hangs or breaks off leaves it open", stored=False)
def hung(door: Door) -> None:
    impatient = replace(door.gateway, timeout=0.3)  # type: ignore[type-var]
    for mood, gateway in (("hang", impatient), ("cut", door.gateway)):
        door.provider.mood = mood
        with pytest.raises(Uncertain):
            gateway.send(LETTER)


@case("an answer that cannot be read leaves it open", stored=False)
def broken_answer(door: Door) -> None:
    door.provider.mood = "garbage"

    with pytest.raises(Uncertain):
        door.gateway.send(LETTER)


@case("a provider that is not there took nothing", stored=False)
def not_there(door: Door) -> None:
    with provider_of(door.specimen) as gone:
        address = gone.url
    away = door.specimen.gateway(provider=address, now=door.house.now)

    with pytest.raises(Undelivered) as refusal:
        away.send(LETTER)

    assert (refusal.value.code, refusal.value.permanent) == ("unreachable", False)


@case("whether it took a message can be asked of it, or it says that it cannot", stored=False)
def asked(door: Door) -> None:
    since, find = door.house.now() - timedelta(days=1), door.gateway.find
    if not door.gateway.can.asks:
        with pytest.raises(Uncertain):
            find(to=LETTER.to, since=since, matches=lambda _: True)
        return

    own = replace(
        LETTER, text="Su respuesta: agua limpia.", attempt="b" * 32
    )  # told from other cases' letters
    sent = door.gateway.send(own)
    found = find(to=own.to, since=since, matches=lambda text: text == own.text)
    assert found is not None
    assert found.ref == sent.ref
    assert find(to=own.to, since=since, matches=lambda _: False) is None
    assert find(to="+51987000999", since=since, matches=lambda _: True) is None


@case("no log line holds a number, a text or an id of the provider's")
def quiet(door: Door) -> None:
    said: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(f"{record.getMessage()} {record.__dict__}")

    listening = Listening(level=logging.DEBUG)
    logging.getLogger().addHandler(listening)
    try:
        word, attempt, ref = sent_to(door)
        door.tell(Report("delivered", attempt, ref, word.sender))
        door.say(door.word(sender=word.sender), signing="bad")
    finally:
        logging.getLogger().removeHandler(listening)

    assert not [s for s in said for secret in (word.sender[1:], COMPLAINT, word.ref) if secret in s]


@case("the database, read raw, holds no number, no text and no id of the provider's")
def hidden(door: Door) -> None:
    word, attempt, ref = sent_to(door)
    door.tell(Report("delivered", attempt, ref, word.sender))
    part = door.word("Una parte de algo", part=(1, 2), whole="ganzes-88")
    if "in_parts" not in door.specimen.lacks:
        door.say(part)

    held = door.everything()

    theirs = "a ref of theirs" if ref == attempt else ref  # some know a message by no id but ours
    for secret in (
        word.sender[1:],
        COMPLAINT,
        word.ref,
        theirs,
        part.ref,
        part.sender[1:],
        "Una parte de",
        "ganzes-88",
    ):
        assert secret.encode() not in held


Made = Callable[[str, str], Door]


@pytest.fixture(scope="module")
def doors(
    request: pytest.FixtureRequest, ring: Ring, rules: Rulebook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:  # fmt: skip
    """Build each gateway's application once per database."""
    made: dict[tuple[str, str], Door] = {}
    phones = itertools.count(1)
    with ExitStack() as stack:

        def database(kind: str, name: str) -> str:
            if kind == "sqlite":
                file = tmp_path_factory.mktemp(name) / "grievance.db"
                shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
                return f"sqlite:///{file}"
            server = request.getfixturevalue("postgres_server")
            created = server.create(template=request.getfixturevalue("postgres_template"))
            stack.callback(server.drop, created)
            return server.url(created)

        def make(name: str, kind: str) -> Door:
            if (name, kind) not in made:
                specimen = ALL[name]
                provider: Provider = stack.enter_context(provider_of(specimen))
                store = Store(database(kind, name))
                stack.callback(store.close)
                clock = Clock()
                gateway = specimen.gateway(provider=provider.url, now=clock)
                house = make_house(store, ring, rules, clock, gateway, FACES="intake")
                client = create_app(house).test_client()
                made[name, kind] = Door(specimen, house, client, provider, phones)
            door = made[name, kind]
            door.provider.calm()
            return door

        yield make


def test_a_gateway_that_was_away_may_hand_over_more_than_a_form_of_a_persons(doors: Made) -> None:
    door = doors("infobip", DATABASES[0])

    good(door, door.say(door.word(more={"future": "x" * 2_000_000})))
    too_much = door.say(door.word(more={"future": "x" * 5_000_000}))

    assert too_much.status_code == 413


def test_a_stop_in_words_that_only_the_provider_knows_mutes_too(doors: Made) -> None:
    door = doors("twilio", DATABASES[0])
    word = door.word()
    door.say(word)

    good(door, door.say(door.word("ADIOS", sender=word.sender, more={"OptOutType": "STOP"})))

    assert door.person(word.sender).stopped_on is not None
    assert [n for n in door.notices(word.sender) if n.template == "stopped"] == []


@pytest.mark.parametrize("name", sorted(ALL))
@settings(max_examples=25)
@given(text=WRITTEN, sender=WRITTEN, ref=WRITTEN, more=st.dictionaries(WRITTEN, WRITTEN, max_size=3))
@example(text="=1+1\r\n\x00{key}&a=b;%41+", sender="+51987654321", ref="1", more={"text": "x", "a": "b"})
@example(text="agua", sender="../\x00/" + "€" * 90, ref="1", more={})
def test_whatever_is_written_comes_in_as_it_was_written(
    name: str, text: str, sender: str, ref: str, more: dict[str, str]
) -> None:
    specimen = ALL[name]
    unknown = {f"x-{key}": value for key, value in more.items()}
    word = Word(text, sender, ref or "1", more=unknown)
    if specimen.polled:
        with provider_of(specimen) as provider:
            gateway = specimen.gateway(provider=provider.url, now=Clock())
            (found,) = specimen.read(gateway, word, provider=provider.url, now=NOON)
        assert (found.text, not found.answerable or bool(found.sender)) == (text, True)
        return
    gateway = specimen.gateway(provider="http://127.0.0.1:1", now=Clock())
    knock = specimen.knock(word, now=NOON)

    with BARE.test_request_context(
        knock.uri, method=knock.method, data=knock.body, headers=list(knock.headers.items())
    ):
        (found,) = gateway.inbound(as_request(), now=NOON)

    assert found.text == text
    assert not found.answerable or found.sender


def _asked() -> Iterator[object]:
    for name, each in itertools.product(ALL, CASES.values()):
        both = each.stored and name in FIRST  # another way to prove oneself stores nothing differently
        for kind in DATABASES if both else DATABASES[:1]:
            if each.key not in ALL[name].lacks:
                yield pytest.param(name, each.key, kind, id=f"{name}-{each.key}-{kind}")


@pytest.mark.parametrize(("name", "key", "database_url"), list(_asked()))
def test_every_gateway_keeps_the_contract(doors: Made, name: str, key: str, database_url: str) -> None:
    CASES[key].run(doors(name, database_url))


def table() -> str:
    """Write the table gateway by case, and why a case cannot be asked of a gateway."""
    reasons = sorted({why for specimen in ALL.values() for why in specimen.lacks.values()})
    notes = {why: n for n, why in enumerate(reasons, 1)}
    lines = ["| case | " + " | ".join(ALL) + " |", "| --- |" + " --- |" * len(ALL)]
    for each in CASES.values():
        cells = [str(notes[s.lacks[each.key]]) if each.key in s.lacks else "yes" for s in ALL.values()]
        lines.append(f"| {each.sentence} | " + " | ".join(cells) + " |")
    count = sum(len(CASES) - len(specimen.lacks) for specimen in ALL.values())
    lines += [
        "",
        f"{len(ALL)} gateways, {len(CASES)} cases, {count} kept. A number says why it cannot be asked:",
        "",
    ]
    return "\n".join([*lines, *(f"{n}. {why}" for why, n in notes.items())])


def test_no_gateway_is_excused_from_a_case_that_is_not_there() -> None:
    unknown = {(name, key) for name, specimen in ALL.items() for key in specimen.lacks if key not in CASES}

    assert unknown == set()


def abilities() -> str:
    """Write the table of what each gateway says that it can."""
    asked = [(field.name, field.name.replace("_", " ")) for field in fields(Can)]
    lines = [
        "| gateway | " + " | ".join(words for _, words in asked) + " |",
        "| --- |" + " --- |" * len(asked),
    ]
    for name in sorted(FIRST - {"simulator"}):
        can = ALL[name].gateway(provider="http://127.0.0.1:1", now=Clock()).can
        lines.append(
            f"| {ALL[name].name} | "
            + " | ".join("yes" if getattr(can, key) else "no" for key, _ in asked)
            + " |"
        )
    return "\n".join(lines)


@pytest.mark.parametrize(("mark", "made"), [("conformance", table), ("can", abilities)])
def test_the_tables_of_the_document_are_as_the_suite_has_them(mark: str, made: Callable[[], str]) -> None:
    whole = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = whole.partition(f"<!-- {mark} -->")
    _, _, after = rest.partition(f"<!-- /{mark} -->")
    wanted = f"{before}<!-- {mark} -->\n{made()}\n<!-- /{mark} -->{after}"
    if os.environ.get("WRITE_CONFORMANCE"):
        DOCUMENT.write_text(wanted, encoding="utf-8")

    assert DOCUMENT.read_text(encoding="utf-8") == wanted, "run `make conformance`, and look at what changed"
