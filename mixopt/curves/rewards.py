"""What a curve's scale earns per unit of currency: the only way in which weight, scale and price enter concave curves.

A maximiser of ``weight * scale * g(x) - price * x`` solves ``g'(x) = 1 / r`` with ``r = weight * scale / price``.
"""

from __future__ import annotations

import numpy as np

from mixopt.curves.family import Floats


def reward(weight: Floats, scale: Floats, price: Floats) -> Floats:
    """Return weight * scale / price, with the limits that make the least maximiser come out.

    Parameters
    ----------
    weight : ndarray (m,), currency per unit of response, >= 0
    scale : ndarray (m,), units of response, >= 0
    price : ndarray (m,), any sign

    Returns
    -------
    ndarray (m,)
        ``inf`` where money is free and earns something, or is paid for; 0 where nothing is earned and nothing paid.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        worth = weight * scale
        return np.where(price > 0.0, worth / price, np.where((price < 0.0) | (worth > 0.0), np.inf, 0.0))
