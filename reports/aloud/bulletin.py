"""What a station reads of a month, in sixty seconds and in a hundred and eighty: numbers in words, one in a sentence.

What was bad comes before what was good, the long bulletin says every number twice, and nothing is said but printed cells:
a difference or a share is no cell, so neither is spoken. Around the facts stand sentences about how to complain and what
protects people, as many as it takes to fill the time; a month with little to say has a shorter bulletin.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from grievance.vocabulary import Clock, Ending
from reports.aloud import spots
from reports.aloud.spots import AGAIN, FREE, NUMBER
from reports.saying import sentences
from reports.saying.foremost import room
from reports.saying.page import TARGET
from reports.shelf import Release
from reports.tables import ALL, BY_THEME, NOT_STATED, STOCK_FLOW, TIMELINESS
from translations import Phrase, family, is_unread, phrase, say, tongue_of
from translations.numbers import LANGUAGES, Noun, date_in_words, digit_by_digit, in_words
from translations.plain import WORDS_PER_MINUTE, Reading, measure

Seconds = Literal[60, 180]
LENGTHS: Final[tuple[Seconds, ...]] = (60, 180)
PACES: Final[Mapping[str, int]] = {"qu": 80, "quz": 80, "quy": 80, "ay": 80}
"""Words a minute where words are long: Quechua and Aymara say in one word what Spanish says in two (an estimate)."""
OVER: Final = 0.02
PART_IN_WORDS: Final = 0.91
"""Of the time, what is filled with words: a voice also stops between sentences, which words a minute do not count."""
SUBJECTS: Final = 3
SPARED: Final = ("ended", "dial", "before", "open", "subject")
"""What a short bulletin leaves unsaid where words are long, in this order; never of which month it speaks."""

_GREETING: Final = phrase("Neighbours, this is the report of the complaints mechanism.")
_MONTH: Final = phrase("It is about the month of {month}.")
_CAME: Final = phrase("{n} complaints came in")
_ONE_CAME: Final = phrase("One complaint came in")
_NONE_CAME: Final = phrase("No complaint came in. That does not prove that there are no problems.")
_HIDDEN: Final = phrase("How many complaints came in we do not say: too few people stand behind it.")
_STOP: Final = phrase("{count}.")
_FIRST: Final = phrase("{count}. It is the first month of this report.")
_BEFORE: Final = (
    phrase("In {month} there was none."),
    phrase("In {month} there was one."),
    phrase("In {month} there were {n}."),
)
_LATE: Final = (
    phrase("No answer came late."),
    phrase("One answer came late."),
    phrase("{n} answers came late."),
)
_MET: Final = (
    phrase("No answer came on time."),
    phrase("One answer came on time."),
    phrase("{n} answers came on time."),
)
_NO_ANSWER: Final = phrase("No answer was given this month.")
_UNSAID: Final = phrase("How many answers came on time we do not say.")
_TARGET_MET, _TARGET_MISSED = phrase("The target was met."), phrase("The target was not met.")
_OPEN: Final = (
    phrase("No case is open at the end of the month."),
    phrase("One case is still open at the end of the month."),
    phrase("{n} cases are still open at the end of the month."),
)
_ENDED: Final = (phrase("No case ended."), phrase("One case ended."), phrase("{n} cases ended."))
_HALF: Final = (
    phrase("Half of the answers came on the day of the complaint."),
    phrase("Half of the answers came within one day."),
    phrase("Half of the answers came within {n} days."),
)
_STREAK: Final = phrase("Month after month, more complaints come in than cases end.")
_MOST: Final = phrase("The most common subject was this: {subject}.")
_MOST_TOGETHER: Final = phrase("The most common subjects were these: {subject}.")
_THEN: Final = phrase("Then comes this: {subject}.")
_ONE_OF: Final = phrase("People complained of this: {subject}.")
_ALSO: Final = phrase("And of this: {subject}.")
"""Where a subject that is not shown may have been more common, nothing is said of which came first."""
_ABOUT: Final = phrase("{n} complaints were about it.")
_ABOUT_EACH: Final = phrase("{n} complaints were about each of them.")
_AND_THIS: Final = phrase("And this: {subject}.")
"""Names of subjects have an "and" of their own, so that a listener would not hear where the next one begins."""
_PROMISE: Final = phrase("The next report is promised for {date} at the latest.")
_SMALL: Final = phrase("We do not say small numbers, so that nobody can be recognised.")
_ASK: Final = phrase("Do you have a complaint?")
_DIAL: Final = phrase("Or dial {digits}.")
_GOODBYE: Final = phrase("The whole report is in the office. Thank you for listening.")
_MORE: Final = (
    phrase("Every complaint gets a number and a day for its answer."),
    phrase("The company cannot end a case alone."),
    phrase("When an answer is late, somebody independent learns of it."),
    phrase("Whoever is in danger is heard by somebody independent, not by the company."),
    phrase("Whoever does not agree can ask for a review."),
    phrase("An independent reviewer counts these figures again."),
    phrase("Anybody can check them: ask at the office how."),
    phrase("More complaints can mean more problems, or more trust. Figures alone do not say which."),
    phrase("With your key you can read what was answered, by telephone, on the web or at the kiosk."),
    phrase("Next month we tell you whether it got better."),
)
_ABOUT_THE_MECHANISM: Final = (*_MORE, *(s for s in spots.SENTENCES[1:] if "{" not in s.msgid and s != FREE))
SENTENCES: Final = (
    _GREETING, _MONTH, _CAME, _ONE_CAME, _NONE_CAME, _HIDDEN, _STOP, _FIRST, *_BEFORE, *_LATE, *_MET, _NO_ANSWER,
    _UNSAID, _TARGET_MET, _TARGET_MISSED, *_OPEN, *_ENDED, *_HALF, _STREAK, _MOST, _MOST_TOGETHER, _THEN,
    _ONE_OF, _ALSO, _ABOUT, _ABOUT_EACH, _AND_THIS, _PROMISE, _SMALL, _ASK, FREE, NUMBER, AGAIN, _DIAL,
    _GOODBYE, *_ABOUT_THE_MECHANISM,
)  # fmt: skip
"""Whatever a bulletin may say: a language in which one of them is missing has none."""
_ANSWER = str(Clock.ANSWER)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A bulletin ready to be read, in paragraphs that two voices take in turn; `unread` when nobody has reviewed it."""

    language: str
    seconds: Seconds
    paragraphs: tuple[str, ...]
    pace: int
    reading: Reading
    unread: bool

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.paragraphs)

    @property
    def fits(self) -> bool:
        """Whether it takes its time, a tenth more or less."""
        return self.reading.fits(self.seconds)


def make(
    release: Release, language: str, *, seconds: Seconds, words_per_minute: int | None = None
) -> Bulletin:
    """Write the bulletin of a month in a language; without a pace, at the one usual in it."""
    pace = words_per_minute or PACES.get(language, WORDS_PER_MINUTE)
    whole = round(PART_IN_WORDS * seconds * pace / 60)

    def words(text: str) -> int:
        return measure(text, language).words

    def wanted_beside(said: list[list[str]]) -> int:
        return whole - sum(words(line) for group in said for line in group)

    tries = (
        _Speaker(release, language, is_long=seconds == max(LENGTHS), spared=SPARED[:many]).facts()
        for many in range(len(SPARED) + 1)
    )
    facts: list[list[str]] = []
    for facts in tries:
        if -wanted_beside(facts) <= OVER * whole:
            break
    fillers = [say(sentence, language) for sentence in _ABOUT_THE_MECHANISM]
    chosen = _filling([words(one) for one in fillers], wanted_beside(facts))
    *said, promise, contact = facts
    paragraphs = (*said, *_in_threes([fillers[place] for place in chosen]), promise, contact)
    text = tuple(" ".join(lines) for lines in paragraphs if lines)
    tongues = {tongue_of(sentence.msgid, language) for sentence in SENTENCES} | {language}
    reading = measure("\n".join(text), language, words_per_minute=pace)
    return Bulletin(language, seconds, text, pace, reading, unread=any(map(is_unread, tongues)))


def languages_of(release: Release) -> tuple[str, ...]:
    """Name the languages of a month in which every sentence exists in its own words and numbers can be said."""
    return tuple(
        language
        for language in release.document["languages"]
        if language in LANGUAGES and all(tongue_of(s.msgid, language) in family(language) for s in SENTENCES)
    )


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says the printed figures of one month in one language, in groups of sentences that belong together."""

    release: Release
    language: str
    is_long: bool
    spared: tuple[str, ...] = ()

    def facts(self) -> list[list[str]]:
        """Say everything there is to say; the last two groups are the promise and how to complain."""
        groups = (
            self._opening(),
            self._answers(),
            self._cases(),
            self._subjects(),
            self._promise(),
            self._contact(),
        )
        return [list(group) for group in groups]

    def _say(self, sentence: Phrase, **blanks: Any) -> str:
        said = say(Phrase(sentence.msgid, blanks), self.language)
        return said[:1].upper() + said[1:]

    def _counted(self, forms: Sequence[Phrase], n: int, gender: Noun, **more: Any) -> Iterator[str]:
        """Say a number in its sentence, and in the long bulletin once more."""
        last = len(forms) - 1
        yield self._say(forms[min(n, last)], n=in_words(n, self.language, before=gender), **more)
        if self.is_long and n >= last:
            yield self._say(AGAIN, digits=in_words(n, self.language, before=gender))

    def _figure(self, table: str, *at: str) -> int | None:
        return self.release.complaints[table].value(ALL, *at)

    def _opening(self) -> Iterator[str]:
        received = self._figure(STOCK_FLOW, "received")
        earlier = self.release.document["series"]["received"][-2]
        yield self._say(_GREETING)
        yield self._say(_MONTH, month=sentences.month_word(self.release.month))
        if received is None:
            yield self._say(_HIDDEN)
            return
        if received == 0:
            yield self._say(_NONE_CAME)
        else:
            is_first = all(n is None for n in self.release.document["series"]["received"][:-1])
            spelled = in_words(received, self.language, before="f")
            count = _ONE_CAME if received == 1 else Phrase(_CAME.msgid, {"n": spelled})
            yield self._say(_FIRST if is_first else _STOP, count=count)
            if self.is_long and received > 1:
                yield self._say(AGAIN, digits=spelled)
        if earlier is not None and "before" not in self.spared:
            month = sentences.month_word(self.release.month.previous)
            yield from self._counted(_BEFORE, earlier, "f", month=month)

    def _answers(self) -> Iterator[str]:
        met, late = (self._figure(TIMELINESS, _ANSWER, str(end)) for end in (Ending.MET, Ending.LATE))
        if met is None or late is None:
            yield self._say(_UNSAID)
            return
        if met == late == 0:
            yield self._say(_NO_ANSWER)
            return
        yield from self._counted(_LATE, late, "f")
        share = sentences.share_of(met, late)
        if share is not None and share < TARGET:
            yield self._say(_TARGET_MISSED)
        yield from self._counted(_MET, met, "f")
        if share is not None and share >= TARGET:
            yield self._say(_TARGET_MET)
        half = self._figure(TIMELINESS, _ANSWER, "median_days")
        if self.is_long and half is not None:
            yield from self._counted(_HALF, half, "m")

    def _cases(self) -> Iterator[str]:
        series = self.release.document["series"]
        if self.is_long and sentences.streak(series["received"], series["closed"]) is not None:
            yield self._say(_STREAK)
        for name, forms, measured in (("open", _OPEN, "closing"), ("ended", _ENDED, "closed")):
            n = self._figure(STOCK_FLOW, measured)
            if n is not None and name not in self.spared:
                yield from self._counted(forms, n, "m")

    def _subjects(self) -> Iterator[str]:
        """Name the most common subjects; from a hidden one nothing is said, nor of "not stated"."""
        if "subject" in self.spared:
            return
        named: Mapping[str, Mapping[str, str]] = self.release.document["themes"]
        cells = {cell.at[0]: cell.value for cell in self.release.complaints[BY_THEME].cells}
        most_hidden = room((n for key, n in cells.items() if key != ALL), cells.get(ALL))
        by_size: dict[int, list[str]] = {}
        for key, n in cells.items():
            if n and key not in (ALL, NOT_STATED) and key in named:
                by_size.setdefault(n, []).append(named[key].get(self.language) or named[key]["es"])
        for place, n in enumerate(sorted(by_size, reverse=True)[: SUBJECTS if self.is_long else 1]):
            together = by_size[n]
            if n <= most_hidden:
                said = _ALSO if place else _ONE_OF
            elif place:
                said = _THEN
            else:
                said = _MOST if len(together) == 1 else _MOST_TOGETHER
            yield self._say(said, subject=together[0])
            for other in together[1:]:
                yield self._say(_AND_THIS, subject=other)
            about = _ABOUT if len(together) == 1 else _ABOUT_EACH
            yield from self._counted((about,), n, "f")
        if self.is_long:
            yield self._say(_SMALL)

    def _promise(self) -> Iterator[str]:
        due = date.fromisoformat(str(self.release.document["next_due"]))
        yield self._say(_PROMISE, date=date_in_words(due, self.language, with_year=False))

    def _contact(self) -> Iterator[str]:
        contact: Mapping[str, str] = self.release.document["contact"]
        yield self._say(_ASK)
        yield self._say(FREE)
        if "sms" in contact:
            digits = digit_by_digit(contact["sms"], self.language)
            yield self._say(NUMBER, digits=digits)
            yield self._say(AGAIN, digits=digits)
        if "ussd" in contact and "dial" not in self.spared:
            yield self._say(_DIAL, digits=digit_by_digit(contact["ussd"], self.language))
        yield self._say(_GOODBYE)


def _filling(lengths: Sequence[int], wanted: int) -> tuple[int, ...]:
    """Choose the lengths whose sum comes nearest to what is wanted; between two choices the earlier sentences win."""
    reached: dict[int, tuple[int, ...]] = {0: ()}
    for place, length in enumerate(lengths):
        for total, chosen in list(reached.items()):
            reached.setdefault(total + length, (*chosen, place))
    return reached[min(reached, key=lambda total: (abs(total - wanted), -total))]


def _in_threes(lines: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(lines), 3):
        yield lines[start : start + 3]
