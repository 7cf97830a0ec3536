"""Concentration of a vector of amounts, by its shares w_g = X_g / sum X.

HHI = Σ w_g²                  Herfindahl (1950), Hirschman (1964): between 1/N and 1
H   = -Σ w_g ln w_g           Shannon (1948), doi:10.1002/j.1538-7305.1948.tb01338.x: between 0 and ln N
effective number = 1/HHI      Hill (1973), doi:10.2307/1934352, of order 2; exp(H) is the one of order 1

Where nothing is there, there are no shares: every measure is ``nan``.
"""

from __future__ import annotations

import numpy as np

from mixopt.curves import Floats


def shares(amounts: Floats) -> Floats:
    """Return what share of the sum each amount is.

    Parameters
    ----------
    amounts : ndarray (n,), >= 0

    Returns
    -------
    ndarray (n,)
        ``nan`` throughout where the sum is 0.
    """
    total = float(amounts.sum())
    return amounts / total if total > 0 else np.full(len(amounts), np.nan)


def hhi(amounts: Floats) -> float:
    """Return the Herfindahl-Hirschman index of the shares, between 1/n and 1.

    Parameters
    ----------
    amounts : ndarray (n,), >= 0

    Returns
    -------
    float
        ``nan`` where nothing is there.

    Examples
    --------
    >>> import numpy as np
    >>> round(hhi(np.array([30.0, 30.0, 20.0, 20.0])), 10)
    0.26
    """
    return float(np.square(shares(amounts)).sum())


def entropy(amounts: Floats) -> float:
    """Return Shannon's entropy of the shares, in nats.

    Parameters
    ----------
    amounts : ndarray (n,), >= 0

    Returns
    -------
    float
        Between 0 and ln n; ``nan`` where nothing is there.
    """
    return float(minus_t_log_t(shares(amounts)).sum())


def effective_number(amounts: Floats) -> float:
    """Return how many equal amounts would be as concentrated: 1/HHI.

    Parameters
    ----------
    amounts : ndarray (n,), >= 0

    Returns
    -------
    float
        Between 1 and n; ``nan`` where nothing is there.

    Examples
    --------
    >>> import numpy as np
    >>> round(effective_number(np.array([30.0, 30.0, 20.0, 20.0])), 3)
    3.846
    """
    return 1.0 / hhi(amounts)


def minus_t_log_t(t: Floats) -> Floats:
    """Return -t ln t, which is 0 at 0.

    Parameters
    ----------
    t : ndarray, >= 0

    Returns
    -------
    ndarray, shape of `t`
    """
    return -t * np.log(np.where(t > 0, t, 1.0))
