"""The review room: the third party's cases, opened with a key that a passphrase unlocks for one session."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from channels import staffing
from channels.house import House
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.staff.login import slow_down, unlocked_keys
from channels.web.staff.staffroom import Groups, Room
from grievance import codes, reviewkeys, vault
from grievance.errors import Unknown
from grievance.vocabulary import Role
from translations import Phrase, phrase
from workflows.clockwork import pages
from workflows.clockwork.pages import Page
from workflows.knowing import erasures, marks
from workflows.knowing.erasures import Erased
from workflows.protection import reprisals, safecontact

VIEWS: Groups = (
    (
        phrase("Work"),
        (
            ("all", phrase("Everything that waits"), ""),
            ("late", phrase("Overdue, of everybody"), "late"),
            ("money", phrase("Offers of money to read"), "soon"),
        ),
    ),
    (
        phrase("Special care"),
        (
            ("protected", phrase("Protected"), "late"),
            ("unrouted", phrase("Unrouted"), "soon"),
            ("withheld", phrase("Withheld"), "soon"),
            ("unreleased", phrase("First reader"), ""),
            ("judging", phrase("Independent review"), ""),
            ("requests", phrase("Requests for information"), ""),
        ),
    ),
)
WRONG = phrase("That passphrase does not open the key.")
SLOWLY = phrase("Too many tries. Wait a minute and try again.")


def _calls(waiting: Sequence[Page], house: House) -> Phrase:
    """Say for whom the focal point should be called, and since when it is owed."""
    first = waiting[0]
    return phrase(
        "Page owed: nobody has opened {numbers}. Waiting since {hour}; calls owed: {n}.",
        numbers=", ".join(codes.show(page.number) for page in waiting),
        hour=_hour(first.since, house),
        n=first.calls,
    )


def _erased(found: Sequence[Erased]) -> Phrase:
    """Say what its person erased before anybody of the third party read it: the numbers, and no word of it."""
    return phrase(
        "Erased by its person before anybody here read it: {numbers}. Nothing of it is left. "
        "Think of whether somebody was made to, if they come again.",
        numbers=", ".join(f"{codes.show(one.number)} ({one.on:%d/%m})" for one in found),
    )


def _first_looks(owed: Sequence[reprisals.Owed], house: House) -> Phrase:
    """Say of whom nobody wrote down yet how likely it is that they are punished, and by when it is owed."""
    return phrase(
        "Somebody may be punished for complaining, and nobody looked at the risk: {numbers}. First owed by {hour}.",
        numbers=", ".join(codes.show(one.number) for one in owed),
        hour=_hour(owed[0].due_at, house),
    )


def _not_spoken_with(found: Sequence[safecontact.Waiting], today: date) -> Phrase:
    """Say with whom in danger nobody has spoken yet, and by when somebody does, or should have."""
    numbers = ", ".join(codes.show(one.number) for one in found)
    if found[0].is_late(today):
        return phrase(
            "In danger, and nobody has got in touch with them: {numbers}. It was owed by {date}.",
            numbers=numbers, date=found[0].due_on,
        )  # fmt: skip
    return phrase(
        "In danger, and somebody gets in touch with them, safely: {numbers}. First by {date}.",
        numbers=numbers, date=found[0].due_on,
    )  # fmt: skip


def _last_looks(numbers: Sequence[str]) -> Phrase:
    """Say of whom somebody should see, six months after the end, how they are."""
    return phrase(
        "Six months are nearly over since these ended: {numbers}. Open them, and see whether anybody did them harm.",
        numbers=", ".join(map(codes.show, numbers)),
    )


def _appeals(numbers: Sequence[str]) -> Phrase:
    """Say whose appeals the panel owes an answer."""
    return phrase(
        "The panel has to look at the mark on these cases: {numbers}.",
        numbers=", ".join(map(codes.show, numbers)),
    )


def _hour(at: datetime, house: House) -> str:
    calendar = house.rules.calendar(house.rules.current.version, site=None)
    day = calendar.site_date(at)
    minutes = int((at - calendar.start_of_day_utc(day)).total_seconds() // 60)
    return f"{day:%d/%m} {minutes // 60:02}:{minutes % 60:02}"


def blueprint(house: House) -> Blueprint:
    """Make the review room of one process: `/review` and the cases under it."""
    made = Blueprint("review", __name__, url_prefix="/review")

    def key(person: Person) -> vault.Key | None:
        return unlocked_keys().of(person.session, now=house.now())

    room = Room(
        house, "review", views=VIEWS, key=key, note=lambda _person: house.rules.current.governance.host
    )
    third_party = open_to(Role.FOCAL, Role.REVIEWER, house=house, face="review")

    def locked(error: object = "") -> dict[str, object]:
        return {"locked": {"action": "/review/unlock", "error": error}}

    @made.get("/")
    @third_party
    def queue() -> Response:
        person = current_person()
        waiting = house.store.read(lambda conn: pages.owed(conn, now=house.now()))
        said: dict[str, object] = {"said": _calls(waiting, house)} if waiting else {}
        today = house.rules.today(house.now())
        erased = house.store.read(lambda conn: erasures.listed(conn, today=today))
        said |= {"erased": _erased(erased)} if erased else {}
        alone = house.store.read(lambda conn: safecontact.waiting(conn, rules=house.rules))
        first = house.store.read(reprisals.first_looks)
        last = house.store.read(lambda conn: reprisals.last_looks(conn, today=today))
        appeals = house.store.read(marks.waiting)
        said |= {
            "looks": [
                *([_not_spoken_with(alone, today)] if alone else []),
                *([_first_looks(first, house)] if first else []),
                *([_last_looks(last)] if last else []),
                *([_appeals(appeals)] if appeals else []),
            ]
        }
        return room.listing(person, more=said if key(person) else locked() | said)

    @made.post("/unlock")
    @third_party
    def unlock() -> Response:
        person = current_person()
        ring = house.ring.face("review")
        if slow_down(house, ring, face="review", login=person.login):
            return room.listing(person, more=locked(SLOWLY))
        try:
            opened = reviewkeys.unlock(ring, person.login, request.form.get("passphrase", ""))
        except Unknown:
            staffing.slipped(house.store, ring, face="review", login=person.login, moment=house.moment())
            return room.listing(person, more=locked(WRONG))
        unlocked_keys().keep(person.session, opened, now=house.now())
        return redirect("/review", 303)

    @made.post("/cases/<number>/open")
    @third_party
    def open_case(number: str) -> Response:
        return room.open(current_person(), number)

    @made.get("/cases/<number>")
    @third_party
    def show_case(number: str) -> Response:
        return room.case(current_person(), number)

    @made.post("/cases/<number>/steps/<step>")
    @third_party
    @kept.comes_back
    def take_step(number: str, step: str) -> Response:
        return room.step(current_person(), number, step)

    return made
