"""What a terminal shows: every width, any number of plans, hostile names, no colour unless asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len

from mixopt.plan import make_plan, make_result, unreachable_plan
from mixopt.report.grid import blocks, grid, wrapped
from mixopt.report.terminal import terminal
from mixopt.report.words import listed, measure_label, safe, size_word, spoken


@pytest.mark.parametrize("columns", [40, 59, 60, 80, 100, 140])
def test_no_line_of_the_words_and_tables_is_wider_than_the_terminal(pair, columns):
    _, result = pair
    for line in terminal(result, columns=columns).splitlines():
        assert cell_len(line) <= columns


def test_a_wide_terminal_shows_all_columns_and_a_narrow_one_leaves_the_equal_split_out(pair):
    _, result = pair
    assert "Today   Equal split   ● Pure ROI   ◆ Balanced   Difference" in terminal(result, columns=100)
    assert "Equal split" not in terminal(result, columns=80)
    assert "| Today   ● Pure ROI   ◆ Balanced   Difference" in terminal(result, columns=80)


def test_below_sixty_columns_every_measure_is_a_block(pair):
    _, result = pair
    lines = terminal(result, columns=50).splitlines()
    at = lines.index("ROI")
    assert lines[at + 1].split() == ["|", "Today", "1.77"]
    assert lines[at + 4].split() == ["Difference", "−0.14"]


def test_plain_text_has_no_escapes_and_colour_changes_no_word(pair):
    _, result = pair
    plain = terminal(result)
    assert "\x1b" not in plain
    colored = terminal(result, color=True)
    assert "\x1b[1m" in colored
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m"):
        colored = colored.replace(code, "")
    assert colored == plain


def test_what_is_proven_stands_under_the_measures(pair):
    text = terminal(pair[1])
    row = next(line for line in text.splitlines() if line.startswith("At most missing"))
    assert row.split() == ["At", "most", "missing", "£0.002", "£0.004", "proven"]


def test_a_tie_is_marked(world, sections):
    w = world({"a": ([sections.response()], []), "b": ([sections.response()], [])})
    best = w.best()
    spends = {"a": best, "b": best + np.array([1.0, -1.0, 0.0, 0.0])}
    plans = {
        name: make_plan(w.problem, w.plan(name), w.model(name), replace(w.solution(spend, name), bound=182.0))
        for name, spend in spends.items()
    }
    text = terminal(make_result(w.problem, plans), columns=120)
    row = next(line for line in text.splitlines() if line.startswith("Return "))
    assert "≈ −£" in row


def test_three_plans_have_a_column_each_and_no_difference(world, sections):
    names = ["pure-roi", "balanced", "third"]
    w = world({name: ([sections.response()], []) for name in names})
    spends = [w.best(), np.array([40.0, 40.0, 20.0, 0.0]), np.full(4, 25.0)]
    plans = {
        name: make_plan(w.problem, w.plan(name), w.model(name), w.solution(spend, name))
        for name, spend in zip(names, spends, strict=True)
    }
    text = terminal(make_result(w.problem, plans), columns=120)
    assert "● Pure ROI   ◆ Balanced   ■ Third" in text
    assert "Difference" not in text
    assert "Balanced returns" in text
    assert "Third returns" in text


def test_one_plan_alone_is_compared_with_today(world):
    w = world()
    result = make_result(
        w.problem, {"pure-roi": make_plan(w.problem, w.plan(), w.model(), w.solution(w.best()))}
    )
    text = terminal(result)
    assert text.startswith("Pure ROI returns £4.83 (2.7%) more than today.\n")
    assert "From today to Pure ROI, money leaves tv £7.76; it goes to search £7.76." in text
    assert "Return given up" not in text
    assert text.count("more than today") == 1


def test_a_plan_that_was_not_found_is_told_and_the_other_is_shown(pair):
    w, result = pair
    plans = {**result.plans, "balanced": unreachable_plan(w.plan("balanced"))}
    text = terminal(make_result(w.problem, plans))
    assert text.startswith("No Balanced was found.\n")
    assert "Balanced keeps a share of another plan" in text
    assert "£182" in text


def test_a_result_without_any_plan_shows_the_references(world):
    w = world()
    text = terminal(make_result(w.problem, {"pure-roi": unreachable_plan(w.plan())}))
    assert "No Pure ROI was found." in text
    assert "Equal split" in text


def test_many_channels_are_cut_to_the_largest_and_the_rest_adds_up(world):
    w = world()
    n = 30
    scope = w.problem.scope
    import pandas as pd

    from mixopt.curves import Curves, MichaelisMenten

    cells = pd.DataFrame({"channel": [f"c{k:02d}" for k in range(n)], "segment": "all", "curve": "x"})
    many = replace(
        scope,
        cells=cells,
        value=np.ones(n),
        lower=np.zeros(n),
        upper=np.full(n, 100.0),
        current_spend=np.full(n, 100.0 / n),
        weights={},
    )
    curves = Curves((("x", np.arange(n), MichaelisMenten(np.full(n, 10.0), np.full(n, 5.0))),))
    problem = replace(w.problem, scope=many, curves=curves)
    spend = np.linspace(1.0, 2.0, n)
    spend *= 100.0 / spend.sum()
    term = replace(
        problem.plans["pure-roi"].terms[0],
        term=type(problem.plans["pure-roi"].terms[0].term)(
            problem.plans["pure-roi"].terms[0].term.settings, many
        ),
    )
    problem = replace(problem, plans={"pure-roi": replace(problem.plans["pure-roi"], terms=(term,))})
    from mixopt.model import build_model
    from mixopt.plan.references import evaluate

    model = build_model(problem, problem.plans["pure-roi"], {})
    value = float(evaluate(many, curves, spend).returns.sum())
    solution = replace(
        w.solution(w.best()), spend=spend, objective=value, bound=value, prices=np.zeros(len(model.rows))
    )
    result = make_result(
        problem, {"pure-roi": make_plan(problem, problem.plans["pure-roi"], model, solution)}
    )
    lines = terminal(result, columns=120).splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("Spend  ") and "Today" in line)
    rows = lines[start + 1 : start + 22]
    assert rows[0].startswith("c29")
    assert rows[-1].startswith("Other (10)")
    others = spend[np.argsort(spend)[:10]].sum()
    assert rows[-1].split()[-1] == f"£{others:.1f}"


def test_hostile_names_cannot_write_to_the_terminal(world, sections):
    name = "\x1b[31mred\u202e\n" + "x" * 100
    w = world({name: ([sections.response("t\x07")], [sections.spend("r\x1b]0;title\x07", at_least=1)])})
    cells = w.problem.scope.cells.copy()
    cells["channel"] = ["\x1b[2J", "a\tb", "c\rd", "\u200bzero"]
    problem = replace(w.problem, scope=replace(w.problem.scope, cells=cells))
    plan = make_plan(problem, w.plan(name), w.model(name), w.solution(w.best(), name))
    text = terminal(make_result(problem, {name: plan}), columns=120)
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_wide_characters_keep_the_columns_straight():
    lines = grid(("", "値段"), [("テレビ", "1"), ("tv", "22")])
    assert len({cell_len(line) for line in lines}) == 1
    assert blocks(("", "値段", "x"), [("tv", "1", "")]) == ["tv", "  値段  1"]


def test_a_word_that_is_too_long_stands_alone():
    assert wrapped("a bbbbbbbbbb c", 5, "  ") == ["a", "  bbbbbbbbbb", "  c"]
    assert wrapped("", 5) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pure-roi", "Pure ROI"),
        ("uk_tv plan", "Uk TV plan"),
        ("Plan B", "Plan B"),
        ("-", "-"),
        ("x\x00y", "X�y"),
    ],
)
def test_plans_are_named_as_people_write_them(name, said):
    assert spoken(name) == said


def test_words_for_lists_sizes_and_measures():
    assert [listed(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [size_word(x) for x in (0.004, -0.019, 0.04, 0.14, 0.2)] == [
        "about the same",
        "slightly",
        "somewhat",
        "clearly",
        "far",
    ]
    assert measure_label("marginal-roi-min", "£1") == "Next £1 returns, lowest"
    assert measure_label("effective-number", "£1") == "Effective number"
    assert safe("a" * 50) == "a" * 39 + "…"
