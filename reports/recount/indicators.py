"""The indicators of a published month made again from its printed cells, by a list of its own of what each is made of.

That the cells are true is looked at elsewhere; here, that each indicator is the sum it should be, of the months it
should be, that it says nothing where a cell of it is hidden, and that none was left out; then the same of those of each
company and of each site, by the rows that the month prints of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from reports.recount import printed
from reports.recount.printed import Cells

ENOUGH: Final = 20
A_YEAR: Final = 12


def _terms(start: str, *ends: str) -> tuple[str, ...]:
    return tuple(f"{start}={end}" for end in ends)


def _clock(name: str, *measures: str) -> tuple[str, ...]:
    return _terms(f"timeliness/grievance/operator=all/clock={name}/measure", *measures)


_ENDED = "answers_by_type/grievance/answer"
_AGREED = _terms(_ENDED, "resolved_implemented", "explained_accepted")
_ELSEWHERE = ("not_upheld_by_independent_reviewer", "no_contact", "out_of_scope_explained")
_RULED, _ASKED = "reviews_decided/grievance/ruling", "answers_by_type/information_request/answer"
_STOCK, _LEARNT = "stock_flow/grievance/operator=all/measure", "learning/mechanism/measure"
_PROMISED, _BANDS = "commitments/mechanism/state", "overdue_bands/grievance/operator=all/band"
_DONE = "actions_done_in_time"
_FAILED = "failed_attempts/mechanism/channel=all"
Terms = tuple[tuple[str, ...], tuple[str, ...]]
MADE_OF: Final[Mapping[str, Terms]] = {
    "I-02": (("guards/grievance/guard=G01", "by_state/grievance/step=recuse"), ()),
    "I-03": ((*_AGREED, *_terms(_ENDED, *_ELSEWHERE)), _terms(_ENDED, "all")),
    "I-04": (_terms(_RULED, "modify", "revoke"), _terms(_RULED, "all")),
    "I-08": ((_FAILED,), (_FAILED, "quarter_site_theme/grievance/site=all/theme=all")),
    "I-13": (_clock("acknowledge", "met"), _clock("acknowledge", "met", "late")),
    "I-14": (_clock("answer", "met"), _clock("answer", "met", "late")),
    "I-15": (_clock("answer", "median_days"), ()),
    "I-15b": (_clock("answer", "p90_days"), ()),
    "I-16": (_clock("answer", "extended"), _clock("answer", "met", "late")),
    "I-16b": (_clock("answer", "paused"), _clock("answer", "met", "late")),
    "I-17": (("timeliness/grievance/operator=all/clock=news/measure=told",), _terms(_STOCK, "closing")),
    "I-18": (_terms(_BANDS, "late_1_14", "late_15_28", "late_29_56", "late_over_56"), _terms(_STOCK, "closing")),
    "I-19": (_clock("answer", "heard"), _clock("answer", "met", "late")),
    "I-24": (_terms(_ASKED, "full", "partial"), _terms(_ASKED, "all")),
    "I-26": (("remedies/grievance/measure=explained",), ()),
    "I-27": (_terms(_PROMISED, "kept"), _terms(_PROMISED, "kept", "missed", "disputed")),
    "I-28": (("protection/mechanism/measure=contact_in_time",), ("protection/mechanism/measure=contact_due",)),
    "I-30": (("guards/grievance/guard=G23",), ()),
    "I-31": (_terms("repeated/grievance/repeat", "again"), _terms("repeated/grievance/repeat", "all")),
    "I-32": (_terms(_LEARNT, _DONE), _terms(_LEARNT, _DONE, "actions_done_late", "actions_overdue")),
    "I-33": (_terms(_STOCK, "reopened"), _terms(_STOCK, "closed")),
    "I-35": (_AGREED, _terms(_ENDED, "all")),
    "I-37": (_AGREED, _terms(_STOCK, "closed")),
    "I-38": (_terms("reviews_filed/grievance/review", "internal", "independent"), _clock("answer", "met", "late")),
    "I-39": (("looked_again/grievance/again=yes",), ("looked_again/grievance/again=all",)),
    "I-40": (_terms(_STOCK, "closing"), ("officers/mechanism/operator=all",)),
}  # fmt: skip
"""What each indicator is the sum of, and what it is compared with; nothing of the latter where it is a count or days."""
FIRST_MADE_IN: Final[Mapping[str, str]] = {
    "I-17": "2026-4",
    "I-28": "2026-5",
    "I-08": "v2026-06",
    "I-31": "v2026-06",
    "I-39": "v2026-06",
    "I-40": "v2026-06",
}
"""Which version of the definitions began to make an indicator."""
BEFORE: Final[Mapping[str, Mapping[str, Terms]]] = {
    "2026-4": {"I-19": (("by_state/grievance/step=hear",), ("by_state/grievance/step=investigate",))},
}
"""What an indicator was made of before a version of the definitions."""
_ENDED_ROUNDS = text(
    "SELECT id, closed_on FROM survey_rounds WHERE is_open IS NULL ORDER BY closed_on DESC, id"
)
_SURVEYED = text("SELECT digit, n FROM survey_sums WHERE round = :round AND question = :question")
SURVEYED_SINCE: Final = (2026, 4)
FEWEST: Final = 5
OF_A_YEAR: Final = frozenset({"I-33"})
FROM_THE_SCORECARD: Final = frozenset({"I-05", "I-06", "I-23", "I-36"})
FROM_SURVEYS: Final[Mapping[str, str]] = {"I-01": "trust", "I-12": "number"}
"""By indicator the question whose answers it counts, since the fourth version of the definitions."""
HIDDEN: Final = "I-25"
OF_EACH_SINCE: Final = (2026, 5)
OF_A_COMPANY: Final = (
    "I-13",
    "I-14",
    "I-15",
    "I-15b",
    "I-16",
    "I-16b",
    "I-17",
    "I-18",
    "I-19",
    "I-33",
    "I-40",
)
"""Indicators whose every cell is printed by company too, in their order."""
OF_A_SITE: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "I-14": (("answered_in_time",), ("answered_in_time", "answered_late")),
}
NOBODYS: Final = frozenset({"all", "unrouted", "not_stated"})
MAY_BE_MORE: Final = frozenset({"I-04", "I-08", "I-16", "I-16b", "I-33"})
"""Those that have a target not to pass: of them a share above a hundred is said as it is."""
FOR_EACH: Final = frozenset({"I-40"})
"""Those that are so many for each one, rounded up, and no share."""


def problems(conn: Connection, month: str, document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Compare the indicators of a published month with what its cells say: where, what is found, what is right."""
    rows = document.get("indicators")
    if rows is None:
        return
    by_id = {row["id"]: row for row in rows}
    made_of = _made_of(str(document["definitions"]))
    surveyed = FROM_SURVEYS if place(str(document["definitions"])) >= SURVEYED_SINCE else {}
    due = {*made_of, *FROM_THE_SCORECARD, *surveyed, HIDDEN}
    for absent in sorted(due - {id_ for id_, row in by_id.items() if row["status"] != "not_made"}):
        yield f"indicator {absent}", "nothing", "a row"
    for id_ in sorted(set(by_id) - due):
        if by_id[id_]["n"] is not None:
            yield f"indicator {id_}", str(by_id[id_]["n"]), "no figure"
    told = {each for row in rows for each in row["months"]}
    came = printed.first_day(conn, month, "indicators")
    first = printed.back(month, A_YEAR - 1)
    before = printed.out_before(conn, month, came=came, told=told)
    earlier = {each: Cells.of(said) for each, said in before.items() if each >= first}
    now = Cells.of(document)
    scored = {row["indicator"]: row for row in document.get("scorecard", {}).get("rows", ())}
    for id_ in sorted(due & set(by_id)):
        row = by_id[id_]
        wanted = sorted(earlier, reverse=True) if id_ in OF_A_YEAR else []
        if row["months"] != [month, *wanted]:
            yield f"indicator {id_}", f"months {row['months']}", f"{[month, *wanted]}"
            continue
        if id_ in surveyed:
            yield from _asked(conn, month, row, surveyed[id_])
            continue
        n, of = _right(id_, made_of, [now, *(earlier[each] for each in wanted)], scored.get(id_))
        right = (n, of, _share(id_, n, of))
        if (row["n"], row["of"], row["percent"]) != right:
            yield (
                f"indicator {id_}",
                f"{row['n']} of {row['of']} ({row['percent']})",
                "{} of {} ({})".format(*right),
            )
        if id_ in FOR_EACH and row.get("each", "no figure") != _for_each(n, of):
            yield f"indicator {id_}", f"{row.get('each', 'no figure')} each", f"{_for_each(n, of)}"
        terms = tuple(tuple(row[key]) for key in ("n_is", "of_is"))
        if terms != made_of.get(id_, ((), ())):
            yield f"indicator {id_}", f"the sum of {terms}", f"{made_of.get(id_, ((), ()))}"


def problems_of_each(
    conn: Connection, month: str, document: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Compare the indicators of each company and each site with what their cells say."""
    rows = document.get("indicators_of")
    if place(str(document["definitions"])) < OF_EACH_SINCE:
        if rows is not None:
            yield "indicators_of", "a list", "nothing: they were not defined yet"
        return
    due = _of_each(document)
    named = [(row["dimension"], row["member"], row["id"]) for row in rows or ()]
    if rows is None or named != list(due):
        yield "indicators_of", "nothing" if rows is None else f"{named}", f"{list(due)}"
        return
    told = {each for row in rows for each in row["months"]}
    came = printed.first_day(conn, month, "indicators_of")
    before = printed.out_before(conn, month, came=came, told=told)
    first = printed.back(month, A_YEAR - 1)
    cells = {each: Cells.of(said) for each, said in before.items() if each >= first} | {
        month: Cells.of(document)
    }
    for row, (whom, terms) in zip(rows, due.items(), strict=True):
        back = sorted(cells, reverse=True) if whom[2] in OF_A_YEAR else [month]
        n, of = _right(whom[2], {whom[2]: terms}, [cells[each] for each in back], None)
        right = {
            "n": n, "of": of, "percent": _share(whom[2], n, of), "months": back, "n_is": list(terms[0]),
            "of_is": list(terms[1]), "status": "suppressed" if n is None else "printed",
            **({"each": _for_each(n, of)} if whom[2] in FOR_EACH else {}),
        }  # fmt: skip
        for key, value in right.items():
            if row.get(key, "no figure") != value:
                yield f"indicator {whom[2]} of {whom[1]}, {key}", f"{row.get(key)}", f"{value}"


def _of_each(document: Mapping[str, Any]) -> Mapping[tuple[str, str, str], Terms]:
    """Say which rows a month should have, in their order, and what each is the sum of."""
    members: dict[str, list[str]] = {"operator": [], "site": []}
    for table in document["tables"]:
        of = {"stock_flow": "operator", "by_site": "site"}.get(table["name"])
        if of is not None and table["kind"] == "grievance":
            members[of] = list(dict.fromkeys(cell[of] for cell in table["cells"] if cell[of] not in NOBODYS))
    made: dict[tuple[str, str, str], Terms] = {}
    for one in members["operator"]:
        for id_ in OF_A_COMPANY:
            if place(FIRST_MADE_IN.get(id_, "")) > place(str(document["definitions"])):
                continue
            n, of_whole = MADE_OF[id_]
            made["operator", one, id_] = (_of_company(one, n), _of_company(one, of_whole))
    for one in members["site"]:
        start = f"by_site/grievance/site={one}/measure"
        for id_, (n, of_whole) in OF_A_SITE.items():
            made["site", one, id_] = (_terms(start, *n), _terms(start, *of_whole))
    return made


def _of_company(operator: str, terms: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{term}/".replace("/operator=all/", f"/operator={operator}/").rstrip("/") for term in terms)


def _asked(
    conn: Connection, month: str, row: Mapping[str, Any], question: str
) -> Iterator[tuple[str, str, str]]:
    """Count the answers of the newest survey that ended in the month; hidden they may be where few stand behind one."""
    ended = [one for one in conn.execute(_ENDED_ROUNDS) if str(one.closed_on)[:7] == month]
    counts = dict.fromkeys(range(1, 6), 0)
    if ended:
        asked = {"round": ended[0].id, "question": question}
        counts |= {one.digit: one.n for one in conn.execute(_SURVEYED, asked)}
    yes, whole = counts[4] + counts[5], sum(counts.values())
    few = whole < ENOUGH or min(counts.values()) < FEWEST
    right = (yes, whole, min(100, 100 * yes // whole) if whole else None)
    told = (row["n"], row["of"], row["percent"])
    if told == right and whole >= ENOUGH and yes >= FEWEST:
        return
    if told != (None, None, None) or not few:
        yield f"indicator {row['id']}", "{} of {} ({})".format(*told), "{} of {} ({})".format(*right)


def _made_of(version: str) -> Mapping[str, Terms]:
    """Say what each indicator was made of under a version of the definitions (`2026-4`)."""
    there = {
        id_: terms for id_, terms in MADE_OF.items() if place(FIRST_MADE_IN.get(id_, "")) <= place(version)
    }
    for since, otherwise in BEFORE.items():
        if place(version) < place(since):
            there |= otherwise
    return there


def place(version: str) -> tuple[int, ...]:
    """Read a version of the definitions (`2026-4`, from the sixth on `v2026-06`) so that it can be compared."""
    return tuple(int(part) for part in version.removeprefix("v").split("-") if part.isdigit())


def _right(
    id_: str, made_of: Mapping[str, Terms], months: Sequence[Cells], scored: Mapping[str, Any] | None
) -> tuple[int | None, int | None]:
    if id_ == HIDDEN:
        return months[0].hidden, None
    if id_ in FROM_THE_SCORECARD:
        told = scored is not None and None not in (scored["n"], scored["of"])
        return (scored["n"], scored["of"]) if scored is not None and told else (None, None)
    numerator, denominator = made_of[id_]
    n, of = _added(numerator, months), _added(denominator, months)
    if n is None or (denominator and of is None):
        return None, None
    return n, of if denominator else None


def _added(terms: Sequence[str], months: Sequence[Cells]) -> int | None:
    sums = [each.added(terms) for each in months]
    return None if None in sums else sum(n for n in sums if n is not None)


def _for_each(n: int | None, of: int | None) -> int | None:
    return None if n is None or not of else n // of + bool(n % of)


def _share(id_: str, n: int | None, of: int | None) -> int | None:
    if n is None or of is None or of < ENOUGH or id_ in FOR_EACH:
        return None
    no_target = id_ in ("I-24", "I-35", "I-38", "I-39", "I-18")
    share = 100 * n // of
    return share if id_ in MAY_BE_MORE or no_target else min(100, share)
