"""The mark that a case is vexatious, the person's appeal to the panel, and what the panel ruled (G40)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, literal_column, select

from grievance import record
from grievance.case import CASES
from grievance.record import Entry
from grievance.vocabulary import Step
from workflows.criterion import Past, done
from workflows.knowing.evidence import past

ABOUT = "mark"
"""What a meeting of the panel decided about that ruled on such an appeal."""
STAYS, LIFTED = "stays", "lifted"
RULINGS = (STAYS, LIFTED)
_STEPS = (Step.MARK_VEXATIOUS, Step.APPEAL, Step.PANEL)
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
# A literal, because the partial index is used only when the query says its condition literally.
_APPEALED: ColumnElement[bool] = literal_column("entries.step = 'appeal'")
_EVER = select(_ENTRIES.c.stream).where(_APPEALED, _ENTRIES.c.refused.is_(False)).distinct()


def standing(entries: Sequence[Past]) -> Past | None:
    """Find the mark that stands: the newest one, unless the panel lifted it."""
    lines = done(entries, *_STEPS)
    marks = [n for n, e in enumerate(lines) if e.step == Step.MARK_VEXATIOUS]
    if not marks or any(e.facts.get("ruling") == LIFTED for e in lines[marks[-1] :]):
        return None
    return lines[marks[-1]]


def can_be_appealed(entries: Sequence[Past]) -> bool:
    """Tell whether the person may still take a mark to the panel: once for each mark."""
    lines = done(entries, *_STEPS)
    return standing(entries) is not None and lines[-1].step == Step.MARK_VEXATIOUS


def appeal(entries: Sequence[Past]) -> Past | None:
    """Find the appeal that the panel has not ruled on."""
    lines = done(entries, *_STEPS)
    return lines[-1] if lines and lines[-1].step == Step.APPEAL else None


def waiting(conn: Connection) -> list[str]:
    """List the numbers of cases whose appeal the panel has not ruled on."""
    found = [
        case
        for case in conn.execute(_EVER).scalars()
        if appeal([past(entry) for entry in record.entries_of(conn, case)]) is not None
    ]
    query = select(CASES.c.number).where(CASES.c.id.in_(found)).order_by(CASES.c.number)
    return list(conn.execute(query).scalars()) if found else []
