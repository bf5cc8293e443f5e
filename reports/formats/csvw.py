"""What a CSV file of a release holds, as CSV on the Web says it (W3C Tabular Metadata, found beside the file)."""

import json
from typing import Any

from reports.formats import csv, words
from reports.saying.sentences import MADE_UP
from reports.shelf import Release
from translations import Phrase, say

LANGUAGES = ("es", "en")
_DATATYPES = {"value": {"base": "integer", "minimum": 0}, "year": "gYear", "month": "gYearMonth"}


def write(release: Release, name: str) -> bytes:
    """Describe one table of a release.

    Raises:
        Unknown: the release has no such table.
    """
    body = csv.write(release, name)
    columns = csv.header(name)
    described: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": LANGUAGES[0]}],
        "url": f"{name}.csv",
        "dc:title": _said(words.table(name)),
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
                    "required": column != "value",
                }
                for column in columns
            ],
            "primaryKey": [column for column in columns if column not in csv.LAST],
        },
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _said(words_of: Phrase | str) -> list[dict[str, str]] | str:
    """Say something in the languages others' tools are likely to read; a map by language is not allowed here."""
    if isinstance(words_of, str):
        return words_of
    return [{"@value": say(words_of, code), "@language": code} for code in LANGUAGES]
