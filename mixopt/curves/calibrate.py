"""Curves from what people know about a channel: what it costs, what it brings, and how that changes with the spend.

The incremental elasticity e = f'(x) x / f(x) is the response of the next unit of currency over that of the average
one: marginal over average ROI. At a spend x with response y it fixes one parameter besides the height::

    Hill of steepness s     σ = 1 - e / s,  half_saturation = x ((1 - σ) / σ)^(1/s),  scale = y / σ,    0 < e < s
    Michaelis-Menten        the same with s = 1: half_saturation = x e / (1 - e)
    negative exponential    u / (e^u - 1) = e,  spend_scale = x / u,  scale = y / (1 - e^-u),           0 < e < 1

Elasticities in the literature are mostly of *total* sales and must be converted first: used as they stand, they make
every curve look flat (:func:`incremental_elasticity`).

Source: J. D. C. Little (1970), Models and managers: the concept of a decision calculus, Management Science 16,
B466-B485, doi:10.1287/mnsc.16.8.B466, for the four questions of :func:`adbudg`; the rest is algebra.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mixopt.curves.family import Flags, Floats
from mixopt.curves.hill import Hill
from mixopt.curves.michaelis_menten import MichaelisMenten
from mixopt.curves.negative_exponential import NegativeExponential
from mixopt.curves.response import least_float
from mixopt.errors import Fault, InputError, shown

Numbers = npt.ArrayLike


def incremental_elasticity(elasticity: Numbers, total: Numbers, incremental: Numbers) -> Floats:
    """Return the elasticity of the incremental response from that of all sales.

    Parameters
    ----------
    elasticity : array_like
        Per cent of all sales per per cent of spend.
    total, incremental : array_like
        All sales, and the part of them that the spend brings; same unit.

    Returns
    -------
    ndarray (m,)

    Raises
    ------
    InputError
        If not 0 < incremental <= total.

    Examples
    --------
    >>> from mixopt.curves.calibrate import incremental_elasticity
    >>> incremental_elasticity(0.12, total=100.0, incremental=15.0).round(3)
    array([0.8])
    """
    e, whole, part = _arrays(elasticity, total, incremental)
    _require("incremental", part, (part > 0.0) & (part <= whole), "above 0 and at most `total`")
    return e * whole / part


def hill(spend: Numbers, response: Numbers, elasticity: Numbers, steepness: Numbers) -> Hill:
    """Return the Hill curves of given steepness through a point with a given elasticity.

    Parameters
    ----------
    spend : array_like, currency, above 0
    response : array_like, units of response, >= 0
    elasticity : array_like
        Incremental: marginal over average ROI; above 0, below the steepness.
    steepness : array_like
        The column ``slope``; above 0.

    Returns
    -------
    Hill

    Raises
    ------
    InputError

    Examples
    --------
    >>> from mixopt.curves import calibrate
    >>> curve = calibrate.hill(spend=100.0, response=60.0, elasticity=0.5, steepness=1.25)
    >>> curve.scale, curve.half_saturation.round(2)
    (array([100.]), array([72.3]))
    """
    x, y, e, s = _arrays(spend, response, elasticity, steepness)
    _require_point(x, y)
    _require("elasticity", e, (e > 0.0) & (e < s), "above 0 and below the steepness")
    reached = 1.0 - e / s
    return Hill(y / reached, x * (e / (s - e)) ** (1.0 / s), s)


def michaelis_menten(spend: Numbers, response: Numbers, elasticity: Numbers) -> MichaelisMenten:
    """Return the Michaelis-Menten curves through a point with a given elasticity.

    Parameters
    ----------
    spend : array_like, currency, above 0
    response : array_like, units of response, >= 0
    elasticity : array_like
        Incremental: marginal over average ROI; above 0, below 1.

    Returns
    -------
    MichaelisMenten

    Raises
    ------
    InputError
    """
    x, y, e = _arrays(spend, response, elasticity)
    curve = hill(x, y, e, np.ones_like(x))
    return MichaelisMenten(curve.scale, curve.half_saturation)


def negative_exponential(spend: Numbers, response: Numbers, elasticity: Numbers) -> NegativeExponential:
    """Return the negative exponential curves through a point with a given elasticity.

    Parameters
    ----------
    spend : array_like, currency, above 0
    response : array_like, units of response, >= 0
    elasticity : array_like
        Incremental: marginal over average ROI; above 0, below 1.

    Returns
    -------
    NegativeExponential

    Raises
    ------
    InputError
    """
    x, y, e = _arrays(spend, response, elasticity)
    _require_point(x, y)
    _require("elasticity", e, (e > 0.0) & (e < 1.0), "above 0 and below 1")
    u = least_float(lambda u: u <= e * np.expm1(u), np.full_like(x, 1e-300), np.full_like(x, 700.0))
    return NegativeExponential(-y / np.expm1(-u), x / u)


def adbudg(
    *, spend: Numbers, zero: Numbers, today: Numbers, more: Numbers, most: Numbers, step: float = 1.5
) -> Hill:
    """Return the Hill curves that answer Little's four questions, less what comes without any spend.

    With spend in units of today's, the response is ``zero + (most - zero) x^g / (d + x^g)`` with
    ``d = (most - today) / (today - zero)`` and ``g = ln(d (more - zero) / (most - more)) / ln(step)``.

    Parameters
    ----------
    spend : array_like, currency
        Today's.
    zero, today, more, most : array_like, units of response
        What comes with no spend, with today's, with `step` times today's, and with any amount; each above the last.
    step : float
        Above 1; half as much again, if left out.

    Returns
    -------
    Hill
        ``value(x)`` is the response above `zero`.

    Raises
    ------
    InputError

    Examples
    --------
    >>> from mixopt.curves import calibrate
    >>> curve = calibrate.adbudg(spend=100.0, zero=50.0, today=100.0, more=115.0, most=150.0)
    >>> curve.scale, curve.half_saturation, curve.steepness.round(3)
    (array([100.]), array([100.]), array([1.527]))
    """
    x, low, now, high, top = _arrays(spend, zero, today, more, most)
    _require("spend", x, x > 0.0, "above 0, currency")
    _require("step", np.atleast_1d(step), np.atleast_1d(step) > 1.0, "above 1")
    _require("today", now, now > low, "above `zero`")
    _require("more", high, high > now, "above `today`")
    _require("most", top, top > high, "above `more`")
    d = (top - now) / (now - low)
    g = np.log(d * (high - low) / (top - high)) / np.log(step)
    return Hill(top - low, x * d ** (1.0 / g), g)


def _arrays(*numbers: Numbers) -> tuple[Floats, ...]:
    return tuple(np.array(a, dtype=float) for a in np.broadcast_arrays(*map(np.atleast_1d, numbers)))


def _require_point(spend: Floats, response: Floats) -> None:
    _require("spend", spend, (spend > 0.0) & np.isfinite(spend), "above 0, currency")
    _require("response", response, (response >= 0.0) & np.isfinite(response), "0 or more, units of response")


def _require(name: str, numbers: Floats, right: Flags, wanted: str) -> None:
    faults = [
        Fault(where=f"{name}, curve {at}", problem=f"{shown(float(numbers[at]))} cannot be", wanted=wanted)
        for at in np.flatnonzero(~right)[:20]
    ]
    if faults:
        raise InputError(*faults)
