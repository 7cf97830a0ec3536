"""The concave envelope of a curve on a box [l, u]: a chord over the hump, then the curve itself.

The chord starts at l and touches the curve at the tangent point t, where it is as steep as the curve::

    f'(t) (t - l) = f(t) - f(l),    t >= inflection

and the envelope is the chord up to t and f from there on; t = l where f is concave on the box, t = u where the chord
stays the steeper one to the end. The difference of both sides of the equation falls from the inflection on: it is
solved by bisection over bit patterns, and for Hill curves with l = 0 in closed form, t = half_saturation (s-1)^(1/s).

Source: M. Udell and S. Boyd (2013), Maximizing a sum of sigmoids, Stanford University.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves.curves import Curves
from mixopt.curves.family import Family, Floats
from mixopt.curves.hill import Hill
from mixopt.curves.response import least_float


@dataclass(frozen=True, slots=True)
class Envelope:
    """Concave envelopes of n curves, each on its own box; no response exceeds them.

    Parameters
    ----------
    curves : Curves or Family
    lower, upper : ndarray (n,), currency
    tangent : ndarray (n,), currency
        Where the chord from `lower` meets the curve; `lower` where there is no hump.
    base : ndarray (n,), units of response
        The curve at `lower`.
    chord : ndarray (n,), units of response per currency
        Slope of the chord; 0 where there is no hump.
    """

    curves: Curves | Family
    lower: Floats
    upper: Floats
    tangent: Floats
    base: Floats
    chord: Floats

    def value(self, spend: Floats) -> Floats:
        """Return the envelope at spends inside the boxes.

        Parameters
        ----------
        spend : ndarray (n,), currency

        Returns
        -------
        ndarray (n,), units of response
        """
        straight = self.base + self.chord * (spend - self.lower)
        return np.where(spend < self.tangent, straight, self.curves.value(spend))

    def slope(self, spend: Floats) -> Floats:
        """Return the envelope's slope at spends inside the boxes; the chord's at its end.

        Parameters
        ----------
        spend : ndarray (n,), currency

        Returns
        -------
        ndarray (n,), units of response per currency
        """
        on_chord = (spend <= self.tangent) & (self.tangent > self.lower)
        return np.where(on_chord, self.chord, self.curves.slope(spend))


def envelope(curves: Curves | Family, lower: Floats, upper: Floats) -> Envelope:
    """Return the concave envelopes of curves on boxes.

    Parameters
    ----------
    curves : Curves or Family
        n curves.
    lower, upper : ndarray (n,), currency
        0 <= lower <= upper, finite.

    Returns
    -------
    Envelope

    Examples
    --------
    >>> import numpy as np
    >>> from mixopt.curves import Hill, envelope
    >>> one = np.ones(1)
    >>> curve = Hill(scale=one, half_saturation=10 * one, steepness=2 * one)
    >>> envelope(curve, 0 * one, 100 * one).tangent
    array([10.])
    """
    tangent = _tangents(curves, lower, upper)
    base = curves.value(lower)
    width = tangent - lower
    rise = curves.value(tangent) - base
    chord = np.where(width > 0.0, rise / np.where(width > 0.0, width, 1.0), 0.0)
    return Envelope(curves, lower, upper, tangent, base, chord)


def _tangents(curves: Curves | Family, lower: Floats, upper: Floats) -> Floats:
    tangent = lower.copy()
    parts = curves.parts if isinstance(curves, Curves) else (("", np.arange(len(lower)), curves),)
    for _, cells, family in parts:
        humped = np.flatnonzero(family.inflection() > lower[cells])
        if len(humped):
            at = cells[humped]
            tangent[at] = _humps(family.take(humped), lower[at], upper[at])
    return tangent


def _humps(family: Family, lower: Floats, upper: Floats) -> Floats:
    """Return the tangent points of curves whose inflection lies above `lower`."""
    if isinstance(family, Hill):
        closed = np.minimum(
            family.half_saturation * (family.steepness - 1.0) ** (1.0 / family.steepness), upper
        )
        at = np.flatnonzero(lower > 0.0)
        closed[at] = _met(family.take(at), lower[at], upper[at])
        return closed
    return _met(family, lower, upper)


def _met(family: Family, lower: Floats, upper: Floats) -> Floats:
    """Return the least spend beyond the inflection where the chord from `lower` is no less steep than the curve."""
    base = family.value(lower)
    start = np.clip(family.inflection(), lower, upper)
    return least_float(lambda x: family.slope(x) * (x - lower) <= family.value(x) - base, start, upper)
