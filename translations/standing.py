"""How far a catalogue has come: a draft, translated by one native speaker, reviewed by a second; signed by roles.

A PO header says it in three lines: `X-Review: reviewed`, `X-Translated: native speaker, 2026-11-07` and
`X-Reviewed: community committee, 2026-11-20`. A role is one of a short list and never a name, because a catalogue is
published. What is not signed counts as a draft, whatever it says of itself.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Review = Literal["source", "draft", "translated", "reviewed"]
ROLES: Final = frozenset(
    {
        "native speaker",
        "community committee",
        "community radio",
        "language office",
        "school",
        "university",
        "interpreter",
    }
)
_REVIEW: Final = re.compile(r'^"X-Review: *([^\\"]*?) *\\n"$', re.MULTILINE)
_SIGNED: Final = '^"X-{}: *([^\\\\"]*?) *\\\\n"$'


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stands behind a catalogue: a role, and the day they said so."""

    role: str
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What a catalogue says of itself (`said`; None: nothing), and what of that is signed."""

    said: Review | None
    translated: Signature | None
    reviewed: Signature | None

    @property
    def state(self) -> Review | None:
        """As far as it is signed: two signatures for `reviewed`, the second not before the first."""
        match self.said:
            case "reviewed" | "translated" if self.translated is None:
                return "draft"
            case "reviewed" if self.reviewed is None:
                return "translated"
            case said:
                return said


def standing(catalogue_text: str) -> Standing:
    """Read the standing of a catalogue from its header.

    Raises:
        ValueError: it says a state nobody knows, or is signed by something else than a role and a day, or was
            reviewed before it was translated.
    """
    translated, reviewed = (_signature(catalogue_text, name) for name in ("Translated", "Reviewed"))
    if translated and reviewed and reviewed.on < translated.on:
        raise ValueError("X-Reviewed is earlier than X-Translated")
    return Standing(review_said(catalogue_text), translated, reviewed)


def review_said(catalogue_text: str) -> Review | None:
    """Read what a catalogue's header says of its review; None when it says nothing.

    Raises:
        ValueError: it says something else than `draft`, `translated` or `reviewed`.
    """
    # Babel keeps only the headers it knows, so the line is read as it stands.
    found = _REVIEW.search(catalogue_text)
    match found and found[1]:
        case None:
            return None
        case "draft":
            return "draft"
        case "translated":
            return "translated"
        case "reviewed":
            return "reviewed"
        case other:
            raise ValueError(f"X-Review says {other!r}, neither draft, translated nor reviewed")


def _signature(catalogue_text: str, name: str) -> Signature | None:
    found = re.search(_SIGNED.format(name), catalogue_text, re.MULTILINE)
    if not found:
        return None
    role, _, day = (part.strip() for part in found[1].partition(","))
    if role not in ROLES:
        raise ValueError(f"X-{name} must name a role, one of: {', '.join(sorted(ROLES))}")
    try:
        return Signature(role, date.fromisoformat(day))
    except ValueError as cause:
        raise ValueError(f"X-{name} must end with a day such as 2026-11-07") from cause
