"""A pad on paper: slips to cut out, as plain text and as an A4 page.

The words are neutral, so that a slip found in a pocket tells nothing of what it was for. What stands here is
written nowhere else: whoever copies the sheet can read the answers of everybody who is given one of its slips.
"""

import html
from collections.abc import Sequence

import segno

from channels.claves.pads import Slip
from grievance.codes import show
from translations import phrase, say

YOUR_NUMBER = phrase("This is your number. You may say it aloud: it opens nothing.")
YOUR_KEY = phrase("Show your key to nobody. With it you read what was answered to you.")
HOW = phrase("How: open {address} and type the key, or ask for help where you got this paper.")
_LINE = "-" * 64
_STYLE = (
    "@page{size:A4;margin:10mm}body{font:11pt/1.35 sans-serif;margin:0;color:#000}"
    "main{display:grid;grid-template-columns:1fr 1fr}"
    "section{border:1px dashed #555;padding:5mm;break-inside:avoid;min-height:58mm}"
    "b{font-size:16pt}.key{font:bold 15pt monospace;margin:2mm 0}p{margin:1mm 0;font-size:9pt}"
    "svg{float:right;width:22mm;height:22mm}"
)


def sentences(languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Give what stands on every slip, in each language of a place: language and sentence."""
    return tuple((tongue, say(words, tongue)) for tongue in languages for words in (YOUR_NUMBER, YOUR_KEY))


def as_text(slips: Sequence[Slip], *, languages: Sequence[str], address: str) -> str:
    """Write slips as plain text, one under the other."""
    told = [words for _, words in sentences(languages)]
    how = say(phrase(HOW.msgid, address=address), languages[0])
    parts = ["\n".join((show(slip.number), show(slip.clave), *told, how)) for slip in slips]
    return f"\n{_LINE}\n".join(parts) + "\n"


def as_page(slips: Sequence[Slip], *, languages: Sequence[str], address: str) -> str:
    """Write slips as an A4 page to print and cut; the square leads to the page and holds no key."""
    square = segno.make(address, micro=False, error="m").svg_inline(scale=1, omitsize=True)
    told = "".join(f'<p lang="{tongue}">{html.escape(words)}</p>' for tongue, words in sentences(languages))
    how = html.escape(say(phrase(HOW.msgid, address=address), languages[0]))
    cut = "".join(
        f'<section>{square}<b>{show(slip.number)}</b><p class="key">{show(slip.clave)}</p>{told}<p>{how}</p></section>'
        for slip in slips
    )
    return (
        f'<!doctype html><html lang="{languages[0]}"><meta charset="utf-8"><title>{len(slips)}</title>'
        f"<style>{_STYLE}</style><main>{cut}</main></html>\n"
    )
