"""The indicators of a month on its page: what is made, with its figures and targets; what is not is counted below."""

from dataclasses import dataclass

from channels.web.figures.report_words import Grid, Words
from reports.saying import indicated
from reports.shelf import Release
from translations import phrase


@dataclass(frozen=True, slots=True)
class Indicators:
    """A table of what is made, and in one sentence how many are not."""

    table: Grid
    note: str


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
    )
