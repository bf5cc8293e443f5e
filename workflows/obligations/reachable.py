"""Whether people reach it: doors, word of it, helpers, what happens when the network is down (accessible)."""

from grievance import register
from translations import phrase
from workflows.obligations.looking import (
    YEAR,
    Colour,
    Look,
    Verdict,
    amber,
    complete,
    facts_in,
    green,
    names,
    recent,
    red,
)
from workflows.registry.registerbook import GROUPS
from workflows.registry.registers import door_name


def doors(look: Look) -> Verdict:
    """O05: every door was tried lately, and worked."""
    there, least = look.mechanism.channels, 2
    if len(there) < least or not any(c.offline for c in there):
        return red(phrase("There must be two doors, one of them without a network."))
    worked = {r.about for r in look.items("channel_test", states=("worked",), within=30)}
    missing = [door_name(c) for c in there if c.key not in worked]
    if missing:
        return red(phrase("Without a test that worked in thirty days: {names}.", names=names(missing)))
    if look.items("channel_test", states=("failed",), within=30):
        return amber(phrase("A test failed in the last thirty days; it works again."))
    return green(phrase("Every door was tried in the last thirty days, and worked."))


def outreach(look: Look) -> Verdict:
    """O06: people of every place were told lately."""
    reached = {r.zone for r in look.items("outreach", within=90)}
    missing = [z.name for z in look.mechanism.zones if z.key not in reached]
    if missing:
        return red(phrase("Nobody told them for ninety days: {names}.", names=names(missing)))
    return green(phrase("Every place was told in the last ninety days."))


def people(look: Look) -> Verdict:
    """O07: it is known who lives here, and who of them has it harder."""
    found = recent(look, "stakeholder_map", YEAR)
    if found[0] is Colour.RED:
        return found
    groups = set().union(*(facts_in(r, "groups") for r in look.items("stakeholder_map", within=YEAR)))
    if set(GROUPS) - groups:
        return amber(phrase("Some groups of people are not on it."))
    return found


def helpers(look: Look) -> Verdict:
    """O08: in every place somebody helps who signed to keep it confidential."""
    pledged = {
        r.zone
        for r in look.items("helper", states=("active",))
        if register.facts_of(r).get("pledge") == "yes"
    }
    missing = [z.name for z in look.mechanism.zones if z.key not in pledged]
    if missing:
        return red(phrase("Nobody there helps, pledged to confidence: {names}.", names=names(missing)))
    return green(phrase("In every place somebody helps who signed to keep it confidential."))


def reprisals(look: Look) -> Verdict:
    """O09: the policy against reprisals has all of its parts."""
    return complete(look, "retaliation_policy", ("zero_tolerance", "risks", "response"), days=2 * YEAR)


def going_on(look: Look) -> Verdict:
    """O24: there is a plan for when the network is down, and people are told of every outage."""
    unsaid = [r for r in look.items("outage", states=("out",)) if r.held_on < look.today]
    if unsaid:
        return red(phrase("A door is closed since {date}, and nobody was told.", date=unsaid[-1].held_on))
    told = look.items("outage", states=("announced",))
    # Not from the outbox: a public light that follows messages would tell when somebody's was waiting.
    if not look.items("continuity_plan", within=2 * YEAR):
        return red(phrase("There is no plan for when the network is down."))
    if told:
        return amber(phrase("An outage goes on, and people were told."))
    return green(phrase("There is a plan, and every door is open."))
