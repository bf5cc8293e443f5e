"""What people say of the answers they got: the two questions under a clave, and the sums for everybody."""

from collections.abc import Mapping
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
from workflows.registry.verdicts import OUTCOME, PROCESS, Quarter

VERDICT = "verdict"
"""What somebody does under their clave who says what they think of the answer."""
SAID: Mapping[str, tuple[Phrase, ...]] = {
    OUTCOME: (phrase("Good"), phrase("Partly good"), phrase("Bad")),
    PROCESS: (phrase("Well"), phrase("Partly well"), phrase("Badly")),
}
KINDS: Mapping[str, Phrase] = {
    Kind.GRIEVANCE: phrase("What people say of the answers to complaints, {quarter}"),
    Kind.INFORMATION_REQUEST: phrase("What people say of the answers to requests, {quarter}"),
}
HEAD = (phrase("Question"), phrase("Good, well"), phrase("In part"), phrase("Bad, badly"))
RATE = phrase("Of a hundred ended, somebody said what they think")
ASKED_HOW = phrase("How it is asked")
BY_THE_END = phrase("of everybody whose case ends with an answer, by the message that says so")
NEWEST = 4
Page = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the page asks it."""

    key: str
    words: str
    options: tuple[tuple[str, str], ...]


def asked(conn: Connection, case: cases.Case, spoken: str) -> tuple[Question, ...]:
    """Ask what may still be said of a case."""
    return tuple(
        Question(
            key,
            say(verdicts.QUESTIONS[key], spoken),
            tuple(
                (str(digit), say(words, spoken))
                for digit, words in zip(verdicts.DIGITS, SAID[key], strict=True)
            ),
        )
        for key in verdicts.open_questions(conn, case)
    )


def take(house: House, case_id: str) -> bool:
    """Take in what the form says; answers whether there was anything in it that counts."""
    said = {key: request.form.get(key, "") for key in verdicts.QUESTIONS}
    digits = {key: int(value) for key, value in said.items() if value in {"1", "2", "3"}}
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
        caption = phrase(KINDS[one.kind].msgid, quarter=f"{one.name[:4]}-{one.name[4:]}")
        if rows := _rows(one):
            tables.append({"caption": caption, "head": HEAD, "rows": rows})
            cards.append(_card(one, caption))
    return tables, cards


def _rows(one: Quarter) -> list[list[Any]]:
    found = ((question, opinions.distribution(one.sums[key])) for key, question in verdicts.QUESTIONS.items())
    return [
        [question, *(NOT_SHOWN if n is None else n for n in shown.values())]
        for question, shown in found
        if shown
    ]


def _card(one: Quarter, caption: Phrase) -> Page:
    share = opinions.rate(one.ended, sum(one.sums[OUTCOME].values()))
    pairs = [(ASKED_HOW, BY_THE_END), (RATE, NOT_SHOWN if share is None else min(share, 100))]
    return {
        "id": f"{one.name}-{one.kind}", "when": caption, "tone": "met", "state": "", "pairs": pairs, "texts": [],
        "final": True,
    }  # fmt: skip
