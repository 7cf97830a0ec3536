"""The main job in six hops: config, problem, model, solve, plan, result; plans that keep something come after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from mixopt.config import allow_list, read_config
from mixopt.engine import Event, Options, carried, solve
from mixopt.errors import FormulationError, SolverError
from mixopt.model.owner import blamed, owned
from mixopt.plan.certify import Attempt, certify
from mixopt.plan.make import make_plan, unreachable_plan
from mixopt.plan.plan import Plan
from mixopt.plan.references import equal_split
from mixopt.plan.result import Result, make_result, refuse_reserved
from mixopt.plugin import Registry, discover
from mixopt.problem.problem import PlanProblem, Problem
from mixopt.problem.read import read_problem
from mixopt.report.write import save

Progress = Callable[[str, Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """One plan's way through the pipeline; `attempt` is ``None`` where it could not be tried."""

    plan: Plan
    attempt: Attempt | None


def run(
    config: str | Path | Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame] | None = None,
    *,
    plans: Iterable[str] | None = None,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    registry: Registry | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Result:
    """Solve every plan of a config and return them with their proofs and their contrast.

    Nothing is printed, nothing is written, no global state is touched; safe to call from several threads at once.

    Parameters
    ----------
    config : str, Path or Mapping
        Path of a YAML or JSON file, or the document itself.
    tables : Mapping of str to DataFrame, optional
        Frames for entries under ``data:``, by name.
    plans : iterable of str, optional
        Plans to solve; those they keep something of are added. All if left out.
    overrides : sequence of str, optional
        ``budget.total=20e6``: as ``--set`` on the command line.
    environ : Mapping of str to str, optional
        Environment to read overrides from; none is read if left out.
    registry : Registry, optional
        What kinds mean; if left out, everything installed that the config allows: other plugins are not loaded.
    progress : callable, optional
        ``progress(plan, event)``, called at every improvement.
    stop : threading.Event, optional
        Set it from any thread: every plan ends with the best found so far.

    Returns
    -------
    Result

    Raises
    ------
    InputError
        With every mistake found in the config and its tables.
    FormulationError
        If a rule or term gives a model that cannot be solved exactly.

    Examples
    --------
    >>> import pandas as pd, mixopt
    >>> cells = pd.DataFrame({
    ...     "channel": ["tv", "search"], "curve": "michaelis-menten",
    ...     "scale": [300.0, 200.0], "half_saturation": [100.0, 50.0],
    ... })
    >>> plan = {"objective": [{"kind": "response"}]}
    >>> result = mixopt.run(
    ...     {"mixopt": 1, "name": "two", "currency": "EUR", "budget": {"total": 100}, "data": {"cells": "cells"},
    ...      "plans": {"pure-roi": plan}},
    ...     tables={"cells": cells},
    ... )
    >>> result.plans["pure-roi"].status
    'optimal'
    """
    registry = discover(allow_list(config)) if registry is None else registry
    read = read_config(config, registry, overrides=overrides, environ=environ)
    refuse_reserved(read.plans)
    problem = read_problem(read, registry, tables, plans=plans)
    return gathered_result(problem, solve_plans(problem, progress=progress, stop=stop))


def gathered_result(problem: Problem, solved: Mapping[str, Solved]) -> Result:
    """Return the result of a problem whose plans are solved.

    Parameters
    ----------
    problem : Problem
    solved : Mapping of str to Solved

    Returns
    -------
    Result
    """
    made = {name: each.plan for name, each in solved.items()}
    certificate = certify(problem, [each.attempt for each in solved.values() if each.attempt is not None])
    return make_result(problem, made, certificate=certificate, writer=save)


def solve_plans(
    problem: Problem,
    *,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    before: Mapping[str, Solved] | None = None,
) -> dict[str, Solved]:
    """Solve the plans of a problem in their order.

    Parameters
    ----------
    problem : Problem
    progress : callable, optional
        As :func:`run`.
    stop : threading.Event, optional
        As :func:`run`.
    before : Mapping of str to Solved, optional
        The same plans of a similar problem: where the work begins. What is found and proven does not depend on it.

    Returns
    -------
    dict of str to Solved
    """
    wishes = Options(
        gap=problem.config.solver.gap,
        time_limit=problem.config.solver.time_limit,
        memory=problem.config.solver.memory,
        stop=threading.Event() if stop is None else stop,
    )
    solved: dict[str, Solved] = {}
    for name, plan in problem.plans.items():
        options = replace(wishes, progress=_named(progress, name)) if progress else wishes
        earlier = None if before is None or name not in before else before[name].attempt
        solved[name] = _solve_plan(problem, plan, solved, options, earlier)
        if solved[name].plan.reason == "interrupted" and not wishes.stop.is_set():
            wishes = replace(wishes, stop=_over())  # Ctrl-C is meant for the run, not for one of its plans
    return solved


def _solve_plan(
    problem: Problem,
    plan: PlanProblem,
    solved: Mapping[str, Solved],
    options: Options,
    earlier: Attempt | None,
) -> Solved:
    scope, references = problem.scope, {}
    familiar = () if scope.current_spend is None else (scope.current_spend,)
    options = replace(options, known=(*options.known, *familiar, equal_split(scope)))
    for keep in plan.keeps:
        other = solved[keep.of].plan
        if other.evaluation is None:
            return Solved(plan=unreachable_plan(plan), attempt=None)
        references[keep.name] = keep.value(other.evaluation)
        options = replace(options, known=(*options.known, other.evaluation.spend))
    from mixopt.model import build_model  # noqa: PLC0415 - Pyomo is not imported for a config that is wrong

    model = build_model(problem, plan, references)
    try:
        start = None if earlier is None else carried(earlier.model.program, model.program, earlier.solution)
        solution = solve(model.program, options, start)
    except FormulationError as error:
        raise owned(error, plan) from error
    attempt = Attempt(model=model, solution=solution, references=references)
    try:
        made = make_plan(problem, plan, model, solution, options)
    except SolverError as error:
        raise blamed(error, plan) from error
    return Solved(plan=made, attempt=attempt)


def _over() -> threading.Event:
    """Return the wish to stop, of nobody but this run."""
    event = threading.Event()
    event.set()
    return event


def _named(progress: Progress, plan: str) -> Callable[[Event], None]:
    def call(event: Event) -> None:
        progress(plan, event)

    return call
