"""Proven plans beside local search, on the family of the speed targets; `make bench` writes the table for the docs.

Nothing here fails for being slow: what is asserted is that every gap is proven, that no local search beats a bound, and
that none finds a plan worth more than ours by more than the gap.
"""

from __future__ import annotations

import time

import pytest
from family import Case, given
from local_search import slsqp

import mixopt

CASES = [
    Case(n, share, groups)
    for n in (30, 100, 1_000, 10_000)
    for groups in (0, 5, 50)
    for share in (0.05, 0.1, 0.3)
]
GAP = 1e-4
MANY, ONCE = 100, 300  # largest n for 50 starts, and for one: beyond, a single start takes minutes


@pytest.fixture(scope="module", autouse=True)
def _imported():
    """Import everything and solve once, so that no case pays for it."""
    problem = given(Case(10, 0.3, 1))
    mixopt.run(problem.document, tables={"cells": problem.cells})


def clocked(parts, name, work, *args, **keywords):
    begun = time.process_time()
    answer = work(*args, **keywords)
    parts[name] = time.process_time() - begun
    return answer


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_plans_are_proven_and_no_local_search_is_better(case, table):
    problem, parts = given(case), {}
    registry = mixopt.discover()
    config = clocked(parts, "config", mixopt.read_config, problem.document, registry)
    read = clocked(parts, "tables", mixopt.read_problem, config, registry, {"cells": problem.cells})
    model = clocked(parts, "model", mixopt.build_model, read, read.plans["best"], {})
    plan = clocked(parts, "solve", mixopt.solve, model.program, mixopt.Options(time_limit=600))
    single = slsqp(problem, 1) if case.n <= ONCE else None
    many = slsqp(problem, 50) if case.n <= MANY else None
    table.add(case, parts, plan, single, many)
    for found in filter(None, (single, many)):
        if found.kept:
            assert found.value <= plan.bound * (1 + 1e-9)
            assert found.value <= plan.objective * (1 + 2 * GAP)
    assert plan.status == "optimal", f"{plan.reason}: gap {plan.gap}"
    assert plan.gap <= GAP
