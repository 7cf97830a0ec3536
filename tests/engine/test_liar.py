"""A solver that lies: whatever it answers, no false bound and no plan that breaks a rule leaves the engine."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import highspy
import numpy as np
import pytest
from engine_instances import best_on_grid, s_curves, tiny

from mixopt.engine import Options, highs, solve
from mixopt.engine.certify import proven
from mixopt.errors import SolverError

CASES = [
    tiny(5, features=("groups", "tight"), n=2),
    tiny(11, features=("level", "cvar"), n=2),
    tiny(7, features=("hhi", "switch"), n=2),
    tiny(19, features=("groups", "level"), n=3),
]


def _noise(answer, scale):
    rng = np.random.default_rng(len(answer.x))
    return answer.x * (1 + scale * rng.standard_normal(len(answer.x)))


LIES = {
    "a plan of NaN": lambda a, _: replace(a, x=np.full_like(a.x, np.nan)),
    "one NaN in the plan": lambda a, _: replace(a, x=np.where(np.arange(len(a.x)) == 0, np.nan, a.x)),
    "infinite prices": lambda a, _: replace(a, row_dual=np.full_like(a.row_dual, np.inf)),
    "no prices at all": lambda a, _: replace(a, row_dual=np.empty(0)),
    "one price too few": lambda a, _: replace(a, row_dual=a.row_dual[1:]),
    "flipped prices": lambda a, _: replace(a, row_dual=-a.row_dual),
    "prices of 0": lambda a, _: replace(a, row_dual=0 * a.row_dual),
    "prices a million times too high": lambda a, _: replace(a, row_dual=1e6 * a.row_dual),
    "prices of 1e300": lambda a, _: replace(a, row_dual=np.full_like(a.row_dual, 1e300)),
    "a plan off by 1e-5": lambda a, _: replace(a, x=_noise(a, 1e-5)),
    "a plan off by 1e-8": lambda a, _: replace(a, x=_noise(a, 1e-8)),
    "a plan off by half": lambda a, _: replace(a, x=_noise(a, 0.5)),
    "a plan of 1e300": lambda a, _: replace(a, x=np.full_like(a.x, 1e300)),
    "a plan of nothing": lambda a, _: replace(a, x=0 * a.x),
    "always infeasible": lambda a, _: replace(a, outcome="infeasible"),
    "every other time infeasible": lambda a, k: replace(a, outcome="infeasible") if k % 2 else a,
    "always unbounded": lambda a, _: replace(a, outcome="unbounded"),
    "always unknown": lambda a, _: replace(a, outcome="unknown"),
    "optimal where it is not": lambda a, _: replace(a, outcome="optimal"),
    "from the third time on, flipped prices": lambda a, k: replace(a, row_dual=-a.row_dual) if k > 2 else a,
    "every third time a plan off by 1e-3": lambda a, k: a if k % 3 else replace(a, x=_noise(a, 1e-3)),
}


def holds(case, answer):
    best, plan = best_on_grid(case, steps=16)
    if answer.status == "infeasible":
        assert plan is None
        assert proven(case.program, answer.proof)[0] == -np.inf
    if answer.bound is not None:
        assert answer.bound >= best - 1e-9 * max(1.0, abs(best))
    if answer.objective is not None:
        worth, slack = case.judge(answer.spend[None])
        assert slack[0] >= -1e-9
        assert worth[0] >= answer.objective - 1e-9 * max(1.0, abs(worth[0]))
    if answer.status == "optimal":
        assert answer.gap <= 1e-4


@pytest.mark.parametrize("case", CASES, ids=lambda case: "+".join(case.features))
@pytest.mark.parametrize("lie", LIES)
def test_no_lie_makes_a_false_bound_or_plan(monkeypatch, lie, case):
    honest, calls = highs._answer, []

    def lying(*args):
        calls.append(1)
        return LIES[lie](honest(*args), len(calls))

    monkeypatch.setattr(highs, "_answer", lying)
    try:
        answer = solve(case.program, Options(time_limit=20, node_limit=60))
    except SolverError:
        return
    holds(case, answer)


@pytest.mark.parametrize("call", ["run", "passModel", "setOptionValue", "clearModel"])
@pytest.mark.parametrize("status", ["kError", "kWarning"])
def test_an_error_of_any_call_is_an_error_with_the_solvers_own_words(monkeypatch, call, status):
    wrong = getattr(highspy.HighsStatus, status)
    monkeypatch.setattr(highspy.Highs, call, lambda *_: wrong)
    if (call, status) == ("run", "kWarning"):
        answer = solve(CASES[0].program, Options(time_limit=5, node_limit=20))
        holds(CASES[0], answer)
        return
    with pytest.raises(SolverError, match=f"HiGHS answers HighsStatus.{status} to"):
        solve(CASES[0].program)


@pytest.mark.parametrize("status", ["kError", "kWarning"])
def test_a_start_that_is_refused_is_done_without(monkeypatch, status):
    wrong = getattr(highspy.HighsStatus, status)
    monkeypatch.setattr(highspy.Highs, "setBasis", lambda *_: wrong)
    answer = solve(CASES[0].program)
    assert answer.status == "optimal"
    assert answer.counts["fallbacks"] >= 1
    holds(CASES[0], answer)


def test_one_failure_is_mended_by_a_second_try(monkeypatch):
    honest, calls = highs._answer, []

    def failing(*args):
        calls.append(1)
        if len(calls) == 1:
            raise SolverError("it failed once")
        return honest(*args)

    monkeypatch.setattr(highs, "_answer", failing)
    answer = solve(CASES[0].program)
    assert answer.status == "optimal"
    assert answer.counts["fallbacks"] == 1


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_solver_that_raises_anything_is_heard(monkeypatch, nth):
    honest, calls = highs._answer, []

    def raising(*args):
        calls.append(1)
        if len(calls) == nth:
            raise ZeroDivisionError("inside the solver")
        return honest(*args)

    monkeypatch.setattr(highs, "_answer", raising)
    program = s_curves(3, 30, 0.05, 20)
    with pytest.raises(ZeroDivisionError):
        solve(program)


def test_a_solver_that_sleeps_past_the_limit_is_left_behind(monkeypatch):
    honest, calls, awake = highs._answer, [], threading.Event()

    def sleeping(*args):
        calls.append(1)
        if len(calls) > 2:
            awake.wait(300)
        return honest(*args)

    monkeypatch.setattr(highs, "_answer", sleeping)
    program = s_curves(3, 30, 0.05, 20)
    begin = time.monotonic()
    answer = solve(program, Options(time_limit=3.0, gap=1e-9))
    assert time.monotonic() - begin < 100.0
    awake.set()
    assert answer.reason == "time-limit"
    assert proven(program, answer.proof)[0] == pytest.approx(answer.bound, rel=1e-12)
