"""Whom a danger to many wakes: the number that the mechanism names for each company, with the danger and nothing else.

A desk is closed at night. Where lives are at stake the number is sent the danger from the moment the desk may see
it; any other danger once its hour has passed without an answer. Both follow from the register of dangers alone: no
case is looked at, so the message says no more than the desk's own page.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from grievance import register, vault
from grievance.mechanism import Mechanism, Operator
from grievance.moment import Moment
from grievance.notice import NOTICES
from grievance.vocabulary import NoticeState
from workflows import owing
from workflows.clockwork import pages
from workflows.registry import hazards
from workflows.registry.hazards import Hazard
from workflows.rulebook import Rulebook

TEMPLATE: Final = "hazard_page"
AT_ONCE, LATE = "at_once", "late"


@dataclass(frozen=True, slots=True)
class Page:
    """A danger that a company's number is to be sent: `stage` is at once, or late; each is sent once."""

    hazard: Hazard
    stage: str
    company: Operator

    @property
    def mark(self) -> str:
        """What is sent once: a danger that comes back, or becomes one to lives, is sent again."""
        return f"{self.hazard.id}/{self.hazard.owed_from:%Y%m%dT%H%M}/{self.hazard.urgency}/{self.stage}"


def owed(conn: Connection, *, mechanism: Mechanism, now: datetime) -> list[Page]:
    """List what each company's number is to be sent now and was not; a company without a number is left to its desk."""
    numbers = {company.key: company for company in mechanism.operators if company.emergency}
    if not numbers:
        return []
    found = [
        Page(one, LATE if one.is_late(now) else AT_ONCE, numbers[one.operator])
        for one in hazards.waiting(conn, now=now)
        if one.operator in numbers and (one.urgency == hazards.LIFE or one.is_late(now))
    ]
    return [page for page in found if not _was_sent(conn, page)]


def unsent_to(conn: Connection, one: Hazard, *, mechanism: Mechanism, now: datetime) -> Operator | None:
    """Find the company that should have been sent a danger and surely was not: somebody has to call it by voice.

    Without a number it is left to its desk, and so it is while no gateway of the mechanism runs.
    """
    if not one.waits(now) or (one.urgency != hazards.LIFE and not one.is_late(now)):
        return None
    company = next((each for each in mechanism.operators if each.key == one.operator), None)
    if company is None:
        return None
    page = Page(one, LATE if one.is_late(now) else AT_ONCE, company)
    left = NOTICES.c.state.in_((NoticeState.SENT, NoticeState.DELIVERED))
    return None if conn.execute(_of(page).where(left)).first() is not None else company


def call(
    conn: Connection, page: Page, address: vault.Sealed, *, gateway: str, rules: Rulebook, at: Moment
) -> str | None:
    """Owe a company's number one danger, unless another clock did; answers the notice."""
    mechanism, one, mine = rules.current, page.hazard, register.ITEMS.c
    # Every danger of the company, so that two clocks neither send one twice nor write its number twice.
    of_company = select(mine.id, mine.state).where(mine.name == hazards.KEY, mine.operator == one.operator)
    locked = conn.execute(of_company.order_by(mine.id).with_for_update())
    if {row.id: row.state for row in locked}.get(one.id) != hazards.TOLD or _was_sent(conn, page):
        return None
    contact = f"emergency-{page.company.key}"[:32]
    pages.contact(
        conn, contact, address, gateway=gateway, language=mechanism.default_language, on=_day(rules, one, at)
    )
    where = [mechanism.site(one.site).name]
    where += [zone.name for zone in mechanism.zones if zone.key == one.zone]
    codes = {"mark": page.mark, "hazard": one.kind, "urgency": one.urgency, "place": ", ".join(where)}
    return owing.owe(
        conn, case=None, complainant=contact, template=TEMPLATE,
        language=mechanism.default_language, codes=codes, at=at, on=_day(rules, one, at), text=None, soon=True,
        label=page.mark,
    )  # fmt: skip


def _was_sent(conn: Connection, page: Page) -> bool:
    return conn.execute(_of(page)).first() is not None


def _of(page: Page) -> Select[Any]:
    mine = NOTICES.c.template == TEMPLATE, NOTICES.c.codes.contains(page.mark, autoescape=True)
    return select(NOTICES.c.id).where(*mine).limit(1)


def _day(rules: Rulebook, one: Hazard, at: Moment) -> date:
    return rules.calendar(rules.current.version, site=one.site, operator=one.operator).site_date(at.now)
