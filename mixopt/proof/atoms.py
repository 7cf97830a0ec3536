"""The concave functions that a verifier knows by itself: ``constant + sum_j scale_j h(v_j / unit_j)``.

``negative-square`` -t², ``entropy`` -t ln t, ``saturation`` 1 - e^(-t), ``root`` √t, ``log1p`` ln(1 + t).
"""

from __future__ import annotations

import numpy as np

from mixopt.proof.components import Floats

POSITIVE = frozenset({"entropy", "root", "log1p"})  # the atoms that need t >= 0


def atom(kind: str, t: Floats) -> tuple[Floats, Floats]:
    """Return h and h' at each t.

    Parameters
    ----------
    kind : {"negative-square", "entropy", "saturation", "root", "log1p"}
    t : ndarray
        Where h needs t >= 0, negative ones count as 0.

    Returns
    -------
    value, slope : ndarray
        The slopes of ``entropy`` and ``root`` are infinite at 0.
    """
    if kind == "negative-square":
        return -t * t, -2.0 * t
    if kind == "saturation":
        return -np.expm1(-t), np.exp(-t)
    t = np.maximum(t, 0.0)
    if kind == "log1p":
        return np.log1p(t), 1.0 / (1.0 + t)
    with np.errstate(divide="ignore"):
        if kind == "root":
            return np.sqrt(t), 0.5 / np.sqrt(t)
        log = np.log(np.where(t > 0.0, t, 1.0))
        return -t * log, np.where(t > 0.0, -log - 1.0, np.inf)
