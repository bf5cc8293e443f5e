"""When something happens, and the randomness it may use.

Work handed to the store can be run again (a group's transaction may die under it), so it reads no clock
and draws nothing by itself: `now` and a seed are arguments, and the same label draws the same bytes.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

SEED = 32


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC and 32 secret random bytes that are forgotten when the act is done."""

    now: datetime
    seed: bytes

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("a moment is UTC-aware")
        if len(self.seed) != SEED:
            raise ValueError(f"a seed is {SEED} bytes")

    def draw(self, label: str, size: int) -> bytes:
        """Draw bytes: SHAKE-256 of seed and label; different labels are independent."""
        return hashlib.shake_256(self.seed + label.encode()).digest(size)

    def id(self, label: str) -> str:
        """Draw a random id of 16 bytes, in hex."""
        return self.draw(f"id/{label}", 16).hex()

    def below(self, label: str, limit: int) -> int:
        """Draw a number from 0 to `limit` - 1; 16 bytes make the bias of the remainder immeasurable."""
        return int.from_bytes(self.draw(f"n/{label}", 16)) % limit

    def digits(self, label: str, count: int) -> str:
        """Draw that many decimal digits."""
        return str(self.below(label, 10**count)).zfill(count)
