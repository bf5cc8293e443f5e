"""The registers beside the figures of a month: reasons and plans, the reviewer's word, the company's, the context.

Whoever writes here writes for everybody: no small figure in words, nobody's name. A release freezes what stands here
for its month when it is published; what comes later stands in the next one.
"""

from collections.abc import Mapping

from grievance.vocabulary import Role
from translations import Phrase, phrase
from workflows.criteria import CRITERIA
from workflows.registry.registershape import Asks, Field, Register

OPEN, DONE, KEPT = "open", "done", "kept"
THIRD_PARTY = frozenset({Role.FOCAL, Role.REVIEWER})
EVERYBODY = THIRD_PARTY | {Role.OFFICER}

CRITERIA_NAMES: Mapping[str, Phrase] = {criterion.key: criterion.name for criterion in CRITERIA}
OWNERS: Mapping[str, Phrase] = {
    "community_relations": phrase("Community relations"),
    "management": phrase("Management of the mine"),
    "environment": phrase("Environment"),
    "operations": phrase("Operations"),
    "contracts": phrase("Contracts and contractors"),
    "security": phrase("Security"),
    "people": phrase("Jobs and staff"),
    "coordination": phrase("Coordination of the mechanism"),
    "independent_entity": phrase("The independent entity"),
}
"""Who answers for a plan: a role, never a person."""
RESULTS: Mapping[str, Phrase] = {
    "met": phrase("Met"),
    "partly": phrase("Partly met"),
    "not_met": phrase("Not met"),
}
HAPPENINGS: Mapping[str, Phrase] = {
    "rain": phrase("Rain or snow"),
    "drought": phrase("Drought"),
    "stoppage": phrase("Stoppage or blockade"),
    "assembly": phrase("Assembly or agreement"),
    "spill": phrase("Spill or accident"),
    "works": phrase("Works or blasting"),
    "elections": phrase("Elections"),
    "festivity": phrase("Feast"),
    "network": phrase("Network down"),
    "other": phrase("Something else"),
}
WRITTEN = {"written": phrase("Written")}
MONTH = Field("month", phrase("Month of the report"), Asks.MONTH, fixed=True)
CRITERION = Field("criterion", phrase("Criterion"), Asks.CODE, CRITERIA_NAMES, fixed=True)


def _prose(key: str, label: Phrase, *, fixed: bool = False) -> Field:
    return Field(key, label, Asks.TEXT, prose=True, fixed=fixed)


BESIDE_A_MONTH: tuple[Register, ...] = (
    Register(
        "plan",
        phrase("Reasons and plans"),
        phrase("Why a criterion was not met in a month, what will be done, who answers for it, and by when."),
        {
            OPEN: phrase("Under way"),
            DONE: phrase("Done, says who owes it"),
            KEPT: phrase("Kept, says the other side"),
        },
        (
            MONTH,
            CRITERION,
            _prose("reason", phrase("Why it was not met"), fixed=True),
            _prose("plan", phrase("What will be done"), fixed=True),
            Field("owner", phrase("Who answers for it"), Asks.CODE, OWNERS, fixed=True),
            Field("until", phrase("To be done by"), Asks.DAY, fixed=True),
        ),
        EVERYBODY | {Role.ADMIN},
        ("O17",),
        only={KEPT: THIRD_PARTY},
        final=frozenset({KEPT}),
        when=phrase("Written on"),
    ),
    Register(
        "statement",
        phrase("Word of the independent reviewer"),
        phrase("What the independent reviewer says of a month. The company cannot change it."),
        WRITTEN,
        (MONTH, _prose("text", phrase("What you say of the month"))),
        frozenset({Role.REVIEWER}),
        ("O17",),
        when=phrase("Written on"),
    ),
    Register(
        "verdict",
        phrase("Where the reviewer sees it otherwise"),
        phrase(
            "A criterion that the independent reviewer judges otherwise than its figures do. Both are shown."
        ),
        WRITTEN,
        (
            MONTH,
            CRITERION,
            Field("result", phrase("What the reviewer says"), Asks.CODE, RESULTS),
            _prose("text", phrase("Why")),
        ),
        frozenset({Role.REVIEWER}),
        ("O17",),
        when=phrase("Written on"),
    ),
    Register(
        "company_comment",
        phrase("Word of the company"),
        phrase("What a company says of a month, in 600 letters at most, shown as its own word."),
        WRITTEN,
        (MONTH, _prose("text", phrase("What the company says"))),
        frozenset({Role.OFFICER}),
        ("O17",),
        when=phrase("Written on"),
    ),
    Register(
        "context",
        phrase("What happened in the month"),
        phrase(
            "Rain, a stoppage, an assembly, a spill: what has to be known to read the figures, and who says so."
        ),
        WRITTEN,
        (
            MONTH,
            Field("what", phrase("What happened"), Asks.CODE, HAPPENINGS),
            Field("site", phrase("Site"), Asks.CODE, among="sites", required=False),
            _prose("text", phrase("In a sentence")),
            _prose("source", phrase("Where it is known from")),
        ),
        EVERYBODY,
        ("O17",),
        when=phrase("Happened on"),
    ),
)
