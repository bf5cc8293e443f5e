"""The lives of cases: what people and offices do, in which order and how soon. Each is a generator of times.

Nothing is forced: a step the criteria refuse is refused here as well, recorded, and the story goes on.
"""

from datetime import timedelta

from channels.simulation import doorways, words
from channels.simulation.desk import Room
from channels.simulation.handling import MOST_TRIES, Handled
from channels.simulation.people import Complaining, PhonePerson
from channels.simulation.plans import Plan
from channels.simulation.world import Life, World
from grievance.vocabulary import FLAGS, Sense, State, Step
from workflows.knowing.referrals import PREVIEW
from workflows.protection import survivors

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


class Story(Handled):
    """One case and the course it takes."""

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
        for _ in range(MOST_TRIES):
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
