"""The concave functions that a verifier knows by itself: ``constant + sum_j scale_j h(v_j / unit_j)``.

=================  ===========  ==========================================
atom               h(t)         sup over t of h(t) - s t
=================  ===========  ==========================================
negative-square    -t²          s² / 4
entropy            -t ln t      e^(-s-1)
saturation         1 - e^(-t)   1 - s + s ln s for s < 1, else 0
root               √t           1 / (4 s)
log1p              ln(1 + t)    s - 1 - ln s for s < 1, else 0
=================  ===========  ==========================================

t >= 0 but for the first. The last three rise for ever: below s = 0, for root at 0, no line of slope s lies above them.
"""

from __future__ import annotations

import numpy as np

from mixopt.proof.components import Floats

ATOMS = ("negative-square", "entropy", "saturation", "root", "log1p")
TOP = {
    "negative-square": 0.0,
    "entropy": float(np.exp(-1.0)),
}  # where h is greatest; the others rise for ever


def value(kind: str, t: Floats) -> Floats:
    """Return h at each t.

    Parameters
    ----------
    kind : str
        One of `ATOMS`.
    t : ndarray
        Where h needs t >= 0, negative ones count as 0.

    Returns
    -------
    ndarray
    """
    if kind == "negative-square":
        return -t * t
    t = np.maximum(t, 0.0)
    if kind == "saturation":
        return -np.expm1(-t)
    if kind == "root":
        return np.sqrt(t)
    return np.log1p(t) if kind == "log1p" else -t * np.log(np.where(t > 0.0, t, 1.0))


def greatest(kind: str, low: Floats, high: Floats) -> Floats:
    """Return the greatest h over low <= t <= high.

    Parameters
    ----------
    kind : str
        One of `ATOMS`.
    low, high : ndarray

    Returns
    -------
    ndarray
    """
    return value(kind, np.clip(TOP.get(kind, np.inf), low, high))


def intercept(kind: str, slope: Floats) -> Floats:
    """Return how high a line of a slope must start to lie above h everywhere.

    Parameters
    ----------
    kind : str
        One of `ATOMS`.
    slope : ndarray

    Returns
    -------
    ndarray
        ``inf`` where no such line lies above h.
    """
    if kind == "negative-square":
        return 0.25 * slope * slope
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        if kind == "entropy":
            return np.exp(-slope - 1.0)
        rising = np.where(slope > 0.0, slope, np.nan)
        if kind == "root":
            high = 0.25 / rising
        elif kind == "saturation":
            high = np.where(rising < 1.0, 1.0 - rising + rising * np.log(rising), 0.0)
        else:
            high = np.where(rising < 1.0, rising - 1.0 - np.log(rising), 0.0)
        ceiling = np.where((slope == 0.0) & (kind == "saturation"), 1.0, np.inf)
        return np.where(slope > 0.0, high, ceiling)
