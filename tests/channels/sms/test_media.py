"""Pictures that a message only points at: had from the host that a setting names, and from nobody else."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from channels.gateway import Brought, Enclosed, Forged, Garbled, Inbound, Request, Uncertain, Undelivered
from channels.sms import calling, recipes
from channels.sms.envayasms import EnvayaSms
from channels.sms.external import External
from channels.sms.infobip import Infobip
from channels.sms.telerivet import Telerivet
from channels.sms.vonage import Vonage
from channels.web.networks.providers import as_request
from tests.channels.sms.conformance import NUMBER, Provider, Reply, Specimen, Taken, provider_of
from tests.channels.sms.specimens import envayasms as of_envayasms
from tests.channels.sms.specimens import vonage as of_vonage
from tests.sending import BASE, Clock

SECRET = "un secreto largo de verdad"
PICTURE = b"los puntos de una foto"
MOST = 1000
PATHS = {
    "/mms/1": Reply(PICTURE, kind="image/jpeg; charset=binary"),
    "/mms/large": Reply(b"x" * (MOST + 1), kind="image/jpeg"),
    "/mms/moved": Reply(b"", 302),
    "/mms/gone": Reply(b"", 410),
    "/mms/broken": Reply(b"", 500),
    "/v1/projects/PJ1/messages/SM1/mms_parts": Reply(
        b'[{"type": "application/smil", "url": "x"}, {"type": "text/plain"}, {"type": "image/png; a=b", "url": "u"}]'
    ),
    "/v1/projects/PJ1/messages/SM2/mms_parts": Reply(b"<html>"),
}  # fmt: skip


class OfPictures(Specimen):
    name = "pictures"

    def listed(self, taken: Taken, accepted: Sequence[tuple[str, Taken]]) -> Reply | None:
        del accepted
        SEEN.append(taken)
        return PATHS.get(taken.uri, Reply(b"", 404))


SEEN: list[Taken] = []


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with provider_of(OfPictures()) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    SEEN.clear()


def test_a_picture_is_fetched_with_its_kind_and_what_proves_who_asks(provider: Provider) -> None:
    found = calling.fetch(
        f"{provider.url}/mms/1", below=provider.url, most=MOST, headers={"Authorization": "App k"}
    )

    assert (found.kind, found.data) == ("image/jpeg", PICTURE)
    assert SEEN[0].headers["Authorization"] == "App k"


@pytest.mark.parametrize(
    ("path", "what", "permanent"),
    [
        ("/mms/large", Undelivered, True), ("/mms/moved", Undelivered, True), ("/mms/gone", Undelivered, True),
        ("/mms/other", Undelivered, False), ("/mms/broken", Uncertain, None),
    ],
)  # fmt: skip
def test_what_is_not_had_says_whether_asking_again_helps(
    provider: Provider, path: str, what: type[Exception], *, permanent: bool | None
) -> None:
    with pytest.raises(what) as refusal:
        calling.fetch(f"{provider.url}{path}", below=provider.url, most=MOST)

    assert getattr(refusal.value, "permanent", None) is permanent


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/mms/1", "http://localhost:{port}/mms/1", "https://127.0.0.1:{port}/mms/1",
        "http://user@127.0.0.1:{port}/mms/1", "http://127.0.0.1:{port}/other/1", "http://127.0.0.1:{port}/mms/../other",
        "http://127.0.0.1:{port}/mms/%2e%2e/other", "http://127.0.0.1:{port}/mms/1 HTTP/1.1", "http://127.0.0.1:99999/mms/1",
        "file:///etc/passwd", "//127.0.0.1:{port}/mms/1", "", "http://127.0.0.1:{port}/mms\\..\\other",
        "http://127.0.0.1:{port}\n/mms/1", "http://[::1/mms/1",
    ],
)  # fmt: skip
def test_an_address_elsewhere_is_never_asked(provider: Provider, address: str) -> None:
    port = provider.url.rpartition(":")[2]

    with pytest.raises(Undelivered, match="elsewhere"):
        calling.fetch(address.replace("{port}", port), below=f"{provider.url}/mms", most=MOST)

    assert SEEN == []


def test_a_picture_of_infobip_lies_at_its_own_host_and_is_asked_for_with_our_key(provider: Provider) -> None:
    gateway = Infobip(base=provider.url, key="k", sender=NUMBER, base_url=BASE, user="u", password=SECRET)
    pieces = [
        {"contentType": "text/plain", "value": "Miren"}, {"contentType": "application/smil", "url": "x"},
        {"contentType": "image/jpeg", "url": f"{provider.url}/mms/1"},
    ]  # fmt: skip
    body = json.dumps(
        {"results": [{"messageId": "m", "from": "51987654321", "to": NUMBER, "message": pieces}]}
    )
    headers = {"Authorization": calling.basic("u", SECRET), "Content-Type": "application/json"}

    (heard,) = gateway.inbound(Request("POST", "/", headers, body.encode(), ()), now=Clock().now)

    assert (heard.text, heard.media, [one.kind for one in heard.pointed]) == ("Miren", 1, ["image/jpeg"])
    assert gateway.fetched(heard.pointed[0].at, most=MOST).data == PICTURE
    assert SEEN[0].headers["Authorization"] == "App k"


def telerivet(provider: Provider, media_base: str = "") -> Telerivet:
    return Telerivet(
        project="PJ1", key="k", secret=SECRET, number=NUMBER, base_url=BASE, base=provider.url,
        media_base=media_base or f"{provider.url}/mms",
    )  # fmt: skip


def test_pictures_of_telerivet_are_listed_by_its_api_and_fetched_without_our_key(provider: Provider) -> None:
    gateway = telerivet(provider)

    assert gateway.enclosed("SM1") == (Enclosed("u", "image/png"),)
    assert gateway.enclosure("SM1", f"{provider.url}/mms/1", most=MOST) == PICTURE
    assert ["Authorization" in one.headers for one in SEEN] == [True, False]


def test_a_list_of_telerivet_that_cannot_be_read_leaves_it_open_and_a_thing_without_address_is_lost(
    provider: Provider,
) -> None:
    with pytest.raises(Uncertain):
        telerivet(provider).enclosed("SM2")
    with pytest.raises(Undelivered):
        telerivet(provider).enclosure("SM1", "", most=MOST)


def external(provider: Provider, **media: Any) -> External:
    told = {
        "number": NUMBER, "proof": {"header": "X-Secret"},
        "inbound": {"sender": "from", "text": "text", "media": "fotos", "media_kind": "tipo"},
    } | ({"media": {"base": f"{provider.url}/mms", **media}} if media else {})  # fmt: skip
    return External(recipe=recipes.read(told), secret=SECRET, base_url=BASE, now=Clock(), key="k")


def hears(gateway: External, **fields: Any) -> Inbound:
    headers = {"X-Secret": SECRET, "Content-Type": "application/json"}
    body = json.dumps({"from": "+51987654321", "text": "Miren", **fields}).encode()
    (heard,) = gateway.inbound(Request("POST", "/", headers, body, ()), now=Clock().now)
    return heard


def test_a_recipe_says_where_pictures_lie_and_how_we_ask(provider: Provider) -> None:
    gateway = external(provider, headers={"X-Key": "{key}"}, basic="quejas:{key}")
    addresses = [f"{provider.url}/mms/1", f"{provider.url}/other"]

    heard = hears(gateway, fotos=addresses, tipo="image/jpeg; x=y")

    assert (heard.media, [one.kind for one in heard.pointed]) == (2, ["image/jpeg"] * 2)
    assert gateway.fetched(heard.pointed[0].at, most=MOST).data == PICTURE
    assert (SEEN[0].headers["X-Key"], SEEN[0].headers["Authorization"]) == ("k", calling.basic("quejas", "k"))
    with pytest.raises(Undelivered, match="elsewhere"):
        gateway.fetched(heard.pointed[1].at, most=MOST)


@pytest.mark.parametrize(
    ("fotos", "media"), [("", 0), ("0", 0), ([], 0), ("2", 1), ("https://x.example/1", 1)]
)
def test_without_a_place_in_the_recipe_a_picture_is_only_known_of(
    provider: Provider, fotos: Any, media: int
) -> None:
    gateway = external(provider)

    heard = hears(gateway, fotos=fotos)

    assert (heard.media, heard.pointed) == (media, ())
    with pytest.raises(Undelivered, match="elsewhere"):
        gateway.fetched(f"{provider.url}/mms/1", most=MOST)


def phone_says(listed: str, **files: tuple[BytesIO, str, str]) -> Inbound:
    told = {
        "action": "incoming", "from": "+51987654321", "message": "Miren", "message_type": "mms", "timestamp": "1",
        "mms_parts": listed,
    }  # fmt: skip
    uri = "/channels/envayasms/sms"
    proof = {"X-Request-Signature": of_envayasms.sign(uri, told)}
    gateway = EnvayaSms(password=of_envayasms.PASSWORD, number=NUMBER, base_url=BASE)
    with Flask("phone").test_request_context(
        uri,
        method="POST",
        data=told | files,
        headers=proof,
        base_url=BASE,
        content_type="multipart/form-data",
    ):
        asked_before = as_request()
        (heard,) = gateway.inbound(as_request(), now=Clock().now)
    assert asked_before.files.keys() == files.keys()
    return heard


def test_pictures_come_along_with_a_message_of_envayasms_and_one_that_is_missing_is_known_to_be_lost() -> (
    None
):
    parts = [
        {"name": "part0", "type": "application/smil"}, {"name": "part1", "type": "text/plain", "filename": "a.txt"},
        {"name": "part2", "type": "image/jpeg; charset=UTF-8"}, {"name": "part3", "type": "image/png"},
    ]  # fmt: skip

    heard = phone_says(
        json.dumps(parts),
        part0=(BytesIO(b"<smil>"), "01smil", "application/smil"),
        part2=(BytesIO(PICTURE), "IMG_0001.jpg", "image/jpeg"),
    )

    assert (heard.text, heard.media) == ("Miren", 2)
    assert heard.brought == (Brought("image/jpeg", PICTURE), Brought("image/png", b""))


@pytest.mark.parametrize(("listed", "media"), [("", 1), ("{}", 1), ("[" * 5000, 1), ("[]", 0), ("[7]", 0)])
def test_a_picture_message_of_envayasms_whose_list_cannot_be_read_is_a_message_all_the_same(
    listed: str, media: int
) -> None:
    heard = phone_says(listed)

    assert (heard.text, heard.media, heard.brought) == ("Miren", media, ())


def vonage_says(
    told: Any, *, at: str = "", algorithm: str = "HS256", late: int = 0, provider: Provider | None = None
) -> tuple[Vonage, Inbound]:
    clock = Clock()
    body = json.dumps(told).encode()
    vouched = of_vonage.token(at.encode() or body, clock.now, algorithm=algorithm)
    clock.now += DAY * late
    gateway = Vonage(
        key="k", api_secret="s", sender=NUMBER, signing=of_vonage.SECRET, base_url=BASE, now=clock,
        media_base=f"{provider.url}/mms" if provider else of_vonage.MEDIA,
    )  # fmt: skip
    request = Request("POST", "/", {"Authorization": f"Bearer {vouched}"}, body, ())
    assert gateway.status(request) == ()
    return gateway, gateway.inbound(request, now=clock.now)[0]


DAY = timedelta(days=1)
SEEN_BY_VONAGE = {
    "channel": "mms", "message_uuid": "u-1", "from": "51987654321", "to": NUMBER.removeprefix("+"),
    "message_type": "image",
}  # fmt: skip


def test_a_picture_of_vonage_lies_where_its_message_says_and_is_fetched_there_without_our_key(
    provider: Provider,
) -> None:
    image = {"url": f"{provider.url}/mms/1", "caption": "Miren"}

    gateway, heard = vonage_says(SEEN_BY_VONAGE | {"image": image}, provider=provider)

    assert (heard.sender, heard.text, heard.media) == ("+51987654321", "Miren", 1)
    assert gateway.fetched(heard.pointed[0].at, most=MOST).data == PICTURE
    assert "Authorization" not in SEEN[0].headers
    with pytest.raises(Undelivered, match="elsewhere"):
        gateway.fetched("https://elsewhere.example/1", most=MOST)


@pytest.mark.parametrize(
    "changed", [{"at": "another body"}, {"algorithm": "none"}, {"algorithm": "HS512"}, {"late": 2}]
)
def test_a_token_that_vouches_for_something_else_is_forged(changed: dict[str, Any]) -> None:
    with pytest.raises(Forged):
        vonage_says(SEEN_BY_VONAGE, **changed)


def test_a_message_of_a_channel_that_we_could_not_answer_in_is_refused_aloud() -> None:
    with pytest.raises(Garbled):
        vonage_says(SEEN_BY_VONAGE | {"channel": "messenger"})
