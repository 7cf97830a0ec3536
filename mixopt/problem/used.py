"""Which plugins take part in a run, and which of the kinds it uses are to go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mixopt.plugin import Provider, Registry
from mixopt.problem.problem import BoundMeasure, BoundReport, CurveTable, PlanProblem

Used = frozenset[tuple[str, str]]


def used_kinds(
    plans: Mapping[str, PlanProblem],
    measures: Iterable[BoundMeasure],
    reports: Iterable[BoundReport],
    curves: Iterable[CurveTable],
) -> Used:
    """Return every kind that a run uses.

    Parameters
    ----------
    plans : Mapping of str to PlanProblem
    measures, reports, curves : iterables of what is bound

    Returns
    -------
    frozenset of (section, name)
    """
    costs = {id(rule.cost) for plan in plans.values() for rule in plan.rules}  # terms of the rules' own
    every = [term for plan in plans.values() for term in plan.terms if id(term.term) not in costs]
    found = {("term", term.kind) for term in every}
    found |= {("rule", rule.kind) for plan in plans.values() for rule in plan.rules}
    found |= {("term", part.kind) for plan in plans.values() for keep in plan.keeps for part in keep.parts}
    found |= {("rule", "keep") for plan in plans.values() if plan.keeps}
    found |= {("measure", measure.kind) for measure in measures}
    found |= {("report", report.kind) for report in reports}
    found |= {("curve", curve.kind) for curve in curves}
    return frozenset(found)


def taking_part(used: Used, registry: Registry) -> tuple[Provider, ...]:
    """Return the providers of the kinds that a run uses, each once, in the registry's order.

    Parameters
    ----------
    used : frozenset of (section, name)
    registry : Registry

    Returns
    -------
    tuple of Provider
    """
    found = [registry.provider_of(section, name) for section, name in used]
    return tuple(provider for provider in registry.providers if provider in found)


def to_go(used: Used, registry: Registry) -> Iterator[str]:
    """Yield a sentence for every kind that a run uses and its plugin wants to take away.

    Parameters
    ----------
    used : frozenset of (section, name)
    registry : Registry

    Yields
    ------
    str
        ``term 'halo' of acme 1.2 is to go; write brand-halo instead``.
    """
    for section, name in sorted(used):
        instead = registry.find(section, name).deprecated
        if instead:
            yield f"{registry.owner(section, name)} is to go; {instead}"
