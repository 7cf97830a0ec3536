"""The one concave function of a verifier's that is no sum over its columns: the worst part of some returns.

    φ(w) = min { q'w : 0 <= q <= cap, Σ q = 1 }

Its columns are never negative, so a line g'w lies above φ as soon as it lies above one of the q: where the sum of
min(g, cap) reaches 1.
"""

from __future__ import annotations

import numpy as np

from mixopt.proof.components import Floats

TAIL = "tail"
SHORT = 1e-9  # of the weights: what rounding may leave out


def worst_part(cap: Floats, returns: Floats) -> float:
    """Return φ.

    Parameters
    ----------
    cap, returns : ndarray (n,)

    Returns
    -------
    float
    """
    order = np.argsort(returns, kind="stable")
    left = np.maximum(1.0 - np.concatenate([[0.0], np.cumsum(cap[order])[:-1]]), 0.0)
    return float(np.minimum(left, cap[order]) @ returns[order])


def line_above(cap: Floats, gradient: Floats, top: float) -> Floats:
    """Return how high lines must start to lie above φ on 0 <= w <= top.

    Parameters
    ----------
    cap : ndarray (n,)
    gradient : ndarray (m, n)
        One line per row.
    top : float

    Returns
    -------
    ndarray (m,)
        ``inf`` where a gradient is negative somewhere, or weighs less than 1.
    """
    short = np.maximum(1.0 - np.minimum(gradient, cap).sum(axis=1), 0.0)
    sound = (short <= SHORT) & (gradient >= 0.0).all(axis=1)
    return np.where(sound, short * max(top, 0.0), np.inf)
