"""Signed webhooks, built before the clock starts: one phone, one message id and one signature each."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote_plus

ACCOUNT = "AC" + "0" * 32
TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105  made up, for servers of this run only
NUMBER = "+51900000002"
"""The SMS number of one operator in the example mechanism."""
SMS = "/channels/twilio/sms"
WORDS = (
    "El agua sale turbia desde el lunes en Huaylluray y huele mal y los animales no la quieren tomar. "
    "Ya avisamos al capataz y nadie ha venido. Pedimos que vengan a ver el canal de arriba, junto al puente, "
    "y que nos digan con un papel que tiene esa agua y hasta cuando va a estar asi, porque no tenemos otra."
)


def build(port: int, *, first: int, count: int, path: str = SMS) -> list[bytes]:
    """Build HTTP/1.1 requests as Twilio sends them (its form fields, its signature), each from another phone.

    Args:
        port: of the server on 127.0.0.1, which is also what is signed.
        first: number of the first message; messages with different numbers are different messages.
        count: how many.
        path: where they are posted.
    """
    address = f"http://127.0.0.1:{port}{path}"
    same = {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "Body": WORDS, "FromCountry": "PE", "NumMedia": "0",
        "NumSegments": "3", "SmsStatus": "received", "To": NUMBER, "ToCountry": "PE",
    }  # fmt: skip
    return [_request(address, path, port, same, number) for number in range(first, first + count)]


def _request(address: str, path: str, port: int, same: Mapping[str, str], number: int) -> bytes:
    sid = f"SM{number:032x}"
    own = {"From": f"+5198{number % 10**7:07d}", "MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid}
    form = dict(sorted({**same, **own}.items()))
    signed = address + "".join(name + value for name, value in form.items())
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), hashlib.sha1)).decode()
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in form.items())
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
