"""The lives of cases: what people and offices do, in which order and how soon. Each is a generator of times.

Nothing is forced: a step the criteria refuse is refused here as well, recorded, and the story goes on.
"""

from datetime import datetime, timedelta

from channels.simulation import doorways, words
from channels.simulation.desk import Room
from channels.simulation.people import Complaining, PhonePerson, WebPerson
from channels.simulation.plans import Plan
from channels.simulation.world import Life, World
from channels.web.pages.access import Person
from grievance.calendar import Calendar  # noqa: TC001  as everywhere: annotations are read
from grievance.vocabulary import FLAGS, Sense, State, Step
from workflows.knowing.referrals import PREVIEW
from workflows.protection import survivors

SHARED_NUMBER = "shared"
_OFFICE = (8, 16)
_AWAKE = (6, 21)
_MOST_TRIES = 4
_JUDGED = (55, 25, 20), (65, 20, 15)
"""How many of a hundred find the answer good, in part, bad; and how they were treated."""


def life(world: World, plan: Plan) -> Life:
    """Live one case until it ends, or until it stands where the plan leaves it."""
    story = Story(world, plan)
    for when in story.live():
        if story.is_left():
            return
        yield when
        if story.is_left():
            return


class Story:
    """One case with the people around it."""

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

    def live(self) -> Life:
        """Complain, and go the course of the plan."""
        yield from self._complain()
        self.room = self._in_hands_of(self.officer)
        if isinstance(self.person, doorways.CallPerson):
            if self.plan.course == "waits":  # nobody has written it down yet, at whatever hour the past ends
                yield from self._waits()
            yield self.office(0, 1.4)
            self.person.is_written_down(by=self.reviewer.actor)
        case = self.room.case
        if case.protected:
            yield from self._protected()
            return
        if case.room == "review":
            yield from self._to_the_desk()
            if self.here.case.room == "review":
                return
        courses = {
            "withdraw": self._withdraw, "erase": self._withdraw, "stop": self._stop, "out_of_scope": self._out_of_scope,
            "ignored": self._ignored, "hand_to_focal": self._hand_to_focal, "waits": self._waits,
        }  # fmt: skip
        yield from courses.get(self.plan.course, self._answered)()

    def takes_up(self, person: Complaining) -> Life:
        """Go on with a case that somebody filed before."""
        self.person = person
        self.room = self._in_hands_of(self.officer)
        if self.room.case.room == "desk":
            yield from self._answered()

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
        for _ in range(_MOST_TRIES):
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
        for _ in range(_MOST_TRIES):
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
        for _ in range(_MOST_TRIES):
            self._look()
            outcome = self.here.propose(explanation=explanation)
            if outcome is None or not outcome.refusals:
                return
            if any(refusal.guard == "G17b" for refusal in outcome.refusals):
                self.here.visit()
            if self.world.chance(0.5):
                self.here.take(Step.HEAR)
            yield self.office(1, 2)

    def _answered(self) -> Life:
        yield from self._opened()
        if self.world.chance(0.05) and isinstance(self.person, PhonePerson):
            yield self.free(1, 4)
            self.person.text(self.rng.choice(words.STATUS))
        yield from self._assessed()
        yield from self._investigated()
        yield from self._proposed(explanation=self.plan.course == "explained")
        if self.here.state != State.PROPOSED:
            return
        yield from self._after_the_answer()

    def _after_the_answer(self) -> Life:
        match self.plan.course:
            case "explained":
                yield from self._decides("accept", 1, 6)
                yield from self._closed(words.LETTER_OF_EXPLANATION, Sense.EXPLAINED_ACCEPTED)
            case "dialogue":
                yield from self._decides(self.rng.choice(("talk", "decline")), 1, 5)
                yield self.free(0, 2)
                self._say("add", self.rng.choice(words.WHY_NOT))
                yield from self._proposed()
                yield from self._decides("accept", 1, 5)
                yield from self._carried_out()
            case "review":
                yield from self._decides("review", 1, 6)
                self._to_another_officer()
                yield from self._proposed()
                yield from self._decides("accept", 1, 6)
                yield from self._carried_out()
            case "independent":
                yield from self._decides("review", 1, 6)
                yield from self._decides("review", 2, 6)
                yield from self._judged()
            case "silent":
                yield from self._not_reached()
            case _:
                yield from self._decides("accept", 1, 8)
                yield from self._carried_out()

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

    # --- the end ------------------------------------------------------------------------------------

    def _carried_out(self) -> Life:
        yield self.office(1, 4)
        outcome = self.here.take(Step.CARRY_OUT)
        if outcome is not None and outcome.refusals:
            yield self.office(1, 3)
            self._in_hands_of(self.reviewer).take(Step.SECOND, facts={"what": "no_waiver"})
            self.here.take(Step.CARRY_OUT)
        yield from self._done()

    def _done(self) -> Life:
        """Carry out, ask the person, and close by their word; some say that it was not done."""
        yield self.office(3, 14)
        self.here.keep_all()
        disputed = self.plan.course == "disputed"
        yield from self._decides("dispute" if disputed else "confirm", 1, 8)
        if self.here.state == State.UNDER_INDEPENDENT_REVIEW:
            yield from self._judged()
            return
        yield from self._closed(self.rng.choice(words.LETTERS), Sense.RESOLVED_IMPLEMENTED)
        if self.plan.course == "reopened" and self.here.state == State.CLOSED:
            yield self.free(4, 20)
            self._say("reopen")
            yield self.world.clock.at + timedelta(hours=15)
            yield from self._assessed()
            yield from self._investigated()
            yield from self._proposed()
            yield from self._decides("accept", 1, 5)

    def _closed(self, letter: str, sense: Sense) -> Life:
        """Lesson, letter, close: in this order, or the criteria say what is missing."""
        yield self.office(0.6, 2)
        if self.world.chance(0.1):  #  somebody in a hurry
            self.here.take(Step.CLOSE, facts={"sense": str(sense)})
        self.here.learn()
        self.here.letter(letter)
        for _ in range(_MOST_TRIES):
            yield self.office(1, 2)
            self._look()
            if self._is_at(State.CLOSED):
                return
            self.here.take(Step.CLOSE, facts={"sense": str(sense)})
            if self._is_at(State.CLOSED):
                yield from self._judges()
                return

    def _judges(self) -> Life:
        """Two in five say what they think of the answer; who was treated well may find the answer bad, and the other way."""
        if self.world.chance(0.4):
            yield self.free(1, 5)
            answer, treatment = (self.rng.choices((1, 2, 3), shares)[0] for shares in _JUDGED)
            self.person.judge(answer, treatment)

    def _judged(self) -> Life:
        """An independent person decides: a remedy, the answer confirmed, or back to the company."""
        yield self.office(6, 24)
        reviewer = self._in_hands_of(self.reviewer)
        if reviewer.state != State.UNDER_INDEPENDENT_REVIEW:
            return
        reviewer.take(Step.OPEN)
        choice = self.rng.choices(("confirm", "return", "order"), (35, 20, 45))[0]
        if choice == "confirm":
            facts = {"reason": "evidence_supports"}
            outcome = reviewer.decide(
                Step.CONFIRM_ANSWER, facts=facts, text=words.CONFIRMED, purpose="decision", outgoing=True
            )
            if outcome is not None and not outcome.refusals:
                return
        if choice == "return":
            yield from self._returned(reviewer)
            return
        reviewer.decide(
            Step.ORDER,
            facts={"explanation_only": False},
            text=self.rng.choice(words.DECISIONS),
            purpose="order",
            outgoing=True,
            offers=reviewer.offers(),
        )
        yield self.office(5, 15)
        self.here.keep_all()
        yield from self._decides("confirm", 1, 6)
        yield from self._closed(self.rng.choice(words.LETTERS), Sense.RESOLVED_IMPLEMENTED)

    def _returned(self, reviewer: Room) -> Life:
        assessed = reviewer.case.severity is not None
        reviewer.decide(
            Step.RETURN, facts={"reason": "remit"}, to=State.INVESTIGATING if assessed else State.ACKNOWLEDGED
        )
        if not assessed:
            yield from self._assessed()
            yield from self._investigated()
        yield from self._proposed()
        yield from self._decides("accept", 1, 6)
        yield from self._carried_out()

    # --- other courses ------------------------------------------------------------------------------

    def _withdraw(self) -> Life:
        yield from self._opened()
        yield self.free(2, 12)
        self._say(self.plan.course)
        if isinstance(self.person, PhonePerson):
            self.world.send()
            self._say("not_pressed" if self.plan.course == "withdraw" else "erase")
        if self.plan.course == "withdraw" and self.world.chance(0.3):
            yield from self._regretted()

    def _regretted(self) -> Life:
        """Take the withdrawal back some days later; the case goes on where it stood."""
        yield self.free(3, 5)
        self._say("regret")
        yield self.free(2, 3)
        yield from self._assessed()
        yield from self._investigated()
        yield from self._proposed()
        yield from self._decides("accept", 1, 6)
        yield from self._carried_out()

    def _stop(self) -> Life:
        """No more messages, please; the case goes on, and the person looks at it with the clave."""
        if isinstance(self.person, PhonePerson):
            yield self.world.clock.at + timedelta(minutes=self.rng.randint(5, 600))
            self.person.text("BAJA")
            self._on_the_web()
        yield from self._opened()
        yield self.free(2, 6)
        self._look()
        yield from self._assessed()
        yield from self._investigated()
        yield self.free(2, 6)
        self._look()
        yield from self._proposed()
        yield from self._decides("accept", 2, 9)
        yield from self._carried_out()

    def _out_of_scope(self) -> Life:
        yield from self._opened()
        yield self.office(2, 6)
        reviewer = self._in_hands_of(self.reviewer)
        reviewer.take(Step.OPEN)
        reviewer.take(
            Step.RULE_OUT_OF_SCOPE,
            facts={"reason": "other_body"},
            text=words.NOT_FOR_US,
            purpose="out_of_scope",
            outgoing=True,
        )

    def _ignored(self) -> Life:
        """The company lets twice its time pass: the case goes to an independent person by itself."""
        yield from self._opened()
        for _ in range(40):
            yield self.office(2, 4)
            if self.here.state == State.UNDER_INDEPENDENT_REVIEW:
                yield from self._judged()
                return

    def _hand_to_focal(self) -> Life:
        """An officer sees danger that no word betrayed."""
        yield self.office(0.6, 2)
        self.here.take(Step.OPEN)
        self.here.take(Step.HAND_TO_FOCAL, facts={"flag": "retaliation"})
        yield from self._protected()

    def _protected(self) -> Life:
        """The focal point does the officer's steps; no desk ever sees it, unless it was a false alarm."""
        yield self.office(0, 1)
        focal = self._in_hands_of(self.focal)
        focal.take(Step.OPEN)
        if focal.case.operator is None:
            focal.take(
                Step.ROUTE, facts={"operator": self.plan.operator, "site": self.plan.site, "release": False}
            )
        focal.take(Step.ACKNOWLEDGE)
        yield self.office(1, 3)
        if self.world.chance(0.25) and self.plan.stop is None:  #  a false alarm
            focal.take(Step.RELEASE)
            yield from self._assessed()
            yield from self._investigated()
            yield from self._proposed()
            yield from self._decides("accept", 1, 6)
            yield from self._carried_out()
            return
        focal.assess(severity="high", flags=dict.fromkeys(FLAGS, False) | {"retaliation": True})
        yield self.office(1, 4)
        if not self.world.house.store.read(lambda conn: survivors.is_one(conn, focal.case.id)):
            focal.take(Step.INVESTIGATE)
        if self.world.chance(0.5):
            yield self.office(6, 20)
            yield from self._handed_over(focal)

    def _handed_over(self, focal: Room) -> Life:
        """Most say yes to the body that takes it; where a life is in danger two people may decide it."""
        body = "pe-ombudsman" if self.plan.operator == "qorimayu" else "bo-ombudsman"
        if self.world.chance(0.2):
            self._in_hands_of(self.reviewer).take(Step.SECOND, facts={"what": "disclosure"})
            focal.take(Step.HAND_OVER, facts={"body": body, "reason": "life"})
            return
        yield from self._agrees_to_pass_on(focal, body)
        focal.take(Step.HAND_OVER, facts={"body": body, "reason": "consent"})

    def _agrees_to_pass_on(self, hand: Room, body: str) -> Life:
        """Somebody tells the person what another body would get, and the person says yes."""
        routes = self.world.house.rules.current.outside_routes
        text = f"{next(route.name for route in routes if route.key == body)}: {words.WHAT_THEY_GET}"
        facts = {"purpose": PREVIEW, "body": body}
        hand.take(Step.UPDATE, facts=facts, text=text, purpose="update", outgoing=True)
        yield self.free(1, 3)
        self._say("yes")
        yield self.office(1, 2)

    def _not_reached(self) -> Life:
        """Three tries by two ways over more than thirty days; then the reviewer finds that there is no contact."""
        yield self.office(15, 18)
        for way, announces in (("sms", False), ("phone_voice", False), ("radio_relay", True)):
            if way == "sms":
                facts: dict[str, object] = {"purpose": "update"}
                self.here.take(
                    Step.UPDATE, facts=facts, text=words.ARE_YOU_THERE, purpose="update", outgoing=True
                )
            self.here.take(Step.ATTEMPT_CONTACT, facts={"way": way, "announces": announces})
            yield self.office(13, 15)
        reviewer = self._in_hands_of(self.reviewer)
        reviewer.take(Step.OPEN)
        reviewer.take(Step.CLOSE_NO_CONTACT, facts={"reason": "no_contact"})

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


def second_text(world: World, plan: Plan, *, joins: bool) -> Life:
    """Somebody with a case texts again: withheld until they say by code that it is the same, or some days are over."""
    phone = PhonePerson(world, own=plan.own, to=plan.to)
    phone.file(world.rng.choice(words.SECOND).format(place=plan.place))
    if not phone.number:
        return
    if joins:
        yield world.clock.at + timedelta(minutes=world.rng.randint(5, 200))
        phone.say("join", " ")
        return
    yield world.clock.at + timedelta(days=5)
    yield from of_its_own(world, plan, phone)


def of_its_own(world: World, plan: Plan, person: Complaining) -> Life:
    """Go on with a case that is there already."""
    story = Story(world, plan)
    yield from story.takes_up(person)
