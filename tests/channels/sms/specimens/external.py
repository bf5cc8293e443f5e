"""An aggregator that nobody wrote an adapter for: three recipes, one for each way to prove itself."""

import base64
import hashlib
import hmac
import json
import tomllib
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from channels.gateway import Gateway
from channels.sms import recipes
from channels.sms.external import External
from tests.channels.sms.conformance import (
    NUMBER,
    PATIENT,
    Knock,
    Reply,
    Report,
    Signing,
    Specimen,
    Taken,
    Word,
    form_of,
    json_of,
)
from tests.sending import BASE

SECRET = "un secreto largo de verdad"
STATES = {"sent": "ACEPTADO", "delivered": "ENTREGADO", "failed": "RECHAZADO", "odd": "TELETRANSPORTADO"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
COMMON = f"""
number = "{NUMBER}"
[status]
status = "estado"
id = "codigo"
error = "motivo"
[status.words]
sent = ["ACEPTADO"]
delivered = ["ENTREGADO"]
failed = ["RECHAZADO"]
[inbound]
sender = "numero"
text = "mensaje"
recipient = "destino"
id = "codigo"
media = "adjuntos"
part = "parte"
parts = "partes"
whole = "grupo"
[can]
joins_parts = false
"""
BY_FORM = f"""{COMMON}
[answer]
body = "OK"
[proof]
header = "X-Secreto"
[send]
url = "%s/enviar"
ref = "id"
code = "error"
permanent = ["E7"]
later = ["E9"]
[send.fields]
telefono = "{{to}}"
texto = "{{text}}"
aviso = "{{status_url}}"
[send.headers]
Authorization = "Token {{key}}"
"""


class OfExternal(Specimen):
    name = "external"
    label = "external (form, header)"
    lacks: ClassVar = {"unreadable": "a form can always be read"}
    refusal = "E7"
    recipe = BY_FORM

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:
        recipe = recipes.read(tomllib.loads(self.recipe % provider))
        return External(recipe, SECRET, BASE, now, key="la llave", timeout=PATIENT)

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:
        told = {
            "numero": word.sender.removeprefix("+"), "mensaje": word.text, "destino": NUMBER, "codigo": word.ref,
            "adjuntos": str(word.media), **word.more,
        }  # fmt: skip
        if word.part[1] > 1:
            told |= {"parte": str(word.part[0]), "partes": str(word.part[1]), "grupo": word.whole}
        return self.carried("/channels/external/sms", told, now, signing, word.odd)

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:
        told = {"codigo": report.ref, "estado": STATES[report.state], "motivo": "E1"}
        return self.carried(f"/channels/external/status?a={report.attempt}", told, now, signing)

    def carried(
        self, uri: str, told: dict[str, str], now: datetime, signing: Signing, odd: bytes = b""  # noqa: ARG002
    ) -> Knock:  # fmt: skip
        proof = {"good": {"X-Secreto": SECRET}, "bad": {"X-Secreto": "another"}, "none": {}}[signing]
        return Knock(uri, form_of(told, odd, at="mensaje"), {**FORM, **proof})

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        match kind:
            case "refused":
                return Reply(b'{"error": "E7", "numero": "51987654321"}')
            case "later":
                return Reply(b'{"error": "E9"}', 400)
            case "garbage":
                return Reply(b"<html>")
        return Reply(json.dumps({"id": ref}).encode())

    def sent(self, taken: Taken) -> tuple[str, str]:
        assert taken.headers["Authorization"] == "Token la llave"
        return taken.form["telefono"], taken.form["texto"]


class ByJson(OfExternal):
    label = "external (JSON, HMAC)"
    lacks: ClassVar = {}
    recipe = f"""{COMMON}
[proof]
hmac = "X-Firma"
timestamp = "X-Hora"
[send]
url = "%s/v2/mensajes"
kind = "json"
basic = "quejas:{{key}}"
ref = "mensajes.0.id"
code = "error"
permanent = ["E7"]
later = ["E9"]
[[send.fields.mensajes]]
para = "{{to_no_plus}}"
texto = "{{text}}"
"""

    def carried(
        self, uri: str, told: dict[str, str], now: datetime, signing: Signing, odd: bytes = b""
    ) -> Knock:  # fmt: skip
        return self._signed(uri, json_of(told, odd, text=told.get("mensaje", "")), now, signing)

    def unreadable(self, *, now: datetime) -> Knock:
        return self._signed("/channels/external/sms", b'["no", "names"]', now, "good")

    def _signed(self, uri: str, body: bytes, now: datetime, signing: Signing) -> Knock:
        stamp = str(int(now.timestamp()))
        key = SECRET if signing == "good" else "another"
        signature = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        proof = {} if signing == "none" else {"X-Firma": signature, "X-Hora": stamp}
        return Knock(uri, body, {"Content-Type": "application/json", **proof})

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:
        if kind == "ok":
            return Reply(json.dumps({"mensajes": [{"id": ref}]}).encode())
        return super().reply(taken, ref=ref, kind=kind)

    def sent(self, taken: Taken) -> tuple[str, str]:
        assert base64.b64decode(taken.headers["Authorization"].removeprefix("Basic ")) == b"quejas:la llave"
        (message,) = taken.told["mensajes"]
        return "+" + message["para"], message["texto"]


class ByGet(OfExternal):
    label = "external (GET, field)"
    recipe = f"""method = "GET"
{COMMON}
[proof]
field = "secreto"
[send]
url = "%s/send?user=quejas"
method = "GET"
kind = "query"
ref = "/^OK ([a-z0-9-]+)$/"
code = "/^ERR ([A-Z0-9]+)/"
permanent = ["E7"]
later = ["E9"]
[send.fields]
to = "{{to_no_plus}}"
msg = "{{text}}"
pass = "{{key}}"
"""

    def carried(
        self, uri: str, told: dict[str, str], now: datetime, signing: Signing, odd: bytes = b""  # noqa: ARG002
    ) -> Knock:  # fmt: skip
        if signing != "none":
            told = {**told, "secreto": SECRET if signing == "good" else "another"}
        mark = "&" if "?" in uri else "?"
        return Knock(uri + mark + form_of(told, odd, at="mensaje").decode(), method="GET")

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        said = {"ok": f"OK {ref}", "refused": "ERR E7 51987654321", "later": "ERR E9"}.get(kind, "¿?")
        return Reply(said.encode(), kind="text/plain")

    def sent(self, taken: Taken) -> tuple[str, str]:
        assert (taken.form["user"], taken.form["pass"]) == ("quejas", "la llave")
        return "+" + taken.form["to"], taken.form["msg"]


SPECIMENS = (OfExternal(), ByJson(), ByGet())
