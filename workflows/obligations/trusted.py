"""Whether those it is for can trust it: rules, panel, reviewers, trainings (predictable, legitimate)."""

from grievance import register
from grievance.vocabulary import Role
from translations import NAMES, phrase
from workflows.knowing import rulings
from workflows.obligations.looking import NOTHING, YEAR, Look, Verdict, amber, facts_in, green, names, red
from workflows.registry import incomes
from workflows.registry.registerbook import LANGUAGES_WAYS, MODULES


def procedure(look: Look) -> Verdict:
    """O01: the rules are out in every language and form."""
    rows = look.items("procedure_published", within=3 * YEAR)
    if not rows:
        return red(NOTHING)
    said = set().union(*(facts_in(r, "languages") for r in rows))
    ways = set().union(*(facts_in(r, "ways") for r in rows))
    missing = set(look.mechanism.languages) - said
    if missing:
        return red(phrase("Not published in: {names}.", names=names(NAMES.get(m, m) for m in missing)))
    if set(LANGUAGES_WAYS) - ways:
        return red(phrase("Not yet as text, recording, poster and radio script."))
    return green(phrase("In every language and form since {date}.", date=rows[0].held_on))


def panel(look: Look) -> Verdict:
    """O02: the panel meets, with its quorum."""
    rows = [row for row in look.items("panel") if "present" in register.facts_of(row)]
    if not rows:
        return red(phrase("The panel has not met."))
    age = (look.today - rows[0].held_on).days
    if age > look.mechanism.governance.meets_every_days:
        return red(phrase("The panel last met {days} days ago.", days=age))
    quorum = look.mechanism.governance.quorum
    there = [register.facts_of(row)["present"] >= quorum for row in rows[:2]]
    if not any(there):
        return red(phrase("Fewer than {quorum} seats came to the last meetings.", quorum=quorum))
    facts = register.facts_of(rows[0])
    if not there[0] or facts.get("outside", 0) * 2 < facts["present"]:
        return amber(phrase("The last meeting had no quorum, or fewer than half from outside the company."))
    return green(phrase("The panel met on {date}, with its quorum.", date=rows[0].held_on))


def reviewers(look: Look) -> Verdict:
    """O04: two reviewers with a valid declaration, and no company pays too much of what they earn."""
    active = {r.id for r in look.staff if r.role == Role.REVIEWER}
    signed = {
        r.about
        for r in look.items("independence", states=("signed",), within=YEAR)
        if r.until is None or r.until >= look.today
    }
    n, need = len(active & signed), 2
    if n < need:
        return red(phrase("{n} reviewers have a valid declaration; there must be two.", n=n))
    paid = incomes.shares(
        look.mechanism,
        look.items(incomes.KEY, within=YEAR),
        look.items("panel", states=("held",), within=YEAR),
    )
    ceiling = look.mechanism.governance.income_ceiling
    if above := incomes.too_much(paid, ceiling):
        return red(above)
    if active - signed:
        return amber(phrase("A reviewer has no valid declaration of independence."))
    if any(not one.protected for one in rulings.late_reviews(look.conn, look.today)):
        return amber(phrase("A reviewer is past the date of a review; the panel and the person know."))
    if unsaid := incomes.omitted(paid, ceiling):
        return amber(unsaid)
    return green(phrase("{n} reviewers have a valid declaration.", n=n))


def trained(look: Look) -> Verdict:
    """O12: whoever works here has every training, and none has run out."""
    if not look.staff:
        return red(phrase("Nobody has an account yet."))
    valid = {
        (r.about, register.facts_of(r).get("module"))
        for r in look.items("training", within=2 * YEAR)
        if r.until is None or r.until >= look.today
    }
    missing = {who.id for who in look.staff for module in MODULES if (who.id, module) not in valid}
    if missing:
        n, total = len(missing), len(look.staff)
        return red(phrase("{n} of {total} people lack a training, or it has run out.", n=n, total=total))
    return green(phrase("Everybody who works here is trained."))
