"""What we know after calling a provider: it took it, it refused, nobody was there, or nobody knows."""

import json
from collections.abc import Iterator

import pytest

from channels.gateway import Uncertain, Undelivered
from channels.sms import calling
from grievance.errors import Misconfigured
from tests.channels.sms.conformance import Provider, Reply, Specimen, Taken, provider_of


class Saying(Specimen):
    reply_now = Reply(b"{}")

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        return self.reply_now


@pytest.fixture
def saying() -> Saying:
    return Saying()


@pytest.fixture
def provider(saying: Saying) -> Iterator[Provider]:
    with provider_of(saying) as running:
        yield running


def test_an_answer_is_read_whole(provider: Provider, saying: Saying) -> None:
    saying.reply_now = Reply(json.dumps({"ñ": "x" * 5000}).encode())

    answer = calling.post_json(provider.url, {"texto": "año 😀"})

    assert (answer.status, answer.told()) == (200, {"ñ": "x" * 5000})
    assert provider.taken[0].told == {"texto": "año 😀"}
    assert "ñ" not in repr(answer)


def test_a_name_and_a_password_are_shown(provider: Provider) -> None:
    calling.call("GET", provider.url + "/x?a=1", headers={"Authorization": calling.basic("u", "ñ")})

    assert provider.taken[0].uri == "/x?a=1"
    assert provider.taken[0].headers["Authorization"] == "Basic dTrDsQ=="


def test_a_redirect_is_not_followed_and_leaves_it_open(provider: Provider, saying: Saying) -> None:
    saying.reply_now = Reply(b"", 302)

    with pytest.raises(Uncertain):
        calling.check(calling.post_form(provider.url, {"to": "1"}))

    assert len(provider.taken) == 1


def test_an_answer_without_end_is_left(provider: Provider, saying: Saying) -> None:
    saying.reply_now = Reply(b"x" * (calling.MOST + 1))

    with pytest.raises(Uncertain):
        calling.post_form(provider.url, {})


@pytest.mark.parametrize("body", [b"<html>", b"[" * 100_000, b"\xff"])
def test_what_cannot_be_read_leaves_it_open(body: bytes) -> None:
    with pytest.raises(Uncertain):
        calling.Said(200, body).told()


@pytest.mark.parametrize(
    ("status", "fate"),
    [(200, None), (201, None), (302, Uncertain), (408, Uncertain), (500, Uncertain), (503, Uncertain),
     (400, True), (422, True), (401, False), (402, False), (403, False), (404, False), (429, False)],
)  # fmt: skip
def test_an_http_status_says_what_became_of_it(status: int, fate: object) -> None:
    if fate is None:
        calling.check(calling.Said(status, b""))
        return
    with pytest.raises(Uncertain if fate is Uncertain else Undelivered) as refusal:
        calling.check(calling.Said(status, b"51987654321"))
    if isinstance(refusal.value, Undelivered):
        assert (refusal.value.code, refusal.value.permanent) == (str(status), fate)


@pytest.mark.parametrize(
    ("said", "code"),
    [("E7", "E7"), (7, "7"), ("invalid_param", "invalid_param"), ("51987654321", ""), ("no: +51 987", ""),
     ("x" * 17, ""), (None, ""), (True, ""), ({}, ""), ("ñ", "")],
)  # fmt: skip
def test_a_code_is_kept_and_words_that_could_name_somebody_are_not(said: object, code: str) -> None:
    assert calling.code_of(said) == code


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://127.0.0.1:1/"])
def test_where_nobody_is_nothing_was_said(url: str) -> None:
    with pytest.raises(Undelivered) as refusal:
        calling.call("GET", url, timeout=30)

    assert (refusal.value.code, refusal.value.permanent) == (calling.UNREACHABLE, False)


def test_who_cannot_prove_their_name_hears_nothing(provider: Provider) -> None:
    with pytest.raises(Undelivered) as refusal:
        calling.call("POST", provider.url.replace("http", "https"), body=b"agua", timeout=30)

    assert refusal.value.code == calling.UNREACHABLE
    assert provider.taken == []


@pytest.mark.parametrize("address", ["http://api.example", "ftp://api.example", "nowhere", "https://", "", "https://x:99999",
                                     "https://[half", "https://no such host"])  # fmt: skip
def test_texts_never_cross_a_network_in_clear(address: str) -> None:
    with pytest.raises(Misconfigured):
        calling.private("X", address)


@pytest.mark.parametrize("address", ["https://api.example/", "http://127.0.0.1:8080", "http://localhost:1"])
def test_https_and_this_very_machine_are_private(address: str) -> None:
    assert calling.private("X", address) == address.rstrip("/")
