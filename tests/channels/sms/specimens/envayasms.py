"""EnvayaSMS as it behaves: forms signed with SHA-1 over the address, the sorted fields and a password."""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from channels.gateway import Gateway
from channels.sms.envayasms import EnvayaSms
from channels.sms.proofs import fingerprint
from tests.channels.sms.conformance import NUMBER, Knock, Signing, Specimen, Word, form_of
from tests.sending import BASE

PASSWORD = "una clave larga del telefono"
BY_ASKING = "the phone fetches what leaves; asked in a test of its own"
SENDING = (
    "delivered", "failed", "out_of_order", "early", "unknown_status", "forged_status", "sending", "refused",
    "refused_for_now", "hung", "broken_answer", "not_there", "quiet", "hidden",
)  # fmt: skip


def sign(uri: str, told: dict[str, str], password: str = PASSWORD) -> str:
    said = ",".join([BASE + uri, *(f"{name}={told[name]}" for name in sorted(told)), password])
    return base64.b64encode(hashlib.sha1(said.encode("utf-8", "surrogateescape")).digest()).decode()  # noqa: S324  as the app does


def knock(told: dict[str, str], *, signing: Signing = "good", odd: bytes = b"", what: str = "sms") -> Knock:
    uri = f"/channels/envayasms/{what}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if odd:
        told = {**told, "message": odd.decode("utf-8", "surrogateescape")}
    if signing != "none":
        headers["X-Request-Signature"] = sign(uri, told, PASSWORD if signing == "good" else "another")
    return Knock(uri, form_of(told, odd, at="message"), headers)


class OfEnvayaSms(Specimen):
    name = "envayasms"
    lacks: ClassVar = {
        **dict.fromkeys(SENDING, BY_ASKING),
        "unreadable": "a form can always be read",
        "in_parts": "the phone joins them",
    }

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return EnvayaSms(password=PASSWORD, number=NUMBER, base_url=BASE, sends=True, now=now)

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        told = {
            "action": "incoming", "version": "30", "phone_number": NUMBER, "log": "", "from": word.sender,
            "message_type": "mms" if word.media else "sms", "message": word.text,
            "timestamp": str(int.from_bytes(word.ref.encode(), "big") % 10**13), **word.more,
        }  # fmt: skip
        return knock(told, signing=signing, odd=word.odd)

    def ref_of(self, word: Word) -> str:
        stamp = str(int.from_bytes(word.ref.encode(), "big") % 10**13)
        return fingerprint(word.sender, stamp, word.text)


SPECIMEN = OfEnvayaSms()
