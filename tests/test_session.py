"""Sessions find what a run of the same config and tables finds, and change nothing of the caller's."""

import copy
import threading

import numpy as np
import pandas as pd
import pytest

import mixopt
from mixopt.cli.verify import curves_of
from mixopt.proof import verify_run


def cells_table(n=8, seed=3):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "channel": [f"c{k % 4}" for k in range(n)],
            "segment": [f"s{k // 4}" for k in range(n)],
            "region": ["north" if k % 3 else "south" for k in range(n)],
            "curve": "hill",
            "scale": rng.uniform(50, 200, n),
            "half_saturation": rng.uniform(20, 60, n),
            "slope": rng.uniform(0.8, 1.6, n),
            "current_spend": rng.uniform(5, 30, n),
        }
    )


DOCUMENT = {
    "mixopt": 1,
    "name": "play",
    "currency": "EUR",
    "budget": {"total": 200.0},
    "data": {"cells": "cells"},
    "constraints": [{"name": "floor", "kind": "spend", "where": {"channel": "c1"}, "at_least": 20}],
    "plans": {
        "pure": {"objective": [{"kind": "response"}]},
        "balanced": {
            "objective": [
                {"kind": "response"},
                {"kind": "diversification", "over": "channel", "measure": "hhi", "price": 200},
            ],
            "constraints": [
                {"name": "kept", "kind": "keep", "term": "response", "of": "pure", "at_least": "95%"}
            ],
        },
        "child": {"extends": "balanced"},
    },
}


def opened(**changes):
    return mixopt.open(DOCUMENT | changes, tables={"cells": cells_table()})


def same(warm, cold):
    """Compare two results as intervals [objective, bound]."""
    assert list(warm.plans) == list(cold.plans)
    for name, plan in warm.plans.items():
        other = cold.plans[name]
        assert plan.status == other.status
        if plan.found:
            slack = 1e-9 * max(1.0, abs(other.bound))
            assert plan.objective <= other.bound + slack
            assert other.objective <= plan.bound + slack
            assert plan.gap <= 1e-4


def cold(session, **budget):
    document = session.document
    document["budget"].update(budget)
    cells = cells_table()
    now = session.cells
    for side in ("lower", "upper"):
        if not (now[side] == (0.0 if side == "lower" else 200.0)).all():
            cells[side] = now[side]
    return mixopt.run(document, tables={"cells": cells})


CHANGES = {
    "nothing": lambda one: one,
    "a lock": lambda one: one.lock(channel="c2", spend=35),
    "two locks": lambda one: one.lock(channel="c2", spend=35).lock({"region": ["south"]}, spend=80),
    "today's spend": lambda one: one.lock(channel=["c0", "c3"]),
    "bounds": lambda one: one.bounds(segment="s1", lower=5, upper=np.linspace(40, 70, 4)),
    "a weight": lambda one: one.weight("diversification", 3),
    "no weight": lambda one: one.weight("response", 0.0, plan="child").weight("response", 2, plan="pure"),
    "all": lambda one: (
        one.lock(channel="c2", spend=35).bounds(channel="c0", lower=3).weight("diversification", 0.5)
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_session_finds_what_a_run_finds(change):
    session = opened()
    session.solve()
    same(CHANGES[change](session).solve(), cold(session))


@pytest.mark.parametrize("seed", range(6))
def test_any_walk_of_changes_ends_where_a_run_of_its_document_ends(seed):
    rng = np.random.default_rng(seed)
    session = opened()
    for step in range(4):
        kind = rng.integers(4)
        if kind == 0:
            session.lock(channel=f"c{rng.integers(4)}", spend=float(rng.uniform(20, 50)))
        elif kind == 1:
            low = float(rng.uniform(0, 5))
            session.bounds(channel=f"c{rng.integers(4)}", lower=low, upper=low + float(rng.uniform(30, 90)))
        elif kind == 2:
            session.weight("diversification", float(rng.uniform(0.1, 4)))
        else:
            session.unlock()
        if step % 2:
            session.solve(budget=float(rng.uniform(150, 250)))
    budget = float(rng.uniform(150, 250))
    now = session.cells
    cells = cells_table()
    uncapped = (now["upper"] == 200.0).to_numpy()
    cells["lower"] = now["lower"]
    cells["upper"] = now["upper"].where(~uncapped, budget)
    document = session.document
    document["budget"]["total"] = budget
    same(session.solve(budget=budget), mixopt.run(document, tables={"cells": cells}))


def test_a_budget_is_for_one_solve_and_lifts_bounds_that_were_the_budget():
    session = opened()
    more = session.solve(budget=260)
    assert more.plans["pure"].spend.sum() == pytest.approx(260)
    assert (more.problem.scope.upper == 260).all()
    assert session.solve().plans["pure"].spend.sum() == pytest.approx(200)
    same(more, cold(session, total=260))


def test_the_callers_tables_and_config_stay_as_they_are():
    document, cells = copy.deepcopy(DOCUMENT), cells_table()
    before = cells.copy()
    session = mixopt.open(document, tables={"cells": cells})
    session.lock(channel="c1", spend=30).bounds(lower=1).weight("response", 2).solve(budget=190)
    session.document["plans"].clear()
    own = session.cells
    own["lower"] = -1.0
    assert document == DOCUMENT
    pd.testing.assert_frame_equal(cells, before)
    assert (session.cells["lower"] == 1.0).all()


def test_reset_is_undo():
    session = opened()
    first = session.solve()
    session.lock(channel="c1", spend=100).bounds(lower=1).weight("response", 2).solve()
    again = session.reset().solve()
    assert session.document == first.problem.config.document
    assert again.hash == first.hash
    same(again, first)


def test_a_lock_holds_and_is_taken_back():
    session = opened().lock(channel="c1", spend=33)
    plan = session.solve().plans["balanced"]
    assert plan.evaluation.by(plan.spend, "channel")["c1"] == pytest.approx(33, abs=1e-6)
    assert "lock: channel c1" in plan.rules["rule"].tolist()
    session.unlock(channel="c1")
    assert "constraints" in session.document
    assert [rule["name"] for rule in session.document["constraints"]] == ["floor"]


def test_locks_that_clash_are_told_by_name():
    plan = opened().lock(channel="c1", spend=150).lock(channel="c2", spend=150).solve().plans["pure"]
    assert plan.status == "infeasible"
    assert "lock: channel c1" in str(plan.conflict)


def test_a_spend_is_judged_by_terms_and_rules_without_a_solve():
    session = opened()
    spend = np.full(8, 25.0)
    judged = session.evaluate(spend)
    assert judged.name == "pure"
    assert judged.kept
    assert judged.bound is None
    assert judged.behind is None
    assert judged.objective == pytest.approx(judged.evaluation.returns.sum())
    plan = session.solve().plans["pure"]
    judged = session.evaluate(plan.spend)
    assert judged.kept
    assert judged.objective == pytest.approx(plan.objective)
    assert 0 <= judged.behind <= 1e-4
    assert session.evaluate(spend).behind > 0
    assert not session.evaluate(spend * 1.01).kept
    assert not session.lock(channel="c2", spend=1).evaluate(spend).kept
    assert session.evaluate(spend).bound is None, "the bound was proven for other rules"


def test_a_keep_rule_judges_too():
    session = opened()
    rules = session.evaluate(np.full(8, 25.0), plan="balanced").rules
    kept = dict(zip(rules["rule"], rules["kept"], strict=True))
    spend = session.solve().plans["pure"]
    expected = spend.evaluation.returns.sum() * 0.95
    assert kept["kept"] == (session.evaluate(np.full(8, 25.0)).objective >= expected)


def test_a_table_of_spends_is_aligned_by_key():
    session = opened()
    spend = np.linspace(10, 40, 8)
    frame = session.cells[["channel", "segment"]].assign(spend=spend).iloc[::-1]
    assert session.evaluate(frame).evaluation.spend.tolist() == spend.tolist()
    for wrong in (
        frame.iloc[1:],
        frame.assign(channel="c9"),
        frame.drop(columns="spend"),
        frame.assign(segment="s0"),
    ):
        with pytest.raises(mixopt.InputError, match="spends"):
            session.evaluate(wrong)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda s: s.lock(channel="c9", spend=1), "no cell has channel 'c9'"),
        (lambda s: s.lock(channel="c1", spend=-1), "spend: '-1' is not a finite number of at least 0"),
        (lambda s: s.lock(channel="c1", spend=True), "is not a finite number"),
        (lambda s: s.unlock(channel="c1"), "not locked"),
        (lambda s: s.bounds(channel="c1", lower=9, upper=2), "lower 9 of cell 2 is above its upper 2"),
        (lambda s: s.bounds(channel="c1", lower=[1, 2, 3]), "does not fit 2 cells"),
        (lambda s: s.weight("respnse", 1), "no plan has a term 'respnse'"),
        (lambda s: s.weight("response", -1), "is not a finite number of at least 0"),
        (lambda s: s.weight("diversification", 0), "weight 0 on term"),
        (lambda s: s.solve(budget=0), "budget.total"),
        (lambda s: s.solve(budget=float("nan")), "budget"),
        (lambda s: s.evaluate(np.ones(3)), "one spend per cell: \\(8,\\)"),
        (lambda s: s.evaluate(np.full(8, -1.0)), "at least 0"),
        (lambda s: s.evaluate(np.ones(8), plan="nobody"), "there is no plan 'nobody'"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_and_not_kept(call, said):
    session = opened()
    before = session.document
    with pytest.raises(mixopt.InputError, match=said):
        call(session)
    assert session.document == before
    assert (session.cells["lower"] == 0).all()


def test_a_run_of_a_session_is_saved_loaded_and_verified(tmp_path):
    result = opened().lock(channel="c1", spend=33).bounds(channel="c0", lower=2).solve(budget=220)
    folder = result.save(tmp_path)
    assert mixopt.load(folder).plans["pure"].status == "optimal"
    assert verify_run(folder, curves_of).plans


def test_many_threads_on_one_session_find_what_one_does():
    session = opened(plans={"pure": DOCUMENT["plans"]["pure"]})
    budgets = [150.0 + 10 * k for k in range(8)]
    expected = {
        b: mixopt.run(session.document | {"budget": {"total": b}}, {"cells": cells_table()}) for b in budgets
    }
    found, errors = {}, []

    def work(budget):
        try:
            found[budget] = session.solve(budget=budget)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work, args=(budget,)) for budget in budgets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    for budget in budgets:
        same(found[budget], expected[budget])


def test_every_public_method_of_a_session_is_documented():
    public = [name for name in vars(mixopt.Session) if not name.startswith("_")]
    assert {"solve", "lock", "unlock", "bounds", "weight", "evaluate", "reset"} <= set(public)
    assert all(getattr(mixopt.Session, name).__doc__ for name in public)
