"""Bounds implied by rows hold for every point that keeps the rows."""

import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from mixopt.model.bounds import implied_bounds

COEFFICIENT = st.integers(-3, 3).map(float)


@given(
    st.lists(st.lists(COEFFICIENT, min_size=3, max_size=3), min_size=1, max_size=3),
    st.lists(st.integers(0, 5).map(float), min_size=3, max_size=3),
    st.lists(st.floats(-2, 2), min_size=3, max_size=3),
)
def test_no_point_that_keeps_the_rows_is_cut_off(matrix, limits, point):
    dense = np.array(matrix)
    x = np.array([point[0], point[1], point[2] * 10])
    level = dense @ x
    upper = level + np.abs(np.array(limits)[: len(dense)])
    lower_open, upper_open = np.array([-2.0, -2.0, -np.inf]), np.array([2.0, 2.0, np.inf])
    low, high = implied_bounds(sp.csr_array(dense), level - 1.0, upper, lower_open, upper_open)
    assert (low <= x + 1e-12).all()
    assert (x <= high + 1e-12).all()
    assert low[:2].tolist() == [-2.0, -2.0]
    assert high[:2].tolist() == [2.0, 2.0]


def test_finite_bounds_stay_and_chains_propagate():
    # x <= 3, y = x + 1, z <= 2 y
    matrix = sp.csr_array(np.array([[-1.0, 1.0, 0.0], [0.0, -2.0, 1.0]]))
    low, high = implied_bounds(
        matrix,
        np.array([1.0, -np.inf]),
        np.array([1.0, 0.0]),
        np.array([0.0, -np.inf, -1.0]),
        np.array([3.0, np.inf, np.inf]),
    )
    assert np.allclose(low, [0, 1, -1])
    assert np.allclose(high, [3, 4, 8])
