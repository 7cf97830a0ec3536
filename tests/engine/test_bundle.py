"""Bundles of pieces: what they propose is as good, and what they leave out of account they leave out for nobody."""

from __future__ import annotations

import numpy as np
import pytest
from engine_instances import Sketch, mixed_curves

from mixopt.engine import Options, bundle, solve
from mixopt.engine.bundle import Bundles, bundled
from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import zero
from mixopt.engine.pieces import Chain, cut


def many(rng, n=60, kinds=3):
    """Return a program of few kinds of cells, capped and floored by kind, and the kind of each cell."""
    curves = mixed_curves(rng, n)
    upper = rng.uniform(0.5, 4.0, n)
    sketch = Sketch(curves, np.zeros(n), upper, 0.15 * upper.sum())
    kind = rng.integers(kinds, size=n)
    money = [sketch.spend((kind == k).astype(float)) for k in range(kinds)]
    sketch.row(dict.fromkeys(money, 1.0), upper=sketch.budget)
    sketch.row({money[0]: 1.0}, upper=0.2 * sketch.budget)
    value = rng.uniform(0.5, 2.0, n)
    backs = [sketch.response(np.where(kind == k, value, 0.0)) for k in range(kinds)]
    return sketch.program(dict.fromkeys(backs, 1.0)), kind


@pytest.fixture
def always(monkeypatch):
    """Bundle however few pieces there are."""
    monkeypatch.setattr(bundle, "WORTH", 1)
    monkeypatch.setattr(bundle, "SAVING", 2.0)


def some_pieces(layout, k=9):
    program = layout.program
    spend = np.linspace(program.lower, program.upper, k).T
    response = np.stack([program.curves.value(at) for at in spend.T]).T
    return cut(
        layout, Chain(spend=spend, response=response, combined=np.zeros(program.n_cells, dtype=bool)), 1e-6
    )


def test_cells_of_one_kind_are_found_whatever_they_are_worth(rng):
    program, kind = many(rng)
    found, rate = Layout(program).kinds
    assert len(np.unique(found)) == len(np.unique(kind))
    assert len(np.unique(np.stack([found, kind]), axis=1).T) == len(np.unique(kind))
    assert (rate > 0.0).all()


def test_bundles_hold_what_their_parts_hold_and_fill_one_after_another(rng, always):
    layout = Layout(many(rng)[0])
    pieces = some_pieces(layout)
    made = bundled(layout, pieces, zero(layout))
    assert isinstance(made, Bundles)
    assert made.length.sum() == pytest.approx(pieces.length.sum())
    np.testing.assert_allclose(made.spend(made.length), pieces.spend(pieces.length), rtol=1e-12)
    np.testing.assert_allclose(made.response(made.length), pieces.response(pieces.length), rtol=1e-12)
    amount = rng.uniform(0.0, 1.0, len(made.length)) * made.length
    parts = made.spread(amount)
    half = (parts > 1e-9 * pieces.length) & (parts < pieces.length * (1.0 - 1e-9))
    at = np.empty(len(parts), dtype=np.int64)
    at[made.order] = made.bundle
    assert np.bincount(at[half], minlength=len(amount)).max() <= 1
    np.testing.assert_allclose(np.bincount(at, parts), amount, rtol=1e-9)
    # totals: money to the unit, responses at least what the linear program counts on
    np.testing.assert_allclose(
        layout.spend @ made.spend(amount),
        layout.spend
        @ (pieces.spend_start + np.bincount(made.owner, amount, minlength=layout.program.n_cells)),
        rtol=1e-9,
    )


@pytest.mark.parametrize("seed", range(6))
def test_plans_from_bundles_are_proven_and_worth_as_much(seed, always, monkeypatch):
    program, _ = many(np.random.default_rng(seed))
    options = Options(gap=1e-6)
    mine = solve(program, options)
    monkeypatch.setattr(bundle, "WORTH", 10**9)
    other = solve(program, options)
    assert mine.status == other.status == "optimal"
    assert mine.objective <= other.bound * (1.0 + 1e-9)
    assert other.objective <= mine.bound * (1.0 + 1e-9)


def test_few_pieces_are_left_as_they_are(rng):
    layout = Layout(many(rng)[0])
    pieces = some_pieces(layout)
    assert bundled(layout, pieces, zero(layout)) is pieces
