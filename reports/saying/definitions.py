"""What each figure means: every table and every measure in words, under one version (`reports.document.DEFINITIONS`).

Whoever counts something in another way changes the words here and the version, so that nobody compares two things
under one name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports import tables
from reports.tables import AGES, LATENESS, NOT_LATE, NOT_STATED, OLDEST, VERY_LATE, Every, Rule
from translations import Phrase, phrase
from translations.states import CHANNELS, SENSES, WHY_REVIEW
from workflows.registry.compliance import VERDICTS
from workflows.registry.registerbook import BY_KEY, CAUSES

BY_QUARTER = phrase("It is asked when a case ends with an answer, and shown by quarters beside the surveys.")
RULES: Mapping[Rule, Phrase] = {
    Rule.ACCOUNT: phrase("Printed exactly, zeros too, when ten people or more stand behind the row."),
    Rule.PEOPLE: phrase("Figures of 0 to 4 people are not shown, nor what would tell them."),
    Rule.OWN: phrase("Printed as it is: nobody can be known by it."),
    Rule.FEW: phrase("Printed from five on. Under five is not told, nought neither."),
    Rule.DANGER: phrase("Printed from ten people on. Under ten is not told, nought neither."),
}
HANDLED = phrase(
    "What became of cases on the way (no longer needed, a later date, stood still) is shown like figures of people."
)
PERFORMANCE = phrase(
    "From ten people on it is exact, noughts too: so everybody sees when a reviewer was late."
)
ALSO: Mapping[str, Phrase] = {tables.TIMELINESS: HANDLED, tables.REVIEW_TIMES: PERFORMANCE}
PERIODS: Mapping[Every, Phrase] = {
    Every.MONTH: phrase("every month"),
    Every.QUARTER: phrase("every quarter"),
    Every.YEAR: phrase("every year"),
}
_UNDER_REFERRED = ("referred_accepted", "protected_transferred")
_LATE = ((1, 14), (15, 28), (29, 56))
_OLD = ((0, 30), (31, 60), (61, 90), (91, 180))
_RECEIVED = phrase("Cases that came in.")
WHY_CORRECTED: Mapping[str, Phrase] = {
    "misread": phrase("It had been read wrongly"),
    "person_said": phrase("The person said more"),
    "looked_into": phrase("It turned out when somebody looked into it"),
    "other_kind": phrase("A complaint became a request for information, or the other way round"),
    NOT_STATED: phrase("Not stated"),
}
_ENDED = phrase("Cases that ended.")


@dataclass(frozen=True, slots=True)
class Defined:
    """One table in words: what it is called, what it counts, and what its members count.

    Places, subjects, guards and languages need no definition of their own and are not in `members`.
    """

    title: Phrase
    words: Phrase
    members: Mapping[str, Phrase] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the definitions: its number, and what was counted in another way from then on."""

    name: str
    changes: tuple[Phrase, ...]


VERSIONS = (
    Version(
        "v2026-06",
        (
            phrase(
                "New: how many officers each company has, and how many open cases for each of them (I-40)."
            ),
            phrase("New: how many of the cases that ended a third party had looked at again (I-39)."),
            phrase(
                "New, by quarters: how many independent reviews were decided in time, and how many late (T09)."
            ),
            phrase(
                "New: how many complaints ended with a cause that had ended another one in the same place (I-31), by "
                "quarters."
            ),
            phrase("New: why people ask for a review (T08), by quarters."),
            phrase("New: attempts to complain by telephone that failed (T02, I-08), by quarters."),
        ),
    ),
    Version(
        "2026-5",
        (
            phrase(
                "New: with how many people in danger somebody safe spoke within a day (I-28), once a year."
            ),
            phrase("New: what is printed by company, and by site, is said as indicators of each as well."),
            phrase(
                "New, by quarters beside the surveys: who complains (T12) and how people heard of it (T13, I-10)."
            ),
        ),
    ),
    Version(
        "2026-4",
        (
            phrase(
                "Offered to be heard (I-19) compares with the answers of the month. Before, offers stood beside "
                "other cases' investigations."
            ),
            phrase("New: in how many open cases somebody wrote to the person in thirty days (I-17)."),
            phrase(
                "New: trust (I-01) and who knows how to complain (I-12), from the opinion survey that ended in the month."
            ),
        ),
    ),
    Version("2026-3", (phrase("There is a new table (T09): how reviewers went about it."),)),
    Version("2026-2", (phrase("What reviewers decided (T09) has one more row: it was asked for too late."),)),
    Version("2026-1", (phrase("The first definitions."),)),
)
"""Newest first. Every month names the version that it was made with."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A table of the list (standards 3.3) that is not made, and why."""

    code: str
    title: Phrase
    why: Phrase


TABLES: Mapping[str, Defined] = {
    tables.STOCK_FLOW: Defined(
        phrase("What was open, came and went, by company"),
        phrase(
            "What was open at the start, plus what came, minus what ended or moved on, is open at the end."
        ),
        {
            "opening": phrase("Cases that were open when the month began."),
            "received": _RECEIVED,
            "reopened": phrase("Cases that were opened again."),
            "moved_in": phrase("Cases that came from another row: a company can read them from then on."),
            "closed": _ENDED,
            "moved_out": phrase("Cases that went to another row."),
            "closing": phrase("Cases that were open when the month ended."),
        },
    ),
    tables.BY_ENTRY: Defined(
        phrase("Complaints received, by the way they came"),
        phrase("Cases that came in, by the way they came."),
    ),
    tables.FAILED_ATTEMPTS: Defined(
        phrase("Attempts that failed"),
        phrase(
            "Who chose to complain on a phone menu or in a call, was gone before saying a word and did not come back within "
            "the hour (by menu: within the day). Counted the day after. On the web and by text message nobody can tell "
            "that somebody tried."
        ),
        {way: CHANNELS[way] for way in ("ussd", "phone_voice")},
    ),
    tables.BY_THEME: Defined(
        phrase("Complaints received, by subject"),
        phrase("Cases that came in, by their subject on that day. A correction counts in its own month."),
    ),
    tables.TIMELINESS: Defined(
        phrase("What was in time and what was late, by company"),
        phrase(
            "Each date ends once, and counts in the month in which it ends. So slow cases cannot hide. "
            "Where the person did not agree, or a reviewer sent it back, the next answer counts as well, from that day."
        ),
        {
            "met": phrase("Done by its date."),
            "late": phrase("Done after its date."),
            "stopped": phrase("No longer needed: the case went another way."),
            "closed": phrase("No longer needed: the case ended."),
            "median_days": phrase("Half were done within so many days of the calendar. From ten on."),
            "p90_days": phrase("Nine of ten were done within so many days of the calendar. From fifty on."),
            "median_net_days": phrase("The same half, without the days we waited for the person."),
            "p90_net_days": phrase("The same nine of ten, without the days we waited for the person."),
            "extended": phrase("Of those done: how many had been given a later date."),
            "paused": phrase("Of those done: how many stood still while we waited for the person."),
            tables.HEARD: phrase("Of the answers: before how many the person had been offered to be heard."),
            tables.TOLD: phrase(
                "Of the cases open at the end: in how many somebody wrote to the person in the last thirty days, or they "
                "came in then."
            ),
        },
    ),
    tables.ANSWERS_BY_TYPE: Defined(
        phrase("How cases ended and what was answered"),
        phrase("Complaints by how they ended. Requests for information by the kind of each answer."),
        {
            **{sense: words for sense, words in SENSES.items() if sense not in _UNDER_REFERRED},
            "referred": phrase("Passed to another body, with the person's yes"),
            "full": phrase("Answered in full"),
            "partial": phrase("Answered in part"),
            "publicly_available": phrase("Was public already"),
            "not_held": phrase("They do not have it"),
            "not_competent_redirected": phrase("Another body has to answer"),
            "confidential": phrase("Confidential"),
            "reserved": phrase("Reserved"),
            "refused_other": phrase("Refused for another reason"),
        },
    ),
    tables.BY_STATE: Defined(
        phrase("What was done in the cases"),
        phrase("Steps of the month that no other table counts."),
        {
            "assess": phrase("Assessed"),
            "investigate": phrase("Investigation opened"),
            "hear": phrase("Offered to be heard"),
            "ask": phrase("A question was asked"),
            "extend": phrase("The date was extended"),
            "add": phrase("The person added something"),
            "update": phrase("A message was written"),
            "decline": phrase("The person said no"),
            "talk": phrase("The person wants to talk"),
            "carry_out": phrase("Carrying out began"),
            "overdue": phrase("A date was missed"),
            "correct": phrase("Theme corrected"),
            "route": phrase("Routed to an operator"),
            "transfer": phrase("Transferred"),
            "link": phrase("Linked with another case"),
            "refer": phrase("Referred"),
            "attempt_contact": phrase("Tried to reach the person"),
            "recuse": phrase("Somebody was recused"),
        },
    ),
    tables.OVERDUE_BANDS: Defined(
        phrase("How late open cases are, by company"),
        phrase(
            "Cases open at the end of the month, by the date of the company that was missed the longest. "
            "Days of the calendar: fourteen are about ten working days."
        ),
        {
            NOT_LATE: phrase("No date was missed"),
            **{
                band: phrase("{first} to {last} days late", first=first, last=last)
                for band, (first, last) in zip(LATENESS, _LATE, strict=True)
            },
            VERY_LATE: phrase("More than {n} days late", n=56),
        },
    ),
    tables.OPEN_AGE: Defined(
        phrase("How old open cases are"),
        phrase("Cases open at the end of the month, by the days since they came in."),
        {
            **{
                band: phrase("{first} to {last} days", first=first, last=last)
                for band, (first, last) in zip(AGES, _OLD, strict=True)
            },
            OLDEST: phrase("More than {n} days", n=180),
        },
    ),
    tables.REVIEWS_FILED: Defined(
        phrase("Reviews asked for"),
        phrase("How often a case went to review, and by whose word."),
        {
            "internal": phrase("The person asked the company to look again"),
            "independent": phrase("The person asked for independent review"),
            "by_clock": phrase("Passed to independent review: twice the time"),
            "disputed": phrase("The person says it was not done"),
        },
    ),
    tables.REVIEWS_WHY: Defined(
        phrase("Why people ask for a review"),
        phrase(
            "Reviews that people asked for in the quarter. On the web and at kiosks they may choose why; nobody has to, and "
            "by text message and telephone nobody is asked."
        ),
        {**WHY_REVIEW, NOT_STATED: phrase("Not stated")},
    ),
    tables.REVIEWS_DECIDED: Defined(
        phrase("What reviewers decided"),
        phrase("Reviews decided in the month."),
        {
            "confirm": phrase("The answer stands"),
            "dismiss": phrase("No link with the mine was found"),
            "not_proceed": phrase("It ended without a decision"),
            "modify": phrase("The answer was changed"),
            "revoke": phrase("The answer was annulled"),
            "order_answer": phrase("The company has to answer"),
            "remit": phrase("The company must look at it again"),
            "reject": phrase("The review was not admitted"),
            "late_filing": phrase("It was asked for too late"),
        },
    ),
    tables.REVIEWS_HANDLED: Defined(
        phrase("How reviewers went about it"),
        phrase(
            "What happened in independent reviews in the month. One review can stand in several of these, or in none."
        ),
        {
            "asked_to_complete": phrase("The person was asked for what was missing"),
            "more_time": phrase("The reviewer asked for more time"),
            "heard": phrase("The person was heard"),
            "late_taken_up": phrase("It was asked for late and taken up all the same"),
            "dissent": phrase("Another reviewer saw it otherwise"),
        },
    ),
    tables.REVIEW_TIMES: Defined(
        phrase("Whether reviews were decided in time"),
        phrase("Independent reviews that were decided within three months, by the reviewer's own date."),
        {
            "met": phrase("Done by its date."),
            "late": phrase("Done after its date."),
            "median_days": phrase("Half were done within so many days of the calendar. From ten on."),
        },
    ),
    tables.LOOKED_AGAIN: Defined(
        phrase("Whether a third party looked again"),
        phrase(
            "Cases that ended: whether a reviewer had decided a review of it, confirmed what was done, or ended it as only "
            "a reviewer may. A review that was not taken up is no look."
        ),
        {"yes": phrase("A reviewer looked at it again"), "no": phrase("No reviewer looked at it again")},
    ),
    tables.COMPLIANCE: Defined(
        phrase("Whether orders were followed"),
        phrase("What reviewers said in the month of what had been ordered. Who looks twice says it twice."),
        VERDICTS,
    ),
    tables.REMEDIES: Defined(
        phrase("What was promised in cases, and done"),
        phrase(
            "What companies offered, reviewers ordered, and what became of it. The kind of remedy is not written down."
        ),
        {
            "offered": phrase("Commitments that companies offered"),
            "explained": phrase("Answers that explain and promise nothing"),
            "accepted": phrase("Answers that people accepted"),
            "ordered": phrase("Commitments that reviewers ordered"),
            "done": phrase("Commitments that the company says are done"),
            "confirmed": phrase("Cases in which all is confirmed as done"),
            "missed": phrase("Commitments that were missed"),
        },
    ),
    tables.GUARDS: Defined(
        phrase("What the rules refused"),
        phrase("How often a rule of the eight criteria said no to a step. Each rule has a number."),
    ),
    tables.CAUSES: Defined(
        phrase("Why it happened"),
        phrase("Causes that were written down before cases ended, counted on the day they were written."),
        {**CAUSES, NOT_STATED: phrase("Not stated")},
    ),
    tables.REPEATED: Defined(
        phrase("Whether the same happened again"),
        phrase(
            "Complaints that ended in the quarter. When each ended, it was looked up whether another one had ended in the "
            "same place, with the same cause, in the 180 days before. Several people may have spoken of one thing."
        ),
        {
            "again": phrase("The same cause in the same place again"),
            "first": phrase("For the first time in 180 days"),
            NOT_STATED: phrase("No cause or no place is known"),
        },
    ),
    tables.CORRECTIONS: Defined(
        phrase("Why something was corrected"),
        phrase(
            "Corrections of what a case is about, on the day they were made. What was counted before stays."
        ),
        WHY_CORRECTED,
    ),
    tables.BY_SITE: Defined(
        phrase("Complaints by site"),
        phrase("What came, was in time and ended, at the site the case is about."),
        {
            "received": _RECEIVED,
            "acknowledged_in_time": phrase("Acknowledged by the date."),
            "answered_in_time": phrase("Answer given by the date."),
            "answered_late": phrase("Answer given after the date."),
            "closed": _ENDED,
        },
    ),
    tables.QUARTER_SITE_THEME: Defined(
        phrase("A quarter by site and subject"),
        phrase(
            "Cases that came in within three months. Counted again from the record, and each person once."
        ),
    ),
    tables.YEAR_SITE_THEME: Defined(
        phrase("A year by site and subject"),
        phrase(
            "Cases that came in within twelve months. Counted again from the record, and each person once."
        ),
    ),
    tables.LEARNING: Defined(
        phrase("What was learned"),
        phrase("Lessons and actions of the registers, by the day they were written down."),
        {
            "lessons": phrase("Lessons that were written"),
            "actions_opened": phrase("Actions that were decided"),
            "actions_done_in_time": phrase("Actions done by their date"),
            "actions_done_late": phrase("Actions done after their date"),
            "actions_open": phrase("Actions open when the month ended"),
            "actions_overdue": phrase("Of these, past their date"),
        },
    ),
    tables.COMMITMENTS: Defined(
        phrase("Commitments to communities"),
        phrase("Commitments of the public register, by what was said of them in the month."),
        BY_KEY["commitment"].states,
    ),
    tables.OUTREACH: Defined(
        phrase("Telling people about it"),
        phrase(
            "How often and how long people were told. Places are not counted: they are erased after two years."
        ),
        {"events": phrase("How often"), "minutes": phrase("Minutes")},
    ),
    tables.AIRTIME: Defined(
        phrase("Read on the air"),
        phrase("What stations read, and how long, by language."),
        {"readings": phrase("How often"), "minutes": phrase("Minutes")},
    ),
    tables.ACCESS: Defined(
        phrase("Doors that were tried"),
        phrase("Test complaints by somebody outside the company, and doors that were closed for a while."),
        {
            "tests_worked": phrase("It worked"),
            "tests_failed": phrase("It failed"),
            "outages": phrase("Outages"),
        },
    ),
    tables.OFFICERS: Defined(
        phrase("Officers, by company"),
        phrase(
            "How many officers of each company had an open account when the month ended. Nobody is named."
        ),
    ),
    tables.PROTECTION: Defined(
        phrase("People in danger"),
        phrase(
            "Once a year, of the whole: cases in which somebody was protected. They stand in no other table."
        ),
        {
            tables.PROTECTED: phrase("Protected cases"),
            tables.CONTACT_DUE: phrase("A safe contact was owed in this year"),
            tables.CONTACT_IN_TIME: phrase("It came on the day or on the day after"),
        },
    ),
}
NOT_MADE: tuple[Missing, ...] = (
    Missing("T03", phrase("Finer subjects"), phrase("Subjects are named once here, and not finer.")),
    Missing(
        "T09",
        phrase("How long the company takes to look again"),
        phrase("Few people ask for it, so it would mostly be hidden."),
    ),
    Missing(
        "T11", phrase("Who was found right, by company"), phrase("By company it would tell of a few people.")
    ),
    Missing(
        "T12",
        phrase("Who complains: sex, age, work"),
        phrase(
            "Whoever wants says their sex and age when a case ends with an answer: sums by quarters, beside the surveys. "
            "Work is not asked."
        ),
    ),
    Missing(
        "T12",
        phrase("In which language people complain"),
        phrase("It is kept to answer them, and not counted."),
    ),
    Missing("T13", phrase("How people heard of it"), BY_QUARTER),
    Missing("T14", phrase("Whether people are content"), BY_QUARTER),
    Missing(
        "T20",
        phrase("About the report itself"),
        phrase(
            "Its day, version, definitions, digest and contact stand with each report, and are no figures."
        ),
    ),
)
