"""Requests for information in the simulated world: a few a month, answered in the proportions Mexico published.

Of 2,317 requests to one body: outside the law 922, delivered 650, public already 437 and where to find it 22,
not competent 119, asked back 61, confidential 26, not held 24, reserved 35.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from channels.incoming import sealing
from channels.simulation import words
from channels.simulation.lives import Story
from channels.simulation.people import PhonePerson, WebPerson
from channels.simulation.plans import Plan
from channels.simulation.world import Life, World
from channels.web.staff.requestdesk import read_of
from grievance import vault
from grievance.mechanism import Operator
from grievance.register import By
from grievance.vocabulary import ANSWERED_ON_TIME, FLAGS, Sense, State, Step
from reports.month import Month
from workflows import requests
from workflows.requests import NotPublished

MOST_A_MONTH = 2
ANSWERS = (
    ("refused_other", 922), ("full", 650), ("publicly_available", 459), ("not_competent_redirected", 119),
    ("partial", 61), ("reserved", 35), ("confidential", 26), ("not_held", 24),
)  # fmt: skip
ASKED_BACK = 61 / 2317
"""How many were asked to say more before they were answered."""
KEPT_BACK = {"refused_other": "law_forbids", "confidential": "trade_secret", "reserved": "court_case"}
QUESTIONS = (
    ("¿Cuánta agua saca la mina cada mes y de dónde?",
     "Sacamos 38 litros por segundo, de dos pozos. La tabla del año está en el archivo."),
    ("Quiero el resultado del último monitoreo del río en {place}",
     "El resultado del trimestre está en el archivo, punto por punto."),
    ("¿Cuántas personas de {place} trabajan en la mina y en sus contratistas?",
     "De la zona trabajan 61 personas en la mina y 153 en contratistas."),
    ("Pido el plan de cierre de la mina y cuánto dinero hay guardado para eso",
     "El plan aprobado dice las obras y la garantía. El resumen está en el archivo."),
    ("¿Qué días y a qué hora son las voladuras este mes?",
     "Son los martes y viernes al mediodía. El calendario está en el archivo."),
    ("¿Cuánto se gastó en obras para {place} el año pasado y en qué?",
     "La lista de obras con sus montos está en el archivo."),
    ("Quiero ver el convenio que firmaron con {place}",
     "El convenio está en el archivo, sin los datos de quienes firmaron."),
    ("¿Cuántos camiones pasan por día por {place} y a qué velocidad?",
     "Pasan en promedio 92 por día. Las velocidades medidas están en el archivo."),
)  # fmt: skip
"""What is asked, and what whoever has it answers."""
OTHERWISE = {
    "publicly_available": "Eso ya está publicado en el informe anual. Puede verlo en la oficina y en la página.",
    "refused_other": "La ley no nos pide hacer ese documento. Puede pedir que lo vea alguien independiente.",
    "not_competent_redirected": "Eso lo tiene la autoridad del agua. Pídalo allí: no cuesta nada.",
    "confidential": "Eso es un secreto comercial de un proveedor. Puede pedir que lo vea alguien independiente.",
    "reserved": "Eso está en un juicio. Cuando termine lo puede pedir de nuevo.",
    "not_held": "Lo buscamos y no lo tenemos: nunca se midió.",
    "partial": "Le damos los meses que están medidos. Los otros no se midieron.",
}
TABLE = "mes,medido\n2026-01,38\n2026-02,37\n2026-03,39\n"
WITH_A_TABLE = frozenset({"full", "partial"})
LOOKED_AGAIN = "La vimos de nuevo y le damos lo que faltaba."
THANKS = "Cerramos su pedido con su palabra. La respuesta queda para todos en el archivo."
_REVIEWED, _PUBLISHED, _EMBARGOED, _BY_PHONE = 0.12, 0.9, 0.08, 0.4


@dataclass(frozen=True, slots=True)
class Asking:
    """How one request is going to be."""

    question: str
    answer: str
    answer_type: str
    reviewed: bool
    published: bool
    embargo: str


def of_month(
    world: World, operator: Operator, month: Month, rng: random.Random
) -> Iterator[tuple[Plan, Asking, date]]:
    """Draw the requests of an operator's month: two at most."""
    mechanism = world.house.rules.current
    number = next(
        (c.number for c in mechanism.channels if c.kind == "sms" and c.operator == operator.key), ""
    )
    for _ in range(rng.choice((0, 1, 1, MOST_A_MONTH))):
        site = rng.choice(mechanism.sites_of(operator.key))
        place = rng.choice(mechanism.zones_of(site.key)).name
        question, answer = rng.choice(QUESTIONS)
        kind = rng.choices([k for k, _ in ANSWERS], [w for _, w in ANSWERS])[0]
        asking = Asking(
            question=question.format(place=place), answer=OTHERWISE.get(kind, answer), answer_type=kind,
            reviewed=rng.random() < _REVIEWED, published=rng.random() < _PUBLISHED,
            embargo="30" if rng.random() < _EMBARGOED else "",
        )  # fmt: skip
        phone = bool(number) and rng.random() < _BY_PHONE
        plan = Plan(
            operator=operator.key, site=site.key, place=place, theme="other", course="request",
            door="phone" if phone else "web", to=number, own=f"+51901{rng.randint(0, 999_999):06d}",
        )  # fmt: skip
        yield plan, asking, month.first_day + timedelta(days=rng.randint(0, month.last_day.day - 1))


def life(world: World, plan: Plan, asking: Asking) -> Life:
    """Live one request until it is answered and closed."""
    yield from _Request(world, plan, asking).live()


class _Request(Story):
    """One request with the people around it."""

    def __init__(self, world: World, plan: Plan, asking: Asking) -> None:
        super().__init__(world, plan)
        self.asking = asking

    def live(self) -> Life:
        """Ask, be answered, and say whether that is enough."""
        self._ask()
        self.room = self._in_hands_of(self.officer)
        if self.room.case.protected:  # a word sounded like danger: then it is a grievance
            yield from self._protected()
            return
        if self.room.case.room == "review":
            yield from self._to_the_desk()
            if self.here.case.room == "review":
                return
        yield self.office(0.6, 1)
        self.here.take(Step.OPEN)
        self.here.take(Step.ACKNOWLEDGE)
        quick = self.asking.answer_type in ANSWERED_ON_TIME
        for _ in range(4):
            yield self.office(1, 1 if quick else 3)
            self._look()
            self._assess()
            if self._is_at(State.ASSESSED):
                break
        self.here.take(Step.INVESTIGATE)
        self._publish(answered=False)
        if not quick and self.world.chance(ASKED_BACK):
            yield from self._asked()
            yield self.free(0, 1)
        if not quick:
            yield self.office(2, 16)
        self._answer(self.asking.answer_type, self.asking.answer)
        if self.asking.published:
            self._publish(answered=True)
        if not self._is_at(State.PROPOSED):
            return
        if self.asking.reviewed:
            yield from self._decides("review", 1, 6)
            yield self.office(4, 12)
            self._answer("partial", LOOKED_AGAIN)
            self._publish(answered=True)
        yield from self._decides("accept", 1, 8)
        yield self.office(1, 2)
        self.here.letter(THANKS)
        yield self.office(1, 2)
        self._look()
        self.here.take(Step.CLOSE, facts={"sense": str(Sense.EXPLAINED_ACCEPTED)})

    def _ask(self) -> None:
        if self.plan.door == "phone":
            phone = PhonePerson(self.world, own=self.plan.own, to=self.plan.to)
            phone.file(f"PREGUNTA {self.asking.question}")
            self.person = phone
            return
        person = WebPerson(self.world, site=self.plan.site)
        person.ask(self.asking.question, wait=self.asking.embargo)
        self.person = person

    def _assess(self) -> None:
        facts = {"flags": dict.fromkeys(FLAGS, False), "issues": 1, "severity": "low"}
        self.here.take(
            Step.ASSESS,
            facts=facts,
            text=words.OF_A_REQUEST.format(question=self.asking.question),
            purpose="summary",
        )

    def _answer(self, kind: str, text: str) -> None:
        facts = {"answer_type": kind, "answered": [1], "evidence": ["document"], "explanation_only": True}
        if kind in KEPT_BACK:
            facts["legal_reason"] = KEPT_BACK[kind]
        if kind == "not_competent_redirected":
            facts["body"] = self.world.house.rules.current.outside_routes[0].key
        outcome = self.here.take(Step.PROPOSE, facts=facts, text=text, purpose="proposal", outgoing=True)
        late = outcome is not None and any(refusal.guard == "G16c" for refusal in outcome.refusals)
        if late:
            self._answer("full", "Lo buscamos nosotros, y se lo damos en el archivo.")

    def _publish(self, *, answered: bool) -> None:
        """An officer looks at the words and publishes them as they are; the answer comes with a table at times."""
        world, case = self.world, self.here.case
        key = world.house.ring.key(f"desk.{self.plan.operator}", vault.desk(self.plan.operator))
        by = By("officer", self.officer.id, self.calendar.site_date(world.clock.at), case.procedure_version)
        places = sealing.place_names(world.house.rules.current)
        at = world.house.moment()

        def work(conn: Connection) -> None:
            read = read_of(conn, case, key)
            question, answer = read["question"] or "", read["answer"] if answered else None
            requests.publish(
                conn, case, question=(question, question), answer=(answer, answer) if answer else None, by=by, at=at,
                places=places,
            )  # fmt: skip

        def add(conn: Connection) -> None:
            requests.add_document(
                conn, case, name="tabla.csv", body=TABLE.encode(), by=by, at=world.house.moment()
            )

        try:
            world.house.store.transact(work)
            if answered and self.asking.answer_type in WITH_A_TABLE:
                world.house.store.transact(add)
        except NotPublished:
            return
