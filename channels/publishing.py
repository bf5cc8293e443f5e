"""The clock publishes what is owed, and says why where it cannot; nobody has to press a button."""

import logging
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import date
from typing import Protocol

from sqlalchemy.exc import IntegrityError

from channels import install
from channels.house import House
from grievance import keyring, signing
from grievance.errors import GrievanceError
from reports import frozen, publishing, release
from reports.gate import Gate, NotCertified, pass_through
from reports.measuring.relations import DoesNotAddUp
from reports.month import Month

logger = logging.getLogger(__name__)
ARITHMETIC, CERTIFICATE, OTHER = "arithmetic", "certificate", "other"
_WHY = ((DoesNotAddUp, ARITHMETIC), (NotCertified, CERTIFICATE))


def secret_of(ring: keyring.Ring) -> bytes | None:
    """Get what signs releases, if this process holds it."""
    return ring.secrets.get(signing.NAME)


def make_key(house: House) -> bool:
    """Draw the key that signs, unless there is one, and write the fingerprint of its public half into the record.

    Returns:
        Whether it was drawn.
    """
    if secret_of(house.ring) is not None:
        return False
    public = signing.public_of(keyring.write_secret(house.settings.keys_dir, signing.NAME))
    keyring.write_public(house.settings.keys_dir, signing.NAME, public)
    at, version = house.moment(), house.rules.current.version
    house.store.transact(lambda conn: install.publish_key(conn, signing.NAME, public, at=at, version=version))
    return True


class Proofs(Gate, Protocol):
    """Months that are proved elsewhere, while we go on."""

    def ready(self, month: Month) -> bool:
        """Tell whether a month can be published without waiting; it is begun with if nobody did."""
        ...

    def forget(self) -> None:
        """Forget what was proved: it is published, or refused."""
        ...


def publish_owed(
    house: House, *, tried: MutableMapping[Month, date] | None = None, proofs: Proofs | None = None
) -> tuple[Month, ...]:
    """Publish every month that should be out by now; one that is refused is noted, and does not stop the next.

    Args:
        house: of the process that publishes.
        tried: on which day each month was refused, kept by who calls again and again. Once a day is enough: to
            find that there is no proof may take minutes, and meanwhile nobody's danger is looked at.
        proofs: where months are proved; without, here, and whoever calls waits. A month whose proof is under way
            comes out when we are called again, and those after it hang on it.
    """
    tried = {} if tried is None else tried
    now, rules = house.now(), house.rules
    today = min(calendar.site_date(now) for calendar in rules.current.calendars)
    published = []
    for month in house.store.read(lambda conn: publishing.owed(conn, rules=rules, today=today)):
        if tried.get(month) == today:
            continue
        if proofs is not None and not proofs.ready(month):
            break
        at = house.moment()
        try:
            release.release(
                house.store,
                month,
                rules=rules,
                at=at,
                secret=secret_of(house.ring),
                made_up=house.settings.demo,
                gate=proofs or pass_through,
            )
        except release.PublishedMeanwhile:  # by another clock, which is as good
            continue
        except GrievanceError as cause:
            why = next((word for kind, word in _WHY if isinstance(cause, kind)), OTHER)
            logger.error("a month was not published", extra={"why": type(cause).__name__})  # noqa: TRY400
            _note(house, month, why)
            tried[month] = today
        else:
            published.append(month)
        finally:
            if proofs is not None:
                proofs.forget()
    return tuple(published)


def forget_frozen_years(house: House) -> tuple[int, ...]:
    """Destroy who stood behind the figures of years that are frozen: their tokens, and the key in this process's folder."""
    years = house.store.read(frozen.years)
    if years:
        house.store.transact(frozen.forget)
    for year in years:
        (house.settings.keys_dir / f"contributor.{year}").unlink(missing_ok=True)
    return years


def _note(house: House, month: Month, why: str) -> None:
    at = house.moment()
    with suppress(IntegrityError):  # another clock notes the same at this moment
        house.store.transact(lambda conn: release.refuse(conn, month, why, rules=house.rules, at=at))
