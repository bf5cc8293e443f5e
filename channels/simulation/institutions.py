"""What the institutions of the simulated world do beside the cases, day by day, through the registers' own verb.

The panel meets, reviewers sign, people are trained, doors are tried, villages are told, and something is
always a little behind: a demo in which everything is green would show nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from channels.simulation import words
from channels.simulation.found import found
from channels.simulation.monthly import beside_a_month
from channels.simulation.opinions import survey
from channels.simulation.world import World
from channels.web.pages.access import Person
from grievance import register
from grievance.calendar import SUNDAY
from grievance.mechanism import Zone
from grievance.vocabulary import Role
from workflows.registry import clusters, registers
from workflows.registry.registerbook import GROUPS, LANGUAGES_WAYS, MODULES

YEAR = 365
SEASON = 91
MONTH = 28
WEEK = 7
VILLAGES_A_WEEK = 3
READ_ALOUD_ON = {1: "spot", 5: "list"}
"""Tuesdays and Saturdays."""
A_DIALOGUE_EVERY, A_LESSON_EVERY, A_PROMISE_EVERY = 40, 45, 80
SAID = (
    "Que la respuesta llegue también por radio, porque en la puna no hay señal.",
    "Que las mujeres puedan hablar con una mujer.",
    "Que digan quién paga a quien revisa.",
)
DID = (
    "Desde este mes la radio lee las fechas de respuesta cada sábado.",
    "Una reunión de cada dos es solo de mujeres, con intérprete.",
    "La declaración de fondos está publicada y la lee la mesa.",
)
OBJECTIVES = (
    "Revisar los pozos y el canal con las familias de la zona",
    "Acordar los horarios de los camiones",
    "Hablar de los puestos de trabajo locales",
)
RESULTS = (
    "Se acordó una visita conjunta y un nuevo muestreo.",
    "Se acordó que de noche no pasan camiones por el caserío.",
    "Se acordó publicar los puestos en la radio y en la plaza.",
)
PROMISES = (
    "Regar el camino dos veces al día en la época seca",
    "Entregar los resultados del muestreo en la asamblea y en la radio",
    "Reparar el canal principal antes de la siembra",
    "Contratar la vigilancia ambiental con dos personas de cada comunidad",
)
MINUTES = (
    "Se miró el informe del mes y los plazos vencidos; se pidió un plan para las respuestas tardías.",
    "Se revisaron los acuerdos abiertos y se fijó fecha para los que faltan.",
    "Se escuchó a las comunidades sobre las llamadas de prueba.",
)
CHANGES: Mapping[str, str] = {
    "operation": "Se cambian los horarios de trabajo cerca de las casas.",
    "contractor": "El contrato dice ahora quién responde, y con qué multa.",
    "maintenance": "Una persona revisa cada semana y lo anota.",
    "communication": "Se avisa por radio dos días antes.",
    "unkept_promise": "Cada acuerdo tiene una persona que responde por él.",
}
FOUND = "Se cumplen los plazos; falta radio en dos zonas y más mujeres en las reuniones."
ANSWERED = "Habrá radio en las dos zonas desde la próxima temporada."
BETTER = "Desde entonces llegan menos quejas por esta causa."
OTHERWISE = "Se revisa el procedimiento con la comunidad."
ATTEND = (("focal", "woman"), ("reviewer-1", "woman"), ("reviewer-2", "man"))
"""Who of the third party attends people as what."""
SERVICES: tuple[tuple[str, str], ...] = (
    ("gender_violence", "Centro de emergencia para mujeres (ejemplo)"),
    ("child", "Defensoría de la niñez (ejemplo)"),
    ("health", "Puesto de salud (ejemplo)"),
    ("shelter", "Casa de acogida (ejemplo)"),
)


@dataclass
class _Hand:
    """Who writes on a day: one member of staff, with the register's verb in hand."""

    world: World
    day: date
    person: Person

    def write(self, key: str, state: str, item: str = "", **answers: object) -> str:
        """Write a line; a refusal in a simulation is a mistake of ours, so it is raised."""
        world = self.world
        texts = {one.key for one in registers.find(key).fields if one.kind.value == "text"}
        first: dict[str, object] = {} if item else {"held_on": self.day}
        fields = first | {k: v for k, v in answers.items() if k not in texts}
        said = {k: str(v) for k, v in answers.items() if k in texts}
        at = world.house.moment()
        return world.house.store.transact(
            lambda conn: registers.write(
                conn, key, state, fields, said, by=self.person.actor, rules=world.house.rules, at=at, item=item
            )
        )  # fmt: skip


def institutions(world: World, day: date) -> None:
    """Write into the registers what happens on a day that is over."""
    third = [p for p in world.staff.values() if p.role == Role.REVIEWER]
    focal = [p for p in world.staff.values() if p.role == Role.FOCAL]
    officers = [p for p in world.staff.values() if p.role == Role.OFFICER]
    if not third or not focal or not officers:
        return
    for relay in [p for p in world.staff.values() if p.role == Role.RELAY]:
        _read_aloud(_Hand(world, day, relay))
    host = _Hand(world, day, focal[0])
    if not _read(world, "funding"):
        _founding(world, day, host)
    age = (day - _founded(world)).days
    for every, first, act in RHYTHM:
        if age >= first and (age - first) % every == 0:
            act(host)
    for officer in officers:
        _by_the_company(world, _Hand(world, day, officer), age, officers.index(officer))
    beside_a_month(
        world,
        day,
        reviewer=_Hand(world, day, third[0]),
        officers=[_Hand(world, day, one) for one in officers],
    )
    if day.weekday() == SUNDAY:
        _follow_up(world, day, officers, focal[0], third[0])
    found(world, day, _founded(world))


def _founded(world: World) -> date:
    first: date = _read(world, "funding")[-1].held_on
    return first


def _founding(world: World, day: date, host: _Hand) -> None:
    """Write what must be there before the first complaint comes."""
    mechanism = world.house.rules.current
    host.write(
        "funding",
        "declared",
        amount=180_000,
        currency="USD",
        firewall="yes",
        source=mechanism.governance.funding,
    )
    host.write(
        "procedure_published", "published", languages=list(mechanism.languages), ways=list(LANGUAGES_WAYS)
    )
    host.write("stakeholder_map", "published", groups=list(GROUPS))
    host.write("retaliation_policy", "published", parts=["zero_tolerance", "risks", "response"])
    host.write("privacy_notice", "published", parts=["notice", "retention", "risks", "processors"])
    host.write("continuity_plan", "published", ways=["office", "radio", "paper"])
    for n, zone in enumerate(mechanism.zones):
        kind = ("radio_operator", "teacher", "health_post", "leader")[n % 4]
        tongue = list(mechanism.site(zone.site).languages[:2])
        host.write("helper", "active", zone=zone.key, kind=kind, pledge="yes", languages=tongue)
    _sign(host)
    for login, how in ATTEND:
        if login in world.staff:
            _Hand(world, day, world.staff[login]).write("attends", "said", attends=how)
    _declare_income(host)
    _train(world, day)
    _consult(host)


def _train(world: World, day: date) -> None:
    """Train whoever has no training or whose training soon runs out; nobody writes their own."""
    teachers = [p for p in world.staff.values() if p.role in (Role.REVIEWER, Role.FOCAL)]
    soon = day + timedelta(days=60)
    held = {
        (row.about, register.facts_of(row).get("module"))
        for row in _read(world, "training")
        if row.until is None or row.until > soon
    }
    for person in world.staff.values():
        teacher = next(t for t in teachers if t.id != person.id)
        for module in (one for one in MODULES if (person.id, one) not in held):
            _Hand(world, day, teacher).write(
                "training", "held", about=person.id, module=module, until=day + timedelta(days=2 * YEAR)
            )  # fmt: skip


def _try_doors(host: _Hand) -> None:
    """Try every door, and call every service; a door that failed is tried again."""
    world = host.world
    for door in world.house.rules.current.channels:
        tongue = door.languages[0]
        if world.chance(0.03):
            host.write("channel_test", "failed", about=door.key, language=tongue, minutes=0)
        minutes = world.rng.randint(1, 9)
        host.write("channel_test", "worked", about=door.key, language=tongue, minutes=minutes)
    for kind, name in SERVICES:
        host.write("service", "silent" if world.chance(0.06) else "answers", kind=kind, name=name)


def _panel_meets(host: _Hand) -> None:
    governance, rng = host.world.house.rules.current.governance, host.world.rng
    there = rng.randint(governance.quorum, len(governance.seats))
    outside = min(there - 1, sum(seat.outside for seat in governance.seats))
    host.write(
        "panel", "held",
        present=there, seats=len(governance.seats), outside=outside, minutes=rng.choice(MINUTES),
    )  # fmt: skip


def _ask_opinions(host: _Hand) -> None:
    reviewer = next(p for p in host.world.staff.values() if p.role == Role.REVIEWER)
    if survey(host.world, reviewer):
        return
    rng = host.world.rng  # nobody has a phone yet: it was asked from door to door
    asked = rng.randint(140, 220)
    answered = asked * rng.randint(24, 48) // 100
    host.write("survey", "held", asked=asked, answered=answered, trust=rng.randint(48, 74), questions=5)


def _call_others(host: _Hand) -> None:
    mechanism = host.world.house.rules.current
    silent = host.world.rng.choice((None, *mechanism.outside_routes))
    for route in mechanism.outside_routes:
        host.write("outside_route", "silent" if route is silent else "answers", about=route.key)
    for adviser in mechanism.advisers:
        host.write("adviser", "answers", about=adviser.key)


def _declare_again(host: _Hand) -> None:
    _fund(host, 195_000)
    host.write("stakeholder_map", "published", groups=[g for g in GROUPS if g != "disabled"])
    _sign(host)
    _declare_income(host)
    _train(host.world, host.day)


def _fund(host: _Hand, amount: int) -> None:
    source = host.world.house.rules.current.governance.funding
    host.write("funding", "declared", amount=amount, currency="USD", firewall="yes", source=source)


def _sign(host: _Hand) -> None:
    signed = {
        row.about for row in _read(host.world, "independence") if row.held_on > host.day - timedelta(days=30)
    }
    for person in host.world.staff.values():
        if person.role == Role.REVIEWER and person.id not in signed:
            until = host.day + timedelta(days=YEAR)
            _Hand(host.world, host.day, person).write("independence", "signed", until=until)


def _declare_income(host: _Hand) -> None:
    """Declare income company by company: the scheme's own fees are most of it."""
    mechanism = host.world.house.rules.current
    for party in mechanism.governance.third_parties:
        for n, company in enumerate(mechanism.operators):
            host.write("income", "declared", party=party.key, payer=company.key, share=28 - 6 * n)


def _evaluate(host: _Hand) -> None:
    host.write("evaluation", "answered", findings=4, text=FOUND, answer=ANSWERED)


def _comments(host: _Hand) -> None:
    began, ended = host.day - timedelta(days=16), host.day - timedelta(days=1)
    draft = "Borrador del informe anual"
    host.write("comment_round", "closed", held_on=began, until=ended, comments=11, text=draft)


def _consult(host: _Hand) -> None:
    rng = host.world.rng
    n = rng.randrange(len(SAID))
    women, men = rng.randint(18, 40), rng.randint(15, 35)
    host.write(
        "consultation", "answered",
        sessions=3, women_only=1, women=women, men=men, said=SAID[n], did=DID[n],
    )  # fmt: skip


def _fail(host: _Hand) -> None:
    door = host.world.rng.choice(host.world.house.rules.current.channels)
    began = host.write("outage", "announced", about=door.key)
    host.write("outage", "over", item=began, until=host.day)


RHYTHM: tuple[tuple[int, int, Callable[[_Hand], None]], ...] = (
    # every so many days, first after so many
    (MONTH,           1, _try_doors),
    (SEASON - 8,      6, _panel_meets),
    (SEASON + 20,    12, _ask_opinions),
    (2 * SEASON - 20, 15, _call_others),
    (YEAR - 40,      40, _comments),
    (170,           100, _fail),
    (YEAR - 30,     160, _evaluate),
    (2 * SEASON,    182, _consult),
    (YEAR - 30,     335, _declare_again),
)  # fmt: skip
"""What the independent entity does of itself."""


def _by_the_company(world: World, hand: _Hand, age: int, turn: int) -> None:
    """Write what officers do: they tell people, talk with them, promise, and learn."""
    rng, person = world.rng, hand.person
    zones = [z for z in world.house.rules.current.zones if z.site in person.sites]
    if (age + 2 * turn) % WEEK == 0:
        for zone in rng.sample(zones, min(len(zones), VILLAGES_A_WEEK)):
            _tell(world, hand, zone)
    if (age + 11 * turn) % A_DIALOGUE_EVERY == 0:
        _talk(hand, rng.choice(zones))
    if (age + 17 * turn) % A_PROMISE_EVERY == 0:
        until = hand.day + timedelta(days=rng.randint(30, 75))
        site, text = rng.choice(zones).site, rng.choice(PROMISES)
        hand.write(
            "commitment", "agreed",
            owed_by="company", owed_to="community", site=site, until=until, proof="none", text=text,
        )  # fmt: skip
    if (age + 5 * turn) % A_LESSON_EVERY == 0:
        text = rng.choice(words.LESSONS)
        hand.write(
            "lesson", "written", cause=rng.choice(tuple(CHANGES)), site=rng.choice(zones).site, text=text
        )


def _read_aloud(hand: _Hand) -> None:
    """Read on the air twice a week; it follows from the day alone, so that it disturbs no other chance."""
    day, mechanism = hand.day, hand.world.house.rules.current
    door = next((door for door in mechanism.channels if door.kind == "radio"), None)
    if door is None or day.weekday() not in READ_ALOUD_ON:
        return
    tongue = door.languages[day.toordinal() // WEEK % len(door.languages)]
    what = READ_ALOUD_ON[day.weekday()]
    code = {"programme": str(20 + day.month)} if what == "spot" else {}
    hand.write(
        "broadcast", "read", about=door.key, what=what, language=tongue, part="early", minutes=1, **code
    )


def _talk(hand: _Hand, zone: Zone) -> None:
    rng = hand.world.rng
    n = rng.randrange(len(OBJECTIVES))
    hand.write(
        "dialogue", "held", kind=rng.choice(("meeting", "assembly", "visit")), zone=zone.key,
        women=rng.randint(2, 22), men=rng.randint(3, 25), company=rng.randint(2, 4), authority=rng.randint(0, 2),
        commitments=1, objective=OBJECTIVES[n], result=RESULTS[n],
    )  # fmt: skip


def _tell(world: World, hand: _Hand, zone: Zone) -> None:
    rng = world.rng
    tongue = rng.choice(world.house.rules.current.site(zone.site).languages[:2])
    medium = rng.choices(("radio", "assembly", "school", "visit", "billboard"), (60, 15, 10, 10, 5))[0]
    facts: dict[str, Any] = {"zone": zone.key, "medium": medium, "language": tongue}
    if medium == "radio":
        hand.write("outreach", "held", minutes=rng.choice((1, 3, 3, 10)), **facts)
    else:
        hand.write("outreach", "held", minutes=rng.choice((20, 30, 45)), people=rng.randint(3, 60), **facts)


def _follow_up(world: World, day: date, officers: list[Person], focal: Person, reviewer: Person) -> None:
    """Act on what repeats itself, finish actions, say of commitments how they stand."""
    found = world.house.store.read(lambda conn: clusters.clusters(conn, day))
    for one in found:
        site = world.house.rules.current.zone(one.zone).site
        who = next((p for p in officers if site in p.sites), None)
        if not one.acted and who is not None:
            until, text = day + timedelta(days=45), CHANGES.get(one.cause, OTHERWISE)
            hand = _Hand(world, day, who)
            hand.write("action", "open", cause=one.cause, zone=one.zone, until=until, text=text)
    for row in _read(world, "action", "open"):
        if row.until is not None and row.until <= day and not world.chance(0.15):
            who = next(p for p in officers if p.operator == row.operator)
            hand = _Hand(world, day, who)
            hand.write("action", "done", item=row.id, effect=BETTER)
    for row in _read(world, "commitment", "agreed"):
        if row.until is not None and row.until <= day:
            who = next(p for p in officers if p.operator == row.operator)
            _stand(world, _Hand(world, day, who if world.chance(0.85) else reviewer), row)
    for row in _read(world, "commitment", "done"):
        if day - row.noted_on >= timedelta(days=10):
            kept = world.chance(0.9)
            _Hand(world, day, focal).write(
                "commitment", "kept" if kept else "disputed", item=row.id, proof="visit"
            )


def _stand(world: World, hand: _Hand, row: Any) -> None:
    if hand.person.role == Role.OFFICER:
        hand.write("commitment", "done", item=row.id, proof=world.rng.choice(("photo", "document")))
    else:
        hand.write("commitment", "missed", item=row.id, proof="none")


def _read(world: World, key: str, *states: str) -> Any:
    return world.house.store.read(lambda conn: register.items(conn, key, states=states))
