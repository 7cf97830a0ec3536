"""Settings become terms and rules: every section of the config is built against the scope, all faults at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import Any

from mixopt.config.schema import PlanConfig, RunConfig, Section
from mixopt.errors import ConfigError, Fault, shown
from mixopt.plugin import ConcaveTerm, Registry, TermEntry
from mixopt.problem.build import build
from mixopt.problem.faults import Faults
from mixopt.problem.problem import BoundRule, BoundTerm, Keep, PlanProblem
from mixopt.scope import Scope

KEEP = "keep"


def bind_term(section: Section, scope: Scope, registry: Registry) -> BoundTerm:
    """Return one term, built.

    Parameters
    ----------
    section : Section
    scope : Scope
    registry : Registry

    Returns
    -------
    BoundTerm

    Raises
    ------
    InputError
        If its settings do not fit the scope, or a concave term has weight 0.
    """
    term = build(registry.find("term", section.kind), "term", section.settings, scope, registry)
    concave = isinstance(term, ConcaveTerm)
    if section.weight < 0 or (concave and section.weight == 0):
        raise ConfigError(
            Fault(
                where=section.at,
                problem=f"weight {section.weight:g} on term '{section.name}'",
                wanted="a weight above 0: a term is rewarded, never punished",
                hint="leave the term out to give it no say; it is then not evaluated either",
            )
        )
    return BoundTerm(name=section.name, kind=section.kind, weight=section.weight, term=term, at=section.at)


def bind_rule(section: Section, scope: Scope, registry: Registry) -> BoundRule:
    """Return one rule, built.

    Parameters
    ----------
    section : Section
    scope : Scope
    registry : Registry

    Returns
    -------
    BoundRule

    Raises
    ------
    InputError
        If its settings do not fit the scope.
    """
    rule = build(registry.find("rule", section.kind), "rule", section.settings, scope, registry)
    return BoundRule(name=section.name, kind=section.kind, rule=rule, at=section.at, cost=rule.cost())


def bind_plans(
    config: RunConfig, scope: Scope, registry: Registry, faults: Faults, only: Iterable[str] | None = None
) -> dict[str, PlanProblem]:
    """Return the plans in an order in which they can be solved.

    Parameters
    ----------
    config : RunConfig
    scope : Scope
    registry : Registry
    faults : Faults
        Collects what is wrong with them.
    only : iterable of str or None
        Plans asked for; those they keep something of are added. All if ``None``.

    Returns
    -------
    dict of str to PlanProblem
    """
    order = _order(config, faults, None if only is None else list(only))
    shared = [
        rule
        for section in config.constraints
        if (rule := faults.guard(section.at, _bind_shared, section, scope, registry))
    ]
    terms = {
        plan.name: [
            term
            for section in plan.objective
            if (term := faults.guard(section.at, bind_term, section, scope, registry))
        ]
        for plan in config.plans.values()
    }
    for plan in config.plans.values():
        _check_excluded(plan, terms[plan.name], registry, faults)
    if faults.found:
        return {}
    plans = {}
    for name in order:
        plan = config.plans[name]
        rules = list(shared)
        keeps = []
        for section in plan.constraints:
            if section.kind == KEEP:
                keep = faults.guard(section.at, _bind_keep, section, name, terms, scope, registry)
                keeps += [keep] if keep else []
            else:
                rule = faults.guard(section.at, bind_rule, section, scope, registry)
                rules += [rule] if rule else []
        plans[name] = PlanProblem(
            name=name,
            terms=(*terms[name], *_costs(rules)),
            rules=tuple(rules),
            keeps=tuple(keeps),
            at=plan.at,
        )
    return plans


def _costs(rules: list[BoundRule]) -> Iterable[BoundTerm]:
    """Yield what keeping the rules costs, as terms of weight 1."""
    for rule in rules:
        cost: Any = rule.cost
        if cost is not None:
            yield BoundTerm(name=f"cost of {rule.name}", kind=rule.kind, weight=1.0, term=cost, at=rule.at)


def _check_excluded(plan: PlanConfig, terms: list[BoundTerm], registry: Registry, faults: Faults) -> None:
    """Note every pair of rewarded terms of which one says that it counts the other's money."""
    kinds = {term.kind: term for term in terms if term.weight > 0}
    for term in kinds.values():
        entry = registry.find("term", term.kind)
        assert isinstance(entry, TermEntry)
        for other in entry.excludes:
            if other in kinds and not (_excludes(registry, other, term.kind) and other < term.kind):
                faults.add(
                    term.at,
                    f"plan '{plan.name}' rewards both '{term.name}' and '{kinds[other].name}',"
                    " which count the same money",
                    "one of them",
                    "leave one of them out",
                )


def _excludes(registry: Registry, kind: str, other: str) -> bool:
    entry = registry.find("term", kind)
    return isinstance(entry, TermEntry) and other in entry.excludes


def _bind_shared(section: Section, scope: Scope, registry: Registry) -> BoundRule:
    if section.kind == KEEP:
        raise ConfigError(
            Fault(
                where=section.at,
                problem="a keep rule refers to another plan and cannot hold for every plan",
                wanted="keep under the constraints of one plan",
            )
        )
    return bind_rule(section, scope, registry)


def _bind_keep(
    section: Section, plan: str, terms: Mapping[str, list[BoundTerm]], scope: Scope, registry: Registry
) -> Keep:
    settings: Any = section.settings
    candidates = [*terms[settings.of], *terms[plan], *(term for own in terms.values() for term in own)]
    found = next((t for t in candidates if t.name == settings.term), None)
    found = found or next((t for t in candidates if t.kind == settings.term), None)
    if found is None and settings.term in registry.entries("term"):
        entry = registry.find("term", settings.term)
        try:
            found = bind_term(
                Section(kind=entry.name, name=entry.name, settings=entry.settings(), at=section.at),
                scope,
                registry,
            )
        except ValueError:
            found = None
    if found is None:
        names = list(dict.fromkeys(t.name for t in candidates))
        raise ConfigError(
            Fault(
                where=section.at,
                problem=f"no plan has a term {shown(settings.term)} to keep",
                wanted=f"one of {', '.join(names)}",
                hint=", ".join(get_close_matches(settings.term, names, n=2)),
            )
        )
    return Keep(name=section.name, of=settings.of, term=found, at_least=settings.at_least, at=section.at)


def _order(config: RunConfig, faults: Faults, only: list[str] | None) -> list[str]:
    needs = {plan.name: _needs(plan, config, faults) for plan in config.plans.values()}
    for name in only or ():
        if name not in needs:
            near = get_close_matches(name, needs, n=2)
            faults.add(
                "--plan", f"there is no plan {shown(name)}", f"one of {', '.join(needs)}", ", ".join(near)
            )
    try:
        order = list(TopologicalSorter({name: needs[name] for name in needs}).static_order())
    except CycleError as error:
        circle = error.args[1]
        faults.add(
            config.plans[circle[0]].at,
            f"plans keep something of each other in a circle: {' → '.join(circle)}",
        )
        return []
    if only is None:
        return order
    wanted = {name for name in only if name in needs}
    for name in reversed(order):
        if name in wanted:
            wanted |= needs[name]
    return [name for name in order if name in wanted]


def _needs(plan: PlanConfig, config: RunConfig, faults: Faults) -> set[str]:
    needs = set()
    for section in plan.constraints:
        if section.kind != KEEP:
            continue
        settings: Any = section.settings
        if settings.of not in config.plans:
            near = get_close_matches(settings.of, config.plans, n=2)
            faults.add(
                section.at,
                f"there is no plan {shown(settings.of)} to keep something of",
                f"one of {', '.join(config.plans)}",
                ", ".join(near),
            )
        else:
            needs.add(settings.of)
    return needs
