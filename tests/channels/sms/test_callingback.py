"""Africa's Talking is asked to call somebody, and says whether it will."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from channels.gateway import Uncertain, Undelivered
from channels.sms.africastalking import AfricasTalking
from tests.channels.sms.conformance import Provider, Reply, Specimen, Taken, provider_of


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
        username="quejas", key="llave", sender="2020", token="t", voice_base=provider.url, timeout=0.3
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
