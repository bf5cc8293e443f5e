"""How much a proof may take: counted in programs, never in seconds, so that the same month comes out twice alike."""

from dataclasses import dataclass


class TooMuch(ValueError):
    """A proof would take more programs than it may."""


@dataclass
class Effort:
    """So many programs at most, or as many as it takes; and how many it took."""

    most: int | None = None
    spent: int = 0

    def spend(self) -> None:
        """Count a program before it is solved.

        Raises:
            TooMuch: it may not be.
        """
        if self.most is not None and self.spent >= self.most:
            raise TooMuch(f"more than {self.most} programs")
        self.spent += 1
