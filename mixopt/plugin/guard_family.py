"""Between the core and a plugin's response curves: every answer has its shape, and the curves theirs.

A family from elsewhere is sampled once when it is built: from 0, never falling, convex up to its inflection and concave
from there on, with the slope that belongs to it. It is then priced by bisection, whatever it offers itself: a bound
proved with a wrong best response would be false.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from mixopt.curves import Family, Floats, Indices
from mixopt.curves.family import Flags
from mixopt.plugin.guard import Owner

SAMPLES = np.concatenate(([0.0, 1e-6, 1e-4, 1e-3], np.linspace(0.01, 1.0, 40)))
CLOSE = 1e-6  # of the steepest slope of a cell: less than this is rounding
METHODS = ("value", "slope", "inflection", "take", "stretch")


@dataclass(frozen=True, slots=True)
class GuardedFamily:
    """A plugin's curves for some cells."""

    inner: Any
    owner: Owner
    size: int

    def value(self, spend: Floats) -> Floats:
        """Return the response at each spend."""
        answer = self._array("value", _lent(spend))
        if not np.isfinite(answer).all():
            raise self.owner.fault(f"value returned {answer[~np.isfinite(answer)][0]}", "finite responses")
        return answer

    def slope(self, spend: Floats) -> Floats:
        """Return the derivative at each spend."""
        answer = self._array("slope", _lent(spend))
        if np.isnan(answer).any():
            raise self.owner.fault("slope returned nan", "a number per cell, or inf at spend 0")
        return answer

    def inflection(self) -> Floats:
        """Return the spend where each curve turns from convex to concave."""
        return self._array("inflection")

    def take(self, cells: Indices) -> GuardedFamily:
        """Return the curves of some cells."""
        taken = self.owner.call("take", self.inner.take, _lent(cells))
        return GuardedFamily(taken, self.owner, len(cells))

    def stretch(self, factor: Floats) -> GuardedFamily:
        """Return the curves f(x / factor)."""
        stretched = self.owner.call("stretch", self.inner.stretch, _lent(factor))
        return GuardedFamily(stretched, self.owner, self.size)

    def _array(self, what: str, *args: Any) -> Floats:
        answer = self.owner.call(what, getattr(self.inner, what), *args)
        try:
            array = np.asarray(answer, dtype=float)
        except (TypeError, ValueError):
            raise self.owner.fault(
                f"{what} returned a {type(answer).__name__}", "one number per cell"
            ) from None
        if array.shape != (self.size,):
            problem = f"{what} returned the shape {array.shape} for {self.size} cells"
            raise self.owner.fault(problem, f"the shape ({self.size},)")
        return array


def guarded_family(owner: Owner, built: Any, upper: Floats) -> Family:
    """Return what a curve's entry built, guarded and sampled; the core's own families as they are.

    Parameters
    ----------
    owner : Owner
    built : object
    upper : ndarray (m,), currency
        The largest spend of each cell.

    Returns
    -------
    Family

    Raises
    ------
    PluginError
        If it lacks a method, or is no response curve of the shape it declares.
    """
    lacking = [name for name in METHODS if not callable(getattr(built, name, None))]
    if lacking:
        got = "None" if built is None else f"a {type(built).__name__}"
        raise owner.fault(f"its entry built {got} without {', '.join(lacking)}")
    if not owner.provider:
        return built  # type: ignore[no-any-return]
    family = GuardedFamily(built, owner, len(upper))
    _sample(family, upper)
    return family


def _sample(family: GuardedFamily, upper: Floats) -> None:
    """Raise where the curves are not what a response curve is, on spends from 0 to the cells' upper bounds."""
    turn = family.inflection()
    steep = np.zeros(family.size)
    for part in SAMPLES:
        slope = family.slope(part * upper)
        steep = np.maximum(steep, np.where(np.isfinite(slope), np.abs(slope), 0.0))
    start = family.value(0.0 * upper)
    top = np.abs(family.value(upper))
    _refuse(family, start != 0.0, "its response at spend 0 is {:g}", start, "0")
    _refuse(
        family, (turn < 0.0) | ~np.isfinite(turn), "its inflection is {:g}", turn, "a spend of at least 0"
    )
    for low, high in pairwise(SAMPLES):
        step = np.where(upper > 0.0, (high - low) * upper, np.inf)
        chord = (family.value(high * upper) - family.value(low * upper)) / step
        # rounding of the values, over a short step, is no fall
        room = CLOSE * steep + 1e-12 * top / step
        _refuse(
            family, chord < -room, "it falls by {:g} per unit of currency", -chord, "a curve that never falls"
        )
        before, after = family.slope(low * upper) - chord, chord - family.slope(high * upper)
        wrong = (low * upper >= turn) & ((before < -room) | (after < -room)) & np.isfinite(step)
        _refuse(
            family,
            wrong,
            "its slope does not fall above its inflection of {:g}",
            turn,
            "a concave curve there",
        )
        wrong = (high * upper <= turn) & ((before > room) | (after > room)) & np.isfinite(step)
        _refuse(
            family,
            wrong,
            "its slope does not rise below its inflection of {:g}",
            turn,
            "a convex curve there",
        )


def _refuse(family: GuardedFamily, wrong: Flags, problem: str, numbers: Floats, wanted: str) -> None:
    for cell in np.flatnonzero(wrong):
        raise family.owner.fault(problem.format(float(numbers[cell])), wanted)


def _lent(array: Any) -> Any:
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view
