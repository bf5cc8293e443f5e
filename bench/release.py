"""What a release costs, what it leaves to read, and what a reader of everything can work out: two simulated years.

Four sites of two operators, fifteen themes, five ways in; so many complaints a site and month (10 and 25 unless said):

    python -m bench.release [10 25] [--insiders]            measured tables drawn at random, no cases: the gate alone
    python -m bench.release [10 25] --lived [--insiders]    the same complaints as cases, lived by casework's own verbs,
                                                            released and recounted from the entries

Everything after the measuring is the real pipeline, each release frozen before the next one. Prints the time, the
peak of memory, cells printed and hidden, the share of complaints that stand in printed cells, whether the same comes
out twice, and what the attack finds in the published documents. With `--insiders` the attack looks with the eyes of
each who complained, too; the gate always does where months are lived.
"""

import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import lived, madeup
from grievance import upgrade
from grievance.base import canonical
from grievance.store import Store
from grievance.vocabulary import Kind
from reports.attacking.attack import attack
from reports.attacking.solving import Name
from reports.gate import Passed, Told, pass_through
from reports.gate.history import told
from reports.measuring.measured import Measured, measure_all
from reports.month import Month
from reports.recount import verify_release
from reports.shelf import Release
from reports.tables import (
    ALL,
    ANSWERS_BY_TYPE,
    AT_A_SITE,
    BY_ENTRY,
    BY_SITE,
    BY_STATE,
    BY_THEME,
    FINAL,
    QUARTER_SITE_THEME,
    STOCK_FLOW,
    UNROUTED,
    YEAR_SITE_THEME,
)

SITES = {"site0": "acme", "site1": "acme", "site2": "bora", "site3": "bora"}
THEMES = tuple(f"theme{n:02}" for n in range(15))
DOORS = ("sms", "web", "kiosk", "office", "radio_relay")
MONTHS = 24
MONTHS_AGAIN = 9
SECRET = b"the bench's secret, which is none"
SHARED = (STOCK_FLOW, BY_ENTRY, BY_THEME, BY_SITE, QUARTER_SITE_THEME, YEAR_SITE_THEME)
Came = Counter[tuple[str, str, str]]


def complaints(rate: int, seed: int) -> list[Came]:
    """So many complaints for each site and month on average: by site, theme and way in."""
    rng = random.Random(seed)  # noqa: S311  a made-up world
    weights = [rng.lognormvariate(0, 0.5) for _ in SITES]
    themes = [rng.lognormvariate(0, 0.7) for _ in THEMES]
    months = []
    for _ in range(MONTHS):
        many = max(0, round(rng.gauss(rate * len(SITES), (rate * len(SITES)) ** 0.5)))
        months.append(Counter(
            (rng.choices(list(SITES), weights)[0], rng.choices(THEMES, themes)[0],
             rng.choices(DOORS, (45, 10, 15, 25, 5))[0])
            for _ in range(many)
        ))  # fmt: skip
    return months


def measure(came: Sequence[Came], seed: int) -> list[Measured]:
    """Measure the months: everybody is another person, nine of ten are acknowledged in time, cases close later."""
    rng = random.Random(seed + 1)  # noqa: S311  a made-up world
    opening = dict.fromkeys((*SITES.values(), UNROUTED), 0)
    found: list[Measured] = []
    for n, each in enumerate(came):
        month = Month(2026 + n // 12, n % 12 + 1)
        received = Counter[str]()
        for (site, _, _), count in each.items():
            received[SITES[site]] += count
        at_site = {(site, m): 0 for site in SITES for m in AT_A_SITE}
        for site in SITES:
            at_site[site, "received"] = sum(count for (s, _, _), count in each.items() if s == site)
            at_site[site, "acknowledged_in_time"] = round(0.9 * at_site[site, "received"])
            at_site[site, "answered_in_time"] = rng.randint(0, at_site[site, "received"])
            at_site[site, "answered_late"] = at_site[site, "received"] // 10
            at_site[site, "closed"] = at_site[site, "answered_in_time"]
        stock = {
            row: {
                "opening": opening[row],
                "received": received[row],
                "closed": sum(at_site[s, "closed"] for s in SITES if SITES[s] == row),
            }
            for row in opening
        }
        found.append(
            madeup.measured(
                month,
                came=_crossed(each),
                stock=stock,
                doors={door: sum(n for (_, _, d), n in each.items() if d == door) for door in DOORS},
                at_sites=at_site,
                ended=_ends(at_site),
                sites=tuple(SITES),
                themes=THEMES,
                earlier=found,
            )
        )
        opening = {row: n["opening"] + n["received"] - n["closed"] for row, n in stock.items()}
    return found


def _crossed(came: Came) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for (site, theme, _), n in came.items():
        found[site, theme] += n
    return found


def _ends(at_site: dict[tuple[str, str], int]) -> Counter[tuple[str, str, str]]:
    """How clocks ended, by operator: a tenth of what came was late, some ended early, went to review, or took longer."""
    ends: Counter[tuple[str, str, str]] = Counter()
    for site, row in SITES.items():
        ends[row, "acknowledge", "met"] += at_site[site, "acknowledged_in_time"]
        ends[row, "acknowledge", "late"] += at_site[site, "received"] // 10
        ends[row, "answer", "met"] += at_site[site, "answered_in_time"]
        ends[row, "answer", "late"] += at_site[site, "answered_late"]
        for one_in, measure in ((12, "closed"), (15, "stopped"), (6, "extended"), (5, "paused")):
            ends[row, "answer", measure] += at_site[site, "received"] // one_in
    return ends


def freeze(month: Month, passed: Passed) -> Release:
    """Make of what passed the gate a document that can be read back, as a release does."""
    plain = [table.plain(FINAL) for table in passed.tables]
    body = {"month": str(month), "tables": plain, "certificates": [passed.certificate],
            "operators": {o: o for o in SITES.values()}, "sites": {s: s for s in SITES},
            "site_operators": SITES}  # fmt: skip
    return Release(month, 1, FINAL, canonical(body))


def publish(months: Sequence[Measured], *, insiders: bool) -> tuple[list[Release], list[float], list[Passed]]:
    """Release month after month, and say how long each took."""
    releases: list[Release] = []
    seconds: list[float] = []
    passed: list[Passed] = []
    for n, month in enumerate(months):
        started = time.process_time()
        known = told(releases, Kind.GRIEVANCE) if releases else Told()
        made = pass_through(months[: n + 1], known, sites=SITES, seed=SECRET, insiders=insiders)
        passed.append(made)
        releases.append(freeze(month.month, made))
        seconds.append(time.process_time() - started)
    return releases, seconds, passed


def run(rate: int, *, insiders: bool, seed: int = 1) -> None:
    """Publish two years at one rate and print what came of it."""
    months = measure(complaints(rate, seed), seed)
    releases, seconds, passed = publish(months, insiders=insiders)
    printed = sum(cell.value is not None for one in releases for table in one.tables for cell in table.cells)
    hidden = sum(cell.value is None for one in releases for table in one.tables for cell in table.cells)
    levels = Counter(str(each.level) for each in passed)
    programs = sum(each.programs for each in passed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    eyes = "with" if insiders else "without"
    print(f"{rate} a site and month, {eyes} insiders: {sum(seconds):.1f} s for {MONTHS} releases, "
          f"slowest {max(seconds):.1f} s, {programs} programs, {peak:.0f} MB, levels {dict(levels)}")  # fmt: skip
    print(f"  {printed} cells printed, {hidden} not shown")
    for name in SHARED:
        share(name, months, releases)
    sys.stdout.flush()
    again = publish(months[:MONTHS_AGAIN], insiders=insiders)[0]
    same = [one.value for one in again] == [one.value for one in releases[:MONTHS_AGAIN]]
    print(f"  the first {MONTHS_AGAIN} again: {'the same bytes' if same else 'OTHER BYTES'}")
    sys.stdout.flush()
    look(releases, sites=SITES, insiders=complained(months) if insiders else [])


def look(releases: Sequence[Release], *, sites: Mapping[str, str], insiders: Sequence[Name]) -> None:
    """Attack what was published, as everybody and as each insider, and print what was found."""
    sys.stdout.flush()
    started = time.process_time()
    report = attack(
        [release.document for release in releases],
        sites=sites,
        insiders=insiders,
        began=str(releases[0].month),
    )
    print(f"  attack, as everybody and {len(insiders)} insiders: {report.hidden} cells that are not shown, "
          f"{report.programs} programs, {time.process_time() - started:.0f} s: {len(report.found)} findings")  # fmt: skip
    for found in report.found[:20]:
        print(f"    {' '.join(found.cell)}: {found.why} ({found.low} to {found.high})")


def run_lived(rate: int, *, insiders: bool, seed: int = 1) -> None:
    """Live two years at one rate, release each month, recount it, attack them all, and print what came of it."""
    came = complaints(rate, seed)
    started = time.process_time()
    with lived_through(came, seed) as life:
        whole = time.process_time() - started
        _print_life(rate, life, whole)
        for name in (*SHARED, ANSWERS_BY_TYPE, BY_STATE):
            share(name, life.exact, life.releases)
        known = {life.lives.mechanism.version: life.lives.mechanism}
        started = time.process_time()
        wrong = [
            line
            for one in life.releases
            for line in verify_release.run(life.lives.store, str(one.month), known)
        ]
        print(f"  verify-release of each: {len(wrong)} differences, {time.process_time() - started:.1f} s")
    with lived_through(came[:MONTHS_AGAIN], seed) as again:
        same = [one.value for one in again.releases] == [one.value for one in life.releases[:MONTHS_AGAIN]]
    print(f"  the first {MONTHS_AGAIN} lived again: {'the same bytes' if same else 'OTHER BYTES'}")
    look(life.releases, sites=life.lives.sites, insiders=sorted(life.lives.stood) if insiders else [])


@dataclass(frozen=True, slots=True)
class Life:
    """Months that were lived: who lived them, what was published, how long each release took, what was true."""

    lives: lived.Lives
    releases: list[Release]
    seconds: list[float]
    exact: list[Measured]


@contextmanager
def lived_through(came: Sequence[Came], seed: int) -> Iterator[Life]:
    """Live months in a database that goes afterwards, publish each, and measure them all without hiding anything."""
    rules = lived.rules(len(THEMES))
    named = dict(zip(SITES, (site.key for site in rules.current.sites), strict=True))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'lived.db'}")
        upgrade.to_head(store)
        lives = lived.Lives(store, rules, seed)
        releases: list[Release] = []
        seconds: list[float] = []
        for n, each in enumerate(came):
            month = Month(2025 + n // 12, n % 12 + 1)
            lives.plan(
                month, Counter({(named[site], theme, door): n for (site, theme, door), n in each.items()})
            )
            lives.live(lived.published_on(month))
            started = time.process_time()
            releases.append(lives.publish(month))
            seconds.append(time.process_time() - started)
            print(f"{month}: {lives.begun} cases, {seconds[-1]:.1f} s", file=sys.stderr, flush=True)
        every = [one.month for one in releases]
        exact = store.read(lambda conn: measure_all(conn, every, kind=Kind.GRIEVANCE, rules=rules))
        yield Life(lives, releases, seconds, exact)
        store.close()


def _print_life(rate: int, life: Life, whole: float) -> None:
    lives, releases, seconds = life.lives, life.releases, life.seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = [cell for one in releases for table in one.tables for cell in table.cells]
    proofs = [proof for one in releases for proof in one.document["certificates"]]
    levels = Counter(proof["level"] for proof in proofs)
    print(f"{rate} a site and month, lived: {lives.begun} cases, {lives.steps} steps ({lives.refused} refused), "
          f"{whole - sum(seconds):.0f} s; {sum(seconds):.1f} s for {len(releases)} releases, "
          f"slowest {max(seconds):.1f} s, "
          f"{peak:.0f} MB, levels {dict(levels)}")  # fmt: skip
    print(f"  {sum(cell.value is not None for cell in cells)} cells printed, "
          f"{sum(cell.value is None for cell in cells)} not shown")  # fmt: skip


def complained(months: Sequence[Measured]) -> list[Name]:
    """Name, as the attack does, every month, site and theme in which somebody complained, who may reckon as well."""
    return [
        (str(one.kind), str(one.month), "received", f"site:{site}", f"theme:{theme}")
        for one in months
        for (site, theme), n in one.crossed.items()
        if n
    ]


def share(name: str, months: Sequence[Measured], releases: Sequence[Release]) -> None:
    """Print which share of the complaints stands in printed inner cells of a table."""
    whole = shown = cells = of = 0
    for month, release in zip(months, releases, strict=True):
        for exact in month.tables:
            if exact.name != name:
                continue
            for true, cell in zip(exact.cells, release.complaints[name].cells, strict=True):
                if ALL in cell.at or (name in (STOCK_FLOW, BY_SITE) and cell.at[-1] != "received"):
                    continue
                whole, of = whole + (true.value or 0), of + 1
                if cell.value is not None:
                    shown, cells = shown + cell.value, cells + 1
    print(f"  {name:20} {100 * shown / (whole or 1):5.1f} % of complaints, {cells} of {of} cells")


if __name__ == "__main__":
    rates = [int(each) for each in sys.argv[1:] if each.isdigit()] or [10, 25]
    for rate in rates:
        made = run_lived if "--lived" in sys.argv else run
        made(rate, insiders="--insiders" in sys.argv)
