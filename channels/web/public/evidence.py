"""What a certifier reads: the six points the recommendations ask for, each with its links, and the readiness of O01 to O24.

Figures come from printed cells of releases only, so that the sum of a year says nothing that a month hid.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from channels.house import House
from channels.web.pages.render import language
from channels.web.public import evidencepacks
from channels.web.public.registerviews import COLOURS, Page, line
from grievance.vocabulary import Channel
from reports import shelf
from reports.measuring.lattice import KINDS_OF_DOORS
from reports.saying.foremost import surely
from reports.saying.sentences import NOT_SHOWN
from reports.shelf import Release
from reports.tables import ALL, BY_THEME, NOT_STATED, STOCK_FLOW
from translations import Phrase, chain, phrase
from translations.states import CHANNELS
from workflows import readiness
from workflows.criteria import CRITERIA
from workflows.obligations.looking import Colour, worst
from workflows.readiness import Ready
from workflows.registry import findings
from workflows.registry.registers import door_name

A_YEAR = 12
Links = tuple[tuple[str, Phrase], ...]
POINTS: tuple[tuple[str, Phrase, Phrase, tuple[str, ...], Links], ...] = (
    ("mechanism", phrase("The mechanism works"),
     phrase("It is open today, independent people watch over it, and it publishes every month."),
     ("O02", "O03", "O04", "O12", "O17", "O24"),
     (("/procedure", phrase("How it works")), ("/promises", phrase("What we promise")),
      ("/registers/panel", phrase("Panel meetings")), ("/registers/training", phrase("Trainings")),
      ("/findings", phrase("Findings of the reviewers")))),
    ("doors", phrase("There are several doors, radio among them"),
     phrase("People can come by phone, web, in person or by radio, and it costs them nothing."),
     ("O05", "O06", "O07", "O08"),
     (("/registers/channel_test", phrase("Test complaints")), ("/registers/outreach", phrase("Telling people about it")),
      ("/registers/helper", phrase("People who help with a complaint")))),
    ("protocol", phrase("The rules are written and known"),
     phrase("Every step has its day, and whoever disagrees knows whom to ask."),
     ("O01", "O10", "O22", "O23"),
     (("/procedure", phrase("How it works")), ("/registers/procedure_published", phrase("The rules, made known")),
      ("/registers/outside_route", phrase("Other ways that stay open to you")))),
    ("numbers", phrase("How many complaints, about what, and how many were solved"),
     phrase("From the published months, figures of 0 to 4 people hidden."),
     ("O17", "O18"),
     (("/reports", phrase("Reports, month by month")), ("/commitments", phrase("Commitments")))),
    ("anonymity", phrase("Nobody has to say who they are, and nobody is punished"),
     phrase("No field asks for a name; the company never sees a number; who is in danger bypasses the company."),
     ("O09", "O11", "O20", "O21"),
     (("/promises", phrase("What we promise")), ("/complain", phrase("Make a complaint")),
      ("/registers/privacy_notice", phrase("Privacy")), ("/registers/retaliation_policy", phrase("No reprisals")))),
    ("actions", phrase("What repeats itself gets an action"),
     phrase("Every closed case says its cause; three of one cause and place call for an action."),
     ("O13", "O14", "O15", "O16", "O19"),
     (("/registers/action", phrase("Improvement actions")), ("/registers/lesson", phrase("Lessons")),
      ("/registers/plan", phrase("Reasons and plans")),
      ("/registers/consultation", phrase("Consultations: you said, we did")), ("/dialogues", phrase("Dialogues")),
      ("/surveys", phrase("Opinion surveys")), ("/registers/evaluation", phrase("Outside evaluations")))),
)  # fmt: skip
"""Key, title, words, the obligations behind it, where to look (domain: standards 2.3)."""


def evidence_page(conn: Connection, house: House) -> Page:
    """Build the whole page from one look at the database."""
    ready = readiness.assess(conn, house.rules, now=house.now())
    by_id = {one.id: one for one in ready}
    criteria = {criterion.key: criterion.name for criterion in CRITERIA}
    return {
        "points": [
            {
                "key": key,
                "number": number,
                "title": title,
                "words": words,
                "badge": COLOURS[worst(by_id[o].colour for o in behind)],
                "behind": [line(by_id[o]) for o in behind if by_id[o].colour != Colour.GREEN],
                "links": links,
                "facts": _facts(key, conn, house),
            }
            for number, (key, title, words, behind, links) in enumerate(POINTS, 1)
        ],
        "summary": _summary(ready),
        "packs": evidencepacks.links() if shelf.months(conn) else (),
        "obligations": [line(one) | {"criterion": criteria[one.criterion]} for one in ready],
        "today": house.rules.today(house.now()),
    }


def _summary(ready: Iterable[Ready]) -> Phrase:
    colours = [one.colour for one in ready]
    return phrase(
        "Of {total} obligations {green} are met, {amber} partly, {red} not.",
        total=len(colours),
        green=colours.count(Colour.GREEN),
        amber=colours.count(Colour.AMBER),
        red=colours.count(Colour.RED),
    )


def _facts(key: str, conn: Connection, house: House) -> list[tuple[object, object]]:
    if key == "doors":
        named = [(KINDS_OF_DOORS.get(c.kind, c.kind), door_name(c)) for c in house.rules.current.channels]
        return [(CHANNELS[Channel(kind)] if kind in CHANNELS else kind, name) for kind, name in named]
    if key == "mechanism":
        return _found(conn, house)
    if key == "numbers":
        return _year(shelf.all_newest(conn)[:A_YEAR], language(house), house)
    return []


def _found(conn: Connection, house: House) -> list[tuple[object, object]]:
    """Count what reviewers found in how sites work; what they found in cases is nobody's to count here."""
    found = findings.of_practice(conn)
    today = house.rules.today(house.now())
    return [
        (phrase("Findings of the reviewers about how sites work"), len(found)),
        (phrase("Of them without an answer in time"), sum(one.is_late(today) for one in found)),
    ]


def _year(months: tuple[Release, ...], spoken: str, house: House) -> list[tuple[object, object]]:
    """Sum printed cells of at most twelve months; one hidden month hides the sum."""
    if not months:
        return [(phrase("Published months"), 0)]

    def total(table: str, *at: str) -> int | None:
        cells = [release.complaints[table].value(*at) for release in months]
        return None if None in cells else sum(filter(None, cells))

    themes = {theme.key: theme.name(*chain(spoken)) for theme in house.rules.current.themes}
    parts = [(release.complaints[BY_THEME], (*themes, NOT_STATED)) for release in months]
    most = surely(({key: table.value(key) for key in keys}, table.value(ALL)) for table, keys in parts) or ""
    received, closed = total(STOCK_FLOW, ALL, "received"), total(STOCK_FLOW, ALL, "closed")
    return [
        (phrase("Published months"), len(months)),
        (phrase("Complaints received"), NOT_SHOWN if received is None else received),
        (phrase("Complaints closed"), NOT_SHOWN if closed is None else closed),
        (phrase("Most often about"), themes.get(most, NOT_SHOWN)),
    ]
