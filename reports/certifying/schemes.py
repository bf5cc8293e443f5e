"""The crosswalk for certifiers, as data: which part of the mechanism answers which clause, and where the evidence is.

It is this project's own reading: no scheme has verified it, and clause numbers change with editions. A new edition is
a new value here; nothing else knows a clause. An auditor who has the text at hand can lay it beside the exported rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.tables import (
    ACCESS,
    ANSWERS_BY_TYPE,
    BY_ENTRY,
    BY_STATE,
    BY_THEME,
    CAUSES,
    COMMITMENTS,
    COMPLIANCE,
    GUARDS,
    LEARNING,
    LOOKED_AGAIN,
    OFFICERS,
    OUTREACH,
    OVERDUE_BANDS,
    REMEDIES,
    REPEATED,
    REVIEW_TIMES,
    REVIEWS_DECIDED,
    REVIEWS_FILED,
    REVIEWS_HANDLED,
    REVIEWS_WHY,
    STOCK_FLOW,
    TIMELINESS,
)
from translations import Phrase, phrase

VERSION = "2026-1"
MARK = phrase("Mapping by the project, not verified by the scheme.")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A norm or certification, and the edition that was read."""

    key: str
    name: str
    edition: str


SCHEMES: Mapping[str, Scheme] = {
    scheme.key: scheme
    for scheme in (
        Scheme("ungp31", "UN Guiding Principles on Business and Human Rights, Principle 31", "2011"),
        Scheme("irma", "IRMA Standard for Responsible Mining, chapter 1.4", "1.0, 2018"),
        Scheme("copper_mark", "Copper Mark, Risk Readiness Assessment", "3.0"),
        Scheme(
            "tsm", "Towards Sustainable Mining, Indigenous and Community Relationships, indicator 5", "2019"
        ),
        Scheme("icmm", "ICMM, Handling and resolving local-level concerns and grievances", "2019"),
        Scheme("cmsi", "Consolidated Mining Standard Initiative, performance area 17", "draft, October 2024"),
        Scheme("ifc_ps1", "IFC Performance Standard 1, paragraphs 34 to 36", "2012"),
        Scheme(
            "ess10", "World Bank Environmental and Social Standard 10, paragraphs 26 and 27, Annex 1", "2018"
        ),
        Scheme("iso10002", "ISO 10002, Guidelines for complaints handling in organizations", "2018"),
    )
}


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the mechanism: the clauses it answers by scheme, and its evidence.

    Evidence: obligations (`O05`) whose readiness is worked out, published tables, registers that are counted, criteria
    whose score is published, and pages.
    """

    key: str
    feature: Phrase
    clauses: Mapping[str, str]
    obligations: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


# fmt: off
# ruff: noqa: E501  a row of the crosswalk is read as one
ROWS: tuple[Row, ...] = (
    Row("doors", phrase("Several doors: text message, telephone menu, web, kiosk, radio"),
        {"ungp31": "31(b)", "irma": "1.4.1.1; 1.4.2.1", "copper_mark": "stakeholder engagement", "tsm": "B", "icmm": "2.2",
         "cmsi": "Foundational", "ifc_ps1": "35", "ess10": "27; Annex 1 (a)", "iso10002": "4.3; 7.1"},
        ("O05", "O24"), (BY_ENTRY, ACCESS), ("channel_test", "outage"), ("accessible",), ("/procedure",)),
    Row("anonymity", phrase("Nobody asks for a name; answers both ways under a clave"),
        {"ungp31": "31(b); 31(f)", "irma": "1.4.2.1 (c), (d)", "copper_mark": "human rights", "tsm": "A", "icmm": "2.2", "cmsi": "Good",
         "ifc_ps1": "35", "ess10": "26 to 27", "iso10002": "4.7"},
        ("O09", "O20"), (), ("privacy_notice",), ("rights_compatible",), ("/promises", "/complain")),
    Row("languages", phrase("Every message in the languages of the place, spoken ones as well"),
        {"ungp31": "31(b)", "irma": "1.4.2.1 (e)", "copper_mark": "stakeholder engagement", "tsm": "A", "icmm": "2.2", "cmsi": "Good",
         "ifc_ps1": "35", "ess10": "27", "iso10002": "4.3"},
        ("O01", "O08"), (), ("helper", "procedure_published"), ("accessible",), ("/procedure",)),
    Row("procedure", phrase("A published procedure with a day for every step"),
        {"ungp31": "31(c)", "irma": "1.4.2.1 (b); 1.4.2.2", "copper_mark": "stakeholder engagement", "tsm": "A", "icmm": "2.3",
         "cmsi": "Foundational", "ifc_ps1": "35", "ess10": "Annex 1 (c)", "iso10002": "4.2; 6.2"},
        ("O01",), (TIMELINESS,), ("procedure_published",), ("predictable",), ("/procedure",)),
    Row("deadlines", phrase("Deadlines that are counted, and lateness that escalates by itself"),
        {"ungp31": "31(c); 31(a)", "irma": "1.4.2.1 (b)", "copper_mark": "stakeholder engagement", "tsm": "A", "icmm": "2.3",
         "cmsi": "Foundational", "ifc_ps1": "35", "ess10": "Annex 1 (c)", "iso10002": "4.4; 7.4"},
        (), (TIMELINESS, OVERDUE_BANDS), (), ("predictable",), ("/procedure",)),
    Row("independence", phrase("Nobody judges their own case; an independent person decides"),
        {"ungp31": "31(a); 31(h)", "irma": "1.4.2.1 (f)", "copper_mark": "human rights", "tsm": "AA", "icmm": "2.1", "cmsi": "Good; Leading",
         "ifc_ps1": "35", "ess10": "Annex 1 (d), (e)", "iso10002": "4.5; 7.8"},
        ("O02", "O03", "O04"), (REVIEWS_FILED, REVIEWS_WHY, REVIEWS_DECIDED, REVIEWS_HANDLED, REVIEW_TIMES, LOOKED_AGAIN), ("panel", "independence", "income"), ("legitimate",), ("/findings",)),
    Row("no_waiver", phrase("No remedy asks for a waiver, and other ways stay open"),
        {"ungp31": "31(f); Principle 29", "irma": "1.4.3.1; 1.4.5.3", "copper_mark": "human rights", "tsm": "A", "icmm": "2.6", "cmsi": "Good",
         "ifc_ps1": "35", "ess10": "26", "iso10002": "7.8"},
        ("O23",), (GUARDS,), ("outside_route",), ("rights_compatible",), ("/procedure",)),
    Row("hearing", phrase("People are heard, see the evidence, and may have an adviser"),
        {"ungp31": "31(d)", "irma": "1.4.2.1 (e)", "copper_mark": "human rights", "tsm": "AA", "icmm": "2.4", "cmsi": "Good",
         "ifc_ps1": "35", "ess10": "27", "iso10002": "4.5; 7.6"},
        ("O10",), (BY_STATE,), ("adviser",), ("equitable",), ("/procedure",)),
    Row("statistics", phrase("Monthly statistics and open data that unmask nobody"),
        {"ungp31": "31(e)", "irma": "1.4.6.1", "copper_mark": "transparency and disclosure", "tsm": "AA", "icmm": "2.5", "cmsi": "Good",
         "ifc_ps1": "36", "ess10": "Annex 1 (b)", "iso10002": "4.9; 8.2"},
        ("O17",), (STOCK_FLOW, BY_THEME, ANSWERS_BY_TYPE), ("plan", "statement", "company_comment", "context"), ("transparent",), ("/reports",)),
    Row("protected", phrase("Whoever is in danger bypasses the company"),
        {"ungp31": "31(f); 31(b)", "irma": "1.4.2.1 (c), (e), (f)", "copper_mark": "human rights", "icmm": "2.6", "cmsi": "Good",
         "ifc_ps1": "35", "ess10": "27", "iso10002": "4.7"},
        ("O09", "O11"), (), ("service", "retaliation_policy"), ("rights_compatible",), ("/promises",)),
    Row("remedies", phrase("Remedies and commitments that the other side confirms"),
        {"ungp31": "31(c); 31(f)", "irma": "1.4.4.1", "copper_mark": "human rights", "tsm": "A", "icmm": "2.6", "cmsi": "Good",
         "ifc_ps1": "35", "ess10": "Annex 1 (b)", "iso10002": "7.7; 7.9"},
        ("O18",), (REMEDIES, COMMITMENTS, COMPLIANCE), ("commitment",), ("rights_compatible",), ("/commitments",)),
    Row("learning", phrase("Causes, lessons and actions on what repeats itself"),
        {"ungp31": "31(g)", "irma": "1.4.4.2", "copper_mark": "stakeholder engagement", "tsm": "AA", "icmm": "2.7", "cmsi": "Leading",
         "ifc_ps1": "36", "ess10": "Annex 1 (b)", "iso10002": "4.10; 8.3; 8.7"},
        ("O15", "O16"), (CAUSES, REPEATED, LEARNING), ("lesson", "action", "evaluation"), ("learning",), ("/registers/action",)),
    Row("consultation", phrase("People are asked about its design and its performance"),
        {"ungp31": "31(h)", "irma": "1.4.2.1; 1.4.4.3", "copper_mark": "stakeholder engagement", "tsm": "AA; AAA", "icmm": "2.8",
         "cmsi": "Good; Leading", "ifc_ps1": "35", "ess10": "27", "iso10002": "8.3"},
        ("O13", "O14", "O19", "O22"), (), ("consultation", "dialogue", "comment_round"), ("dialogue",), ("/dialogues", "/surveys")),
    Row("training", phrase("Whoever takes cases on is trained"),
        {"ungp31": "31(a)", "irma": "1.4.5.2", "copper_mark": "stakeholder engagement", "tsm": "A", "icmm": "2.1", "cmsi": "Foundational",
         "ifc_ps1": "34", "ess10": "27", "iso10002": "6.4"},
        ("O12",), (OFFICERS,), ("training",), ("legitimate",), ("/registers/training",)),
    Row("outreach", phrase("People are told that it is there, on the radio as well"),
        {"ungp31": "31(b)", "irma": "1.4.5.1", "copper_mark": "stakeholder engagement", "tsm": "B", "icmm": "2.2", "cmsi": "Foundational",
         "ifc_ps1": "35", "ess10": "27", "iso10002": "4.2; 7.1"},
        ("O06", "O07"), (OUTREACH,), ("outreach", "stakeholder_map"), ("accessible",), ("/registers/outreach",)),
    Row("information", phrase("Requests for information with a public archive"),
        {"ungp31": "31(e); 31(d)", "irma": "1.2 (disclosure)", "copper_mark": "transparency and disclosure", "icmm": "2.5", "ess10": "19 to 24",
         "iso10002": "4.9"},
        ("O17",), (ANSWERS_BY_TYPE,), (), ("transparent",), ("/requests",)),
)
# fmt: on
"""What answers what, in the order of the features; where a scheme says nothing of one, it has no clause."""


def rows_of(scheme: str) -> tuple[Row, ...]:
    """List the rows in which a scheme has a clause."""
    return tuple(row for row in ROWS if scheme in row.clauses)
