"""From a config to a problem: gather the tables, bind the sections, say all that is wrong at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from mixopt.config.schema import RunConfig
from mixopt.plugin import Registry
from mixopt.problem.bind import bind_plans
from mixopt.problem.faults import Faults
from mixopt.problem.gather import Gathered, gather
from mixopt.problem.problem import Problem
from mixopt.problem.standing import bind_measures, bind_reports
from mixopt.problem.used import taking_part, to_go, used_kinds


def read_problem(
    config: RunConfig,
    registry: Registry,
    tables: Mapping[str, pd.DataFrame] | None = None,
    *,
    plans: Iterable[str] | None = None,
) -> Problem:
    """Return the problem that a config and its tables state.

    Parameters
    ----------
    config : RunConfig
    registry : Registry
        What the config's sections are built from; narrowed to its allow-list.
    tables : Mapping of str to DataFrame, optional
        Frames for entries under ``data:`` that name no file.
    plans : iterable of str, optional
        Plans to solve; those they keep something of are added. All if left out.

    Returns
    -------
    Problem
        Plans in the order in which they can be solved.

    Raises
    ------
    InputError
        With every fault of the tables, or every fault of the sections.
    """
    registry = narrowed(registry, config)
    return bind_problem(config, registry, gather(config, registry, tables or {}), plans)


def narrowed(registry: Registry, config: RunConfig) -> Registry:
    """Return what a config lets take part of a registry.

    Parameters
    ----------
    registry : Registry
    config : RunConfig

    Returns
    -------
    Registry
    """
    return registry if config.plugins is None else registry.allow(config.plugins)


def bind_problem(
    config: RunConfig, registry: Registry, gathered: Gathered, plans: Iterable[str] | None = None
) -> Problem:
    """Return the problem that a config states about tables that are read already.

    Parameters
    ----------
    config : RunConfig
    registry : Registry
        Narrowed to the config's allow-list.
    gathered : Gathered
    plans : iterable of str, optional
        As :func:`read_problem`.

    Returns
    -------
    Problem

    Raises
    ------
    InputError
        With every fault of the sections.
    """
    scope, faults = gathered.scope, Faults()
    bound = bind_plans(config, scope, registry, faults, plans)
    measures, without = bind_measures(config, scope, registry, faults)
    reports, unrendered = bind_reports(config, registry, faults)
    faults.settle()
    used = used_kinds(bound, measures, reports, gathered.curve_tables)
    return Problem(
        config=config,
        scope=scope,
        curves=gathered.curves,
        uncapped=gathered.uncapped,
        curve_tables=gathered.curve_tables,
        plans=bound,
        measures=measures,
        reports=reports,
        providers=taking_part(used, registry),
        input_hashes=gathered.hashes,
        warnings=(*without, *unrendered, *to_go(used, registry)),
    )
