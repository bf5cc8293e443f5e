"""Any provider that speaks HTTP, described in a file instead of in code: its field names, its words, its templates.

Nothing comes in without a secret: in a header, in a field, or as an HMAC of the body with its time. The blanks of
a template are filled once, so that a text that contains one is sent as it stands.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from channels.gateway import (
    Answer,
    Brought,
    Can,
    Garbled,
    Inbound,
    Outbound,
    Pointed,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms import calling, proofs
from channels.sms.adapter import Adapter, kind_of, piece_of
from channels.sms.recipes import Recipe

BLANK: Final = re.compile(r"\{(to|to_no_plus|text|attempt|from|from_no_plus|status_url|key)\}")
NOTHING: Final = frozenset({"", "0", "[]"})
"""What a field of pictures holds where there are none."""


@dataclass
class External(Adapter):
    """One provider. `secret` proves what it sends; `key` is what we show it, wherever the recipe has a `{key}`."""

    recipe: Recipe
    secret: str = field(repr=False)
    base_url: str
    now: Callable[[], datetime]
    key: str = field(default="", repr=False)
    timeout: float = calling.TIMEOUT
    name: str = "external"

    can: Can = field(init=False)
    answer: Answer = field(init=False)
    by_get: bool = field(init=False)

    def __post_init__(self) -> None:
        self.can, self.answer, self.by_get = self.recipe.can, self.recipe.answer, self.recipe.by_get

    @property
    def home(self) -> str:
        """The number that the recipe names."""
        return self.recipe.number

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse a message.

        Raises:
            Forged: the proof is missing or wrong.
            Garbled: the field of the text is not there at all.
        """
        told = self._verified(request, now=now)
        names = self.recipe.inbound
        if not told:
            return ()
        if names["text"] not in told:
            raise Garbled("no text")
        text, raw = told[names["text"]], _named(told, names, "sender")
        media = _named(told, names, "media")
        pointed = _pointed(media, _named(told, names, "media_kind")) if self.recipe.media else ()
        some = max(len(pointed), int(media not in NOTHING))
        message = self.heard(
            text, sender=raw, to=_named(told, names, "recipient") or self.recipe.number,
            ref=_named(told, names, "id") or proofs.fingerprint(raw, text, _when(told, names, now)), now=now, bare=True,
            media=some, pointed=pointed, piece=piece_of(*(_named(told, names, one) for one in ("whole", "part", "parts"))),
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse a report; words that the recipe does not know say nothing.

        Raises:
            Forged: the proof is missing or wrong.
            Garbled: it cannot be read.
        """
        ours = proofs.attempt_of(request, self.secret)
        told = proofs.fields(request) if ours else self._verified(request, now=self.now())
        names = self.recipe.status
        found = self.recipe.words.get(_named(told, names, "status").strip().lower())
        return self.told_of(
            "failed" if found in ("again", "stopped") else found, attempt=ours or _named(told, names, "attempt"),
            ref=_named(told, names, "id"), error=_named(told, names, "error"), again=found == "again",
            stopped=found == "stopped",
        )  # fmt: skip

    def send(self, message: Outbound) -> Sent:
        """Hand a message over as the recipe says.

        Raises:
            Undelivered: it was refused, or nobody was there.
            Uncertain: nobody knows.
        """
        told = self.recipe.send
        if told is None:
            raise Undelivered("one_way", permanent=True, own=True)
        sender = message.sender or self.recipe.number
        blanks = {
            "to": message.to, "to_no_plus": message.to.removeprefix("+"), "text": message.text, "from": sender,
            "from_no_plus": sender.removeprefix("+"), "attempt": message.attempt, "key": self.key,
            "status_url": self.status_url(proofs.ticket(self.secret, message.attempt)),
        }  # fmt: skip
        url, body, kind = told.url, None, {"form": calling.FORM, "json": calling.JSON}.get(told.kind)
        filled = _fill(told.fields, blanks)
        if told.kind == "json":
            body = json.dumps(filled, ensure_ascii=False).encode("utf-8", "replace")
        elif told.kind == "form":
            body = urlencode(filled).encode()
        else:
            url += ("&" if "?" in url else "?") + urlencode(filled)
        headers = {**_fill(told.headers, blanks), **({"Content-Type": kind} if kind else {})}
        if told.basic:
            headers["Authorization"] = calling.basic(*_fill(told.basic, blanks).split(":", 1))
        reply = calling.call(told.method, url, headers=headers, body=body, timeout=self.timeout)
        return self._taken(reply, message)

    def fetched(self, address: str, *, most: int) -> Brought:
        """Fetch a picture from the place that the recipe names, and from nowhere else.

        Raises:
            Undelivered, Uncertain: as `calling.fetch` says.
        """
        where = self.recipe.media
        if where is None:
            raise Undelivered("elsewhere", permanent=True)
        blanks = {"key": self.key}
        headers = dict(_fill(where.headers, blanks))
        if where.basic:
            headers["Authorization"] = calling.basic(*_fill(where.basic, blanks).split(":", 1))
        return calling.fetch(address, below=where.base, most=most, headers=headers)

    def _taken(self, reply: calling.Said, message: Outbound) -> Sent:
        told = self.recipe.send
        assert told is not None  # noqa: S101  for the type checker: the caller looked
        code = calling.code_of(_at(reply, told.code)) if told.code else ""
        if code and code in {*told.permanent, *told.later, *told.stopped}:
            later = code in told.later
            raise Undelivered(code, permanent=not later, stopped=code in told.stopped, own=later)
        calling.check(reply, code=code)
        if told.contains and told.contains not in reply.text:
            raise Uncertain("an answer that is not the one agreed")
        reference = _at(reply, told.ref) if told.ref else message.attempt
        if not isinstance(reference, str | int) or reference == "":
            raise Uncertain("an answer without an id")
        return Sent(ref=str(reference))

    def _verified(self, request: Request, *, now: datetime) -> dict[str, str]:
        proof = self.recipe.proof
        if proof.kind == "hmac":
            stamp = proofs.header(request, proof.timestamp)
            signed = proof.signed.encode().replace(b"{timestamp}", stamp.encode("utf-8", "replace"))
            before, _, after = signed.partition(b"{body}")
            right = proofs.is_hmac(
                proofs.header(request, proof.name), self.secret, before + request.body + after
            )
            proofs.prove(proven=right and proofs.is_near(stamp, now=now))
            return proofs.body_fields(request)  # nothing vouches for what stands in the address
        told = proofs.fields(request)
        given = proofs.header(request, proof.name) if proof.kind == "header" else told.pop(proof.name, "")
        proofs.prove(proven=proofs.same(given, self.secret))
        return told


def _named(told: Mapping[str, str], names: Mapping[str, str], what: str) -> str:
    return told.get(names.get(what, ""), "")


def _when(told: Mapping[str, str], names: Mapping[str, str], now: datetime) -> str:
    """Tell apart two equal texts: by the time they say, or else by ours, in steps that a quick repetition fits into."""
    return _named(told, names, "time") or str(int(now.timestamp()) // 10)


def _pointed(media: str, kind: str) -> tuple[Pointed, ...]:
    """Read where pictures lie: one address, or a list of them in JSON."""
    if media in NOTHING:
        return ()
    try:
        told = json.loads(media) if media.startswith("[") else [media]
    except (ValueError, RecursionError):
        told = [media]
    return tuple(Pointed(kind_of(kind), one) for one in told if isinstance(one, str) and "://" in one)


def _fill(template: Any, blanks: Mapping[str, str]) -> Any:
    """Fill the blanks of a template, once, wherever they stand in it."""
    match template:
        case str():
            return BLANK.sub(lambda found: blanks[found.group(1)], template)
        case dict():
            return {name: _fill(value, blanks) for name, value in template.items()}
        case list():
            return [_fill(value, blanks) for value in template]
        case _:
            return template


def _at(reply: calling.Said, path: str) -> Any:
    """Look something up in JSON by its path ("messages.0.id"), or in text by a regular expression between slashes."""
    if path.startswith("/") and path.endswith("/"):
        found = re.search(path.strip("/"), reply.text)
        return found.group(1) if found else ""
    try:
        told: Any = json.loads(reply.body)
        for step in path.split("."):
            told = told[int(step)] if isinstance(told, list) else told[step]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return ""
    return told
