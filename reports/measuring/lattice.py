"""The fixed members of every table: what a procedure declares stands in it every month, whatever happened.

So the presence of a row says nothing (trust A4). What is no longer declared but was counted comes after.
"""

from collections.abc import Iterable, Mapping

from grievance.vocabulary import Channel
from reports.tables import NOT_STATED
from workflows.rulebook import Rulebook

KINDS_OF_DOORS: Mapping[str, str] = {"radio": Channel.RADIO_RELAY, "voice": Channel.PHONE_VOICE}
"""What a door of the mechanism is called in the statistics, where the two words differ."""


def channels(rules: Rulebook) -> tuple[str, ...]:
    """List the ways in that the mechanism offers."""
    offered = {KINDS_OF_DOORS.get(channel.kind, channel.kind) for channel in rules.current.channels}
    return tuple(str(channel) for channel in Channel if channel in offered)


def themes(rules: Rulebook) -> tuple[str, ...]:
    """List the themes, and that none was stated."""
    return (*(theme.key for theme in rules.current.themes), NOT_STATED)


def sites(rules: Rulebook) -> tuple[str, ...]:
    """List the sites, and that none was stated."""
    return (*(site.key for site in rules.current.sites), NOT_STATED)


def members(fixed: Iterable[str], seen: Iterable[str]) -> tuple[str, ...]:
    """List the fixed members, then whatever else was seen."""
    first = tuple(fixed)
    return (*first, *sorted(set(seen) - set(first)))
