"""The one clock of the house. Everything below takes `now` as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Say what time it is, in UTC."""
    return datetime.now(UTC)
