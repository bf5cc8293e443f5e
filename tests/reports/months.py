"""Months made by real casework: cases come in, are answered, end, move and come back on chosen days.

People leave no address here and see everything on the page of their clave, so nothing waits for a message.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from grievance import register
from grievance.moment import Moment
from grievance.register import By, Note
from grievance.store import Store
from grievance.vocabulary import CASE_KINDS, Channel, Kind, Role, Step
from reports import release
from reports.measuring import measured, own
from reports.month import Month
from reports.recount import audit, audit_registers, verify_release
from reports.shelf import Release
from reports.tables import SUPPRESSED
from tests import factories
from tests.factories import ANSWERED, ASSESSED
from workflows import casework
from workflows.casework import Complaint, Doing, Outcome
from workflows.clockwork import rounds
from workflows.criterion import Actor
from workflows.rulebook import Rulebook


def on(day: str) -> Moment:
    """Make noon in the Andes of a day of 2026, written `03-04`."""
    return factories.moment(now=datetime.combine(date.fromisoformat(f"2026-{day}"), time(17), tzinfo=UTC))


@dataclass(slots=True)
class Town:
    """People around two mines, and the staff who answer them."""

    store: Store
    rules: Rulebook

    def complain(
        self,
        day: str,
        *,
        person: str | None = None,
        operator: str | None = "qorimayu",
        channel: str = Channel.SMS,
        theme: str | None = "water",
        zone: str | None = None,
        protected: bool = False,
        lands_at_review: bool = False,
        kind: str = Kind.GRIEVANCE,
    ) -> str:
        """Let somebody complain; `person` is who it is, whatever number of complaints they send."""
        complaint = _complaint(
            person,
            operator,
            channel=channel,
            theme=theme,
            protected=protected,
            lands_at_review=lands_at_review,
            kind=kind,
            zone=zone,
        )
        return self._receive(day, [complaint])[0]

    def crowd(
        self,
        day: str,
        count: int,
        *,
        named: str = "neighbour",
        operator: str = "qorimayu",
        channel: str = Channel.SMS,
        theme: str = "water",
        kind: str = Kind.GRIEVANCE,
    ) -> list[str]:
        """Let so many different people complain on one day."""
        people = [f"{named} {n}" for n in range(count)]
        return self._receive(
            day, [_complaint(who, operator, channel=channel, theme=theme, kind=kind) for who in people]
        )

    def acknowledge(self, case: str, day: str, *, operator: str = "qorimayu") -> None:
        """Let the officer acknowledge a case."""
        self._take(case, Step.ACKNOWLEDGE, day, self._officer(operator))

    def answer(self, case: str, day: str, *, operator: str = "qorimayu") -> Outcome:
        """Let the officer assess, look into it and answer an acknowledged case, all on one day; it reaches nobody yet."""
        officer = self._officer(operator)
        self._take(case, Step.ASSESS, day, officer, Doing(facts=ASSESSED))
        self._take(case, Step.INVESTIGATE, day, officer)
        self._take(case, Step.HEAR, day, officer)
        seen = factories.visited(self.rules, on(day).now)
        self._take(case, Step.UPDATE, day, officer, Doing(facts=seen, words="We were there."))
        return self._take(
            case, Step.PROPOSE, day, officer, Doing(facts=ANSWERED, words="The pipe is mended.")
        )

    def withdraw(self, case: str, day: str) -> None:
        """Let a case end on a day because its person withdrew it eight days before, and did not take that back."""
        asked = (on(day).now - timedelta(days=8)).date().isoformat()[5:]
        self._take(
            case, Step.ASK_WITHDRAWAL, asked, factories.the_complainant(), Doing(facts={"pressed": False})
        )
        self._take(case, Step.WITHDRAW, day, factories.THE_CLOCK)

    def reopen(self, case: str, day: str) -> None:
        """Let the person open their case again."""
        self._take(case, Step.REOPEN, day, factories.the_complainant())

    def route(self, case: str, day: str, operator: str) -> None:
        """Let the focal point send a case to the company it is about."""
        facts = {"operator": operator, "site": operator}
        self._take(case, Step.ROUTE, day, factories.a_focal_point(), Doing(facts=facts))

    def protect(self, case: str, day: str, *, operator: str = "qorimayu") -> None:
        """Let the officer hand a case to the protection focal point."""
        self._take(case, Step.HAND_TO_FOCAL, day, self._officer(operator))

    def focal(self, case: str, step: Step, day: str, doing: Doing | None = None) -> None:
        """Let the protection focal point take any step."""
        self._take(case, step, day, factories.a_focal_point(), doing)

    def is_refused(
        self, case: str, step: Step, day: str, *, operator: str = "qorimayu", **doing: Any
    ) -> Outcome:
        """Let the officer try a step that the criteria refuse."""
        at = on(day)
        actor = self._officer(operator)
        outcome = self.store.transact(
            lambda conn: casework.take(
                conn, case, step, actor=actor, rules=self.rules, at=at, doing=Doing(**doing)
            )
        )
        assert outcome.refusals
        return outcome

    def officer(
        self, case: str, step: Step, day: str, *, operator: str = "qorimayu", **doing: Any
    ) -> Outcome:
        """Let the officer take any step."""
        return self._take(case, step, day, self._officer(operator), Doing(**doing))

    def person(self, case: str, step: Step, day: str, **doing: Any) -> Outcome:
        """Let the person take any step."""
        return self._take(case, step, day, factories.the_complainant(), Doing(**doing))

    def reviewer(self, case: str, step: Step, day: str, **doing: Any) -> Outcome:
        """Let the reviewer take any step; they have signed and were trained."""
        return self._take(case, step, day, factories.a_reviewer(), Doing(**doing))

    def reach(self, outcome: Outcome, day: str) -> None:
        """Let the messages of a step reach the person."""
        at = on(day)
        self.store.transact(lambda conn: rounds.note_reached(conn, outcome.notices, rules=self.rules, at=at))

    def note(
        self, register_of: str, state: str, day: str, *, item: str = "", until: str = "", **facts: Any
    ) -> str:
        """Let the independent entity write into a register."""
        at = on(day)
        last = date.fromisoformat(f"2026-{until}") if until else None
        by = By(str(Role.REVIEWER), "ines", at.now.date(), self.rules.current.version)
        what = Note(register_of, state, held_on=by.on, until=last, facts=facts)
        return self.store.transact(lambda conn: register.note(conn, what, by=by, at=at, item=item))

    def publish(self, month: str, *, day: str) -> Release:
        """Publish a month on a day."""
        return release.release(self.store, Month.parse(month), rules=self.rules, at=on(day))

    def _receive(self, day: str, complaints: list[Complaint]) -> list[str]:
        moments = [on(day) for _ in complaints]
        return self.store.transact(
            lambda conn: [
                casework.receive(conn, complaint, rules=self.rules, at=at).case
                for complaint, at in zip(complaints, moments, strict=True)
            ]
        )

    def _officer(self, operator: str) -> Actor:
        return Actor(Role.OFFICER, id="rosa", operator=operator, sites=frozenset({operator}))

    def _take(self, case: str, step: Step, day: str, actor: Actor, doing: Doing | None = None) -> Outcome:
        at = on(day)
        return self.store.transact(
            lambda conn: casework.take(conn, case, step, actor=actor, rules=self.rules, at=at, doing=doing)
        ).settle()


def _complaint(
    person: str | None,
    operator: str | None,
    *,
    channel: str,
    theme: str | None,
    protected: bool = False,
    lands_at_review: bool = False,
    kind: str = Kind.GRIEVANCE,
    zone: str | None = None,
) -> Complaint:
    return Complaint(
        kind=kind,
        channel=channel,
        language="es",
        said=(),
        room="review" if protected or lands_at_review or operator is None else "desk",
        operator=operator,
        site=operator,
        zone=zone,
        theme=theme,
        protected=protected,
        recording=True,
        pull=True,
        token=None if person is None else (2026, person.encode()),
    )


def disagreements(town: Town, month: str) -> list[str]:
    """Compare everything that is measured of a month, before anything is hidden, with the recount from the entries."""

    def work(conn: Connection) -> list[str]:
        own_tables = [
            table.plain("final") for table in own.tables(conn, Month.parse(month), rules=town.rules)
        ]
        found = [str(problem) for problem in verify_release.of_itself(conn, month, own_tables)]
        for kind in CASE_KINDS:
            truth = audit.recount(conn, month, kind)
            truth.verdicts = audit_registers.verdicts(conn, month, kind)
            casework = audit.counted(conn, month, kind)
            found += [
                f"rollup {key}" for key in {*casework, *truth.counts} if casework[key] != truth.counts[key]
            ]
            exact = measured.measure(conn, Month.parse(month), kind=kind, rules=town.rules)
            tables = [table.plain("final") for table in exact.tables]
            few = (cell for table in tables for cell in table["cells"] if "days" in cell.get("measure", ""))
            for cell in few:
                cell["status"], cell["value"] = SUPPRESSED, None
            found += map(str, verify_release.of_cases(month, kind, tables, truth))
        return found

    return town.store.read(work)
