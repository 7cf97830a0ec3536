from __future__ import annotations

import threading
import time
from dataclasses import replace

import highspy
import numpy as np
import pytest
import scipy.sparse as sp

from mixopt.engine.clock import Clock, LimitError
from mixopt.engine.highs import OPTIONS, LinearSolver
from mixopt.engine.linear import BASIC, LOWER, Columns, LinearProgram
from mixopt.errors import SolverError


def small(**changes):
    program = LinearProgram(
        cost=np.array([3.0, 2.0]),
        lower=np.zeros(2),
        upper=np.array([4.0, 10.0]),
        matrix=Columns.of(sp.csc_array(np.array([[1.0, 1.0]]))),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([6.0]),
        column_start=np.full(2, LOWER, dtype=np.int8),
        row_start=np.full(1, BASIC, dtype=np.int8),
        integer=np.zeros(0, dtype=bool),
    )
    return replace(program, **changes)


def long_program(n=6000, m=1500):
    rng = np.random.default_rng(0)
    dense = sp.random_array((m, n), density=0.1, rng=rng, format="csc")
    return LinearProgram(
        cost=rng.uniform(1, 2, n),
        lower=np.zeros(n),
        upper=np.full(n, 1e6),
        matrix=Columns.of(sp.csc_array(dense)),
        row_lower=np.full(m, -np.inf),
        row_upper=rng.uniform(1, 2, m),
        column_start=np.empty(0, dtype=np.int8),
        row_start=np.empty(0, dtype=np.int8),
        integer=np.zeros(0, dtype=bool),
    )


@pytest.fixture
def solver(clock):
    with LinearSolver(clock) as solver:
        yield solver


def test_a_small_program_is_solved_with_its_prices(solver):
    answer = solver.solve(small())
    np.testing.assert_allclose(answer.x, [4.0, 2.0])
    np.testing.assert_allclose(answer.row_dual, [2.0])
    assert answer.outcome == "optimal"


def test_whole_columns_are_kept_whole(solver):
    answer = solver.solve(small(upper=np.array([3.5, 10.0]), integer=np.array([True, False])))
    np.testing.assert_allclose(answer.x, [3.0, 3.0])


def test_a_program_without_a_plan_is_told(solver):
    assert solver.solve(small(row_lower=np.array([99.0]), row_upper=np.array([99.0]))).outcome == "infeasible"


@pytest.mark.parametrize(
    "changes",
    [
        {"cost": np.array([np.nan, 1.0])},
        {"cost": np.array([np.inf, 1.0])},
        {"lower": np.array([np.nan, 0.0])},
        {"row_upper": np.array([np.nan])},
        {"matrix": Columns.of(sp.csc_array(np.array([[np.nan, 1.0]])))},
        {"matrix": Columns.of(sp.csc_array(np.array([[np.inf, 1.0]])))},
        {"matrix": Columns.of(sp.csc_array(np.array([[8e-13, 1.0]])))},
        {"matrix": Columns.of(sp.csc_array(np.array([[1e16, 1.0]])))},
    ],
    ids=str,
)
def test_numbers_that_highs_would_take_without_a_word_are_refused(solver, changes):
    with pytest.raises(SolverError):
        solver.solve(small(**changes))


def test_options_write_no_files_and_use_one_thread():
    assert OPTIONS["threads"] == 1
    assert not any("file" in name or name.startswith(("write", "read")) for name in OPTIONS)


def test_the_thread_ends_with_the_context(clock):
    before = threading.active_count()
    with LinearSolver(clock) as solver:
        solver.solve(small())
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_a_deadline_interrupts_a_long_program():
    begin = time.monotonic()
    with LinearSolver(Clock(0.4, threading.Event())) as solver, pytest.raises(LimitError) as caught:
        solver.solve(long_program())
    assert caught.value.reason == "time-limit"
    assert time.monotonic() - begin < 30.0  # to the end it takes far longer


def test_a_stop_interrupts_a_long_program():
    stop = threading.Event()
    timer = threading.Timer(0.3, stop.set)
    with LinearSolver(Clock(60.0, stop)) as solver:
        timer.start()
        begin = time.monotonic()
        with pytest.raises(LimitError) as caught:
            solver.solve(long_program())
        assert caught.value.reason == "interrupted"
        assert time.monotonic() - begin < 30.0


def test_a_host_that_uses_highs_with_two_threads_does_not_disturb(solver):
    host = highspy.Highs()
    host.setOptionValue("log_to_console", False)  # noqa: FBT003
    host.setOptionValue("threads", 2)
    host.addVar(0.0, 1.0)
    host.run()
    assert solver.solve(small()).outcome == "optimal"


def test_nothing_is_printed(solver, capfd):
    solver.solve(small())
    out = capfd.readouterr()
    assert out.out == out.err == ""


@pytest.mark.parametrize(
    ("cost", "rows", "best"),
    [
        # min 2x + 3z, x + z >= 4.5, z whole: HiGHS 1.14.0 answered 15
        ([-2.0, -3.0], ([[1.0, 1.0]], [4.5], [np.inf]), -9.0),
    ],
)
def test_optima_that_older_versions_missed_are_found(solver, cost, rows, best):
    matrix, low, high = rows
    program = small(
        cost=np.array(cost),
        upper=np.full(2, 100.0),
        matrix=Columns.of(sp.csc_array(np.array(matrix))),
        row_lower=np.array(low),
        row_upper=np.array(high),
        integer=np.array([False, True]),
    )
    assert float(np.array(cost) @ solver.solve(program).x) == pytest.approx(best)
