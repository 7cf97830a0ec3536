"""Checks of curves: from 0, increasing, slope and shape as declared, unharmed by extreme spends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mixopt import CurveEntry
from mixopt.curves import Family, Floats, Pricing, best_response
from mixopt.testing.kit import Skip, Subject, promise

STEP = 1e-6


@promise("curve", since="0.1")
def starts_at_zero_and_never_falls(subject: Subject) -> None:
    """No spend, no response; more spend, no less response."""
    curves = built_curves(subject)
    assert np.array_equal(curves.value(np.zeros(_size(curves))), np.zeros(_size(curves))), "f(0) is not 0"
    heights = np.array([curves.value(np.full(_size(curves), x)) for x in _spends()])
    assert np.isfinite(heights).all(), "a value is not finite"
    assert (np.diff(heights, axis=0) >= -1e-12 * np.abs(heights[1:])).all(), "the curve falls"


@promise("curve", since="0.1")
def slope_is_the_derivative(subject: Subject) -> None:
    """The slope is the central difference of the value."""
    curves = built_curves(subject)
    for x in np.geomspace(1e-2, 1e5, 29):
        spend = np.full(_size(curves), x)
        rise = curves.value(spend * (1 + STEP)) - curves.value(spend * (1 - STEP))
        found = rise / (2 * STEP * x)
        size = np.maximum(np.abs(found), curves.value(spend) / x * 1e-3)
        assert (np.abs(curves.slope(spend) - found) <= 2e-4 * size + 1e-300).all(), f"slope at {x:g}"


@promise("curve", since="0.1")
def shape_is_as_declared(subject: Subject) -> None:
    """Convex up to the inflection, concave from there on."""
    curves = built_curves(subject)
    turn = curves.inflection()
    assert (turn >= 0).all(), "an inflection below 0"
    grid = np.geomspace(1e-3, 1e6, 200)
    slopes = np.array([curves.slope(np.full(_size(curves), x)) for x in grid])
    rising = np.diff(slopes, axis=0) > 1e-7 * np.maximum(slopes[1:], slopes[:-1])
    falling = np.diff(slopes, axis=0) < -1e-7 * np.maximum(slopes[1:], slopes[:-1])
    before, after = grid[1:, None] <= turn[None, :], grid[:-1, None] >= turn[None, :]
    assert not (falling & before).any(), "not convex before the inflection"
    assert not (rising & after).any(), "not concave after the inflection"


@promise("curve", since="0.1")
def stretching_divides_the_spend(subject: Subject) -> None:
    """Stretched by a, the curve at x is the curve at x / a."""
    curves = built_curves(subject)
    factor = np.full(_size(curves), 1.7)
    for x in np.geomspace(1e-2, 1e6, 15):
        spend = np.full(_size(curves), x)
        one, other = curves.stretch(factor).value(spend), curves.value(spend / 1.7)
        assert np.allclose(one, other, rtol=1e-9, atol=0.0), f"{one!r} is not {other!r}"


@promise("curve", since="0.1")
def taking_keeps_order(subject: Subject) -> None:
    """Cells taken in another order have their own curves."""
    curves = built_curves(subject)
    cells = np.array([1, 0, 0], dtype=np.int64)
    spend = np.array([3.0, 30.0, 300.0])
    one = curves.take(cells).value(spend)
    other = [curves.value(np.full(_size(curves), x))[cell] for cell, x in zip(cells, spend, strict=True)]
    assert np.array_equal(one, other), f"{one!r} is not {other!r}"


@promise("curve", since="0.1")
def answers_match_the_spend(subject: Subject) -> None:
    """Every answer has one number per cell, read-only spends work, and nothing is changed."""
    curves = built_curves(subject)
    spend = np.array([10.0, 200.0])
    kept = spend.copy()
    spend.flags.writeable = False
    for name in ("value", "slope"):
        answer = getattr(curves, name)(spend)
        shape = getattr(answer, "shape", None)
        assert shape == spend.shape, f"{name} has the shape {shape}, wanted {spend.shape}"
    assert np.array_equal(spend, kept), "the spends were changed"
    assert curves.inflection().shape == spend.shape, f"inflection has the shape {curves.inflection().shape}"


@promise("curve", since="0.1")
def best_response_is_the_best(subject: Subject) -> None:
    """Where a family knows its best response to a price, none on a grid beats it."""
    curves = built_curves(subject)
    pricing: Any = curves
    if not isinstance(curves, Pricing):
        raise Skip("the family is priced by bisection")
    low, high, weight = np.zeros(2), np.full(2, 1e5), np.ones(2)
    for price in np.geomspace(1e-8, 1e3, 25):
        prices = np.full(2, price)
        found = pricing.best(weight, prices, low, high)
        assert ((found >= low) & (found <= high)).all(), f"{found!r} is outside its bounds"
        other = best_response(pricing, weight, prices, low, high)
        worth, wanted = (pricing.value(x) - price * x for x in (found, other))
        assert (worth >= wanted - 1e-9 * np.maximum(1.0, np.abs(wanted))).all(), f"at the price {price:g}"


def _spends() -> Floats:
    return np.concatenate(([0.0, 5e-324, 1e-300, 1e-12], np.geomspace(1e-6, 1e12, 100), [1e15]))


def _size(curves: Family) -> int:
    return len(curves.inflection())


def built_curves(subject: Subject) -> Any:
    """Return the curves of two cells, both as the example says; of points on an S where the entry takes points.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    Family
    """
    entry = subject.entry
    assert isinstance(entry, CurveEntry)
    cells = {name: np.array([value, value]) for name, value in subject.example.model_dump().items()}
    curves = entry.build(cells, _points()) if entry.table else entry.build(cells)
    lacking = [
        name for name in ("value", "slope", "inflection", "take", "stretch") if not hasattr(curves, name)
    ]
    assert isinstance(curves, Family), f"{type(curves).__name__} lacks {', '.join(lacking)}"
    return curves


def _points() -> pd.DataFrame:
    spend = np.array([0.0, 50.0, 100.0, 150.0, 200.0, 300.0, 400.0, 600.0, 900.0])
    response = 80.0 * spend**2 / (200.0**2 + spend**2)
    columns = {
        "cell": np.repeat([0, 1], len(spend)),
        "spend": np.tile(spend, 2),
        "response": np.concatenate((response, 0.5 * response)),
    }
    return pd.DataFrame(columns)
