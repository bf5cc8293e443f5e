"""What a station says to people: on taking something down, and around the numbers of the week. Short, and without names."""

from translations import Phrase, phrase

OPEN_AIR = phrase("Everybody can hear us. Say no names, neither yours nor others'.")
IN_DANGER = phrase("Is anyone in danger now? Then say only that, and come or call.")
NUMBER_TWICE = phrase("Your number is {number}. Again: {number}.")
OPENS_NOTHING = phrase("With this number nobody can read what you said. Listen for it in the weekly list.")
NEVER_ON_AIR = phrase("With this number nobody can read what you said. It is never read on the air.")
"""Said to whoever is in danger: the weekly list has no protected case, and they would listen in vain."""
KEEP_SLIP = phrase("The key is on the paper. Show it to nobody. With it you read your answer.")
NOT_THE_COMPANY = phrase("An independent body takes your case. The company does not see it.")
NO_KEY = phrase("Without a slip there is no key: come for one if you want to read your answer yourself.")
NOTHING = phrase("This week no numbers are read: there are too few people behind them.")
GREETING = phrase("Neighbours, these are the numbers of this week.")
ANSWERED = phrase("Whoever has one of these numbers may come for the answer, with the paper and the key:")
GOODBYE = phrase("A number alone opens nothing. Never say your key.")
SENTENCES: tuple[Phrase, ...] = (
    OPEN_AIR, IN_DANGER, NUMBER_TWICE, OPENS_NOTHING, NEVER_ON_AIR, KEEP_SLIP, NOT_THE_COMPANY, NO_KEY, NOTHING, GREETING,
    ANSWERED, GOODBYE,
)  # fmt: skip
