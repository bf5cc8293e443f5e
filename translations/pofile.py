"""The sentences of a gettext PO file, read in one pass.

Babel's reader knows all there is in such a file, and makes an object of every entry: it took half a second of the
first page, and twenty megabytes that stayed. The tools that write and check the files go on using it; a test says
that both read the same.
"""

import re
from collections.abc import Iterator

_ESCAPED = re.compile(r"\\([\\trn\"])")
_MEANT = {"\\": "\\", "t": "\t", "r": "\r", "n": "\n", '"': '"'}


def read_sentences(text: str) -> Iterator[tuple[str, str]]:
    """Give every sentence and its translation; none that is fuzzy, obsolete or not translated yet.

    Raises:
        ValueError: an entry has a context or a plural: our sentences have neither.
    """
    said = {"msgid": "", "msgstr": ""}
    part, fuzzy = "", False
    for line in (*text.split("\n"), ""):
        if line.startswith('"'):
            said[part] += _plain(line)
            continue
        keyword, _, rest = line.partition(" ")
        if keyword == "msgstr":
            part = keyword
            said[part] = _plain(rest)
            continue
        if part == "msgstr":
            if said["msgid"] and said["msgstr"] and not fuzzy:
                yield said["msgid"], said["msgstr"]
            part, fuzzy = "", False
        if keyword == "msgid":
            part = keyword
            said = {"msgid": _plain(rest), "msgstr": ""}
        elif keyword.startswith("msg"):
            raise ValueError(f"{keyword}: a sentence here has neither context nor plural")
        elif keyword == "#,":
            fuzzy = fuzzy or "fuzzy" in rest
    # The empty line at the end closed the last entry.


def _plain(quoted: str) -> str:
    return _ESCAPED.sub(lambda found: _MEANT[found[1]], quoted.strip()[1:-1])
