"""Numbers that sum up a return over scenarios: mean, conditional value at risk, worst case.

CVaR at level α is the mean of the worst 1 - α of the probability (R. T. Rockafellar and S. Uryasev 2000,
doi:10.21314/JOR.2000.038)::

    CVaR_α(R) = max_η  η - 1/(1 - α) Σ_k p_k (η - R_k)⁺

so that CVaR at level 0 is the mean, and from 1 - (probability of the worst scenario) on it is the worst case.
"""

from __future__ import annotations

import numpy as np

from mixopt.curves import Floats


def expected(values: Floats, probability: Floats) -> float:
    """Return the mean.

    Parameters
    ----------
    values : ndarray (n_scenarios,)
    probability : ndarray (n_scenarios,), >= 0, sum 1

    Returns
    -------
    float
    """
    return float(values @ probability)


def cvar(values: Floats, probability: Floats, level: float) -> float:
    """Return the mean of the worst ``1 - level`` of the probability, by sorting.

    Parameters
    ----------
    values : ndarray (n_scenarios,), more is better
    probability : ndarray (n_scenarios,), >= 0, sum 1
    level : float
        At least 0, below 1.

    Returns
    -------
    float

    Examples
    --------
    >>> import numpy as np
    >>> round(cvar(np.array([100.0, 60.0, 20.0]), np.array([0.8, 0.15, 0.05]), 0.9), 9)
    40.0
    """
    order = np.argsort(values, kind="stable")
    tail = 1.0 - level
    before = np.concatenate(([0.0], np.cumsum(probability[order])[:-1]))
    counted = np.clip(tail - before, 0.0, probability[order])
    # where rounding leaves less than the tail in all, the best scenario makes up for it
    counted[-1] += tail - counted.sum()
    return float(values[order] @ counted) / tail


def worst(values: Floats) -> float:
    """Return the least value.

    Parameters
    ----------
    values : ndarray (n_scenarios,)

    Returns
    -------
    float
    """
    return float(values.min())
