"""What providers are asked besides messages: to call somebody, and to forget what they keep."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from channels.gateway import Uncertain, Undelivered
from channels.sms.africastalking import AfricasTalking
from channels.sms.telerivet import Telerivet
from tests.channels.sms.conformance import PATIENT, Provider, Reply, Specimen, Taken, provider_of


class Calls(Specimen):
    """Its interface for calls: what it says is told to it."""

    name = "africastalking"

    def __init__(self) -> None:
        self.says: tuple[Any, int] = ({"entries": [{"status": "Queued", "sessionId": "ATVId_1"}]}, 201)

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        said, status = self.says
        return Reply(json.dumps(said).encode(), status)


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def provider(calls: Calls) -> Iterator[Provider]:
    with provider_of(calls) as running:
        yield running


def account(provider: Provider) -> AfricasTalking:
    return AfricasTalking(
        username="quejas", key="llave", sender="2020", token="t", voice_base=provider.url, timeout=PATIENT
    )


def test_a_call_is_asked_for_from_the_number_that_was_rung(provider: Provider) -> None:
    account(provider).call("+51912345678", sender="+254711082000")

    (taken,) = provider.taken
    assert (taken.method, taken.uri, taken.headers["apiKey"]) == ("POST", "/call", "llave")
    assert taken.form == {"username": "quejas", "to": "+51912345678", "from": "+254711082000"}


@pytest.mark.parametrize(
    ("entries", "permanent"),
    [
        ([{"status": "InvalidPhoneNumber"}], True),
        ([{"status": "DestinationNotSupported"}], True),
        ([{"status": "InsufficientCredit"}], False),
        ([], False),
    ],
)
def test_a_call_that_is_refused_says_whether_to_try_again(
    calls: Calls, provider: Provider, entries: list[dict[str, str]], permanent: object
) -> None:
    calls.says = ({"entries": entries, "errorMessage": "+51912345678 no"}, 201)

    with pytest.raises(Undelivered) as refusal:
        account(provider).call("+51912345678", sender="+254711082000")

    assert refusal.value.permanent is permanent
    assert "912345678" not in str(refusal.value)


@pytest.mark.parametrize("said", ["nothing", {}, {"entries": "x"}])
def test_an_answer_that_cannot_be_read_leaves_a_call_open(
    calls: Calls, provider: Provider, said: object
) -> None:
    calls.says = (said, 201)

    with pytest.raises(Uncertain):
        account(provider).call("+51912345678", sender="+254711082000")


def project(provider: Provider) -> Telerivet:
    return Telerivet(
        project="PJ/1", key="llave", secret="x" * 16, number="+51900000002", base_url="https://quejas.example",
        base=provider.url, timeout=PATIENT,
    )  # fmt: skip


@pytest.mark.parametrize("status", [200, 204, 404, 410])
def test_telerivet_is_told_to_forget_a_message_and_one_that_is_gone_is_well(
    calls: Calls, provider: Provider, status: int
) -> None:
    calls.says = ({}, status)

    project(provider).erase("SM/1?x")

    (taken,) = provider.taken
    assert (taken.method, taken.uri) == ("DELETE", "/v1/projects/PJ%2F1/messages/SM%2F1%3Fx")
    assert taken.headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize(("status", "what"), [(401, Undelivered), (500, Uncertain), (302, Uncertain)])
def test_what_telerivet_could_not_delete_is_known(
    calls: Calls, provider: Provider, status: int, what: type[Exception]
) -> None:
    calls.says = ({}, status)

    with pytest.raises(what):
        project(provider).erase("SM1")
