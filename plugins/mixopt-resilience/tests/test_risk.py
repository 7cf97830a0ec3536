"""Mean, CVaR and worst case of a return over scenarios."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mixopt_resilience.risk import cvar, expected, worst
from scipy.optimize import linprog


@st.composite
def lotteries(draw):
    n = draw(st.integers(1, 8))
    values = np.array(draw(st.lists(st.floats(-1e3, 1e3), min_size=n, max_size=n)))
    parts = np.array(draw(st.lists(st.floats(0.01, 1.0), min_size=n, max_size=n)))
    return values, parts / parts.sum()


levels = st.floats(0.0, 0.99)


def by_linear_program(values, probability, level):
    """Return CVaR as Rockafellar and Uryasev's linear program in η and s."""
    n = len(values)
    answer = linprog(
        np.concatenate(([-1.0], probability / (1.0 - level))),
        A_ub=np.hstack((np.ones((n, 1)), -np.eye(n))),
        b_ub=values,
        bounds=[(None, None), *[(0, None)] * n],
        method="highs",
    )
    return -answer.fun


@given(lotteries(), levels)
def test_sorting_and_the_linear_program_agree(lottery, level):
    values, probability = lottery
    assert cvar(values, probability, level) == pytest.approx(
        by_linear_program(values, probability, level), abs=1e-6
    )


@given(lotteries())
def test_at_level_0_it_is_the_mean(lottery):
    assert cvar(*lottery, 0.0) == pytest.approx(expected(*lottery), abs=1e-9)


@given(lotteries(), levels)
def test_it_lies_between_the_worst_case_and_the_mean(lottery, level):
    values, probability = lottery
    assert worst(values) - 1e-9 <= cvar(values, probability, level) <= expected(values, probability) + 1e-9


@given(lotteries(), levels, levels)
def test_a_higher_level_is_never_better(lottery, one, other):
    assert cvar(*lottery, max(one, other)) <= cvar(*lottery, min(one, other)) + 1e-9


@given(lotteries())
def test_where_the_worst_fills_the_tail_it_is_the_worst_case(lottery):
    values, probability = lottery
    assert cvar(values, probability, 1 - probability[values.argmin()]) == pytest.approx(
        worst(values), abs=1e-6
    )


@given(lotteries(), levels)
def test_a_scenario_split_in_two_changes_nothing(lottery, level):
    values, probability = lottery
    halves = np.concatenate(([probability[0] / 2, probability[0] / 2], probability[1:]))
    twice = np.concatenate(([values[0], values[0]], values[1:]))
    assert cvar(twice, halves, level) == pytest.approx(cvar(values, probability, level), abs=1e-9)


def test_numbers_by_hand():
    values, probability = np.array([100.0, 60.0, 20.0]), np.array([0.8, 0.15, 0.05])
    assert cvar(values, probability, 0.9) == pytest.approx(40.0)  # half the tail at 20, half at 60
    assert cvar(values, probability, 0.95) == pytest.approx(20.0)
    assert cvar(values, probability, 0.5) == pytest.approx((20 * 0.05 + 60 * 0.15 + 100 * 0.3) / 0.5)
