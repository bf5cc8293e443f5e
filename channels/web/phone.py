"""`/phone`: simulated phones, in a demo only. What is written here goes the way of a real text message, signed."""

import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from channels import intake, jobs
from channels.gateway import Request
from channels.house import House
from channels.sms.segments import measure
from channels.sms.simulator import Simulator, sign
from channels.web.access import open_to_all
from channels.web.render import render


@dataclass(frozen=True)
class PhonePage:
    """What `phone.html` shows."""

    phones: list[Any]
    numbers: list[tuple[str, str]]
    new: str
    error: str = ""


def blueprint(house: House) -> Blueprint:
    """Make `/phone`."""
    bp = Blueprint("phone", __name__)

    @bp.get("/phone")
    @open_to_all
    def phones() -> Response:
        return render("phone.html", house=house, page=_page(house))

    @bp.post("/phone")
    @open_to_all
    def send() -> Any:
        gateway = house.gateways.get("simulator")
        assert isinstance(gateway, Simulator)  # noqa: S101  mounted in a demo only
        fields = [(k, request.form.get(k, "")) for k in ("from", "to", "text")] + [("id", os.urandom(16).hex())]
        body = urlencode(fields).encode()
        headers = {"X-Simulator-Signature": sign(gateway.key, body)}
        now = house.now()
        knock = Request(method="POST", uri="/channels/simulator/sms", headers=headers, body=body, form=tuple(fields))
        message = gateway.inbound(knock, now=now)
        jobs.wake(house, intake.take_in(house, message))
        return redirect("/phone", code=303)

    return bp


def _page(house: House) -> PhonePage:
    gateway = house.gateways.get("simulator")
    assert isinstance(gateway, Simulator)  # noqa: S101  mounted in a demo only
    phones = []
    for number in gateway.numbers()[:12]:
        thread = []
        for direction, text, at in gateway.inbox(number)[-30:]:
            size = measure(text)
            thread.append(
                {"out": direction == "out", "text": text, "encoding": size.encoding, "segments": size.segments,
                 "letters": size.units, "when": at.strftime("%d %b %H:%M")}
            )  # fmt: skip
        phones.append({"number": number, "key": number.strip("+"), "thread": thread})
    numbers = [(c.number, c.key) for c in house.rules.current.channels if c.kind == "sms"]
    return PhonePage(phones=phones, numbers=numbers, new=f"+519{int.from_bytes(os.urandom(4)) % 10**8:08d}")
