"""The brand band: as a rule and as a term."""

from __future__ import annotations

import numpy as np
import pytest
from mixopt_brand.band import RULE, TERM, BandSettings, SoftBandSettings
from mixopt_brand.measures import MEASURES
from pydantic import ValidationError

from mixopt import ConfigError

ROLE = {"where": {"role": "brand"}}
MEASURE = {entry.name: entry for entry in MEASURES}["brand-share"]


@pytest.fixture
def scope(bench, grid_cells):
    return bench.scope(grid_cells)


@pytest.fixture
def plans(bench, scope):
    """Return plans with 30, 45, 60, 75 and 90 % on brand, and random ones."""
    brand = scope.cells["role"].to_numpy() == "brand"
    at = [np.where(brand, share / 4, (100 - share) / 4) for share in (30.0, 45.0, 60.0, 75.0, 90.0)]
    return [*at, *bench.spends(scope, 10, seed=2)]


def test_rows_and_levels_agree_on_which_plans_are_allowed(bench, scope, plans):
    rule = RULE.build(BandSettings.model_validate(ROLE), scope)
    curves = bench.hill(8)
    verdicts = []
    for spend in plans:
        low, high = rule.levels(bench.plan(scope, curves, spend))
        verdicts.append(low.value >= 0.45 - 1e-12 and high.value <= 0.75 + 1e-12)
        assert (bench.pinned(scope, curves, spend, rule=rule).value is not None) == verdicts[-1]
        assert (low.row, low.at_least, high.row, high.at_most) == ("at_least", 0.45, "at_most", 0.75)
    assert verdicts[:5] == [False, True, True, True, False]


def test_the_term_costs_what_lies_outside(bench, scope, plans):
    term = TERM.build(SoftBandSettings.model_validate({**ROLE, "price": 0.2}), scope)
    curves = bench.hill(8)
    values = [term.value(bench.plan(scope, curves, spend)) for spend in plans]
    assert values[:5] == pytest.approx([-3.0, 0.0, 0.0, 0.0, -3.0])
    for spend, value in zip(plans, values, strict=True):
        assert bench.pinned(scope, curves, spend, term=term).value == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(("side", "said"), [("at_least", "at most 75%"), ("at_most", "at least 45%")])
def test_a_side_may_be_lifted(bench, scope, plans, side, said):
    settings = {**ROLE, side: None}
    rule = RULE.build(BandSettings.model_validate(settings), scope)
    assert rule.sentence() == f"brand's share of spend is {said}"
    term = TERM.build(SoftBandSettings.model_validate({**settings, "price": 1.0}), scope)
    curves = bench.hill(8)
    for spend in plans:
        plan = bench.plan(scope, curves, spend)
        assert len(rule.levels(plan)) == 1
        assert bench.pinned(scope, curves, spend, term=term).value == pytest.approx(
            term.value(plan), abs=1e-9
        )


def test_brand_cells_are_those_tagged_kind_brand_unless_told(bench, grid_cells, scope):
    tagged = bench.scope(grid_cells.rename(columns={"role": "kind"}))
    plan = bench.plan(tagged, bench.hill(8), np.full(8, 12.5))
    assert MEASURE.build(MEASURE.default(tagged), tagged).value(plan) == pytest.approx(0.5)
    assert MEASURE.default(scope) is None
    with pytest.raises(ConfigError, match="no column 'kind'"):
        RULE.build(BandSettings(), scope)


@pytest.mark.parametrize(
    "wrong", [{"at_least": None, "at_most": None}, {"at_least": 0.9}, {"at_most": 1.1}, {"at_least": "-5%"}]
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        BandSettings.model_validate(wrong)
