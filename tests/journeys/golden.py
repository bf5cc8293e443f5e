"""Golden transcripts: a resident's whole path by a line, word for word. Written anew only on purpose.

`WRITE_GOLDEN=1` before the tests writes them; look at the difference, and commit it with what made it.
"""

import os
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"
_DRAWN = (
    (re.compile(r"\b\d{16}\b"), "################"),
    (re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b"), "#### #### #### ####"),
    (re.compile(r"\b(?:\d ){7}\d\b"), "# # # # # # # #"),
    (re.compile(r"\b\d{4}-\d{4}\b"), "####-####"),
    (re.compile(r"(?<=[^-–\d] )\d{4}(?= [A-ZÑ'])"), "####"),
)
"""What is drawn anew each time: claves, case numbers, codes."""


def compare(name: str, lines: list[str]) -> None:
    """Compare a transcript with the one that is kept, to the letter."""
    text = undrawn("\n".join(lines) + "\n")
    file = FOLDER / f"{name}.txt"
    if os.environ.get("WRITE_GOLDEN") == "1":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), f"{name} is said otherwise now: {__doc__}"


def undrawn(text: str) -> str:
    """Put signs where something stands that is drawn anew each time."""
    for drawn, sign in _DRAWN:
        text = drawn.sub(sign, text)
    return text
