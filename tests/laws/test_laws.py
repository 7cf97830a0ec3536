"""Laws that every optimum obeys, whatever the instance; numbers in brackets count them."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

SEEDS = range(12)
MONEY = ["half_saturation", "spend_scale", "midpoint", "upper", "current_spend"]


def scaled(one, c):
    """Return the same instance in another unit of money (linear and power curves change their scale)."""
    cells = one.cells.copy()
    for column in MONEY:
        if column in cells:
            cells[column] *= c
    power = cells.curve == "power"
    if power.any():
        cells.loc[power, "scale"] /= c ** cells.loc[power, "exponent"]
    cells.loc[cells.curve == "linear", "scale"] /= c
    cells["value"] *= c
    cells["hours"] /= c
    rules = [
        rule | {key: rule[key] * c for key in ("at_least",) if key in rule and rule["kind"] == "spend"}
        for rule in one.config["constraints"]
    ]
    moved = one.but(cells=cells, constraints=rules)
    return moved.budget(one.config["budget"]["total"] * c)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("c", [1e-3, 1e6])
def test_money_in_another_unit_changes_nothing(instance, same, seed, c):
    """[1]"""
    one = instance(seed)
    same(one.run(), scaled(one, c).run(), c)


@pytest.mark.parametrize("seed", SEEDS)
def test_response_in_another_unit_changes_nothing(instance, same, seed):
    """[2]"""
    one = instance(seed)
    cells = one.cells.assign(scale=one.cells.scale * 1e4, value=one.cells.value / 1e4)
    same(one.run(), one.but(cells=cells).run())


@pytest.mark.parametrize("seed", SEEDS)
def test_order_changes_nothing(instance, same, seed):
    """[3]"""
    one = instance(seed)
    rng = np.random.default_rng(seed)
    cells = one.cells.iloc[rng.permutation(len(one.cells)), rng.permutation(one.cells.shape[1])]
    turned = one.but(cells=cells.reset_index(drop=True), constraints=one.config["constraints"][::-1])
    turned.config = dict(reversed(turned.config.items()))
    a, b = one.run(), turned.run()
    same(a, b)
    keys = ["channel", "segment"]
    assert (
        a.allocation.sort_values(keys)[keys].to_numpy().tolist()
        == b.allocation.sort_values(keys)[keys].to_numpy().tolist()
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_names_change_nothing(instance, same, seed):
    """[4]"""
    one = instance(seed)
    names = {"c0": "=HYPERLINK(1)", "c1": "чай ☕", "c2": "N" * 200, "c3": "NA", "new": "01", "old": "1"}
    cells = one.cells.replace({"channel": names, "segment": names})
    rules = [
        rule
        | {"name": f"<b>{rule['name']}</b>"}
        | ({"where": {k: names[v] for k, v in rule["where"].items()}} if "where" in rule else {})
        for rule in one.config["constraints"]
    ]
    a, b = one.run(), one.but(cells=cells, constraints=rules).run()
    same(a, b)
    assert a.objective == b.objective


@pytest.mark.parametrize("seed", SEEDS)
def test_a_concave_cell_split_in_two_halves_changes_nothing(instance, same, seed):
    """[5, concave]"""
    one = instance(seed, families=["michaelis-menten"])
    cells = halved(one.cells)
    same(one.run(), one.but(cells=cells).run())


@pytest.mark.parametrize("seed", SEEDS)
def test_an_s_shaped_cell_split_in_two_halves_loses_nothing(instance, at_most, seed):
    """[5]"""
    one = instance(seed, families=["hill"])
    at_most(one.run(), one.but(cells=halved(one.cells)).run())


def halved(cells):
    """Return the table with its first cell as two of half the size: ½ f(2x), bounds halved."""
    first = cells.iloc[[0]].copy()
    for column in ("half_saturation", "upper", "scale", "current_spend"):
        first[column] /= 2
    return (
        pd.concat([first, first.assign(tag="twin"), cells.iloc[1:]], ignore_index=True)
        .assign(segment=lambda t: t.segment.where(t.get("tag") != "twin", "twin"))
        .drop(columns="tag")
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dead_cell_changes_nothing(instance, same, seed):
    """[6]"""
    one = instance(seed)
    dead = one.cells.iloc[[0]].assign(channel="dead", upper=0.0)
    same(one.run(), one.but(cells=pd.concat([one.cells, dead], ignore_index=True)).run())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rule_that_bounds_imply_changes_nothing_and_costs_nothing(instance, same, seed):
    """[7]"""
    one = instance(seed)
    top = float(one.cells.upper[one.cells.channel == "c1"].sum())
    slack = {"name": "slack", "kind": "spend", "where": {"channel": "c1"}, "at_most": 1.01 * top}
    result = one.ruled(slack).result()
    same(one.run(), result.plans["best"])
    rules = result.rules.set_index("rule")
    assert abs(rules.shadow_price["slack"]) <= 1e-7 * max(1.0, rules.shadow_price.abs().max())
    assert not rules.binding["slack"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rule_said_twice_or_otherwise_changes_nothing(instance, same, seed):
    """[8]"""
    one = instance(seed, rule="spend-all")
    total = one.config["budget"]["total"]
    cap = {"name": "a", "kind": "share", "where": {"channel": "c1"}, "at_most": 0.4}
    money = {"name": "b", "kind": "spend", "where": {"channel": "c1"}, "at_most": 0.4 * total}
    now = float(one.cells.current_spend[one.cells.channel == "c1"].sum())
    today = {
        "name": "c",
        "kind": "spend",
        "where": {"channel": "c1"},
        "at_most": {"today": 0.4 * total / now},
    }
    plan = one.ruled(cap).run()
    for rules in ([cap, cap | {"name": "again"}], [money], [today]):
        same(plan, one.ruled(*rules).run())


@pytest.mark.parametrize("seed", SEEDS)
def test_tightening_never_helps_and_dropping_never_hurts(instance, at_most, seed):
    """[9]"""
    one = instance(seed)
    total = one.config["budget"]["total"]
    levels = [0.5, 0.3, 0.1, 0.02]
    plans = [
        one.ruled({"name": "t", "kind": "spend", "where": {"channel": "c0"}, "at_most": level * total}).run()
        for level in levels
    ]
    for loose, tight in zip([one.run(), *plans], plans, strict=False):
        at_most(tight, loose)


@pytest.mark.parametrize("seed", SEEDS)
def test_more_budget_is_never_worse(instance, at_most, seed):
    """[10]"""
    one = instance(seed, rule="at-most").ruled(replace=True)
    total = one.config["budget"]["total"]
    plans = [one.budget(total * factor).run() for factor in (0.5, 1.0, 1.5)]
    for less, more in pairwise(plans):
        at_most(less, more)


@pytest.mark.parametrize("seed", SEEDS)
def test_spends_fixed_at_the_plan_keep_its_value(instance, same, seed):
    """[13]"""
    one = instance(seed)
    plan = one.run()
    if plan.objective is None:
        return
    fixed = one.cells.assign(lower=plan.spend, upper=plan.spend)
    again = one.but(cells=fixed).run()
    assert again.objective == pytest.approx(plan.objective, rel=1e-9)
    cell = seed % len(one.cells)
    lower, upper = np.zeros(len(one.cells)), one.cells.upper.to_numpy().copy()
    lower[cell] = upper[cell] = plan.spend[cell]
    same(plan, one.but(cells=one.cells.assign(lower=lower, upper=upper)).run())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_higher_curve_is_never_worse(instance, at_most, seed):
    """[14]"""
    one = instance(seed)
    cells = one.cells.copy()
    cells.loc[0, "scale"] *= 1.3
    at_most(one.run(), one.but(cells=cells).run())


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_only_scale(instance, same, seed):
    """[20]"""
    one = instance(seed)
    plan = one.run()
    tripled = one.objective({"kind": "response", "weight": 3.0}).run()
    same(plan, tripled, 3.0)
    absent = one.objective({"kind": "response"}, {"kind": "profit", "weight": 0.0}).run()
    same(plan, absent)


@pytest.mark.parametrize("seed", SEEDS)
def test_keeping_is_monotone_and_true(instance, at_most, same, seed):
    """[21]"""
    one = instance(seed, rule="at-most")
    objective = [{"kind": "profit"}]
    plans = {"roi": {"objective": [{"kind": "response"}]}}
    for share in (0, 80, 95, 100):
        keep = {"name": "keep", "kind": "keep", "term": "response", "of": "roi", "at_least": f"{share}%"}
        plans[f"keep {share}"] = {"objective": objective, "constraints": [keep]}
    plans["free"] = {"objective": objective}
    plans = one.but(plans=plans).result().plans
    if plans["roi"].objective is None:
        return
    same(plans["free"], plans["keep 0"])
    for less, more in ((0, 80), (80, 95), (95, 100)):
        at_most(plans[f"keep {more}"], plans[f"keep {less}"])
    for share in (80, 95, 100):
        kept = float(plans[f"keep {share}"].allocation["return"].sum())
        assert kept >= share / 100 * plans["roi"].objective * (1 - 1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_curve_in_other_clothes_changes_nothing(instance, same, seed):
    """[22]"""
    one = instance(seed, families=["michaelis-menten"])
    same(one.run(), one.but(cells=one.cells.assign(curve="hill", slope=1.0)).run())


@pytest.mark.parametrize("seed", range(4))
def test_a_table_of_400_points_is_the_smooth_curve_within_its_error(instance, seed):
    """[22]"""
    one = instance(seed, families=["hill"])
    rows = []
    for cell in one.cells.itertuples():
        spend = np.linspace(0.0, cell.upper, 401)[1:]
        response = cell.scale * spend**cell.slope / (cell.half_saturation**cell.slope + spend**cell.slope)
        rows.append(
            pd.DataFrame(
                {"channel": cell.channel, "segment": cell.segment, "spend": spend, "response": response}
            )
        )
    table = one.cells.drop(columns=["scale", "half_saturation", "slope"]).assign(curve="tabulated")
    plan = one.run()
    tabulated = one.but(cells=table).run(points=pd.concat(rows, ignore_index=True))
    assert (plan.objective is None) == (tabulated.objective is None)
    if plan.objective is not None:
        error = 1e-4 * plan.bound
        assert max(plan.objective, tabulated.objective) <= min(plan.bound, tabulated.bound) + error


@pytest.mark.parametrize("seed", SEEDS)
def test_a_conflict_tells_the_amount_that_makes_room(instance, seed):
    """[25]"""
    one = instance(seed, rule="spend-all").ruled(replace=True)
    total = one.config["budget"]["total"]
    floor = {"name": "too much", "kind": "spend", "where": {"channel": "c0"}, "at_least": 0.7 * total}
    other = {"name": "as well", "kind": "spend", "where": {"channel": "c1"}, "at_least": 0.6 * total}
    cells = one.cells.assign(upper=2 * total)
    clashing = one.but(cells=cells).ruled(floor, other)
    plan = clashing.run()
    assert plan.status == "infeasible"
    assert plan.conflict.total == pytest.approx(0.3 * total, rel=1e-6)
    for part, status in ((1.000001, "optimal"), (0.99, "infeasible")):
        eased = floor | {"at_least": (0.7 - 0.3 * part) * total}
        assert one.but(cells=cells).ruled(eased, other).run().status == status
