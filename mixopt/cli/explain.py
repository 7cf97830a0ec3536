"""``mixopt explain``: what a config asks for, or which rules bind in a run, in words."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mixopt.cli.exit import DONE
from mixopt.cli.output import columns, show


def explain(what: Path, overrides: Sequence[str]) -> int:
    """Say in words what a config asks for, or which rules bind in a run and what they cost.

    Parameters
    ----------
    what : Path
        A config, or a run's folder.
    overrides : sequence of str
        Of a config.

    Returns
    -------
    int
        Exit code.
    """
    from mixopt.report.grid import wrapped

    lines = _run_lines(what) if what.is_dir() else _config_lines(what, overrides)
    for line in lines:
        for part in wrapped(line, columns(), " " * (len(line) - len(line.lstrip()) + 2)):
            show(part)
    return DONE


def _config_lines(config: Path, overrides: Sequence[str]) -> list[str]:
    from mixopt.config import allow_list, read_config
    from mixopt.plan.rules import budget_sentence
    from mixopt.plugin import discover
    from mixopt.problem.read import read_problem
    from mixopt.report.words import safe

    registry = discover(allow_list(config))
    problem = read_problem(read_config(config, registry, overrides=overrides, environ=os.environ), registry)
    lines = [
        f"{problem.config.name}: {problem.scope.n_cells} cells; {budget_sentence(problem.scope.budget)}."
    ]
    for plan in problem.plans.values():
        lines.append(f"{safe(plan.name)} makes the most of")
        lines += [f"  {term.weight:g} × {safe(term.name)} ({term.kind})" for term in plan.terms]
        rules = [f"  {safe(rule.name)}: {safe(rule.rule.sentence(), 300)}" for rule in plan.rules]
        rules += [
            f"  {safe(keep.name)}: {safe(keep.term.name)} is at least {keep.at_least:.4g} of {safe(keep.of)}'s"
            for keep in plan.keeps
        ]
        lines += ["  while", *rules] if rules else []
    return lines


def _run_lines(folder: Path) -> list[str]:
    from mixopt.plan import load
    from mixopt.report.words import safe

    saved = load(folder)
    lines = []
    for name, plan in saved.plans.items():
        lines.append(f"{safe(name)}: {plan.status} ({plan.reason})")
        rules = saved.rules[(saved.rules["plan"] == name) & saved.rules["binding"]]
        lines += [
            f"  {safe(str(rule['rule']))} binds at {float(rule['value']):,.6g}: giving way by one unit gains "
            f"{float(rule['shadow_price']):,.4g} {saved.currency}"
            for rule in rules.sort_values("shadow_price", ascending=False).to_dict("records")
        ]
        lines += _conflict_lines(plan.conflict)
    return lines


def _conflict_lines(conflict: Any) -> list[str]:
    from mixopt.report.words import safe

    if conflict is None:
        return []
    lines = ["  These clash:"]
    for rule in conflict["rules"]:
        alone = rule["alone"]
        way = "" if alone is None else f" (alone it must give way by {alone:,.6g} {safe(rule['unit'])})"
        lines.append(f"    {safe(rule['rule'])}: {safe(rule['sentence'], 300)}{way}")
    return lines
