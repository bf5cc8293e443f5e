"""What stands beside the figures in the printed report: scorecard, plans, who says what, and how good the data are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from reports.formats.sheets import in_words
from reports.month import Month
from reports.saying import indicated, sentences
from reports.shelf import Release
from translations import Phrase, phrase

_RESULTS: Final = {
    "met": phrase("Met"),
    "partly": phrase("Partly met"),
    "not_met": phrase("Not met"),
    "no_data": phrase("No data"),
}
ACROSS: Final = 3
"""So many companies stand beside one another; more columns are too narrow to be read."""
MOST_COMPANIES, MOST_SITES = 6, 20
_NO_FIGURE: Final = phrase("not shown or nothing to count")
"""Said in the cell: a reader of cells takes an empty one for a mistake."""


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph and its language; what somebody wrote is not in the language of the sheet."""

    words: str
    lang: str


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what stands below it."""

    title: Phrase
    paragraphs: Sequence[Said] = ()
    tables: Sequence[dict[str, Any]] = field(default=())


def parts(release: Release, language: str) -> Iterator[Part]:
    """Lay out what the release carries beside its figures, in the order of its page; nothing for what it does not carry."""
    sheet = _Sheet(release.document, language)
    document = release.document
    if card := document.get("scorecard"):
        title = phrase("Does the mechanism meet the eight criteria?")
        yield Part(title, tables=[sheet.scorecard(card["rows"])])
    if plans := document.get("plans"):
        title = phrase("What was not met, why, and what will be done?")
        yield Part(title, [said for one in plans for said in sheet.plan(one)])
    if reviewed := [
        *sheet.statement(document.get("statement")),
        *sheet.verdicts(document.get("verdicts") or ()),
    ]:
        yield Part(phrase("Independent review"), reviewed)
    if comments := document.get("comment"):
        own = sheet.say(phrase("These are the company's words, not the mechanism's."))
        yield Part(phrase("What the company says"), [own, *map(sheet.comment, comments)])
    if context := document.get("context"):
        yield Part(
            phrase("What happened in the month?"), [said for one in context for said in sheet.context(one)]
        )
    if comments := document.get("comments"):
        yield Part(phrase("What did people say about the draft?"), list(sheet.round(comments)))
    if indicators := document.get("indicators"):
        yield Part(phrase("The indicators of the month"), tables=[sheet.indicators(indicators)])
    if each := document.get("indicators_of"):
        found = sheet.indicators_of(each)
        if found.tables:
            yield found
    if corrected := list(sheet.corrections(document.get("corrections"))):
        yield Part(phrase("What was corrected?"), corrected)
    if qualities := document.get("qualities"):
        yield Part(phrase("Are these good data?"), tables=[sheet.qualities(qualities)])


@dataclass(frozen=True, slots=True)
class _Sheet:
    document: Mapping[str, Any]
    language: str

    def text(self, value: Phrase | str | int | None) -> str:
        return in_words(value, self.language)

    def frozen(self, value: Any) -> str:
        return self.text(sentences.thawed(value))

    def day(self, written: str) -> str:
        return self.text(_day(written))

    def say(self, value: Phrase | str) -> Said:
        return Said(self.text(value), self.language)

    def wrote(self, words: str) -> Said:
        return Said(words, str(self.document.get("texts_in") or self.language))

    def scorecard(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        head = (phrase("Criterion"), phrase("Measured"), phrase("Result"))
        return _table(
            [self.text(one) for one in head],
            [
                [
                    f"{self.frozen(row['name'])}: {self.frozen(row['measure'])}",
                    self.text(_NO_FIGURE if row["n"] is None else sentences.n_of(row["n"], row["of"])),
                    self.text(_RESULTS[row["independent"] or row["result"]]),
                ]
                for row in rows
            ],
        )

    def plan(self, one: Mapping[str, Any]) -> Iterator[Said]:
        owner = f"{self.frozen(one['owner_words'])}, {self.day(one['due_on'])}: {self.frozen(one['state_words'])}."
        yield Said(f"{self.frozen(one['name'])}. {owner}", self.language)
        yield self.wrote(f"{one['reason']} {one['plan']}")

    def statement(self, one: Mapping[str, Any] | None) -> Iterator[Said]:
        if one:
            yield self.wrote(f"{one['text']} ({one['party']})")

    def verdicts(self, found: Sequence[Mapping[str, Any]]) -> Iterator[Said]:
        names = {
            row["criterion"]: row["name"] for row in (self.document.get("scorecard") or {"rows": ()})["rows"]
        }
        for one in found:
            name = names.get(one["criterion"])
            criterion = one["criterion"] if name is None else self.frozen(name)
            yield Said(f"{criterion}: {self.text(_RESULTS[one['result']])}.", self.language)
            yield self.wrote(one["text"])

    def comment(self, one: Mapping[str, Any]) -> Said:
        name = self.document["operators"].get(one["operator"], one["operator"])
        return self.wrote(f"{one['text']} ({name}, {self.day(one['written_on'])})")

    def context(self, one: Mapping[str, Any]) -> Iterator[Said]:
        place = self.document["sites"].get(one["site"], one["site"] or "")
        told = (self.frozen(one["words"]), self.day(one["held_on"]), place, one["source"] or "")
        yield Said(" · ".join(part for part in told if part), self.language)
        yield self.wrote(one["text"])

    def round(self, comments: Mapping[str, Any]) -> Iterator[Said]:
        first, last = _day(comments["opened_on"]), _day(comments["closed_on"])
        yield self.say(
            phrase("The draft was open for comments from {first} to {last}.", first=first, last=last)
        )
        for one in comments.get("shown", ()):
            yield self.wrote(f"{one['text']} ({self.day(one['written_on'])})")

    def corrections(self, told: Mapping[str, Any] | None) -> Iterator[Said]:
        if told is None:
            return
        if told["total"] is not None:
            yield self.say(phrase("Corrections recorded this month: {n}.", n=told["total"]))
        for one in told["reasons"]:
            if one.get("n"):
                yield self.say(f"{self.frozen(one['words'])}: {one['n']}")
        for one in told["versions"]:
            said = phrase(
                "{month}, version {version} of {date}.",
                month=sentences.month_name(Month.parse(one["month"])),
                version=one["version"],
                date=_day(one["published_on"]),
            )
            yield Said(f"{self.text(said)} {self.frozen(one['words'])}", self.language)
        for one in told.get("withdrawn", ()):
            month, on = sentences.month_name(Month.parse(one["month"])), _day(one["withdrawn_on"])
            yield self.say(phrase("{month} was taken back on {date}:", month=month, date=on))
            yield self.wrote(one["because"])

    def indicators(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        head = (phrase("Indicator"), phrase("Measured"), phrase("Target"))
        return _table(
            [self.text(one) for one in head],
            [
                [
                    f"{one['id']} {self.text(indicated.name(one))}",
                    " · ".join(self.text(said) for said in indicated.said(one)),
                    self.text(indicated.target(one) or "–"),
                ]
                for one in rows
            ],
        )

    def indicators_of(self, rows: Sequence[Mapping[str, Any]]) -> Part:
        """Lay out what is printed of each company, by columns, and of each site, by rows; two pages hold no more."""
        shown = [one for one in rows if one["n"] is not None]
        members = {name: _members(shown, name) for name in ("operator", "site")}
        companies, sites = members["operator"][:MOST_COMPANIES], members["site"][:MOST_SITES]
        tables = [
            self._across(shown, companies[n : n + ACROSS]) for n in range(0, len(companies), ACROSS)
        ]  # fmt: skip
        tables += [self._down(shown, sites)] if sites else []
        notes = []
        if len(rows) > len(shown):
            words = phrase(
                "Not shown: {n}. Too few people or answers stand behind them.", n=len(rows) - len(shown)
            )
            notes.append(self.say(words))
        if len(companies) + len(sites) < sum(map(len, members.values())):
            notes.append(
                self.say(phrase("Those of all others stand in the file {file}.", file="indicators_of.csv"))
            )
        return Part(phrase("The indicators of the month, by company and by site"), notes, tables)

    def _across(self, shown: Sequence[Mapping[str, Any]], companies: Sequence[str]) -> dict[str, Any]:
        found = {(one["id"], one["member"]): one for one in shown if one["dimension"] == "operator"}
        named = {
            one["id"]: one for one in shown if one["dimension"] == "operator" and one["member"] in companies
        }
        head = [
            self.text(phrase("Indicator")),
            *(self.document["operators"].get(key, key) for key in companies),
        ]
        rows = [
            [self._named(one), *(self._figures(found.get((id_, key))) for key in companies)]
            for id_, one in named.items()
        ]
        return _table(head, rows)

    def _down(self, shown: Sequence[Mapping[str, Any]], sites: Sequence[str]) -> dict[str, Any]:
        head = [self.text(words) for words in (phrase("Whose"), phrase("Indicator"), phrase("Measured"))]
        rows = [
            [self.document["sites"].get(one["member"], one["member"]), self._named(one), self._figures(one)]
            for one in shown
            if one["dimension"] == "site" and one["member"] in sites
        ]
        return _table(head, rows)

    def _named(self, one: Mapping[str, Any]) -> str:
        return f"{one['id']} {self.text(indicated.name(one))}"

    def _figures(self, one: Mapping[str, Any] | None) -> str:
        return (
            self.text(sentences.NOT_SHOWN) if one is None else " · ".join(map(self.text, indicated.said(one)))
        )

    def qualities(self, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        head = [self.text(phrase("Name")), self.text(phrase("Result"))]
        rows = [
            [self.frozen(one["name"]) + ": " + self.frozen(one["words"]),
             self.text(_RESULTS["met" if one["holds"] else "not_met"])]
            for one in found
        ]  # fmt: skip
        return _table(head, rows)


def _members(rows: Sequence[Mapping[str, Any]], dimension: str) -> list[str]:
    return list(dict.fromkeys(str(one["member"]) for one in rows if one["dimension"] == dimension))


def _table(head: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"title": "", "head": head, "rows": rows, "bars": False, "wide": True}


def _day(written: str) -> Phrase:
    return sentences.day_name(date.fromisoformat(written))
