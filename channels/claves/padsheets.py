"""A pad on paper: slips to cut out, as plain text and as an A4 page.

The words are neutral, so that a slip found in a pocket tells nothing of what it was for. What stands here is
written nowhere else: whoever copies the sheet can read the answers of everybody who is given one of its slips.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import segno

from channels.claves.pads import Slip
from grievance.codes import show
from grievance.mechanism import SHARED, Mechanism
from grievance.mechanism_parts import Channel as Door
from translations import phrase, say

YOUR_NUMBER = phrase("This is your number. You may say it aloud: it opens nothing.")
YOUR_KEY = phrase("Show your key to nobody. With it you read what was answered to you.")
HOW = phrase(
    "Send your key by text, call and type it, or type it on the page. Or ask where you got this paper."
)
TEXT_OR_PAGE = phrase("Send your key by text, or type it on the page. Or ask where you got this paper.")
CALL_OR_PAGE = phrase("Call and type your key, or type it on the page. Or ask where you got this paper.")
PAGE = phrase("Type your key on the page. Or ask where you got this paper.")
SMS, CALL = "SMS", "Tel."
"""How a number to text and one to call are marked, in every language here."""
_LINE = "-" * 64
_STYLE = (
    "@page{size:A4;margin:10mm}body{font:9pt/1.2 sans-serif;margin:0;color:#000}"
    "main{display:grid;grid-template-columns:1fr 1fr}"
    "section{border:1px dashed #555;padding:2.5mm 3mm;break-inside:avoid;min-height:58mm;box-sizing:border-box}"
    "b{font-size:16pt}.key{font:bold 15pt monospace;margin:1mm 0}p{margin:.7mm 0}"
    ".ways{font-weight:bold}.ways span{white-space:nowrap}"
    "svg{float:right;width:22mm;height:22mm;margin:0 0 1mm 2mm}"
)


@dataclass(frozen=True, slots=True)
class Ways:
    """By what somebody with a slip reaches their answer: the page, and the numbers to text and to call, if there are any."""

    address: str
    text: str = ""
    call: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """What stands on the slip, the same in each language."""
        numbers = ((SMS, self.text), (CALL, self.call))
        return (*(f"{mark} {number}" for mark, number in numbers if number), self.address)


def ways_from(mechanism: Mechanism, door: Door, *, address: str) -> Ways:
    """Find the numbers nearest to a station: those of its own site or company, else the shared ones, none of another's."""

    def nearest(kind: str) -> str:
        there = [c for c in mechanism.channels if c.kind == kind and c.number]
        own = [c for c in there if door.site and c.site == door.site]
        own += [c for c in there if not c.site and c.operator == door.operator]
        own += [c for c in there if not c.site and c.operator == SHARED]
        return own[0].number if own else ""

    return Ways(address, text=nearest("sms"), call=nearest("voice"))


def sentences(languages: Sequence[str], ways: Ways) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give what stands on every slip, in each language of a place: language and sentences."""
    how = (
        HOW if ways.text and ways.call else TEXT_OR_PAGE if ways.text else CALL_OR_PAGE if ways.call else PAGE
    )
    return tuple(
        (tongue, tuple(say(one, tongue) for one in (YOUR_NUMBER, YOUR_KEY, how))) for tongue in languages
    )


def as_text(slips: Sequence[Slip], *, languages: Sequence[str], ways: Ways) -> str:
    """Write slips as plain text, one under the other."""
    told = [words for _, every in sentences(languages, ways) for words in every]
    parts = ["\n".join((show(slip.number), show(slip.clave), *ways.told, *told)) for slip in slips]
    return f"\n{_LINE}\n".join(parts) + "\n"


def as_page(slips: Sequence[Slip], *, languages: Sequence[str], ways: Ways) -> str:
    """Write slips as an A4 page to print and cut; the square leads to the page and holds no key."""
    square = segno.make(ways.address, micro=False, error="m").svg_inline(scale=1, omitsize=True)
    told = "".join(
        f'<p lang="{tongue}">{html.escape(" ".join(every))}</p>'
        for tongue, every in sentences(languages, ways)
    )
    reached = " ".join(f"<span>{html.escape(one)}</span>" for one in ways.told)
    cut = "".join(
        f'<section>{square}<b>{show(slip.number)}</b><p class="key">{show(slip.clave)}</p>'
        f'<p class="ways">{reached}</p>{told}</section>'
        for slip in slips
    )
    return (
        f'<!doctype html><html lang="{languages[0]}"><meta charset="utf-8"><title>{len(slips)}</title>'
        f"<style>{_STYLE}</style><main>{cut}</main></html>\n"
    )
