"""What an offer says: whether it asks somebody to give up a right or to keep silent, and whether it speaks of money."""

import re

_WAIVERS = re.compile(
    r"renunci\w*\s+(?:a|al|de)\b|no\s+(?:podra|puede|debe|va\s+a)\s+(?:denunciar|demandar|reclamar|contar|hablar)"
    r"|(?:desisti|retir)\w*\s+(?:de\s+)?(?:toda|cualquier|su)\s+(?:accion|demanda|denuncia)|confidencial"
    r"|guard\w*\s+(?:silencio|reserva)|waiv\w+|give\s+up\s+(?:any|your|all)|not\s+(?:to\s+)?(?:sue|go\s+to\s+court|tell\s+anyone)"
    r"|keep\s+(?:it\s+)?(?:secret|quiet)|in\s+full\s+and\s+final",
)
_MONEY = re.compile(
    r"\b(?:pag(?:o|os|a|an|ar|amos|aremos|aran|ara|uen)|dinero|plata|soles|bolivianos|dolares|efectivo|cheque|indemniz\w*"
    r"|compensa\w*|reembols\w*|depositar\w*|we\s+pay|will\s+pay|pays?|paid|payment|money|cash|compensat\w*|refund\w*|dollars)\b|[$]"
)
_PLAIN = str.maketrans("áéíóúü", "aeiouu")


def gives_up_a_right(words: str) -> bool:
    """Tell whether a text asks for a waiver or for silence, as far as words show it."""
    return _WAIVERS.search(plain(words)) is not None


def speaks_of_money(words: str) -> bool:
    """Tell whether a text speaks of paying; it is worked out from the words, and nobody ticks it."""
    return _MONEY.search(plain(words)) is not None


def plain(words: str) -> str:
    """Write words small and without the accents of Spanish, so that one pattern finds both spellings."""
    return words.casefold().translate(_PLAIN)
