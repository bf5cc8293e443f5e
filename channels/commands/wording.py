"""What `grievance translations check`, `grievance translations sheet` and `grievance spots` do."""

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from channels import wiring
from channels.commands import sayings
from grievance.errors import Misconfigured
from reports.aloud import spots as radio
from translations import HERE, NAMES, SOURCE, checking

FAILED = 1


def check(*, as_json: bool) -> None:
    """Print what each channel says in each language; fail when an offered language is not whole, or a header lies."""
    offered = {*wiring.mechanism_of(wiring.settings_of()).languages}
    known = {folder.name for folder in HERE.iterdir() if any(folder.glob("*.po"))} | {SOURCE}
    try:
        parts = [
            checking.check(channel, language)
            for channel in sayings.channels()
            for language in sorted(known | offered)
        ]
    except ValueError as cause:
        raise Misconfigured(str(cause)) from cause
    broken = [part for part in parts if part.language in offered and not part.whole]
    if as_json:
        told = [_plain(part, asked_for=part.language in offered) for part in parts]
        click.echo(json.dumps({"channels": told, "whole": not broken}, ensure_ascii=False))
    else:
        for part in parts:
            click.echo(_line(part, asked_for=part.language in offered))
    if broken:
        sys.exit(FAILED)


def sheet(name: str, language: str) -> None:
    """Print what a channel says in a language, for whoever translates it."""
    channel = next(channel for channel in sayings.channels() if channel.name == name)
    click.echo(checking.sheet(channel, language), nl=False)


def spots(site: str, *, language: str | None, words_per_minute: int) -> None:
    """Print the spots of a site, each under a line that says how long it takes and whether it may be read."""
    rules = wiring.mechanism_of(wiring.settings_of())
    speaks = radio.languages_of(rules, site)
    if language and language not in speaks:
        raise Misconfigured(f"{language}: no spot; right would be one of {', '.join(speaks)}")
    for tongue in [language] if language else speaks:
        for seconds in radio.LENGTHS:
            spot = radio.make(rules, site, tongue, seconds=seconds, words_per_minute=words_per_minute)
            notes = [
                f"{NAMES.get(tongue, tongue)}, {seconds} s",
                f"{spot.reading.words} words, {spot.reading.seconds:.0f} s at {words_per_minute} a minute",
                *(["NOT REVIEWED: do not read it out yet"] if spot.unread else []),
                *([] if spot.fits else ["does not fit its time"]),
            ]
            click.echo(f"# {'; '.join(notes)}\n{spot.text}\n")


def _plain(part: checking.Part, *, asked_for: bool) -> dict[str, Any]:
    told = asdict(part) | {"state": part.state, "whole": part.whole, "offered": asked_for and part.whole}
    told["signed"] = [
        {"catalogue": where, "role": by.role, "on": by.on.isoformat()} for where, by in part.signed
    ]
    return told


def _line(part: checking.Part, *, asked_for: bool) -> str:
    good = "ok " if part.whole else "no " if asked_for else "-- "
    counts = ", ".join(
        f"{n} {what}"
        for what, n in (
            ("written by the house", part.source), ("draft", part.draft), ("translated", part.translated),
            ("reviewed", part.reviewed), ("missing", len(part.missing)),
        )
        if n
    )  # fmt: skip
    signed = "; ".join(f"{where} signed by {by.role} on {by.on}" for where, by in part.signed)
    reasons = "".join(f"\n     {fault}" for fault in part.faults)
    about = f"{good}{part.channel:<6}{part.language:<4}{part.strings:>4} sentences: {counts}"
    return about + (f" ({signed})" if signed else "") + reasons
