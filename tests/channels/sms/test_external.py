"""A provider described in a file: what a recipe may say, and that nothing of a text is ever read as part of one."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.gateway import Forged, Garbled, Outbound, Piece, Request, Uncertain, Undelivered
from channels.sms import recipes
from channels.sms.external import External
from grievance.errors import Misconfigured
from tests.channels.sms.conformance import Reply, Specimen, Taken, Word, provider_of
from tests.channels.sms.specimens.external import BY_FORM, SECRET, SPECIMENS
from tests.channels.sms.test_providers import request
from tests.sending import BASE

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
DOCUMENT = Path(__file__).parents[3] / "docs" / "gateways.md"
LEAST = """
number = "+51900000002"
[proof]
header = "X-Secret"
[inbound]
sender = "from"
text = "text"
"""
ON = LEAST + '[send]\nurl = "https://x.example/send"\n[send.fields]\nto = "{to}"\ntext = "{text}"\n'


def external(recipe: str = LEAST, **changed: Any) -> External:
    given = {"secret": SECRET, "base_url": BASE, "now": lambda: NOW, "key": "la llave", "timeout": 30}
    return External(recipes.read(tomllib.loads(recipe)), **{**given, **changed})


def told(uri: str = "/sms", *, secret: str = SECRET, method: str = "POST", **fields: str) -> Request:
    return Request(method, uri, {"X-Secret": secret}, b"", tuple(fields.items()))


def test_the_least_recipe_takes_messages_and_sends_none() -> None:
    at = external()

    (found,) = at.inbound(told(**{"from": "51987654321", "text": "agua"}), now=NOW)

    assert (found.sender, found.recipient, found.text) == ("+51987654321", "+51900000002", "agua")
    assert (at.can.two_way, at.can.receipts, at.can.asks) == (False, False, False)
    with pytest.raises(Undelivered):
        at.send(Outbound("+51987654321", "agua", "a" * 32))


def test_a_message_without_an_id_is_known_by_what_it_says_and_when() -> None:
    at = external(LEAST + 'time = "when"\n')
    first, again, later = (
        at.inbound(
            told(**{"from": "51987654321", "text": "agua", "when": when}), now=NOW + timedelta(hours=n)
        )[0].ref
        for n, when in enumerate(("17:00", "17:00", "17:05"))
    )

    assert first == again
    assert first != later


def test_without_any_time_a_quick_repetition_is_the_same_and_a_later_one_is_not() -> None:
    first, again, later = (
        external()
        .inbound(told(**{"from": "51987654321", "text": "agua"}), now=NOW + timedelta(seconds=s))[0]
        .ref
        for s in (0, 3, 60)
    )

    assert first == again
    assert first != later


def test_a_message_without_its_text_is_garbled() -> None:
    with pytest.raises(Garbled):
        external().inbound(told(**{"from": "51987654321"}), now=NOW)


@pytest.mark.parametrize("secret", ["", "another", SECRET + " "])
def test_without_the_secret_nothing_comes_in(secret: str) -> None:
    with pytest.raises(Forged):
        external().inbound(told(secret=secret, **{"from": "51987654321", "text": "agua"}), now=NOW)


def test_a_deployment_without_a_secret_believes_nobody() -> None:
    with pytest.raises(Forged):
        external(secret="").inbound(told(secret="", **{"from": "51987654321", "text": "agua"}), now=NOW)


@pytest.mark.parametrize(
    ("after", "good"),
    [(timedelta(minutes=4), True), (timedelta(minutes=6), False), (-timedelta(minutes=6), False)],
)
def test_an_hmac_is_good_for_five_minutes(*, after: timedelta, good: bool) -> None:
    specimen = SPECIMENS[1]
    at = specimen.gateway(provider="http://127.0.0.1:1", now=lambda: NOW)
    knock = request(specimen.knock(Word("agua", "+51987654321", "1"), now=NOW))

    if good:
        assert at.inbound(knock, now=NOW + after)
    else:
        with pytest.raises(Forged):
            at.inbound(knock, now=NOW + after)


def test_beside_an_hmac_nothing_in_the_address_counts() -> None:
    specimen = SPECIMENS[1]
    at = specimen.gateway(provider="http://127.0.0.1:1", now=lambda: NOW)
    knock = request(specimen.knock(Word("agua", "+51987654321", "1"), now=NOW))
    added = Request("POST", knock.uri + "?parte=1&partes=2&grupo=7", knock.headers, knock.body, ())

    assert at.inbound(added, now=NOW)[0].piece is None


@pytest.mark.parametrize(
    ("part", "parts", "piece"),
    [("2", "3", Piece("7", 2, 3)), ("x", "3", None), ("2", "", None), ("٢", "3", None), ("2222", "3", None)],
)
def test_parts_are_read_strictly(part: str, parts: str, piece: Piece | None) -> None:
    recipe = LEAST + 'part = "p"\nparts = "n"\nwhole = "g"\n'

    (found,) = external(recipe).inbound(
        told(**{"from": "51987654321", "text": "agua", "p": part, "n": parts, "g": "7"}), now=NOW
    )

    assert found.piece == piece


class Echo(Specimen):
    """A provider that takes everything and says what it is told to."""

    said = b'{"id": 7}'

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        return Reply(self.said)


def test_a_text_that_holds_a_blank_is_sent_as_it_stands() -> None:
    with provider_of(Echo()) as provider:
        at = external(BY_FORM % provider.url)
        sent = at.send(Outbound("+51987654321", "{key} {to} {{text}}", "a" * 32))

        assert provider.taken[0].form["texto"] == "{key} {to} {{text}}"
        assert provider.taken[0].form["aviso"].startswith(f"{BASE}/channels/external/status?a={'a' * 32}&k=")
        assert sent.ref == "7"


def test_the_address_we_gave_for_a_message_proves_word_of_that_message_alone() -> None:
    with provider_of(Echo()) as provider:
        at = external(BY_FORM % provider.url)
        at.send(Outbound("+51987654321", "agua", "a" * 32))
        given = provider.taken[0].form["aviso"].removeprefix(BASE)
    word = (("estado", "ENTREGADO"), ("codigo", "7"))

    (event,) = at.status(Request("POST", given, {}, b"", word))

    assert (event.attempt, event.state) == ("a" * 32, "delivered")
    for forged in (given.replace("a" * 32, "b" * 32), given[:-1], given.partition("&")[0]):
        with pytest.raises(Forged):
            at.status(Request("POST", forged, {}, b"", word))


def test_an_answer_must_hold_what_was_agreed() -> None:
    recipe = ON.replace("https://x.example", "%s") + '[send.headers]\nX-Key = "{key}"\n'
    recipe = recipe.replace("[send]\n", '[send]\ncontains = "ACEPTADO"\n')
    echo = Echo()
    with provider_of(echo) as provider:
        with pytest.raises(Uncertain):
            external(recipe % provider.url).send(Outbound("+51987654321", "agua", "a" * 32))
        echo.said = b"ACEPTADO"

        assert (
            external(recipe % provider.url).send(Outbound("+51987654321", "agua", "a" * 32)).ref == "a" * 32
        )


@pytest.mark.parametrize(
    ("word", "state", "again", "stopped"),
    [
        ("Entregado", "delivered", False, False),
        ("APAGADO", "failed", True, False),
        ("BAJA", "failed", False, True),
    ],
)
def test_words_are_read_as_the_recipe_maps_them(*, word: str, state: str, again: bool, stopped: bool) -> None:
    recipe = (
        LEAST + '[status]\nstatus = "s"\nid = "id"\n[status.words]\ndelivered = ["entregado"]\nagain = ["apagado"]\n'
        'stopped = ["baja"]\n'
    )  # fmt: skip

    (event,) = external(recipe).status(told(s=word, id="1"))

    assert (event.state, event.again, event.stopped) == (state, again, stopped)


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense = 1\n" + LEAST,
        LEAST.replace("number", "numero"),
        LEAST.replace("+51900000002", "nobody"),
        LEAST.replace('header = "X-Secret"', ""),
        LEAST.replace('header = "X-Secret"', 'header = "X-Secret"\nfield = "s"'),
        LEAST.replace('header = "X-Secret"', 'hmac = "X-Sig"\nsigned = "{body}"'),
        'method = "GET"\n' + LEAST.replace('header = "X-Secret"', 'hmac = "X-Sig"'),
        LEAST.replace('text = "text"', ""),
        LEAST.replace('text = "text"', "text = 7"),
        LEAST + 'body = "x"\n',
        LEAST + "[can]\ntwo_way = 1\n",
        LEAST + "[can]\nfly = true\n",
        LEAST + '[status]\nstatus = "s"\n[status.words]\ndone = ["x"]\n',
        LEAST + '[status]\nstatus = "s"\n[status.words]\nsent = "x"\n',
        ON.replace("https", "http"),
        ON.replace("/send", "/send/{to}"),
        ON.replace("[send]\n", '[send]\nkind = "xml"\n'),
        ON.replace("[send]\n", '[send]\nmethod = "GET"\n'),
        ON.replace("[send]\n", '[send]\nref = "/(/"\n'),
        ON.replace("[send]\n", '[send]\nref = "/no group/"\n'),
        ON.replace("[send]\n", '[send]\nbasic = "{key}"\n'),
        LEAST + '[send]\nurl = "https://x.example"\n',
    ],
)
def test_a_recipe_that_is_not_right_does_not_start(wrong: str) -> None:
    with pytest.raises(Misconfigured):
        recipes.read(tomllib.loads(wrong))


def test_a_recipe_that_is_right_starts() -> None:
    assert recipes.read(tomllib.loads(ON)).send is not None


def test_a_file_that_is_no_recipe_says_so(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[", encoding="utf-8")

    for name in ("nothing.toml", "broken.toml"):
        with pytest.raises(Misconfigured):
            recipes.load(tmp_path / name)


def test_every_recipe_of_the_document_can_be_read() -> None:
    found = [
        block.partition("```")[0] for block in DOCUMENT.read_text(encoding="utf-8").split("```toml\n")[1:]
    ]

    assert len(found) >= 4
    for block in found:
        recipes.read(tomllib.loads(block))
