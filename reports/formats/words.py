"""What the data of a release are called where others' tools read them: tables and columns, in words."""

from collections.abc import Mapping

from reports.tables import BY_ENTRY, BY_THEME, SPECS, STOCK_FLOW, TIMELINESS
from translations import Phrase, phrase

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TABLES: Mapping[str, Phrase] = {
    STOCK_FLOW: phrase("What was open, came and went, by company"),
    TIMELINESS: phrase("What was in time and what was late, by company"),
    BY_ENTRY: phrase("Complaints received, by the way they came"),
    BY_THEME: phrase("Complaints received, by subject"),
}
EVERYTHING = phrase("All tables of the month in one file")
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
    "measure": phrase("What is counted."),
    "value": phrase("The figure; empty where it is not shown."),
    "status": phrase("Final, provisional, or suppressed: not shown, so that nobody can be recognised."),
}


def table(name: str) -> Phrase | str:
    """Say what a table is about; one that nobody has named yet goes by its number in the list of tables."""
    return TABLES.get(name) or f"{SPECS[name].code} {name}"


def column(name: str) -> Phrase | str:
    """Say what stands in a column."""
    return COLUMNS.get(name, name)
