"""A count may stand at a site and a theme together, and what is counted from now on is counted of the months before too."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Key = tuple[str, str, str, str, str]
AT_A_SITE = ("acknowledge:met", "answer:met", "closed")


def upgrade() -> None:
    for table in ("deltas", "rollups"):
        with op.batch_alter_table(table) as changed:
            changed.alter_column(
                "member", existing_type=sa.String(32), type_=sa.String(80), existing_nullable=False
            )
    count_what_was(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")


def count_what_was(conn: sa.Connection) -> None:
    """Count from the entries what was not counted until now, as deltas that the clock folds."""
    entries = sa.text(
        "SELECT stream, kind, month, recorded_on, happened_on, step, from_state, to_state, site, theme, facts "
        "FROM entries WHERE kind IN ('grievance', 'information_request') AND NOT refused ORDER BY stream, seq"
    )
    found: Counter[Key] = Counter()
    stream, case = "", _Case()
    for row in conn.execute(entries):
        if row.stream != stream:
            stream, case = row.stream, _Case()
        facts = json.loads(row.facts)
        case.counted = facts.get("case", {}).get("counted", case.counted)
        told = list(_counted(row, facts, case))
        if case.counted is not None:
            found.update((row.month, row.kind, measure, where, member) for measure, where, member in told)
    rows = [
        {"month": month, "kind": kind, "measure": measure, "dimension": where, "member": member, "n": n}
        for (month, kind, measure, where, member), n in sorted(found.items())
    ]
    if rows:
        columns = "month, kind, measure, dimension, member, n"
        values = ":month, :kind, :measure, :dimension, :member, :n"
        conn.execute(sa.text(f"INSERT INTO deltas ({columns}) VALUES ({values})"), rows)


class _Case:
    """What has to be remembered of a case from one entry to the next."""

    def __init__(self) -> None:
        self.counted: str | None = None
        self.started: dict[tuple[str, int], date] = {}
        self.stopped: dict[tuple[str, int], date] = {}
        self.still: Counter[tuple[str, int]] = Counter()
        self.extended: set[tuple[str, int]] = set()
        self.paused: set[tuple[str, int]] = set()


def _counted(row: Any, facts: Mapping[str, Any], case: _Case) -> Iterator[tuple[str, str, str]]:
    site = row.site or "not_stated"
    ends = list(_ends(row, facts, case))
    if row.step == "receive":
        yield "received", "site_theme", f"{site}/{row.theme or 'not_stated'}"
        return
    if row.to_state == "closed" != row.from_state:
        ends.append("closed")
    for measure in ends:
        if measure in AT_A_SITE:
            yield measure, "site", site
        elif measure.startswith(("extended:", "paused:", "net:")):
            yield measure, "all", "all"
            yield measure, "operator", str(case.counted)
    for measure in _brought(row.step, facts):
        yield measure, "all", "all"


def _ends(row: Any, facts: Mapping[str, Any], case: _Case) -> Iterator[str]:
    recorded, happened = _day(row.recorded_on), _day(row.happened_on)
    for each in facts.get("clocks", ()):
        clock, name = (each["name"], each["round"]), each["name"]
        match each["op"]:
            case "start":
                case.started[clock] = happened if row.step == "receive" else recorded
            case "pause":
                case.stopped[clock] = recorded
                case.paused.add(clock)
            case "extend":
                case.extended.add(clock)
            case _:
                pass
        if each["op"] in ("resume", "end") and clock in case.stopped:
            case.still[clock] += (recorded - case.stopped.pop(clock)).days
        if each["op"] == "end" and each["ending"] in ("met", "late"):
            days = (recorded - case.started[clock]).days
            yield f"{name}:{each['ending']}"
            if clock in case.extended:
                yield f"extended:{name}"
            if clock in case.paused:
                yield f"paused:{name}"
                yield f"net:{name}:{days}:{days - case.still[clock]}"


def _brought(step: str, facts: Mapping[str, Any]) -> Iterator[str]:
    offers = len(facts.get("offers", ()))
    if step == "propose":
        yield from [f"answered:{facts['answer_type']}"] if "answer_type" in facts else []
        yield from ["offered"] * offers
        yield from ["explained"] if facts.get("explanation_only") else []
    elif step in ("order", "confirm_answer", "return"):
        yield from [f"ruling:{facts['ruling']}"] if "ruling" in facts else []
        yield from ["ordered"] * offers
    elif step == "learn":
        yield f"cause:{facts.get('root_cause', 'not_stated')}"


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
