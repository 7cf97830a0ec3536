"""Where the next points of a frontier are looked for: the largest boxes that may still hide a part of it.

Between two neighbouring points (x_i, y_i) and (x_j, y_j), x_i > x_j and y_i < y_j, every efficient plan lies in the box
[x_j, x_i] × [y_i, y_j]: left of it a plan would be dominated by j, below it by i. A floor half way between x_j and x_i,
with y maximised above it, splits the box. The largest box is what the points found so far may miss at most (Hamacher,
Pedersen & Ruzika 2007, doi:10.1016/j.orl.2006.03.019). A floor finds points on parts of the frontier that no weighted
sum of the criteria reaches (Haimes, Lasdon & Wismer 1971, doi:10.1109/TSMC.1971.4308298; Das & Dennis 1997,
doi:10.1007/BF01197559).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LIKE = 0.25  # boxes of at least this share of the largest are split in the same round
FLAT = 1e-6  # of the range: a box this narrow or low holds nothing that can be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of the frontier that is still unknown.

    Parameters
    ----------
    right, left : int
        The points at its ends: `right` has more of the first criterion, `left` more of the second.
    low, high : float
        First criterion: the efficient plans inside have between `low` and `high` of it.
    bottom, top : float
        Second criterion.
    """

    right: int
    left: int
    low: float
    high: float
    bottom: float
    top: float

    @property
    def floor(self) -> float:
        """Half way: the floor that splits it."""
        return 0.5 * (self.low + self.high)


@dataclass(frozen=True, slots=True)
class Range:
    """What the frontier spans, criterion by criterion: the measure of boxes."""

    first: float
    second: float

    def share(self, box: Box) -> float:
        """Return how much of the frontier's own box another box covers.

        Parameters
        ----------
        box : Box

        Returns
        -------
        float
            0 for a box too narrow or too low to hold anything.
        """
        wide, tall = (box.high - box.low) / self.first, (box.top - box.bottom) / self.second
        return wide * tall if wide > FLAT and tall > FLAT else 0.0


def chosen(boxes: Sequence[Box], span: Range, most: int) -> list[Box]:
    """Return the boxes to split next: the largest, and those not much smaller, so that several may be split at once.

    Parameters
    ----------
    boxes : sequence of Box
    span : Range
    most : int

    Returns
    -------
    list of Box
        By size; the same whatever the number of workers.
    """
    sized = sorted(((span.share(box), -box.low, box) for box in boxes), key=lambda one: one[:2], reverse=True)
    return [box for share, _, box in sized if share > 0.0 and share >= LIKE * sized[0][0]][:most]


def split(box: Box, index: int, first: float, second: float) -> list[Box]:
    """Return what is left of a box once the best point above its floor is known.

    Parameters
    ----------
    box : Box
    index : int
        The new point.
    first, second : float
        Its criteria.

    Returns
    -------
    list of Box
        Below the floor the new point is the right end. Above it, between the new point and the right end of the box.
        Between floor and new point nothing efficient is left.
    """
    second = min(max(second, box.bottom), box.top)
    below = Box(right=index, left=box.left, low=box.low, high=box.floor, bottom=second, top=box.top)
    above = Box(
        right=box.right,
        left=index,
        low=min(max(first, box.floor), box.high),
        high=box.high,
        bottom=box.bottom,
        top=second,
    )
    return [below, above]
