"""``mixopt check --show``: what holds, and who said so."""

from __future__ import annotations

import json

import pytest

from mixopt.cli import main

PLANS = {
    "pure-roi": {"objective": [{"kind": "response"}]},
    "steady": {
        "extends": "pure-roi",
        "constraints": [{"name": "floor", "kind": "spend", "where": {"channel": "search"}, "at_least": "60"}],
    },
}


@pytest.fixture
def shown(config, capsys):
    """Return what is shown, by path: the value and where it comes from."""

    def showing(*words):
        assert main(["check", str(config(plans=PLANS)), "--show", "--json", *words]) == 0
        rows = json.loads(capsys.readouterr().out)
        return {row["path"]: (row["value"], row["from"]) for row in rows}

    return showing


def test_every_value_says_where_it_comes_from(shown, monkeypatch):
    monkeypatch.setenv("MIXOPT__BUDGET__RULE", "at-most")
    found = shown("--set", "budget.total=120")
    assert found["budget.total"] == (120.0, "--set budget.total")
    assert found["budget.rule"] == ("at-most", "MIXOPT__BUDGET__RULE")
    assert found["solver.gap"] == (1e-4, "default")
    assert found["name"][0] == "small"
    assert found["name"][1].startswith("config.json:1:")
    assert found["data.cells"][0].endswith("cells.csv")


def test_plans_that_extend_others_are_shown_whole(shown):
    found = shown()
    assert found["plans.steady.objective[response].kind"][0] == "response"
    assert found["plans.steady.objective[response].weight"][0] == 1.0
    assert found["plans.steady.constraints[floor].at_least"][0] == 60.0


def test_people_get_a_line_for_each(config, capsys):
    assert main(["check", str(config(plans=PLANS)), "--show"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:2] == ["budget.total", "100"] for line in lines)


def test_mistakes_are_told_as_ever(config, capsys):
    assert main(["check", str(config(plans=PLANS, budget=-1)), "--show"]) == 2
    assert "total is -1" in capsys.readouterr().err
