"""The worth of a cell at given prices, never under-estimated.

For a curve f that is convex on [l, m] and concave on [m, u], the greatest value of g(x) = W f(x) - P x is the better of
an end of the convex part and of the concave part's maximum. Near that maximum let a <= b; tangents lie above a concave
function, so

    on [l', a]   g <= g(a) + max(0, -g'(a)) (a - l')
    on [a, b]    g <= min(g(a) + max(0, g'(a)) (b - a), g(b) + max(0, -g'(b)) (b - a))
    on [b, u]    g <= g(b) + max(0, g'(b)) (u - b)

whatever a and b are: a wrong maximiser makes the bound loose, not false. With b - a of 1e-7 of the spend the error is
of the order of the rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves import Curves, Floats

NEAR = 3e-8
BESIDE = 1e-250  # of the upper bound: beside 0, where a slope may be infinite


@dataclass(frozen=True, slots=True)
class Worth:
    """Some cells' worth at some prices.

    Parameters
    ----------
    over : ndarray (k,), currency
        Not below the greatest of W f(x) - P x over the box.
    spend : ndarray (k,), currency
        Where it is attained, or nearly.
    size : ndarray (k,), currency
        W f(x) + abs(P) x there: what rounding is relative to.
    inside : ndarray (k,), currency, or None
        Where a cell that may be off would best be on; None where it is `spend` for all.
    """

    over: Floats
    spend: Floats
    size: Floats
    inside: Floats | None = None

    @property
    def on(self) -> Floats:
        """Best spends of cells that are on, (k,), currency."""
        return self.spend if self.inside is None else self.inside


def single(
    curves: Curves, inflection: Floats, weight: Floats, price: Floats, box: tuple[Floats, Floats]
) -> Worth:
    """Return the worth of cells that have one curve each.

    Parameters
    ----------
    curves : Curves
        k of them.
    inflection : ndarray (k,), currency
    weight : ndarray (k,), currency per unit of response, >= 0
    price : ndarray (k,), currency per currency
    box : pair of ndarray (k,), currency

    Returns
    -------
    Worth
    """
    lower, upper = box
    middle = np.clip(inflection, lower, upper)
    peak = np.clip(curves.best(weight, price, middle, upper), middle, upper)
    left = np.maximum(peak * (1.0 - NEAR), middle)
    right = np.minimum(np.maximum(peak * (1.0 + NEAR), BESIDE * upper), upper)
    at_left, at_right = (weight * curves.value(x) - price * x for x in (left, right))
    up_left, up_right = (_rise(weight, curves.slope(x), price) for x in (left, right))
    at_lower = weight * curves.value(lower) - price * lower
    concave = between((middle, left, right, upper), (at_left, at_right), (up_left, up_right))
    spend = np.where(at_lower >= np.maximum(at_left, at_right), lower, peak)
    size = np.maximum(np.abs(at_left), np.abs(at_lower)) + 2.0 * np.abs(price) * np.maximum(peak, lower)
    return Worth(np.maximum(at_lower, concave), spend, size)


def _rise(weight: Floats, slope: Floats, price: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.where(weight > 0.0, weight * slope, 0.0) - price


def between(
    x: tuple[Floats, Floats, Floats, Floats], value: tuple[Floats, Floats], rise: tuple[Floats, Floats]
) -> Floats:
    """Return the bound of the module's formula; an infinite rise at a = 0 leaves b's tangent to bound [a, b].

    Parameters
    ----------
    x : four ndarray (k,), currency
        Where the concave part begins, a, b, and where it ends.
    value, rise : pairs of ndarray (k,)
        g and its slope at a and b.

    Returns
    -------
    ndarray (k,)
    """
    first, a, b, last = x
    before = value[0] + _times(np.maximum(-rise[0], 0.0), a - first)
    between = np.minimum(
        value[0] + _times(np.maximum(rise[0], 0.0), b - a),
        value[1] + _times(np.maximum(-rise[1], 0.0), b - a),
    )
    after = value[1] + _times(np.maximum(rise[1], 0.0), last - b)
    return np.maximum(np.maximum(before, after), between)


def _times(rise: Floats, length: Floats) -> Floats:
    """0 times infinity is 0: there is nowhere to go."""
    with np.errstate(invalid="ignore"):
        return np.where(length > 0.0, rise * length, 0.0)
