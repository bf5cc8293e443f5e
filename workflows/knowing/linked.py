"""Cases that staff linked because they are about the same thing: each shows the others, and each ends by itself (G37)."""

import json

from sqlalchemy import ColumnElement, Connection, literal_column, select

from grievance.record import Entry

_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
# A literal, because the partial index is used only when the query says its condition literally.
_LINKED: ColumnElement[bool] = literal_column("entries.step = 'link'")


def beside(conn: Connection, case_id: str) -> frozenset[str]:
    """List the ids of the cases one is linked with, whichever of them the link was written in."""
    query = select(_ENTRIES.c.stream, _ENTRIES.c.facts).where(
        _LINKED,
        _ENTRIES.c.refused.is_(False),
        (_ENTRIES.c.stream == case_id) | _ENTRIES.c.facts.contains(f'"other":"{case_id}"', autoescape=True),
    )
    found = {(row.stream, str(json.loads(row.facts).get("other"))) for row in conn.execute(query)}
    return frozenset(one for pair in found for one in pair) - {case_id}
