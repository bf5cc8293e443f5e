"""A telephone on a desk in a bad hour: it repeats itself, mixes its order, breaks off, and we are cut down meanwhile."""

import http.client
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from channels import clock
from grievance.case import CASES
from grievance.inbox import Inbound
from tests.channels.sms import phones
from tests.channels.sms.phones import Phone
from tests.deployment import NUMBER, Deployment, Keys, Process, free_port, rows, running, until

INBOX = Inbound.__table__  # type: ignore[attr-defined]
TEXTS = 8
WATER = "El agua sale turbia desde el lunes en Huaylluray"


@pytest.fixture
def phone() -> Iterator[Phone]:
    with phones.running() as started:
        yield started


def brought(process: Process, number: int, *, stay: bool = True, late: timedelta = timedelta()) -> int:
    """Bring one text, signed now; 0 when the line breaks, or when the phone itself hangs up (not `stay`)."""
    body = phones.event(
        "sms:received",
        phones.text(WATER, sender=f"+5198700{number:04}", messageId=f"m{number}", recipient=NUMBER),
        own=f"e{number}",
    )
    stamp = str(int((clock.now() - late).timestamp()))
    headers = {
        "X-Signature": phones.sign(body, stamp),
        "X-Timestamp": stamp,
        "Content-Type": "application/json",
    }
    line = http.client.HTTPConnection(urlsplit(process.url).netloc, timeout=30)
    with suppress(OSError, http.client.HTTPException):
        line.request("POST", "/channels/android/sms", body=body, headers=headers)
        status = line.getresponse().status if stay else 0
        line.close()
        return status
    line.close()
    return 0


def test_whatever_a_telephone_repeats_mixes_up_or_breaks_off_is_one_case_each(
    tmp_path: Path,
    keys: Keys,
    phone: Phone,
) -> None:
    port, dice = free_port(), random.Random(7)
    founded = Deployment(
        tmp_path / "home", f"sqlite:///{tmp_path / 'own.db'}", keys, base_url=f"http://127.0.0.1:{port}"
    ).prepare()
    given = {
        "ANDROID_URL": phone.url, "ANDROID_USERNAME": phones.USER, "ANDROID_PASSWORD": phones.PASSWORD,
        "ANDROID_SIGNING_KEY": phones.KEY, "ANDROID_NUMBER": NUMBER,
    }  # fmt: skip
    order = [number for number in range(TEXTS) for _ in range(3)]
    dice.shuffle(order)
    with running(founded) as processes:
        first = processes.serve(port=port, **given)
        early = {
            number
            for number in order[: len(order) // 2]
            if brought(first, number, stay=dice.random() < 0.7) == 200
        }
        first.kill()
        assert brought(first, order[0]) == 0
        second = processes.serve(port=port, **given)

        assert brought(second, 0, late=timedelta(minutes=6)) == 403
        assert {brought(second, number) for number in order} == {200}
        house = founded.house(**given)
        until(
            lambda: len({one["phoneNumbers"][0] for one in phone.taken}) >= TEXTS - len(early),
            what="receipts",
        )
        kept, cases = rows(house.store, select(INBOX.c.case)), rows(house.store, select(CASES.c.id))
        house.store.close()

    assert early
    assert {row.case for row in kept} == {row.id for row in cases}
    assert len(kept) == len(cases) == TEXTS
    assert (
        max(
            Counter(
                one["phoneNumbers"][0] for one in phone.taken if "Clave" in one["textMessage"]["text"]
            ).values()
        )
        == 1
    )
