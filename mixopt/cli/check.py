"""``mixopt check``: whether the config is right, the tables fit it, and a plan exists."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mixopt.cli.exit import DONE, code_of
from mixopt.cli.output import results_only, show, show_json
from mixopt.cli.work import finish

LOOSE = "solver.gap=0.5"  # any plan will do, unless another plan keeps a share of its best


def show_resolved(config: Path, overrides: Sequence[str], *, as_json: bool) -> int:
    """Show what a config resolves to, without reading its tables.

    Parameters
    ----------
    config : Path
    overrides : sequence of str
    as_json : bool

    Returns
    -------
    int
        Exit code.
    """
    from mixopt.cli.resolved import resolved
    from mixopt.report.grid import pad
    from mixopt.report.words import safe

    with results_only():
        rows = resolved(config, overrides)
    if as_json:
        show_json([{"path": path, "value": value, "from": origin} for path, value, origin in rows])
        return DONE
    said = [(safe(path, 120), safe(_said(value), 200), origin) for path, value, origin in rows]
    widths = [min(max(len(row[k]) for row in said), limit) for k, limit in ((0, 64), (1, 48))]
    show("\n".join(f"{pad(a, widths[0])}  {pad(b, widths[1])}  {safe(c, 120)}".rstrip() for a, b, c in said))
    return DONE


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def check(config: Path, plans: Sequence[str], overrides: Sequence[str], *, as_json: bool, quiet: bool) -> int:
    """Check a config and its tables, and say of every plan whether one exists.

    Parameters
    ----------
    config : Path
    plans : sequence of str
        All if empty.
    overrides : sequence of str
    as_json, quiet : bool

    Returns
    -------
    int
        Exit code.
    """
    from mixopt.config import allow_list, read_config
    from mixopt.pipeline import solve_plans
    from mixopt.plan.result import refuse_reserved
    from mixopt.plugin import discover
    from mixopt.problem.read import read_problem

    def work(progress: Any, stop: Any) -> tuple[Any, dict[str, Any]]:
        registry = discover(allow_list(config))
        read = read_config(config, registry, overrides=overrides, environ=os.environ)
        refuse_reserved(read.plans)
        if not any(section.kind == "keep" for plan in read.plans.values() for section in plan.constraints):
            read = read_config(config, registry, overrides=[*overrides, LOOSE], environ=os.environ)
        problem = read_problem(read, registry, plans=plans or None)
        solved = solve_plans(problem, progress=progress, stop=stop)
        return problem, {name: each.plan for name, each in solved.items()}

    with results_only():
        problem, found = finish(work, quiet=quiet)
    if as_json:
        show_json(_document(problem, found))
    else:
        show("\n".join(_lines(problem, found)))
    return code_of(plan.status for plan in found.values())


def _document(problem: Any, found: dict[str, Any]) -> dict[str, Any]:
    from mixopt.report.summary import conflict_document

    return {
        "name": problem.config.name,
        "cells": problem.scope.n_cells,
        "plans": {
            name: {
                "exists": plan.found,
                "status": plan.status,
                "conflict": None if plan.conflict is None else conflict_document(plan.conflict),
            }
            for name, plan in found.items()
        },
    }


def _lines(problem: Any, found: dict[str, Any]) -> list[str]:
    from mixopt.report.coin import Coin
    from mixopt.report.no_plan import no_plan
    from mixopt.report.numbers import exact_money
    from mixopt.report.story import side
    from mixopt.report.words import safe

    scope = problem.scope
    coin = Coin(scope.currency, scope.budget.total)
    kinds = ", ".join(sorted({table.kind for table in problem.curve_tables}))
    lines = [
        f"{problem.config.source}: the config and its tables are right",
        f"  {scope.n_cells} cells: {len(scope.names('channel'))} channels, {len(scope.names('segment'))} segments",
        f"  curves: {kinds}",
        f"  budget {exact_money(scope.budget.total, coin)}, {scope.budget.rule}",
    ]
    for name, plan in found.items():
        if plan.found:
            lines.append(f"{safe(name)}: a plan exists")
        else:
            lines += [
                f"{safe(name)}: {line}" if k == 0 else line
                for k, line in enumerate(no_plan(side(plan), coin))
            ]
    return lines
