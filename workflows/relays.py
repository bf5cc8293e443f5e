"""What somebody takes down for another counts from the day it was said, if it was read back to them (DESIGN 4).

The earlier day starts clocks in favour of whoever spoke, so it needs no proof; it is held within bounds because
it also moves the dates of whoever has to answer.
"""

from datetime import date

from translations import Phrase, phrase

MOST_DAYS = 30
"""So many days ago at most may what is relayed have been said."""
NOTHING = phrase("Write down what happened. A few words are enough.")
NOT_READ_BACK = phrase("Read it back to the person first, and then say here that you did.")
NO_DAY = phrase("Write the day on which it was said.")
TO_COME = phrase("That day is still to come.")


def refused(
    text: str, said_on: date | None, *, today: date, read_back: bool
) -> tuple[tuple[str, Phrase], ...]:
    """Say everything that is missing or wrong of what was taken down: the field, and the words."""
    found: list[tuple[str, Phrase]] = []
    if not text.strip():
        found.append(("text", NOTHING))
    if said_on is None:
        found.append(("said_on", NO_DAY))
    elif said_on > today:
        found.append(("said_on", TO_COME))
    elif (today - said_on).days > MOST_DAYS:
        words = phrase(
            "It was said more than {days} days ago. Ask the person to say it again, and write today.",
            days=MOST_DAYS,
        )
        found.append(("said_on", words))
    if not read_back:
        found.append(("read_back", NOT_READ_BACK))
    return tuple(found)
