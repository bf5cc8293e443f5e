"""The indicators of a month on its page: what is made, with its figures and targets; what is not is counted below.

Those of each company and each site stand folded below them, in the mechanism's order and as far as they are printed: whoever
wants to rank them has to do it, and what is too little to be compared has no share.
"""

from dataclasses import dataclass

from channels.web.figures.report_words import Grid, Words
from reports.saying import indicated
from reports.shelf import Release
from translations import phrase


@dataclass(frozen=True, slots=True)
class Indicators:
    """A table of what is made, and in one sentence how many are not; the same of each company and each site."""

    table: Grid
    note: str
    of_each: Grid | None = None
    not_shown: str = ""


def indicators(release: Release, words: Words) -> Indicators | None:
    """Lay the indicators of a month out; nothing where its release is from before they were frozen with it."""
    rows = release.document.get("indicators")
    if not rows:
        return None
    made = [one for one in rows if one["status"] != indicated.NOT_MADE]
    head = (phrase("Indicator"), phrase("Measured"), phrase("Target"))
    note = phrase("{n} of the list are not made: what each figure means says why.", n=len(rows) - len(made))
    return Indicators(
        Grid(
            words(phrase("The indicators of the month")),
            tuple(map(words, head)),
            tuple(
                (
                    f"{one['id']} {words(indicated.name(one))}",
                    " · ".join(map(words, indicated.said(one))),
                    words(indicated.target(one)),
                )
                for one in made
            ),
            (),
            f"{words.here}/indicators.csv",
        ),
        words(note),
        *_of_each(release, words),
    )


def _of_each(release: Release, words: Words) -> tuple[Grid | None, str]:
    rows = release.document.get("indicators_of", ())
    shown = [one for one in rows if one["n"] is not None]
    if not shown:
        return None, ""
    names = {"operator": release.document["operators"], "site": release.document["sites"]}
    head = (phrase("Whose"), phrase("Indicator"), phrase("Measured"))
    table = Grid(
        words(phrase("The indicators of the month, by company and by site")),
        tuple(map(words, head)),
        tuple(
            (
                names[one["dimension"]].get(one["member"], one["member"]),
                f"{one['id']} {words(indicated.name(one))}",
                " · ".join(map(words, indicated.said(one))),
            )
            for one in shown
        ),
        (),
        f"{words.here}/indicators_of.csv",
    )
    hidden = len(rows) - len(shown)
    note = phrase("Not shown: {n}. Too few people or answers stand behind them.", n=hidden)
    return table, words(note) if hidden else ""
