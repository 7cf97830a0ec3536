"""Curves that are given per posterior draw: single draws, and where a mean over draws cannot be priced as one curve."""

from __future__ import annotations

import numpy as np

from mixopt.curves.curves import Curves
from mixopt.curves.family import Family, Flags, Floats, Indices
from mixopt.curves.mixture import Mixture


def draws_of(curves: Curves) -> int:
    """Return how many draws the curves are given for.

    Parameters
    ----------
    curves : Curves

    Returns
    -------
    int
        0 where they are certain.
    """
    return max((f.n_draws for _, _, f in curves.parts if isinstance(f, Mixture)), default=0)


def uneven(curves: Curves, lower: Floats) -> Flags:
    """Return which cells' means over draws may be neither convex nor concave above their lower bounds.

    Parameters
    ----------
    curves : Curves
        n of them.
    lower : ndarray (n,), currency

    Returns
    -------
    ndarray (n,) of bool
        True where a draw turns from convex to concave above `lower`.
    """
    out = np.zeros(curves.size, dtype=bool)
    for _, cells, family in curves.parts:
        if isinstance(family, Mixture):
            out[cells] = family.inflection() > lower[cells]
    return out


def responses(curves: Curves, spend: Floats) -> Floats:
    """Return every cell's response in every draw.

    Parameters
    ----------
    curves : Curves
        n of them.
    spend : ndarray (n,), currency

    Returns
    -------
    ndarray (n, n_draws), units of response
        One column where the curves are certain.
    """
    out = np.empty((curves.size, max(draws_of(curves), 1)))
    for _, cells, family in curves.parts:
        if isinstance(family, Mixture):
            out[cells] = family.responses(spend[cells])
        else:
            out[cells] = family.value(spend[cells])[:, None]
    return out


def single(curves: Curves, cells: Indices, draws: Indices) -> Curves:
    """Return single draws' curves.

    Parameters
    ----------
    curves : Curves
    cells, draws : ndarray (k,) of int64
        Cell and number of the draw; -1 for what the cell's curve itself is.

    Returns
    -------
    Curves
        k of them.
    """
    which, inside = (np.empty(curves.size, dtype=np.int64) for _ in range(2))
    for number, (_, positions, _) in enumerate(curves.parts):
        which[positions], inside[positions] = number, np.arange(len(positions))
    parts: list[tuple[str, Indices, Family]] = []
    for number, (name, _, family) in enumerate(curves.parts):
        for per_draw in (False, True):
            mine = np.flatnonzero((which[cells] == number) & ((draws >= 0) == per_draw)).astype(np.int64)
            if not len(mine):
                continue
            at = inside[cells[mine]]
            if per_draw and isinstance(family, Mixture):
                parts.append((name, mine, family.single(at, draws[mine])))
            else:
                parts.append((name, mine, family.take(at)))
    return Curves(tuple(parts))


def draw(curves: Curves, number: int) -> Curves:
    """Return all cells' curves in one draw.

    Parameters
    ----------
    curves : Curves
    number : int
        From 0.

    Returns
    -------
    Curves
        As many, none of them a mean.
    """
    return Curves(
        tuple(
            (name, cells, family.draw(number) if isinstance(family, Mixture) else family)
            for name, cells, family in curves.parts
        )
    )
