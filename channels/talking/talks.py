"""How a conversation is kept between two messages: a line of JSON, with nothing in it that anybody said."""

import json
from dataclasses import fields
from datetime import datetime

from channels.talking.conversation import Talk

_NAMES = tuple(field.name for field in fields(Talk))
_TIMES = ("opened_at", "asked_at", "hour_from", "day_from", "proved_at")


def show_talk(talk: Talk) -> str:
    """Write a talk down."""
    kept = {name: getattr(talk, name) for name in _NAMES}
    for key in _TIMES:
        kept[key] = None if kept[key] is None else kept[key].isoformat()
    return json.dumps(kept)


def read_talk(raw: str) -> Talk:
    """Read a talk that was written down."""
    found = json.loads(raw)
    for key in _TIMES:
        found[key] = datetime.fromisoformat(found[key]) if found.get(key) else None
    return Talk(**found)
