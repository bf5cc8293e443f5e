"""What stands beside the figures of a month: plans, the reviewer's word, the company's, the context, comments, corrections.

People write these texts, in registers, before the month is published; publishing freezes them into the document. They
are public prose without figures below five and without anybody's name. A text is in the language of `texts_in`.

In the frozen document:

    "texts_in": "es"

    "plans": [{"id": "item-…", "criterion": "predictable", "name": WORDS, "month": "2026-10",
               "operator": "qorimayu",          null: the mechanism's own plan
               "reason": "…", "plan": "…",
               "owner": "community_relations", "owner_words": WORDS,
               "written_on": "2026-11-05", "due_on": "2026-11-30",
               "state": "open",                 open | done | kept | kept_late | late   (done: says who owes it)
               "state_words": WORDS, "ended_on": null}, ...]
        the month's own first, then those of earlier months that were not kept before the release before this one

    "statement": {"text": "…", "party": "…", "written_on": "2026-11-08"} or null       the independent reviewer's
    "verdicts" stand in the scorecard's rows as `independent`

    "comment": [{"operator": "qorimayu", "text": "…", "written_on": "2026-11-08"}, ...]      the companies', as theirs

    "context": [{"what": "rain", "words": WORDS, "site": "…" or null, "held_on": "2026-10-12", "text": "…",
                 "source": "…"}, ...]

    "comments": {"opened_on": "2026-10-30", "closed_on": "2026-11-12",
                 "shown": [{"number": 1, "written_on": "2026-11-02", "text": "…"}, ...],
                 "withheld": 0, "waiting": 0} or null       of the draft; null where no round was held

    "corrections": {"total": 12,                null where it is not shown
                    "reasons": [{"reason": "theme", "words": WORDS, "n": 7}, ...],    n null: not shown
                    "versions": [{"month": "2026-08", "version": 2, "published_on": "2026-10-03", "words": WORDS}, ...]}

    "qualities": [{"key": "timely", "name": WORDS, "holds": true, "words": WORDS}, ...]      five, in a fixed order

WORDS is {"msgid": the English sentence, "blanks": {}}.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from reports import ownacts, scorecard
from reports.month import Month
from reports.shelf import Release
from reports.tables import Table
from translations import Phrase
from workflows.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that is missing in a release, in words, and the role that could have done it."""

    words: Phrase
    role: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What a release says beside its figures: parts of the document, and what nobody wrote."""

    parts: Mapping[str, Any]
    omissions: tuple[Omission, ...] = ()


def read(
    conn: Connection,
    month: Month,
    *,
    printed: Iterable[Table],
    earlier: Iterable[Release],
    rules: Rulebook,
    today: date,
) -> Beside:
    """Read what stands beside the figures of a month; call it within the same look at the database as the figures.

    Args:
        conn: the one look.
        month: the month.
        printed: the tables of complaints, as they are printed.
        earlier: the newest version of each month of the year before.
        rules: the mechanism.
        today: the day of publishing.
    """
    own = ownacts.read(conn, month, rules=rules, today=today)
    rows = scorecard.score(month, printed, own, earlier)
    return Beside({"scorecard": scorecard.plain(rows, month)})
