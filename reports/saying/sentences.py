"""Sentences made of printed figures: what a month says in plain words, whatever its numbers are.

Every function takes `None` for a figure that is not shown and says so, never a zero. More or fewer
complaints is neither good nor bad; only being late is.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from reports.month import Month
from reports.saying.foremost import Foremost
from translations import Phrase, phrase

ENOUGH_FOR_PERCENT = 20
"""A percentage of fewer than twenty says more than is known."""
A_STREAK = 3
ENOUGH_FOR_A_MEAN = 6
XMR = 2.66
MADE_UP = phrase("This is a demonstration. The people and the complaints are made up.")
NOT_SHOWN = phrase("not shown")
_MONTHS = (
    phrase("January"),
    phrase("February"),
    phrase("March"),
    phrase("April"),
    phrase("May"),
    phrase("June"),
    phrase("July"),
    phrase("August"),
    phrase("September"),
    phrase("October"),
    phrase("November"),
    phrase("December"),
)
_SHORT = (
    phrase("Jan"),
    phrase("Feb"),
    phrase("Mar"),
    phrase("Apr"),
    phrase("May"),
    phrase("Jun"),
    phrase("Jul"),
    phrase("Aug"),
    phrase("Sep"),
    phrase("Oct"),
    phrase("Nov"),
    phrase("Dec"),
)


_CALLED_NOW = {
    "First answers given on time": "Answers given on time",
    "First answers before which the person was offered to be heard": (
        "Answers before which the person was offered to be heard"
    ),
    "First answers in time": "Answers in time",
    "Days to the first answer, half of them": "Days to the answer, half of them",
    "Days to the first answer, nine of ten": "Days to the answer, nine of ten",
    "First answers with a later date": "Answers with a later date",
    "First answers that waited for the person": "Answers that waited for the person",
}
"""What months before say, and how it is called now: all answers were counted, the later ones of a case as well."""


def thawed(frozen: Mapping[str, Any]) -> Phrase:
    """A sentence as a release froze it, to be said again, by today's name of what it speaks of."""
    said = frozen["msgid"]
    return Phrase(_CALLED_NOW.get(said, said), dict(frozen["blanks"]))


def month_name(month: Month) -> Phrase:
    """A month with its year."""
    return phrase("{month} {year}", month=_MONTHS[month.number - 1], year=month.year)


def span(first: Month, last: Month) -> Phrase | str:
    """A quarter by its first and its last month, or a whole year by its number."""
    if (first.number, last.number) == (1, len(_MONTHS)):
        return str(first.year)
    return phrase("{first} to {last} {year}", first=month_word(first), last=month_word(last), year=last.year)


def period(name: str) -> Phrase | str:
    """A quarter (`2026-Q3`) or a year (`2026`), as people say it."""
    year, _, quarter = name.partition("-Q")
    last = 3 * int(quarter) if quarter else len(_MONTHS)
    return span(Month(int(year), last - 2 if quarter else 1), Month(int(year), last))


def month_word(month: Month) -> Phrase:
    """A month without its year, as it is said."""
    return _MONTHS[month.number - 1]


def month_short(month: Month) -> Phrase:
    """A month in a few letters, for the foot of a chart."""
    return _SHORT[month.number - 1]


def day_name(day: date) -> Phrase:
    """A day in words."""
    return phrase("{day} {month} {year}", day=day.day, month=_MONTHS[day.month - 1], year=day.year)


def arrivals(received: int | None, before: int | None, *, previous: Month, is_first: bool) -> Phrase:
    """How many complaints came in, and how that compares with the month before."""
    if received is None:
        return phrase(
            "How many complaints came in is not shown: fewer than ten people stand behind this month."
        )
    if received == 0:
        return phrase("No complaint came in. That does not prove that there are no problems.")
    count = phrase("One complaint came in") if received == 1 else phrase("{n} complaints came in", n=received)
    if is_first:
        return phrase("{count}. It is the first month of this report.", count=count)
    if before is None:
        return phrase("{count}.", count=count)
    return phrase("{count}, {compared}.", count=count, compared=compared(received, before, previous=previous))


def compared(now: int, before: int, *, previous: Month) -> Phrase:
    """How a figure compares with the one of the month before: as a difference, never as a percentage."""
    month = _MONTHS[previous.number - 1]
    match now - before:
        case 0:
            return phrase("as many as in {month}", month=month)
        case 1:
            return phrase("one more than in {month}", month=month)
        case -1:
            return phrase("one fewer than in {month}", month=month)
        case more if more > 0:
            return phrase("{n} more than in {month}", n=more, month=month)
        case fewer:
            return phrase("{n} fewer than in {month}", n=-fewer, month=month)


def usual(series: Sequence[int | None]) -> Iterator[Phrase]:
    """How the newest of a series compares with the mean of the months before; nothing until there are six of them.

    A change is called large only outside the limits of an XmR chart: the mean, and 2.66 times the mean step from month
    to month on either side of it; one more or fewer never is.
    """
    *earlier, now = (n for n in series if n is not None)
    if len(earlier) < ENOUGH_FOR_A_MEAN or series[-1] is None:
        return
    mean = sum(earlier) / len(earlier)
    step = sum(abs(a - b) for a, b in pairwise(earlier)) / (len(earlier) - 1)
    yield phrase("mean of {months} months before: {n}", months=len(earlier), n=round(mean))
    if abs(now - mean) > max(1, XMR * step):
        yield phrase("a large change")
    else:
        yield phrase("similar to other months")


def answers(met: int | None, late: int | None) -> Phrase:
    """How many answers came in time."""
    if met is None or late is None:
        return phrase("How many answers came on time is not shown.")
    match (met, late):
        case (0, 0):
            return phrase("No answer was given this month.")
        case (1, 0):
            return phrase("One answer was given, and it came on time.")
        case (0, 1):
            return phrase("One answer was given, and it came late.")
        case (_, 0):
            return phrase("All {n} answers came on time.", n=met)
        case (0, _):
            return phrase("None of the {n} answers came on time.", n=late)
        case (_, 1):
            return phrase("{met} of {n} answers came on time. One came late.", met=met, n=met + late)
        case _:
            return phrase(
                "{met} of {n} answers came on time. {late} came late.", met=met, n=met + late, late=late
            )


def target(met: int | None, late: int | None, *, percent: int) -> Phrase | None:
    """Whether the target was met; nothing where there are too few answers to say."""
    share = share_of(met, late)
    if share is None:
        return None
    if share >= percent:
        return phrase("The target is {target} of 100 on time. It was met.", target=percent)
    return phrase("The target is {target} of 100 on time. It was not met.", target=percent)


def share_of(met: int | None, late: int | None) -> int | None:
    """The share of 100 that came on time, rounded down; nothing below twenty answers."""
    if met is None or late is None or met + late < ENOUGH_FOR_PERCENT:
        return None
    return 100 * met // (met + late)


def half(median_days: int | None) -> Phrase | None:
    """Within how many days half of the answers came; nothing where that is not shown."""
    match median_days:
        case None:
            return None
        case 0:
            return phrase("Half of the answers came on the day of the complaint.")
        case 1:
            return phrase("Half of the answers came within one day.")
        case days:
            return phrase("Half of the answers came within {n} days.", n=days)


def endings(closed: int | None) -> Phrase:
    """How many cases ended."""
    match closed:
        case None:
            return phrase("How many cases ended is not shown.")
        case 0:
            return phrase("No case ended.")
        case 1:
            return phrase("One case ended.")
        case n:
            return phrase("{n} cases ended.", n=n)


def streak(received: Sequence[int | None], closed: Sequence[int | None]) -> Phrase | None:
    """For how many months in a row, up to the newest, more came in than ended; nothing below three."""
    months = 0
    for came, ended in zip(reversed(received), reversed(closed), strict=True):
        if came is None or ended is None or came <= ended:
            break
        months += 1
    if months < A_STREAK:
        return None
    return phrase("For {n} months in a row more complaints came in than ended.", n=months)


def n_of(n: int, total: int) -> Phrase:
    """Say n of N; of what may happen more than once for each, how many stand beside how many."""
    if n > total:
        return phrase("{n} for {total}", n=n, total=total)
    return phrase("{n} of {total}", n=n, total=total)


def flows(received: int | None, closed: int | None, *, streak: Phrase | None) -> Phrase:
    """Whether as many cases ended as complaints came in: what a chart of both is called."""
    if streak is not None:
        return streak
    if received is None or closed is None:
        return phrase("Complaints received and cases ended, by month")
    if received > closed:
        return phrase("More complaints came in than cases ended.")
    if received < closed:
        return phrase("More cases ended than complaints came in.")
    return phrase("As many cases ended as complaints came in.")


def together(names: Sequence[Phrase | str]) -> Phrase | str:
    """Name several in a row, the last after an "and"."""
    *others, last = names
    if not others:
        return last
    joined = others[0]
    for name in others[1:]:
        joined = phrase("{one}, {other}", one=joined, other=name)
    return phrase("{one} and {other}", one=joined, other=last)


def subject(first: Foremost | None, names: Mapping[str, Phrase | str], total: int | None) -> Phrase | None:
    """Which subject was the most common, of all or of those that are shown; nothing where none of them is."""
    if first is None or total is None:
        return None
    joined = together([names.get(key, key) for key in first.members])
    blanks = {"n": first.n, "total": total}
    match len(first.members) == 1, first.is_sure:
        case True, True:
            return phrase("The most common subject was {subject}: {n} of {total}.", subject=joined, **blanks)
        case True, False:
            return phrase(
                "Of the subjects that are shown, the most common was {subject}: {n} of {total}.",
                subject=joined,
                **blanks,
            )
        case False, True:
            return phrase(
                "The most common subjects were {subjects}: {n} of {total} each.", subjects=joined, **blanks
            )
        case _:
            return phrase(
                "Of the subjects that are shown, the most common were {subjects}: {n} of {total} each.",
                subjects=joined,
                **blanks,
            )
