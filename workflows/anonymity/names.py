"""Where a text names people: a detector for Spanish, Quechua, Aymara and English, on this machine, pure.

It knows given names and surnames as people around the mines bear them (`translations/names.toml`), and the words
that stand beside a name. A word that is also something else (rosa, flores, cruz) counts as a name only where a
second sign says so; a name nobody listed is found only behind words such as "me llamo" or beside a listed one.
What it misses and what it hides for nothing is measured in `docs/masking.md`. Places stay: the case needs them.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from workflows.anonymity.namewords import ANY, SURE, UNSURE, Is, Token, last_words, looks, phrases, tokens_of

Span = tuple[int, int]
_GAP: Final = re.compile(r"[ \t\xa0]{1,3}|\s?[-–]\s?|\.[ ]?")
_AFTER_NAMING: Final = re.compile(r"[\s:;,.\-\"“«'*=]{1,4}")
_AFTER_TITLE: Final = re.compile(r"[.]?[ \t\xa0]{0,3}|\s?:\s?|, ")
_MOST_NAMES: Final = 5
_LONGEST_PHRASE: Final = 4
_SHORTEST: Final = 3
_UNLISTED: Final = 2
_LOOK_BACK: Final = 7
_PARTICLES: Final = frozenset({"de", "del", "la", "los", "las"})
_WHERE: Final = frozenset({"en", "de", "desde", "hasta", "hacia", "in", "from", "at"})
_TO_WHOM: Final = frozenset({"me", "nos", "le", "les", "ya", "no"})
_SKIPPED: Final = frozenset(
    {"es", "el", "la", "yo", "is", "completo", "mi", "su", "don", "dona", "senor", "senora"}
)


def names_in(text: str, places: Collection[str] = ()) -> list[Span]:
    """Find the names of people, in order, as (start, end); a name of several words is one.

    `places` are names of places that stay legible whatever else they may be.
    """
    tokens = tokens_of(text, places)
    for find, needs in _FINDERS:
        # Most texts have nobody's name in them: what only some word could begin is not looked for without it.
        if not needs or any(token.kind & needs for token in tokens):
            find(text, tokens)
    if any(token.person for token in tokens):
        _grown(text, tokens)
    return _spans(text, tokens)


def _listed(text: str, tokens: list[Token]) -> None:
    """What is a name wherever it stands, if no street, saint or firm is called so."""
    for at, token in enumerate(tokens):
        if token.kind & SURE and not _is_place(text, tokens, at):
            token.person = True


def _introduced(text: str, tokens: list[Token]) -> None:
    """The words behind "me llamo": a name even where nobody listed it."""
    for first in _behind(text, tokens, "naming"):
        if _names_a_thing(tokens, first):
            continue
        for at in range(first, min(first + _MOST_NAMES, len(tokens))):
            near = at == first or _GAP.fullmatch(text, tokens[at - 1].end, tokens[at].start)
            if not near or not _may_follow(tokens[at], nth=at - first):
                break
            tokens[at].person = True


def _may_follow(token: Token, *, nth: int) -> bool:
    """Whether a word may be the nth of a name that was announced; from the third on it must look like one."""
    if token.might(Is.PLACE) or token.word.isdigit():
        return False
    if token.might(ANY):
        return True
    if token.might(Is.NEVER | Is.TITLE):
        return False
    return nth < _UNLISTED or token.capital or bool(looks().search(token.word))


def _signed(text: str, tokens: list[Token]) -> None:
    """Behind "soy", before "satawa": a listed word or a capital one."""
    for at in _behind(text, tokens, "saying"):
        if at < len(tokens) and _may_be(tokens[at]) and _close(text, tokens, at):
            tokens[at].person = True
    for at, token in enumerate(tokens[1:], 1):
        before = tokens[at - 1]
        if token.kind & Is.NAMED and _may_be(before) and _close(text, tokens, at):
            before.person = True


def _titled(text: str, tokens: list[Token]) -> None:
    """Behind a title or a kinship: a listed word or a capital one; behind "don" any."""
    for at, token in enumerate(tokens[1:], 1):
        before = tokens[at - 1]
        if not before.kind & Is.TITLE or before.might(Is.PLACE) or not _close(text, tokens, at):
            continue
        unknown = (
            before.might(Is.DON) and not token.kind and len(token.word) >= _SHORTEST and token.word.isalpha()
        )
        if _may_be(token) or unknown:
            token.person = True


def _beside(text: str, tokens: list[Token]) -> None:
    """A word that may be a name beside one that is, beside what only people do, or with a capital of its own."""
    for at, token in enumerate(tokens):
        if not token.kind & UNSURE or token.person or token.might(Is.PLACE):
            continue
        before, after = _neighbour(text, tokens, at, -1), _neighbour(text, tokens, at, 1)
        thing = before is not None and bool(before.might(Is.THING))
        if before is not None and before.person:
            token.person = True
        elif (
            after is not None and after.might(Is.SURNAME) and (token.capital or token.might(Is.UNSURE_GIVEN))
        ):
            token.person = not _is_place(text, tokens, at)
        elif thing or _is_place(text, tokens, at):
            continue
        elif after is not None and _pair(token, after):
            token.person = after.person = True
        else:
            where = before is not None and before.word in _WHERE
            token.person = (after is not None and _acts(tokens, at)) or (token.capital and not where)


_FINDERS: Final = ((_listed, SURE), (_introduced, 0), (_signed, 0), (_titled, Is.TITLE), (_beside, UNSURE))
"""Each with the kind of word without which it finds nothing; 0: it looks for itself."""


def _pair(token: Token, after: Token) -> bool:
    """Whether two words that are also something else make a name together: rosa flores, luz ramos."""
    return token.might(Is.UNSURE_GIVEN) and after.might(Is.UNSURE_SURNAME) and token.word != after.word


def _grown(text: str, tokens: list[Token]) -> None:
    """Names grow over what stands close: initials, capitals, "de la Cruz", a surname with Andean looks."""
    for at in range(len(tokens)):
        if tokens[at].person:
            _grow_right(text, tokens, at)
    for at in range(len(tokens) - 2, -1, -1):
        if tokens[at + 1].person and tokens[at + 1].might(Is.SURNAME) and _close(text, tokens, at + 1):
            tokens[at].person |= _before_a_surname(text, tokens[at])


def _grow_right(text: str, tokens: list[Token], at: int) -> None:
    for after in range(at + 1, min(at + _MOST_NAMES, len(tokens))):
        near = _GAP.fullmatch(text, tokens[after - 1].end, tokens[after].start)
        if not near or not _grows(tokens, after):
            return
        if tokens[after].word not in _PARTICLES:
            for one in tokens[at + 1 : after + 1]:
                one.person = True


def _before_a_surname(text: str, token: Token) -> bool:
    """Whether an unlisted word before a surname is the given name: a capital, or an initial with its point."""
    written = text[token.start : token.end]
    initial = len(written) == 1 and text[token.end : token.end + 1] == "."
    return written[0].isupper() and not token.kind and (initial or not written.isupper())


def _grows(tokens: list[Token], at: int) -> bool:
    """Whether a word may belong to the name before it."""
    token = tokens[at]
    if token.might(Is.PLACE):
        return False
    if token.word in _PARTICLES:
        further = tokens[at + 1 : at + 3]
        real = next((t for t in further if t.word not in _PARTICLES), None)
        return real is not None and bool(real.might(ANY)) and not real.might(Is.PLACE)
    if token.might(ANY):
        return True
    if token.kind:
        return False
    return (
        token.capital or (len(token.word) == 1 and token.word.isalpha()) or bool(looks().search(token.word))
    )


# --- neighbours --------------------------------------------------------------------------------------


def _behind(text: str, tokens: list[Token], which: str) -> Iterator[int]:
    """Where the words behind a phrase begin, small words skipped."""
    listed, ends = phrases(which), last_words(which)
    for at, last in enumerate(tokens):
        if last.word not in ends:
            continue
        for length in range(min(_LONGEST_PHRASE, at + 1), 0, -1):
            first = at - length + 1
            if " ".join([t.word for t in tokens[first : at + 1]]) not in listed:
                continue
            after = at + 1
            while which == "naming" and after < min(at + 3, len(tokens)) and tokens[after].word in _SKIPPED:
                after += 1
            if after < len(tokens) and _AFTER_NAMING.fullmatch(
                text, tokens[after - 1].end, tokens[after].start
            ):
                yield after
            break


def _names_a_thing(tokens: list[Token], at: int) -> bool:
    """Whether what is called so is a place or a firm: "la comunidad se llama"."""
    before = tokens[max(0, at - _LOOK_BACK) : at]
    return any(t.might(Is.PLACING | Is.PLACE) or t.word == "como" for t in before) and not tokens[at].might(
        Is.GIVEN
    )


def _may_be(token: Token) -> bool:
    if token.might(Is.PLACE):
        return False
    return bool(token.might(ANY)) or (token.capital and not token.kind)


def _close(text: str, tokens: list[Token], at: int) -> bool:
    return bool(_AFTER_TITLE.fullmatch(text, tokens[at - 1].end, tokens[at].start))


def _neighbour(text: str, tokens: list[Token], at: int, step: int) -> Token | None:
    other = at + step
    if not 0 <= other < len(tokens):
        return None
    left, right = (tokens[other], tokens[at]) if step < 0 else (tokens[at], tokens[other])
    return tokens[other] if _GAP.fullmatch(text, left.end, right.start) else None


def _is_place(text: str, tokens: list[Token], at: int) -> bool:
    """Whether a street, a saint, a hamlet or a firm bears this name."""
    first = at
    while (
        first
        and tokens[first - 1].might(ANY)
        and _GAP.fullmatch(text, tokens[first - 1].end, tokens[first].start)
    ):
        first -= 1
    before = first - 1
    while before >= 0 and before >= first - 2 and tokens[before].word in _PARTICLES | {"el"}:
        before -= 1
    if before < 0 or text[tokens[before].end : tokens[before + 1].start].strip(" ."):
        return False
    kind = tokens[before].kind
    if kind & Is.STREET:
        return True
    alone = at == first and not (at + 1 < len(tokens) and tokens[at + 1].might(ANY))
    return bool(kind & Is.PLACING) and alone and not tokens[at].might(Is.GIVEN)


def _acts(tokens: list[Token], at: int) -> bool:
    """Whether a verb of people follows, "me" and "nos" skipped."""
    further = [t for t in tokens[at + 1 : at + 3] if t.word not in _TO_WHOM]
    return bool(further) and bool(further[0].might(Is.ACTING))


def _spans(text: str, tokens: list[Token]) -> list[Span]:
    spans: list[Span] = []
    last: Token | None = None
    for token in tokens:
        if token.person:
            if last is not None and _GAP.fullmatch(text, last.end, token.start):
                spans[-1] = (spans[-1][0], token.end)
            else:
                spans.append((token.start, token.end))
        last = token if token.person else None
    return spans
