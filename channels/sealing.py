"""Words become sealed texts: danger was looked for, now numbers are masked, and each version gets its readers."""

import os
from collections.abc import Mapping

from grievance import vault
from workflows.casework import Said
from workflows.masking import mask


def said(
    words: str,
    *,
    by: str,
    purpose: str,
    readers: Mapping[str, bytes],
    original: Mapping[str, bytes] | None = None,
    keep: bool = False,
) -> Said:
    """Seal what somebody said: masked to the case's readers, and, if anything was masked, the original apart.

    `keep` leaves the words as they are (staff texts that were checked already).
    """
    masked = mask(words) if not keep else None
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


def address(number: str, *, dispatch: bytes) -> vault.Sealed:
    """Seal a return address: only the process that sends can open it."""
    return vault.seal(number, text_id=_id(), field="address", readers={vault.DISPATCH: dispatch})


def _id() -> str:
    return os.urandom(16).hex()
