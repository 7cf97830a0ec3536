"""A line of the least start touches its atom and lies above it everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from mixopt.proof.atoms import ATOMS, greatest, intercept, value

T = np.concatenate([[0.0], np.geomspace(1e-14, 1e4, 4001)])


@pytest.mark.parametrize("kind", ATOMS)
def test_the_least_line_lies_above_and_touches(kind):
    least = -3.0 if kind in {"negative-square", "entropy"} else 1e-2
    slopes = np.array([least, -0.5 if least < 0 else 0.2, 0.3, 0.7, 1.0, 1.5, 20.0])
    slopes = -np.abs(slopes) if kind == "negative-square" else slopes
    room = intercept(kind, slopes)[:, None] + slopes[:, None] * T - value(kind, T)
    assert room.min() >= -1e-12
    assert (room.min(axis=1) <= 1e-4 * (1 + intercept(kind, slopes))).all()


@pytest.mark.parametrize("kind", ["saturation", "root", "log1p"])
def test_no_falling_line_lies_above_what_rises_for_ever(kind):
    assert intercept(kind, np.array([-1e-9]))[0] == np.inf


def test_a_flat_line_lies_above_what_levels_off():
    assert intercept("saturation", np.array([0.0]))[0] == 1.0
    assert intercept("root", np.array([0.0]))[0] == np.inf
    assert intercept("entropy", np.array([0.0]))[0] == pytest.approx(1 / np.e)


def test_amounts_below_nothing_count_as_nothing():
    for kind in ("entropy", "root", "log1p", "saturation"):
        assert value(kind, np.array([-1.0]))[0] == 0.0


@pytest.mark.parametrize("kind", ATOMS)
@pytest.mark.parametrize(("low", "high"), [(0.0, 3.0), (0.1, 0.2), (0.5, 0.5), (2.0, 9.0)])
def test_the_greatest_value_of_an_interval(kind, low, high):
    found = value(kind, np.linspace(low, high, 20_001)).max()
    assert greatest(kind, np.array([low]), np.array([high]))[0] == pytest.approx(found, abs=1e-7)
