"""What of a request becomes public, for staff: its words with passages taken out, and the documents of its answer."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from channels.house import House
from channels.incoming import sealing
from channels.incoming.timing import desk_day
from channels.web.pages import kept
from channels.web.pages import requestwords as words
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import render_view
from channels.web.staff import caseviews
from channels.web.staff.caseviews import Scope
from channels.web.staff.forms import asked
from channels.web.staff.login import frame, unlocked_keys
from grievance import archive, codes, vault
from grievance.case import Case
from grievance.register import By
from grievance.vocabulary import Kind, Role
from translations import Phrase, phrase
from workflows import requests
from workflows.anonymity.takenout import MARKS
from workflows.knowing import conflicts
from workflows.requests import NotPublished

Page = dict[str, Any]
ROLES = {"desk": (Role.OFFICER,), "review": (Role.FOCAL, Role.REVIEWER)}
ROOM_FOR_A_DOCUMENT = requests.MOST_BYTES + 16 * 1024
READ = {"question": ("narrative",), "answer": ("proposal", "order")}
"""Which texts of a case are its question, and which its answer."""


def blueprint(house: House, face: str) -> Blueprint:
    """Make `/<face>/requests/<number>`: what is public of a request, the form that publishes, and documents."""
    made = Blueprint(f"{face}_requests", __name__, url_prefix=f"/{face}")
    staff = open_to(*ROLES[face], house=house, face=face)
    room = _Room(house, face)

    @made.get("/requests/<number>")
    @staff
    def show_request(number: str) -> Response:
        done = {"words": WORDS_DONE, "document": DOCUMENT_DONE}.get(request.args.get("done", ""), "")
        return room.page(current_person(), number, said=done)

    @made.post("/requests/<number>")
    @staff
    @kept.comes_back
    def publish_words(number: str) -> Response:
        return room.publish(current_person(), number)

    @made.post("/requests/<number>/documents")
    @staff
    def publish_document(number: str) -> Response:
        return room.document(current_person(), number)

    return made


WORDS_DONE = phrase("What you wrote is public now.")
DOCUMENT_DONE = phrase("The document is public now.")


class _Room:
    """One face's page over one house."""

    def __init__(self, house: House, face: str) -> None:
        self.house = house
        self.face = face
        self.ring = house.ring.face(face)

    def page(
        self, person: Person, number: str, *, said: Phrase | str = "", typed: Mapping[str, str] | None = None,
        errors: Mapping[str, Phrase] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """Show what is public of a request, or go to its case if this person has not opened it."""
        case, scope = self._case(person, number)
        if case is None:
            return redirect(f"/{self.face}/cases/{number}", 303)
        key = self._key(person)

        def look(conn: Connection) -> Page:
            read = read_of(conn, case, key)
            return self._build(conn, person, scope, case, read, typed or {}, errors or {})

        page = self.house.store.read(look) | {"said": said}
        return render_view("request_desk.html", page, house=self.house, status=status)

    def publish(self, person: Person, number: str) -> Response:
        """Publish the words, or show the form again with the reasons."""
        case, _ = self._case(person, number)
        if case is None:
            abort(404)
        key, at, by = self._key(person), self.house.moment(), self._by(person)
        shown = {name: request.form.get(name, "") for name in READ}
        if kept.stands():
            return self.page(person, number, typed=shown)

        def work(conn: Connection) -> None:
            read = read_of(conn, case, key)
            if read["question"] is None:
                raise NotPublished({"question": LOCKED})
            answer = None if read["answer"] is None else (read["answer"], shown["answer"])
            places = sealing.place_names(self.house.rules.current)
            requests.publish(
                conn,
                case,
                question=(read["question"], shown["question"]),
                answer=answer,
                by=by,
                at=at,
                places=places,
            )

        return self._try(person, number, work, "words", shown)

    def document(self, person: Person, number: str) -> Response:
        """Publish a document, or say why not."""
        case, _ = self._case(person, number)
        if case is None:
            abort(404)
        file = request.files.get("document")
        name, body = (file.filename or "", file.read(ROOM_FOR_A_DOCUMENT)) if file else ("", b"")
        at, by = self.house.moment(), self._by(person)
        return self._try(
            person,
            number,
            lambda conn: requests.add_document(conn, case, name=name, body=body, by=by, at=at),
            "document",
            {},
        )

    def _try(self, person: Person, number: str, work: Any, done: str, typed: Mapping[str, str]) -> Response:
        try:
            self.house.store.transact(work)
        except NotPublished as refused:
            return self.page(person, number, typed=typed, errors=refused.reasons, status=409)
        return redirect(f"/{self.face}/requests/{number}?done={done}", 303)

    def _case(self, person: Person, number: str) -> tuple[Case | None, Scope]:
        """Find a request in the scope of somebody who opened it; `None` if they did not."""
        rules = self.house.rules
        calendar = rules.calendar(rules.current.version, site=None, operator=person.operator)
        day, hour = desk_day(calendar, self.house.now())
        off = self.house.store.read(lambda conn: conflicts.off(conn, person.id))
        scope = Scope(self.face, person.id, person.operator, person.sites, day, hour, off)
        digits = "".join(sign for sign in number if sign in "0123456789")

        def look(conn: Connection) -> tuple[Case | None, bool]:
            found = caseviews.find(conn, scope, digits)
            return found, found is not None and caseviews.was_opened(conn, scope, found.id)

        case, opened = self.house.store.read(look)
        if case is None or case.kind != Kind.INFORMATION_REQUEST:
            abort(404)
        return (case if opened else None), scope

    def _key(self, person: Person) -> vault.Key | None:
        if self.face == "review":
            return unlocked_keys().of(person.session, now=self.house.now())
        return (
            self.ring.key(f"desk.{person.operator}", vault.desk(person.operator)) if person.operator else None
        )

    def _by(self, person: Person) -> By:
        rules = self.house.rules
        calendar = rules.calendar(rules.current.version, site=None, operator=person.operator)
        return By(str(person.role), person.id, calendar.site_date(self.house.now()), rules.current.version)

    def _build(
        self, conn: Connection, person: Person, scope: Scope, case: Case, read: Mapping[str, str | None],
        typed: Mapping[str, str], errors: Mapping[str, Phrase],
    ) -> Page:  # fmt: skip
        item = archive.of_case(conn, case.id)
        public = {"question": item.question, "answer": item.answer}
        labels = {"question": phrase("The question"), "answer": phrase("The answer")}
        fields = []
        for name, label in labels.items():
            if read[name] is None:
                continue
            shown = typed.get(name) or public[name] or read[name]
            fields.append(asked(name, label, "textarea", value=shown) | {"error": errors.get(name, "")})
        number = requests.listed_as(conn, case, today=scope.today)
        return frame(self.face, staff=person.login) | {
            "back": f"/{self.face}/cases/{case.number}",
            "number": codes.show(case.number),
            "action": f"/{self.face}/requests/{case.number}",
            "public": f"/requests/{number}" if number else "",
            "shown": item.question is not None,
            "behind": item.answer is None and item.answered_on is not None,
            "embargo": item.embargo_until or "",
            "fields": fields,
            "locked": "" if read["question"] is not None else LOCKED,
            "marks": [(mark, words.REDACTIONS[why]) for mark, why in MARKS.items()],
            "documents": [
                (row.name, f"SHA-256 {row.sha256[:12]}…") for row in archive.documents_of(conn, item.id)
            ],
            "may_add": item.answered_on is not None,
            "refused": list(errors.values()),
            "document_error": errors.get("document", ""),
        }


LOCKED = phrase("Open the review key first, in the review room.")


def read_of(conn: Connection, case: Case, key: vault.Key | None) -> dict[str, str | None]:
    """Read the question and the newest answer as this person reads them: masked, for everybody."""
    talk = caseviews.conversation(conn, case.id, key)
    asked_for = [one.text for one in talk if one.said_by == "complainant" and one.purpose in READ["question"]]
    answers = [one.text for one in talk if one.purpose in READ["answer"]]
    whole = None if not asked_for or None in asked_for else "\n\n".join(text for text in asked_for if text)
    return {"question": whole, "answer": answers[-1] if answers else None}
