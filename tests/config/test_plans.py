"""Plans inherit, sections keep their place, and one config is one config however it is written."""

# ruff: noqa: E501, ISC004 - messages stand whole

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from ruamel.yaml import YAML

from mixopt.config import RunConfig, read_config


def test_a_config_is_read_whole(small, read, tmp_path):
    config = read(small)
    assert isinstance(config, RunConfig)
    assert (config.name, config.currency, config.budget.total, config.budget.rule) == (
        "small",
        "GBP",
        12e6,
        "spend-all",
    )
    assert config.data == {"cells": "cells.csv"}
    assert (config.folder, config.source) == (tmp_path, "config.yaml")
    assert [(rule.name, rule.kind, rule.at) for rule in config.constraints] == [
        ("tv-contract", "spend", "config.yaml:7:5"),
        ("digital-cap", "share", "config.yaml:8:5"),
    ]
    assert config.constraints[1].settings.at_most == 0.6
    assert config.constraints[1].settings.where == (("channel", ("search", "social")),)
    assert list(config.plans) == ["pure-roi", "balanced"]
    assert [(term.name, term.weight) for term in config.plans["balanced"].objective] == [
        ("response", 2.0),
        ("money", 1.0),
    ]
    assert config.plans["balanced"].at == "config.yaml:13:3"
    assert (config.solver.gap, config.solver.time_limit) == (1e-4, 60.0)
    assert config.plugins is None
    assert config.place("budget.total") == "config.yaml:4:17"
    assert config.place("nowhere") == "nowhere"


def test_yaml_json_and_dict_give_the_same_config(small, read, registry):
    from_yaml = read(small)
    document = from_yaml.document
    assert read(json.dumps(document), "config.json") == from_yaml
    assert read(json.dumps(document, indent=3), "other.yaml") == from_yaml
    assert read_config(document, registry) == from_yaml
    assert read_config(YAML(typ="safe", pure=True).load(small), registry) == from_yaml
    assert json.loads(json.dumps(document)) == document


def test_a_dict_may_hold_numpy_numbers_tuples_and_paths(small, read, registry, tmp_path):
    document = json.loads(json.dumps(read(small).document))
    document["budget"]["total"] = np.int64(12_000_000)
    document["solver"]["gap"] = np.float64(1e-4)
    document["constraints"] = tuple(document["constraints"])
    document["data"] = {"cells": tmp_path / "cells.csv"}
    config = read_config(document, registry)
    assert config.budget == read(small).budget
    assert config.constraints == read(small).constraints
    assert config.data == {"cells": str(tmp_path / "cells.csv")}
    json.dumps(config.document)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            float("nan"),
            "budget.total: nan cannot stand in a config; wanted: text, a finite number, a list or a mapping",
        ),
        (
            float("inf"),
            "budget.total: inf cannot stand in a config; wanted: text, a finite number, a list or a mapping",
        ),
        (
            b"5",
            "budget.total: a value of type bytes cannot stand in a config; wanted: text, a finite number, a list or a mapping",
        ),
        (
            10**400,
            "budget.total: a value of type int cannot stand in a config; wanted: text, a finite number, a list or a mapping",
        ),
        (
            np.array([1.0, 2.0]),
            "budget.total: a value of type ndarray cannot stand in a config; wanted: text, a finite number, a list or a mapping",
        ),
        ("\ud800", "budget.total: '\\ud800' is no text; wanted: characters of Unicode"),
    ],
)
def test_a_dict_with_what_no_file_could_say_is_refused(value, said, registry):
    from mixopt.errors import ConfigError

    with pytest.raises(ConfigError) as caught:
        read_config({"budget": {"total": value}}, registry)
    assert str(caught.value) == said


def test_a_dict_that_holds_itself_is_refused(registry):
    from mixopt.errors import ConfigError

    loop: dict[str, object] = {}
    loop["budget"] = loop
    with pytest.raises(ConfigError, match="nested more than 32 deep"):
        read_config(loop, registry)


def test_a_dict_needs_no_version_and_no_name(registry):
    config = read_config(
        {
            "currency": "EUR",
            "budget": {"total": "12_000"},
            "plans": {"a": {"objective": [{"kind": "response"}]}},
        },
        registry,
    )
    assert (config.name, config.budget.total, config.source, config.data) == ("run", 12_000.0, "config", {})
    assert config.plans["a"].objective[0].at == "plans.a.objective[0]"


def test_a_plan_inherits_the_objective_and_adds_constraints(small, read):
    text = small + ("\n")
    text = text.replace(
        "solver:",
        "  careful:\n    extends: balanced\n    constraints:\n      - {name: cap, kind: spend, at_most: 5}\n"
        "  other:\n    extends: careful\n    objective: [{kind: profit}]\nsolver:",
    )
    plans = read(text).plans
    assert plans["careful"].objective == plans["balanced"].objective
    assert [rule.name for rule in plans["careful"].constraints] == ["at least 97 % of the best return", "cap"]
    assert [term.kind for term in plans["other"].objective] == ["profit"]
    assert plans["other"].constraints == plans["careful"].constraints


def test_a_circle_of_plans_is_told_once(small, faults_of):
    plans = "".join(f"  {a}: {{extends: {b}}}\n" for a, b in zip("abc", "bca", strict=True))
    told = faults_of(small.replace("plans:\n", f"plans:\n{plans}  d: {{extends: a}}\n"))
    assert told == ["config.yaml:10:16: plans extend each other in a circle: a → b → c → a"]


def test_plans_that_differ_by_case_alone_are_refused(small, faults_of):
    told = faults_of(small.replace("balanced:", "Pure-ROI:"))
    assert told == [
        "config.yaml:13:3: the plans 'pure-roi' and 'Pure-ROI' differ by case or spaces alone; wanted: names that people "
        "can tell apart"
    ]


@pytest.mark.parametrize("name", ["Plan B", "équilibré", "計画", "2027.1", "a_b-c"])
def test_plans_may_be_called_in_any_script(name, small, read):
    assert name in read(small.replace("  balanced:", f"  {name}:")).plans


@pytest.mark.parametrize(
    "name", ["'x' * 65", "../x", "a\\b", ".hidden", "a\\nb", "", "   ", "a:b", "%", "🦊"]
)
def test_plans_may_not_be_called_what_no_file_could(name, small, faults_of):
    quoted = json.dumps("x" * 65 if "* 65" in name else name)
    assert any(
        "wanted: 1 to 64 letters" in line for line in faults_of(small.replace("  balanced:", f"  {quoted}:"))
    )


def test_a_config_pickles_and_is_frozen(small, read):
    config = read(small)
    assert pickle.loads(pickle.dumps(config)) == config
    with pytest.raises(AttributeError):
        config.name = "other"


def test_weight_zero_is_read_and_left_to_the_problem(small, read):
    assert read(small.replace("weight: 2.0", "weight: 0")).plans["balanced"].objective[0].weight == 0.0


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90.0), ("90s", 90.0), ("1.5min", 90.0), ("2 min", 120.0), ("1h", 3600.0), ("500ms", 0.5)],
)
def test_durations_read_as_written(written, seconds, small, read):
    assert read(small.replace("60s", written)).solver.time_limit == seconds


@pytest.mark.parametrize(
    "written", ["12_000_000", "12000000", "12e6", "1.2e7", "'12_000_000'", "+12e6", "12000000."]
)
def test_numbers_read_as_written(written, small, read):
    assert read(small.replace("12_000_000", written)).budget.total == 12e6


def test_what_looks_like_something_else_stays_what_was_written(small, read):
    text = small.replace(
        "{channel: tv}, at_least", "{channel: [no, off, 007, '1', 2027-01-04, NA, 1]}, at_least"
    )
    names = read(text).constraints[0].settings.where[0][1]
    assert names == ("no", "off", "007", "1", "2027-01-04", "NA")
