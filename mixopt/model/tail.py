"""The mean of the worst part of the posterior draws: a concave function of the totals per draw.

    tail_α(R) = min { Σ_d q_d R_d : 0 <= q_d <= 1 / ((1 - α) n), Σ_d q_d = 1 }

is the conditional value at risk at level α; the minimiser q is its gradient. At α = 0 it is the mean, and from
1 - 1/n on the worst draw.

Source: R. T. Rockafellar and S. Uryasev (2000), doi:10.21314/JOR.2000.038; the dual form: P. Artzner et al. (1999),
doi:10.1111/1467-9965.00068.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mixopt.curves import Floats
from mixopt.plugin.contracts import Atom

KIND = "tail"


def worst_weights(returns: Floats, cap: Floats) -> Floats:
    """Return the weights that make the weighted sum least: as much as allowed on the least, until they sum to 1.

    Parameters
    ----------
    returns : ndarray (n,)
    cap : ndarray (n,), at least 0
        The most that each may weigh; together at least 1.

    Returns
    -------
    ndarray (n,)
        Of equal returns the first weigh most.
    """
    order = np.argsort(returns, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(cap[order])[:-1]])
    weights = np.empty(len(cap))
    weights[order] = np.clip(1.0 - before, 0.0, cap[order])
    return weights


def caps(level: float, draws: int) -> Floats:
    """Return the most that each draw may weigh.

    Parameters
    ----------
    level : float
        At least 0, below 1.
    draws : int

    Returns
    -------
    ndarray (draws,)
    """
    return np.full(draws, min(1.0, 1.0 / ((1.0 - level) * draws)))


def tail(returns: Floats, level: float) -> float:
    """Return the mean of the worst ``1 - level`` of draws that count alike.

    Parameters
    ----------
    returns : ndarray (n_draws,)
    level : float
        At least 0, below 1.

    Returns
    -------
    float

    Examples
    --------
    >>> import numpy as np
    >>> from mixopt.model.tail import tail
    >>> tail(np.array([4.0, 1.0, 3.0, 2.0]), 0.5)
    1.5
    """
    return float(worst_weights(returns, caps(level, len(returns))) @ returns)


@dataclass(frozen=True, slots=True)
class Tail:
    """The worst part of some totals, as a concave function.

    Parameters
    ----------
    reads : tuple of pyomo Var
        One total per draw.
    level : float
    """

    reads: tuple[Any, ...]
    level: float

    def value_and_gradient(self, vector: Floats) -> tuple[float, Floats]:
        """Return the worst part of a vector, and its weights."""
        weights = worst_weights(vector, caps(self.level, len(vector)))
        return float(weights @ vector), weights

    def ceiling(self) -> float:
        """Return the worst part of the totals' upper bounds."""
        return tail(np.array([total.ub for total in self.reads], dtype=float), self.level)

    def atom(self) -> Atom:
        """Return what a verifier needs to know: the most that each draw may weigh."""
        n = len(self.reads)
        return Atom(kind=KIND, scale=caps(self.level, n), unit=np.ones(n))
