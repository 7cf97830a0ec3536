"""``mixopt.frontier``: how far to go from one plan, or one term, to another; every point with its proof."""

from __future__ import annotations

import importlib.metadata
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from mixopt.config import allow_list, read_config
from mixopt.engine import Event
from mixopt.errors import ConfigError, Fault, shown
from mixopt.pipeline import solve_plans
from mixopt.plan.certify import certify
from mixopt.plan.frontier import Frontier
from mixopt.plan.provenance import config_hash
from mixopt.plan.result import Result, make_result, refuse_reserved
from mixopt.plugin import Registry, discover, open_executor
from mixopt.problem.problem import Problem
from mixopt.problem.read import read_problem
from mixopt.report.write import run_folder, save
from mixopt.scope import Floats
from mixopt.sweep.criteria import BETWEEN, TERMS, between_plans, between_terms
from mixopt.sweep.rounds import Sweep, front_problem
from mixopt.sweep.store import Store

MOST = 1_000
SOLVERS = ("mixopt", "numpy", "scipy", "highspy")  # what may change the last digits of a point
Progress = Callable[[str, Event], None]


def frontier(
    config: str | Path | Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame] | None = None,
    *,
    between: Sequence[str] | None = None,
    terms: Sequence[str] | None = None,
    points: int = 15,
    executor: str = "serial",
    folder: str | Path | None = None,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    registry: Registry | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Frontier:
    """Find the plans between two plans, or two terms, of which none beats another by both.

    The points are the same whatever the executor and its number of workers.

    Parameters
    ----------
    config : str, Path or Mapping
        As :func:`mixopt.run`; all plans of the config are solved too.
    tables : Mapping of str to DataFrame, optional
        As :func:`mixopt.run`.
    between : sequence of two str, optional
        Two plans: the frontier is between their scores, under the rules that both have. Left out: the first and the
        last plan of the config.
    terms : sequence of two str, optional
        Two terms instead, each at weight 1, under the rules that all plans have.
    points : int
        How many, the two ends included.
    executor : str
        Where points are solved: ``serial``, ``processes``, ``processes:4``, or what a plugin adds. A script that takes
        processes needs ``if __name__ == "__main__":``.
    folder : str or Path, optional
        Where run folders lie: points are kept beside them as soon as they are done, and a sweep that was stopped goes
        on from there. Left out: nothing is kept.
    overrides : sequence of str, optional
        ``budget.total=20e6``: as ``--set`` on the command line.
    environ : Mapping of str to str, optional
        Environment to read overrides from; none is read if left out.
    registry : Registry, optional
        What kinds mean; if left out, everything installed that the config allows.
    progress : callable, optional
        ``progress(name, event)``: as :func:`mixopt.run`, then under the name ``frontier`` after every point.
    stop : threading.Event, optional
        Set it from any thread: the points found so far are returned.

    Returns
    -------
    Frontier
        Fewer points than asked for where the frontier has no more that can be told apart.

    Raises
    ------
    InputError
        With what is wrong in the config, its tables or the call.

    Examples
    --------
    >>> import pandas as pd, mixopt
    >>> cells = pd.DataFrame({
    ...     "channel": ["tv", "search"], "curve": "michaelis-menten", "scale": [300.0, 250.0],
    ...     "half_saturation": [100.0, 50.0], "later": [2.0, 0.2],
    ... })
    >>> plans = {
    ...     "now": {"objective": [{"kind": "response"}]},
    ...     "tv-first": {"objective": [{"kind": "response", "where": {"channel": "tv"}}]},
    ... }
    >>> front = mixopt.frontier(
    ...     {"mixopt": 1, "name": "two", "currency": "EUR", "budget": {"total": 100}, "data": {"cells": "cells"},
    ...      "plans": plans}, {"cells": cells}, points=5)
    >>> len(front.points), bool((front.points["gap"] < 0.01).all())
    (5, True)
    """
    _refuse(between, terms, points)
    registry = discover(allow_list(config)) if registry is None else registry
    read = read_config(config, registry, overrides=overrides, environ=environ)
    refuse_reserved(read.plans)
    problem = read_problem(read, registry, tables)
    pair = _pair(problem, between, terms)
    criteria = between_terms(problem, registry, *pair) if terms is not None else between_plans(problem, *pair)
    kind = "plans" if terms is None else "terms"
    opened = open_executor(executor, registry)
    stop = threading.Event() if stop is None else stop
    base = _base(problem, {kind: list(pair), "points": points}, progress, stop)
    with opened as running:
        sweep = Sweep(
            problem=problem,
            criteria=criteria,
            executor=running,
            here=executor == "serial",
            store=_store(folder, problem, {kind: list(pair)}),
            stop=stop,
            report=_reporter(progress),
        )
        complete, hidden = sweep.run(points, _known(base))
    return Frontier(
        kind=kind,
        between=pair,
        first=criteria.first,
        second=criteria.second,
        nested=criteria.nested,
        solves=tuple(sweep.solves) if len(sweep.solves) > 1 else (),
        left_out=criteria.left_out,
        asked=points,
        complete=complete,
        hidden=hidden,
        base=base,
        certificate=certify(front_problem(sweep), sweep.attempts) if sweep.attempts else None,
    )


def _refuse(between: Sequence[str] | None, terms: Sequence[str] | None, points: int) -> None:
    faults = []
    if between is not None and terms is not None:
        faults.append(
            Fault(
                where=TERMS, problem="plans and terms are both given", wanted=f"one of {BETWEEN} and {TERMS}"
            )
        )
    for where, names in ((BETWEEN, between), (TERMS, terms)):
        if names is not None and (isinstance(names, str) or len(names) != 2):
            faults.append(Fault(where=where, problem=f"{shown(names)} are not two names", wanted="two names"))
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= MOST:
        faults.append(
            Fault(
                where="--points",
                problem=f"{shown(points)} points",
                wanted=f"a whole number from 2 to {MOST:,}",
            )
        )
    if faults:
        raise ConfigError(*faults)


def _pair(problem: Problem, between: Sequence[str] | None, terms: Sequence[str] | None) -> tuple[str, str]:
    given = between if terms is None else terms
    if given is not None:
        return (given[0], given[1])
    names = [name for name in problem.config.plans if name in problem.plans]
    if len(names) < 2:
        raise ConfigError(
            Fault(
                where="plans",
                problem=f"the config has one plan, {shown(names[0])}",
                wanted="two plans to find a frontier between",
                hint=f"{TERMS} response NAME",
            )
        )
    return names[0], names[-1]


def _base(
    problem: Problem, asked: Mapping[str, Any], progress: Progress | None, stop: threading.Event
) -> Result:
    """Return the run of the config's own plans, under a hash that also stands for what the frontier was asked for."""
    solved = solve_plans(problem, progress=progress, stop=stop)
    attempts = [each.attempt for each in solved.values() if each.attempt is not None]
    made = {name: each.plan for name, each in solved.items()}
    result = make_result(problem, made, certificate=certify(problem, attempts), writer=save)
    return replace(result, hash=_hash(problem, asked))


def _hash(problem: Problem, asked: Mapping[str, Any]) -> str:
    return config_hash({**problem.config.document, "frontier": asked}, problem.input_hashes, problem.plans)


def _store(folder: str | Path | None, problem: Problem, asked: Mapping[str, Any]) -> Store | None:
    """Return where points are kept: a folder per config, inputs, criteria and solver, whatever the number of points."""
    if folder is None:
        return None
    versions = {name: importlib.metadata.version(name) for name in SOLVERS}
    digest = _hash(problem, {**asked, "versions": versions})
    return Store(Path(folder) / f"{run_folder(f'{problem.config.name}-frontier', digest)}.points")


def _known(base: Result) -> Iterator[Floats]:
    return (plan.spend for plan in base.plans.values() if plan.found)


def _reporter(progress: Progress | None) -> Callable[[str, int, int], None] | None:
    if progress is None:
        return None
    call = progress

    def report(name: str, done: int, asked: int) -> None:
        call(
            "frontier",
            Event(seconds=0.0, step=f"{done} of {asked} points, {name}", objective=None, bound=None),
        )

    return report
