"""What people say of the answers they got, and of themselves: the questions under a clave, and the sums for everybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Connection

from channels.house import House
from grievance import case as cases
from grievance.vocabulary import Kind
from reports import opinions
from reports.saying.sentences import NOT_SHOWN
from translations import Phrase, phrase, say
from workflows.registry import verdicts
from workflows.registry.verdicts import AGE, HEARD_OF, OUTCOME, PROCESS, SEX, Quarter

VERDICT = "verdict"
"""What somebody does under their clave who says what they think of the answer."""
SAID: Mapping[str, tuple[Phrase, ...]] = {
    OUTCOME: (phrase("Good"), phrase("Partly good"), phrase("Bad")),
    PROCESS: (phrase("Well"), phrase("Partly well"), phrase("Badly")),
    HEARD_OF: (
        phrase("On the radio"), phrase("From a poster"), phrase("In an assembly"), phrase("From a neighbour"),
        phrase("At an office"), phrase("At school"), phrase("At the health post"), phrase("From a leader"),
        phrase("On the internet"), phrase("In another way"),
    ),
    SEX: (phrase("A woman"), phrase("A man"), phrase("Another answer")),
    AGE: (
        phrase("Under {n}", n=18), phrase("{first} to {last}", first=18, last=29),
        phrase("{first} to {last}", first=30, last=44), phrase("{first} to {last}", first=45, last=59),
        phrase("{n} or more", n=60),
    ),
}  # fmt: skip
"""By question its answers in words, in the order of their numbers."""
NO_WORD = ("", phrase("I do not want to say"))
"""Lets somebody take back what they chose, in a page without script."""
KINDS: Mapping[str, Phrase] = {
    Kind.GRIEVANCE: phrase("What people say of the answers to complaints, {quarter}"),
    Kind.INFORMATION_REQUEST: phrase("What people say of the answers to requests, {quarter}"),
}
PROFILES: Mapping[str, Phrase] = {
    Kind.GRIEVANCE: phrase("Complaints that ended, {quarter}: {question}"),
    Kind.INFORMATION_REQUEST: phrase("Requests that ended, {quarter}: {question}"),
}
PROFILE_HEAD = (phrase("Answer"), phrase("People"))
NOT_SAID = phrase("Nobody said")
HEAD = (phrase("Question"), phrase("Good, well"), phrase("In part"), phrase("Bad, badly"))
RATE = phrase("Of a hundred ended, somebody said what they think")
ASKED_HOW = phrase("How it is asked")
BY_THE_END = phrase("of everybody whose case ends with an answer, by the message that says so")
WHO_SPOKE = phrase("Who they are, and how they heard of us")
BY_CHOICE = phrase("asked of the same people under their clave; nobody has to say")
NEWEST = 4
Page = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the page asks it."""

    key: str
    words: str
    options: tuple[tuple[str, str], ...]


def asked(conn: Connection, case: cases.Case, spoken: str) -> tuple[Question, ...]:
    """Ask what may still be said of the answer to a case."""
    return tuple(_questions(verdicts.open_questions(conn, case), verdicts.QUESTIONS, spoken))


def asked_about(conn: Connection, case: cases.Case, spoken: str) -> tuple[Question, ...]:
    """Ask what the person of a case may still say of themselves; to say nothing is the last of the answers."""
    nothing = (NO_WORD[0], say(NO_WORD[1], spoken))
    return tuple(
        Question(one.key, one.words, (*one.options, nothing))
        for one in _questions(verdicts.open_about(conn, case), verdicts.ABOUT, spoken)
    )


def _questions(keys: Iterable[str], named: Mapping[str, Phrase], spoken: str) -> Iterable[Question]:
    for key in keys:
        options = zip(verdicts.ANSWERS[key], SAID[key], strict=True)
        yield Question(
            key, say(named[key], spoken), tuple((str(digit), say(words, spoken)) for digit, words in options)
        )


def take(house: House, case_id: str) -> bool:
    """Take in what the form says; answers whether there was anything in it that counts."""
    said = {key: request.form.get(key, "") for key in verdicts.ANSWERS}
    digits = {
        key: int(said[key]) for key, answers in verdicts.ANSWERS.items() if said[key] in map(str, answers)
    }
    on = house.rules.today(house.now())

    def work(conn: Connection) -> bool:
        case = cases.get(conn, case_id, lock=True)
        if case is None:
            return False
        return sum(verdicts.give(conn, case, key, digit, on=on) for key, digit in digits.items()) > 0

    return house.store.transact(work)


def results(conn: Connection, house: House) -> tuple[list[Page], list[Page]]:
    """Show the quarters that are over, as far as they may be printed: the sums as tables, how many spoke as cards."""
    today = house.rules.today(house.now())
    tables, cards = list[Page](), list[Page]()
    for one in verdicts.over(conn, today=today)[: NEWEST * len(KINDS)]:
        quarter = f"{one.name[:4]}-{one.name[4:]}"
        caption = phrase(KINDS[one.kind].msgid, quarter=quarter)
        ended = opinions.ended(conn, verdicts.months_of(one.name), one.kind)
        rows, profiles = _rows(one), list(_profiles(one, ended, quarter))
        if rows:
            tables.append({"caption": caption, "head": HEAD, "rows": rows})
        tables += profiles
        if rows or profiles:
            cards.append(_card(one, caption, ended, said=bool(rows), who=bool(profiles)))
    return tables, cards


def _rows(one: Quarter) -> list[list[Any]]:
    found = ((question, opinions.distribution(one.sums[key])) for key, question in verdicts.QUESTIONS.items())
    return [[question, *map(_shown, shown.values())] for question, shown in found if shown]


def _profiles(one: Quarter, ended: int | None, quarter: str) -> Iterable[Page]:
    """Lay out a table for each question about the people that enough of them answered."""
    for key, question in verdicts.ABOUT.items():
        if found := opinions.distribution(one.sums[key]):
            rows = [[words, _shown(n)] for words, n in zip(SAID[key], found.values(), strict=True)]
            rows.append([NOT_SAID, _shown(opinions.silent(ended, sum(one.sums[key].values())))])
            caption = phrase(PROFILES[one.kind].msgid, quarter=quarter, question=question)
            yield {"caption": caption, "head": PROFILE_HEAD, "rows": rows}


def _shown(n: int | None) -> Phrase | int:
    return NOT_SHOWN if n is None else n


def _card(one: Quarter, caption: Phrase, ended: int | None, *, said: bool, who: bool) -> Page:
    pairs: list[tuple[Phrase, Phrase | int]] = []
    if said:
        share = opinions.rate(ended or 0, sum(one.sums[OUTCOME].values()))
        pairs += [(ASKED_HOW, BY_THE_END), (RATE, NOT_SHOWN if share is None else min(share, 100))]
    if who:
        pairs += [(WHO_SPOKE, BY_CHOICE)]
    return {
        "id": f"{one.name}-{one.kind}", "when": caption, "tone": "met", "state": "", "pairs": pairs, "texts": [],
        "final": True,
    }  # fmt: skip
