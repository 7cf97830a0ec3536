"""Measures and reports: those that stand in every run, and those that the config asks for.

What nobody asked for stops no run: where it cannot be built it is left out, and the run says so.
"""

from __future__ import annotations

from typing import Any

from mixopt.config.schema import RunConfig, Section
from mixopt.plugin import Registry, ReportEntry
from mixopt.plugin.guard import GuardedReport
from mixopt.problem.build import build, lent
from mixopt.problem.faults import Faults
from mixopt.problem.problem import BoundMeasure, BoundReport
from mixopt.scope import Scope


def bind_measures(
    config: RunConfig, scope: Scope, registry: Registry, faults: Faults
) -> tuple[tuple[BoundMeasure, ...], tuple[str, ...]]:
    """Return the measures of the contrast: those that stand in every one, then those the config asks for.

    Parameters
    ----------
    config : RunConfig
    scope : Scope
    registry : Registry
    faults : Faults
        Collects what is wrong with them.

    Returns
    -------
    measures : tuple of BoundMeasure
    left_out : tuple of str
        Why measures that nobody asked for could not be built.
    """
    asked = {section.name for section in config.measures}
    bound, unasked = [], Faults()
    for name, entry in registry.entries("measure").items():
        if name in asked:
            continue
        measure = unasked.guard("", _standing, entry, scope, registry)
        bound += [measure] if measure else []
    for section in config.measures:
        measure = faults.guard(section.at, _asked_for, section, scope, registry)
        bound += [measure] if measure else []
    return tuple(bound), tuple(str(fault) for fault in unasked.found)


def _standing(entry: Any, scope: Scope, registry: Registry) -> BoundMeasure | None:
    """Return a measure that stands in every contrast, or ``None`` for one that does not."""
    settings = registry.owner("measure", entry.name).call("default", entry.default, lent(scope), watched=True)
    if settings is None:
        return None
    return _measure(entry.name, entry, settings, scope, registry, asked=False)


def _asked_for(section: Section, scope: Scope, registry: Registry) -> BoundMeasure:
    entry = registry.find("measure", section.kind)
    return _measure(section.name, entry, section.settings, scope, registry, asked=True)


def _measure(
    name: str, entry: Any, settings: Any, scope: Scope, registry: Registry, *, asked: bool
) -> BoundMeasure:
    made = build(entry, "measure", settings, scope, registry, asked=asked)
    return BoundMeasure(
        name=name,
        kind=entry.name,
        unit=entry.unit,
        better=entry.better,
        measure=made,
        term="" if asked else entry.term,
    )


def bind_reports(
    config: RunConfig, registry: Registry, faults: Faults
) -> tuple[tuple[BoundReport, ...], tuple[str, ...]]:
    """Return the reports to render: those the config lists, or all that render by default where it lists none.

    Parameters
    ----------
    config : RunConfig
    registry : Registry
    faults : Faults
        Collects what is wrong with those it lists.

    Returns
    -------
    reports : tuple of BoundReport
    left_out : tuple of str
        Why reports that nobody asked for could not be built.
    """
    if config.reports is not None:
        asked = [faults.guard(section.at, _report, section, registry) for section in config.reports]
        return tuple(report for report in asked if report), ()
    unasked = Faults()
    sections = [
        Section(kind=name, name=name, settings=entry.settings())
        for name, entry in registry.entries("report").items()
        if isinstance(entry, ReportEntry) and entry.default
    ]
    bound = [unasked.guard("", _report, section, registry) for section in sections]
    return tuple(report for report in bound if report), tuple(map(str, unasked.found))


def _report(section: Section, registry: Registry) -> BoundReport:
    entry: Any = registry.find("report", section.kind)
    owner = registry.owner("report", entry.name)
    report = GuardedReport(owner.call("build", entry.build, section.settings, watched=True), owner)
    return BoundReport(name=section.name, kind=entry.name, report=report)
