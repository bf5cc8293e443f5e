"""Dates, times, sums, quantities and laws: the runs of digits that point at no person and stay legible."""

import re
from itertools import pairwise
from typing import Final

MONTHS: Final = r"(?:ene|feb|mar|abr|may|jun|jul|ago|set|sep|oct|nov|dic|jan|apr|aug|dec)"
_DATE: Final = (
    r"(?:(?:0?[1-9]|[12]\d|3[01])(?:/|-|\.)(?:0?[1-9]|1[0-2])(?:/|-|\.)(?:19|20)?\d\d"
    r"|(?:19|20)\d\d(?:/|-|\.)(?:0?[1-9]|1[0-2])(?:/|-|\.)(?:0?[1-9]|[12]\d|3[01]))"
)
_TIME: Final = r"(?:(?:[01]?\d|2[0-3]):[0-5]\d)"
YEAR: Final = r"(?:19|20)\d\d"
_BETWEEN: Final = r"(?:\s?[-–/,]\s?|\s)"
_WHEN: Final = re.compile(
    rf"(?:{_DATE}|{_TIME})(?:{_BETWEEN}(?:{_DATE}|{_TIME}))*(?:,\s\d{{1,2}})?|{YEAR}(?:{_BETWEEN}{YEAR})*"
)
# Only where a full date or a time with a colon leads or ends a run is the rest of it looked at alone.
_FIRM: Final = (
    r"(?:(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/(?:19|20)\d\d"
    r"|(?:19|20)\d\d-[01]\d-[0-3]\d|[012]?\d:[0-5]\d)"
)
_WHEN_FIRST: Final = re.compile(rf"{_FIRM}[\s,;]+(?=\+?\(?\d)")
_WHEN_LAST: Final = re.compile(rf"(?<=\d)[\s,;]+{_FIRM}$")

_SUM: Final = re.compile(
    r"[1-9]\d{0,2}(?:([.,' ])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?"
)
_CURRENCY_BEFORE: Final = re.compile(r"(?<![^\W_])(?:s/\.?|bs\.?|us\$|\$|€|usd|soles)\s?$", re.IGNORECASE)
_UNIT_AFTER: Final = re.compile(
    r" ?(?:(?:de|mil|millones(?: de)?) )?(?:nuevos soles|soles|bolivianos|bs|pesos|d[oó]lares|dollars|usd|"
    r"us\$|clp|cop|euros|lucas|litros|liters|lts?|m3|m2|m³|m²|metros|mts|km|kil[oó]metros|kms|kg|kilos|kgs|toneladas|hect[aá]reas|"
    r"msnm|personas|familias|habitantes|[aá]rboles|plantas|quintales|galones|cilindros|truchas|people|trees)(?!\w)",
    re.IGNORECASE,
)
_MOBILE_LENGTH: Final = 9
_LAW_BEFORE: Final = re.compile(
    r"(?:ley|decreto|d\.?\s?s\.?|resoluci[oó]n|r\.?\s?m\.?|ordenanza|oficio|acta|informe|expediente|art[ií]culo|"
    r"supremo|suprema|ministerial|directoral)\s?(?:n\.?[°ºro.]*\s?)?$",
    re.IGNORECASE,
)
_LAW: Final = re.compile(rf"\d{{1,4}}-{YEAR}")
_LOOK_BACK: Final = 24
_FEWEST_COUNTED: Final = 3


def stays(shadow: str, start: int, end: int) -> bool:
    """Whether a run of digits, as a whole, is a date, a sum, a quantity, a law or a count. Never in part."""
    run, before, after = (
        shadow[start:end],
        shadow[max(0, start - _LOOK_BACK) : start],
        shadow[end : end + _LOOK_BACK],
    )
    if _WHEN.fullmatch(run) or _counts_up(run):
        return True
    if _LAW.fullmatch(run) and _LAW_BEFORE.search(before):
        return True
    named = bool(_CURRENCY_BEFORE.search(before) or _UNIT_AFTER.match(after))
    # "987654321 soles" is no sum anybody writes: it is a phone with a word behind it.
    digits = "".join(filter(str.isdigit, run))
    mobile = len(digits) == _MOBILE_LENGTH and digits[0] == "9"
    return named and not mobile and bool(_SUM.fullmatch(run))


def _counts_up(run: str) -> bool:
    counted = [int(part) for part in re.split(r",\s", run) if re.fullmatch(r"\d{1,2}", part)]
    listed = len(counted) >= _FEWEST_COUNTED and len(counted) == len(re.split(r",\s", run))
    return listed and all(after == before + 1 for before, after in pairwise(counted))


def without_times(shadow: str, start: int, end: int) -> tuple[int, int]:
    """The run without the date or time that leads or ends it, so that the rest is judged alone."""
    if _WHEN.fullmatch(shadow, start, end):
        return start, end
    while first := _WHEN_FIRST.match(shadow, start, end):
        start = first.end()
    while last := _WHEN_LAST.search(shadow, start, end):
        end = last.start()
    return start, end
