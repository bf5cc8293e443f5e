"""What months printed, read from their frozen documents for the recount: cells by name, and which months were out when."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

_SHELF = text("SELECT month, version, value, published_on FROM releases WHERE month < :month")
_FIRST = text("SELECT MIN(published_on) FROM releases WHERE month = :month AND value LIKE :carries")
_TAKEN_BACK = text("SELECT month, withdrawn_on FROM withdrawals")


@dataclass(slots=True)
class Cells:
    """The printed cells of a month by their name, `timeliness/grievance/operator=all/…`; a hidden one is `None`."""

    found: dict[str, int | None] = field(default_factory=dict)
    hidden: int = 0
    twice: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Cells":
        """Read a document's tables about its month, its quarter and its year."""
        made = cls()
        for table in document["tables"]:
            for cell in table["cells"]:
                at = "/".join(f"{name}={cell[name]}" for name in table["dimensions"])
                name = f"{table['name']}/{table['kind']}/{at}"
                if name in made.found:
                    made.twice.append(name)
                made.found[name] = cell["value"]
                made.hidden += cell["value"] is None
        return made

    def added(self, terms: Collection[str]) -> int | None:
        """Add cells up; nothing, where one is hidden or not there."""
        figures = [self.found.get(term) for term in terms]
        return None if None in figures else sum(n for n in figures if n is not None)


def first_day(conn: Connection, month: str, carries: str) -> str:
    """The day on which a month was published first with such a part in its document."""
    return str(conn.execute(_FIRST, {"month": month, "carries": f'%"{carries}":%'}).scalar_one())


def out_before(
    conn: Connection, month: str, *, came: str, told: Collection[str]
) -> dict[str, Mapping[str, Any]]:
    """Read the documents of the months before that were out, and not taken back, on a day.

    Args:
        conn: one look at the database.
        month: the month they are before.
        came: the day, as it is written.
        told: months that its document names: on one day nobody can tell what was taken back before or after.
    """
    gone = {
        row.month
        for row in conn.execute(_TAKEN_BACK)
        if str(row.withdrawn_on) < came or (str(row.withdrawn_on) == came and row.month not in told)
    }
    newest: dict[str, tuple[int, str]] = {}
    for row in conn.execute(_SHELF, {"month": month}):
        if row.month not in gone and str(row.published_on) <= came:
            newest[row.month] = max(newest.get(row.month, (0, "")), (row.version, row.value))
    return {each: json.loads(value) for each, (_, value) in sorted(newest.items())}


def back(month: str, months: int) -> str:
    """The month so many months earlier, as it is written."""
    place = int(month[:4]) * 12 + int(month[5:]) - 1 - months
    return f"{place // 12:04d}-{place % 12 + 1:02d}"
