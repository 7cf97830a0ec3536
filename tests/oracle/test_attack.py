"""No feasible plan beats a bound, and nothing feasible is called infeasible: 1,600 tiny configs against an attacker."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mixopt
from mixopt.proof import read, verify, write

COUNT, GATED, CHUNK = 1500, 100, 50
FOUND = Path(__file__).parents[1] / "found"
LIE = 1e-9  # how far above a bound a feasible plan must be, as a share of it, to prove it false


@pytest.fixture(scope="module")
def registry():
    return mixopt.discover()


def solve(made, registry):
    """Return mixopt's result, or ``None`` where it says that the input cannot be."""
    tables = {"cells": pd.DataFrame(made["cells"])}
    if made["shocks"]:
        tables["shocks"] = pd.DataFrame(made["shocks"])
    try:
        return mixopt.run(made["config"], tables=tables, registry=registry)
    except mixopt.InputError:
        return None


def set_levels(puzzle, plan, result):
    """Work out what `keep` rules ask for, from mixopt's own other plan and the attacker's own term."""
    for rule in puzzle.config["plans"][plan].get("constraints", []):
        terms = puzzle.config["plans"][rule["of"]]["objective"]
        term = next(term for term in terms if term["kind"] == rule["term"])
        other = result.plans[rule["of"]]
        worth = float(puzzle.worth(term, np.array(other.spend)[None])[0])
        puzzle.levels[plan, rule["name"]] = worth - (1 - rule["at_least"]) * abs(worth)


def verified(result, registry):
    """Verify the certificate of a result, after a round trip."""

    def curves_of(kind, parameters, points):
        assert points is None
        return registry.find("curve", kind).build(parameters)

    return verify(read(write(result.certificate)), curves_of)


def lies(attacker, made, registry):
    """Yield everything about mixopt's answer that is not true."""
    puzzle = attacker.Puzzle(made["config"], made["cells"], made["shocks"])
    result = solve(made, registry)
    if result is not None:
        try:
            verified(result, registry)
        except mixopt.ProofError as error:
            yield f"the certificate is refused: {error}"
    for name in made["config"]["plans"]:
        if result is None:
            keeps = made["config"]["plans"][name].get("constraints")
            best = None if keeps else attacker.attack(puzzle, name, climb=False)
            if best is not None and best.exact:
                yield f"{name}: the input is refused, yet {best.point.tolist()} keeps every rule"
            continue
        plan = result.plans[name]
        if plan.reason == "reference":
            continue
        set_levels(puzzle, name, result)
        yield from plan_lies(attacker, puzzle, plan)


def plan_lies(attacker, puzzle, plan):
    spend = np.array(plan.spend) if plan.found else None
    best = attacker.attack(puzzle, plan.name, spend)
    if plan.status == "infeasible":
        if best is not None and best.exact:
            yield f"{plan.name}: called infeasible, yet {best.point.tolist()} keeps every rule"
        return
    if plan.found:
        missed = attacker.missed(puzzle, plan.name, spend[None])[0]
        if missed > 2e-9:
            yield f"{plan.name}: the plan misses a rule by {missed:.3g} of its size"
        value = float(attacker.objective(puzzle, plan.name, spend[None])[0])
        if abs(value - plan.objective) > LIE * max(abs(value), abs(plan.bound or 0.0)):
            yield f"{plan.name}: the plan is worth {value!r}, not {plan.objective!r}"
    if best is None or plan.bound is None:
        return
    if best.value > plan.bound + LIE * max(abs(plan.bound), abs(best.value)):
        yield f"{plan.name}: {best.point.tolist()} is worth {best.value!r}, above the bound {plan.bound!r}"


def check(attacker, made, registry, name):
    found = list(lies(attacker, made, registry))
    if found:
        FOUND.mkdir(exist_ok=True)
        path = FOUND / f"{name}.json"
        path.write_text(json.dumps(made, indent=1), encoding="utf-8")
        pytest.fail("\n".join([f"kept in {path}:", *found]))


@pytest.mark.parametrize("chunk", range(COUNT // CHUNK))
def test_no_feasible_point_beats_the_bound(attacker, instances, registry, chunk):
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        check(attacker, instances.instance(seed, attacker), registry, f"attack-{seed}")


@pytest.mark.parametrize("chunk", range(GATED // CHUNK))
def test_no_feasible_point_beats_the_bound_where_cells_may_be_off(attacker, instances, registry, chunk):
    for seed in range(10_000 + chunk * CHUNK, 10_000 + (chunk + 1) * CHUNK):
        made = instances.instance(seed, attacker, gated=True)
        check(attacker, made, registry, f"attack-{seed}")


@pytest.mark.parametrize("path", sorted(FOUND.glob("attack-*.json")), ids=lambda path: path.stem)
def test_what_was_once_found_stays_mended(attacker, registry, path):
    made = json.loads(path.read_text(encoding="utf-8"))
    assert list(lies(attacker, made, registry)) == []
