from __future__ import annotations

import signal
import threading
import time

import numpy as np
import pytest
from engine_instances import s_curves

from mixopt.engine import Options, solve
from mixopt.engine.certify import proven
from mixopt.engine.memory import resident

HARD = s_curves(1, 40, 0.05, 30)  # hours to a gap of 1e-12
SOON = 60.0  # a second, and room for a busy machine


def valid(program, answer):
    assert proven(program, answer.proof)[0] == pytest.approx(answer.bound, rel=1e-12)
    if answer.objective is not None:
        assert answer.objective <= answer.bound


@pytest.mark.parametrize("nodes", [0, 1, 2, 3, 5, 9])
def test_a_node_limit_leaves_a_valid_proof(nodes):
    answer = solve(HARD, Options(node_limit=nodes, gap=1e-7))
    assert answer.reason == "node-limit"
    assert answer.status == ("feasible" if nodes else "no-plan")
    if nodes:
        valid(HARD, answer)


def test_longer_limits_never_make_it_worse():
    answers = [solve(HARD, Options(node_limit=nodes, gap=1e-7)) for nodes in (1, 4, 12)]
    values = [answer.objective for answer in answers]
    bounds = [answer.bound for answer in answers]
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)


@pytest.mark.parametrize("limit", [0.0, 0.2, 1.0])
def test_a_time_limit_is_kept(limit):
    begin = time.monotonic()
    answer = solve(HARD, Options(time_limit=limit, gap=1e-12))
    assert time.monotonic() - begin < limit + SOON
    assert answer.reason == "time-limit"
    if answer.bound is not None:
        valid(HARD, answer)


def test_a_wish_to_stop_from_another_thread_is_answered_soon():
    began = []

    def first_plan(event):
        if event.objective is not None and not began:
            began.append(time.monotonic())
            threading.Timer(0.1, options.stop.set).start()

    options = Options(gap=1e-12, progress=first_plan)
    answer = solve(HARD, options)
    assert time.monotonic() - began[0] < SOON
    assert (answer.status, answer.reason) == ("feasible", "interrupted")
    valid(HARD, answer)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer signal")
@pytest.mark.parametrize("after", [0.02, 0.1, 0.3, 0.7])
def test_ctrl_c_gives_the_best_plan_so_far_with_its_proof(after):
    def press(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, press)
    try:
        signal.setitimer(signal.ITIMER_REAL, after)
        begin = time.monotonic()
        answer = solve(HARD, Options(gap=1e-12))
        assert time.monotonic() - begin < after + SOON
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert answer.reason == "interrupted"
    assert answer.status in {"feasible", "no-plan"}
    if answer.bound is not None:
        valid(HARD, answer)


def test_no_thread_is_left_behind():
    before = threading.active_count()
    solve(s_curves(0, 20, 0.1, 2))
    assert threading.active_count() == before


def test_progress_is_told_from_the_solving_thread_and_improves():
    events = []
    here = threading.get_ident()
    answer = solve(
        HARD, Options(node_limit=6, gap=1e-7, progress=lambda e: events.append((threading.get_ident(), e)))
    )
    assert {thread for thread, _ in events} == {here}
    values = [event.objective for _, event in events if event.objective is not None]
    assert values == sorted(values)
    assert values[-1] == answer.objective
    assert [event.seconds for _, event in events] == sorted(event.seconds for _, event in events)
    assert len(answer.history) == len(events)


def test_same_input_gives_the_same_digits_in_any_thread():
    program = s_curves(5, 60, 0.05, 8)
    first = solve(program)
    others = []
    threads = [threading.Thread(target=lambda: others.append(solve(program))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        assert other.objective == first.objective
        assert other.bound == first.bound
        np.testing.assert_array_equal(other.spend, first.spend)
        np.testing.assert_array_equal(other.proof.row, first.proof.row)


def test_a_memory_limit_ends_the_work_with_the_best_so_far():
    answer = solve(HARD, Options(gap=1e-12, memory=1e6))
    assert answer.reason == "memory"
    assert answer.status in {"feasible", "no-plan"}


def test_memory_that_runs_out_later_leaves_a_plan_with_its_gap(monkeypatch):
    held = iter([0.0] * 40)
    monkeypatch.setattr("mixopt.engine.clock.resident", lambda: next(held, 2e9))
    answer = solve(HARD, Options(gap=1e-12, memory=1e9))
    assert (answer.status, answer.reason) == ("feasible", "memory")
    assert answer.gap > 0
    valid(HARD, answer)


def test_the_resident_memory_is_that_of_this_process():
    before = resident()
    assert 1e7 < before < 1e11
    held = np.ones(20_000_000)
    assert held.nbytes * 0.9 < resident() - before < held.nbytes * 3


def test_two_solves_in_two_threads_give_the_digits_of_one_after_the_other():
    programs = [s_curves(seed, n, 0.1, 6) for seed, n in ((1, 40), (2, 800), (3, 60), (4, 900))]
    alone = [solve(program) for program in programs]
    found: list = [None] * len(programs)

    def work(k):
        found[k] = solve(programs[k])

    threads = [threading.Thread(target=work, args=(k,)) for k in range(len(programs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(alone, found, strict=True):
        assert np.array_equal(one.spend, other.spend)
        assert (one.objective, one.bound) == (other.objective, other.bound)
