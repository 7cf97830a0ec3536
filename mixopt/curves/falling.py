"""Where falling functions meet levels: secants in logarithms, kept inside a bracket.

Slopes of response curves are close to powers of the spend, so log(slope) is nearly straight in log(spend) and a secant
lands near the root; where it falls outside of the bracket, or gains too little, the bracket is halved instead.

Source: M. Dowell and P. Jarratt (1971), A modified regula falsi method, BIT 11, doi:10.1007/BF01934364.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mixopt.curves.family import Floats, Indices

STEPS = 200
ENOUGH = 2e-15  # relative difference of a slope from its level
PATIENT, SLOW = 16, 3  # from that step on, every third halves the bracket
BESIDE = 1e-3  # of the upper end: the first point tried above a lower end of 0

Function = Callable[[Floats, Indices], Floats]


def falling_root(function: Function, level: Floats, low: Floats, high: Floats) -> Floats:
    """Return where falling functions meet their levels: the end where they do not.

    Parameters
    ----------
    function : callable
        ``function(x, some)``: values of the functions at positions `some`, each at one x; not below 0, falling.
    level : ndarray (m,)
    low, high : ndarray (m,)
        0 <= low <= high.

    Returns
    -------
    ndarray (m,)
        `low` where the function is at most its level there, `high` where it is above it there.
    """
    everyone = np.arange(len(level), dtype=np.int64)
    at_low, at_high = function(low, everyone), function(high, everyone)
    out = np.where(at_low <= level, low, high)
    some = np.flatnonzero((at_low > level) & (at_high < level)).astype(np.int64)
    if not len(some):
        return out
    out[some] = _inside(function, level[some], some, (low[some], high[some], at_low[some], at_high[some]))
    return out


def _inside(
    function: Function, level: Floats, some: Indices, bracket: tuple[Floats, Floats, Floats, Floats]
) -> Floats:
    a, b, above, below = (end.copy() for end in bracket)
    with np.errstate(divide="ignore"):
        up, down = np.log(above / level), np.log(below / level)
    found, side = 0.5 * (a + b), np.zeros(len(some), dtype=np.int8)
    open_ = np.arange(len(some), dtype=np.int64)
    for step in range(STEPS):
        left, right = a[open_], b[open_]
        halve = step >= PATIENT and step % SLOW == 0
        x = _middle(left, right) if halve else _secant(left, right, up[open_], down[open_])
        value = function(x, some[open_])
        with np.errstate(divide="ignore"):
            rise = np.log(value / level[open_])
        over = rise > 0.0
        found[open_] = x
        _replace(open_[over], (a, x[over]), (up, rise[over]), down, (side, 1))
        _replace(open_[~over], (b, x[~over]), (down, rise[~over]), up, (side, -1))
        near = np.abs(rise) <= ENOUGH
        narrow = b[open_] - a[open_] <= 4e-16 * b[open_]
        open_ = open_[~(near | narrow)]
        if not len(open_):
            break
    return found


def _replace(
    at: Indices, end: tuple[Floats, Floats], rise: tuple[Floats, Floats], other: Floats, side: tuple[Any, int]
) -> None:
    """Move one end of some brackets; the other end's value counts half where it has stayed twice (Illinois)."""
    end[0][at], rise[0][at] = end[1], rise[1]
    again = at[side[0][at] == side[1]]
    other[again] *= 0.5
    side[0][at] = side[1]


def _secant(left: Floats, right: Floats, up: Floats, down: Floats) -> Floats:
    """Return where the line through two points in logarithms meets 0; the middle where there is no such line."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = up / (up - down)
        x = np.exp(np.log(left) + share * (np.log(right) - np.log(left)))
    inside = np.isfinite(x) & (x > left) & (x < right)
    return np.where(inside, x, _middle(left, right))


def _middle(left: Floats, right: Floats) -> Floats:
    middle = np.where(left > 0.0, np.sqrt(left) * np.sqrt(right), BESIDE * right)
    outside = (middle <= left) | (middle >= right)
    return np.where(outside, left + 0.5 * (right - left), middle)
