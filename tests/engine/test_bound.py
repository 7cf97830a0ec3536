from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engine_instances import featured, s_curves, tiny

from mixopt.engine import Options, solve
from mixopt.engine.bound import Region, bound, whole
from mixopt.engine.certify import leaf_bounds, leaves_of, proven
from mixopt.engine.chain import WINDOW, chain_of, tangent_point, touched
from mixopt.engine.complete import totals
from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import Multipliers, clean, tangent, zero
from mixopt.engine.price import Pricer
from mixopt.engine.relax import relax


def random_multipliers(rng, layout):
    program = layout.program
    lower, upper = program.column_lower, np.minimum(program.column_upper, 1e3)
    tangents = []
    for j, term in enumerate(program.concave):
        at = [rng.uniform(lower[term.columns], upper[term.columns]) for _ in range(2)]
        tangents += [(tangent(layout, j, x), rng.random()) for x in at]
    return clean(
        layout,
        Multipliers(
            scale=1.0,
            row=rng.normal(0, 1, program.n_rows),
            spend=rng.normal(0, 1, len(program.spend_columns)),
            response=rng.random(len(program.response_columns)) * 2,
            tangents=tuple(tangents),
        ),
    )


@pytest.mark.parametrize("seed", range(40))
def test_any_multipliers_bound_every_plan_of_a_grid(seed):
    rng = np.random.default_rng(seed)
    case = tiny(seed, features=("floors", "groups", "level", "hhi", "profit")[: seed % 6])
    layout = Layout(case.program)
    program = case.program
    plans = rng.uniform(program.lower, program.upper, (4000, program.n_cells))
    worth, slack = case.judge(plans)
    best = np.where(slack >= 0, worth, -np.inf).max()
    for _ in range(3):
        found = bound(layout, Pricer(layout), random_multipliers(rng, layout), whole(layout))
        assert found.value >= best


def test_a_smaller_region_never_has_a_larger_bound(rng):
    program = s_curves(1, 30, 0.1, 4)
    layout = Layout(program)
    multipliers = random_multipliers(rng, layout)
    region = whole(layout)
    values = [bound(layout, Pricer(layout), multipliers, region).value]
    for _ in range(5):
        middle = 0.5 * (region.lower + region.upper)
        up = rng.random(30) < 0.5
        region = replace(
            region, lower=np.where(up, region.lower, middle), upper=np.where(up, middle, region.upper)
        )
        values.append(bound(layout, Pricer(layout), multipliers, region).value)
    assert values == sorted(values, reverse=True)


def test_a_proof_recomputed_from_its_arrays_says_what_the_search_said(context_of):
    program = s_curves(2, 30, 0.05, 15)
    answer = solve(program, Options(node_limit=30))
    layout = Layout(program)
    leaves = leaves_of(program, answer.proof)
    values = leaf_bounds(layout, Pricer(layout), answer.proof, leaves)
    assert values.max() == pytest.approx(answer.bound, rel=1e-12)
    one = leaves[int(np.argmax(values))]
    lower, upper = program.lower.copy(), program.upper.copy()
    for cell, ends in one.cells.items():
        lower[cell], upper[cell] = ends
    region = Region(
        lower=lower, upper=upper, column_lower=program.column_lower, column_upper=program.column_upper
    )
    proof = answer.proof
    multipliers = Multipliers(
        scale=1.0, row=proof.row[one.set], spend=proof.spend[one.set], response=proof.response[one.set]
    )
    alone = bound(layout, Pricer(layout), multipliers, region)
    assert alone.value == pytest.approx(values.max(), rel=1e-11)


def test_the_leaves_of_a_proof_cover_the_box(rng):
    program = s_curves(2, 12, 0.05, 10)
    answer = solve(program)
    leaves = leaves_of(program, answer.proof)
    plans = rng.uniform(program.lower, program.upper, (2000, 12)) * rng.choice([0.0, 0.1, 1.0], (2000, 12))
    inside = np.zeros(len(plans), dtype=bool)
    for leaf in leaves:
        fits = np.ones(len(plans), dtype=bool)
        for cell, (low, high) in leaf.cells.items():
            fits &= (plans[:, cell] >= low) & (plans[:, cell] <= high)
        inside |= fits
    assert inside.all()


@pytest.mark.parametrize("break_", ["row", "spend", "response"])
def test_a_proof_whose_multipliers_are_shrunk_proves_less(break_):
    program = s_curves(4, 30, 0.1, 5)
    answer = solve(program, Options(gap=1e-7))
    worse = replace(answer.proof, **{break_: getattr(answer.proof, break_) * 0.9})
    assert proven(program, worse)[0] > answer.bound


def test_a_chain_starts_and_ends_with_the_box_and_lies_on_the_curves(context_of):
    program = s_curves(3, 50, 0.1, 2)
    context = context_of(program)
    region = whole(context.layout)
    touch = touched(context, np.arange(50), region.cells)
    chain = chain_of(context, region, touch, (program.upper * 0.3,), WINDOW)
    np.testing.assert_array_equal(chain.spend[:, 0], program.lower)
    np.testing.assert_array_equal(chain.spend[:, -1], program.upper)
    assert (np.diff(chain.spend, axis=1) >= 0).all()
    tiled = program.curves.take(np.repeat(np.arange(50), chain.spend.shape[1]))
    np.testing.assert_array_equal(tiled.value(chain.spend.ravel()).reshape(chain.spend.shape), chain.response)


def test_a_tangent_point_is_where_the_average_gain_is_greatest():
    program = s_curves(3, 50, 0.1, 0)
    lower = program.upper * 0.02
    humped = np.flatnonzero(program.curves.inflection() > lower)
    curves, lower, upper = program.curves.take(humped), lower[humped], program.upper[humped]
    touch = tangent_point(curves, curves.inflection(), (lower, upper))
    base = curves.value(lower)

    def gain(x):
        return (curves.value(x) - base) / (x - lower)

    for factor in (0.9, 0.99, 1.01, 1.1):
        beside = np.clip(touch * factor, lower * 1.0001, upper)
        assert (gain(touch) >= gain(beside) * (1 - 1e-9)).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_relaxation_closes_in_from_both_sides(context_of, seed):
    program = featured(seed, 30, hhi=0.2, shocks=5)
    context = context_of(program)
    region = whole(context.layout)
    touch = touched(context, np.arange(30), region.cells)
    start = clean(context.layout, zero(context.layout))
    found = relax(context, region, touch, start, goal=-np.inf, close=1e-6, floor=0.0, first=True, rounds=40)
    worth = float(program.objective @ found.proposal.columns)
    assert worth <= found.bound.value
    assert found.bound.value - worth <= 1e-5 * worth


def test_totals_are_those_of_the_spend(rng):
    program = s_curves(0, 20, 0.1, 3)
    spend = rng.uniform(program.lower, program.upper)
    columns = totals(Layout(program), spend)
    np.testing.assert_allclose(columns[program.spend_columns], program.spend_matrix @ spend, rtol=1e-15)
    response = columns[program.response_columns][0]
    assert response == pytest.approx(program.curves.value(spend).sum(), rel=1e-14)
