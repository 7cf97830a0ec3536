"""The best response to a price: where weight * f(x) - price * x is greatest over a box.

f is convex up to its inflection c and concave from there on. So over ``[lower, c]`` the best point is an end,
and over ``[c, upper]`` it is the point where the falling slope f' meets price / weight: two candidates, of
which the better one wins. The slope is met by bisection on the *bit patterns* of non-negative floats, which are
ordered as the floats are: 64 halvings lead from any box to two neighbours, whatever the scale of the answer.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mixopt.curves.family import Family, Flags, Floats, Indices


def best_response(family: Family, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return a maximiser of weight * value(x) - price * x over lower <= x <= upper, for any family.

    Parameters
    ----------
    family : Family
        m curves, increasing, convex up to their inflection and concave from there on.
    weight : ndarray (m,), currency per unit of response, >= 0
    price : ndarray (m,), any sign
    lower, upper : ndarray (m,), currency
        0 <= lower <= upper, finite.

    Returns
    -------
    ndarray (m,), currency
        Exact to rounding. Where several spends are equally good, the least of the candidates.

    Examples
    --------
    >>> import numpy as np
    >>> from mixopt.curves import Hill, best_response
    >>> one = np.ones(1)
    >>> curve = Hill(scale=100 * one, half_saturation=25 * one, steepness=one)
    >>> best_response(curve, weight=one, price=one, lower=0 * one, upper=1e3 * one)
    array([25.])
    """
    start = np.clip(family.inflection(), lower, upper)
    wanted = asked_slope(weight, price)
    found = least_float(lambda spend: family.slope(spend) <= wanted, start, upper)
    return better_of(family, weight, price, np.where(price <= 0.0, upper, found), lower)


def asked_slope(weight: Floats, price: Floats) -> Floats:
    """Return the slope at which the next unit of currency just pays: price / weight.

    Parameters
    ----------
    weight, price : ndarray (m,)

    Returns
    -------
    ndarray (m,)
        ``inf`` where the weight is 0 and the price is not; 0 where the price is 0 or less.
    """
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return np.where(price > 0.0, price / weight, 0.0)


def better_of(family: Family, weight: Floats, price: Floats, spend: Floats, lower: Floats) -> Floats:
    """Return `spend` where it is worth strictly more than `lower`, else `lower`.

    Parameters
    ----------
    family : Family
    weight, price : ndarray (m,)
    spend, lower : ndarray (m,), currency

    Returns
    -------
    ndarray (m,), currency
    """
    with np.errstate(over="ignore"):
        gain = weight * (family.value(spend) - family.value(lower))
        return np.where(gain > price * (spend - lower), spend, lower)


def least_float(holds: Callable[[Floats], Flags], start: Floats, end: Floats) -> Floats:
    """Return the least float in [start, end] where a condition holds that holds from some float on; else `end`.

    Parameters
    ----------
    holds : callable
        ``holds(spend)``, (m,) of bool.
    start, end : ndarray (m,)
        0 <= start <= end.

    Returns
    -------
    ndarray (m,)
    """
    low, high = _bits(start) - 1, _bits(end)
    while np.any(high - low > 1):
        middle = low + (high - low + 1) // 2
        true = holds(middle.view(np.float64))
        low, high = np.where(true, low, middle), np.where(true, middle, high)
    return high.view(np.float64)


def _bits(spend: Floats) -> Indices:
    # adding 0.0 turns -0.0 into 0.0, whose bits are the least of all
    return np.ascontiguousarray(spend + 0.0, dtype=np.float64).view(np.int64)
