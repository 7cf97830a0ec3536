"""Layers: defaults < file < environment < --set, and who said what."""

# ruff: noqa: E501, ISC004 - messages stand whole

from __future__ import annotations

import pytest


def test_set_replaces_by_path_index_and_name(small, read):
    config = read(
        small,
        overrides=[
            "budget.total=20e6",
            "plans.balanced.objective[0].weight=3",
            "plans.balanced.objective.money.weight = 0.5",
            "constraints[tv-contract].at_least=0",
            "constraints[1].at_most={today: 130%}",
            "plans[balanced].constraints[at least 97 % of the best return].at_least=95%",
            "solver.gap=0.1%",
        ],
    )
    assert config.budget.total == 20e6
    assert [term.weight for term in config.plans["balanced"].objective] == [3.0, 0.5]
    assert config.constraints[0].settings.at_least == 0.0
    assert config.constraints[1].settings.at_most.today == 1.3
    assert config.plans["balanced"].constraints[0].settings.at_least == 0.95
    assert config.solver.gap == 0.001
    assert config.document["budget"]["total"] == 20e6


def test_a_section_that_the_file_leaves_out_can_be_set(small, read):
    text = small.replace("solver: {gap: 1e-4, time_limit: 60s}\n", "")
    assert read(text).solver.gap == 1e-4
    assert read(text, overrides=["solver.gap=1e-3"]).solver.gap == 1e-3
    assert read(text, overrides=["solver={time_limit: 5s}"]).solver.time_limit == 5.0
    assert read(text, environ={"MIXOPT__SOLVER__TIME_LIMIT": "2 min"}).solver.time_limit == 120.0


def test_the_environment_is_read_only_where_it_is_given(small, read, monkeypatch):
    monkeypatch.setenv("MIXOPT__BUDGET__TOTAL", "1")
    assert read(small).budget.total == 12e6
    assert (
        read(small, environ={"MIXOPT__BUDGET__TOTAL": "9e6", "PATH": "/bin", "MIXOPT_HOME": "x"}).budget.total
        == 9e6
    )


def test_names_in_the_environment_ignore_case_and_punctuation(small, read):
    environ = {
        "MIXOPT__CONSTRAINTS__TV_CONTRACT__AT_LEAST": "7",
        "MIXOPT__PLANS__PURE_ROI__OBJECTIVE__0__WEIGHT": "2",
    }
    config = read(small, environ=environ)
    assert config.constraints[0].settings.at_least == 7.0
    assert config.plans["pure-roi"].objective[0].weight == 2.0


def test_set_wins_over_the_environment_and_the_last_set_over_the_first(small, read):
    config = read(
        small,
        environ={"MIXOPT__BUDGET__TOTAL": "9e6", "MIXOPT__BUDGET__RULE": "at-most"},
        overrides=["budget.total=1", "budget.total=2"],
    )
    assert (config.budget.total, config.budget.rule) == (2.0, "at-most")
    assert config.origins == {
        "budget.total": "--set budget.total",
        "budget.rule": "MIXOPT__BUDGET__RULE",
    }


def test_a_parent_that_is_set_takes_back_what_was_set_inside(small, read):
    config = read(small, overrides=["budget.total=1", "budget={total: 3}"])
    assert config.budget.total == 3.0
    assert config.origins == {"budget": "--set budget", "budget.rule": "default"}


def test_origins_name_the_defaults(read, small):
    text = (
        small.replace("name: small\n", "").replace(", time_limit: 60s", "").replace(", rule: spend-all", "")
    )
    assert read(text).origins == {"name": "default", "budget.rule": "default", "solver.time_limit": "default"}


def test_the_source_is_not_changed_by_overrides(small, read, registry):
    from mixopt.config import read_config

    document = dict(read(small).document)
    before = repr(document)
    read_config(document, registry, overrides=["budget.total=5", "constraints[0].at_least=1"])
    assert repr(document) == before


WRONG = {
    "budget.totl=5": "--set budget.totl: there is no key 'totl' here; wanted: one of total, rule; try: total",
    "budgt.total=5": "--set budgt.total: there is no 'budgt' in the config; wanted: one of mixopt, name, currency, "
    "budget, data, constraints, plans, solver, horizon, ranges; try: budget",
    "plans.balancd.objective[0].weight=5": "--set plans.balancd.objective[0].weight: there is no 'balancd' in plans; "
    "wanted: one of pure-roi, balanced; try: balanced",
    "plans.new={objective: []}": "--set plans.new: there is no 'new' in plans; wanted: one of pure-roi, balanced",
    "constraints[tv].at_least=0": "--set constraints[tv].at_least: there is no 'tv' in constraints; wanted: one of "
    "tv-contract, digital-cap",
    "constraints[7].at_least=0": "--set constraints[7].at_least: there is no '7' in constraints; wanted: one of "
    "tv-contract, digital-cap",
    "budget.total.x=0": "--set budget.total.x: there is no 'x' in budget.total; wanted: a path that exists",
    "budget.total": "--set: 'budget.total' sets nothing; wanted: path=value; try: --set budget.total=9e6",
    "=5": "--set: '=5' sets nothing; wanted: path=value; try: --set budget.total=9e6",
    "a..b=5": "--set: 'a..b=5' sets nothing; wanted: path=value; try: --set budget.total=9e6",
    "budget.total=[1": "--set budget.total: no YAML: while parsing a flow sequence; expected ',' or ']', but got the end of the file",
    "budget.total=*a": "--set budget.total: anchors and aliases are not read; try: write the value out, or use extends:",
    "budget.total=": "--set budget.total: total is empty; wanted: a number (money to allocate, in the run's currency)",
    "budget.total=0": "--set budget.total: total is 0; wanted: a number above 0 (money to allocate, in the run's currency)",
    "budget=0": "--set budget: budget is 0; wanted: a mapping (the money to allocate: {total: 12e6, rule: spend-all})",
    "budget.total=\0": "--set budget.total: control character U+0000; wanted: text; try: remove it",
    "constraints[0].at_mots=1": "--set constraints[0].at_mots: there is no key 'at_mots' here; wanted: one of at_least, "
    "at_most, equal, where, kind, name; try: at_most",
}


@pytest.mark.parametrize("setting", WRONG)
def test_a_wrong_set_is_told_whole(setting, small, faults_of):
    assert faults_of(small, overrides=[setting]) == [WRONG[setting]]


WRONG_ENVIRONMENT = {
    "MIXOPT__PLUGINS": "MIXOPT__PLUGINS: plugins cannot be set by the environment; try: unset MIXOPT__PLUGINS, and write "
    "it in the config",
    "MIXOPT__DATA__CELLS": "MIXOPT__DATA__CELLS: data cannot be set by the environment; try: unset MIXOPT__DATA__CELLS, "
    "and write it in the config",
    "MIXOPT__BUDGT__TOTAL": "MIXOPT__BUDGT__TOTAL: there is no 'budgt' in the config; wanted: one of mixopt, name, "
    "currency, budget, data, constraints, plans, solver, horizon, ranges; try: budget",
    "MIXOPT__": "MIXOPT__: names no value; wanted: a name such as MIXOPT__BUDGET__TOTAL",
    "MIXOPT__BUDGET__": "MIXOPT__BUDGET__: names no value; wanted: a name such as MIXOPT__BUDGET__TOTAL",
}


@pytest.mark.parametrize("name", WRONG_ENVIRONMENT)
def test_a_wrong_variable_is_told_whole(name, small, faults_of):
    assert faults_of(small, environ={name: "x"}) == [WRONG_ENVIRONMENT[name]]


def test_all_wrong_overrides_are_told_at_once(small, faults_of):
    told = faults_of(small, overrides=["x", "plans.y.z=1"], environ={"MIXOPT__PLUGINS": "[]"})
    assert len(told) == 3


def test_two_rules_that_a_variable_cannot_tell_apart_are_refused(small, faults_of):
    text = small.replace("name: digital-cap", "name: tv contract")
    told = faults_of(text, environ={"MIXOPT__CONSTRAINTS__TV_CONTRACT__AT_LEAST": "1"})
    assert told == [
        "MIXOPT__CONSTRAINTS__TV_CONTRACT__AT_LEAST: 'tv_contract' means more than one thing in constraints; wanted: one; "
        "try: its index"
    ]
