"""The product's own program on a clock that a test moves: real processes, whose hours pass when a file says so."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from channels import clock
from channels.clock import now as on_the_wall

FILE = "TEST_CLOCK"
"""The setting of a process that names the file."""


@dataclass(eq=False)
class MovedClock:
    """A clock that runs as the one on the wall does, and as far ahead of it as a file says in seconds."""

    file: Path

    def __call__(self) -> datetime:
        return self.now

    @property
    def now(self) -> datetime:
        """What time it is there."""
        return on_the_wall() + self._ahead()

    @now.setter
    def now(self, then: datetime) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(str((then - on_the_wall()).total_seconds()))
        new.replace(self.file)

    def _ahead(self) -> timedelta:
        return timedelta(seconds=float(self.file.read_text()) if self.file.exists() else 0.0)


def main() -> None:
    """Run `grievance`, with every process of it on that clock."""
    clock.now = MovedClock(Path(os.environ[FILE]))
    from channels.cli import main as program  # noqa: PLC0415  it takes `now` when it is loaded

    program()
