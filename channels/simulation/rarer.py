"""What is rarer in the simulated world: a shared phone, a group, a case that goes to another body, a danger to many.

So are a case that belongs elsewhere, one that two people tell, an officer who steps back or whom somebody names, a date
that is missed, a covered passage that the company needs, and a review that is asked for late, is completed, and that
two reviewers see differently. A few of each, by the product's own verbs, and with chances of their own:
nothing else that happens is disturbed.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from channels.simulation import words
from channels.simulation.desk import Room
from channels.simulation.lives import Story, of_its_own
from channels.simulation.people import PhonePerson
from channels.simulation.plans import Plan
from channels.simulation.world import Life, World
from channels.web.pages.access import Person
from channels.web.staff.caseviews import RELEASED
from grievance.mechanism import Site
from grievance.vocabulary import Role, Sense, State, Step
from workflows.registry import hazards
from workflows.registry.hazards import Told
from workflows.texts import MINUTES, SPEAKER

COURSES: Final = ("shared", "group", "referral", "kept_here")
BEGAN: Final = (34, 41, 25, 29)
"""Days before the end on which the newest case of each course comes."""
ODD: Final = ("elsewhere", "told_twice", "steps_back", "missed", "named", "accused", "asks_late")
ODD_BEGAN: Final = (38, 31, 27, 75, 20, 16, 118)
ODD_AGAIN: Final = 170
"""Days between two cases of one such course at a site."""
OVER: Final = 45
DANGERS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("spill", "today", "Sale agua de la tubería junto al canal", "Se cerró la tubería y se llevó agua limpia a las casas."),
    ("blasting", "days", "Quedaron explosivos junto al camino", "Se retiraron y se cerró el lugar."),
    ("dam", "life", "", "Se avisó casa por casa y se bajó el nivel de la presa."),
    ("slide", "today", "Caen piedras sobre el camino de la escuela", "Se cerró el camino y se puso un desvío."),
)  # fmt: skip
QUIET: Final = "Hemos mirado lo que nos contó. Le decimos abajo qué haremos y hasta cuándo."
QUIETLY: Final = "Hacer lo que se acordó en la visita"
WHERE_IT_IS: Final = "detrás del molino de los Huamán"
SPOKESWOMAN: Final = "La presidenta de la comunidad, elegida en la asamblea"
DECIDED: Final = (
    "Acta de la asamblea, firmada por {people} personas: se acepta si llega agua limpia antes de la siembra."
)
THE_ENGINEER: Final = "El que mandó tapar el canal fue el {officer}."
UNCLEAR: Final = "Para decidir nos falta saber desde cuándo pasa y a cuántas casas llega."
HOW_MANY: Final = "Pasa desde la siembra y llega a siete casas."
OTHERWISE: Final = "Yo habría pedido además que se mida cada mes. La decisión vale igual."
BODIES: Final = {"PE": "pe-oefa", "BO": "bo-ombudsman"}


class Rarer(Story):
    """A case that goes one of the rarer courses."""

    def live(self) -> Life:
        """Complain by phone, and go the course of the plan."""
        yield from self._complain()
        self.room = self._in_hands_of(self.officer)
        if self.here.case.room == "review":
            yield from self._to_the_desk()
        if self.here.case.room == "review":
            return
        yield from self._opened()
        courses = {
            "shared": self._shared, "group": self._group, "elsewhere": self._elsewhere, "told_twice": self._told_twice,
            "steps_back": self._steps_back, "missed": self._missed, "named": self._named,
            "accused": self._accused, "asks_late": self._asks_late,
        }  # fmt: skip
        yield from courses.get(self.plan.course, self._referred)()

    def _shared(self) -> Life:
        """Others read this phone: the person marks it so, and looks with the clave from then on."""
        yield self.free(0, 2)
        self._say("shared")
        self.world.send()
        self._on_the_web()
        yield from self._assessed()
        yield from self._investigated()
        yield self.free(1, 3)
        self._look()
        yield self.office(2, 5)
        self.here.propose()  # which says too much, and is refused
        by = self.world.clock.at.date() + timedelta(days=self.rng.randint(12, 30))
        facts = {"answered": [1], "evidence": ["sample", "conversation"], "explanation_only": False}
        self.here.take(
            Step.PROPOSE, facts=facts, text=QUIET, purpose="proposal", outgoing=True, offers=((QUIETLY, by),)
        )
        yield self.free(1, 3)
        self._look()
        yield from self._decides("accept", 1, 5)
        yield from self._carried_out()

    def _group(self) -> Life:
        """Somebody writes for many: nobody agrees for all before the assembly said who may."""
        yield self.free(0, 2)
        self._say("group")
        yield from self._assessed()
        yield from self._investigated()
        yield from self._proposed()
        yield from self._decides("accept", 1, 2)
        yield self.office(0.6, 2)
        people = self.rng.randint(24, 80)
        facts = {
            "held_on": (self.world.clock.at.date() - timedelta(days=2)).isoformat(), "people": people,
            "until": (self.world.clock.at.date() + timedelta(days=365)).isoformat(),
            "women": people * self.rng.randint(35, 60) // 100, "opt_out": True,
        }  # fmt: skip
        reviewer = self._in_hands_of(self.reviewer)
        reviewer.take(Step.OPEN)
        kept = ((SPEAKER, SPOKESWOMAN), (MINUTES, DECIDED.format(people=people)))
        reviewer.take(Step.MANDATE, facts=facts, apart=kept)
        yield from self._decides("accept", 1, 3)
        if self.here.state == State.AGREED:
            yield from self._carried_out()

    def _referred(self) -> Life:
        """Another body can do more: it gets the case after the person's yes, and ends it here or not as they say."""
        yield from self._assessed()
        yield self.office(1, 3)
        body = BODIES[self.world.house.rules.current.site(self.plan.site).country]
        yield from self._agrees_to_pass_on(self.here, body)
        follow_on = (self.world.clock.at.date() + timedelta(days=28)).isoformat()
        self.here.take(Step.REFER, facts={"body": body, "follow_on": follow_on})
        yield self.free(1, 3)
        self._say("no" if self.plan.course == "kept_here" else "yes")
        if self.plan.course == "kept_here":
            yield from self._investigated()

    def _elsewhere(self) -> Life:
        """It was another company's truck: the case is transferred, and released to the other desk."""
        yield self.office(1, 3)
        theirs = next(o for o in self.world.house.rules.current.operators if o.key != self.plan.operator)
        site = self.world.house.rules.current.sites_of(theirs.key)[0].key
        reviewer = self._in_hands_of(self.reviewer)
        reviewer.take(Step.OPEN)
        reviewer.take(Step.TRANSFER, facts={"operator": theirs.key, "site": site})
        yield self.office(1, 2)
        focal = self._in_hands_of(self.focal)
        focal.take(Step.OPEN)
        focal.take(Step.RELEASE)
        yield self.office(1, 2)
        self.officer = self._officers(theirs.key)[0]
        self.room = self._in_hands_of(self.officer)
        yield from self._from_the_desk_on()

    def _told_twice(self) -> Life:
        """A neighbour tells the same: both cases are linked, and each ends by its own person's word."""
        yield self.free(1, 2)
        other = PhonePerson(self.world, own=f"{self.plan.own[:-1]}9", to=self.plan.to)
        other.file(self.rng.choice(words.SECOND).format(place=self.plan.place))
        yield self.office(1, 2)
        theirs = Room(self.world, self.officer, other.number)
        if theirs.case.theme != self.here.case.theme:
            theirs.take(Step.CORRECT, facts={"theme": self.here.case.theme, "reason": "looked_into"})
        self.here.take(Step.LINK, facts={"other": theirs.id})
        self.world.begin(of_its_own(self.world, self.plan, other), self.world.clock.at + timedelta(hours=1))
        yield from self._from_the_desk_on()

    def _steps_back(self) -> Life:
        """The officer knows the family: somebody else of the company takes it on."""
        self.here.take(Step.RECUSE, facts={"recused": self.officer.id})
        self.officer = next(p for p in self._officers(self.plan.operator) if p.id != self.officer.id)
        self.room = self._in_hands_of(self.officer)
        self.here.take(Step.OPEN)
        yield from self._from_the_desk_on()

    def _accused(self) -> Life:
        """The person names who did it: whoever that is sees the case no more, and a colleague takes it on."""
        called = {
            login: self.world.staff[login].id
            for login in words.CALLED
            if login in self.world.staff and self.world.staff[login].operator == self.plan.operator
        }
        yield self.free(0, 1)
        for login in called:
            self._say("add", THE_ENGINEER.format(officer=words.CALLED[login]))
        yield self.office(1.5, 3)
        if self.officer.id in called.values():
            self.officer = next(p for p in self._officers(self.plan.operator) if p.id not in called.values())
            self.room = self._in_hands_of(self.officer)
        self.here.take(Step.OPEN)
        yield from self._from_the_desk_on()

    def _asks_late(self) -> Life:
        """A review is asked for after its days, completed, decided all the same, and seen otherwise by another reviewer."""
        yield from self._assessed()
        yield from self._investigated()
        yield from self._proposed()
        yield self.free(34, 40)
        yield from self._decides("review", 0, 1)
        yield from self._decides("review", 0, 1)
        yield self.office(2, 4)
        reviewer = self._in_hands_of(self.reviewer)
        if reviewer.state != State.UNDER_INDEPENDENT_REVIEW:
            return
        reviewer.take(Step.OPEN)
        until = (self.world.clock.at.date() + timedelta(days=12)).isoformat()
        facts = {"until": until, "admission": "asked_to_complete"}
        reviewer.take(Step.ASK_TO_COMPLETE, facts=facts, text=UNCLEAR, purpose="to_complete", outgoing=True)
        yield self.free(1, 4)
        self._say("add", HOW_MANY)
        yield self.office(4, 8)
        reviewer.decide(
            Step.ORDER, facts={"explanation_only": False, "why_late": "not_told"}, text=words.DECISIONS[0],
            purpose="order", outgoing=True, offers=reviewer.offers(),
        )  # fmt: skip
        yield self.office(1, 3)
        others = (p for _, p in sorted(self.world.staff.items()) if p.role == Role.REVIEWER)
        other = self._in_hands_of(next(p for p in others if p.id != reviewer.person.id))
        other.take(Step.OPEN)
        other.take(Step.DISSENT, text=OTHERWISE, purpose="dissent", outgoing=True)
        yield self.office(4, 9)
        self.here.keep_all()
        yield from self._decides("confirm", 1, 5)
        yield from self._closed(self.rng.choice(words.LETTERS), Sense.RESOLVED_IMPLEMENTED)

    def _missed(self) -> Life:
        """The date goes by; a reviewer writes down that it was missed, and it is done late."""
        yield from self._assessed()
        yield from self._investigated()
        yield from self._proposed()
        yield from self._decides("accept", 1, 4)
        yield self.office(1, 3)
        self.here.take(Step.CARRY_OUT)
        yield self.world.clock.at + timedelta(days=48)
        reviewer = self._in_hands_of(self.reviewer)
        reviewer.take(Step.OPEN)
        late = self.here.promised()
        for one in late:
            reviewer.take(Step.MISS, facts={"commitment": one})
        yield self.office(6, 12)
        for one in late:
            self.here.take(Step.KEEP, facts={"commitment": one, "proof": "photo", "last": one == late[-1]})
        yield from self._decides("confirm", 1, 5)
        yield from self._closed(self.rng.choice(words.LETTERS), Sense.RESOLVED_IMPLEMENTED)

    def _named(self) -> Life:
        """A place is called after somebody, and was covered: a reviewer lets the company read where it is."""
        yield self.free(0, 1)
        self._say("add", f"Es en el terreno de don Anselmo Quispe, {WHERE_IT_IS}.")
        yield self.office(1, 2)
        reviewer = self._in_hands_of(self.reviewer)
        reviewer.take(Step.OPEN)
        reviewer.take(
            Step.UNMASK, facts={"reason": "nobodys_name"}, text=WHERE_IT_IS, purpose=RELEASED, exact=True
        )
        yield from self._from_the_desk_on()

    def _from_the_desk_on(self) -> Life:
        yield from self._assessed()
        yield from self._investigated()
        yield from self._proposed()
        yield from self._decides("accept", 1, 6)
        yield from self._carried_out()

    def _officers(self, operator: str) -> list[Person]:
        return [
            p
            for _, p in sorted(self.world.staff.items())
            if p.role == Role.OFFICER and p.operator == operator
        ]


def danger(world: World, site: Site, turn: int, *, left: str = "") -> Life:
    """Pass a danger on, let the company answer, and end it; `left`: the state in which it is left."""
    kind, urgency, text, said = DANGERS[turn % len(DANGERS)]
    zone, rules = site.zones[turn % len(site.zones)], world.house.rules
    focal = world.staff["focal"].actor
    officer = next(
        p for _, p in sorted(world.staff.items()) if p.role == Role.OFFICER and p.operator == site.operator
    )
    at, told = world.house.moment(), Told(kind, site.key, zone, urgency, text)
    item = world.house.store.transact(lambda conn: hazards.pass_on(conn, told, by=focal, rules=rules, at=at))
    if left == hazards.TOLD:
        return
    yield world.clock.at + timedelta(minutes=50 if urgency == hazards.LIFE else 190)
    at = world.house.moment()
    done = ["warned", "closed_off"] if urgency == hazards.LIFE else ["repaired", "measured"]
    world.house.store.transact(
        lambda conn: hazards.answer(conn, item, done, said, by=officer.actor, rules=rules, at=at)
    )
    if left == hazards.ANSWERED:
        return
    yield world.clock.at + timedelta(days=3)
    at = world.house.moment()
    world.house.store.transact(lambda conn: hazards.end(conn, item, by=focal, rules=rules, at=at))


def begin(world: World, plans: Sequence[Plan], *, since: datetime) -> None:
    """Put the rarer lives into the world's queue, one plan for each of its sites: the newest few, and some that are over."""
    mechanism, own = world.house.rules.current, random.Random(len(plans))  # noqa: S311  a made-up world
    aside = replace(world, rng=own)
    for nth, plan in enumerate(plans):
        site = mechanism.site(plan.site)
        courses = [(course, days, 2 * OVER) for course, days in zip(COURSES, BEGAN, strict=True)]
        courses += [(course, days, ODD_AGAIN) for course, days in zip(ODD, ODD_BEGAN, strict=True)]
        for turn, (course, days, again) in enumerate(courses):
            for back in range(days, (world.until - since).days, again):
                at = world.until - timedelta(days=back + nth, hours=own.uniform(1, 6))
                # One phone a life, far from those of everybody else; the last digit is the neighbour's.
                phone = f"{plan.own[:-5]}{9 - turn // 10}{nth}{back // OVER % 10}{turn % 10}0"
                if at > since:
                    world.begin(_life(aside, replace(plan, course=course, own=phone)), at)
        newest = ((9.3, hazards.ANSWERED), (0.12, hazards.TOLD))
        older = ((float(back), "") for back in range(OVER, (world.until - since).days, OVER))
        for turn, (ago, left) in enumerate((*newest, *older)):
            at = world.until - timedelta(days=ago + nth / 100)
            if at > since:
                world.begin(danger(world, site, turn + nth, left=left), at)


def _life(world: World, plan: Plan) -> Life:
    yield from Rarer(world, plan).live()
