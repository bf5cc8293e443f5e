"""Whom of the staff a text names: by what people call them, folded, in the words of the text as it was written (G01)."""

from collections.abc import Collection, Iterable, Mapping

from translations.folding import fold
from workflows.anonymity.names import names_in
from workflows.anonymity.namewords import takes_off, words_of

_SHORTEST = 3


def named(text: str, called: Mapping[str, Iterable[str]], *, places: Collection[str] = ()) -> tuple[str, ...]:
    """List whom a text names, in order of their ids. `called`: what people call each account, names and offices.

    What stands whole in the text counts: "relacionista de Qorimayu". Of a name a part is enough ("la señora Quispe" of
    Rosa Quispe Mamani) where the detector takes it for a person's and nothing beside it is somebody else's: who reads a
    complaint about themselves does more harm than a colleague who takes a case for nothing.
    """
    if not called:
        return ()
    said = words_of(text)
    spans = [words_of(text[start:end]) for start, end in names_in(text, places)]
    return tuple(
        sorted(who for who, names in called.items() if any(_is_named(said, spans, one) for one in names))
    )


def _is_named(said: list[str], spans: list[list[str]], name: str) -> bool:
    words = words_of(fold(name))
    if not words:
        return False
    if any(_same(said[at : at + len(words)], words) for at in range(len(said) - len(words) + 1)):
        return True
    return any(
        any(len(word) >= _SHORTEST for word in span)
        and all(any(takes_off(word, own) for own in words) for word in span)
        for span in spans
    )


def _same(said: list[str], words: list[str]) -> bool:
    return all(takes_off(one, own) for one, own in zip(said, words, strict=True))
