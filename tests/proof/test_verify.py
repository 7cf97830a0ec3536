"""What is true is accepted; the bound is the mathematics' own, whatever the family."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixopt.proof import read, verify, write

SEEDS = st.integers(0, 2**32 - 1)
CASES = ("planted", "s_curves", "two_leaves", "switch", "impossible", "diverse", "priced", "kept")
QUICK = ("planted", "impossible", "diverse", "kept", "switch")


def verified(small, case):
    return verify(read(write(case.certificate())), small.curves_of).plans[-1]


def check(case, found):
    assert found.status == case.solution.status
    if case.solution.objective is None:
        assert (found.objective, found.bound, found.gap) == (None, None, None)
        return
    assert found.objective == pytest.approx(case.solution.objective, rel=1e-12)
    assert found.bound >= case.solution.objective * (1 - 1e-9)
    assert found.bound == pytest.approx(case.solution.bound, rel=1e-9)
    assert found.violation <= 1e-9


@pytest.mark.parametrize("name", CASES)
def test_an_honest_certificate_is_accepted_after_a_round_trip(small, name):
    case = getattr(small, name)(np.random.default_rng(7))
    found = verified(small, case)
    check(case, found)
    assert found.rests_on == ()


@pytest.mark.parametrize("name", QUICK)
@settings(max_examples=20)
@given(seed=SEEDS)
def test_every_honest_certificate_is_accepted(small, name, seed):
    case = getattr(small, name)(np.random.default_rng(seed))
    check(case, verified(small, case))


@pytest.mark.parametrize("name", ["s_curves", "priced", "two_leaves"])
@settings(max_examples=6)
@given(seed=SEEDS)
def test_every_honest_certificate_of_a_hard_problem_is_accepted(small, name, seed):
    case = getattr(small, name)(np.random.default_rng(seed))
    check(case, verified(small, case))


@settings(max_examples=40)
@given(seed=SEEDS, n=st.integers(1, 40), rules=st.integers(0, 12))
def test_planted_optima_of_any_size_are_proven_to_the_last_digits(small, seed, n, rules):
    case = small.planted(np.random.default_rng(seed), n, rules)
    found = verified(small, case)
    assert found.bound - found.objective <= 1e-9 * abs(found.objective)


@pytest.mark.parametrize("atom", ["negative-square", "entropy", "saturation", "root", "log1p"])
@settings(max_examples=12)
@given(seed=SEEDS)
def test_concave_terms_that_the_verifier_knows_rest_on_nothing(small, atom, seed):
    case = small.diverse(np.random.default_rng(seed), atom)
    found = verified(small, case)
    check(case, found)
    assert found.rests_on == ()


def test_a_concave_term_that_only_its_plugin_knows_is_named(small):
    case = small.diverse(np.random.default_rng(3), known=False)
    found = verified(small, case)
    check(case, found)
    assert found.rests_on == ("term:diversification: its values and tangents are as its plugin states them",)


def test_a_plan_without_a_bound_says_that_nothing_is_proven(small):
    case = small.planted(np.random.default_rng(1))
    case.solution = small.replace(
        case.solution, status="feasible", bound=None, gap=None, proof=None, source=""
    )
    found = verified(small, case)
    assert found.bound is None
    assert found.rests_on == ("nothing is proven: there is no bound",)


def test_no_plan_within_the_limits_still_has_its_bound_verified(small):
    case = small.planted(np.random.default_rng(1))
    bound = case.solution.bound
    nothing = {"status": "no-plan", "spend": None, "columns": None, "objective": None, "gap": None}
    case.solution = small.replace(case.solution, **nothing)
    found = verified(small, case)
    assert found.objective is None
    assert found.bound == pytest.approx(bound, rel=1e-9)


def test_a_looser_claim_is_no_lie(small):
    case = small.planted(np.random.default_rng(2))
    wide = case.solution.bound * 1.5
    gap = (wide - case.solution.objective) / case.solution.objective
    case.solution = small.replace(case.solution, bound=wide, gap=gap, status="feasible")
    assert verified(small, case).bound < wide


def test_all_plans_of_a_run_are_verified_in_their_order(small):
    case = small.kept(np.random.default_rng(4))
    found = verify(case.certificate(), small.curves_of)
    assert [plan.plan for plan in found.plans] == ["pure-roi", "balanced"]
    assert [plan.rests_on for plan in found.plans] == [(), ()]


def test_keeping_something_of_a_plan_that_is_not_proven_is_named(small):
    case = small.kept(np.random.default_rng(4))
    first = case.others[0]
    first.solution = small.replace(first.solution, status="feasible")
    found = verify(case.certificate(), small.curves_of)
    assert found.plans[1].rests_on == ("rule 'floor': plan 'pure-roi' is not proven optimal itself",)


def test_the_bound_stays_above_the_best_of_a_dense_grid(small):
    """Two cells and a budget: every split of the money on a grid of 2,000."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        kinds = [*small.RANGES, "tabulated"]
        tables = small.random_tables(rng, rng.choice(kinds, 2))
        draft = small.Draft(tables, [0, 0], [100, 100], 100.0)
        draft.response("return", np.ones(2), 1.0)
        program = draft.program()
        each = small.best_price(program, low=1e-6)
        bound = small.raised(small.dual(program, each))
        grid = np.linspace(0, 100, 2001)
        curves = small.component_curves(program, [0, 1])
        values = curves[0](grid) + curves[1](100 - grid)
        best = int(np.argmax(values))
        spend = np.array([grid[best], 100 - grid[best]])
        case = small.Case(draft, program, small.answer(program, spend, small.proof(each), bound))
        found = verified(small, case)
        assert found.bound >= values[best]


def test_a_million_cells_take_seconds(small):
    n = 200_000  # a fifth of it here: the time is linear
    rng = np.random.default_rng(0)
    ranges = small.RANGES["hill"]
    parameters = {name: rng.uniform(*ends, n) for name, ends in ranges.items()}
    draft = small.Draft(
        [small.table("hill", np.arange(n), **parameters)], np.zeros(n), np.full(n, 150.0), 60.0 * n
    )
    draft.response("return", np.ones(n), 1.0)
    program = draft.program()
    each = small.multipliers(program, {"budget/limit": 1.0})
    case = small.Case(draft, program, small.answer(program, np.full(n, 60.0), small.proof(each), 1e12))
    assert verify(case.certificate(), small.curves_of).plans[0].seconds < 5.0


@pytest.mark.parametrize("ceiling", [1e6, 1e-3])
def test_a_term_charged_at_a_ceiling_that_does_not_follow_is_named(small, ceiling):
    case = small.diverse(np.random.default_rng(5))
    program = case.program
    each = small.multipliers(program, {"budget/limit": 1.0}, tangents={0: [case.solution.spend]})
    each.spend[1:] += 0.5 * program.concave[0].function(case.solution.spend)[1]  # what the other half charged
    each.concave *= 0.5
    top = program.column_upper.copy()
    top[program.concave[0].theta] = 7.0 * ceiling
    case.program = program = small.replace(program, column_upper=top)
    bound = small.raised(small.dual(program, each))
    columns = small.columns_at(program, case.solution.spend)
    if columns[program.concave[0].theta] > top[program.concave[0].theta]:
        pytest.skip("the plan itself stands above this ceiling")
    case.solution = small.answer(program, case.solution.spend, small.proof(each), bound, gap=1e-4)
    found = verified(small, case)
    assert found.bound == pytest.approx(bound, rel=1e-9)
    named = ("term:diversification: its ceiling is as stated",)
    assert found.rests_on == (() if ceiling > 1 else named)
