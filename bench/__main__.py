"""`make bench`: measure, and print a table of ratios beside the budgets of the design. Nothing fails by being slow."""

import argparse
import os
import platform
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from bench import rows
from bench.rows import Row, Run
from bench.servers import ROOT, NotMeasured

MEASURES: dict[str, Callable[[Run], Iterator[Row]]] = {
    "start": rows.start_rows,
    "memory": rows.memory_rows,
    "receipts": rows.receipt_rows,
    "intake": rows.intake_rows,
    "postgres": rows.postgres_rows,
}
WIDTHS = (58, 48, 24)


def main() -> int:
    """Measure what was asked for; 1 when something that was answered is not stored."""
    asked = _arguments()
    seconds = 1.0 if asked.quick else asked.seconds
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=_on_disk()))
    run = Run(folder=folder, seconds=seconds, rounds=1 if asked.quick else 2)
    try:
        for line in _machine(folder):
            print(line)
        print(
            f"each measurement {seconds:g} s in {run.rounds} turns; the load generator is on the same cores"
        )
        print("only ratios of one run mean something: a shared or throttled machine moves every rate\n")
        _line("what", "measured", "budget", "")
        _line("-" * WIDTHS[0], "-" * WIDTHS[1], "-" * WIDTHS[2], "-----")
        for name, measure in MEASURES.items():
            if asked.only in (None, name):
                _measure(run, name, measure)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for loud in run.loud:
        print(f"\n!!! {loud}")
    return 1 if run.loud else 0


def _measure(run: Run, name: str, measure: Callable[[Run], Iterator[Row]]) -> None:
    try:
        for row in measure(run):
            verdict = {True: "met", False: "SHORT", None: ""}[row.met]
            _line(row.what, row.value, row.budget, verdict)
    except NotMeasured as cause:
        _line(name, f"not measured: {cause}", "", "")


def _line(what: str, value: str, budget: str, verdict: str) -> None:
    print(f"{what:<{WIDTHS[0]}} {value:<{WIDTHS[1]}} {budget:<{WIDTHS[2]}} {verdict}".rstrip(), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=8.0, help="of each measurement; the design's budget speaks of 40"
    )
    parser.add_argument("--only", choices=tuple(MEASURES))
    parser.add_argument("--quick", action="store_true", help="one second each: does it run at all?")
    return parser.parse_args()


def _machine(folder: Path) -> Iterator[str]:
    load = os.getloadavg()[0]
    yield (
        f"{os.cpu_count()} cores, load before {load:.1f}, {platform.python_implementation()} {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, granian {version('granian')}, flask {version('flask')}"
    )
    yield f"disk: {_kind_of(folder)}, one 4 KiB write and fdatasync p50 {_sync_ms(folder):.2f} ms"
    if load > 1:
        print("!!! somebody else is using this machine: rates below are too low, and ratios uncertain")


def _on_disk() -> str | None:
    """Where a sync means something: the folder for temporary things, unless that is memory."""
    if _kind_of(Path(tempfile.gettempdir())) not in ("tmpfs", "ramfs"):
        return None
    beside = ROOT / "var"
    beside.mkdir(exist_ok=True)
    return str(beside)


def _kind_of(folder: Path) -> str:
    """Say which kind of file system a folder is on."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return "unknown"
    around = {str(folder.resolve()), *map(str, folder.resolve().parents)}
    return max(((point, kind) for point, kind in mounts if point in around), default=("", "unknown"))[1]


def _sync_ms(folder: Path) -> float:
    took = []
    with (folder / "probe").open("wb", buffering=0) as probe:
        for _ in range(50):
            probe.write(b"\0" * 4096)
            began = time.perf_counter()
            os.fdatasync(probe.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


if __name__ == "__main__":
    sys.exit(main())
