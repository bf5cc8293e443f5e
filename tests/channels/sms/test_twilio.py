from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from channels.gateway import Forged, Gateway, Inbound, Outbound, Request, Uncertain, Undelivered
from channels.sms import SETTINGS, build
from channels.sms.simulator import Simulator
from channels.sms.simulator import sign as sign_simulated
from channels.sms.twilio import Twilio
from grievance import settings
from grievance.errors import Misconfigured
from grievance.keyring import Ring
from grievance.vocabulary import Channel
from tests import standin
from tests.standin import ACCOUNT, TOKEN, Standin

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
BASE = "https://quejas.example"
INBOUND = {
    "ToCountry": "PE", "ToState": "", "SmsMessageSid": "SM1", "NumMedia": "0", "ToCity": "", "FromZip": "15001",
    "SmsSid": "SM1", "FromState": "", "SmsStatus": "received", "FromCity": "Huaylluray",
    "Body": "no hay agua", "FromCountry": "PE",
    "To": "+51900000001", "ToZip": "", "NumSegments": "1", "MessageSid": "SM1", "AccountSid": ACCOUNT,
    "From": "+51987654321", "ApiVersion": "2010-04-01",
}  # fmt: skip


def gateway(**changed: object) -> Twilio:
    given = {"account": ACCOUNT, "tokens": (TOKEN,), "sender": "+51900000001", "base_url": BASE, **changed}
    return Twilio(**given)  # type: ignore[arg-type]


def request(
    form: Mapping[str, str] | list[tuple[str, str]], *, uri: str = "/channels/twilio/sms", token: str = TOKEN,
    headers: Mapping[str, str] | None = None, base: str = BASE,
) -> Request:  # fmt: skip
    pairs = list(form.items()) if isinstance(form, Mapping) else form
    signature = RequestValidator(token).compute_signature(base + uri, Repeated(pairs))
    given = {"X-Twilio-Signature": signature} if headers is None else headers
    return Request("POST", uri, given, urlencode(pairs).encode(), tuple(pairs))


class Repeated(dict[str, list[str]]):
    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__({name: [v for n, v in pairs if n == name] for name, _ in pairs})

    def getlist(self, name: str) -> list[str]:
        return self[name]


def heard(at: Gateway, knock: Request) -> Inbound:
    """Read the one message of a request."""
    (message,) = at.inbound(knock, now=NOW)
    return message


def test_a_signed_message_is_read_and_where_the_phone_stands_is_dropped() -> None:
    read = heard(gateway(), request(INBOUND))

    assert (read.sender, read.recipient, read.text, read.ref) == (
        "+51987654321",
        "+51900000001",
        "no hay agua",
        "SM1",
    )
    assert read.answerable
    assert not read.provider_stopped
    assert "Huaylluray" not in repr(read)


@pytest.mark.parametrize(
    "spoilt",
    [
        request(INBOUND, token="another"),
        request(INBOUND, headers={}),
        request(INBOUND, headers={"X-Twilio-Signature": ""}),
        request(INBOUND, headers={"X-Twilio-Signature": "ñandú"}),
        request(INBOUND, base="https://evil.example"),
        request(INBOUND, uri="/channels/twilio/sms?port=:99999999"),
        request({**INBOUND, "AccountSid": "AC-other"}),
        request({"Body": "agua", "From": "+51987654321"}),
        Request(
            "POST",
            "/channels/twilio/sms",
            request(INBOUND).headers,
            b"",
            (*INBOUND.items(), ("Body", "otra cosa")),
        ),
        Request("POST", "http://[half", request(INBOUND).headers, b"", tuple(INBOUND.items())),
    ],
)
def test_whoever_cannot_prove_to_be_twilio_is_refused(spoilt: Request) -> None:
    port = Request(spoilt.method, spoilt.uri, spoilt.headers, spoilt.body, spoilt.form)
    refused = gateway(base_url="https://quejas.example:99999") if ":9999" in spoilt.uri else gateway()

    with pytest.raises(Forged):
        refused.inbound(port, now=NOW)


def test_the_host_header_is_the_senders_word_and_changes_nothing() -> None:
    signed = request(INBOUND)
    lied = Request(
        "POST",
        signed.uri,
        {**signed.headers, "Host": "evil.example", "X-Forwarded-Host": "evil.example"},
        b"",
        signed.form,
    )

    assert heard(gateway(), lied).ref == "SM1"


@pytest.mark.parametrize(
    "uri",
    [
        "/sms?q=caf%C3%A9",
        "/sms?a=b%2Fc",
        "/sms?a=%7E",
        "/sms?a=%2f",
        "/sms?",
        "/sms/ni%C3%B1o",
        "/sms?a=b+c",
        "/sms?x=%20y",
    ],
)
def test_the_raw_address_is_what_was_signed(uri: str) -> None:
    assert heard(gateway(), request(INBOUND, uri=uri)).ref == "SM1"


def test_an_absolute_request_line_counts_by_its_path() -> None:
    signed = request(INBOUND, uri="/sms?a=1")
    absolute = Request("POST", "http://10.0.0.1:8000/sms?a=1", signed.headers, signed.body, signed.form)

    assert heard(gateway(), absolute).ref == "SM1"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Body", "Extra", "MediaUrl0"]),
            st.text(max_size=30).filter(lambda t: "\ud800" not in t),
        ),
        max_size=6,
    )
)
def test_blank_repeated_and_untrimmed_values_are_all_signed(extra: list[tuple[str, str]]) -> None:
    pairs = [*INBOUND.items(), *extra]

    assert heard(gateway(), request(pairs)).ref == "SM1"


def test_twilios_own_test_vectors_hold() -> None:
    known = Twilio(account="CA", tokens=("12345",), sender="+18005551212", base_url="https://mycompany.com")
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    plain = Request(
        "POST",
        "/myapp.php?foo=1&bar=2",
        {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
        b"",
        tuple(form.items()),
    )
    digest = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    body = b'{"property": "value", "boolean": true}'
    address = f"/myapp.php?foo=1&bar=2&bodySHA256={digest}"
    json = Request("POST", address, {"X-Twilio-Signature": "a9nBmqA0ju/hNViExpshrM61xv4="}, body, ())

    assert known.status(plain) == ()
    assert known.status(json) == ()


def test_a_json_body_that_is_not_the_one_signed_is_refused() -> None:
    known = Twilio(account="CA", tokens=("12345",), sender="+18005551212", base_url="https://mycompany.com")
    address = (
        "/myapp.php?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    )
    json = Request(
        "POST", address, {"X-Twilio-Signature": "a9nBmqA0ju/hNViExpshrM61xv4="}, b'{"property": "other"}', ()
    )

    with pytest.raises(Forged):
        known.status(json)


@pytest.mark.parametrize("signature", ["", "x"])
def test_a_form_without_a_signature_is_refused_whatever_its_address_says(signature: str) -> None:
    bare = Request(
        "POST", "/sms?bodySHA256=x", {"X-Twilio-Signature": signature}, b"Body=hola", tuple(INBOUND.items())
    )

    with pytest.raises(Forged):
        gateway().inbound(bare, now=NOW)


def _with_key(key: str, algorithm: str, secret: str, signed_as: str) -> Request:
    signature = RequestValidator(secret).compute_signature(BASE + "/sms", INBOUND, signed_as)
    headers = {
        "x-twilio-signature": signature,
        "x-twilio-webhooks-signature-settings": f"key={key},algorithm={algorithm}",
    }
    return Request("POST", "/sms", headers, b"", tuple(INBOUND.items()))


def test_a_shared_key_of_ours_is_believed() -> None:
    known = gateway(signing_keys={"k1": "shared"})

    assert heard(known, _with_key("k1", "HMAC_SHA256", "shared", "HMAC_SHA256")).ref == "SM1"


@pytest.mark.parametrize(
    ("key", "algorithm", "secret", "signed_as"),
    [
        ("k1", "HMAC_SHA1", "shared", "HMAC_SHA1"),
        ("k1", "HMAC_SHA256", TOKEN, "HMAC_SHA256"),
        ("k2", "HMAC_SHA256", "shared", "HMAC_SHA256"),
        ("k1", "HMAC_MD5", "shared", "HMAC_SHA1"),
        ("k1", "", "shared", "HMAC_SHA1"),
        ("k1", "HMAC_SHA1", TOKEN, "HMAC_SHA1"),
    ],
)
def test_the_header_never_picks_a_weaker_scheme(
    key: str, algorithm: str, secret: str, signed_as: str
) -> None:
    known = gateway(signing_keys={"k1": "shared"})

    with pytest.raises(Forged):
        known.inbound(_with_key(key, algorithm, secret, signed_as), now=NOW)


def test_while_a_token_is_replaced_both_are_good() -> None:
    both = gateway(tokens=("old", "new"))

    assert heard(both, request(INBOUND, token="old")).ref == "SM1"
    assert heard(both, request(INBOUND, token="new")).ref == "SM1"


@pytest.mark.parametrize(
    ("raw", "sender", "answerable"),
    [
        ("+51987654321", "+51987654321", True),
        ("whatsapp:+51987654321", "whatsapp:+51987654321", True),
        ("987654321", "+51987654321", True),
        ("+51 987 654 321", "+51987654321", True),
        ("Claro", "Claro", False),
        ("2020", "2020", False),
        ("whatsapp:US.1234", "whatsapp:US.1234", True),
        ("whatsapp:", None, False),
        ("", None, False),
        ("Anonymous", None, False),
        ("+266696687", None, False),
    ],
)
def test_who_wrote_is_read_in_one_spelling(raw: str, sender: str | None, answerable: bool) -> None:  # noqa: FBT001
    read = heard(gateway(), request({**INBOUND, "From": raw}))

    assert (read.sender, read.answerable) == (sender, answerable)


@pytest.mark.parametrize(
    ("form", "stopped"),
    [
        ({"Body": " stop "}, True),
        ({"Body": "agua", "OptOutType": "STOP"}, True),
        ({"Body": "STOP PLEASE"}, False),
        ({"Body": "BAJA"}, False),
    ],
)
def test_what_twilio_has_answered_itself_is_marked(form: dict[str, str], stopped: bool) -> None:  # noqa: FBT001
    assert heard(gateway(), request({**INBOUND, **form})).provider_stopped is stopped


@pytest.mark.parametrize("sender", ["whatsapp:+51987654321", "+51987654321"])
def test_whoever_writes_by_whatsapp_is_known_and_answered_there(sender: str) -> None:
    form = {
        **INBOUND,
        "From": sender,
        "To": "whatsapp:+51900000001",
        "ProfileName": "Rosa",
        "WaId": "51987654321",
    }

    read = heard(gateway(), request(form))

    assert (read.sender, read.recipient, read.channel) == (
        "whatsapp:+51987654321",
        "+51900000001",
        Channel.WHATSAPP,
    )
    assert "Rosa" not in repr(read)


def test_twilio_blocks_nobody_on_whatsapp_unless_it_says_so() -> None:
    form = {**INBOUND, "From": "whatsapp:+51987654321", "Body": "STOP"}

    assert not heard(gateway(), request(form)).provider_stopped
    assert heard(gateway(), request({**form, "OptOutType": "STOP"})).provider_stopped


def test_a_body_in_base64_is_read_so_that_danger_is_heard_in_it() -> None:
    said = "El ingeniero me quiere matar, por favor vengan mañana a la plaza"
    coded = b64encode(said.encode()).decode()

    assert heard(gateway(), request({**INBOUND, "Body": coded})).text == said


@pytest.mark.parametrize(
    "body",
    [
        "RWwgYWd1YQ==",
        "A" * 61,
        b64encode(bytes(range(256))).decode(),
        "ÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandú",
        b64encode("ыыыыыыыыыыыыыыыыыыыыыыыыыыыыыыы".encode()).decode(),
    ],
)
def test_what_only_looks_a_little_like_base64_is_kept_as_it_came(body: str) -> None:
    assert heard(gateway(), request({**INBOUND, "Body": body})).text == body


DANGER = "Me quieren matar por reclamar del agua, vengan por favor a Huaylluray"


@pytest.mark.parametrize("sender", ["+51987654321", "whatsapp:+51987654321", "Claro", ""])
@pytest.mark.parametrize("to", ["+51900000001", "whatsapp:+51900000001"])
@pytest.mark.parametrize("body", ["no hay agua", "stop", b64encode(DANGER.encode()).decode()])
def test_what_is_asked_for_is_read_as_it_would_have_been_told(
    provider: Standin, sender: str, to: str, body: str
) -> None:
    form = provider.receive(body, sender=sender, to=to, at=NOW, media=1)
    ours = gateway(api_base=provider.url)

    (asked,) = ours.missed(since=NOW - timedelta(days=1), now=NOW)

    assert asked == heard(ours, request({**INBOUND, **form}))
    assert asked.text == (DANGER if len(body) > len(DANGER) else body)


def test_what_comes_by_the_fallback_address_is_the_same_message() -> None:
    more = {"ErrorCode": "11200", "ErrorUrl": "https://quejas.example/channels/twilio/sms"}

    assert heard(gateway(), request({**INBOUND, **more})).ref == heard(gateway(), request(INBOUND)).ref


def _status(form: Mapping[str, str], uri: str = "/channels/twilio/status?a=attempt1") -> Request:
    return request({"MessageSid": "SM9", "AccountSid": ACCOUNT, **form}, uri=uri)


@pytest.mark.parametrize(
    ("said", "error", "state", "again", "stopped"),
    [
        ("queued", "", "sent", False, False),
        ("sent", "", "sent", False, False),
        ("delivered", "", "delivered", False, False),
        ("read", "", "delivered", False, False),
        ("undelivered", "30003", "failed", True, False),
        ("failed", "21610", "failed", False, True),
        ("undelivered", "30006", "failed", False, False),
    ],
)
def test_a_callback_says_what_became_of_our_attempt(
    *, said: str, error: str, state: str, again: bool, stopped: bool
) -> None:
    (event,) = gateway().status(_status({"MessageStatus": said, "ErrorCode": error}))

    assert (event.attempt, event.ref, event.state, event.error) == ("attempt1", "SM9", state, error)
    assert (event.again, event.stopped) == (again, stopped)


def test_unknown_words_and_callbacks_of_nobody_say_nothing() -> None:
    assert gateway().status(_status({"MessageStatus": "teleported"})) == ()
    assert gateway().status(_status({"MessageStatus": "sent"}, uri="/channels/twilio/status")) == ()


def test_a_forged_callback_is_refused() -> None:
    with pytest.raises(Forged):
        gateway().status(
            Request("POST", "/channels/twilio/status?a=x", {}, b"", (("MessageStatus", "delivered"),))
        )


@pytest.fixture
def provider() -> Iterator[Standin]:
    with standin.running() as running:
        yield running


LETTER = Outbound(to="+51987654321", text="Recibimos su queja.", attempt="attempt1")


def _at(provider: Standin, timeout: float = 5.0) -> Twilio:
    return gateway(api_base=provider.url, timeout=timeout)


def test_a_message_is_handed_over_as_twilios_document_wants_it(provider: Standin) -> None:
    sent = _at(provider).send(LETTER)

    assert sent.state == "sent"
    (taken,) = provider.taken
    assert (taken["From"], taken["To"], taken["Body"]) == ("+51900000001", LETTER.to, LETTER.text)
    assert taken["StatusCallback"] == f"{BASE}/channels/twilio/status?a=attempt1"
    assert taken["sid"] == sent.ref


def test_every_call_agrees_with_twilios_own_document(provider: Standin) -> None:
    if not standin.is_documented():
        pytest.skip(standin.NO_DOCUMENT)
    _at(provider).send(LETTER)
    _at(provider).find(to=LETTER.to, since=NOW, matches=lambda _: False)

    assert provider.invalid == []


ALL = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
SAID = {"To": "+51987654321", "From": "+51900000001", "Body": "Recibimos su queja."}


@pytest.mark.parametrize(
    ("method", "address", "form"),
    [
        ("POST", f"{ALL}.json", SAID),
        ("POST", f"{ALL}.json", {**SAID, "Body": "ñ" * 1600, "StatusCallback": "https://quejas.example/s"}),
        ("GET", f"{ALL}.json?To=%2B51987654321&DateSent%3E=2026-03-01&PageSize=1000", {}),
        ("GET", f"{ALL}/SM{'0' * 32}.json", {}),
        ("DELETE", f"{ALL}/SM{'0' * 32}.json", {}),
    ],
)
def test_the_stand_in_finds_nothing_in_a_call_as_twilio_takes_it(
    method: str, address: str, form: dict[str, str]
) -> None:
    assert standin.wrong_with(method, address, urlencode(form).encode()) == []


@pytest.mark.parametrize(
    ("method", "address", "form"),
    [
        ("POST", f"{ALL}.json", SAID | {"To": ""}),
        ("POST", f"{ALL}.json", SAID | {"From": ""}),
        ("POST", f"{ALL}.json", SAID | {"Body": ""}),
        ("POST", f"{ALL}.json", SAID | {"Body": "a" * 1601}),
        ("POST", f"{ALL}.json", SAID | {"Text": "a"}),
        ("POST", f"{ALL}.json", SAID | {"StatusCallback": "/status"}),
        ("POST", "/2010-04-01/Accounts/AC1/Messages.json", SAID),
        ("POST", f"{ALL}/SM{'0' * 32}.json", SAID),
        ("GET", f"{ALL}.json?PageSize=1001", {}),
        ("GET", f"{ALL}.json?to=%2B51987654321", {}),
        ("DELETE", f"{ALL}.json", {}),
        ("DELETE", f"{ALL}/1.json", {}),
        ("PUT", f"{ALL}.json", {}),
    ],
)
def test_the_stand_in_finds_what_twilio_would_refuse_with_or_without_its_document(
    method: str, address: str, form: dict[str, str]
) -> None:
    assert standin.wrong_with(method, address, urlencode(form).encode())


def test_the_stand_in_notices_a_call_that_twilio_would_not_take(provider: Standin) -> None:
    with pytest.raises(Undelivered):
        gateway(api_base=provider.url, account="AC-wrong").send(LETTER)

    assert provider.invalid


@pytest.mark.parametrize(
    ("own", "sender"), [("", "whatsapp:+51900000001"), ("+51900000009", "whatsapp:+51900000009")]
)
def test_an_answer_by_whatsapp_leaves_by_whatsapp(provider: Standin, own: str, sender: str) -> None:
    answer = Outbound(to="whatsapp:+51987654321", text="Recibimos su queja.", attempt="attempt1")

    gateway(api_base=provider.url, whatsapp=own).send(answer)

    assert (provider.taken[0]["From"], provider.taken[0]["To"]) == (sender, answer.to)


def test_a_messaging_service_may_be_the_sender(provider: Standin) -> None:
    gateway(api_base=provider.url, sender="MG" + "1" * 32).send(LETTER)

    assert provider.taken[0]["MessagingServiceSid"] == "MG" + "1" * 32
    assert provider.invalid == []


@pytest.mark.parametrize(
    ("refusal", "permanent", "stopped"),
    [
        ((400, 21610), True, True),
        ((400, 21211), True, False),
        ((429, 20429), False, False),
        ((400, 21611), False, False),
        ((401, 20003), False, False),
    ],
)
def test_a_refusal_says_whether_trying_again_helps(
    *, provider: Standin, refusal: tuple[int, int], permanent: bool, stopped: bool
) -> None:
    provider.fault, provider.refusal = "refuse", refusal

    with pytest.raises(Undelivered) as refused:
        _at(provider).send(LETTER)

    assert (refused.value.code, refused.value.permanent, refused.value.stopped) == (
        str(refusal[1]),
        permanent,
        stopped,
    )
    assert LETTER.to not in str(refused.value)


@pytest.mark.parametrize("fault", ["fail_after", "fail", "cut", "garbage"])
def test_when_nobody_knows_it_is_said_that_nobody_knows(provider: Standin, fault: str) -> None:
    provider.fault = fault

    with pytest.raises(Uncertain):
        _at(provider).send(LETTER)


def test_a_provider_that_hangs_is_left_after_a_while(provider: Standin) -> None:
    provider.fault = "hang"

    with pytest.raises(Uncertain):
        _at(provider, timeout=0.2).send(LETTER)


def test_a_provider_that_is_not_there_took_nothing() -> None:
    with standin.running() as gone:
        address = gone.url

    with pytest.raises(Undelivered) as refused:
        gateway(api_base=address).send(LETTER)

    assert (refused.value.code, refused.value.permanent) == ("unreachable", False)


def test_a_message_is_found_again_by_its_words(provider: Standin) -> None:
    sent = _at(provider).send(LETTER)

    found = _at(provider).find(to=LETTER.to, since=datetime.now(UTC), matches=LETTER.text.__eq__)  # noqa: TID251

    assert found == sent


def test_what_was_not_taken_is_not_found(provider: Standin) -> None:
    _at(provider).send(LETTER)
    future = datetime.now(UTC) + timedelta(days=1)  # noqa: TID251

    assert _at(provider).find(to="+51911111111", since=NOW, matches=lambda _: True) is None
    assert _at(provider).find(to=LETTER.to, since=NOW, matches=lambda _: False) is None
    assert _at(provider).find(to=LETTER.to, since=future, matches=lambda _: True) is None


def test_a_provider_that_cannot_list_says_so(provider: Standin) -> None:
    provider.cannot_list = True

    with pytest.raises(Uncertain):
        _at(provider).find(to=LETTER.to, since=NOW, matches=lambda _: True)


def test_nothing_that_is_sent_is_logged(provider: Standin, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    _at(provider).send(LETTER)
    _at(provider).find(to=LETTER.to, since=NOW, matches=lambda _: True)

    assert "987654321" not in caplog.text
    assert "Recibimos" not in caplog.text


def _settings(**extra: str) -> settings.Settings:
    return settings.load({f"GRIEVANCE_{k}": v for k, v in extra.items()}, extra=SETTINGS)


GIVEN = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": "+51900000001"}


def test_twilio_is_there_when_it_is_set_up_and_the_simulator_only_in_a_demo(
    ring: Ring, tmp_path: object
) -> None:
    assert dict(build(_settings(), ring)) == {}
    assert set(build(_settings(**GIVEN), ring)) == {"twilio"}
    assert set(build(_settings(DEMO="1", HOME=str(tmp_path)), ring)) == {"simulator"}


def test_two_tokens_and_shared_keys_are_heard(ring: Ring) -> None:
    made = build(_settings(**GIVEN, TWILIO_AUTH_TOKEN_2="b", TWILIO_SIGNING_KEYS="k1=s1, k2=s=2"), ring)[
        "twilio"
    ]

    assert isinstance(made, Twilio)
    assert made.tokens == (TOKEN, "b")
    assert made.signing_keys == {"k1": "s1", "k2": "s=2"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"TWILIO_AUTH_TOKEN": TOKEN},
        {**GIVEN, "TWILIO_SIGNING_KEYS": "k1"},
        {**GIVEN, "TWILIO_API_BASE": "http://api.example"},
        {**GIVEN, "TWILIO_API_BASE": "nowhere"},
    ],
)
def test_a_gateway_set_up_by_half_does_not_start(wrong: dict[str, str], ring: Ring) -> None:
    with pytest.raises(Misconfigured):
        build(_settings(**wrong), ring)


def _simulated(form: Mapping[str, str], key: bytes) -> Request:
    body = urlencode(form).encode()
    return Request(
        "POST",
        "/channels/simulator/sms",
        {"x-simulator-signature": sign_simulated(key, body)},
        body,
        tuple(parse_qsl(body.decode())),
    )


def test_a_simulated_phone_signs_what_it_sends() -> None:
    simulator = Simulator(b"k" * 32)
    form = {"From": "+51987654321", "To": "+51900000001", "Body": "agua", "MessageSid": "S1"}

    assert heard(simulator, _simulated(form, b"k" * 32)).text == "agua"
    with pytest.raises(Forged):
        simulator.inbound(_simulated(form, b"x" * 32), now=NOW)
    with pytest.raises(Forged):
        simulator.inbound(_simulated({"Body": "agua"}, b"k" * 32), now=NOW)


def test_a_simulated_phone_shows_what_another_process_sent(tmp_path: object) -> None:
    from pathlib import Path  # noqa: PLC0415

    folder = Path(str(tmp_path)) / "phones"
    worker, web = (Simulator(b"k", folder=folder, now=lambda: NOW) for _ in range(2))
    worker.send(LETTER)
    web.note_inbound(LETTER.to, "ESTADO")

    assert web.inbox(LETTER.to) == [("out", LETTER.text, NOW), ("in", "ESTADO", NOW)]
    assert web.numbers() == [LETTER.to]
    assert worker.find(to=LETTER.to, since=NOW, matches=LETTER.text.__eq__) is not None
    assert worker.find(to=LETTER.to, since=NOW, matches=lambda _: False) is None
    assert web.inbox("../../etc/passwd") == []
