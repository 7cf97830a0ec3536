from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from engine_instances import featured, s_curves

from mixopt.engine import solve
from mixopt.errors import FormulationError

GOOD = s_curves(0, 6, 0.2, 2)


def put(array, at, value):
    out = np.array(array, dtype=float)
    out[at] = value
    return out


def spoiled(matrix, value):
    out = sp.csr_array(matrix, copy=True)
    out.data = out.data.copy()
    out.data[-1] = value
    return out


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"objective": put(GOOD.objective, 3, np.nan)},
            "response 0: its objective coefficient is not a finite",
        ),
        ({"column_upper": put(GOOD.column_upper, 1, np.nan)}, "spend 1: a bound of it is not a number"),
        (
            {"column_lower": put(GOOD.column_lower, 1, np.inf)},
            "spend 1: a side of it is infinite the wrong way",
        ),
        ({"column_lower": put(GOOD.column_lower, 1, 1e9)}, "spend 1: its lower limit is above its upper one"),
        ({"row_upper": put(GOOD.row_upper, 2, np.nan)}, "row 2: a limit of it is not a number"),
        ({"row_upper": put(GOOD.row_upper, 0, -np.inf)}, "row 0: a side of it is infinite the wrong way"),
        ({"row_lower": put(GOOD.row_lower, 0, 1e9)}, "row 0: its lower limit is above its upper one"),
        ({"matrix": spoiled(GOOD.matrix, np.nan)}, "row 2: a coefficient of it is not a finite number"),
        ({"matrix": spoiled(GOOD.matrix, np.inf)}, "row 2: a coefficient of it is not a finite number"),
        (
            {"spend_matrix": spoiled(GOOD.spend_matrix, np.nan)},
            "spend 2: a coefficient of it is not a finite",
        ),
        (
            {"response_matrix": spoiled(GOOD.response_matrix, -1.0)},
            "response 0: a response total has a weight below 0",
        ),
        ({"lower": put(GOOD.lower, 4, np.nan)}, "cell 4: its lower bound is not a finite number"),
        ({"upper": put(GOOD.upper, 4, np.inf)}, "cell 4: its upper bound is not a finite number"),
        ({"lower": put(GOOD.lower, 4, 1e9)}, "cell 4: its spend is to be within"),
        ({"lower": put(GOOD.lower, 4, -1.0)}, "cell 4: its spend is to be within"),
        ({"offset": np.nan}, "program.offset: nan is not a finite number"),
        ({"budget": np.inf}, "program.budget: inf is not a finite number"),
        ({"row_upper": GOOD.row_upper[:-1]}, "program.row_upper: its size is 2, the others ask for 3"),
        ({"curves": GOOD.curves.take(np.arange(5))}, "program.curves: its size is 5, the others ask for 6"),
        ({"response_columns": np.array([0])}, "spend 0: it stands for more than one total"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_right_is_refused_by_name(changes, said):
    with pytest.raises(FormulationError, match=f"^{said}"):
        solve(replace(GOOD, **changes))


def test_a_coefficient_that_would_vanish_is_refused_where_it_matters():
    entries = GOOD.matrix.toarray()
    entries[0, 1] = 1e-10
    wide = put(GOOD.column_upper, 1, 1e15)
    with pytest.raises(
        FormulationError, match=r"^row 0: its coefficient of spend 1 is 1e-10 of the row's largest"
    ):
        solve(replace(GOOD, matrix=sp.csr_array(entries), column_upper=wide))


def test_a_coefficient_that_vanishes_harmlessly_is_dropped():
    entries = GOOD.matrix.toarray()
    entries[0, 1] = 1e-13
    assert solve(replace(GOOD, matrix=sp.csr_array(entries))).status == "optimal"


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda v: (float("nan"), 0 * v), "is not finite, or of another shape"),
        (lambda v: (0.0, 0 * v + np.inf), "is not finite, or of another shape"),
        (lambda v: (0.0, np.zeros(1)), "is not finite, or of another shape"),
        (lambda v: (float(v @ v) * 1e-3 - 1e6, v * 2e-3), "it is not concave, or its gradient is wrong"),
        (lambda v: (-float(v @ v) * 1e-3, v * 2e-3), "it is not concave, or its gradient is wrong"),
    ],
)
def test_a_concave_term_that_is_none_is_refused_by_name(function, said):
    program = featured(1, 20, hhi=0.3)
    term = replace(program.concave[0], function=function)
    with pytest.raises(FormulationError, match=f"^term 0: .*{said}"):
        solve(replace(program, concave=(term,)))
