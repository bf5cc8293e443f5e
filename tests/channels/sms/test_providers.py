"""What is particular to one provider; what all have in common is in the conformance suite."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from channels.gateway import Forged, Garbled, Outbound, Request, StatusEvent, Uncertain, Undelivered
from channels.outgoing import delivery
from channels.sms.africastalking import AfricasTalking
from channels.sms.envayasms import EnvayaSms
from channels.sms.infobip import Infobip
from channels.sms.jasmin import Jasmin
from channels.sms.telerivet import Telerivet
from channels.sms.vonage import METHODS, Vonage
from channels.web.networks import providers
from grievance.case import CASES
from grievance.keyring import Ring
from grievance.store import Store
from tests.channels.sms.conformance import NUMBER, Knock, Reply, Specimen, Taken, Word, provider_of
from tests.channels.sms.specimens import africastalking as of_africastalking
from tests.channels.sms.specimens import envayasms as of_envayasms
from tests.channels.sms.specimens import infobip as of_infobip
from tests.channels.sms.specimens import jasmin as of_jasmin
from tests.channels.sms.specimens import telerivet as of_telerivet
from tests.channels.sms.specimens import vonage as of_vonage
from tests.sending import BASE, PHONE, Clock, World, make_house, settle_in
from workflows.rulebook import Rulebook

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
LETTER = Outbound(to="+51987654321", text="Recibimos su queja.", attempt="a" * 32)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
WORD = Word("agua", "+51987654321", "1")


def request(knock: Knock) -> Request:
    form = dict(knock.headers).get("Content-Type", "").startswith(FORM["Content-Type"])
    pairs = tuple(parse_qsl(knock.body.decode("utf-8", "replace"), keep_blank_values=True)) if form else ()
    return Request(knock.method, knock.uri, knock.headers, knock.body, pairs)


class Saying(Specimen):
    """A provider that says the same to everybody."""

    def __init__(self, told: object, status: int = 200) -> None:
        self.told, self.status = told, status

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        return Reply(
            self.told if isinstance(self.told, bytes) else json.dumps(self.told).encode(), self.status
        )


def vonage(**changed: Any) -> Vonage:
    given = {"key": "k", "api_secret": "s", "sender": NUMBER, "signing": of_vonage.SECRET, "base_url": BASE}
    return Vonage(**{**given, "now": lambda: NOW, **changed})


def test_a_look_at_whether_vonages_address_answers_says_nothing() -> None:
    assert vonage().inbound(request(Knock("/channels/vonage/sms", method="GET")), now=NOW) == ()


@pytest.mark.parametrize("method", METHODS)
def test_vonage_may_sign_in_five_ways(method: str) -> None:
    told = {
        "msisdn": "51987654321",
        "text": "a & b = c",
        "messageId": "1",
        "timestamp": str(int(NOW.timestamp())),
    }
    said = "&messageId=1&msisdn=51987654321&text=a _ b _ c&timestamp=" + told["timestamp"]
    signed = (
        hashlib.md5((said + of_vonage.SECRET).encode()).hexdigest()  # noqa: S324  as it does
        if method == "md5hash"
        else hmac.new(of_vonage.SECRET.encode(), said.encode(), method).hexdigest()
    )

    def knock(signature: str) -> Request:
        return request(Knock("/sms?" + urlencode({**told, "sig": signature}), method="GET"))

    for signature in (signed, signed.upper()):
        assert vonage(method=method).inbound(knock(signature), now=NOW)[0].text == "a & b = c"
    with pytest.raises(Forged):
        vonage(method=method).inbound(knock(signed[::-1]), now=NOW)


@pytest.mark.parametrize(
    ("after", "good"),
    [(timedelta(hours=24), True), (timedelta(hours=26), False), (-timedelta(hours=1), False)],
)
def test_vonage_is_believed_for_the_day_in_which_it_tries_again(*, after: timedelta, good: bool) -> None:
    knock = request(of_vonage.SPECIMENS[0].knock(WORD, now=NOW))

    if good:
        assert vonage().inbound(knock, now=NOW + after)
    else:
        with pytest.raises(Forged):
            vonage().inbound(knock, now=NOW + after)


def test_vonage_may_speak_json() -> None:
    told = {"msisdn": "51987654321", "text": "agua", "messageId": "1", "timestamp": str(int(NOW.timestamp()))}
    body = json.dumps({**told, "sig": of_vonage.sign(told)}).encode()

    assert vonage().inbound(request(Knock("/sms", body, JSON)), now=NOW)[0].text == "agua"


@pytest.mark.parametrize(
    ("parts", "fate"),
    [
        ([{"status": "0", "message-id": "1"}, {"status": "1"}], Uncertain),
        ([{"status": "5"}], Uncertain),
        ([{"status": "0"}], Uncertain),
        ([], Uncertain),
        ([{"status": "1"}], False),
        ([{"status": "9"}], False),
        ([{"status": "7"}], True),
        ([{"status": "29"}], True),
    ],
)
def test_vonage_refuses_inside_a_good_answer(parts: list[dict[str, str]], fate: Any) -> None:
    with provider_of(Saying({"messages": parts})) as provider:
        if fate is Uncertain:
            with pytest.raises(Uncertain):
                vonage(base=provider.url).send(LETTER)
            return
        with pytest.raises(Undelivered) as refusal:
            vonage(base=provider.url).send(LETTER)

    assert refusal.value.permanent is fate


@pytest.mark.parametrize(("text", "kind"), [("Recibimos su queja.", "text"), ("Recibimos: ó", "unicode")])
def test_vonage_is_told_the_alphabet(text: str, kind: str) -> None:
    with provider_of(of_vonage.SPECIMENS[0]) as provider:
        vonage(base=provider.url).send(Outbound(to=LETTER.to, text=text, attempt=LETTER.attempt))

        assert provider.taken[0].form["type"] == kind


def infobip(**changed: Any) -> Infobip:
    given = {"base": "http://127.0.0.1:1", "key": "k", "sender": NUMBER, "base_url": BASE}
    return Infobip(**{**given, "user": of_infobip.USER, "password": of_infobip.PASSWORD, **changed})


def _proven(told: object, what: str = "sms") -> Request:
    return request(
        of_infobip.SPECIMENS[0]._proven(f"/channels/infobip/{what}", json.dumps(told).encode(), "good")
    )


def test_infobip_hands_over_several_messages_in_one_call() -> None:
    results = [{"messageId": str(n), "from": f"5198765432{n}", "text": f"agua {n}"} for n in range(3)]

    found = infobip().inbound(_proven({"results": results}), now=NOW)

    assert [(one.ref, one.sender, one.text) for one in found] == [
        (str(n), f"+5198765432{n}", f"agua {n}") for n in range(3)
    ]


def test_a_message_of_infobips_without_an_id_keeps_no_other_out() -> None:
    nameless = {"from": "51987654321", "text": "agua", "receivedAt": "2026-03-04T17:00:00.000+0000"}

    first, second = infobip().inbound(
        _proven({"results": [nameless, {**nameless, "messageId": "2"}]}), now=NOW
    )
    (again,) = infobip().inbound(_proven({"results": [nameless]}), now=NOW)

    assert (second.ref, first.ref) == ("2", again.ref)


def test_infobips_pictures_come_with_words() -> None:
    pieces = [
        {"contentType": "text/plain", "value": "mire el canal"},
        {"contentType": "image/jpeg", "url": "https://media.example/1"},
    ]

    (found,) = infobip().inbound(_proven({"results": [{"messageId": "1", "message": pieces}]}), now=NOW)

    assert (found.text, found.media) == ("mire el canal", 1)


def test_a_message_that_expired_at_infobip_did_not_arrive_and_may_another_time() -> None:
    results = [{"messageId": "1", "status": {"groupName": "EXPIRED"}, "error": {"id": 27}}]

    assert infobip().status(_proven({"results": results}, "status")) == (
        StatusEvent("infobip", "", "1", "failed", error="27", again=True),
    )


def test_infobips_report_is_proven_by_the_address_that_we_gave() -> None:
    with provider_of(of_infobip.SPECIMENS[0]) as provider:
        infobip(base=provider.url).send(LETTER)
        (message,) = provider.taken[0].told["messages"]
    given = message["webhooks"]["delivery"]["url"].removeprefix(BASE)
    body = json.dumps({"results": [{"messageId": "1", "status": {"groupName": "DELIVERED"}}]}).encode()

    assert infobip().status(Request("POST", given, {}, body, ())) == (
        StatusEvent("infobip", LETTER.attempt, "1", "delivered"),
    )
    with pytest.raises(Forged):
        infobip().status(Request("POST", given[:-1] + "x", {}, body, ()))


@pytest.mark.parametrize("told", [7, [], {"results": 7}, {"results": [7]}, {}])
def test_what_is_no_list_of_infobips_is_garbled(told: object) -> None:
    with pytest.raises(Garbled):
        infobip().inbound(_proven(told), now=NOW)


def test_infobips_hmac_may_be_in_base64() -> None:
    body = json.dumps({"results": [{"messageId": "1", "text": "agua"}]}).encode()
    signed = base64.b64encode(hmac.digest(b"secreto", body, "sha256")).decode()
    at = infobip(secret="secreto", signed_in="X-Hub")

    assert at.inbound(Request("POST", "/sms", {"x-hub": signed}, body, ()), now=NOW)
    for wrong in ("", "ñ", signed[:-4], "sha256=" + "0" * 64):
        with pytest.raises(Forged):
            at.inbound(Request("POST", "/sms", {"x-hub": wrong}, body, ()), now=NOW)


@pytest.mark.parametrize(
    ("name", "permanent"),
    [("REJECTED_NOT_ENOUGH_CREDITS", False), ("REJECTED_DESTINATION", True), ("", True), (None, True)],
)
def test_infobip_says_whether_another_time_may_help(*, name: str | None, permanent: bool) -> None:
    told = {"messages": [{"status": {"groupName": "REJECTED", "name": name}}]}
    with provider_of(Saying(told)) as provider, pytest.raises(Undelivered) as refusal:
        infobip(base=provider.url).send(LETTER)

    assert refusal.value.permanent is permanent


def africastalking(**changed: Any) -> AfricasTalking:
    given = {"username": "u", "key": "k", "sender": NUMBER, "token": of_africastalking.TOKEN}
    return AfricasTalking(**{**given, **changed})


@pytest.mark.parametrize(
    ("told", "again", "stopped"),
    [
        ({"status": "Failed", "failureReason": "UserInBlackList"}, False, True),
        ({"status": "Expired"}, True, False),
        ({"status": "AbsentSubscriber"}, True, False),
        ({"status": "Rejected", "failureReason": "InsufficientCredit"}, False, False),
    ],
)
def test_africas_talking_says_why_it_failed(*, told: Mapping[str, str], again: bool, stopped: bool) -> None:
    address = of_africastalking.address("status", "good")

    (event,) = africastalking().status(request(Knock(address, urlencode({"id": "1", **told}).encode(), FORM)))

    assert (event.state, event.again, event.stopped) == ("failed", again, stopped)


@pytest.mark.parametrize(
    ("recipients", "permanent", "stopped"),
    [([], True, False), ([{"statusCode": 406}], True, True), ([{"statusCode": 405}], False, False)],
)
def test_africas_talking_refuses_inside_a_good_answer(
    *, recipients: list[dict[str, int]], permanent: bool, stopped: bool
) -> None:
    told = {"SMSMessageData": {"Message": "no: 51987654321", "Recipients": recipients}}
    with provider_of(Saying(told, 201)) as provider, pytest.raises(Undelivered) as refusal:
        africastalking(base=provider.url).send(LETTER)

    assert (refusal.value.permanent, refusal.value.stopped) == (permanent, stopped)


@pytest.mark.parametrize(
    "told",
    [{}, {"SMSMessageData": {"Recipients": [{"statusCode": 500}]}}, {"SMSMessageData": {"Recipients": [7]}}],
)
def test_africas_talking_leaves_it_open_when_it_broke(told: object) -> None:
    with provider_of(Saying(told, 201)) as provider, pytest.raises(Uncertain):
        africastalking(base=provider.url).send(LETTER)


def telerivet(**changed: Any) -> Telerivet:
    given = {"project": "PJ1", "key": "k", "secret": of_telerivet.SECRET, "number": NUMBER, "base_url": BASE}
    return Telerivet(**{**given, **changed})


def _of_telerivet(**told: str) -> Request:
    whole = {"event": "incoming_message", "id": "1", "secret": of_telerivet.SECRET, **told}
    return request(Knock("/channels/telerivet/sms", urlencode(whole).encode(), FORM))


def test_telerivets_own_reading_of_a_number_comes_first() -> None:
    told = _of_telerivet(from_number="987654321", from_number_e164="+59170000001", content="agua")

    assert telerivet().inbound(told, now=NOW)[0].sender == "+59170000001"


@pytest.mark.parametrize("told", [{"message_type": "call"}, {"event": "ping"}, {"message_type": "ussd"}])
def test_missed_calls_at_telerivet_are_no_message(told: dict[str, str]) -> None:
    assert telerivet().inbound(_of_telerivet(content="", **told), now=NOW) == ()


def test_telerivet_sends_by_the_phone_it_is_told() -> None:
    with provider_of(of_telerivet.SPECIMEN) as provider:
        telerivet(base=provider.url, route="PN7").send(LETTER)

        assert provider.taken[0].told["route_id"] == "PN7"
        assert provider.taken[0].told["status_url"] == f"{BASE}/channels/telerivet/status?a={LETTER.attempt}"


def envayasms() -> EnvayaSms:
    return EnvayaSms(password=of_envayasms.PASSWORD, number=NUMBER, base_url=BASE)


@pytest.mark.parametrize(
    "told",
    [
        {"action": "outgoing"},
        {"action": "test"},
        {"action": "device_status", "status": "battery_low"},
        {
            "action": "incoming",
            "message_type": "call",
            "from": "+51987654321",
            "message": "",
            "timestamp": "1",
        },
    ],
)
def test_what_envayasms_asks_or_tells_beside_messages_is_answered_with_nothing_to_do(
    told: dict[str, str],
) -> None:
    assert envayasms().inbound(request(of_envayasms.knock(told)), now=NOW) == ()
    assert envayasms().answer.body == '{"events":[]}'


def test_a_known_request_of_envayasms_has_the_signature_it_must_have() -> None:
    wanted = base64.b64encode(hashlib.sha1(b"https://h.example/x,action=test,now=1,clave").digest()).decode()  # noqa: S324

    assert (
        EnvayaSms("clave", NUMBER, "https://h.example").sign(
            "https://h.example/x", {"now": "1", "action": "test"}
        )
        == wanted
    )


def test_envayasms_does_not_send_where_the_web_and_the_sender_are_processes_of_their_own() -> None:
    assert not envayasms().can.two_way
    with pytest.raises(Undelivered):
        envayasms().send(LETTER)


@dataclass
class Telephone:
    """A phone with the app: it says what it has to say, and asks what it shall send."""

    world: World
    client: FlaskClient

    def says(self, what: str = "sms", **told: str) -> TestResponse:
        knocked = of_envayasms.knock({"version": "30", **told}, what=what)
        return self.client.post(
            knocked.uri, data=knocked.body, headers=list(knocked.headers.items()), base_url=BASE
        )

    def asks(self, **told: str) -> list[dict[str, str]]:
        answer = self.says(action="outgoing", now=self.stamp(), **told)
        return [one for event in answer.get_json()["events"] for one in event["messages"]]

    def stamp(self) -> str:
        return str(int(self.world.clock.now.timestamp() * 1000))


@pytest.fixture
def telephone(sqlite_store: Store, ring: Ring, rules: Rulebook) -> Telephone:
    clock = Clock()
    app = EnvayaSms(password=of_envayasms.PASSWORD, number=NUMBER, base_url=BASE, sends=True, now=clock)
    world = settle_in(make_house(sqlite_store, ring, rules, clock, app), "envayasms")
    web = Flask("phone")
    web.register_blueprint(providers.blueprint(world.house))
    return Telephone(world, web.test_client())


def test_what_envayasms_asks_for_it_gets_once_and_tells_what_became_of_it(telephone: Telephone) -> None:
    world = telephone.world
    telephone.asks()

    delivery.drain(world.house, hands=1)
    (letter,) = telephone.asks()
    again = telephone.asks()
    telephone.says(action="send_status", id=letter["id"], status="queued")
    waits = world.notice().state
    telephone.says(what="status", action="send_status", id=letter["id"], status="sent")

    assert letter["to"] == PHONE
    assert world.number[:4] in letter["message"]
    assert again == []
    assert (waits, world.notice().state) == ("unknown", "sent")
    assert world.attempts()[0].id == letter["id"]


def test_what_the_phone_could_not_send_is_tried_again(telephone: Telephone) -> None:
    telephone.asks()
    delivery.drain(telephone.world.house, hands=1)
    (letter,) = telephone.asks()

    telephone.says(action="send_status", id=letter["id"], status="failed", error="radio off")

    assert telephone.world.notice().state == "queued"


def test_a_phone_that_never_asks_gets_nothing_and_what_it_did_not_fetch_leaves_anew(
    telephone: Telephone,
) -> None:
    world = telephone.world
    delivery.drain(world.house, hands=1)
    away = world.notice().state, world.attempts()[-1].error
    telephone.asks()
    world.clock.pass_by(timedelta(minutes=10))
    delivery.drain(world.house, hands=1)
    world.clock.pass_by(delivery.LEASE)
    delivery.drain(world.house, hands=1)  # takes back what lay there
    delivery.drain(world.house, hands=1)
    letters = telephone.asks()

    assert away == ("queued", "unreachable")
    assert len(letters) == 1
    assert letters[0]["id"] == world.attempts()[-1].id


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (14, 200), (16, 403), (-16, 403)])
def test_who_saw_the_phone_ask_cannot_ask_with_it_later(
    telephone: Telephone, minutes: int, status: int
) -> None:
    seen = telephone.stamp()
    telephone.world.clock.pass_by(timedelta(minutes=minutes))

    assert telephone.says(action="outgoing", now=seen).status_code == status


def test_a_message_that_is_said_at_the_address_for_statuses_is_a_case_all_the_same(
    telephone: Telephone,
) -> None:
    told = {
        "action": "incoming",
        "from": "+51987000111",
        "message": "El agua sale turbia desde ayer",
        "timestamp": "1",
    }

    assert telephone.says(what="status", **told).get_json() == {"events": []}
    assert telephone.world.look(select(func.count()).select_from(CASES))[0][0] == 2


def jasmin(**changed: Any) -> Jasmin:
    given = {"user": "u", "password": "p", "sender": NUMBER, "token": of_jasmin.TOKEN, "base_url": BASE}
    return Jasmin(**{**given, **changed})


@pytest.mark.parametrize(
    ("coding", "octets", "latin", "text"),
    [
        ("0", bytes([0x61, 0x7D, 0x00, 0x1B, 0x65]), False, "añ@€"),
        ("0", "añ@".encode("latin-1"), True, "añ@"),
        ("3", "año".encode("latin-1"), False, "año"),
        ("8", "año 😀".encode("utf-16-be"), False, "año 😀"),
        ("8", b"\x00a\x00", False, "a\ufffd"),
    ],
)
def test_octets_are_read_in_the_alphabet_of_their_coding(
    *, coding: str, octets: bytes, latin: bool, text: str
) -> None:
    told = {"id": "1", "from": "51987654321", "coding": coding, "binary": octets.hex(), "content": "x"}
    knock = Knock(of_jasmin.address("sms", "good"), urlencode(told).encode(), FORM)

    assert jasmin(latin=latin).inbound(request(knock), now=NOW)[0].text == text


@pytest.mark.parametrize("binary", ["", "zz"])
def test_without_octets_the_words_count(binary: str) -> None:
    told = {"id": "1", "from": "51987654321", "coding": "0", "binary": binary, "content": "agua"}
    knock = Knock(of_jasmin.address("sms", "good"), urlencode(told).encode(), FORM)

    assert jasmin().inbound(request(knock), now=NOW)[0].text == "agua"


def test_what_is_not_in_the_cheap_alphabet_leaves_jasmin_as_ucs2() -> None:
    with provider_of(of_jasmin.SPECIMEN) as provider:
        for text in ("año", "así 😀"):
            jasmin(base=provider.url).send(Outbound(to=LETTER.to, text=text, attempt=LETTER.attempt))

        assert [taken.form["coding"] for taken in provider.taken] == ["0", "8"]
        assert [of_jasmin.SPECIMEN.sent(taken)[1] for taken in provider.taken] == ["año", "así 😀"]


@pytest.mark.parametrize(("said", "again"), [("EXPIRED", True), ("ESME_RINVDSTADR", False)])
def test_jasmins_words_for_a_failure_are_sorted(*, said: str, again: bool) -> None:
    body = urlencode({"id": "1", "message_status": said}).encode()

    (event,) = jasmin().status(request(Knock(of_jasmin.address("status", "good", "&a=x"), body, FORM)))

    assert (event.state, event.again) == ("failed", again)
