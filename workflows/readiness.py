"""Readiness: the obligations O01 to O24 of the mechanism as a whole, red, amber or green (standards 1.2).

Each is worked out from what the registers, the rules, the releases and the outbox say on a day, with its
reason in words. Nobody sets a colour. What nobody wrote down is not there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from grievance import register
from translations import Phrase, phrase
from workflows.obligations import fair, learning, reachable, trusted
from workflows.obligations.looking import YEAR, Colour, Look, Verdict, recent
from workflows.registry.registerbook import REGISTERS
from workflows.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Ready:
    """How one obligation stands today: its colour, why, and what turns it red."""

    id: str
    criterion: str
    name: Phrase
    colour: Colour
    reason: Phrase
    turns_red: Phrase


def assess(conn: Connection, rules: Rulebook, *, now: datetime) -> tuple[Ready, ...]:
    """Say how every obligation stands now, in the order of the specification."""
    mechanism = rules.current
    calendar = rules.calendar(mechanism.version, site=None)
    by_name: dict[str, list[Row[Any]]] = {}
    for row in register.items(conn, *(r.key for r in REGISTERS)):
        by_name.setdefault(row.name, []).append(row)
    look = Look(conn, mechanism, calendar, calendar.site_date(now), now, by_name)
    made = []
    for one in OBLIGATIONS:
        colour, reason = one.judge(look)
        made.append(Ready(one.id, one.criterion, one.name, colour, reason, one.turns_red))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Obligation:
    """One line of the specification: what it is, how it is judged, what turns it red."""

    id: str
    criterion: str
    name: Phrase
    turns_red: Phrase
    judge: Callable[[Look], Verdict]


# fmt: off
OBLIGATIONS: tuple[Obligation, ...] = (
    Obligation("O01", "predictable", phrase("The rules are published"),
               phrase("a language or a form is missing, or it is older than 36 months"), trusted.procedure),
    Obligation("O02", "legitimate", phrase("A panel watches over it"),
               phrase("no meeting for 90 days, or twice no quorum"), trusted.panel),
    Obligation("O03", "legitimate", phrase("It is known who pays"),
               phrase("older than 12 months"), lambda look: recent(look, "funding", YEAR)),
    Obligation("O04", "legitimate", phrase("Independent reviewers"),
               phrase("fewer than two with a valid declaration, or one company pays too much of their income"),
               trusted.reviewers),
    Obligation("O05", "accessible", phrase("The doors work"),
               phrase("a door without a test that worked in 30 days, fewer than two, or none without a network"),
               reachable.doors),
    Obligation("O06", "accessible", phrase("People know of it"),
               phrase("a place where nobody was told for 90 days"), reachable.outreach),
    Obligation("O07", "accessible", phrase("It is known who lives here"),
               phrase("older than 12 months"), reachable.people),
    Obligation("O08", "accessible", phrase("Somebody helps those who need it"),
               phrase("a place without a helper who signed to keep it confidential"), reachable.helpers),
    Obligation("O09", "rights_compatible", phrase("No reprisals"),
               phrase("the policy, its risks or its response are missing"), reachable.reprisals),
    Obligation("O10", "equitable", phrase("Free advisers"),
               phrase("fewer than two"), fair.advisers),
    Obligation("O11", "rights_compatible", phrase("Help for people in danger"),
               phrase("one that nobody called for 90 days"), fair.services),
    Obligation("O12", "legitimate", phrase("Everybody is trained"),
               phrase("a training of anybody has run out"), trusted.trained),
    Obligation("O13", "dialogue", phrase("People were asked about it"),
               phrase("no consultation in 12 months"), learning.consulted),
    Obligation("O14", "dialogue", phrase("Opinion surveys"),
               phrase("none in 120 days"), learning.surveyed),
    Obligation("O15", "learning", phrase("Outside evaluations"),
               phrase("older than 18 months, or a finding of the reviewers without an answer in time"), learning.evaluated),
    Obligation("O16", "learning", phrase("Lessons become actions"),
               phrase("more than 20 % of the actions are late, or what repeats itself has none"), learning.learned),
    Obligation("O17", "transparent", phrase("The monthly report"),
               phrase("not out by the tenth working day"), learning.published),
    Obligation("O18", "transparent", phrase("Commitments are followed"),
               phrase("for 60 days nobody said how one stands"), learning.commitments),
    Obligation("O19", "dialogue", phrase("Dialogues are written down"),
               phrase("there is none"), learning.talked),
    Obligation("O20", "rights_compatible", phrase("Privacy"),
               phrase("notice, keeping times, study of the risks or list of who handles data are missing or old"),
               fair.privacy),
    Obligation("O21", "rights_compatible", phrase("Data incidents"),
               phrase("one is open beyond its limit"), fair.incidents),
    Obligation("O22", "dialogue", phrase("Comments on drafts"),
               phrase("no draft was open for two weeks in 12 months"), learning.commented),
    Obligation("O23", "rights_compatible", phrase("Other ways that stay open to you"),
               phrase("one that nobody verified for 180 days"), fair.routes),
    Obligation("O24", "accessible", phrase("When the network is down"),
               phrase("no plan, or an outage of more than a day that nobody announced"), reachable.going_on),
)
# fmt: on
