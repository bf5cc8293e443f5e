"""Words become sealed texts: danger was looked for, now names and numbers are masked, and each version gets its readers."""

import os
from collections.abc import Collection, Mapping
from functools import lru_cache

from channels.typed import without_claves
from grievance import vault
from grievance.mechanism import Mechanism
from workflows.anonymity.masking import mask
from workflows.texts import Said


def said(
    words: str,
    *,
    by: str,
    purpose: str,
    readers: Mapping[str, bytes],
    original: Mapping[str, bytes] | None = None,
    keep: bool = False,
    places: Collection[str] = (),
) -> Said:
    """Seal what somebody said: masked to the case's readers, and, if anything was masked, the original apart.

    `keep` leaves the words as they are (staff texts that were checked already); `places` stay legible. A clave that
    somebody typed among their words stands in neither version.
    """
    words = without_claves(words)
    masked = mask(words, places=places) if not keep else None
    shown = words if masked is None else masked.text
    apart = None
    if masked is not None and masked.kinds and original:
        apart = vault.seal(words, text_id=_id(), field=f"{purpose}.original"[:24], readers=original)
    return Said(
        id=_id(),
        said_by=by,
        purpose=purpose,
        masked=vault.seal(shown, text_id=_id(), field=purpose, readers=readers),
        original=apart,
    )


def apart(
    words: str, *, by: str, purpose: str, instead: str, readers: Mapping[str, bytes], review: bytes
) -> Said:
    """Seal what review alone opens, as it is; whoever else reads the case finds `instead` in its place."""
    return Said(
        id=_id(),
        said_by=by,
        purpose=purpose,
        masked=vault.seal(instead, text_id=_id(), field=purpose, readers=readers),
        original=vault.seal(
            without_claves(words), text_id=_id(), field=f"{purpose}.original", readers={vault.REVIEW: review}
        ),
    )


def answer(words: str, *, review: bytes) -> vault.Sealed:
    """Seal the answer to a check-in: nobody but review opens it."""
    return vault.seal(words, text_id=_id(), field="checkin", readers={vault.REVIEW: review})


@lru_cache(maxsize=8)
def place_names(mechanism: Mechanism) -> tuple[str, ...]:
    """Gather what is no person's name here: the sites, zones and operators, and what people call them."""
    return tuple(
        dict.fromkeys((*mechanism.place_names(), *(operator.name for operator in mechanism.operators)))
    )


def address(number: str, *, dispatch: bytes) -> vault.Sealed:
    """Seal a return address: only the process that sends can open it."""
    return vault.seal(number, text_id=_id(), field="address", readers={vault.DISPATCH: dispatch})


def _id() -> str:
    return os.urandom(16).hex()
