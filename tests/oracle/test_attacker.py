"""The attacker is worth its name: it finds known optima, reads sentences exactly, and catches a bound that lies."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

CELLS = [
    {
        "channel": "tv",
        "segment": "all",
        "curve": "michaelis-menten",
        "scale": 300.0,
        "half_saturation": 100.0,
    },
    {
        "channel": "search",
        "segment": "all",
        "curve": "michaelis-menten",
        "scale": 200.0,
        "half_saturation": 50.0,
    },
]


def puzzle_of(attacker, *rules, rule="spend-all", objective=({"kind": "response"},)):
    config = {"budget": {"total": 100.0, "rule": rule}, "constraints": list(rules)}
    return attacker.Puzzle({**config, "plans": {"plan": {"objective": list(objective)}}}, CELLS, [])


def test_it_finds_an_optimum_known_by_algebra(attacker):
    """√(w k) / (k + x) is the same for both: x = (√(w₁k₁) (B + k₂) - √(w₂k₂) k₁) / (√(w₁k₁) + √(w₂k₂))."""
    best = attacker.attack(puzzle_of(attacker), "plan")
    first, second = np.sqrt(300.0 * 100.0), np.sqrt(200.0 * 50.0)
    spend = (first * 150.0 - second * 100.0) / (first + second)
    value = 300 * spend / (100 + spend) + 200 * (100 - spend) / (150 - spend)
    assert best.value == pytest.approx(value, rel=1e-12)
    assert best.point == pytest.approx([spend, 100 - spend], rel=1e-5)
    assert best.exact


def test_it_climbs_along_a_rule(attacker):
    cap = {"kind": "share", "where": {"channel": "tv"}, "at_most": 0.3}
    best = attacker.attack(puzzle_of(attacker, cap), "plan")
    assert best.point == pytest.approx([30, 70], abs=1e-6)


def test_it_leaves_money_where_that_is_better(attacker):
    puzzle = puzzle_of(attacker, rule="at-most", objective=[{"kind": "profit"}])
    puzzle.config["budget"]["total"] = 1000.0
    best = attacker.attack(puzzle, "plan")
    assert best.point == pytest.approx([np.sqrt(300 * 100) - 100, np.sqrt(200 * 50) - 50], rel=1e-5)


def test_it_reads_sentences_exactly(attacker):
    third = {"kind": "share", "where": {"channel": "tv"}, "at_most": 1 / 3}
    puzzle = puzzle_of(attacker, third)
    exactly = Fraction(1 / 3) * 100
    hair = Fraction(1, 10**30)
    assert attacker.keeps_every_sentence(puzzle, "plan", [exactly, 100 - exactly])
    assert not attacker.keeps_every_sentence(puzzle, "plan", [exactly + hair, 100 - exactly - hair])
    assert not attacker.keeps_every_sentence(puzzle, "plan", [exactly, 100 - exactly - hair])


def test_it_finds_nothing_where_nothing_fits(attacker):
    clash = [{"kind": "spend", "where": {"channel": name}, "at_least": 50.1} for name in ("tv", "search")]
    assert attacker.attack(puzzle_of(attacker, *clash), "plan") is None


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("hill", {"half_saturation": 10.0, "slope": 2.0}),
        ("negative-exponential", {"spend_scale": 10.0}),
        ("tanh", {"spend_scale": 10.0}),
        ("logistic", {"midpoint": 10.0, "spend_scale": 3.0}),
        ("power", {"exponent": 0.5}),
        ("log", {"spend_scale": 10.0}),
        ("linear", {}),
    ],
)
def test_its_curves_start_at_nothing_and_rise(attacker, kind, cell):
    found = attacker.response({"curve": kind, "scale": 5.0, **cell}, np.linspace(0, 40, 200))
    assert found[0] == 0.0
    assert (np.diff(found) > 0).all()


def plan(**changes):
    spend = np.array([50.0, 50.0])
    value = 300 * 50 / 150 + 200 * 50 / 100
    known = {
        "name": "plan",
        "found": True,
        "status": "optimal",
        "spend": spend,
        "objective": value,
        "bound": 203.0,
    }
    return SimpleNamespace(**{**known, **changes})


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, None),
        ({"bound": 200.5}, "above the bound"),
        ({"objective": 200.001}, "is worth"),
        ({"spend": np.array([50.0, 50.1])}, "misses a rule"),
        ({"status": "infeasible", "found": False, "bound": None}, "called infeasible"),
        ({"status": "no-plan", "found": False, "bound": None}, None),
    ],
)
def test_it_catches_every_lie(attacker, lies, changes, word):
    found = list(lies.plan_lies(attacker, puzzle_of(attacker), plan(**changes)))
    assert bool(found) == bool(word)
    assert word is None or word in found[0]
