"""Why what a person answered does not count, told to them: nobody may wait for something that will never come.

The reasons are the guards' own words, and those alone that say something to whoever complained. A message carries the
key of one, so that it is said in the language of its reader.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from grievance import record
from grievance.case import Case
from grievance.moment import Moment
from grievance.vocabulary import Role, Step
from translations import Phrase, phrase
from workflows import casework, owing
from workflows.criterion import Actor, Refusal
from workflows.rulebook import Rulebook

TEMPLATE: Final = "not_yet"
MOVED: Final = "moved"
WHY: Final[Mapping[str, Phrase]] = {
    "choice": phrase(
        "You can ask the independent person once there is an answer, or when the company takes twice its time."
    ),
    "clave": phrase("This is serious, so we ask for your clave to accept it."),
    "thinking": phrase("Take seven days to think about it. Ask somebody you trust. Then you can accept it."),
    "advisers": phrase("The list of those who advise you free of charge has not reached you yet."),
    "assembly": phrase("This complaint is a group's. Its assembly has to say first who may agree for it."),
    "mandate": phrase("The group's mandate has run out. Its assembly has to say again who may agree for it."),
    "left": phrase(
        "You said that this group's agreement does not bind you. Its assembly has to say again who may agree for it."
    ),
    "shown": phrase("The company has not yet shown that it did everything it promised."),
    "year": phrase("More than twelve months have passed. Ask the independent reviewer to open it again."),
    MOVED: phrase("The case has moved on meanwhile."),
}
"""What a message says, by its key."""
_KEYS: Final = {words.msgid: key for key, words in WHY.items()}
_MAY_CHANGE: Final = frozenset({"G18b", "G19b"})
"""Guards that ask whether something reached the person: by answering they show it, and the batch writes that down first."""


def firmly(
    conn: Connection, case: Case, step: Step, *, credential: str, rules: Rulebook, now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> str | None:  # fmt: skip
    """Name why a person's step would be refused at its batch too; None where it may count. Nothing is recorded."""
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    on, person = calendar.site_date(now), Actor(Role.COMPLAINANT, credential=credential)
    found = casework.refusals(conn, case, step, actor=person, rules=rules, on=on, facts=facts)
    return next((_key(one) for one in found if one.guard not in _MAY_CHANGE and _key(one)), None)


def tell(
    conn: Connection, case: Case, step: Step, refused: Iterable[Refusal], *, rules: Rulebook, at: Moment
) -> None:
    """Owe the person of a case the word that their step was not taken; not, where it only came twice."""
    keys = [_key(one) for one in refused]
    if not keys and _did_it(conn, case, step):
        return
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    owing.owe_all(
        conn, case=case, templates=(TEMPLATE,), codes={"why": next(filter(None, keys), MOVED)}, at=at,
        on=calendar.site_date(at.now), text=None, people=owing.people_of(conn, case.id),
    )  # fmt: skip


def _key(refused: Refusal) -> str:
    return _KEYS.get(refused.reason.msgid, "")


def _did_it(conn: Connection, case: Case, step: Step) -> bool:
    """Tell whether the last that the person did and that moved something was this very step."""
    mine = (one for one in reversed(record.done_in(conn, case.id)) if one.role == Role.COMPLAINANT)
    return next((one.step == step for one in mine if one.from_state != one.to_state), False)
