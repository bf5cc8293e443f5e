"""How a conversation is kept between two messages: a line of JSON, with nothing in it that anybody said."""

import json
from dataclasses import asdict
from datetime import datetime

from channels.conversation import Talk

_TIMES = ("opened_at", "asked_at", "hour_from", "day_from")


def show_talk(talk: Talk) -> str:
    """Write a talk down."""
    kept = asdict(talk)
    for key in _TIMES:
        kept[key] = None if kept[key] is None else kept[key].isoformat()
    return json.dumps(kept)


def read_talk(raw: str) -> Talk:
    """Read a talk that was written down."""
    found = json.loads(raw)
    for key in _TIMES:
        found[key] = datetime.fromisoformat(found[key]) if found.get(key) else None
    return Talk(**found)
