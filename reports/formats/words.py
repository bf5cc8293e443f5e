"""What the data of a release are called where others' tools read them: tables and columns, in words."""

from collections.abc import Mapping

from reports import tables
from reports.tables import SPECS
from translations import Phrase, phrase

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TABLES: Mapping[str, Phrase] = {
    tables.STOCK_FLOW: phrase("What was open, came and went, by company"),
    tables.BY_ENTRY: phrase("Complaints received, by the way they came"),
    tables.FAILED_ATTEMPTS: phrase("Attempts to complain by telephone that failed, by quarter"),
    tables.BY_THEME: phrase("Complaints received, by subject"),
    tables.TIMELINESS: phrase("What was in time and what was late, by company"),
    tables.ANSWERS_BY_TYPE: phrase("How cases ended and how requests were answered"),
    tables.BY_STATE: phrase("Steps that were taken"),
    tables.OVERDUE_BANDS: phrase("How late the company is with open cases"),
    tables.OPEN_AGE: phrase("How long open cases have been open"),
    tables.REVIEWS_FILED: phrase("Reviews that were asked for"),
    tables.REVIEWS_WHY: phrase("Why people asked for a review, by quarter"),
    tables.REVIEWS_DECIDED: phrase("How the independent reviewer decided"),
    tables.REVIEWS_HANDLED: phrase("How independent reviewers went about it"),
    tables.REVIEW_TIMES: phrase("Whether reviews were decided in time"),
    tables.LOOKED_AGAIN: phrase("Whether a third party looked again"),
    tables.COMPLIANCE: phrase("Whether what was ordered was done"),
    tables.REMEDIES: phrase("Remedies offered, accepted and done"),
    tables.GUARDS: phrase("Steps that a rule refused"),
    tables.CAUSES: phrase("Causes that were found"),
    tables.REPEATED: phrase("Whether the same happened again, by quarter"),
    tables.CORRECTIONS: phrase("Why something was corrected"),
    tables.BY_SITE: phrase("Complaints and answers, by site"),
    tables.QUARTER_SITE_THEME: phrase("A quarter by site and subject"),
    tables.YEAR_SITE_THEME: phrase("A year by site and subject"),
    tables.LEARNING: phrase("Lessons and improvement actions"),
    tables.COMMITMENTS: phrase("Commitments to communities"),
    tables.OUTREACH: phrase("Where people were told about it"),
    tables.AIRTIME: phrase("Minutes on the radio, by language"),
    tables.ACCESS: phrase("Whether the ways in worked"),
    tables.OFFICERS: phrase("Officers, by company"),
}
EVERYTHING = phrase("All tables of the month in one file")
INDICATORS = phrase("The indicators of the month")
OF_EACH = phrase("The indicators of the month, by company and by site")
COLUMNS: Mapping[str, Phrase] = {
    "table": phrase("The table the figure stands in."),
    "period": phrase("The month, quarter or year the figure is about."),
    "month": phrase("The month the figure is about, as YYYY-MM."),
    "quarter": phrase("The quarter the figure is about, as YYYY-Qn."),
    "year": phrase("The year the figure is about, as YYYY."),
    "kind": phrase("The kind of case: a complaint or a request for information."),
    "operator": phrase("The company; all is the whole, unrouted is not yet with a company."),
    "site": phrase("The site; all is the whole."),
    "theme": phrase("What the complaint is about; all is the whole."),
    "channel": phrase("The way it came in; all is the whole."),
    "clock": phrase("The deadline that is meant."),
    "answer": phrase("How the case ended, or what kind of answer was given."),
    "step": phrase("The step that was taken."),
    "band": phrase("How many days, in bands."),
    "review": phrase("Who was asked for the review, or why it began."),
    "again": phrase("Whether a reviewer looked at the case again; all is every case that ended."),
    "ruling": phrase("How the reviewer decided."),
    "verdict": phrase("Whether what was ordered was done."),
    "guard": phrase("The rule that refused."),
    "cause": phrase("The cause that was found."),
    "why": phrase("Why the person asked for it, if they said so; all is every review that was asked for."),
    "repeat": phrase("Whether the same cause had ended another case in the same place before."),
    "reason": phrase("Why it was corrected; all is every correction."),
    "state": phrase("How it stands."),
    "medium": phrase("How people were told."),
    "language": phrase("The language."),
    "measure": phrase("What is counted."),
    "indicator": phrase("The number of the indicator."),
    "criterion": phrase("The criterion that it is about."),
    "dimension": phrase("Whether it is of a company (operator) or of a site."),
    "member": phrase("The company or the site that it is of."),
    "n": phrase("How many; empty where it is not shown."),
    "of": phrase("Of how many; empty where there is nothing to compare with."),
    "percent": phrase("The share of a hundred, from twenty on, rounded down."),
    "definitions": phrase("The version of the definitions."),
    "months": phrase("The months whose figures are added up."),
    "n_is": phrase("The printed figures that make it."),
    "of_is": phrase("The printed figures that it is compared with."),
    "value": phrase("The figure; empty where it is not shown."),
    "status": phrase("Final, provisional, or suppressed: not shown, so that nobody can be recognised."),
}


def table(name: str) -> Phrase | str:
    """Say what a table is about; one that nobody has named yet goes by its number in the list of tables."""
    return TABLES.get(name) or f"{SPECS[name].code} {name}"


def column(name: str) -> Phrase | str:
    """Say what stands in a column."""
    return COLUMNS.get(name, name)
