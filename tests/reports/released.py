"""Releases made by hand, for what reads a frozen document: whatever figures a test wants, in the form of a real one."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from grievance.store import Store
from reports.month import Month
from reports.shelf import RELEASES, Release
from reports.tables import BY_ENTRY, BY_THEME, ENDINGS, STOCK, STOCK_FLOW, TIMELINESS, Cell, Table

OCTOBER = Month(2026, 10)
ACCOUNT = {"opening": 38, "received": 47, "closed": 41, "closing": 44}
TIMES = {"met": 38, "late": 9, "median_days": 8}
THEMES = {"water": 16, "dust": 9, "jobs": 7, "roads": 6, "animals": None, "treatment": None}
CHANNELS = {"sms": 19, "web": 10, "kiosk": 9, "office": 9}


def release(
    *,
    month: Month = OCTOBER,
    version: int = 1,
    account: Mapping[str, int | None] = ACCOUNT,
    times: Mapping[str, int | None] = TIMES,
    themes: Mapping[str, int | None] = THEMES,
    channels: Mapping[str, int | None] = CHANNELS,
    earlier: tuple[tuple[int | None, int | None], ...] = (),
    more: Mapping[str, Any] | None = None,
    tables: tuple[Table, ...] = (),
) -> Release:
    """Freeze a month: what is not named in an account is zero; `earlier` is received and closed of the months before."""
    whole = dict.fromkeys(STOCK, 0) | dict(account)
    if None in account.values():
        whole = dict.fromkeys(STOCK, None) | {k: v for k, v in account.items() if v is not None}
    answered = dict.fromkeys(ENDINGS, 0) | {"median_days": None, "p90_days": None} | dict(times)
    made = (
        Table(STOCK_FLOW, tuple(Cell(("all", m), whole[m]) for m in STOCK)),
        _breakdown(BY_ENTRY, channels, whole["received"]),
        _breakdown(BY_THEME, themes, whole["received"]),
        Table(TIMELINESS, tuple(Cell(("all", "answer", m), n) for m, n in answered.items())),
        *tables,
    )
    months = month.with_twelve_before()
    blank = (None,) * (len(months) - 1 - len(earlier))
    document = {
        "format": 2,
        "definitions": "2026-1",
        "month": str(month),
        "version": version,
        "status": "final",
        "cut_off": f"{month.next}-05T17:00:00Z",
        "published_on": f"{month.next}-10",
        "mechanism": {"name": "Mecanismo de Quejas", "version": "1", "digest": "0" * 64},
        "next_due": f"{month.next.next}-14",
        "languages": ["es", "qu", "ay", "en"],
        "contact": {"sms": "70555", "ussd": "*555#"},
        "operators": {"qorimayu": "Minera Qori Mayu"},
        "sites": {"qorimayu": "Qori Mayu"},
        "themes": {
            "water": {"es": "Agua", "en": "Water", "qu": "Unu", "ay": "Uma"},
            "dust": {"es": "Polvo y ruido", "en": "Dust and noise", "qu": "Allpa", "ay": "Laq'a"},
            "jobs": {"es": "Empleo", "en": "Jobs", "qu": "Llamk'ay", "ay": "Irnaqawi"},
            "roads": {"es": "Caminos", "en": "Roads", "qu": "Ñankuna", "ay": "Thakhinaka"},
            "animals": {"es": "Animales", "en": "Animals", "qu": "Uywakuna", "ay": "Uywanaka"},
            "treatment": {"es": "Trato", "en": "Treatment", "qu": "Kawsay", "ay": "Uñjawi"},
        },
        "omissions": [],
        "series": {
            "months": [str(m) for m in months],
            "received": [*blank, *(r for r, _ in earlier), whole["received"]],
            "closed": [*blank, *(c for _, c in earlier), whole["closed"]],
            "met": [None] * (len(months) - 1) + [answered["met"]],
            "late": [None] * (len(months) - 1) + [answered["late"]],
        },
        "tables": [table.plain("final") for table in made],
        **(more or {}),
    }
    return Release(month, version, "final", json.dumps(document))


def _breakdown(name: str, parts: Mapping[str, int | None], whole: int | None) -> Table:
    return Table(name, (Cell(("all",), whole), *(Cell((member,), n) for member, n in parts.items())))


def put(store: Store, made: Release) -> Release:
    """Put a release on the shelf as if it had been published."""
    cut_off = datetime.fromisoformat(str(made.document["cut_off"]))
    row = {
        "month": str(made.month), "version": made.version, "status": made.status, "cut_off": cut_off,
        "published_on": date.fromisoformat(str(made.document["published_on"])), "value": made.value,
        "digest": made.digest,
    }  # fmt: skip
    store.transact(lambda conn: conn.execute(insert(RELEASES), row).rowcount)
    return made
