"""What a release costs, what it leaves to read, and what a reader of everything can work out: two simulated years.

Four sites of two operators, fifteen themes, five ways in. The months are measured tables drawn at random, not cases:
everything after the measuring is the real pipeline, each release frozen before the next one. Prints the time, the
peak of memory, cells printed and hidden, the share of complaints that stand in printed cells, and what the attack
finds in the published documents.
"""

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence

from bench import madeup
from grievance.base import canonical
from grievance.vocabulary import Kind
from reports.attacking.attack import attack
from reports.attacking.solving import Name
from reports.gate import Passed, Told, pass_through
from reports.gate.history import told
from reports.measuring.measured import Measured
from reports.month import Month
from reports.shelf import Release
from reports.tables import (
    ALL,
    AT_A_SITE,
    BY_ENTRY,
    BY_SITE,
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
    programs = sum(each.certificate["programs"] for each in passed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    eyes = "with" if insiders else "without"
    print(f"{rate} a site and month, {eyes} insiders: {sum(seconds):.1f} s for {MONTHS} releases, "
          f"slowest {max(seconds):.1f} s, {programs} programs, {peak:.0f} MB, levels {dict(levels)}")  # fmt: skip
    print(f"  {printed} cells printed, {hidden} not shown")
    for name in (
        STOCK_FLOW,
        BY_ENTRY,
        BY_THEME,
        BY_SITE,
        QUARTER_SITE_THEME,
        YEAR_SITE_THEME,
    ):
        share(name, months, releases)
    sys.stdout.flush()
    again = publish(months[:MONTHS_AGAIN], insiders=insiders)[0]
    same = [one.value for one in again] == [one.value for one in releases[:MONTHS_AGAIN]]
    print(f"  the first {MONTHS_AGAIN} again: {'the same bytes' if same else 'OTHER BYTES'}")
    sys.stdout.flush()
    started = time.process_time()
    mine = complained(months) if insiders else []
    report = attack([release.document for release in releases], sites=SITES, insiders=mine)
    print(f"  attack, as everybody and {len(mine)} insiders: {report.hidden} cells that are not shown, "
          f"{report.programs} programs, {time.process_time() - started:.0f} s: {len(report.found)} findings")  # fmt: skip
    for found in report.found[:20]:
        print(f"    {' '.join(found.cell)}: {found.why} ({found.low} to {found.high})")


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
        for exact, table in zip(month.tables, release.tables, strict=True):
            if exact.name != name:
                continue
            for true, cell in zip(exact.cells, table.cells, strict=True):
                if ALL in cell.at or (name in (STOCK_FLOW, BY_SITE) and cell.at[-1] != "received"):
                    continue
                whole, of = whole + (true.value or 0), of + 1
                if cell.value is not None:
                    shown, cells = shown + cell.value, cells + 1
    print(f"  {name:20} {100 * shown / (whole or 1):5.1f} % of complaints, {cells} of {of} cells")


if __name__ == "__main__":
    rates = [int(each) for each in sys.argv[1:] if each.isdigit()] or [10, 25]
    for rate in rates:
        run(rate, insiders="--insiders" in sys.argv)
