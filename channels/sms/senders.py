"""Who sent a text, as gateways write it: a number to answer to, a name that cannot be answered, or nobody.

What is known of the world's numbers is loaded with the first number that is read: every process imports this module.
"""

import contextlib
from collections.abc import Mapping
from functools import lru_cache

# ruff: noqa: PLC0415  see above
WITHHELD = frozenset({"", "anonymous", "restricted", "unavailable", "unknown", "blocked", "+266696687", "+7378742833",
                      "+86282452253", "+8656696", "+2562533"})  # fmt: skip
"""How a hidden sender is written: in words, or in the digits of those words on a telephone's keys."""
_LONG = 10


def read_sender(raw: str, *, region: str | None) -> tuple[str | None, bool]:
    """Read who wrote, as (address in E.164, can be answered); names and short codes can't be, withheld is None.

    `region` is the country (ISO 3166-1 alpha-2) of numbers that are written without one.
    """
    bare = raw.strip()
    if bare.lower() in WITHHELD:
        return None, False
    import phonenumbers

    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return bare, False
    if not phonenumbers.is_possible_number(number) or any(c.isalpha() for c in bare):
        return bare, False
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)), True


@lru_cache(maxsize=64)  # the numbers of our own gateways, asked for with every message
def region_of(number: str) -> str | None:
    """Find the country of a number in E.164; None for a short code or a name."""
    import phonenumbers

    try:
        return str(phonenumbers.region_code_for_number(phonenumbers.parse(number)))
    except phonenumbers.NumberParseException:
        return None


def country_for(to: str, home: str, countries: Mapping[str, str]) -> str | None:
    """Find the country that numbers belong to which are written without one: of the number they wrote to, or ours.

    A short code of ours names no country, so a setting does: `countries` by number, under "" for all others.
    """
    said = (countries.get(to), countries.get(home), region_of(to), region_of(home), countries.get(""))
    return next((country for country in said if country), None)


def is_country(code: str) -> bool:
    """Tell whether this is a country with telephone numbers, as ISO 3166-1 alpha-2."""
    import phonenumbers

    return code in phonenumbers.SUPPORTED_REGIONS


def read_bare(raw: str, *, region: str | None) -> tuple[str | None, bool]:
    """Read who wrote, where a gateway writes international numbers without their "+".

    A short number is a national one or a short code, never the beginning of a foreign one.
    """
    import phonenumbers

    bare = raw.strip()
    if bare.isascii() and bare.isdigit() and len(bare) >= _LONG:
        with contextlib.suppress(phonenumbers.NumberParseException):
            number = phonenumbers.parse(f"+{bare}")
            if phonenumbers.is_valid_number(number):
                return f"+{bare}", True
    return read_sender(bare, region=region)
