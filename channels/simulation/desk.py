"""Staff in the simulated world: they take steps by casework's verbs, through the same sealing as the desk's forms."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from channels.simulation import words
from channels.simulation.store import SeedingStore
from channels.simulation.world import World
from channels.web.pages.access import Person
from channels.web.staff import deciding
from channels.web.staff.forms import Brought
from grievance import case as cases
from grievance.case import Case
from grievance.commitment import Commitment
from grievance.vocabulary import FLAGS, INTERIM_MEASURES, CommitmentState, Role, State, Step
from workflows.casework import NoSuchStep, Outcome
from workflows.knowing import visits

_COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]
_AGREED = (
    select(_COMMITMENTS.c.id)
    .where(_COMMITMENTS.c.case == bindparam("of"), _COMMITMENTS.c.state == CommitmentState.AGREED)
    .order_by(_COMMITMENTS.c.due_on)
)

DOCUMENTS = (
    "El informe del laboratorio dice lo que se midió y cuándo. Puede pedir que alguien de su confianza lo lea con usted.",
    "El cuaderno de la cuadrilla muestra qué días se trabajó cerca de su casa. Le dejamos una copia en la oficina.",
    "El plano muestra por dónde pasa la tubería. Puede verlo en la oficina o pedir que se lo lleven.",
)
"""What people are told of the documents of their case."""


class Room:
    """One member of staff with one case in hand."""

    def __init__(self, world: World, person: Person, number: str) -> None:
        self.world = world
        self.person = person
        self.number = number
        self.place = ""
        self.shared = False
        self.seen = False
        self._seen: tuple[int, Case] | None = None
        found = world.house.store.read(lambda c: cases.by_number(c, number.replace("-", "")))
        if found is None:
            raise LookupError("no such case")
        self.id = found.id

    @property
    def case(self) -> Case:
        """Read the case as it stands, again only when something was written since."""
        store = self.world.house.store
        works = store.works if isinstance(store, SeedingStore) else None
        if self._seen is None or works is None or self._seen[0] != works:
            found = store.read(lambda c: cases.get(c, self.id))
            if found is None:
                raise LookupError("no such case")
            self._seen = works or 0, found
        return self._seen[1]

    @property
    def state(self) -> State:
        """Where the case stands."""
        return State(self.case.state)

    @property
    def theme(self) -> str:
        """What it is about, as far as anybody said."""
        return self.case.theme or "other"

    def take(
        self, step: Step, *, facts: Mapping[str, Any] | None = None, text: str = "", purpose: str = "",
        outgoing: bool = False, offers: tuple[tuple[str, date], ...] = (), to: State | None = None,
        exact: bool = False, apart: tuple[tuple[str, str], ...] = (),
    ) -> Outcome | None:  # fmt: skip
        """Take a step; `None` where the procedure has none from here, a refusal comes back in the outcome."""
        brought = Brought(
            facts=facts or {},
            text=text,
            purpose=purpose,
            outgoing=outgoing,
            offers=offers,
            to=to,
            exact=exact,
            apart=apart,
        )
        self.world.clock.tick(seconds=self.world.rng.uniform(20, 90))
        try:
            return deciding.take(self.world.house, self.person, self.id, step, brought, key=self.world.review)
        except NoSuchStep:
            return None

    def decide(self, step: Step, **brought: Any) -> Outcome | None:
        """Decide a review; whoever has decided too many of this company is refused, and another reviewer does it."""
        outcome = self.take(step, **brought)
        if outcome is None or not any(refusal.guard == "G04c" for refusal in outcome.refusals):
            return outcome
        others = (p for p in self.world.staff.values() if p.role == Role.REVIEWER and p.id != self.person.id)
        self.person = next(others)
        self.take(Step.OPEN)
        return self.take(step, **brought)

    def assess(
        self, *, severity: str = "medium", flags: Mapping[str, bool] | None = None, theme: str = "other"
    ) -> Outcome | None:
        """Assess, with the summary that stands in the list; what it is about, where the person did not say."""
        unsaid = {} if self.case.theme else {"theme": theme}
        facts = {"flags": flags or dict.fromkeys(FLAGS, False), "issues": 1, "severity": severity, **unsaid}
        outcome = self.take(
            Step.ASSESS,
            facts=facts,
            text=words.SUMMARIES[self.case.theme or theme].format(place=self.place),
            purpose="summary",
        )
        if severity == "high" and outcome is not None and not outcome.refusals:
            measure = self.world.rng.choice(INTERIM_MEASURES)
            risk = {"likelihood": 2 + len(measure) % 3, "harm": 3} if self.case.protected else {}
            self.take(Step.INTERIM, facts={"measure": measure, **risk})
        return outcome

    def share(self) -> Outcome | None:
        """Tell the person what the documents say on which the answer will rest."""
        self.shared = True
        return self.take(
            Step.UPDATE,
            facts={"purpose": "documents"},
            text=self.world.rng.choice(DOCUMENTS),
            purpose="update",
            outgoing=True,
        )

    def visit(self) -> Outcome | None:
        """Go and see the place, and write to the person what was seen; of one case in eight there is nothing to see."""
        rules, case = self.world.house.rules, self.case
        self.seen = not self.world.chance(0.12)
        facts: dict[str, Any] = {"purpose": visits.SEEN if self.seen else visits.UNSEEN}
        if self.seen:
            calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
            facts["visited_on"] = calendar.site_date(self.world.clock.at).isoformat()
        text = self.world.rng.choice(words.SEEN if self.seen else words.NOT_SEEN)
        return self.take(Step.UPDATE, facts=facts, text=text, purpose="visit", outgoing=True)

    def propose(self, *, explanation: bool = False, text: str = "") -> Outcome | None:
        """Propose a remedy with dates, or explain."""
        rng, theme = self.world.rng, self.theme
        own = "visit" if self.seen else "conversation"
        if explanation:
            facts: dict[str, Any] = {
                "answered": [1],
                "evidence": [own, "document"] if self.shared else [own],
                "explanation_only": True,
            }
            text = text or rng.choice(words.EXPLANATIONS).format(place=self.place)
            return self.take(Step.PROPOSE, facts=facts, text=text, purpose="proposal", outgoing=True)
        facts = {
            "answered": [1],
            "evidence": [own, *rng.sample(["sample", *(["document"] if self.shared else [])], 1)],
            "explanation_only": False,
        }
        text = text or rng.choice(words.FINDINGS[theme]).format(place=self.place)
        return self.take(
            Step.PROPOSE, facts=facts, text=text, purpose="proposal", outgoing=True, offers=self.offers()
        )

    def offers(self) -> tuple[tuple[str, date], ...]:
        """Choose one or two commitments with their dates."""
        rng, today = self.world.rng, self.world.clock.at.date()
        chosen = rng.sample(words.REMEDIES[self.theme], rng.choice((1, 1, 2)))
        return tuple((what, today + timedelta(days=rng.randint(21, 45))) for what in chosen)

    def promised(self) -> list[str]:
        """List the commitments that wait to be done, the earliest first."""

        def open_(conn: Connection) -> list[str]:
            return list(conn.execute(_AGREED, {"of": self.id}).scalars())

        return self.world.house.store.read(open_)

    def keep_all(self) -> Outcome | None:
        """Say that every commitment is done; the last one asks the person."""
        waiting = self.promised()
        outcome = None
        for one in waiting:
            proof = self.world.rng.choice(("visit", "photo", "document"))
            facts = {"commitment": one, "proof": "document" if one == waiting[-1] else proof}
            outcome = self.take(Step.KEEP, facts=facts | ({"last": True} if one == waiting[-1] else {}))
        return outcome

    def learn(self) -> Outcome | None:
        """Record the cause and the lesson."""
        rng = self.world.rng
        cause = rng.choices(
            ("operation", "contractor", "maintenance", "communication", "unkept_promise"), (3, 4, 3, 2, 2)
        )[0]
        facts = {
            "root_cause": cause,
            "contractor": cause == "contractor",
            "preventable": self.world.chance(0.7),
            "lesson": "written",
        }
        return self.take(Step.LEARN, facts=facts, text=rng.choice(words.LESSONS), purpose="lesson")

    def letter(self, text: str) -> Outcome | None:
        """Send the closing letter."""
        return self.take(
            Step.UPDATE,
            facts={"purpose": "closing_letter"},
            text=text,
            purpose="closing_letter",
            outgoing=True,
        )
