"""What a CSV file of a release holds, as CSV on the Web says it (W3C Tabular Metadata, found beside the file)."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from reports.formats import csv, words
from reports.saying.sentences import MADE_UP
from reports.shelf import Release
from translations import Phrase, say

LANGUAGES = ("es", "en")
_WHOLE = {"base": "integer", "minimum": 0}
_DATATYPES = dict.fromkeys(("value", "n", "of", "percent"), _WHOLE) | {"year": "gYear", "month": "gYearMonth"}


def write(release: Release, name: str) -> bytes:
    """Describe one table of a release.

    Raises:
        Unknown: the release has no such table.
    """
    columns = csv.header(name)
    key = [column for column in columns if column not in csv.LAST]
    required = [column for column in columns if column != "value"]
    return _described(
        release,
        f"{name}.csv",
        words.table(name),
        csv.write(release, name),
        columns,
        key=key,
        required=required,
    )


def of_each(release: Release) -> bytes:
    """Describe the indicators of each company and each site."""
    key = ["month", "indicator", "dimension", "member"]
    filled = [*key, "criterion", "status", "definitions", "months", "n_is"]
    body = csv.indicators_of(release)
    return _described(
        release, "indicators_of.csv", words.OF_EACH, body, csv.OF_EACH, key=key, required=filled
    )


def _described(
    release: Release,
    url: str,
    title: Phrase | str,
    body: bytes,
    columns: Sequence[str],
    *,
    key: Sequence[str],
    required: Collection[str],
) -> bytes:
    described: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": LANGUAGES[0]}],
        "url": url,
        "dc:title": _said(title),
        **({"dc:description": _said(MADE_UP)} if release.made_up else {}),
        "dc:publisher": release.document["mechanism"]["name"],
        "dc:license": {"@id": words.LICENCE},
        "dc:created": release.document["cut_off"],
        "dc:identifier": f"sha256:{csv.digest(body)}",
        "dialect": {"header": True, "encoding": "utf-8", "delimiter": ",", "quoteChar": '"'},
        "tableSchema": {
            "columns": [
                {
                    "name": column,
                    "titles": column,
                    "dc:description": _said(words.column(column)),
                    "datatype": _DATATYPES.get(column, "string"),
                    "null": "",
                    "required": column in required,
                }
                for column in columns
            ],
            "primaryKey": list(key),
        },
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _said(words_of: Phrase | str) -> list[dict[str, str]] | str:
    """Say something in the languages others' tools are likely to read; a map by language is not allowed here."""
    if isinstance(words_of, str):
        return words_of
    return [{"@value": say(words_of, code), "@language": code} for code in LANGUAGES]
