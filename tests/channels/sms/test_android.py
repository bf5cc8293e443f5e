from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from channels.gateway import Forged, Garbled, Inbound, Outbound, Request, Uncertain, Undelivered
from channels.sms import SETTINGS, build
from channels.sms.android import Android
from channels.sms.proofs import WINDOW
from grievance import settings
from grievance.errors import Misconfigured
from grievance.keyring import Ring
from tests.channels.sms import phones
from tests.channels.sms.phones import KEY, PHONES_SIM, event, knock, text

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


def gateway(**changed: Any) -> Android:
    given = {
        "url": "http://127.0.0.1:9/message",
        "username": phones.USER,
        "password": phones.PASSWORD,
        "key": KEY,
    }
    return Android(**given | {"number": PHONES_SIM, "now": lambda: NOW} | changed)


@pytest.fixture
def phone() -> Iterator[phones.Phone]:
    with phones.running() as started:
        yield started


def heard(request: Request) -> Inbound:
    (message,) = gateway().inbound(request, now=NOW)
    return message


def test_a_signed_text_is_read_and_a_number_written_as_at_home_gets_its_country() -> None:
    message = heard(knock(event("sms:received", text("no hay agua ñ")), now=NOW))

    assert (message.sender, message.recipient, message.text) == ("+51987654321", PHONES_SIM, "no hay agua ñ")
    assert message.answerable


@pytest.mark.parametrize(
    "spoilt",
    [
        knock(event("sms:received", text("x")), now=NOW, key="another" * 8),
        knock(event("sms:received", text("x")), now=NOW - WINDOW - timedelta(seconds=1)),
        knock(event("sms:received", text("x")), now=NOW + WINDOW + timedelta(seconds=1)),
        knock(event("sms:received", text("x")), now=NOW, stamp="ayer"),
        knock(event("sms:received", text("x")), now=NOW, stamp="9" * 40),
        Request("POST", "/channels/android/sms", {}, event("sms:received", text("x")), ()),
    ],
    ids=["another key", "too old", "too new", "no number", "no time of this world", "unsigned"],
)
def test_what_the_phone_did_not_sign_just_now_is_a_forgery(spoilt: Request) -> None:
    with pytest.raises(Forged):
        gateway().inbound(spoilt, now=NOW)


def test_a_body_changed_on_the_way_is_a_forgery() -> None:
    real = knock(event("sms:received", text("no hay agua")), now=NOW)

    with pytest.raises(Forged):
        gateway().inbound(
            Request("POST", real.uri, real.headers, real.body.replace(b"agua", b"nada"), ()), now=NOW
        )


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'"event"', b"\xff\xfe", b'{"event": 3}', b"[" * 100_000]
)
def test_what_is_signed_and_cannot_be_read_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        gateway().inbound(knock(body, now=NOW), now=NOW)


@effort(max_examples=60)
@given(st.binary(max_size=80))
def test_no_bytes_break_the_door(body: bytes) -> None:
    try:
        found = gateway().inbound(knock(body, now=NOW), now=NOW)
    except Garbled:
        return
    assert len(found) <= 1


def test_the_same_words_at_another_moment_are_another_message_and_a_repetition_is_not() -> None:
    first = heard(knock(event("sms:received", text("1")), now=NOW))
    again = heard(knock(event("sms:received", text("1"), own="another"), now=NOW))
    later = heard(
        knock(event("sms:received", text("1", receivedAt="2026-03-04T12:05:00.000-05:00")), now=NOW)
    )

    assert first.ref == again.ref
    assert first.ref != later.ref


def test_a_name_a_short_code_and_nobody_are_taken_and_not_answered() -> None:
    for sender, read in (("Claro", "Claro"), ("4040", "4040"), (None, None), ("", None)):
        message = heard(knock(event("sms:received", text("recarga", sender=sender)), now=NOW))

        assert (message.sender, message.answerable) == (read, False)


def test_a_picture_is_a_message_with_a_picture() -> None:
    message = heard(
        knock(event("mms:downloaded", {**text(""), "body": "mire", "attachments": [{}, {}]}), now=NOW)
    )

    assert (message.text, message.media) == ("mire", 2)


def test_what_hangs_on_a_picture_message_comes_with_it_and_its_layout_does_not() -> None:
    hung = [
        {"partId": "1", "contentType": "application/smil", "data": "PHNtaWw+"},
        {"partId": "2", "contentType": "image/jpeg; name=a.jpg", "size": 3, "data": "AQID"},
        {"partId": "3", "contentType": "audio/amr", "data": None},
        {"partId": "4", "contentType": "image/png", "data": "no base64!"},
        "odd",
    ]

    message = heard(
        knock(event("mms:downloaded", {**text(""), "body": "mire", "attachments": hung}), now=NOW)
    )

    assert [(one.kind, one.data) for one in message.brought] == [
        ("image/jpeg", b"\x01\x02\x03"), ("audio/amr", b""), ("image/png", b""),
    ]  # fmt: skip
    assert heard(knock(event("mms:received", {**text(""), "attachments": hung}), now=NOW)).brought == ()


def test_a_ping_and_events_to_come_say_nothing() -> None:
    for kind in ("system:ping", "app:started", "sms:data-received", "call:missed"):
        assert not gateway().inbound(knock(event(kind, {"health": {}}), now=NOW), now=NOW)


def test_a_text_at_the_address_for_statuses_is_refused_so_that_the_phone_keeps_it() -> None:
    with pytest.raises(Garbled):
        gateway().status(knock(event("sms:received", text("no hay agua")), now=NOW))
    with pytest.raises(Garbled):
        gateway().inbound(knock(event("sms:sent", {"messageId": "a"}), now=NOW), now=NOW)


def test_statuses_name_our_attempt_and_delivery_names_the_part() -> None:
    def said(kind: str, own: str = "e1", ours: str = "attempt-1", **more: Any) -> Any:
        (found,) = gateway().status(knock(event(kind, {"messageId": ours, **more}, own=own), now=NOW))
        return found.attempt, found.state, found.part, found.parts, found.again

    assert said("sms:sent", partsCount=3) == ("attempt", "sent", "", 3, False)
    assert said("sms:sent", partsCount="x") == ("attempt", "sent", "", 1, False)
    assert said("sms:delivered", "e2") == ("attempt", "delivered", "e2", 1, False)
    assert said("sms:delivered", "e2", "attempt-x") == ("attempt", "delivered", "e2", 0, False)
    assert said("sms:failed", reason="RESULT_ERROR to +51987654321") == ("attempt", "failed", "", 0, True)
    assert not gateway().status(knock(event("sms:sent", {}), now=NOW))


def test_a_message_leaves_under_our_own_id_and_a_second_time_is_not_sent_twice(phone: phones.Phone) -> None:
    adapter = gateway(url=phone.url, sim=2)

    for _ in range(2):
        assert adapter.send(Outbound("+51987654321", "Recibido ñ", "attempt")).ref == "attempt"

    assert phone.taken == [
        {
            "id": "attempt-1", "textMessage": {"text": "Recibido ñ"}, "phoneNumbers": ["+51987654321"],
            "withDeliveryReport": True, "simNumber": 2,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "permanent", "own"),
    [(503, False, True), (429, False, True), (403, False, True), (400, True, False)],
)
def test_what_the_phone_refuses_is_sorted_by_whose_fault_it_is(
    phone: phones.Phone, status: int, permanent: object, own: object
) -> None:
    phone.statuses = [status]

    with pytest.raises(Undelivered) as refusal:
        gateway(url=phone.url).send(Outbound("+51987654321", "x", "a"))

    assert (refusal.value.permanent, refusal.value.own) == (permanent, own)


@pytest.mark.parametrize("status", [500, 0])
def test_a_phone_that_breaks_off_leaves_the_matter_unknown(phone: phones.Phone, status: int) -> None:
    phone.statuses = [status]

    with pytest.raises(Uncertain):
        gateway(url=phone.url).send(Outbound("+51987654321", "x", "a"))


def test_a_phone_that_is_away_took_nothing() -> None:
    with pytest.raises(Undelivered) as refusal:
        gateway().send(Outbound("+51987654321", "x", "a"))

    assert (refusal.value.code, refusal.value.permanent) == ("unreachable", False)


GIVEN = {
    "ANDROID_URL": "https://telefono.example/message", "ANDROID_USERNAME": "u", "ANDROID_PASSWORD": "p",
    "ANDROID_SIGNING_KEY": KEY, "ANDROID_NUMBER": PHONES_SIM,
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"ANDROID_SIGNING_KEY": "8letters"},
        {"ANDROID_URL": "http://192.168.1.20:8080/message"},
        {"ANDROID_NUMBER": "970001122"},
        {"ANDROID_SIM": "first"},
        {"ANDROID_PASSWORD": ""},
    ],
    ids=str,
)
def test_a_phone_set_up_so_that_texts_could_be_read_or_forged_is_refused(
    change: dict[str, str], ring: Ring
) -> None:
    def made(given: dict[str, str]) -> set[str]:
        env = {f"GRIEVANCE_{name}": value for name, value in given.items()}
        return set(build(settings.load(env, extra=SETTINGS), ring))

    assert made(GIVEN) == {"android"}
    with pytest.raises(Misconfigured):
        made(GIVEN | change)
