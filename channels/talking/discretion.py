"""What is said to a phone that others read: that there is something, never what (G09).

What came by such a message has reached nobody before the person looked with their clave.
"""

from typing import Final

SAID_ALL_THE_SAME: Final = frozenset(
    {
        "receipt", "receipt_again", "new_clave", "stopped", "started", "help", "wrong_code", "wrong_clave", "no_case",
        "code_first", "clave_first", "tongues",
        "ask_words", "ask_stop", "language", "page", "news", "shared_noted", "own_noted",
        "survey_in", "survey_out", "enough", "commitment_stands", "commitment_unknown", "number_unknown",
    }
)  # fmt: skip
"""What says nothing of a case, or gives a clave that was just asked for."""
QUIETLY: Final = {
    "safe_first": "receipt", "safe_care": "receipt", "checkin": "checkin_quiet", "checkin_noted": "noted_quiet",
    "clave_fits": "noted_quiet",
}  # fmt: skip
"""A receipt that would say what it is about is said as any other; how somebody is, is asked as anybody asks."""


def said_as(template: str, *, discreet: bool) -> str:
    """Name the message that is really sent."""
    if not discreet or template in SAID_ALL_THE_SAME:
        return template
    return QUIETLY.get(template, "news")
