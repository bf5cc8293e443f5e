"""Releases made by hand, for what reads a frozen document: whatever figures a test wants, in the form of a real one."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from grievance.store import Store
from reports import tables
from reports.beside import scorecard
from reports.document import DEFINITIONS
from reports.month import Month
from reports.saying import indicated
from reports.saying.indicated import Printed
from reports.saying.indicators import OPERATOR, SITE, made_of
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
    others: tuple[Table, ...] = (),
    timeliness: Table | None = None,
    stock: Table | None = None,
) -> Release:
    """Freeze a month: what is not named in an account is zero; `earlier` is received and closed of the months before."""
    whole = dict.fromkeys(STOCK, 0) | dict(account)
    if None in account.values():
        whole = dict.fromkeys(STOCK, None) | {k: v for k, v in account.items() if v is not None}
    answered = dict.fromkeys(ENDINGS, 0) | {"median_days": None, "p90_days": None} | dict(times)
    made = (
        stock or Table(STOCK_FLOW, tuple(Cell(("all", m), whole[m]) for m in STOCK)),
        _breakdown(BY_ENTRY, channels, whole["received"]),
        _breakdown(BY_THEME, themes, whole["received"]),
        timeliness or Table(TIMELINESS, tuple(Cell(("all", "answer", m), n) for m, n in answered.items())),
        *others,
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


def full() -> Release:
    """Freeze a month that carries everything a page may show: all tables, and all that stands beside them."""
    bare = release(earlier=EARLIER)
    rows = scorecard.score(OCTOBER, bare.tables, {"transparent": scorecard.Measured(11, 12)}, ())
    plan = {
        "id": "item-1", "criterion": "predictable", "name": said("Predictable"), "month": "2026-10",
        "operator": "qorimayu", "reason": "Casi todas llegaron en fin de semana.", "plan": "Turno de sábado.",
        "owner": "management", "owner_words": said("Management of the mine"), "written_on": "2026-11-05",
        "due_on": "2026-11-30", "state": "open", "state_words": said("Under way"), "ended_on": None,
    }  # fmt: skip
    return release(
        earlier=EARLIER,
        others=MORE_TABLES,
        more={
            "definitions": DEFINITIONS,
            "scorecard": scorecard.plain(rows, OCTOBER),
            "texts_in": "es",
            "plans": [plan],
            "statement": {
                "text": "Los plazos están bien contados.",
                "party": "Entidad independiente",
                "written_on": "2026-11-08",
            },
            "verdicts": [{"criterion": "dialogue", "result": "partly", "text": "Falta responder."}],
            "comment": [
                {"operator": "qorimayu", "text": "Contratamos más personal.", "written_on": "2026-11-08"}
            ],
            "context": [
                {"what": "rain", "words": said("Rain or snow"), "site": None, "held_on": "2026-10-12",
                 "text": "Lluvias fuertes.", "source": "Servicio del clima"},
            ],
            "comments": {
                "opened_on": "2026-10-30", "closed_on": "2026-11-12", "withheld": 0, "waiting": 0,
                "shown": [{"number": 1, "written_on": "2026-11-02", "text": "Falta hablar del camino."}],
            },
            "corrections": {"total": 12, "reasons": [], "versions": []},
            "qualities": [{"key": "timely", "name": said("Timely"), "holds": True, "words": said("Timely")}],
            "operators": {"qorimayu": "Minera Qori Mayu", "illapa": "Minera Illapa del Sur"},
            "sites": {"qorimayu": "Qori Mayu", "yanaqaqa": "Mina Yanaqaqa", "illapa": "Illapa"},
            "indicators": indicated.plain(Printed(OCTOBER, bare.tables), ()),
            "indicators_of": list(_of_each()),
        },
    )  # fmt: skip


def _of_each() -> Iterator[dict[str, Any]]:
    """Freeze indicators of two companies and three sites, all of them with figures."""
    whom = (
        (OPERATOR, "qorimayu"),
        (OPERATOR, "illapa"),
        (SITE, "qorimayu"),
        (SITE, "yanaqaqa"),
        (SITE, "illapa"),
    )
    for nth, (dimension, member) in enumerate(whom):
        for place, one in enumerate(made_of(dimension, member)):
            n, of = 20 + 3 * nth + place, 40 + 7 * nth if one.denominator else None
            yield {
                "dimension": dimension, "member": member, "id": one.id, "criterion": one.criterion,
                "name": said(one.name.msgid), "status": "printed", "n": n, "of": of,
                "percent": None if of is None else 100 * n // of, "why": None, "target": one.target,
                "at_most": one.at_most, "months": [str(OCTOBER)], "n_is": [c.term for c in one.numerator],
                "of_is": [c.term for c in one.denominator],
            }  # fmt: skip


def said(msgid: str) -> dict[str, Any]:
    """Freeze a sentence as a release does."""
    return {"msgid": msgid, "blanks": {}}


def _accounts(measures: tuple[str, ...], *figures: int) -> tuple[Cell, ...]:
    return tuple(Cell(("all", measure), n) for measure, n in zip(measures, figures, strict=True))


def _sites(measure: str, **figures: int) -> tuple[Cell, ...]:
    return tuple(Cell((site, measure), n) for site, n in figures.items())


EARLIER = ((31, 33), (35, 30), (28, 31), (40, 36), (37, 39), (45, 40),
           (41, 43), (39, 37), (36, 40), (44, 38), (42, 41), (45, 44))  # fmt: skip
ENDS = {
    "resolved_implemented": 22,
    "explained_accepted": 9,
    "referred": 5,
    "no_contact": None,
    "withdrawn_confirmed": None,
}
AGES = {"age_0_30": 20, "age_31_60": 12, "age_61_90": 7, "age_91_180": None, "age_over_180": None}
FILED = {"internal": 6, "independent": 5, "by_clock": None, "disputed": None}
LATE = ("not_late", *tables.LATENESS, tables.VERY_LATE)
QUARTER = {("all", "all"): 131, ("all", "water"): 50, ("all", "dust"): 81,
           ("qorimayu", "all"): 131, ("qorimayu", "water"): 50, ("qorimayu", "dust"): 81}  # fmt: skip
REQUESTS = "information_request"
MORE_TABLES = (
    _breakdown(tables.ANSWERS_BY_TYPE, ENDS, 41),
    Table(tables.OVERDUE_BANDS, _accounts(LATE, 32, 6, 3, 2, 1)),
    _breakdown(tables.OPEN_AGE, AGES, 44),
    _breakdown(tables.REVIEWS_FILED, FILED, 13),
    _breakdown(tables.REVIEWS_DECIDED, {"confirm": 5, "modify": None, "revoke": None}, 9),
    Table(tables.BY_SITE, _sites("received", all=47, qorimayu=40, not_stated=7)),
    Table(tables.QUARTER_SITE_THEME, tuple(Cell(at, n) for at, n in QUARTER.items()), period="2026-Q4"),
    Table(STOCK_FLOW, _accounts(STOCK, 3, 12, 0, 0, 11, 0, 4), kind=REQUESTS),
    Table(TIMELINESS, (Cell(("all", "answer", "met"), 9), Cell(("all", "answer", "late"), 2)), kind=REQUESTS),
    Table(
        tables.ANSWERS_BY_TYPE, (Cell(("all",), 11), Cell(("full",), 6), Cell(("partial",), 5)), kind=REQUESTS
    ),
)
