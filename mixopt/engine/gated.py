"""The worth of a cell that may be off: nothing, or its best worth where it is on, less what being on costs.

    max( W f(0) if it may be off,   max over least <= x <= u of W f(x) - P x - V )

A cell whose box holds no spend that it can have is worth minus infinity: no plan lies in such a box.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.activity import Ends, may_be_off, may_be_on, on_ends
from mixopt.engine.conjugate import Worth


def gated(price: Callable[[Ends], Worth], box: Ends, least: Floats, toll: Floats, nothing: Floats) -> Worth:
    """Return the worth of cells of which some are gated.

    Parameters
    ----------
    price : callable
        Returns the cells' worth over a box without gates.
    box : pair of ndarray (k,), currency
    least : ndarray (k,), currency
        0 where a cell is not gated.
    toll : ndarray (k,), currency
        What it costs to be on; counts for gated cells alone.
    nothing : ndarray (k,), currency
        Worth of no spend.

    Returns
    -------
    Worth
    """
    has = least > 0.0
    can, off = may_be_on(least, box[1]), may_be_off(least, box[0])
    found = price(on_ends(least, box))
    on = np.where(can, np.where(has, found.over - toll, found.over), -np.inf)
    idle = np.where(off, nothing, -np.inf)
    rests = off & (idle >= on)
    return Worth(
        over=np.maximum(on, idle),
        spend=np.where(rests, 0.0, found.spend),
        size=found.size + np.where(has, np.abs(toll) + np.abs(nothing), 0.0),
        inside=np.where(can, found.spend, 0.0),
    )


def states(
    price: Callable[[Ends], Worth], box: Ends, least: Floats, toll: Floats, nothing: Floats
) -> tuple[Floats, Floats]:
    """Return what cells are worth off, and what they are worth on.

    Parameters
    ----------
    price, box, least, toll, nothing
        As for :func:`gated`; all cells are gated.

    Returns
    -------
    off, on : ndarray (k,), currency
        Minus infinity where a cell cannot be so.
    """
    can, off = may_be_on(least, box[1]), may_be_off(least, box[0])
    found = price(on_ends(least, box))
    return np.where(off, nothing, -np.inf), np.where(can, found.over - toll, -np.inf)
