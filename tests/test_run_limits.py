"""Limits of a whole run: Ctrl-C, memory, and progress that tells the truth."""

import pandas as pd
import pytest

import mixopt


def config(**solver):
    objective = [{"kind": "response"}]
    return {
        "mixopt": 1,
        "currency": "EUR",
        "budget": {"total": 90.0},
        "data": {"cells": "cells"},
        "plans": {"one": {"objective": objective}, "two": {"objective": objective}},
        "solver": solver,
    }


@pytest.fixture
def tables(cells):
    return {"cells": cells}


@pytest.fixture
def cells():
    return pd.DataFrame(
        {
            "channel": list("abcdef"),
            "curve": "hill",
            "scale": [30.0, 50.0, 20.0, 45.0, 33.0, 27.0],
            "half_saturation": [20.0, 33.0, 14.0, 41.0, 25.0, 18.0],
            "slope": [2.5, 1.9, 2.8, 2.2, 1.2, 3.0],
        }
    )


def test_ctrl_c_ends_the_run_and_not_only_the_plan(tables):
    def press(plan, event):
        if event.objective is not None:
            raise KeyboardInterrupt

    result = mixopt.run(config(), tables, progress=press)
    assert [plan.reason for plan in result.plans.values()] == ["interrupted", "interrupted"]
    first = result.plans["one"]
    assert first.found
    assert first.gap >= 0


@pytest.mark.parametrize(
    ("written", "held"), [("2 GB", 2e9), ("512MB", 512e6), ("1.5 GiB", 1.5 * 2**30), (3e9, 3e9)]
)
def test_memory_is_written_with_its_unit(written, held):
    registry = mixopt.discover()
    assert mixopt.read_config(config(memory=written), registry).solver.memory == held


@pytest.mark.parametrize("written", ["2", "2 potatoes", "-1 GB", 0])
def test_memory_without_a_unit_or_size_is_refused(written):
    with pytest.raises(mixopt.ConfigError, match="solver.memory"):
        mixopt.read_config(config(memory=written), mixopt.discover())


def test_a_run_over_its_memory_says_so(tables):
    result = mixopt.run(config(memory="1 MB"), tables)
    assert {plan.reason for plan in result.plans.values()} == {"memory"}


def test_progress_never_gets_worse_and_ends_at_the_result(tables):
    heard = []
    result = mixopt.run(config(), tables, progress=lambda plan, event: heard.append((plan, event)))
    for name, plan in result.plans.items():
        events = [event for one, event in heard if one == name]
        assert events
        objectives = [event.objective for event in events if event.objective is not None]
        assert objectives == sorted(objectives)
        assert all(event.bound is None or event.bound >= plan.objective * (1 - 1e-9) for event in events)
        assert [event.seconds for event in events] == sorted(event.seconds for event in events)
        assert objectives[-1] == pytest.approx(plan.objective)
