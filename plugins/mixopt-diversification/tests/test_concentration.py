"""Concentration of shares, against published and hand-computed numbers."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mixopt_diversification.concentration import effective_number, entropy, hhi, minus_t_log_t, shares

DOJ = np.array([30.0, 30.0, 20.0, 20.0])

amounts = (
    st.lists(st.floats(0.0, 1e6), min_size=2, max_size=12)
    .filter(lambda found: sum(found) > 1e-3)
    .map(np.array)
)


def test_the_example_of_the_department_of_justice_has_an_index_of_2600():
    assert 10_000 * hhi(DOJ) == pytest.approx(2600)
    assert effective_number(DOJ) == pytest.approx(3.846, abs=5e-4)
    assert math.exp(entropy(DOJ)) == pytest.approx(3.92, abs=5e-3)


def test_the_shared_case_agrees(shared_cases):
    case = json.loads((shared_cases / "hhi_doj.json").read_text(encoding="utf-8"))
    assert 10_000 * hhi(np.array(case["shares"], dtype=float)) == pytest.approx(case["published"]["hhi"])


def test_nothing_spent_has_no_shares():
    assert np.isnan(shares(np.zeros(3))).all()
    assert math.isnan(hhi(np.zeros(3)))
    assert math.isnan(effective_number(np.zeros(3)))


def test_nothing_times_its_logarithm_is_nothing():
    assert minus_t_log_t(np.array([0.0, 1.0])).tolist() == [0.0, 0.0]


@given(amounts)
def test_measures_stay_between_one_group_and_all_equal(found):
    assert 1.0 - 1e-9 <= effective_number(found) <= len(found) + 1e-9
    assert -1e-9 <= entropy(found) <= math.log(len(found)) + 1e-9


@given(amounts, st.floats(1e-3, 1e6))
def test_the_currency_does_not_matter(found, factor):
    assert hhi(found * factor) == pytest.approx(hhi(found))


@given(amounts)
def test_a_group_split_in_two_halves_is_less_concentrated(found):
    assert hhi(np.concatenate((found[1:], [found[0] / 2, found[0] / 2]))) <= hhi(found) + 1e-12
