"""What each network posts is read strictly, and what it gets back is what it understands."""

from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.gateway import Forged, Garbled, Request
from channels.sms.simulator import SIGNATURE, sign
from channels.sms.twilio import Twilio
from channels.telephone.dialects import place_of
from channels.telephone.dialects.africastalking import AfricasTalking
from channels.telephone.dialects.simulated import Simulated
from channels.telephone.dialects.twilio import TwilioCalls
from channels.telephone.voice import CHOOSE, HANG_UP, RECORD, TYPE, Plan, Utterance
from grievance.mechanism import number_key
from tests import standin

BASE = "https://quejas.example"
KEY = b"k" * 32
AFRICA = AfricasTalking("un-secreto", base_url=BASE)
CALLS = TwilioCalls(
    Twilio(account=standin.ACCOUNT, tokens=[standin.TOKEN], sender="+51900000002", base_url=BASE)
)
PLAYED = Simulated(KEY)
SAID = (
    Utterance("v.start", "Agua & <polvo>", "es"),
    Utterance("v.tell", "Kay uyarina", "qu", "qu/v.tell.mp3"),
)
MENU = {
    "sessionId": "ATUid_1",
    "phoneNumber": "+51912345678",
    "serviceCode": "*384*1#",
    "networkCode": "71606",
}


def africa(form: dict[str, str], query: str = "?k=un-secreto", path: str = "ussd") -> Request:
    """Post as Africa's Talking does."""
    return Request(
        "POST", f"/channels/africastalking/{path}{query}", {}, urlencode(form).encode(), tuple(form.items())
    )


def twilio(form: dict[str, str], uri: str = "/channels/twilio/voice?n=3") -> Request:
    """Post as Twilio does, signed."""
    form = {"AccountSid": standin.ACCOUNT, "To": "+51900000009"} | form
    headers = {"X-Twilio-Signature": standin.sign(BASE + uri, form)}
    return Request("POST", uri, headers, urlencode(form).encode(), tuple(form.items()))


def played(form: dict[str, str], key: bytes = KEY) -> Request:
    """Post as a simulated phone does."""
    body = urlencode(form).encode()
    return Request(
        "POST", "/channels/simulator/ussd", {SIGNATURE: sign(key, body)}, body, tuple(form.items())
    )


def test_a_menu_of_africas_talking_is_read_with_everything_typed_so_far() -> None:
    turn = AFRICA.parse(africa(MENU | {"text": "1*agua*sucia"}))

    assert (turn.session, turn.subscriber, turn.entry, turn.cumulative, turn.new, turn.over) == (
        "ATUid_1", "+51912345678", "1*agua*sucia", True, False, False,
    )  # fmt: skip


def test_the_first_request_of_a_menu_has_no_entry_and_the_last_says_it_is_over() -> None:
    first = AFRICA.parse(africa(MENU | {"text": ""}))
    last = AFRICA.parse(africa(MENU | {"status": "Incomplete", "input": "1", "lastAppResponse": "CON x"}))

    assert (first.entry, first.new) == (None, True)
    assert last.over


@pytest.mark.parametrize("query", ["", "?k=", "?k=otro", "?K=un-secreto"])
def test_an_address_without_our_secret_is_forged(query: str) -> None:
    with pytest.raises(Forged):
        AFRICA.parse(africa(MENU, query))
    with pytest.raises(Forged):
        AFRICA.hear(africa(MENU, query, "voice"))


def test_a_request_without_a_session_cannot_be_read() -> None:
    with pytest.raises(Garbled):
        AFRICA.parse(africa({"phoneNumber": "+51912345678"}))
    with pytest.raises(Garbled):
        CALLS.hear(twilio({"From": "+51912345678"}))
    with pytest.raises(Garbled):
        PLAYED.parse(played({"From": "+51912345678"}))


def test_a_screen_goes_on_or_ends() -> None:
    assert AFRICA.render("Hola", end=False).body == "CON Hola"
    assert PLAYED.render("Hola", end=True).body == "END Hola"


@pytest.mark.parametrize(
    "number", ["+266696687", "+7378742833", "+86282452253", "+2562533", "+8656696", "anonymous", ""]
)
def test_a_hidden_caller_is_nobody_in_every_way_it_is_written(number: str) -> None:
    call = CALLS.hear(twilio({"CallSid": "CA1", "From": number}))

    assert (call.caller, call.reachable) in ((None, False), (number, False))


def test_a_call_names_the_step_it_answers_and_the_hash_is_no_digit() -> None:
    call = CALLS.hear(twilio({"CallSid": "CA1", "From": "+51912345678", "Digits": "4821#"}))

    assert (call.session, call.caller, call.digits, call.place) == ("CA1", "+51912345678", "4821", 3)


@pytest.mark.parametrize(
    "ref", ["RE" + "0" * 31, "../Messages", "RE" + "0" * 32 + "/x", "https://otro.example/RE"]
)
def test_a_recording_that_is_named_otherwise_than_twilio_names_them_is_none(ref: str) -> None:
    good = CALLS.hear(twilio({"CallSid": "CA1", "RecordingSid": "RE" + "a" * 32, "RecordingDuration": "9"}))
    bad = CALLS.hear(twilio({"CallSid": "CA1", "RecordingSid": ref, "RecordingDuration": "9"}))

    assert (good.recording, good.seconds) == ("RE" + "a" * 32, 9)
    assert bad.recording == ""


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://voice.example/a/b.mp3", "/a/b.mp3"),
        ("http://169.254.169.254/latest/meta", "/latest/meta"),
        ("https://voice.example/../etc/passwd", ""),
        ("https://voice.example/a b", ""),
        ("", ""),
    ],
)
def test_of_a_recordings_address_only_the_path_is_kept(address: str, path: str) -> None:
    call = AFRICA.hear(
        africa({"sessionId": "s", "recordingUrl": address, "durationInSeconds": "9"}, path="voice")
    )

    assert call.recording == path


def test_a_signature_of_another_address_is_forged() -> None:
    request = twilio({"CallSid": "CA1"}, "/channels/twilio/voice?n=1")
    moved = Request("POST", "/channels/twilio/voice?n=2", request.headers, request.body, request.form)

    with pytest.raises(Forged):
        CALLS.hear(moved)


def test_a_simulated_phone_of_another_house_is_forged() -> None:
    with pytest.raises(Forged):
        PLAYED.parse(played({"Session": "s1"}, b"x" * 32))


@pytest.mark.parametrize(
    ("waits", "verb"), [(CHOOSE, "Gather"), (TYPE, "Gather"), (RECORD, "Record"), (HANG_UP, "Hangup")]
)
def test_a_plan_is_said_in_twiml_with_every_sign_escaped(waits: str, verb: str) -> None:
    said = CALLS.speak(Plan(SAID, waits, 4)).body

    response = ET.fromstring(said)  # noqa: S314  our own words
    assert response.find(f".//{verb}") is not None
    assert [one.text for one in response.iter("Say")] == ["Agua & <polvo>"]
    assert [one.text for one in response.iter("Play")] == [f"{BASE}/channels/prompts/qu/v.tell.mp3"]
    assert waits == HANG_UP or "n=4" in said
    assert (response.find("Redirect") is not None) == (waits == RECORD)


@pytest.mark.parametrize(
    ("waits", "verb"), [(CHOOSE, "GetDigits"), (TYPE, "GetDigits"), (RECORD, "Record"), (HANG_UP, "Response")]
)
def test_a_plan_is_said_to_africas_talking_with_the_secret_in_the_address_back(waits: str, verb: str) -> None:
    said = AFRICA.speak(Plan(SAID, waits, 4)).body

    response = ET.fromstring(said)  # noqa: S314  our own words
    assert response.tag == verb or response.find(verb) is not None
    assert ("k=un-secreto" in said) == (waits != HANG_UP)
    assert [one.text for one in response.iter("Say")] == ["Agua & <polvo>"]


def test_a_refused_call_costs_nothing_in_either_dialect() -> None:
    assert '<Reject reason="busy"' in CALLS.busy().body
    assert "<Reject" in AFRICA.busy().body


@settings(max_examples=40)
@given(st.text(max_size=8))
def test_a_step_is_a_short_number_or_none(raw: str) -> None:
    place = place_of(raw)

    assert place is None or (raw.isascii() and raw.isdigit() and place < 100_000)
    assert place_of("12") == 12


OURS = AfricasTalking("un-secreto", base_url=BASE, ours=frozenset({number_key("+254711082000")}))


@pytest.mark.parametrize(
    ("first", "second"), [("+51912345678", "+254711082000"), ("+254711082000", "+51912345678")]
)
def test_where_we_called_the_person_is_the_other_end_whichever_stands_first(first: str, second: str) -> None:
    told = {"sessionId": "ATVId_1", "isActive": "1", "callerNumber": first, "destinationNumber": second}

    called = OURS.hear(africa(told | {"direction": "Outbound"}, path="voice"))
    rang = OURS.hear(africa(told | {"direction": "Inbound"}, path="voice"))

    assert (called.caller, called.recipient, called.placed) == ("+51912345678", "+254711082000", True)
    assert (rang.caller, rang.recipient, rang.placed) == (first, second, False)


def test_where_twilio_called_for_us_the_person_is_whom_it_called() -> None:
    form = {"CallSid": "CA1", "From": "+51900000002", "To": "+51912345678", "Direction": "outbound-api"}

    call = CALLS.hear(twilio(form))

    assert (call.caller, call.recipient, call.placed) == ("+51912345678", "+51900000002", True)
