"""A referral is asked twice: may the other body get it, and does the case end here then (G38).

Both answers are the person's own, with their code or clave, and both are kept: a no as well as a yes. What is
open is worked out from the entries, so that an answer always belongs to the question that was shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from grievance.vocabulary import Step
from workflows.criterion import Past, since_opened

PREVIEW: Final = "referral_preview"
"""The letter that shows what another body would get, and asks whether it may."""
TEMPLATES: Final = {"referral": "referral", "referral_end": "referred"}
"""Which message asks which question."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the person was asked and has not answered: `referral` or `referral_end`, and about which body."""

    what: str
    body: str

    def answered(self, *, yes: bool) -> tuple[Step, dict[str, Any]]:
        """Say which step the answer is: a yes to the second question ends the case, everything else is a word."""
        if self.what == "referral_end" and yes:
            return Step.ACCEPT_REFERRAL, {}
        return Step.CONSENT, {"what": self.what, "body": self.body, "answer": "yes" if yes else "no"}


def open_question(entries: Iterable[Past]) -> Question | None:
    """Find the question about a referral that waits for an answer; a newer one takes the place of an older."""
    asked: Question | None = None
    for entry in since_opened(entries):
        if entry.refused:
            continue
        body = str(entry.facts.get("body") or "")
        match entry.step:
            case Step.UPDATE if entry.facts.get("purpose") == PREVIEW and body:
                asked = Question("referral", body)
            case Step.REFER:
                asked = Question("referral_end", body)
            case Step.CONSENT if asked is not None and entry.facts.get("what") == asked.what:
                asked = None
            case _:
                pass
    return asked
