"""Who pays those who judge: how much of a third party's income comes from each company, as it declared (G04).

Nobody whose bread one company pays is independent of it, whatever they signed. What was not declared, or not
within a year, is said in words and never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from grievance import register
from grievance.mechanism import Mechanism
from translations import Phrase, phrase

KEY = "income"
ALLOWED = "income"
"""What the panel's note says it decided about, where it lets somebody have more from one company."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a hundred of a third party's income come from a company; `None`: nobody declared it."""

    party: str
    payer: str
    percent: int | None
    allowed: bool


def shares(
    mechanism: Mechanism, declared: Sequence[Row[Any]], panel: Sequence[Row[Any]]
) -> tuple[Share, ...]:
    """Look up every third party with every company; `declared` newest first, and both of the last year alone."""
    said: dict[tuple[str, str], int] = {}
    for row in declared:
        facts = register.facts_of(row)
        said.setdefault((facts["party"], facts["payer"]), facts["share"])
    noted = {row.about for row in panel if register.facts_of(row).get("decided") == ALLOWED}
    return tuple(
        Share(party.name, company.name, said.get((party.key, company.key)), party.key in noted)
        for party in mechanism.governance.third_parties
        for company in mechanism.operators
    )


def too_much(found: Sequence[Share], ceiling: int) -> Phrase | None:
    """Say who has more from one company than the rules allow, without a note of the panel; the highest first."""
    above = [s for s in found if s.percent is not None and s.percent > ceiling > 0 and not s.allowed]
    if not above:
        return None
    worst = max(above, key=lambda s: s.percent or 0)
    return phrase(
        "{percent} % of the income of {party} comes from {payer}; the rules allow {ceiling} %.",
        percent=worst.percent, party=worst.party, payer=worst.payer, ceiling=ceiling,
    )  # fmt: skip


def omitted(found: Sequence[Share], ceiling: int) -> Phrase | None:
    """Say what nobody declared or decided; `None` where everything is said."""
    if not ceiling:
        return phrase("The rules do not say how much of the reviewers' income one company may pay.")
    missing = next((s for s in found if s.percent is None), None)
    if missing is None:
        return None
    return phrase(
        "Nobody declared in the last year how much of the income of {party} comes from {payer}.",
        party=missing.party, payer=missing.payer,
    )  # fmt: skip
