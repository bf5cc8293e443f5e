"""What `/api/v1` answers, as an OpenAPI 3.1 document: programs are written from it and tests ask by it."""

from typing import Any, Final

from grievance.vocabulary import Kind

SMALLEST_PAGE: Final = 1
USUAL_PAGE: Final = 100
LARGEST_PAGE: Final = 1000
Schema = dict[str, Any]

KINDS: Final = (str(Kind.GRIEVANCE), str(Kind.INFORMATION_REQUEST), str(Kind.MECHANISM))
"""Tables are about complaints, about requests for information, or about what the mechanism did itself."""
_KIND: Schema = {"type": "string", "enum": list(KINDS)}
_TEXT: Schema = {"type": "string"}
_MONTH: Schema = {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"}
_LINKS: Schema = {"type": "object", "additionalProperties": _TEXT}
_NEXT: Schema = {"type": ["string", "null"], "description": "The cursor of the next page; null on the last."}
_STATUS: Schema = {"type": "string", "enum": ["final", "provisional", "suppressed"]}
_VALUE: Schema = {"type": ["integer", "null"], "description": "Null where the figure is not shown."}
_SUMMARY: Schema = {
    "month": _MONTH,
    "version": {"type": "integer", "minimum": 1},
    "status": _TEXT,
    "published_on": {"type": "string", "format": "date"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "links": _LINKS,
}
_NAMED: Schema = {
    "name": _TEXT,
    "kind": _TEXT,
    "period": _TEXT,
    "dimensions": {"type": "array", "items": _TEXT},
    "cells": {"type": "integer", "minimum": 0},
    "links": _LINKS,
}
_SHARE: Schema = {"type": ["integer", "null"], "minimum": 0}
_WORDS: Schema = {"type": "object", "required": ["msgid", "blanks"]}
_INDICATOR: Schema = {
    "id": {"type": "string", "pattern": r"^I-\d{2}b?$"},
    "criterion": _TEXT,
    "name": _WORDS,
    "status": {"type": "string", "enum": ["printed", "suppressed", "not_made"]},
    "n": _VALUE,
    "of": _VALUE,
    "percent": _SHARE | {"description": "Of a hundred, rounded down; null under twenty."},
    "why": {"oneOf": [{"type": "null"}, _WORDS], "description": "Why there is no figure, or no share."},
    "target": _SHARE,
    "at_most": {"type": "boolean"},
    "months": {"type": "array", "items": _MONTH},
    "n_is": {"type": "array", "items": _TEXT},
    "of_is": {"type": "array", "items": _TEXT},
}
_EACH: Schema = {
    "type": ["integer", "null"], "minimum": 0, "description": "The first for each one of the second, rounded up.",
}  # fmt: skip
_OF_WHOM: Schema = {
    "dimension": {"type": "string", "enum": ["operator", "site"]},
    "member": {"type": "string", "description": "The key of the company or of the site."},
}


def describe(name: str, base: str) -> dict[str, Any]:
    """Describe the API of this deployment."""
    month = {"name": "month", "in": "path", "required": True, "schema": _MONTH, "example": "2026-10"}
    table = {"name": "name", "in": "path", "required": True, "schema": _TEXT, "example": "stock_flow"}
    limit = _asked(
        "limit",
        {"type": "integer", "minimum": SMALLEST_PAGE, "maximum": LARGEST_PAGE, "default": USUAL_PAGE},
    )
    cursor = _asked("cursor", _TEXT)
    releases = "/api/v1/releases"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name}: published months",
            "version": "1",
            "description": "The printed figures of each published month. Everything here is public and read only.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": {
            releases: _get("List the published months, newest first", [limit, cursor], "Releases"),
            f"{releases}/{{month}}": _get("Say what a month holds", [month], "Release", found=True),
            f"{releases}/{{month}}/tables": _get("List the tables of a month", [month], "Names", found=True),
            f"{releases}/{{month}}/tables/{{name}}": _get(
                "Give one table of a month, once for each kind of case", [month, table], "Tables", found=True
            ),
            f"{releases}/{{month}}/cells": _get(
                "Give the cells of a month, of all tables or of one",
                [month, _asked("table", _TEXT), _asked("kind", _KIND), limit, cursor],
                "Cells",
                found=True,
            ),
        },
        "components": {"schemas": _schemas()},
    }


def _schemas() -> dict[str, Schema]:
    cell = {"value": _VALUE, "status": _STATUS}
    return {
        "Releases": _object({"releases": _list(_object(_SUMMARY)), "next": _NEXT}),
        "Release": _release(),
        "Names": _object({"tables": _list(_object(_NAMED))}),
        "Tables": _object(
            {
                "tables": _list(
                    _object(
                        {
                            "name": _TEXT,
                            "kind": _KIND,
                            "period": _TEXT,
                            "dimensions": _list(_TEXT),
                            "cells": _list(_object(cell, more=True)),
                        }
                    )
                )
            }
        ),
        "Cells": _object(
            {
                "cells": _list(_object({"table": _TEXT, "period": _TEXT, "kind": _KIND, **cell}, more=True)),
                "next": _NEXT,
            }
        ),
        "Problem": _object(
            {
                "type": _TEXT,
                "title": _TEXT,
                "status": {"type": "integer"},
                "detail": {"type": ["string", "null"]},
            }
        ),
    }


def _release() -> Schema:
    """Describe a month; one from before its indicators were frozen, or those of each company and site, has none."""
    made = _object({**_SUMMARY, "tables": _list(_object(_NAMED))}, more=True)
    made["properties"] |= {
        "indicators": _list(_row(_INDICATOR)),
        "indicators_of": _list(_row({**_OF_WHOM, **_INDICATOR})),
    }
    return made


def _row(properties: Schema) -> Schema:
    """Describe an indicator: those that are so many for each one say it, and no other."""
    made = _object(properties)
    made["properties"] = {**made["properties"], "each": _EACH}
    return made


def _get(summary: str, parameters: list[Schema], answer: str, *, found: bool = False) -> Schema:
    answers: Schema = {
        "200": _answer("What was asked for.", "application/json", answer),
        "304": {"description": "Nothing changed since the ETag that was sent."},
        "400": _answer("The question is written wrongly.", "application/problem+json", "Problem"),
    }
    if found:
        answers["404"] = _answer("There is no such thing.", "application/problem+json", "Problem")
    return {
        "get": {
            "summary": summary,
            "operationId": answer.lower(),
            "parameters": parameters,
            "responses": answers,
        }
    }


def _answer(description: str, media: str, schema: str) -> Schema:
    return {
        "description": description,
        "content": {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _asked(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _object(properties: Schema, *, more: bool = False) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": more,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}
