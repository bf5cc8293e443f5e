"""The desk: an officer's list in the order of dates, and one case at a time with what is owed next."""

from flask import Blueprint
from werkzeug.wrappers import Response

from channels.house import House
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.staff import hazards
from channels.web.staff.staffroom import Groups, Room
from grievance import vault
from grievance.vocabulary import Role
from translations import phrase

VIEWS: Groups = (
    (
        phrase("Work"),
        (
            ("owed", phrase("The company's turn"), ""),
            ("decide", phrase("To decide"), "soon"),
            ("late", phrase("Overdue"), "late"),
            ("soon", phrase("Due in 2 days"), ""),
            ("mine", phrase("My cases"), ""),
            ("requests", phrase("Requests for information"), ""),
        ),
    ),
    (
        phrase("Others' turn"),
        (
            ("person", phrase("Waits for the person"), ""),
            ("judging", phrase("With the independent body"), ""),
        ),
    ),
    (phrase("Everything"), (("all", phrase("All open cases"), ""),)),
)


def blueprint(house: House) -> Blueprint:
    """Make the desk of one process: `/desk` and the cases under it."""
    made = Blueprint("desk", __name__, url_prefix="/desk")
    ring = house.ring.face("desk")
    names = {operator.key: operator.name for operator in house.rules.current.operators}

    def key(person: Person) -> vault.Key | None:
        return ring.key(f"desk.{person.operator}", vault.desk(person.operator)) if person.operator else None

    room = Room(house, "desk", views=VIEWS, key=key, note=lambda person: names.get(person.operator or "", ""))
    officers = open_to(Role.OFFICER, house=house, face="desk")

    @made.get("/")
    @officers
    def queue() -> Response:
        person = current_person()
        warning = house.store.read(lambda conn: hazards.warning(conn, house, person))
        return room.listing(person, more={"said": warning} if warning else None)

    @made.post("/cases/<number>/open")
    @officers
    def open_case(number: str) -> Response:
        return room.open(current_person(), number)

    @made.get("/cases/<number>")
    @officers
    def show_case(number: str) -> Response:
        return room.case(current_person(), number)

    @made.post("/cases/<number>/steps/<step>")
    @officers
    @kept.comes_back
    def take_step(number: str, step: str) -> Response:
        return room.step(current_person(), number, step)

    return made
