"""What stands beside the figures of a month, said: scorecard, plans, the reviewer's word, the company's, context, changes.

All of it was frozen with the month (`reports.beside` says how it is written); a part that a release does not carry
is left out. Texts that people wrote keep their own language.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from channels.web.figures import charts
from channels.web.figures.charts import Tone
from channels.web.figures.report_words import Words
from reports.month import Month
from reports.saying import sentences
from reports.shelf import Release
from translations import Phrase, phrase

_VERDICTS: Mapping[str, tuple[str, Tone, Phrase]] = {
    "met": ("ok", "met", phrase("Met")),
    "partly": ("part", "part", phrase("Partly met")),
    "not_met": ("missing", "late", phrase("Not met")),
    "no_data": ("nodata", "none", phrase("No data")),
}
_BADGES = {"open": "due", "done": "soon", "kept": "met", "kept_late": "part", "late": "late"}


@dataclass(frozen=True, slots=True)
class Score:
    """One criterion as the macro wants it."""

    name: str
    question: str
    measured: str
    bar: Markup | str
    figures: str
    verdict: str
    words: str
    earlier: tuple[tuple[str, str], ...]
    plan: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A reason and what will be done about it."""

    id: str
    name: str
    month: str
    reason: str
    plan: str
    owner: str
    due: str
    badge: str
    state: str


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote, and who and when."""

    words: str
    signed: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything beside the figures; empty where a release does not carry it."""

    language: str
    scores: tuple[Score, ...]
    scored: str
    plans: tuple[Plan, ...]
    statement: Text | None
    verdicts: tuple[Text, ...]
    companies: tuple[Text, ...]
    context: tuple[Text, ...]
    comments: tuple[Text, ...]
    comments_of: str
    corrections: tuple[str, ...]
    qualities: tuple[tuple[str, str, str], ...]


def beside(release: Release, words: Words) -> Beside:
    """Say what stands beside the figures of a month."""
    document = release.document
    plans = tuple(_plans(document.get("plans") or (), words))
    card: Mapping[str, Any] = document.get("scorecard") or {"rows": ()}
    statement, comments = document.get("statement"), document.get("comments")
    operators: Mapping[str, str] = document["operators"]
    return Beside(
        language=str(document.get("texts_in") or "es"),
        scores=tuple(_score(row, {plan.id for plan in plans}, words) for row in card["rows"]),
        scored=_counts(card.get("counts"), words),
        plans=plans,
        statement=statement and Text(statement["text"], _signed(statement["party"], statement["written_on"], words)),
        verdicts=tuple(_verdict(one, card["rows"], words) for one in document.get("verdicts") or ()),
        companies=tuple(
            Text(one["text"], _signed(operators.get(one["operator"], one["operator"]), one["written_on"], words))
            for one in document.get("comment") or ()
        ),
        context=tuple(_context(one, words) for one in document.get("context") or ()),
        comments=tuple(Text(one["text"], words(_day(one["written_on"]))) for one in (comments or {}).get("shown", ())),
        comments_of=_round(comments, words),
        corrections=tuple(_corrections(document.get("corrections"), words)),
        qualities=tuple(
            (
                words(sentences.thawed(one["name"])),
                "met" if one["holds"] else "missing",
                words(sentences.thawed(one["words"])),
            )
            for one in document.get("qualities") or ()
        ),
    )  # fmt: skip


def _score(row: Mapping[str, Any], planned: set[str], words: Words) -> Score:
    verdict, tone, said = _VERDICTS[row["independent"] or row["result"]]
    target = words(phrase("target {n} %", n=row["target"]))
    counted = [] if row["n"] is None else [words(sentences.n_of(row["n"], row["of"]))]
    if row["percent"] is not None and row["n"] <= row["of"]:
        counted.append(f"{row['percent']}\N{NO-BREAK SPACE}%")
    if row["few"]:
        counted.append(words(phrase("too few to say in figures")))
    elif row["n"] is None:
        counted.append(words(phrase("not shown or nothing to count")))
    if row["independent"]:
        company = words(_VERDICTS[row["result"]][2])
        counted.append(words(phrase("by the figures alone: {result}", result=company)))
    missed = row["counts_as"] in ("partly", "not_met") or row["independent"] in ("partly", "not_met")
    return Score(
        name=words(sentences.thawed(row["name"])),
        question=words(sentences.thawed(row["question"])),
        measured=words(sentences.thawed(row["measure"])),
        bar="" if row["percent"] is None else charts.bullet(min(row["percent"], 100), row["target"], tone=tone),
        figures=" · ".join((*counted, target)),
        verdict=verdict,
        words=words(said),
        earlier=tuple(
            (_VERDICTS[was][0], words(sentences.month_short(Month.parse(at)))) for at, was in row["earlier"] if was
        ),
        plan=f"#plan-{row['criterion']}" if missed and f"plan-{row['criterion']}" in planned else "",
        evidence=tuple(row["evidence"]),
    )  # fmt: skip


def _counts(counts: Mapping[str, int] | None, words: Words) -> str:
    if counts is None:
        return ""
    said = phrase(
        "Met: {met}. Partly met: {partly}. Not met: {not_met}. No data: {no_data}.",
        met=counts["met"], partly=counts["partly"], not_met=counts["not_met"], no_data=counts["no_data"],
    )  # fmt: skip
    return words(said)


def _plans(plans: Sequence[Mapping[str, Any]], words: Words) -> Iterator[Plan]:
    """Give every plan; the first of a criterion can be reached from the scorecard."""
    seen: set[str] = set()
    for one in plans:
        key = one["criterion"]
        yield Plan(
            id="" if key in seen else f"plan-{key}",
            name=words(sentences.thawed(one["name"])),
            month=words(sentences.month_name(Month.parse(one["month"]))),
            reason=one["reason"],
            plan=one["plan"],
            owner=words(sentences.thawed(one["owner_words"])),
            due=words(_day(one["due_on"])),
            badge=_BADGES.get(one["state"], "waiting"),
            state=words(sentences.thawed(one["state_words"])),
        )
        seen.add(key)


def _verdict(one: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], words: Words) -> Text:
    name = next((row["name"] for row in rows if row["criterion"] == one["criterion"]), None)
    criterion = one["criterion"] if name is None else words(sentences.thawed(name))
    return Text(one["text"], f"{criterion}: {words(_VERDICTS[one['result']][2])}")


def _context(one: Mapping[str, Any], words: Words) -> Text:
    told = (
        words(sentences.thawed(one["words"])),
        words(_day(one["held_on"])),
        one["site"] or "",
        one["source"] or "",
    )
    return Text(one["text"], " · ".join(part for part in told if part))


def _round(comments: Mapping[str, Any] | None, words: Words) -> str:
    if comments is None:
        return ""
    first, last = _day(comments["opened_on"]), _day(comments["closed_on"])
    return words(phrase("The draft was open for comments from {first} to {last}.", first=first, last=last))


def _corrections(told: Mapping[str, Any] | None, words: Words) -> Iterator[str]:
    if told is None:
        return
    if told["total"] is not None:
        yield words(phrase("Corrections recorded this month: {n}.", n=told["total"]))
    for one in told["reasons"]:
        if one.get("n"):
            yield f"{words(sentences.thawed(one['words']))}: {one['n']}"
    for one in told["versions"]:
        blanks = {
            "month": sentences.month_name(Month.parse(one["month"])),
            "version": one["version"],
            "date": _day(one["published_on"]),
        }
        said = phrase("{month}, version {version} of {date}.", **blanks)
        yield f"{words(said)} {words(sentences.thawed(one['words']))}"
    for one in told.get("withdrawn", ()):
        month, on = sentences.month_name(Month.parse(one["month"])), _day(one["withdrawn_on"])
        yield f"{words(phrase('{month} was taken back on {date}:', month=month, date=on))} {one['because']}"


def _signed(who: str, on: str, words: Words) -> str:
    return f"{who}, {words(_day(on))}"


def _day(written: str) -> Phrase:
    return sentences.day_name(date.fromisoformat(written))
