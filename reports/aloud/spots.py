"""Radio spots of twenty and forty seconds: how to complain, that it is free, needs no name, and what to do if threatened.

A spot is made from the mechanism: it says the number of the site itself, digit by digit and twice, as it is dialled in
its country. Around a core stand sentences that are taken or left so that the whole fills its time at the pace of the
station; between two choices that fit as well, the earlier sentences win.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import phonenumbers

from grievance.errors import Misconfigured
from grievance.mechanism import SHARED, Mechanism
from translations import Phrase, family, is_unread, phrase, say, tongue_of
from translations.numbers import digit_by_digit
from translations.plain import WORDS_PER_MINUTE, Reading, measure

Seconds = Literal[20, 40]
LENGTHS: Final[tuple[Seconds, ...]] = (20, 40)

_OPENING: Final = phrase("Is something wrong with the mine?")
NUMBER: Final = phrase("Send a text to {digits}.")
AGAIN: Final = phrase("Once more: {digits}.")
FREE: Final = phrase("It is free and needs no name.")
_THREATENED: Final = phrase("Threatened? Send nine: somebody independent reads it.")
_EXTRAS: Final = (
    phrase("The company does not see your number."),
    phrase("You are told the day of the answer."),
    phrase("Your own words are enough."),
    phrase("You can say no to the answer, and an independent person decides."),
    phrase("You get a secret key: tell it to nobody."),
    phrase("Nobody may punish you for it."),
    phrase("You can also go to the ombudsman or to court."),
    phrase("Tell your neighbours."),
    phrase("Even three words will do."),
    phrase("You can also come to the office."),
    phrase("Write in your own language."),
    phrase("An old phone is enough."),
    phrase("Somebody independent watches over the answers of the company."),
)
SENTENCES: Final = (_OPENING, NUMBER, AGAIN, FREE, *_EXTRAS, _THREATENED)


@dataclass(frozen=True, slots=True)
class Spot:
    """A spot ready to be read: `unread` when no native speaker has reviewed its words."""

    site: str
    language: str
    seconds: Seconds
    text: str
    reading: Reading
    unread: bool

    @property
    def fits(self) -> bool:
        """Whether it takes its time, a tenth more or less."""
        return self.reading.fits(self.seconds)


def make(
    mechanism: Mechanism,
    site: str,
    language: str,
    *,
    seconds: Seconds,
    words_per_minute: int = WORDS_PER_MINUTE,
) -> Spot:
    """Write the spot of a site in a language.

    Raises:
        Unknown: there is no such site.
        Misconfigured: nobody can text this site free of charge.
    """
    digits = digit_by_digit(number_of(mechanism, site), language)

    def said(sentence: Phrase) -> str:
        return say(Phrase(sentence.msgid, {"digits": digits}), language)

    def whole(extras: tuple[Phrase, ...]) -> str:
        return " ".join(map(said, (_OPENING, NUMBER, AGAIN, FREE, *extras, _THREATENED)))

    def read(text: str) -> Reading:
        return measure(text, language, words_per_minute=words_per_minute)

    core = read(whole(())).seconds
    lengths = {extra.msgid: read(said(extra)).seconds for extra in _EXTRAS}
    choices = (chosen for many in range(len(_EXTRAS) + 1) for chosen in combinations(_EXTRAS, many))
    best = min(choices, key=lambda chosen: abs(core + sum(lengths[e.msgid] for e in chosen) - seconds))
    text = whole(best)
    tongues = {tongue_of(sentence.msgid, language) for sentence in SENTENCES}
    return Spot(site, language, seconds, text, read(text), unread=any(map(is_unread, tongues | {language})))


def languages_of(mechanism: Mechanism, site: str) -> tuple[str, ...]:
    """Name the languages of a site in which all sentences of a spot exist, in their own words."""
    return tuple(
        language
        for language in mechanism.site(site).languages
        if all(tongue_of(s.msgid, language) in family(language) for s in SENTENCES)
    )


def number_of(mechanism: Mechanism, site: str) -> str:
    """Give the free number to text for a site, its own before the shared one, as it is dialled in the country.

    Raises:
        Unknown: there is no such site.
        Misconfigured: there is none.
    """
    declared = mechanism.site(site)
    free = [c for c in mechanism.channels if c.kind == "sms" and c.number and not c.cost_to_user]
    for mine in (
        [c for c in free if c.site == site],
        [c for c in free if not c.site and c.operator == declared.operator],
        [c for c in free if not c.site and c.operator == SHARED],
    ):
        if mine:
            return _as_dialled(mine[0].number, declared.country)
    raise Misconfigured(f"sites[{site}]: no free number to text; right would be a channel of kind 'sms'")


def _as_dialled(number: str, country: str) -> str:
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    if phonenumbers.country_code_for_region(country) != parsed.country_code:
        return number
    return phonenumbers.national_significant_number(parsed) if number.startswith("+") else number
