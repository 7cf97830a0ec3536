"""Every mistake in a config gets one line that says where, what was got, what is wanted and what to try."""

# ruff: noqa: E501, ISC004 - messages stand whole

from __future__ import annotations

import pytest

import mixopt.builtin
from mixopt.config import read_config
from mixopt.errors import ConfigError
from mixopt.plugin import registry_of

TOP = "mixopt, name, currency, budget, horizon, data, constraints, plans, measures, reports, solver, ranges, plugins"
BUDGET = "budget: {total: 12_000_000, rule: spend-all}"
TV = "{name: tv-contract, kind: spend, where: {channel: tv}, at_least: 500_000}"
CAP = "{name: digital-cap, kind: share, where: {channel: [search, social]}, at_most: 60%}"
PROFIT = "{kind: profit, name: money, where: {channel: tv}}"
MONEY = "money to allocate, in the run's currency"

MISTAKES = {
    # what: (old, new, the whole report)
    "a misspelt section": (
        "budget: {",
        "bugdet: {",
        [
            f"4:1: there is no key 'bugdet' here; wanted: one of {TOP}; try: budget",
        ],
    ),
    "a budget of 0": ("12_000_000", "0", [f"4:17: total is 0; wanted: a number above 0 ({MONEY})"]),
    "a budget below 0": ("12_000_000", "-5", [f"4:17: total is -5; wanted: a number above 0 ({MONEY})"]),
    "a budget in words": ("12_000_000", "lots", [f"4:17: total is 'lots'; wanted: a number ({MONEY})"]),
    "a budget that is true": ("12_000_000", "true", [f"4:17: total is true; wanted: a number ({MONEY})"]),
    "an infinite budget": (
        "12_000_000",
        "1e400",
        [f"4:17: total is '1e400'; wanted: a finite number of magnitude at most 1e15 ({MONEY})"],
    ),
    "a budget without total": (BUDGET, "budget: {}", [f"4:9: total is missing; wanted: {MONEY}"]),
    "a budget that is a number": (
        BUDGET,
        "budget: 5",
        ["4:9: budget is 5; wanted: a mapping (the money to allocate: {total: 12e6, rule: spend-all})"],
    ),
    "a misspelt budget rule": (
        "rule: spend-all",
        "rule: spendall",
        [
            "4:35: rule is 'spendall'; wanted: 'spend-all' or 'at-most' (at-most: money may be left); try: spend-all"
        ],
    ),
    "another version": (
        "mixopt: 1",
        "mixopt: 2",
        ["1:9: the format has version 2, this mixopt reads version 1; wanted: mixopt: 1"],
    ),
    "no version": (
        "mixopt: 1\n",
        "",
        ["1:1: mixopt is missing; wanted: the version of the format; try: mixopt: 1"],
    ),
    "a currency in lower case": (
        "GBP",
        "gbp",
        [
            "3:11: currency is 'gbp'; wanted: three upper-case letters, an ISO 4217 code such as GBP "
            "(currency of all money, ISO 4217: GBP)"
        ],
    ),
    "a path as a name": (
        "name: small",
        "name: ../../etc",
        [
            "2:7: name is '../../etc'; wanted: 1 to 64 of a–z, A–Z, 0–9, hyphen, underscore and dot, a letter or digit "
            "first (name of the run and of its folder)"
        ],
    ),
    "an unknown rule": (
        "kind: spend,",
        "kind: spned,",
        [
            "7:31: there is no rule 'spned'; wanted: one of count, keep, linear, minimum-if-active, share, spend; try: spend"
        ],
    ),
    "a term among the rules": (
        "kind: spend,",
        "kind: profit,",
        ["7:31: 'profit' is a term, not a rule; wanted: a rule; try: write it under objective:"],
    ),
    "a rule among the terms": (
        PROFIT,
        "{kind: share}",
        ["16:16: 'share' is a rule, not a term; wanted: a term; try: write it under constraints:"],
    ),
    "a kind of a plugin that is not installed": (
        PROFIT,
        "{kind: brand}",
        ["16:16: there is no term 'brand'; wanted: one of profit, response; try: pip install mixopt-brand"],
    ),
    "no kind": (
        PROFIT,
        "{name: money}",
        ["16:9: kind is missing; wanted: what a plugin registered"],
    ),
    "a term that is a text": (
        PROFIT,
        "response",
        ["16:9: 'response' is no term; wanted: a mapping such as {kind: response}"],
    ),
    "a misspelt setting": (
        "at_most: 60%",
        "at_mots: 60%",
        [
            "8:74: there is no key 'at_mots' here; wanted: one of at_least, at_most, equal, where, of, kind, name; try: at_most",
        ],
    ),
    "a limit that is true": (
        "500_000",
        "true",
        ["7:70: at_least is true; wanted: a number or a mapping (lower limit, in the rule's unit)"],
    ),
    "a misspelt today": (
        "at_least: 500_000",
        "at_least: {todya: 5%}",
        [
            "7:71: there is no key 'todya' here; wanted: one of today; try: today",
        ],
    ),
    "a limit below zero of today": (
        "at_least: 500_000",
        "at_least: {today: -5%}",
        [
            "7:78: today is '-5%'; wanted: a number of at least 0 (multiple of today's value: 130% allows 30 % more)"
        ],
    ),
    "limits that cross": (
        "at_least: 500_000",
        "at_least: 5, at_most: 3",
        ["7:5: at_least 5 is above at_most 3"],
    ),
    "a selection of true": (
        "{channel: tv}, at_least",
        "{channel: true}, at_least",
        [
            "7:45: where is a mapping with 1 key; wanted: a mapping such as {channel: tv} or {channel: [search, social]} "
            "(cells whose spend is limited; all if left out)"
        ],
    ),
    "two rules of one name": (
        "name: digital-cap",
        "name: tv-contract",
        [
            "8:5: two rules are called 'tv-contract', the first at config.yaml:7:5; wanted: a name of its own; try: name: …"
        ],
    ),
    "two terms of one kind without names": (
        PROFIT,
        "{kind: response}",
        [
            "16:9: two terms are called 'response', the first at config.yaml:15:9; wanted: a name of its own; try: name: …"
        ],
    ),
    "a plan's rule named like a shared one": (
        "name: at least 97 % of the best return",
        "name: tv-contract",
        [
            "18:9: two rules are called 'tv-contract', the first at config.yaml:7:5; wanted: a name of its own; try: name: …"
        ],
    ),
    "a rule called budget": (
        "name: tv-contract",
        "name: budget",
        ["7:12: the name 'budget' stands for the budget itself; wanted: another name"],
    ),
    "a name with a direction mark": (
        "name: tv-contract",
        'name: "tv\\u202econtract"',
        [
            "7:12: name is 'tv\\u202econtract'; wanted: 1 to 200 printable characters (what the results call it; left out: its kind)"
        ],
    ),
    "a negative weight": (
        "weight: 2.0",
        "weight: -2.0",
        [
            "15:34: weight is -2.0; wanted: a number of at least 0 (factor of the term's value; 0 measures it without "
            "rewarding it)"
        ],
    ),
    "a plan named like a reference plan": (
        "pure-roi:\n",
        "today:\n",
        ["10:3: the name 'today': every run shows a reference plan of that name; wanted: another name"],
    ),
    "a plan named like a path": (
        "pure-roi:\n",
        "a/b:\n",
        ["10:3: the name is 'a/b'; wanted: 1 to 64 letters, digits, spaces, hyphens, underscores or dots"],
    ),
    "a plan without objective": (
        "    objective:\n      - {kind: response}\n",
        "    constraints: []\n",
        [
            "11:5: the plan 'pure-roi' has no objective; wanted: at least one term; try: objective: [{kind: response}]"
        ],
    ),
    "an empty objective": (
        "    objective:\n      - {kind: response}\n",
        "    objective: []\n",
        [
            "11:16: objective is a list of 0 items; wanted: at least 1 of them (terms, summed; each in currency)"
        ],
    ),
    "an unknown parent": (
        "  balanced:\n",
        "  balanced:\n    extends: pure\n",
        ["14:14: there is no plan 'pure'; wanted: one of pure-roi, balanced; try: pure-roi"],
    ),
    "a plan that extends itself": (
        "  balanced:\n",
        "  balanced:\n    extends: balanced\n",
        ["14:14: plans extend each other in a circle: balanced → balanced"],
    ),
    "no plans": ("plans:\n", "plans: {}\nplan:\n", None),
    "a gap that is a promise of nothing": (
        "gap: 1e-4",
        "gap: 2",
        [
            "19:15: gap is 2; wanted: a number of at most 0.5 (relative gap to prove: (bound - objective) / |objective|)"
        ],
    ),
    "a gap of zero": (
        "gap: 1e-4",
        "gap: 0",
        [
            "19:15: gap is 0; wanted: a number of at least 1e-09 (relative gap to prove: (bound - objective) / |objective|)"
        ],
    ),
    "a time in parsecs": (
        "60s",
        "5 parsecs",
        [
            "19:33: time_limit is '5 parsecs'; wanted: a duration such as 60s, 2min or 1h (wall time per plan, at most 24h)"
        ],
    ),
    "a time of a week": (
        "60s",
        "168h",
        ["19:33: time_limit is '168h'; wanted: a number of at most 86400 (wall time per plan, at most 24h)"],
    ),
    "a horizon": (
        "solver:",
        "horizon: {periods: 13, start: 2027-01-04, every: week}\nsolver:",
        ["19:20: 13 periods, and this version plans one; wanted: periods: 1; try: leave horizon out"],
    ),
    "a tail": (
        "solver:",
        "horizon: {tail: 8}\nsolver:",
        [
            "19:17: a tail of periods, and this version plans one period; wanted: tail: 0; try: leave horizon out"
        ],
    ),
    "a plugin that is not installed": (
        "solver:",
        "plugins: [mixopt, mixopt-horoscope]\nsolver:",
        ["19:19: mixopt-horoscope is allowed but not installed; try: pip install mixopt-horoscope"],
    ),
    "a path that is a number": (
        "cells: cells.csv",
        "cells: 3",
        ["5:15: cells is 3; wanted: text; in quotes if it looks like something else"],
    ),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_told_whole(what, small, faults_of):
    old, new, said = MISTAKES[what]
    assert small.count(old) >= 1
    told = faults_of(small.replace(old, new, 1))
    if said is not None:
        assert told == [f"config.yaml:{line}" for line in said]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(small, faults_of):
    text = small
    for old, new in [
        ("12_000_000", "0"),
        ("kind: spend,", "kind: spned,"),
        ("at_most: 60%", "at_mots: 60%"),
        ("60s", "soon"),
    ]:
        text = text.replace(old, new)
    told = faults_of(text)
    assert [line.split(":")[1] for line in told] == ["4", "7", "8", "19"]


def test_a_dict_gets_paths_instead_of_lines(registry):
    config = {
        "budget": {"total": 0},
        "currency": "GBP",
        "plans": {"my plan": {"objective": [{"kind": "response"}, {"kind": "profit", "weight": "a lot"}]}},
        "constraints": [{"kind": "spend"}],
    }
    with pytest.raises(ConfigError) as caught:
        read_config(config, registry)
    assert str(caught.value).splitlines() == [
        f"budget.total: total is 0; wanted: a number above 0 ({MONEY})",
        "constraints[0]: give at_least, at_most or equal",
        "plans[my plan].objective[1].weight: weight is 'a lot'; wanted: a number (factor of the term's value; 0 measures "
        "it without rewarding it)",
    ]


def test_a_thousand_faults_are_counted_not_poured_out(small, faults_of):
    rules = "".join(f"  - {{name: r{i}, kind: spend, at_most: -x}}\n" for i in range(1_000))
    told = faults_of(small.replace("constraints:\n", f"constraints:\n{rules}", 1))
    assert len(told) == 51
    assert told[-1] == "config.yaml: and 950 more faults"
    assert sum(map(len, told)) < 20_000


def test_hostile_names_are_shown_harmless(small, faults_of):
    told = faults_of(small.replace("kind: spend,", 'kind: "\\e[31m\\u202espend\\n",', 1))
    assert "'\\u001b[31m\\u202espend\\u000a'" in told[0]
    assert len(told) == 1


def test_two_plugins_with_one_name_stop_the_run_that_asks_for_it(small, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(small)
    with pytest.raises(ConfigError) as caught:
        read_config(path, registry_of(("core", mixopt.builtin), ("again", mixopt.builtin)))
    assert str(caught.value).splitlines()[0] == (
        "config.yaml:7:31: rule 'spend': registered by both core and again; try: uninstall one of them, or allow only one "
        "under `plugins:`"
    )


def test_an_unknown_measure_is_told_where_it_stands(small, faults_of):
    told = faults_of(small.replace("solver:", "measures: [{kind: vibe}]\nsolver:"))
    assert len(told) == 1
    assert told[0].startswith("config.yaml:19:19: there is no measure 'vibe'")


@pytest.mark.parametrize("source", [None, 3, b"config.yaml", ["a"]])
def test_a_source_that_is_no_source_is_refused(source, registry):
    with pytest.raises(ConfigError, match="a config cannot be read from a value of type"):
        read_config(source, registry)
