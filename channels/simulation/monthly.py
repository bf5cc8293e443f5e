"""What people of the simulated world write beside the figures of a month, in the days before it is published."""

import os
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Protocol

from sqlalchemy import Connection, Row

from channels.incoming import sealing
from channels.simulation.world import World
from channels.web.pages.access import Person
from grievance import register, vault
from grievance.vocabulary import Clock
from reports.beside import ownacts, scorecard
from reports.measuring import figures, own
from reports.month import Month
from reports.tables import ALL, TIMELINESS, Cell, Table
from workflows.registry import draftrounds
from workflows.registry.draftrounds import SHOWN
from workflows.registry.reportbook import DONE, KEPT, OPEN

WRITTEN_ON = 5
"""The day of the month on which people write about the month before."""
A_VERDICT_EVERY = 6
_ANSWER = str(Clock.ANSWER)
OFTEN, MOSTLY = 0.65, 0.8
A_PLAN = timedelta(days=40)
CONFIRMED_AFTER = timedelta(days=8)
COMMENTED_ON = (2, 4, 9)
READ_ON = (10, 11)
HAPPENED: tuple[tuple[str, str, str], ...] = (
    ("rain", "Llovió más de lo habitual y el camino a la puna estuvo cortado.", "Servicio de meteorología"),
    ("stoppage", "Hubo un paro regional y la oficina no abrió.", "Radio local"),
    ("assembly", "La asamblea acordó nuevos horarios para los camiones.", "Acta de la asamblea"),
    ("works", "Hubo voladuras en el frente norte, avisadas por radio.", "Aviso de la empresa"),
    ("network", "La antena del valle estuvo caída varios días.", "Operador de telefonía"),
    ("festivity", "Fueron las fiestas patronales y mucha gente viajó.", "Municipalidad"),
)
STATEMENTS = (
    "Revisamos casos elegidos al azar. Los plazos estaban bien contados y las respuestas, escritas con claridad.",
    "Los plazos estaban bien contados. Pedimos que las respuestas digan también qué se hará y cuándo.",
    "Las fechas coinciden con el registro. Faltó avisar a tiempo cuando un plazo se extendía.",
)
COMPANIES = (
    "Las visitas de campo se atrasaron por el estado del camino. Ya se contrató otro vehículo.",
    "Desde este mes las respuestas las revisa también el área de medio ambiente.",
    "Nos comprometemos a contestar antes en temporada de siembra.",
)
PLANS: Mapping[str, tuple[str, str, str]] = {
    "legitimate": ("Faltó gente de las comunidades en la última reunión de la mesa.",
                   "La mesa se reúne en la zona y con aviso de dos semanas.", "coordination"),
    "accessible": ("No se llegó a todos los lugares por el camino cortado.",
                   "Avisos por radio dos veces a la semana mientras no haya paso.", "coordination"),
    "predictable": ("Las respuestas esperaban la visita de campo y nadie avisaba del atraso.",
                    "Turno de lectura los sábados, y la visita se agenda al recibir la queja.", "community_relations"),
    "equitable": ("No siempre se ofreció escuchar antes de contestar.",
                  "El formulario pide ahora la fecha en que se ofreció.", "community_relations"),
    "transparent": ("El informe salió tarde por un corte de la red.",
                    "Se publica desde la oficina regional cuando no hay red.", "coordination"),
    "rights_compatible": ("Los compromisos dependían de un contratista sin plazo.",
                          "El contrato dice ahora el plazo y quién responde.", "contracts"),
    "learning": ("Las acciones de mejora no tenían presupuesto propio.",
                 "Cada acción lleva desde ahora su presupuesto y su fecha.", "operations"),
    "dialogue": ("Las consultas se contestaban solo en la asamblea siguiente.",
                 "Se contesta por escrito en el mes, y se lee por radio.", "coordination"),
}  # fmt: skip
"""By criterion: why it was not met, what will be done, who answers for it."""
SAID = (
    "Que digan por radio cuántos días tarda cada respuesta.",
    "El polvo sigue igual cerca de la escuela, el plan no dice desde cuándo riegan.",
    "Está bien que publiquen los motivos. Falta decir quién revisa los camiones.",
    "Pedimos que las reuniones sean de tarde, cuando volvemos del campo.",
)


class Hand(Protocol):
    """Somebody of the staff who writes in a register."""

    @property
    def person(self) -> Person:
        """Who it is."""
        ...

    def write(self, key: str, state: str, item: str = "", **answers: object) -> str:
        """Write a line."""
        ...


def beside_a_month(world: World, day: date, *, reviewer: Hand, officers: Sequence[Hand]) -> None:
    """Write what belongs to this day: words about the month before, plans, comments on its draft, what became of plans."""
    # Chance of its own, so that the lives of others go on as they did before anybody wrote here.
    rng = Random(f"beside {day}")  # noqa: S311  a simulation
    if day.day == WRITTEN_ON:
        _words(world, rng, day, reviewer, officers)
    if day.day in COMMENTED_ON:
        for month in draftrounds.months_open(day, rules=world.house.rules):
            _comment(world, day, month, rng.choice(SAID))
    if day.day in READ_ON and world.review is not None:
        for row in world.house.store.read(draftrounds.waiting):
            _read(world, reviewer, row, world.review)
    _plans(world, rng, day, reviewer, officers)


def _words(world: World, rng: Random, day: date, reviewer: Hand, officers: Sequence[Hand]) -> None:
    about = (day.replace(day=1) - timedelta(days=1)).isoformat()[:7]
    what, text, source = rng.choice(HAPPENED)
    happened = day.replace(day=1) - timedelta(days=rng.randint(1, 25))
    reviewer.write("context", "written", month=about, held_on=happened, what=what, text=text, source=source)
    reviewer.write("statement", "written", month=about, text=rng.choice(STATEMENTS))
    if day.month % A_VERDICT_EVERY == 1:
        reviewer.write("verdict", "written", month=about, criterion="transparent", result="partly",
                       text="El informe salió a tiempo, pero sin audio en aimara.")  # fmt: skip
    for officer in officers:
        if rng.random() < OFTEN:
            officer.write("company_comment", "written", month=about, text=rng.choice(COMPANIES))
    for criterion in _missed(world, Month.parse(about)):
        reason, plan, owner = PLANS[criterion]
        if rng.random() < MOSTLY:
            who = reviewer if owner == "coordination" else rng.choice(officers)
            who.write("plan", OPEN, month=about, criterion=criterion, reason=reason, plan=plan, owner=owner,
                      until=day + A_PLAN)  # fmt: skip


def _missed(world: World, month: Month) -> list[str]:
    """Which criteria will be missed, as far as those who write can know before the gate has looked."""
    rules = world.house.rules

    def look(conn: Connection) -> list[str]:
        ended = figures.read(conn, month, rules=rules).times[ALL, _ANSWER].ended
        answers = Table(TIMELINESS, tuple(Cell((ALL, _ANSWER, ending), n) for ending, n in ended.items()))
        done = ownacts.read(conn, month, rules=rules, today=month.next.first_day)
        rows = scorecard.score(month, (answers, *own.tables(conn, month, rules=rules)), done, ())
        return [row.measure.criterion for row in rows if row.is_missed]

    return world.house.store.read(look)


def _plans(world: World, rng: Random, day: date, reviewer: Hand, officers: Sequence[Hand]) -> None:
    """Those who owe a plan say that it is done, and the reviewer that it was kept; some are forgotten."""
    by_operator = {officer.person.operator: officer for officer in officers}
    for row in world.house.store.read(lambda conn: register.items(conn, "plan", states=(OPEN, DONE))):
        officer = by_operator.get(row.operator)
        if row.state == OPEN and row.until == day and officer is not None and rng.random() < MOSTLY:
            officer.write("plan", DONE, item=row.id)
        elif row.state == DONE and day - row.noted_on >= CONFIRMED_AFTER:
            reviewer.write("plan", KEPT, item=row.id)


def _comment(world: World, day: date, month: str, words: str) -> None:
    """Somebody says something of a draft, without a name."""
    house = world.house
    readers = {vault.REVIEW: house.ring.public(vault.REVIEW)}
    sealed = vault.seal(words, text_id=os.urandom(16).hex(), field=draftrounds.KEY, readers=readers)
    sending = house.moment().id("comment")
    house.store.transact(
        lambda conn: draftrounds.receive(conn, month, sealed, sending=sending, today=day, rules=house.rules)
    )


def _read(world: World, reviewer: Hand, row: Row[Any], key: vault.Key) -> None:
    """The reviewer covers names, and everybody may read it."""
    house = world.house
    words = house.store.read(lambda conn: vault.read(conn, row.words, key))
    text = draftrounds.covered(words, (), places=sealing.place_names(house.rules.current))
    by, at = reviewer.person.actor, house.moment()
    house.store.transact(
        lambda conn: draftrounds.decide(conn, row.id, SHOWN, text=text, by=by, rules=house.rules, at=at)
    )
