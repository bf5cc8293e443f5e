"""What people and offices do in one case, from the complaint to the person's answer, and how soon."""

from datetime import datetime, timedelta

from channels.simulation import doorways, words
from channels.simulation.desk import Room
from channels.simulation.people import Complaining, PhonePerson, WebPerson
from channels.simulation.plans import Plan
from channels.simulation.world import Life, World
from channels.web.pages.access import Person
from grievance.calendar import Calendar  # noqa: TC001  as everywhere: annotations are read
from grievance.vocabulary import State, Step

SHARED_NUMBER = "shared"
_OFFICE = (8, 16)
_AWAKE = (6, 21)
MOST_TRIES = 4


class Handled:
    """One case with the people around it: what each of them does, and how soon."""

    def __init__(self, world: World, plan: Plan) -> None:
        self.world, self.plan, self.rng = world, plan, world.rng
        self.calendar: Calendar = world.house.rules.current.calendar_of(plan.site)
        self.officer = world.rng.choice(
            [p for name, p in sorted(world.staff.items()) if p.operator == plan.operator]
        )
        self.focal, self.reviewer = (
            world.staff["focal"],
            world.staff[world.rng.choice(("reviewer-1", "reviewer-2"))],
        )
        self.person: Complaining
        self.room: Room | None = None

    @property
    def here(self) -> Room:
        """The case in hand."""
        if self.room is None:
            raise LookupError("nobody has this case in hand yet")
        return self.room

    def _is_at(self, state: State) -> bool:
        return self.here.state == state

    def is_left(self) -> bool:
        """Tell whether the case stands where the plan leaves it."""
        return self.plan.stop is not None and self.room is not None and self.room.state == self.plan.stop

    # --- how long things take -----------------------------------------------------------------------

    def office(self, least: float, most: float) -> datetime:
        """Choose an hour of the office, so many working days on."""
        today = self.calendar.site_date(self.world.clock.at)
        after = (
            round(self.rng.uniform(least, most) * self.plan.pace)
            if self.plan.stop is None
            else max(1, round(least / 2))
        )
        day = (
            self.calendar.add_working_days(today, after)
            if after
            else self.calendar.next_working_day(today - timedelta(days=1))
        )
        return self._at(day, _OFFICE)

    def free(self, least: float, most: float) -> datetime:
        """Choose an hour at which people are awake, so many days on."""
        after = round(self.rng.uniform(least, most)) if self.plan.stop is None else 1
        day = self.calendar.site_date(self.world.clock.at) + timedelta(days=after)
        return self._at(day, _AWAKE)

    def _at(self, day: object, hours: tuple[int, int]) -> datetime:
        start = self.calendar.start_of_day_utc(day)  # type: ignore[arg-type]
        at = start + timedelta(hours=self.rng.uniform(*hours))
        return max(at, self.world.clock.at + timedelta(minutes=self.rng.randint(4, 50)))

    # --- arriving -----------------------------------------------------------------------------------

    def _complain(self) -> Life:
        plan, rng = self.plan, self.rng
        place = plan.place if plan.names_place else "mi comunidad"
        text = words.complaint(
            rng, plan.theme, place, burst=plan.burst, danger=plan.course == "danger", language=plan.language
        )
        if plan.door == "web":
            site = "" if plan.to == SHARED_NUMBER else plan.site
            self.person = WebPerson(self.world, site=site, language=plan.language)
            self.person.file(text, theme=plan.theme)
            return
        if plan.door in doorways.KINDS:
            self.person = doorways.meet(self.world, plan)
            self.person.file(text, theme=plan.theme)
            return
        phone = PhonePerson(self.world, own=plan.own, to=plan.to)
        self.person = phone
        if self.world.chance(0.04):  #  a few begin with two words
            phone.text(rng.choice(words.TOO_SHORT))
            self.world.send()
            yield self.world.clock.at + timedelta(minutes=rng.randint(2, 20))
        phone.file(text)
        if not plan.names_place and self.world.chance(0.75):  #  most answer where it is
            yield self.world.clock.at + timedelta(minutes=rng.randint(2, 90))
            phone.text(plan.place)
        elif self.world.chance(0.1):  #  some add something at once
            yield self.world.clock.at + timedelta(minutes=rng.randint(2, 20))
            phone.text(rng.choice(words.ADDED))

    def _in_hands_of(self, person: Person) -> Room:
        room = Room(self.world, person, self.person.number)
        room.place = self.plan.place
        return room

    def _to_the_desk(self) -> Life:
        """Somebody of the third party routes it or releases it, as the case needs."""
        plan = self.plan
        if self.here.case.operator is None:
            yield self.office(0.6, 2.4)
            reviewer = self._in_hands_of(self.reviewer)
            reviewer.take(Step.OPEN)
            reviewer.take(Step.ROUTE, facts={"operator": plan.operator, "site": plan.site, "release": True})
        else:
            yield self.office(0.6, 2.4)
            focal = self._in_hands_of(self.focal)
            focal.take(Step.OPEN)
            focal.take(Step.RELEASE)
        for _ in range(MOST_TRIES):
            if self.here.case.room == "desk":
                return
            yield self.office(1, 2)

    # --- the middle ---------------------------------------------------------------------------------

    def _waits(self) -> Life:
        """Nobody does anything before the plan's end."""
        yield self.office(1, 1)
        while True:
            yield self.office(20, 20)

    def _opened(self) -> Life:
        yield self.office(0.6, 2.4)
        self.here.take(Step.OPEN)
        if self.world.chance(0.6):
            self.here.take(Step.ASSIGN, facts={"assigned": self.officer.id})
        if self.here.case.theme not in (None, self.plan.theme):
            self.here.take(Step.CORRECT, facts={"theme": self.plan.theme, "reason": "misread"})
        self.here.take(Step.ACKNOWLEDGE)

    def _assessed(self) -> Life:
        """Assess as soon as the person knows; whoever is too quick is refused."""
        if self.world.chance(0.06):
            self.here.take(Step.ASSESS, facts={})
        for _ in range(MOST_TRIES):
            yield self.office(1, 2.4)
            if self._is_at(State.ASSESSED):
                return
            self.here.assess(severity=self.plan.severity, theme=self.plan.theme)
            if self._is_at(State.ASSESSED):
                return

    def _investigated(self) -> Life:
        yield self.office(0.6, 2.4)
        self.here.take(Step.INVESTIGATE)
        self.here.take(Step.HEAR)
        if not self.world.chance(0.04):  # somebody forgets it until the criteria ask
            self.here.visit()
        if self.world.chance(0.25):
            yield self.free(0.6, 4)
            self._say("add", self.rng.choice(words.WANT_TO_BE_HEARD))
        if self.world.chance(0.12):
            yield from self._asked()
        elif self.world.chance(0.1):
            yield self.office(3, 6)
            self.here.take(Step.EXTEND, facts={"clock": "answer", "days": self.rng.randint(3, 10), "reason": "sample"},
                           text=words.DELAY, purpose="extension", outgoing=True)  # fmt: skip
        elif self.world.chance(0.2):
            yield self.office(2, 5)
            facts = {"purpose": "update"}
            self.here.take(
                Step.UPDATE, facts=facts, text=self.rng.choice(words.UPDATES), purpose="update", outgoing=True
            )

    def _asked(self) -> Life:
        yield self.office(1, 3)
        question = self.rng.choice(words.QUESTIONS)
        self.here.take(
            Step.ASK, facts={"reason": "need_info"}, text=question, purpose="question", outgoing=True
        )
        yield self.free(1, 6)
        self._say("add", self.rng.choice(words.ANSWER_TO_QUESTION))

    def _proposed(self, *, explanation: bool = False) -> Life:
        """Propose; a letter that asks for silence, or one that hears nobody, does not leave the house."""
        yield self.office(2, 9)
        if self.world.chance(0.06):
            self.here.propose(text=words.WAIVER)
        if self.world.chance(0.3):
            self.here.share()
            yield self.office(1, 2)
        for _ in range(MOST_TRIES):
            self._look()
            outcome = self.here.propose(explanation=explanation)
            if outcome is None or not outcome.refusals:
                return
            if any(refusal.guard == "G17b" for refusal in outcome.refusals):
                self.here.visit()
            if self.world.chance(0.5):
                self.here.take(Step.HEAR)
            yield self.office(1, 2)

    def _to_another_officer(self) -> None:
        """Whoever gave an answer does not look at it again."""
        if self.here.case.room != "desk":
            return
        officers = [p for _, p in sorted(self.world.staff.items()) if p.operator == self.plan.operator]
        self.officer = next((p for p in officers if p != self.officer), self.officer)
        self.room = self._in_hands_of(self.officer)

    def _decides(self, action: str, least: float, most: float) -> Life:
        """The person answers by code or clave; a serious case waits a week and takes the clave."""
        serious = self.here.case.severity == "high" and action == "accept"
        yield self.free(max(least, 8) if serious else least, max(most, 12) if serious else most)
        if serious:
            self._on_the_web()
        self._say(action)
        yield self.world.clock.at + timedelta(hours=self.rng.randint(15, 20))

    # --- the person ---------------------------------------------------------------------------------

    def _say(self, action: str, text: str = "") -> None:
        if not self.person.say(action, text) and isinstance(self.person, PhonePerson):
            self._on_the_web()
            self.person.say(action, text)

    def _look(self) -> None:
        """Whoever follows on the web looks now and then; that is how messages reach them."""
        if isinstance(self.person, WebPerson):
            self.person.visit()

    def _on_the_web(self) -> None:
        """Whoever has a phone may use the clave on the web as well."""
        if isinstance(self.person, PhonePerson) and (clave := self.person.clave()):
            self.person = WebPerson(
                self.world, number=self.person.number, clave=clave, language=self.plan.language
            )
