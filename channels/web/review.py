"""The review room: the third party's cases, opened with a key that a passphrase unlocks for one session."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from channels import staffing
from channels.house import House
from channels.web.access import Person, current_person, open_to
from channels.web.login import slow_down, unlocked_keys
from channels.web.staffroom import Groups, Room
from grievance import reviewkeys, vault
from grievance.errors import Unknown
from grievance.vocabulary import Role
from translations import phrase

VIEWS: Groups = (
    (
        phrase("Work"),
        (("all", phrase("Everything that waits"), ""), ("late", phrase("Overdue, of everybody"), "late")),
    ),
    (
        phrase("Special care"),
        (
            ("protected", phrase("Protected"), "late"),
            ("unrouted", phrase("Unrouted"), "soon"),
            ("withheld", phrase("Withheld"), "soon"),
            ("unreleased", phrase("First reader"), ""),
            ("judging", phrase("Independent review"), ""),
        ),
    ),
)
WRONG = phrase("That passphrase does not open the key.")
SLOWLY = phrase("Too many tries. Wait a minute and try again.")


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
        return room.listing(person, more={} if key(person) else locked())

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
    def take_step(number: str, step: str) -> Response:
        return room.step(current_person(), number, step)

    return made
