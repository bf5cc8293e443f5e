"""A staff member takes a step: what was typed is sealed to the case's readers, then casework decides.

Sealing happens outside the transaction; if the readers changed meanwhile, it is sealed again. What a route,
a release or a hand-over changes in who can open the texts happens in the step's own transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from channels import jobs
from channels.house import House
from channels.incoming import sealing
from channels.web.pages.access import Person
from channels.web.staff import caseviews, recasting
from channels.web.staff.forms import Brought
from grievance import case as cases
from grievance import record, vault
from grievance.case import Case
from grievance.errors import Busy, Misconfigured, ReadersChanged, Refused, Unknown
from grievance.moment import Moment
from grievance.record import Entry
from grievance.vocabulary import Role, Step
from translations import say
from workflows import casework, texts
from workflows.casework import Doing, Outcome
from workflows.effects import Offer
from workflows.knowing.reading import both_publics_for
from workflows.texts import Said

TRIES = 4


@dataclass(frozen=True, slots=True)
class _Sealed:
    said: tuple[Said, ...]
    commitments: tuple[vault.Sealed, ...]
    offers: tuple[Offer, ...]


class Twice(Refused):
    """The same person took the same step since the page was shown: a second click, or a line that broke."""


class ProtectedSince(Refused):
    """Somebody protected the case after the page was shown from which it would be opened to a desk."""


def is_twice(entries: Iterable[Entry], person: Person, step: Step, after: int | None) -> bool:
    """Tell whether somebody took a step in a case after the first so many of their own; `None` says nothing."""
    return after is not None and any(
        entry.step == step for entry in caseviews.taken_by(entries, person.id)[after:]
    )


def take(
    house: House,
    person: Person,
    case_id: str,
    step: Step,
    brought: Brought,
    *,
    key: vault.Key | None = None,
    after: int | None = None,
) -> Outcome:
    """Take a step as somebody of the staff; `key` is the opened review key, which shares texts with a desk.

    `after`: how many steps of the case they had taken when the page was made from which it is taken. Never a number of
    the record: a gap in those would tell a desk of what it does not learn.

    Raises:
        Twice: this person took it since that page was shown; nothing was done.
        ProtectedSince: a colleague saw danger in it since; nothing was done.
        Unknown, NoSuchStep: as `casework.take`.
        Misconfigured: texts would have to be shared and no review key is open.
    """
    if step == Step.CORRECT and "kind" in brought.facts:
        return recasting.take(house, person, case_id, key=key)
    for _ in range(TRIES):
        sealed = _seal(house, person, case_id, brought)
        doing = Doing(
            facts=brought.facts, said=sealed.said, words=brought.words, offers=sealed.offers, to=brought.to
        )
        try:
            outcome = _run(
                house,
                person,
                case_id,
                step,
                doing,
                sealed,
                house.moment(),
                key,
                after,
                unaware=brought.unaware,
            )
        except ReadersChanged:
            continue
        jobs.wake(house, outcome.notices)
        return outcome
    raise Busy("the readers of the case changed too often")


def _run(
    house: House,
    person: Person,
    case_id: str,
    step: Step,
    doing: Doing,
    sealed: _Sealed,
    at: Moment,
    key: vault.Key | None,
    shown: int | None,
    *,
    unaware: bool,
) -> Outcome:
    def work(conn: Connection) -> Outcome:
        now = cases.get(conn, case_id, lock=True) if unaware or shown is not None else None
        if unaware and now is not None and now.protected:
            raise ProtectedSince("protected since the page was shown")
        if shown is not None and is_twice(record.entries_of(conn, case_id), person, step, shown):
            raise Twice("taken since the page was shown")
        outcome = casework.take(
            conn, case_id, step, actor=person.actor, rules=house.rules, at=at, doing=doing
        )
        if outcome.refusals:
            return outcome
        vault.store(conn, sealed.commitments, case=case_id)
        if step in (Step.ROUTE, Step.RELEASE):
            after = cases.get(conn, case_id)
            if after is not None and after.room == "desk":
                _share(conn, after, key, house.ring.publics)
        elif step == Step.HAND_TO_FOCAL:
            handed = cases.get(conn, case_id)
            if handed is not None and handed.operator is not None:
                for text in vault.texts_of(conn, case_id):
                    vault.close_to(conn, text, vault.desk(handed.operator))
        return outcome

    return house.store.transact(work)


def _share(conn: Connection, case: Case, key: vault.Key | None, publics: Mapping[str, bytes]) -> None:
    if key is None:
        raise Misconfigured("the review key is closed: nothing can be shared")
    if case.operator is None:
        raise Unknown("a case without an operator has no desk")
    reader = vault.desk(case.operator)
    for text in caseviews.shareable_texts(conn, case.id):
        vault.share(conn, text, key, {reader: publics[reader]})


def _seal(house: House, person: Person, case_id: str, brought: Brought) -> _Sealed:
    if not brought.text and not brought.offers and not brought.apart:
        return _Sealed((), (), ())

    def look(conn: Connection) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, bytes]]:
        case = cases.get(conn, case_id)
        if case is None:
            raise Unknown("no such case")
        publics = house.ring.publics
        plain, originals = both_publics_for(conn, case, publics)
        owed = {**plain, vault.DISPATCH: publics[vault.DISPATCH]} if brought.outgoing else plain
        return plain, owed, originals

    plain, readers, originals = house.store.read(look)
    at = house.moment()
    offers = tuple(Offer(id=at.id(f"offer/{n}"), due_on=due) for n, (_, due) in enumerate(brought.offers))
    sealed = tuple(
        vault.seal(what, text_id=offer.id, field="commitment", readers=plain)
        for offer, (what, _) in zip(offers, brought.offers, strict=True)
    )
    by = "officer" if person.role == Role.OFFICER else str(person.role)
    apart = tuple(
        sealing.apart(
            words,
            by=by,
            purpose=purpose,
            instead=say(texts.INSTEAD[purpose], house.rules.current.default_language),
            readers=plain,
            review=originals[vault.REVIEW],
        )
        for purpose, words in brought.apart
    )
    if not brought.text and not brought.offers:
        return _Sealed(apart, (), ())
    said = sealing.said(
        brought.words,
        by=by,
        purpose=brought.purpose,
        readers=readers,
        original=originals,
        keep=brought.outgoing or brought.exact,
        places=sealing.place_names(house.rules.current),
    )
    return _Sealed((said, *apart), sealed, offers)
