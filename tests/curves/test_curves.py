"""Mixtures: curves of many families in one order answer as each family would by itself."""

from __future__ import annotations

import numpy as np
import pytest

from mixopt.curves import Curves, Hill, best_response, join
from mixopt.curves.curves import BLOCK


class Searched:
    """A family that does not price itself."""

    def __init__(self, inner):
        self.value, self.slope, self.inflection = inner.value, inner.slope, inner.inflection


@pytest.fixture
def mixture(every_family):
    """Every curve of every family, shuffled, and the position of each in its family."""
    families = [(each.name, each.family) for each in every_family]
    sizes = [len(family.inflection()) for _, family in families]
    places = np.split(np.random.default_rng(3).permutation(sum(sizes)), np.cumsum(sizes)[:-1])
    return Curves(
        tuple((name, place, family) for (name, family), place in zip(families, places, strict=True))
    )


def test_every_answer_is_the_familys_own(mixture):
    n = mixture.size
    rng = np.random.default_rng(4)
    spend, weight, price = rng.uniform(0, 30, n), rng.uniform(0, 2, n), rng.lognormal(0, 1, n)
    best = mixture.best(weight, price, 0.0 * spend, spend)
    for _, cells, family in mixture.parts:
        assert np.array_equal(mixture.value(spend)[cells], family.value(spend[cells]))
        assert np.array_equal(mixture.slope(spend)[cells], family.slope(spend[cells]))
        assert np.array_equal(mixture.inflection()[cells], family.inflection())
        zero = np.zeros(len(cells))
        assert np.array_equal(best[cells], family.best(weight[cells], price[cells], zero, spend[cells]))


def test_taken_mixtures_keep_the_order_asked_for(mixture):
    n = mixture.size
    spend = np.linspace(0.0, 20.0, n)
    cells = np.random.default_rng(5).integers(0, n, 3 * n)
    taken = mixture.take(cells)
    assert taken.size == 3 * n
    assert np.array_equal(taken.value(spend[cells]), mixture.value(spend)[cells])


def test_joined_and_stretched_mixtures(mixture):
    n = mixture.size
    spend, factor = np.linspace(0.0, 20.0, n), np.linspace(0.5, 2.0, n)
    both = join(mixture, mixture.stretch(factor))
    twice = np.concatenate((spend, spend))
    expected = np.concatenate((mixture.value(spend), mixture.value(spend / factor)))
    np.testing.assert_allclose(both.value(twice), expected, rtol=1e-12)


def test_a_family_that_does_not_price_itself_is_searched():
    hill = Hill(np.full(3, 9.0), np.full(3, 4.0), np.array([0.5, 1.0, 3.0]))
    case = (np.ones(3), np.full(3, 0.7), np.zeros(3), np.full(3, 50.0))
    found = Curves((("own", np.arange(3), Searched(hill)),)).best(*case)
    assert np.array_equal(found, best_response(hill, *case))
    np.testing.assert_allclose(found, hill.best(*case), rtol=1e-12)


@pytest.mark.parametrize("size", [BLOCK, BLOCK + 1, 2 * BLOCK + 3])
def test_many_curves_are_answered_in_blocks_as_at_once(size):
    rng = np.random.default_rng(8)
    hill = Hill(rng.lognormal(2, 1, size), rng.lognormal(1, 1, size), rng.uniform(0.4, 4, size))
    mixture = Curves((("hill", np.arange(size), hill),))
    case = (np.ones(size), rng.lognormal(0, 1, size), np.zeros(size), rng.lognormal(2, 1, size))
    assert np.array_equal(mixture.best(*case), hill.best(*case))
    assert np.array_equal(mixture.slope(case[3]), hill.slope(case[3]))
    assert np.array_equal(mixture.inflection(), hill.inflection())
