"""What certified masking costs and how much it leaves to read: a made-up world like that of trust A3.

Releases month by month, each frozen before the next: places and themes by month, places by theme for each
quarter and year. Prints the share of complaints that stand in printed cells, and seconds.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable  # noqa: TC003  as everywhere: annotations are read

from reports.masking import Cell, Lattice, NotCertified, Sum, Sums, publish

PLACES, THEMES, DOORS, MONTHS = 4, 15, 5, 24
ALL = "all"


def complaints(rate: int, seed: int) -> Counter[tuple[int, str, str, str]]:
    """So many complaints for each place and month on average: (month, place, theme, door) to how many."""
    rng = random.Random(seed)  # noqa: S311  a made-up world
    places = [rng.lognormvariate(0, 0.5) for _ in range(PLACES)]
    themes = [rng.lognormvariate(0, 0.7) for _ in range(THEMES)]
    doors = (45, 10, 15, 25, 5)
    found: Counter[tuple[int, str, str, str]] = Counter()
    for month in range(MONTHS):
        for _ in range(round(rng.gauss(rate * PLACES, (rate * PLACES) ** 0.5))):
            place = rng.choices(range(PLACES), places)[0]
            theme = rng.choices(range(THEMES), themes)[0]
            door = rng.choices(range(DOORS), doors)[0]
            found[month, f"place{place}", f"theme{theme}", f"door{door}"] += 1
    return found


def world(came: Counter[tuple[int, str, str, str]], until: int) -> Lattice:
    """Everything that could be printed up to a month."""
    values: Counter[Cell] = Counter()
    places, themes = [f"place{n}" for n in range(PLACES)], [f"theme{n}" for n in range(THEMES)]
    doors = [f"door{n}" for n in range(DOORS)]
    for (month, place, theme, door), n in came.items():
        if month > until:
            continue
        m, q, y = f"m{month:02}", f"q{month // 3}", f"y{month // 12}"
        for when in (
            m,
            *((q,) if until >= month // 3 * 3 + 2 else ()),
            *((y,) if until >= month // 12 * 12 + 11 else ()),
        ):
            for p in (place, ALL):
                for t in (theme, ALL):
                    values[when, p, t] += n
        values[m, "by", door] += n
    sums, offered = list[Sum](), set[Cell]()
    times = [(f"m{m:02}", False) for m in range(until + 1)]
    times += [(f"q{q}", True) for q in range((until + 1) // 3)] + [
        (f"y{y}", True) for y in range((until + 1) // 12)
    ]
    for when, crossed in times:
        sums.append(Sum((when, ALL, ALL), tuple((when, p, ALL) for p in places)))
        sums.append(Sum((when, ALL, ALL), tuple((when, ALL, t) for t in themes)))
        sums += [Sum((when, p, ALL), tuple((when, p, t) for t in themes)) for p in places]
        sums += [Sum((when, ALL, t), tuple((when, p, t) for p in places)) for t in themes]
        offered |= {(when, ALL, ALL)} | {(when, p, ALL) for p in places} | {(when, ALL, t) for t in themes}
        if crossed:
            offered |= {(when, p, t) for p in places for t in themes}
        else:
            sums.append(Sum((when, ALL, ALL), tuple((when, "by", d) for d in doors)))
            offered |= {(when, "by", d) for d in doors}
    for p in (*places, ALL):
        for t in (*themes, ALL):
            for n in range((until + 1) // 3):
                sums.append(Sum((f"q{n}", p, t), tuple((f"m{m:02}", p, t) for m in range(3 * n, 3 * n + 3))))
            for n in range((until + 1) // 12):
                sums.append(Sum((f"y{n}", p, t), tuple((f"q{k}", p, t) for k in range(4 * n, 4 * n + 4))))
    full = {cell: values[cell] for one in sums for cell in (one.whole, *one.parts)}
    return Lattice(full, Sums(tuple(sums)), offered=frozenset(offered))


def run(rate: int, seed: int = 1) -> None:
    """Release twenty-four months one after the other and say what is left to read."""
    came = complaints(rate, seed)
    before: dict[Cell, bool] = {}
    started, programs, slowest = time.perf_counter(), 0, 0.0
    refused = 0
    for month in range(MONTHS):
        lattice = world(came, month)
        lattice = Lattice(lattice.values, lattice.sums, lattice.offered, before=dict(before))
        at = time.perf_counter()
        try:
            made = publish(lattice, seed=b"bench")
        except NotCertified as cause:
            refused += 1
            print(f"  month {month}: {cause}")
            continue
        slowest = max(slowest, time.perf_counter() - at)
        programs += made.certificate.programs
        before |= dict.fromkeys(made.printed, True) | dict.fromkeys(made.hidden, False)
    seconds = time.perf_counter() - started
    print(
        f"{rate} a place and month: {seconds:.1f} s, slowest {slowest:.1f} s, {programs} programs, {refused} refused"
    )
    lattice = world(came, MONTHS - 1)
    tables: dict[str, Callable[[Cell], bool]] = {
        "month x place": lambda c: c[0][0] == "m" and c[1] != ALL and c[1] != "by" and c[2] == ALL,
        "month x theme": lambda c: c[0][0] == "m" and c[1] == ALL and c[2] != ALL,
        "month x door": lambda c: c[1] == "by",
        "quarter place x theme": lambda c: c[0][0] == "q" and ALL not in c,
        "year place x theme": lambda c: c[0][0] == "y" and ALL not in c,
    }
    for name, chosen in tables.items():
        cells = [c for c in lattice.offered if chosen(c)]
        total = sum(lattice.values[c] for c in cells) or 1
        shown = sum(lattice.values[c] for c in cells if before.get(c))
        n = sum(bool(before.get(c)) for c in cells)
        print(f"  {name:22} {100 * shown / total:5.1f} % of complaints, {n} of {len(cells)} cells")


if __name__ == "__main__":
    for rate in map(int, sys.argv[1:] or ("10", "25")):
        run(rate)
