"""A release as a Data Package (datapackage.org): what its CSV files hold, so that others' tools read them unasked."""

import json
from collections.abc import Iterator
from typing import Any

from reports.formats import csv, words
from reports.formats.sheets import marked
from reports.saying import sentences
from reports.shelf import Release
from reports.tables import FINAL, PROVISIONAL, SUPPRESSED
from translations import Phrase, phrase, say

EVERYTHING, INDICATORS, OF_EACH = "cells", "indicators", "indicators_of"
_WHOLE_NUMBERS = ("value", "n", "of", "percent")
_PATTERNS = {"month": r"\d{4}-\d{2}", "quarter": r"\d{4}-Q[1-4]", "year": r"\d{4}"}


def write(release: Release, *, language: str = "es") -> bytes:
    """Describe the CSV files of a release, which stand beside this file, in one language."""
    return (json.dumps(describe(release, language=language), ensure_ascii=False, indent=1) + "\n").encode()


def describe(release: Release, *, language: str = "es") -> dict[str, Any]:
    """Make the descriptor of the package of a month."""
    mechanism = str(release.document["mechanism"]["name"])
    title = phrase("Complaints from the community in {month}", month=sentences.month_name(release.month))
    return {
        "profile": "data-package",
        "name": f"complaints-{release.month}",
        "title": say(title, language),
        "description": marked(
            release,
            language,
            say(
                phrase(
                    "Figures of {mechanism}, as they were published. What is not shown is hidden so that nobody "
                    "can be recognised.",
                    mechanism=mechanism,
                ),
                language,
            ),
        ),
        "version": str(release.version),
        "created": release.document["cut_off"],
        "licenses": [
            {"name": "CC-BY-4.0", "path": words.LICENCE, "title": "Creative Commons Attribution 4.0"}
        ],
        "contributors": [{"title": mechanism, "role": "publisher"}],
        "keywords": ["complaints", "grievance mechanism", "mining"],
        "resources": list(_resources(release, language)),
    }


def _resources(release: Release, language: str) -> Iterator[dict[str, Any]]:
    def one(
        name: str, path: str, title: Phrase | str, columns: tuple[str, ...], body: bytes
    ) -> dict[str, Any]:
        return {
            "profile": "tabular-data-resource",
            "name": name,
            "path": path,
            "title": title if isinstance(title, str) else say(title, language),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(body),
            "hash": f"sha256:{csv.digest(body)}",
            "schema": schema(columns, language, keyed=name not in (EVERYTHING, INDICATORS, OF_EACH)),
        }

    columns = (*csv.FIRST, *csv.dimensions_of(release.tables), *csv.LAST)
    yield one(EVERYTHING, f"{EVERYTHING}.csv", words.EVERYTHING, columns, csv.everything(release))
    if release.document.get("indicators"):
        body = csv.indicators(release)
        yield one(INDICATORS, f"{INDICATORS}.csv", words.INDICATORS, csv.INDICATORS, body)
    if release.document.get("indicators_of"):
        yield one(OF_EACH, f"{OF_EACH}.csv", words.OF_EACH, csv.OF_EACH, csv.indicators_of(release))
    for name in dict.fromkeys(table.name for table in release.tables):
        yield one(
            name, f"tables/{name}.csv", words.table(name), csv.header(name), csv.write(release, name)
        )  # fmt: skip


def schema(columns: tuple[str, ...], language: str, *, keyed: bool) -> dict[str, Any]:
    """Describe the columns of a table; `keyed` where every dimension is filled, so that they name the row."""
    made: dict[str, Any] = {
        "fields": [_field(name, language, keyed=keyed) for name in columns],
        "missingValues": [""],
    }
    if keyed:
        made["primaryKey"] = [name for name in columns if name not in csv.LAST]
    return made


def _field(name: str, language: str, *, keyed: bool) -> dict[str, Any]:
    said = words.column(name)
    constraints: dict[str, Any] = {"required": True} if keyed or name in (*csv.FIRST, "status") else {}
    if name in _WHOLE_NUMBERS:
        constraints = {"minimum": 0}
    elif name == "status":
        constraints["enum"] = [FINAL, PROVISIONAL, SUPPRESSED]
    elif name in _PATTERNS:
        constraints["pattern"] = _PATTERNS[name]
    return {
        "name": name,
        "type": "integer" if name in _WHOLE_NUMBERS else "string",
        "description": said if isinstance(said, str) else say(said, language),
        **({"constraints": constraints} if constraints else {}),
    }
