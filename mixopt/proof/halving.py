"""Upper limits where some of a box's curves are convex and others concave: intervals are halved until they are tight.

Between two inflections every curve is either convex, and lies below its chord, or concave. Chords and concave curves
together make a concave function that lies above the sum and meets it at both ends: its end tangents bound it.
"""

from __future__ import annotations

import numpy as np

from mixopt.proof.boxes import Boxes, tangents
from mixopt.proof.components import CurveShop, Floats, Indices

MOST = 8_000_000  # curve evaluations one round may take

Intervals = tuple[Indices, Floats, Floats]


def halved(
    shop: CurveShop, boxes: Boxes, where: Intervals, known: Floats, *, tight: Floats, rounds: int
) -> Floats:
    """Return upper limits of all boxes, given what bounds them outside of some intervals.

    Parameters
    ----------
    shop : CurveShop
    boxes : Boxes
    where : tuple of box, low, high
        The intervals left to bound, at most one per box.
    known : ndarray (n,)
        Upper limits for the rest of each box.
    tight : ndarray (n,)
        How much an interval may add before it is halved.
    rounds : int
        Of halving, at most.

    Returns
    -------
    ndarray (n,)
    """
    over = known.copy()
    box, low, high = _between_turns(shop, boxes, where)
    for turn in range(rounds + 1):
        limit, attained = _limits(shop, boxes, (box, low, high))
        np.maximum.at(over, box, attained)
        wide = limit > over[box] + tight[box]
        if turn == rounds or 2 * len(boxes.curves_of(box[wide])[0]) > MOST:
            wide[:] = False
        np.maximum.at(over, box[~wide], limit[~wide])
        if not wide.any():
            break
        box, low, high = box[wide], low[wide], high[wide]
        middle = np.where(high > 4.0 * low, _far(low, high), 0.5 * (low + high))
        box, low, high = np.tile(box, 2), np.concatenate([low, middle]), np.concatenate([middle, high])
    return over


def _far(low: Floats, high: Floats) -> Floats:
    return np.where(low > 0.0, np.sqrt(low) * np.sqrt(high), 1e-3 * high)


def _between_turns(shop: CurveShop, boxes: Boxes, where: Intervals) -> Intervals:
    """Cut each interval at the inflections of its curves."""
    box, low, high = where
    own, curve = boxes.curves_of(box)
    turns = shop.at(boxes.cell[curve], boxes.at_price[curve], boxes.draw[curve]).inflection()
    own = np.concatenate([own, np.arange(len(box)), np.arange(len(box))])
    cuts = np.concatenate([np.clip(turns, low[own[: len(turns)]], high[own[: len(turns)]]), low, high])
    order = np.lexsort((cuts, own))
    own, cuts = own[order], cuts[order]
    real = (own[1:] == own[:-1]) & (cuts[1:] > cuts[:-1])
    return box[own[:-1][real]], cuts[:-1][real], cuts[1:][real]


def _limits(shop: CurveShop, boxes: Boxes, at: Intervals) -> tuple[Floats, Floats]:
    """Return what phi cannot exceed in each interval, and the greater of its end values."""
    box, low, high = at
    own, curve = boxes.curves_of(box)
    curves = shop.at(boxes.cell[curve], boxes.at_price[curve], boxes.draw[curve])
    weight = boxes.weight[curve]
    left, right = (weight * curves.value(end[own]) for end in (low, high))
    convex = curves.inflection() >= high[own]
    chord = (right - left) / (high - low)[own]
    rise, fall = (np.where(convex, chord, weight * curves.slope(end[own])) for end in (low, high))
    price = boxes.price[box]
    sums = [np.bincount(own, terms, minlength=len(box)) for terms in (left, rise, right, fall)]
    ends = sums[0] - price * low, sums[2] - price * high
    return tangents(ends[0], sums[1] - price, ends[1], sums[3] - price, high - low), np.maximum(*ends)
