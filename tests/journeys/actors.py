"""Who acts in the journeys: residents with a phone or a browser, officers, a focal point, reviewers, the public.

Everybody comes by the doors that people use: residents by Twilio's signed webhooks and by forms, staff by the
pages of desk and review room. Nobody here calls casework.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyotp
import requests
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from channels import wiring
from channels.app import create_app
from channels.house import House
from channels.outgoing import delivery
from grievance.case import CASES
from grievance.notice import NOTICES, Notice
from grievance.vocabulary import NoticeState, Role, State
from tests import deployment, standin
from tests.deployment import NUMBER, PASSPHRASE, PASSWORD, Clock, Deployment, Keys
from tests.standin import Standin
from translations import family
from workflows.rulebook import Rulebook

A_MOMENT, HOURS_AT_ONCE = 2.0, 4
"""So long real processes have for what is due, in seconds, before a journey moves their clock on, and by how much."""
ON_ITS_WAY = (NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.SENT, NoticeState.UNKNOWN)
SITES = {"qorimayu": ("qorimayu", "yanaqaqa"), "illapa": ("illapa", "sajrapunku")}
CLAVE = re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b")
CASE_NUMBER = re.compile(r"\b\d{4}-\d{4}\b")
CODE = re.compile(r"(?:[Cc]onteste|[Cc]ódigo|[Cc]odigo|[Aa]nswer|[Cc]ode) (\d{4})\b")
TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PICTURE = re.compile(r'<img[^>]* src="([^"]*)"')
NONCE = re.compile(r'name="nonce" value="([0-9a-f]+)"')


class Refused(AssertionError):
    """A door said no where a journey expected a yes."""


@dataclass
class World:
    """One deployment in process, its telephone company, and a clock."""

    deployment: Deployment
    house: House
    app: Flask
    network: Standin
    clock: Any
    told: int = 0
    receipts: bool = True

    @property
    def worker(self) -> House:
        """The house of the process that sends."""
        return wiring.worker_house(self.house)

    def deliver(self) -> None:
        """Let everything leave that may leave now; the telephone company says that it arrived."""
        while delivery.drain(self.worker):
            self.report()
        self.report()

    def report(self) -> None:
        """Let the telephone company call back about what it took."""
        while self.receipts and self.told < len(self.network.taken):
            message = self.network.taken[self.told]
            self.told += 1
            self.network.call_back(message, "delivered")

    def pass_time(self, **span: float) -> None:
        """Let time pass; the clock's rounds run, and what is owed leaves."""
        self.clock.now += timedelta(**span)
        wiring.run_rounds(self.house)
        self.deliver()

    def until(self, condition: Any, *, days: int = 5) -> Any:
        """Let hours pass until a condition is met; a journey that waits in vain has failed."""
        for _ in range(days * 24):
            found = condition()
            if found:
                return found
            self.pass_time(hours=1)
        raise deployment.TooLate(f"{days} days passed in vain")

    def knock(self, path: str, form: Mapping[str, str]) -> int:
        """Knock as the telephone company does: a signed webhook; answers the status."""
        return signed_post(self, path, form).status_code

    def anybody(self) -> Any:
        """Open a browser that nobody used before."""
        return self.app.test_client()

    def cases(self, *where: Any) -> list[Any]:
        """Look at the cases, oldest first."""
        return deployment.rows(
            self.house.store, select(CASES).where(*where).order_by(CASES.c.received_on, CASES.c.id)
        )

    def on_its_way(self, number: str) -> list[Any]:
        """Look at the messages of a case that have not left yet."""
        mine = Notice.case == self.case(number).id, Notice.state.in_(("queued", "claimed"))  # type: ignore[attr-defined]
        return deployment.rows(self.house.store, select(Notice.id).where(*mine))  # type: ignore[call-overload]

    def case(self, number: str) -> Any:
        """Look at one case."""
        digits = number.replace("-", "")
        found = self.cases(CASES.c.number == digits)
        assert len(found) == 1, f"{number} is {len(found)} cases"
        return found[0]

    def look(self, statement: Any) -> list[Any]:
        """Read rows."""
        return deployment.rows(self.house.store, statement)

    def resident(self, phone: str = "", *, to: str = NUMBER) -> "Resident":
        """Meet somebody with a phone."""
        return Resident(self, phone or f"+519{secrets.randbelow(10**8):08}", to)

    def neighbour(self) -> "Browsing":
        """Meet somebody with a browser and no name."""
        return Browsing(self, self.anybody())

    def officer(self, login: str = "rosa", *, operator: str = "qorimayu") -> "Officer":
        """Employ an officer."""
        return Officer(
            self, "desk", login, self._hire(login, Role.OFFICER, operator=operator, sites=SITES[operator])
        )

    def reviewer(self, login: str = "ines") -> "Reviewer":
        """Appoint a reviewer, who has a passphrase."""
        return Reviewer(self, "review", login, self._hire(login, Role.REVIEWER))

    def focal_point(self, login: str = "pilar") -> "Reviewer":
        """Appoint a protection focal point."""
        return Reviewer(self, "review", login, self._hire(login, Role.FOCAL))

    def _hire(self, login: str, role: Role, **more: Any) -> str:
        return self.deployment.hire(login, role, **more).secret


@dataclass
class Browser:
    """A browser that talks to a real server; it follows no redirect by itself."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str) -> requests.Response:
        """Look at a page."""
        return self.session.get(self.url + path, allow_redirects=False, timeout=30)

    def post(self, path: str, data: Any) -> requests.Response:
        """Send a form."""
        return self.session.post(self.url + path, data=data, allow_redirects=False, timeout=30)


@dataclass
class RealWorld(World):
    """A deployment of real processes: nothing is moved by the test, everything is waited for."""

    web: str = ""
    desk: str = ""
    review: str = ""

    def deliver(self) -> None:
        """Leave it to the worker."""

    def pass_time(self, **span: float) -> None:
        """Move the clock of all processes; what falls due is theirs."""
        self.clock.now += timedelta(**span)

    def until(self, condition: Any, *, days: int = 5) -> Any:
        """Wait until a condition is met and all that was due has arrived, while hours pass: the house keeps its own."""
        for _ in range(days * 24 // HOURS_AT_ONCE):
            try:
                found = deployment.until(condition, within=A_MOMENT)
            except deployment.TooLate:
                self.pass_time(hours=HOURS_AT_ONCE)
            else:
                deployment.until(lambda: not self.look(self._due()), what="what is due to arrive")
                return found
        raise deployment.TooLate(f"{days} days passed in vain")

    def _due(self) -> Any:
        due = NOTICES.c.state.in_(ON_ITS_WAY) & (NOTICES.c.not_before <= self.clock.now)
        return select(NOTICES.c.id).where(due)

    def knock(self, path: str, form: Mapping[str, str]) -> int:
        """Knock at the web server."""
        return standin.post(self.web + path, form)

    def anybody(self) -> Any:
        """Open a browser at the public server."""
        return Browser(self.web)

    def officer(self, login: str = "rosa", *, operator: str = "qorimayu") -> "Officer":
        """Employ an officer, whose browser is at the desk's server."""
        made = super().officer(login, operator=operator)
        made.browser = Browser(self.desk)
        return made

    def reviewer(self, login: str = "ines") -> "Reviewer":
        """Appoint a reviewer, whose browser is at the review room's server."""
        made = super().reviewer(login)
        made.browser = Browser(self.review)
        return made


@contextmanager
def a_world(
    home: Any, database_url: str, keys: Keys, *, demo: bool = False, **settings: str
) -> Iterator[World]:
    """Found a deployment, with a telephone company and a clock that stands at noon of a Wednesday."""
    moved = Clock()
    with standin.running(now=moved) as network:
        founded = Deployment(home / "home", database_url, keys, api_base=network.url).prepare()
        house = founded.house(now=moved, **settings, **({"DEMO": "1"} if demo else {}))
        app = create_app(house)
        app.testing = False
        app.config["PROPAGATE_EXCEPTIONS"] = False
        world = World(founded, house, app, network, moved)
        network.on_status = partial(_call_back, world)
        yield world
        house.store.close()


def speaking(world: World, language: str) -> World:
    """Let a place speak one language more: a variety instead of the language it is one of, if it speaks that."""
    mechanism = world.house.rules.current
    if language in mechanism.languages:
        return world
    spoken = partial(_varied, language=language)
    changed = replace(
        mechanism, languages=spoken(mechanism.languages),
        channels=tuple(replace(one, languages=spoken(one.languages)) for one in mechanism.channels),
    )  # fmt: skip
    house = replace(world.house, rules=Rulebook(current=changed))
    spoken_there = replace(world, house=house, app=create_app(house))
    world.network.on_status = partial(_call_back, spoken_there)
    return spoken_there


def _varied(languages: tuple[str, ...], *, language: str) -> tuple[str, ...]:
    above = set(family(language)) - {language}
    return tuple(language if one in above else one for one in languages)


def _call_back(world: World, address: str, form: Mapping[str, str]) -> None:
    parts = urlsplit(address)
    signed_post(world, f"{parts.path}?{parts.query}", form)


def signed_post(world: World, path: str, form: Mapping[str, str], **headers: str) -> TestResponse:
    """Post a webhook, signed as Twilio signs."""
    signature = standin.sign(world.house.settings.base_url + path, form)
    return world.anybody().post(
        path, data=urlencode(form), content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature} | headers,
    )  # fmt: skip


@dataclass
class Resident:
    """Somebody with a phone."""

    world: World
    phone: str
    to: str
    read: int = 0

    def texts(self, words: str, *, sid: str = "", **fields: str) -> int:
        """Send a text message; what is owed at once arrives."""
        form = {
            "MessageSid": sid or f"SM{secrets.token_hex(16)}", "AccountSid": standin.ACCOUNT, "From": self.phone,
            "To": self.to, "Body": words, "NumMedia": "0", "NumSegments": "1",
        } | fields  # fmt: skip
        status = self.world.knock("/channels/twilio/sms", form)
        self.world.deliver()
        return status

    def inbox(self) -> list[str]:
        """Read every message on the phone, oldest first."""
        return [message["Body"] for message in self.world.network.taken if message["To"] == self.phone]

    def reads(self) -> str:
        """Read the newest message."""
        inbox = self.inbox()
        assert inbox, "no message has come"
        return inbox[-1]

    def waits_for(self, words: str, *, days: int = 5) -> str:
        """Wait for a message that says something and was not waited for before."""

        def found() -> str | None:
            for place, text in enumerate(self.inbox()):
                if place >= self.read and words in text:
                    self.read = place + 1
                    return text
            return None

        return str(self.world.until(found, days=days))

    def reads_of(self, words: str) -> str:
        """Find the newest message that says something."""
        return next(text for text in reversed(self.inbox()) if words in text)

    @property
    def number(self) -> str:
        """The case number of the newest receipt."""
        return next(CASE_NUMBER.findall(text)[0] for text in reversed(self.inbox()) if CLAVE.search(text))

    @property
    def clave(self) -> str:
        """The newest clave on the phone."""
        return next(CLAVE.findall(text)[0] for text in reversed(self.inbox()) if CLAVE.search(text))

    @property
    def code(self) -> str:
        """The newest code on the phone."""
        return next(CODE.findall(text)[-1] for text in reversed(self.inbox()) if CODE.search(text))

    def answers(self, words: str) -> int:
        """Answer our last message with its code."""
        return self.texts(f"{self.code} {words}".strip())


@dataclass
class Browsing:
    """Somebody with a browser."""

    world: World
    browser: Any
    clave: str = ""
    number: str = ""
    page: str = ""

    def complains(
        self, text: str, *, site: str = "", theme: str = "", place: str = "", nonce: str = "", **more: str
    ) -> int:
        """Fill in the form; the page that answers shows clave and number."""
        drawn = NONCE.findall(self.browser.get("/complain").text)[0]
        form = {"text": text, "site": site, "theme": theme, "place": place, "nonce": nonce or drawn} | more
        answer = self.browser.post("/complain", data=form)
        self.page = answer.text
        if found := CLAVE.findall(_words(answer.text)):
            self.clave, self.number = found[0], CASE_NUMBER.findall(_words(answer.text))[0]
        return answer.status_code

    def gets_the_pictures(self) -> None:
        """Fetch the pictures of the page, as a browser does that got all of it."""
        for address in PICTURE.findall(self.page):
            assert self.browser.get(address).status_code == 200

    def follows(self, clave: str = "") -> int:
        """Open the case with the clave."""
        answer = self.browser.post("/follow", data={"clave": clave or self.clave})
        self.page = answer.text
        return answer.status_code

    def does(self, action: str, **form: str) -> int:
        """Press a button of the opened case."""
        token = TOKEN.findall(self.page)[0]
        answer = self.browser.post(f"/follow/{action}", data={"token": token, **form})
        self.page = answer.text
        return answer.status_code

    def sees(self) -> str:
        """Read the page as words."""
        return _words(self.page)


FORBIDDEN = 403


@dataclass
class Staff:
    """Somebody who signs in."""

    world: World
    face: str
    login: str
    secret: str
    browser: Any = field(init=False)
    page: str = ""
    csrf: str = ""
    used: Any = None

    def __post_init__(self) -> None:
        self.browser = self.world.anybody()

    def signs_in(self, **more: str) -> None:
        """Sign in with password and code; a code works once, so some time passes first."""
        self.world.clock.now += timedelta(seconds=31)
        self.csrf = CSRF.findall(self.browser.get(f"/{self.face}/login").text)[0]
        code = pyotp.TOTP(self.secret).at(self.world.clock.now)
        form = {
            "name": self.login,
            "password": PASSWORD,
            "code": code,
            "passphrase": PASSPHRASE,
            "csrf_token": self.csrf,
        }
        answer = self.browser.post(f"/{self.face}/login", data=form | more)
        self.page = answer.text
        if answer.status_code not in (302, 303) and not more:
            raise Refused(f"{self.login} could not sign in: {answer.status_code}\n{_words(answer.text)}")

    def gets(self, path: str) -> TestResponse:
        """Look at a page, signing in first where that is needed."""
        answer = self.browser.get(path)
        if answer.status_code in (302, 303) and answer.headers["Location"].endswith("/login"):
            self.signs_in()
            answer = self.browser.get(path)
        self.page = answer.text
        return answer

    def posts(self, path: str, **form: Any) -> TestResponse:
        """Send a form of a page, signing in first where that is needed."""
        if not self.csrf:
            self.signs_in()
        answer = self._post(path, form)
        if answer.status_code == FORBIDDEN:  # whoever is not signed in any more may send nothing
            self.signs_in()
            answer = self._post(path, form)
        self.page = answer.text
        return answer

    def _post(self, path: str, form: Mapping[str, Any]) -> TestResponse:
        sent: TestResponse = self.browser.post(path, data={"csrf_token": self.csrf, **form})
        return sent

    def sees(self, number: str) -> bool:
        """Tell whether a case stands in the list."""
        assert self.gets(f"/{self.face}?view=all").status_code == 200
        return number in self.page

    def opens(self, number: str) -> str:
        """Open a case, which is recorded, and read its page."""
        self._takes_up(number)
        return _words(self.gets(f"/{self.face}/cases/{number.replace('-', '')}").text)

    def tries(self, key: str, number: str, **form: Any) -> TestResponse:
        """Take a step of a case by its form, whatever comes of it."""
        self._takes_up(number)
        return self.posts(f"/{self.face}/cases/{number.replace('-', '')}/steps/{key}", step=key, **form)

    def _takes_up(self, number: str) -> None:
        answer = self.posts(f"/{self.face}/cases/{number.replace('-', '')}/open")
        if answer.status_code not in (302, 303):
            raise Refused(f"{self.login} could not open {number}: {answer.status_code}")

    def does(self, key: str, number: str, **form: Any) -> None:
        """Take a step of a case by its form."""
        answer = self.tries(key, number, **form)
        if answer.status_code not in (302, 303):
            errors = re.findall(r'<ul class="reasons">(.*?)</ul>', answer.text, re.DOTALL)
            raise Refused(f"{key} of {number}: {answer.status_code}: {' '.join(map(_words, errors))}")

    def waits_for(self, number: str) -> None:
        """Wait until a case stands in the list."""
        self.world.until(lambda: self.sees(number))


@dataclass
class Officer(Staff):
    """A case officer, at the desk of one operator."""

    def acknowledges(self, number: str) -> None:
        """Tell the person that somebody has it."""
        self.does("acknowledge", number)

    def assesses(
        self, number: str, *, severity: str = "medium", issues: int = 1, summary: str = "Agua turbia"
    ) -> None:
        """Say how serious it is, and what is asked."""
        self.does("assess", number, flags="none", severity=severity, issues=str(issues), text=summary)

    def investigates(self, number: str) -> None:
        """Open the investigation."""
        self.does("investigate", number)

    def hears(self, number: str) -> None:
        """Offer to be heard."""
        self.does("hear", number)

    def visits(self, number: str) -> None:
        """Say that somebody was there today."""
        rules = self.world.house.rules
        today = rules.calendar(rules.current.version, site=None).site_date(self.world.clock.now)
        self.does("visit", number, went="visit", visited_on=today.isoformat(), text="Vimos el lugar.")
        self.world.until(lambda: not self.world.on_its_way(number))

    def proposes(self, number: str, text: str, *commitments: str) -> None:
        """Propose an answer, with what is promised for six weeks from now."""
        due = (self.world.clock.now + timedelta(days=42)).date().isoformat()
        offers = {f"commitment_{n}": what for n, what in enumerate(commitments, 1)}
        offers |= {f"due_{n}": due for n in range(1, len(commitments) + 1)}
        outcome = "commitments" if commitments else "explanation"
        if "Decir si alguien visitó el lugar" in self.opens(number):
            self.visits(number)
        self.does("propose", number, text=text, answered="1", evidence="visit", outcome=outcome, **offers)

    def answers(self, number: str, text: str, *commitments: str, severity: str = "medium") -> None:
        """Do all that leads from a case in the list to a proposal, one step after the other."""
        self.waits_for(number)
        self.acknowledges(number)
        self.assesses(number, severity=severity)
        self.investigates(number)
        self.hears(number)
        self.proposes(number, text, *commitments)

    def carries_out(self, number: str) -> None:
        """Begin carrying the agreement out."""
        self.does("carry_out", number)

    def keeps_the_promise(self, number: str) -> None:
        """Say that the one commitment is done."""
        page = self.gets(f"/desk/cases/{number.replace('-', '')}").text
        which = re.findall(
            r'name="commitment"[^>]*value="([0-9a-f]{32})"|value="([0-9a-f]{32})"[^>]*name="commitment"', page
        )
        self.does("keep", number, commitment="".join(which[0]), proof="visit")

    def learns(self, number: str) -> None:
        """Record the cause and the lesson."""
        lesson = {
            "contractor": "no",
            "preventable": "yes",
            "lesson": "written",
            "text": "Revisar el canal cada mes.",
        }
        self.does("learn", number, root_cause="maintenance", **lesson)

    def writes_the_closing_letter(self, number: str, text: str) -> None:
        """Send the closing letter."""
        self.does("closing_letter", number, text=text)

    def closes(self, number: str) -> None:
        """Close the case."""
        self.does("close", number)


@dataclass
class Reviewer(Staff):
    """Somebody of the third party, in the review room."""

    def routes(self, number: str, operator: str, site: str, *, release: bool = True) -> None:
        """Route a case to an operator's site."""
        self.does("route", number, place=f"{operator}/{site}", release="yes" if release else "no")


def closed_by_their_word(world: World, resident: Resident, officer: Officer) -> str:
    """Walk one case the whole way, from the first text to the closing that the resident's word allows."""
    resident.texts("El agua sale turbia desde el lunes en Huaylluray")
    resident.waits_for("lave")
    number = resident.number
    agreed_by_talking(world, resident, officer)
    carried_out_and_closed(resident, officer, number)
    assert world.case(number).state == State.CLOSED
    return number


def proposed(world: World, resident: Resident, officer: Officer, *, severity: str = "medium") -> str:
    """Walk a case that was received to its first proposal."""
    number = resident.number
    officer.waits_for(number)
    officer.acknowledges(number)
    resident.waits_for("una persona ya lo tiene")
    officer.assesses(number, severity=severity)
    officer.investigates(number)
    officer.hears(number)
    resident.waits_for("queremos escucharle")
    officer.proposes(number, "Arreglamos la tubería rota.", "Cambiar la tubería")
    resident.waits_for("1 Acepto")
    world.pass_time(hours=1)
    return number


def agreed_by_talking(world: World, resident: Resident, officer: Officer) -> None:
    """No, let us talk; a new proposal; yes."""
    number = proposed(world, resident, officer)
    assert resident.answers("no, hablemos") == 200
    world.until(lambda: world.case(number).state == State.IN_DIALOGUE)
    officer.proposes(
        number, "Cambiamos la tubería y damos agua mientras tanto.", "Cambiar la tubería y dar agua"
    )
    resident.waits_for("1 Acepto")
    world.pass_time(hours=1)
    resident.answers("1")
    world.until(lambda: world.case(number).state == State.AGREED)


def carried_out_and_closed(resident: Resident, officer: Officer, number: str) -> None:
    """What was agreed is done, the person confirms it, and the case closes after its letter."""
    world = resident.world
    officer.carries_out(number)
    officer.keeps_the_promise(number)
    resident.waits_for("dice que ya cumpli")
    world.pass_time(hours=1)
    resident.answers("1")
    world.until(lambda: world.case(number).state == State.VERIFIED)
    officer.learns(number)
    officer.writes_the_closing_letter(number, "La tubería es nueva y el agua sale clara.")
    resident.waits_for("sale clara")
    officer.closes(number)


def _words(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))
