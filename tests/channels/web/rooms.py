"""A deployment with a desk and a review room for tests: its people sign in by form, its clock stands until moved."""

import os
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select

from channels import staffing
from channels.app import create_app
from channels.house import House
from channels.incoming import sealing
from grievance import case as cases
from grievance import reviewkeys, settings, vault
from grievance.complainant import Complainant
from grievance.keyring import Ring
from grievance.moment import SEED, Moment
from grievance.notice import NOTICES
from grievance.store import Store
from grievance.vocabulary import Role, Step
from tests.factories import NOON, papers
from workflows import casework
from workflows.clockwork import rounds
from workflows.criterion import Actor
from workflows.knowing.reading import first_publics
from workflows.rulebook import Rulebook

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

PASSWORD = "una montaña de sal"
PASSPHRASE = "siete llamas cruzan el puente"
NARRATIVE = "El agua del canal sale turbia y mi tío Anselmo 987654321 lo vio"
MASKED = "El agua del canal sale turbia y mi tío [nombre]"
PERSON = Actor(Role.COMPLAINANT, credential="clave")


class Rooms:
    """A house with desk and review, and what people do in it."""

    def __init__(self, store: Store, rules: Rulebook, ring: Ring, reviewers: dict[str, str]) -> None:
        public, files = reviewkeys.draw(reviewers, log_n=10)
        kept = {name: value for name, value in ring.secrets.items() if name != "reviewer"}
        ring = Ring(ring.processes, {**kept, **files}, {**ring.publics, vault.REVIEW: public})
        env = {
            "GRIEVANCE_FACES": "desk,review",
            "GRIEVANCE_BATCHES": "9,15",
            "GRIEVANCE_DATABASE_URL": store.url,
        }
        self.now = NOON
        self.house = House(settings.load(env), store, ring, rules, now=lambda: self.now)
        self.secrets: dict[str, str] = {}
        self.app: Flask = create_app(self.house)
        self.app.config["WTF_CSRF_ENABLED"] = False

    def moment(self) -> Moment:
        return Moment(self.now, os.urandom(SEED))

    def hire(self, login: str, role: Role = Role.OFFICER, operator: str | None = "qorimayu") -> str:
        sites = [site.key for site in self.house.rules.current.sites_of(operator)] if operator else []
        given = staffing.add(
            self.house.store,
            self.house.ring,
            login=login,
            role=role,
            operator=operator,
            sites=sites,
            password=PASSWORD,
            rules=self.house.rules,
            moment=self.moment(),
        )
        self.secrets[login] = given.secret
        self.house.store.transact(lambda conn: papers(conn, given.id, role=role, on=self.now.date()))
        return given.id

    def code(self, login: str) -> str:
        return pyotp.TOTP(self.secrets[login]).at(self.now)

    def sign_in(self, login: str, *, face: str = "desk", **other: str) -> "Visitor":
        visitor = Visitor(self.app.test_client(), face)
        typed = {
            "name": login,
            "password": PASSWORD,
            "code": self.code(login),
            "passphrase": PASSPHRASE,
        } | other
        visitor.answer = visitor.client.post(f"/{face}/login", data=typed)
        return visitor

    def restart(self, visitor: "Visitor") -> None:
        cookie = visitor.client.get_cookie(visitor.face)
        assert cookie is not None
        self.app = create_app(self.house)
        self.app.config["WTF_CSRF_ENABLED"] = False
        visitor.client = self.app.test_client()
        visitor.client.set_cookie(visitor.face, cookie.value)

    def later(self, **span: int) -> None:
        self.now += timedelta(**span)

    def somebody(self) -> str:
        at = self.moment()
        row = {
            "id": at.id("person"),
            "gateway": "simulator",
            "address": at.id("address"),
            "language": "es",
            "since": at.now.date(),
            "pseudonym": at.draw("pseudonym", 32),
            "stopped_on": None,
        }
        self.house.store.transact(lambda c: c.execute(Complainant.__table__.insert(), row))
        return row["id"]

    def complain(
        self,
        words: str = NARRATIVE,
        *,
        operator: str | None = "qorimayu",
        protected: bool = False,
        room: str = "",
        by: str | None = None,
        theme: str | None = "water",
    ) -> str:
        room = room or ("review" if protected or operator is None else "desk")
        publics = self.house.ring.publics
        readers = first_publics(publics, room=room, operator=operator, protected=protected)
        said = sealing.said(
            words,
            by="complainant",
            purpose="narrative",
            readers=readers,
            original={vault.REVIEW: publics[vault.REVIEW]},
        )
        complaint = casework.Complaint(
            channel="sms",
            language="es",
            said=(said,),
            room=room,
            operator=operator,
            site=operator,
            theme=theme,
            protected=protected,
            complainant=by,
        )
        at = self.moment()
        return self.house.store.transact(
            lambda c: casework.receive(c, complaint, rules=self.house.rules, at=at)
        ).number

    def case(self, number: str) -> cases.Case:
        found = self.house.store.read(lambda c: cases.by_number(c, number))
        assert found is not None
        return found

    def person(self, number: str, step: Step, **facts: object) -> casework.Outcome:
        case_id, at = self.case(number).id, self.moment()
        doing = casework.Doing(facts=facts)
        return self.house.store.transact(
            lambda c: casework.take(
                c, case_id, step, actor=PERSON, rules=self.house.rules, at=at, doing=doing
            )
        )

    def everything_reaches(self, number: str, *, days_ago: int = 0) -> None:
        case_id, at = self.case(number).id, self.moment()
        by = at.now - timedelta(days=days_ago)

        def work(conn: object) -> None:
            ids = list(conn.execute(select(NOTICES.c.id).where(NOTICES.c.case == case_id)).scalars())
            rounds.note_reached(conn, ids, rules=self.house.rules, at=at, by=by)

        self.house.store.transact(work)

    def at(self, moment: datetime) -> None:
        self.now = moment

    def with_ring(self, ring: Ring) -> House:
        return replace(self.house, ring=ring)


class Visitor:
    """A browser at one of the rooms."""

    def __init__(self, client: FlaskClient, face: str) -> None:
        self.client = client
        self.face = face
        self.answer: TestResponse

    def see(self, path: str = "") -> str:
        self.answer = self.client.get(f"/{self.face}{path}")
        return self.answer.get_data(as_text=True)

    def open(self, number: str) -> str:
        self.answer = self.client.post(f"/{self.face}/cases/{number}/open", follow_redirects=True)
        return self.answer.get_data(as_text=True)

    def step(self, number: str, key: str, **typed: object) -> str:
        self.answer = self.client.post(
            f"/{self.face}/cases/{number}/steps/{key}", data=typed, follow_redirects=True
        )
        return self.answer.get_data(as_text=True)

    def takes_up(self, number: str) -> None:
        """Open a case, without looking at it: to make its page takes several times as long as to open it."""
        self.answer = self.client.post(f"/{self.face}/cases/{number}/open")

    def takes(self, number: str, key: str, **typed: object) -> None:
        """Take a step, without looking at what the page says then."""
        self.answer = self.client.post(f"/{self.face}/cases/{number}/steps/{key}", data=typed)

    @property
    def status(self) -> int:
        return self.answer.status_code


def shown(number: str) -> str:
    return f"{number[:4]}-{number[4:]}"


def words_of(page: str) -> str:
    """What a person reads on a page, without the marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def without_token(page: str) -> str:
    """Take out what guards a form: it bears the second in which its page was made."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)
