"""The evidence pack: one archive per scheme and period, the same bytes for the same record, for whoever certifies.

Everything in it is public already: published months, registers that everybody reads (counts of 0 to 4 told alike), the
procedure in force, and how each obligation stood on the last day of the period. Of protected and single cases there is
nothing. The files are kept uncompressed, so that no library's version changes a byte; SHA256SUMS lists them.
"""

import csv
import hashlib
import html
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Connection

from grievance import register
from grievance.base import canonical
from grievance.errors import Refused
from reports import formats, shelf
from reports.certifying import schemes
from reports.certifying.schemes import SCHEMES, Row, Scheme
from reports.disclosure import SMALLEST_PRINTED
from reports.formats import csv as tables_as_csv
from reports.month import Month
from reports.saying import comparing
from reports.shelf import Release
from translations import Phrase, phrase, say
from workflows import procedure, readiness
from workflows.readiness import Ready
from workflows.registry.registerbook import BY_KEY
from workflows.rulebook import Rulebook

FEW = "0-4"
LONGEST = 36
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can tell: when a file was written says nothing here."""
HEAD = ("clause", "feature", "evidence", "mapping")
_STYLE = "body{font:1rem/1.5 sans-serif;margin:2rem;max-width:70rem}td,th{border:1px solid;padding:.4rem;text-align:left;vertical-align:top}table{border-collapse:collapse}"  # noqa: E501  one line of a stylesheet


class NoSuchPack(Refused):
    """There is no such scheme, or the period is none, or nothing was published in it."""


@dataclass(frozen=True, slots=True)
class Period:
    """The months of a pack, both included."""

    first: Month
    last: Month

    @classmethod
    def between(cls, first: Month, last: Month) -> "Period":
        """Make a period.

        Raises:
            NoSuchPack: it ends before it begins, or is longer than three years.
        """
        if last < first or last >= first.back(-LONGEST):
            raise NoSuchPack(f"from {first} to {last} is no period of one to {LONGEST} months")
        return cls(first, last)

    def __str__(self) -> str:
        return f"{self.first}--{self.last}"


@dataclass(frozen=True, slots=True)
class _Found:
    """What the record says of a period, read once."""

    scheme: Scheme
    period: Period
    releases: Sequence[Release]
    ready: Mapping[str, Ready]
    counts: Mapping[str, str]


def build(
    conn: Connection, scheme: str, period: Period, *, rules: Rulebook, now: datetime, language: str
) -> bytes:
    """Build the archive of a scheme and a period, from one look at the database.

    Raises:
        NoSuchPack: no such scheme, or nothing was published in the period.
    """
    if scheme not in SCHEMES:
        raise NoSuchPack(f"no such scheme: {scheme}; there are {', '.join(SCHEMES)}")
    releases = [release for release in shelf.all_newest(conn) if period.first <= release.month <= period.last]
    if not releases:
        raise NoSuchPack(f"no month from {period.first} to {period.last} is published")
    end = datetime.combine(period.last.last_day, time.max, tzinfo=UTC)
    ready = {one.id: one for one in readiness.assess(conn, rules, now=min(now, end))}
    found = _Found(SCHEMES[scheme], period, releases[::-1], ready, _counts(conn, period))
    return _zip(_files(found, rules, language))


def name(scheme: str, period: Period) -> str:
    """Name the file of an archive."""
    return f"evidence-{scheme}-{period}.zip"


def _counts(conn: Connection, period: Period) -> dict[str, str]:
    """Count what each public register says of the period; 0 to 4 alike."""
    first, last = period.first.first_day, period.last.last_day
    public = [of.key for of in BY_KEY.values() if of.public]
    found = dict.fromkeys(public, 0)
    for row in register.items(conn, *public):
        found[row.name] += first <= row.held_on <= last
    return {key: str(n) if n >= SMALLEST_PRINTED else FEW for key, n in found.items()}


def _files(found: _Found, rules: Rulebook, language: str) -> dict[str, bytes]:
    rows = schemes.rows_of(found.scheme.key)
    files = {
        "index.html": _page(found, rows, rules, language),
        "crosswalk.csv": _csv(HEAD, [_line(found, row, language) for row in rows]),
        "crosswalk.json": _json(_crosswalk(found, rows)),
        "readiness.csv": _csv(
            ("obligation", "name", "colour", "reason", "red_when"),
            [(one.id, say(one.name, language), str(one.colour), say(one.reason, language),
              say(one.turns_red, language)) for one in found.ready.values()],
        ),
        "registers.csv": _csv(
            ("register", "name", "entries"),
            [(key, say(BY_KEY[key].name, language), n) for key, n in found.counts.items()],
        ),
        "scorecard.csv": _csv(("month", "criterion", "n", "of", "target", "result"), list(_scores(found))),
        "comparison.csv": _csv(
            ("operator", "answers_on_time", "answers", "percent"),
            [(one.key, one.met, one.of, one.percent) for one in comparing.compare(found.releases)],
        ),
        "procedure.md": f"{rules.current.version} {rules.current.digest}\n\n{procedure.as_markdown()}\n".encode(),
    }  # fmt: skip
    for release in found.releases:
        files[f"months/{release.month}.json"] = formats.json.write(release)
        for table in dict.fromkeys(table.name for table in release.tables):
            files[f"months/{release.month}/{table}.csv"] = tables_as_csv.write(release, table)
    return files


def _zip(files: Mapping[str, bytes]) -> bytes:
    sums = "".join(f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    whole = dict(files) | {"SHA256SUMS": sums.encode()}
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(whole):
            info = zipfile.ZipInfo(path, EPOCH)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, whole[path])
    return kept.getvalue()


def _crosswalk(found: _Found, rows: Iterable[Row]) -> dict[str, Any]:
    scheme = found.scheme
    return {
        "version": schemes.VERSION,
        "mark": schemes.MARK.msgid,
        "scheme": {"key": scheme.key, "name": scheme.name, "edition": scheme.edition},
        "from": str(found.period.first),
        "to": str(found.period.last),
        "rows": [
            {
                "key": row.key,
                "feature": row.feature.msgid,
                "clause": row.clauses[scheme.key],
                "obligations": {key: str(found.ready[key].colour) for key in row.obligations},
                "tables": list(row.tables),
                "registers": {key: found.counts[key] for key in row.registers},
                "criteria": list(row.criteria),
                "pages": list(row.pages),
            }
            for row in rows
        ],
    }


def _line(found: _Found, row: Row, language: str) -> tuple[str, ...]:
    return (
        row.clauses[found.scheme.key],
        say(row.feature, language),
        "; ".join(_evidence(found, row)),
        say(schemes.MARK, language),
    )


def _evidence(found: _Found, row: Row) -> Iterable[str]:
    """Say in short what stands behind a row: lights, counts, scores, files."""
    for key in row.obligations:
        yield f"{key} {found.ready[key].colour}"
    for key in row.registers:
        yield f"{key} {found.counts[key]}"
    for table in row.tables:
        if any(table == each.name for release in found.releases for each in release.tables):
            yield f"months/*/{table}.csv"
    for key in row.criteria:
        results = [result for _, criterion, *_, result in _scores(found) if criterion == key]
        yield f"scorecard {key}: {' '.join(results)}"
    yield from row.pages


def _scores(found: _Found) -> Iterable[tuple[str, ...]]:
    for release in found.releases:
        for row in release.document.get("scorecard", {}).get("rows", ()):
            figures = ("" if row[key] is None else str(row[key]) for key in ("n", "of"))
            yield (str(release.month), row["criterion"], *figures, str(row["target"]), row["result"])


def _page(found: _Found, rows: Iterable[Row], rules: Rulebook, language: str) -> bytes:
    def words(said: Phrase | str) -> str:
        return html.escape(say(said, language) if isinstance(said, Phrase) else said)

    head = "".join(
        f"<th scope='col'>{words(one)}</th>"
        for one in (phrase("Clause"), phrase("What answers it"), phrase("Evidence"))
    )
    body = "".join(
        f"<tr><th scope='row'>{words(row.clauses[found.scheme.key])}</th><td>{words(row.feature)}</td>"
        f"<td>{'<br>'.join(map(html.escape, _evidence(found, row)))}</td></tr>"
        for row in rows
    )
    title = f"{found.scheme.name} · {found.period}"
    asked = phrase("Companies are compared only where each has at least twenty answers.")
    few = phrase("Counts of 0 to 4 are told alike. Nothing here is about a single case or a protected one.")
    return (
        f"<!doctype html><html lang='{language}'><meta charset='utf-8'><title>{words(title)}</title>"
        f"<style>{_STYLE}</style><h1>{words(title)}</h1><p>{words(rules.current.name)}. {words(found.scheme.edition)}.</p>"
        f"<p><strong>{words(schemes.MARK)}</strong> {words(few)} {words(asked)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        "<ul>" + "".join(f"<li><a href='{file}'>{file}</a></li>" for file in _LISTED) + "</ul></html>\n"
    ).encode()


_LISTED = (
    "crosswalk.csv", "crosswalk.json", "scorecard.csv", "readiness.csv", "registers.csv", "comparison.csv",
    "procedure.md", "SHA256SUMS",
)  # fmt: skip


def _csv(head: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    kept = io.StringIO(newline="")
    writer = csv.writer(kept)
    writer.writerow(head)
    for row in rows:
        writer.writerow([tables_as_csv.safe(str(value)) for value in row])
    return kept.getvalue().encode()


def _json(value: Mapping[str, Any]) -> bytes:
    return (
        json.dumps(json.loads(canonical(value)), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    ).encode()
