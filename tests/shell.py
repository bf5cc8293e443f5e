"""Programs of the machine, run as somebody at home would run them."""

import subprocess
from pathlib import Path


def run(*line: str, here: Path) -> "subprocess.CompletedProcess[str]":
    """Run a program in a folder and keep what it says."""
    return subprocess.run(line, cwd=here, capture_output=True, text=True, check=False)  # noqa: S603  lines of our own tests
