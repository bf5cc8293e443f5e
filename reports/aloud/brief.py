"""A month in one text message: the account, what was late, the subject, and where the rest is; printed cells only."""

from collections.abc import Callable, Iterator, Mapping

from grievance.vocabulary import Clock, Ending
from reports.saying import sentences
from reports.saying.page import first_subject
from reports.shelf import Release
from reports.tables import ALL, STOCK_FLOW, TIMELINESS
from translations import Phrase, phrase, say

_HIDDEN = phrase("{month}: too few people for figures.")
_NONE = phrase("{month}: no complaint came in.")
_ONE = phrase("{month}: 1 complaint.")
_MANY = phrase("{month}: {n} complaints.")
_ANSWERS = phrase("Late answers: {late}. On time: {met}.")
_OPEN = phrase("Still open: {n}.")
_SUBJECT = phrase("Main subject: {subject}.")
_ONE_OF = phrase("{subject}: {n}.")
_REPORT = phrase("Report: {address}")
SENTENCES = (_HIDDEN, _NONE, _ONE, _MANY, _ANSWERS, _OPEN, _SUBJECT, _ONE_OF, _REPORT)


def make(release: Release, language: str, *, address: str, fits: Callable[[str], bool]) -> str:
    """Write the message; what does not fit is left out from the least needed on, the address first of all kept.

    Args:
        release: the month.
        language: the language it is written in.
        address: where the report is, without `https://` so that it stays short.
        fits: whether a text is one message on the channel it goes by.
    """
    said = [say(one, language) for one in _facts(release, language)]
    last = say(Phrase(_REPORT.msgid, {"address": address}), language)
    while len(said) > 1 and not fits(" ".join((*said, last))):
        said.pop()
    text = " ".join((*said, last))
    return text[:1].upper() + text[1:]


def _facts(release: Release, language: str) -> Iterator[Phrase]:
    """Say the most needed first."""
    stock, times = release.complaints[STOCK_FLOW], release.complaints[TIMELINESS]
    month = sentences.month_word(release.month)
    received, closing = stock.value(ALL, "received"), stock.value(ALL, "closing")
    met, late = (times.value(ALL, str(Clock.ANSWER), str(end)) for end in (Ending.MET, Ending.LATE))
    if received is None:
        yield Phrase(_HIDDEN.msgid, {"month": month})
    else:
        heading = (_NONE, _ONE)[received] if received in (0, 1) else _MANY
        yield Phrase(heading.msgid, {"month": month, "n": received})
    if met is not None and late is not None and met + late:
        yield Phrase(_ANSWERS.msgid, {"met": met, "late": late})
    if closing is not None:
        yield Phrase(_OPEN.msgid, {"n": closing})
    first = first_subject(release)
    if first is not None and len(first.members) == 1:
        names: Mapping[str, str] = release.document["themes"].get(first.members[0], {})
        subject = names.get(language) or names.get("es") or first.members[0]
        said = _SUBJECT if first.is_sure else _ONE_OF
        yield Phrase(said.msgid, {"subject": subject, "n": first.n})
