"""The guards as a table that people read: criterion, promise, what each reads, its tests, its measure, its norm.

The references are the project's own reading of the norms, checked by none of the bodies that wrote them.
"""

from collections.abc import Mapping

from workflows.criteria import CRITERIA
from workflows.criterion import ANYTHING, Criterion, Guard
from workflows.readiness import OBLIGATIONS
from workflows.registry.registerbook import REGISTERS

GUARDS = tuple(f"G{n:02}" for n in range(1, 45))
"""Every line of the specification; a guard with a letter after its number is a part of that line."""

NORMS: Mapping[str, str] = {
    "G01": "UNGP 31(a): no party to a complaint interferes with it",
    "G01b": "UNGP 31(a): no party to a complaint interferes with it",
    "G01c": "UNGP 31(a): nobody is judge in their own case; internal review",
    "G02": "IRMA 1.4.5; ESS10",
    "G03": "UNGP 31(h), commentary: nobody decides alone on a complaint about themselves",
    "G04": "UNGP 31(a); ARP III, policy objective 7",
    "G04b": "senses of review as Mexico's access-to-information authority published them",
    "G04d": "UNGP 31(a) and (d): a review goes by its record; Mexico's reviews: late filing, hearing, asking to complete",
    "G04e": "UNGP 31(d); Mexico's reviews: the person is asked to complete what is missing",
    "G04f": "UNGP 31(a); Mexico's reviews: particular opinions",
    "G04c": "UNGP 31(a): no reviewer lives off one company's cases",
    "G05": "ISO 37002: trust, impartiality, protection",
    "G05b": "ISO 37002: trust, impartiality, protection",
    "G06": "ESS10: anonymous complaints are raised and addressed",
    "G07": "IFC PS1 35; ISO 10002: no charges",
    "G08": "UNGP 31(b), commentary: language and literacy",
    "G09": "UNGP 31(b), commentary: fear of reprisal",
    "G10": "ARP III, policy objective 8",
    "G11": "ESS10 Annex 1; Directive (EU) 2019/1937: within seven days",
    "G12": "UNGP 31(c); IRMA 1.4.2",
    "G13": "UNGP 31(c); access-to-information practice: the count stops only while the person has the word",
    "G14b": "UNGP 31(c)",
    "G14c": "UNGP 31(c)",
    "G14": "UNGP 31(c); Mexico: once, ten working days, before the date",
    "G15": "UNGP 31(c) and (a)",
    "G16": "ISO 10002, clause 7; natural justice",
    "G16b": "kinds of answer as Mexico's access-to-information authority published them",
    "G16c": "access-to-information practice: not competent is said in three working days, public already in five",
    "G17": "UNGP 31(d)",
    "G17b": "UNGP 31(d); the norm's site visit, or the reason why not",
    "G18": "UNGP 31(d): reasonable access to information",
    "G18b": "UNGP 31(h)",
    "G19": "UNGP 31(d) and (f); ARP III, policy objective 10",
    "G19b": "UNGP 31(d): access to sources of advice",
    "G20": "UNGP 31(d) and (h); ILO 169, articles 6 and 7",
    "G21": "UNGP 31(e)",
    "G22": "ISO 10002: told of the outcome and of other recourse",
    "G23": "UNGP 29; IRMA 1.4.3; IFC PS1: no waiver, no other remedy barred",
    "G23b": "IRMA 1.4.3: no waiver as a condition; a second person reads what is settled for money",
    "G24": "UNGP 29, commentary: no substitute for courts or unions",
    "G25": "UNGP 31(f)",
    "G26": "UNGP 31(f)",
    "G27": "UNGP 31(f) and (d)",
    "G28": "UNGP 31(f): no withdrawal under pressure",
    "G28b": "UNGP 31(f): seven days in which a withdrawal can be regretted",
    "G28c": "UNGP 31(f): nobody is pressed while a withdrawal can be regretted",
    "G29": "UNGP 31(c): means of monitoring what was agreed",
    "G29b": "UNGP 31(c)",
    "G29c": "UNGP 31(c): what was done can be seen",
    "G30": "UNGP 31(g)",
    "G31": "UNGP 31(g), commentary: frequency, patterns and causes",
    "G32": "UNGP 31(h): engagement on design and performance",
    "G33": "UNGP 31(h), commentary: dialogue first, or an independent third party",
    "G33b": "UNGP 31(h)",
    "G34": "ISO 37002: confidentiality",
    "G34b": "ISO 37002: confidentiality; UNGP 31(f)",
    "G35": "UNGP 31(e), commentary: figures and confidentiality",
    "G36": "ISO 10002: follow-up",
    "G37": "UNGP 31(d)",
    "G38": "survivor-centred practice: each referral is the person's choice",
    "G39": "ARP III, policy objective 12: prompt remedy",
    "G39b": "practice on risks of reprisal: a matrix and a plan, again at every change",
    "G40": "UNGP 31(a)",
    "G40b": "UNGP 31(a)",
    "G40c": "UNGP 31(a)",
    "G41": "UNGP 31(f)",
    "G41b": "survivor-centred practice: safety, choice, no harm",
    "G41c": "survivor-centred practice: a choice of who attends",
    "G42": "UNGP 31(e)",
    "G42b": "UNGP 31(e)",
    "G43": "Escazú Agreement, article 9; UNGP 31(f)",
    "G44": "UNGP 31(a): resources",
}


def as_markdown(tests: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> str:
    """Write the table of docs/criteria.md; `tests` gives of each guard those that refuse and those that let pass."""
    lines = [
        "# The eight criteria and what keeps them",
        "",
        "Generated: `make criteria`. A guard reads only what stands in its row; a house test says so. A guard that",
        "stops nothing is recorded in the entry, or printed in the report, as missing. The norms are named as this",
        "project reads them; no scheme has verified it.",
    ]
    for criterion in CRITERIA:
        lines += _section(criterion, tests)
    lines += _obligations()
    return "\n".join(lines) + "\n"


def _section(criterion: Criterion, tests: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> list[str]:
    lines = [
        "",
        f"## {criterion.principle} {criterion.name}",
        "",
        f"Promise: {criterion.promise}",
        "",
        f"Indicator {criterion.indicator.id}: {criterion.indicator.words}, at least {criterion.indicator.target_percent} %.",
        "",
        "| guard | what it keeps | where | reads | refuses | lets pass | norm |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in criterion.guards:
        refusing, passing = tests.get(one.id, ((), ()))
        said = (
            (one.check.__doc__ or "")
            .splitlines()[0]
            .removeprefix(f"{one.id}: ")
            .removeprefix(f"{one.id[:3]}: ")
        )
        cells = (
            one.id, said, _where(one), ", ".join(sorted(one.reads)), _named(refusing), _named(passing), NORMS[one.id],
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _obligations() -> list[str]:
    lines = [
        "",
        "## What the mechanism owes beside its cases",
        "",
        "Twenty-four obligations. Their colour is worked out on every look, from what is written in these registers,",
        "by whom a register lets write; nobody sets it by hand. `/evidence` shows it.",
        "",
        "| obligation | what it is | criterion | recorded in | written by | turns red when |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in OBLIGATIONS:
        fed = [register for register in REGISTERS if one.id in register.feeds]
        where = ", ".join(f"`{register.key}`" for register in fed) or "published months"
        who = ", ".join(sorted({str(role) for register in fed for role in register.who})) or "the mechanism"
        lines.append(f"| {one.id} | {one.name} | {one.criterion} | {where} | {who} | {one.turns_red} |")
    return lines


def _where(one: Guard) -> str:
    if one.gate:
        where = f"gate {one.gate}"
    elif len(one.steps) > len(ANYTHING) // 2:
        where = (
            f"every step but {', '.join(sorted(ANYTHING - one.steps))}"
            if ANYTHING - one.steps
            else "every step"
        )
    else:
        where = ", ".join(sorted(one.steps))
    return where if one.stops else f"{where} (stops nothing)"


def _named(tests: tuple[str, ...]) -> str:
    return "<br>".join(f"`{name}`" for name in tests)
