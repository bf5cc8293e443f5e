"""Which member of a breakdown is the largest, and whether that is sure: what is hidden may be larger than what is shown.

A cell is hidden because it is small, or because a sum would tell one that is; so a hidden one need not be small. Sure is
only what the whole leaves no room for, and that anybody can reckon from printed cells.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Foremost:
    """The largest of the members that are shown, as many as are equal, in their order; `is_sure`: of all there are."""

    members: tuple[str, ...]
    n: int
    is_sure: bool


def foremost(
    parts: Iterable[tuple[str, int | None]], whole: int | None, *, beside: Iterable[int | None] = ()
) -> Foremost | None:
    """Find the largest of the parts; nothing where none is shown, or all are zero.

    Args:
        parts: the members with their printed figures.
        whole: the printed sum of all parts and of what is beside them.
        beside: figures that belong to the whole and are no member, as what was not stated.
    """
    known = list(parts)
    shown = [n for _, n in known if n is not None]
    most = max(shown, default=0)
    if not most:
        return None
    members = tuple(name for name, n in known if n == most)
    return Foremost(members, most, is_sure=room((*(n for _, n in known), *beside), whole) < most)


def room(figures: Iterable[int | None], whole: int | None) -> float:
    """Say how much a hidden figure can be at most: nothing where none is hidden, anything where the whole is."""
    found = tuple(figures)
    if None not in found:
        return 0
    return float("inf") if whole is None else whole - sum(n for n in found if n is not None)
