"""The two criteria of a frontier: the scores of two plans, or two terms; and the rules that hold at every point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

from mixopt.errors import ConfigError, Fault, FormulationError, InputError, shown
from mixopt.plan.terms import DistinctTerm, distinct_terms
from mixopt.plugin import Registry
from mixopt.problem.bind import bind_term
from mixopt.problem.problem import BoundRule, BoundTerm, PlanProblem, Problem, Score

BETWEEN, TERMS = "--between", "--between-terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a frontier is between.

    Parameters
    ----------
    first, second : Score
        Both in currency; more is better. Floors stand on the first, the second is maximised.
    rules : tuple of BoundRule
        Hold at every point.
    left_out : tuple of str
        Rules that only some of the plans have, and that hold at no point because of that.
    nested : bool
        Whether the second counts all that the first counts, at the same weights: then their difference is what the
        other aims are worth.
    """

    first: Score
    second: Score
    rules: tuple[BoundRule, ...]
    left_out: tuple[str, ...] = ()
    nested: bool = False


def between_plans(problem: Problem, first: str, second: str) -> Criteria:
    """Return the criteria between the scores of two plans.

    Parameters
    ----------
    problem : Problem
    first, second : str
        Names of plans.

    Returns
    -------
    Criteria
        With the rules that both plans have.

    Raises
    ------
    ConfigError
        If there is no such plan, or both score alike.
    """
    _refuse_unknown([first, second], list(problem.plans), "plan", BETWEEN)
    terms = distinct_terms(problem)
    scores = {name: _score(name, terms) for name in (first, second)}
    weights = {
        name: {term.name: term.weights[name] for term in terms if term.weights.get(name)} for name in scores
    }
    if weights[first] == weights[second]:
        problem_said = f"{shown(first)} and {shown(second)} score by the same terms and weights"
        raise ConfigError(
            Fault(
                where=BETWEEN,
                problem=problem_said,
                wanted="two plans that want different things",
                hint="rules make no frontier; give one of the plans another objective",
            )
        )
    common, left_out = _rules(problem, first, second)
    return Criteria(
        first=scores[first],
        second=scores[second],
        rules=common,
        left_out=left_out,
        nested=weights[first].items() <= weights[second].items(),
    )


def between_terms(problem: Problem, registry: Registry, first: str, second: str) -> Criteria:
    """Return the criteria between two terms, each at weight 1.

    Parameters
    ----------
    problem : Problem
    registry : Registry
        Where kinds are found that no plan uses.
    first, second : str
        Names of terms as tables call them, or kinds.

    Returns
    -------
    Criteria
        With the rules that hold for every plan of the config.

    Raises
    ------
    ConfigError
        If there is no such term, or both are the same.
    """
    known = distinct_terms(problem)
    found = [_term(problem, registry, known, name) for name in (first, second)]
    if found[0].name == found[1].name:
        raise ConfigError(
            Fault(where=TERMS, problem=f"{shown(first)} is given twice", wanted="two different terms")
        )
    every = list(problem.plans.values())
    common = tuple(rule for rule in every[0].rules if all(rule in plan.rules for plan in every))
    one, other = (Score(name=term.name, parts=(term,)) for term in found)
    names = {rule.name for rule in common}
    left_out = tuple(f"{name} ({plan.name})" for plan in every for name in _named(plan) if name not in names)
    return Criteria(first=one, second=other, rules=common, left_out=left_out)


def _score(plan: str, terms: tuple[DistinctTerm, ...]) -> Score:
    parts = tuple(
        replace(term.term, weight=term.weights[plan], name=term.name)
        for term in terms
        if term.weights.get(plan)
    )
    if not parts:
        raise ConfigError(
            Fault(
                where=BETWEEN,
                problem=f"plan {shown(plan)} has no term with a weight above 0",
                wanted="a plan that wants something",
            )
        )
    return Score(name=f"score of {plan}", parts=parts)


def _rules(problem: Problem, first: str, second: str) -> tuple[tuple[BoundRule, ...], tuple[str, ...]]:
    """Return the rules that both plans have, shared ones and equal ones of their own; and the names of the others."""
    shared = {section.name for section in problem.config.constraints}
    sections = {
        name: {section.name: section for section in problem.config.plans[name].constraints}
        for name in (first, second)
    }
    both = {
        name
        for name, section in sections[first].items()
        if section == sections[second].get(name)
        and not any(k.name == name for k in problem.plans[first].keeps)
    }
    kept = tuple(rule for rule in problem.plans[first].rules if rule.name in shared | both)
    others = [
        f"{rule} ({name})"
        for name in (first, second)
        for rule in _named(problem.plans[name])
        if rule not in shared | both
    ]
    return kept, tuple(others)


def _named(plan: PlanProblem) -> list[str]:
    return [*(rule.name for rule in plan.rules), *(keep.name for keep in plan.keeps)]


def _term(problem: Problem, registry: Registry, known: tuple[DistinctTerm, ...], name: str) -> BoundTerm:
    """Return a term by its name, else by its kind, else built with the settings that its kind has by itself."""
    found = next((t for t in known if t.name == name), None) or next(
        (t for t in known if t.kind == name), None
    )
    if found is not None:
        return replace(found.term, weight=1.0, name=found.name)
    if name in registry.entries("term"):
        from mixopt.config.schema import Section  # noqa: PLC0415 - only for terms that no plan has

        entry = registry.find("term", name)
        try:
            section = Section(kind=name, name=name, settings=entry.settings(), at=TERMS)
            return bind_term(section, problem.scope, registry)
        except (InputError, FormulationError):
            raise
        except ValueError as reason:
            raise ConfigError(
                Fault(
                    where=TERMS,
                    problem=f"no plan has a term {shown(name)}, and by itself it needs settings",
                    wanted=f"one of {', '.join(term.name for term in known)}",
                    hint="name the term in a plan of the config",
                )
            ) from reason
    _refuse_unknown([name], [term.name for term in known], "term", TERMS)
    raise AssertionError(name)


def _refuse_unknown(names: list[str], known: list[str], what: str, where: str) -> None:
    faults = [
        Fault(
            where=where,
            problem=f"there is no {what} {shown(name)}",
            wanted=f"one of {', '.join(known)}",
            hint=", ".join(get_close_matches(name, known, n=2)),
        )
        for name in names
        if name not in known
    ]
    if faults:
        raise ConfigError(*faults)
