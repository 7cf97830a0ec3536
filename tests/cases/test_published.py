"""Published optima, reached through ordinary cells, curves and rules."""

import numpy as np
import pandas as pd
import pytest

CLOSE = {"rel": 2e-6}


def test_ampl_media_mix_on_the_budget_alone(case, solve):
    data = case("ampl_media")
    cost, reach = np.array(data["cost"][:2]), np.array(data["reach_M"][:2])
    cells = {"channel": ["tv", "magazine"], "curve": "linear", "scale": reach / cost}
    cells["lower"] = np.array([data["tv_min"], data["mag_min"]]) * cost
    _, plan = solve(cells, data["budget"])
    assert plan.objective == pytest.approx(data["published"]["a_budget_only"], **CLOSE)
    assert plan.spend / cost == pytest.approx(data["published"]["a_x"], rel=1e-5)


def test_ampl_media_mix_with_creative_capacity(case, solve):
    data = case("ampl_media")
    cost, reach = np.array(data["cost"][:2]), np.array(data["reach_M"][:2])
    cells = {"channel": ["tv", "magazine"], "curve": "linear", "scale": reach / cost}
    cells["lower"] = np.array([data["tv_min"], data["mag_min"]]) * cost
    cells["weeks"] = np.array(data["person_weeks"][:2]) / cost
    capacity = {"name": "creative", "kind": "linear", "weights": "weeks", "at_most": data["weeks"]}
    _, plan = solve(cells, data["budget"], rules=[capacity])
    assert plan.objective == pytest.approx(data["published"]["b_with_creative_capacity"], **CLOSE)
    assert plan.spend / cost == pytest.approx(data["published"]["b_x"], rel=1e-5)


def test_relax_and_enjoy_with_the_price_of_its_tv_rule(case, solve):
    data = case("relax_and_enjoy")
    budget, count, dollars, families = data["rows"]
    cost = np.array(budget["a"], dtype=float)
    cells = pd.DataFrame({"channel": data["vars"], "curve": "linear", "scale": np.array(data["c"]) / cost})
    cells["upper"] = np.array(data["ub"]) * cost
    cells["tv"] = np.array(count["a"]) / cost
    cells["families"] = np.array(families["a"]) / cost
    tv = [name for name in data["vars"] if "TV" in name]
    rules = [
        {"name": "count", "kind": "linear", "weights": "tv", "at_least": count["b"]},
        {"name": "dollars", "kind": "spend", "where": {"channel": tv}, "at_most": dollars["b"]},
        {"name": "families", "kind": "linear", "weights": "families", "at_least": families["b"]},
    ]
    result, plan = solve(cells, budget["b"], rules=rules)
    assert plan.objective == pytest.approx(data["published"]["lp_objective"], **CLOSE)
    assert plan.spend / cost == pytest.approx(data["published"]["lp_x"], abs=1e-3)
    assert plan.spend / cost @ np.array(families["a"]) == pytest.approx(data["published"]["reach"], rel=1e-5)
    prices = result.rules.set_index("rule").shadow_price
    assert prices["count"] == pytest.approx(-data["published"]["dual_of_TV_count"], rel=1e-4)
    assert prices["families"] == 0.0


def test_show_and_sell_keeps_two_units_of_radio_per_unit_of_tv(case, solve):
    data = case("show_and_sell")
    budget, ratio = data["rows"]
    cost = np.array(budget["a"], dtype=float)
    cells = pd.DataFrame({"channel": ["radio", "tv"], "curve": "linear", "scale": np.array(data["c"]) / cost})
    cells["upper"] = [data["ub"][0] * cost[0], budget["b"]]
    cells["ratio"] = np.array(ratio["a"]) / cost
    rule = {"name": "ratio", "kind": "linear", "weights": "ratio", "at_least": 0}
    _, plan = solve(cells, budget["b"], rules=[rule])
    assert plan.objective == pytest.approx(data["published"]["lp_objective"], **CLOSE)
    assert plan.spend / cost == pytest.approx(data["published"]["lp_x"], rel=1e-4)


def test_dorian_auto_reaches_both_audiences_for_the_least_money(case, solve):
    data = case("dorian_auto")
    cost = np.array(data["c"], dtype=float)
    cells = pd.DataFrame({"channel": data["vars"], "curve": "linear", "scale": 1.0, "value": 0.0})
    rules = []
    for row in data["rows"]:
        cells[row["name"]] = np.array(row["a"]) / cost
        rules.append({"name": row["name"], "kind": "linear", "weights": row["name"], "at_least": row["b"]})
    _, plan = solve(cells, 10_000, objective="profit", rules=rules)
    assert -plan.objective == pytest.approx(data["published"]["lp_objective"], **CLOSE)
    assert plan.spend / cost == pytest.approx(data["published"]["lp_x"], rel=1e-4)


def test_power_curves_share_the_budget_as_dorfman_and_steiner_say(case, solve):
    data = case("dorfman_steiner_fischer")
    elasticity, margin = np.array(data["elasticity"]), np.array(data["margin"])
    sales, spend = np.array(data["base_sales"], float), np.array(data["base_spend"], float)
    cells = {
        "channel": [f"product {k}" for k in range(4)],
        "curve": "power",
        "scale": sales / spend**elasticity,
        "exponent": elasticity,
        "value": margin,
    }
    _, plan = solve(cells, spend.sum(), spend="spend-all", gap=1e-9)
    revenue = sales * (plan.spend / spend) ** elasticity
    weight = margin * elasticity * revenue
    assert plan.spend / plan.spend.sum() == pytest.approx(weight / weight.sum(), rel=1e-3)


def test_without_synergy_spend_follows_the_squared_effects(case, solve):
    data = case("synergy_naik_raman")
    plain = data["cases"][0]
    cells = {
        "channel": ["one", "two"],
        "curve": "power",
        "scale": [plain["b1"], plain["b2"]],
        "exponent": 0.5,
    }
    _, plan = solve(cells, data["B"], spend="spend-all", gap=1e-9)
    assert plan.spend[0] / data["B"] == pytest.approx(plain["share1"], rel=1e-3)


def test_reach_of_one_vehicle_follows_sainsbury(case, solve):
    data = case("sainsbury_reach")
    rating, spots = data["ratings"][0], data["spots"]
    cells = {
        "channel": ["radio"],
        "curve": "negative-exponential",
        "scale": [1.0],
        "spend_scale": [-1.0 / np.log1p(-rating)],
    }
    _, plan = solve(cells, float(spots), spend="spend-all")
    assert plan.objective == pytest.approx(1 - (1 - rating) ** spots, rel=1e-9)
    assert plan.objective == pytest.approx(data["published"]["reach"], abs=0.005)


def test_meridians_published_plan_is_no_better_than_ours(case, solve):
    """The published curves are 200 points a channel; its optimizer moved spend by at most 30 %."""
    data = case("meridian_fixed_budget_history")
    channels = data["channels"]
    now = np.array([one["non_optimized_spend"] for one in channels.values()])
    cells = pd.DataFrame(
        {
            "channel": list(channels),
            "curve": "tabulated",
            "current_spend": now,
            "lower": 0.7 * now,
            "upper": 1.3 * now,
        }
    )
    points = pd.DataFrame(
        [(name, x, y) for name, one in channels.items() for x, y in one["curve"]],
        columns=["channel", "spend", "response"],
    )
    _, plan = solve(cells, data["published"]["budget"], spend="spend-all", gap=1e-4, points=points)
    published = sum(one["optimized_outcome"] for one in channels.values())
    assert plan.status == "optimal"
    assert plan.bound >= published * (1 - 1e-4)
    assert plan.objective >= published * (1 - 1e-4)
    theirs = np.array([one["optimized_spend"] for one in channels.values()])
    assert np.abs(plan.spend - theirs).max() <= 0.03 * theirs.sum()
