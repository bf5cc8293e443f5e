"""A recipe: the file that describes a provider to the adapter `external`, read strictly, once, at the start."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from channels.gateway import Answer, Can
from channels.sms.calling import private
from grievance.errors import Misconfigured

INBOUND = frozenset(
    {"sender", "recipient", "text", "id", "time", "media", "media_kind", "part", "parts", "whole"}
)
STATUS = frozenset({"id", "attempt", "status", "error"})
WORDS = ("sent", "delivered", "failed", "again", "stopped")
KINDS = ("form", "json", "query")
PROOFS = ("header", "field", "hmac")


@dataclass(frozen=True, slots=True)
class Proof:
    """How a request proves itself: a secret in a header or a field called `name`, or an HMAC of `signed` in one."""

    kind: str
    name: str
    timestamp: str = "X-Timestamp"
    signed: str = "{timestamp}.{body}"


@dataclass(frozen=True, slots=True)
class Send:
    """How to send: where, with what, and what an answer means. `code` and `ref` say where in it they stand."""

    url: str
    method: str = "POST"
    kind: str = "form"
    fields: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    basic: str = ""
    contains: str = ""
    ref: str = ""
    code: str = ""
    permanent: Sequence[str] = ()
    later: Sequence[str] = ()
    stopped: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """Where pictures lie, and how we ask for them: no address outside of `base` is ever asked."""

    base: str
    headers: Mapping[str, str] = field(default_factory=dict)
    basic: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One provider, described. `words` gives a state of ours to each of its words."""

    number: str
    proof: Proof
    inbound: Mapping[str, str]
    status: Mapping[str, str]
    words: Mapping[str, str]
    send: Send | None
    can: Can
    answer: Answer = field(default_factory=Answer)
    by_get: bool = False
    media: Media | None = None


def load(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        Misconfigured: it cannot be read, lacks something, or has a name nobody knows.
    """
    try:
        with path.open("rb") as file:
            told = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as cause:
        raise Misconfigured(f"the recipe of the external gateway cannot be read: {cause}") from None
    return read(told)


def read(told: Mapping[str, Any]) -> Recipe:
    """Read a recipe that was parsed.

    Raises:
        Misconfigured: it lacks something, or has a name nobody knows.
    """
    _only(
        told,
        {"number", "method", "proof", "inbound", "answer", "status", "send", "can", "media"},
        "the recipe",
    )
    inbound, status = _table(told, "inbound"), _table(told, "status")
    _only(inbound, INBOUND, "[inbound]")
    words = {str(k): v for k, v in _table(status, "words").items()}
    _only(words, WORDS, "[status.words]")
    if not all(isinstance(each, list) for each in words.values()):
        raise _wrong("[status.words] takes lists of the provider's words")
    names = {k: v for k, v in status.items() if k != "words"}
    _only(names, STATUS, "[status]")
    if not {"sender", "text"} <= set(inbound):
        raise _wrong("[inbound] must name the fields `sender` and `text`")
    if not re.fullmatch(r"\+?[0-9]{3,15}", str(told.get("number", ""))):
        raise _wrong("`number` must be the number people write to")
    by_get = told.get("method", "POST") == "GET"
    proof = _proof(_table(told, "proof"))
    if by_get and proof.kind == "hmac":
        raise _wrong("an HMAC vouches for a body, and GET has none: use a header")
    answer = _table(told, "answer")
    _only(answer, {"body", "kind"}, "[answer]")
    return Recipe(
        number=str(told["number"]), proof=proof, by_get=by_get,
        inbound=_strings(inbound, "[inbound]"), status=_strings(names, "[status]"),
        words={str(word).lower(): state for state, each in words.items() for word in each},
        send=_send(_table(told, "send")) if "send" in told else None, can=_can(told), answer=Answer(**answer),
        media=_media(_table(told, "media"), inbound),
    )  # fmt: skip


def _proof(told: Mapping[str, Any]) -> Proof:
    _only(told, {*PROOFS, "timestamp", "signed"}, "[proof]")
    kinds = [kind for kind in PROOFS if told.get(kind)]
    if len(kinds) != 1:
        raise _wrong(
            "[proof] takes one of `header`, `field` and `hmac`: without it anybody could write as anybody"
        )
    more = {k: v for k, v in told.items() if k not in PROOFS}
    proof = Proof(kind=kinds[0], name=str(told[kinds[0]]), **more)
    if proof.kind == "hmac" and ("{body}" not in proof.signed or "{timestamp}" not in proof.signed):
        raise _wrong("[proof] `signed` must hold {timestamp} and {body}")
    return proof


def _send(told: Mapping[str, Any]) -> Send:
    _only(told, {one.name for one in fields(Send)}, "[send]")
    if not isinstance(told.get("url"), str) or not isinstance(told.get("fields"), dict) or not told["fields"]:
        raise _wrong("[send] needs `url` and [send.fields]")
    send = Send(**told)
    private("EXTERNAL", send.url)
    if send.kind not in KINDS or send.method not in ("GET", "POST", "PUT"):
        raise _wrong(f"[send] `kind` is one of {', '.join(KINDS)}, `method` GET, POST or PUT")
    if send.kind != "query" and send.method == "GET":
        raise _wrong('[send] GET carries its fields in the address: kind = "query"')
    if send.basic and ":" not in send.basic:
        raise _wrong("[send] `basic` is a name, a colon and a password")
    if "{" in send.url:
        raise _wrong("[send] `url` takes no blanks: what names people does not belong into an address")
    for path in (send.ref, send.code):
        _pattern(path)
    return send


def _media(told: Mapping[str, Any], inbound: Mapping[str, Any]) -> Media | None:
    if not told:
        return None
    _only(told, {one.name for one in fields(Media)}, "[media]")
    if not isinstance(told.get("base"), str) or "media" not in inbound:
        raise _wrong("[media] needs `base`, and [inbound] the field `media` that names addresses below it")
    media = Media(base=private("EXTERNAL", told["base"]), headers=_strings(_table(told, "headers"), "[media.headers]"),
                  basic=str(told.get("basic", "")))  # fmt: skip
    if media.basic and ":" not in media.basic:
        raise _wrong("[media] `basic` is a name, a colon and a password")
    if any("{" in one.replace("{key}", "") for one in (*media.headers.values(), media.basic)):
        raise _wrong("[media] knows one blank: {key}")
    return media


def _pattern(path: str) -> None:
    if path.startswith("/"):
        try:
            groups = re.compile(path.strip("/")).groups
        except re.error:
            groups = 0
        if groups != 1:
            raise _wrong(f"[send] {path!r} must be a regular expression with one group")


def _can(told: Mapping[str, Any]) -> Can:
    said = _table(told, "can")
    known = {one.name for one in fields(Can)}
    _only(said, known, "[can]")
    if not all(isinstance(value, bool) for value in said.values()):
        raise _wrong("[can] takes true and false")
    given = {"receipts": "status" in told, "two_way": "send" in told, "forgets": False, **said, "asks": False}
    return Can(**given)


def _table(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name, {})
    if not isinstance(found, dict):
        raise _wrong(f"[{name}] must be a table")
    return found


def _strings(told: Mapping[str, Any], where: str) -> Mapping[str, str]:
    if not all(isinstance(value, str) for value in told.values()):
        raise _wrong(f"{where} takes names of fields")
    return told


def _only(told: Mapping[str, Any], known: Any, where: str) -> None:
    unknown = sorted(set(told) - set(known))
    if unknown:
        raise _wrong(f"{where} has {unknown[0]!r}; known are: {', '.join(sorted(known))}")


def _wrong(what: str) -> Misconfigured:
    return Misconfigured(f"the recipe of the external gateway: {what}")
