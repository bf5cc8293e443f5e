"""The published months as an Atom feed (RFC 4287): an entry a month; its id stays, its date moves with its version."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from reports.formats.sheets import marked
from reports.saying import sentences
from reports.saying.page import page
from reports.shelf import Release
from translations import phrase, say

_NEVER = "1970-01-01T00:00:00Z"
"""When a feed without any entry was last changed: the element has to be there (RFC 4287, 4.1.1)."""
_TITLE = phrase("Reports, month by month")


@dataclass(frozen=True, slots=True)
class _Link:
    rel: str
    type: str
    href: str


def write(releases: Iterable[Release], *, base: str, name: str, language: str) -> bytes:
    """Write the feed of these releases, newest first, in one language; `base` is the public address."""
    base, published = base.rstrip("/"), tuple(releases)
    updated = max((str(one.document["cut_off"]) for one in published), default=_NEVER)
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>',
        _text("id", f"{base}/reports.atom"),
        _text("title", f"{name}: {say(_TITLE, language)}"),
        _text("updated", updated),
        f"<author>{_text('name', name)}</author>",
        _text("rights", "CC BY 4.0"),
        _link(_Link("self", "application/atom+xml", f"{base}/reports.atom")),
        _link(_Link("alternate", "text/html", f"{base}/reports")),
        *(line for one in published for line in _entry(one, base, language)),
        "</feed>",
    )
    return ("\n".join(lines) + "\n").encode()


def _entry(release: Release, base: str, language: str) -> Iterator[str]:
    here = f"{base}/reports/{release.month}"
    title = phrase("Complaints from the community in {month}", month=sentences.month_name(release.month))
    yield "<entry>"
    yield _text("id", here)
    yield _text("title", say(title, language))
    yield _text("updated", str(release.document["cut_off"]))
    facts = " ".join(say(fact, language) for fact in page(release, language=language).facts)
    yield _text("summary", marked(release, language, facts))
    for link in (
        _Link("alternate", "text/html", here),
        _Link("enclosure", "application/json", f"{here}.json"),
        _Link("enclosure", "text/csv", f"{here}/cells.csv"),
    ):
        yield _link(link)
    yield "</entry>"


def _text(element: str, words: str) -> str:
    return f"<{element}>{escape(words)}</{element}>"


def _link(link: _Link) -> str:
    return f"<link rel={quoteattr(link.rel)} type={quoteattr(link.type)} href={quoteattr(link.href)}/>"
