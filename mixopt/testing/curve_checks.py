"""Checks of curves: from 0, increasing, slope and shape as declared, unharmed by extreme spends."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixopt import CurveEntry
from mixopt.curves import Family, Floats
from mixopt.testing.kit import Skip, Subject, promise

STEP = 1e-6


@promise("curve", since="0.1")
def starts_at_zero_and_never_falls(subject: Subject) -> None:
    """No spend, no response; more spend, no less response."""
    curves = _built(subject)
    assert np.array_equal(curves.value(np.zeros(_size(curves))), np.zeros(_size(curves))), "f(0) is not 0"
    heights = np.array([curves.value(np.full(_size(curves), x)) for x in _spends()])
    assert np.isfinite(heights).all(), "a value is not finite"
    assert (np.diff(heights, axis=0) >= -1e-12 * np.abs(heights[1:])).all(), "the curve falls"


@promise("curve", since="0.1")
def slope_is_the_derivative(subject: Subject) -> None:
    """The slope is the central difference of the value."""
    curves = _built(subject)
    for x in np.geomspace(1e-2, 1e5, 29):
        spend = np.full(_size(curves), x)
        rise = curves.value(spend * (1 + STEP)) - curves.value(spend * (1 - STEP))
        found = rise / (2 * STEP * x)
        size = np.maximum(np.abs(found), curves.value(spend) / x * 1e-3)
        assert (np.abs(curves.slope(spend) - found) <= 2e-4 * size + 1e-300).all(), f"slope at {x:g}"


@promise("curve", since="0.1")
def shape_is_as_declared(subject: Subject) -> None:
    """Convex up to the inflection, concave from there on."""
    curves = _built(subject)
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
    curves = _built(subject)
    factor = np.full(_size(curves), 1.7)
    for x in np.geomspace(1e-2, 1e6, 15):
        spend = np.full(_size(curves), x)
        one, other = curves.stretch(factor).value(spend), curves.value(spend / 1.7)
        assert np.allclose(one, other, rtol=1e-9, atol=0.0), f"{one!r} is not {other!r}"


@promise("curve", since="0.1")
def taking_keeps_order(subject: Subject) -> None:
    """Cells taken in another order have their own curves."""
    curves = _built(subject)
    cells = np.array([0, 0], dtype=np.int64)
    spend = np.array([3.0, 30.0])
    one = curves.take(cells).value(spend)
    other = [curves.value(np.full(_size(curves), x))[0] for x in spend]
    assert np.array_equal(one, other), f"{one!r} is not {other!r}"


def _spends() -> Floats:
    return np.concatenate(([0.0, 5e-324, 1e-300, 1e-12], np.geomspace(1e-6, 1e12, 100), [1e15]))


def _size(curves: Family) -> int:
    return len(curves.inflection())


def _built(subject: Subject) -> Any:
    entry = subject.entry
    assert isinstance(entry, CurveEntry)
    if entry.table:
        raise Skip(f"curves of this family come from the table {entry.table}")
    numbers = {name: np.array([float(value)]) for name, value in subject.example.model_dump().items()}
    curves = entry.build(numbers)
    assert isinstance(curves, Family), f"{type(curves).__name__} lacks methods of a curve family"
    return curves
