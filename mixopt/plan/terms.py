"""Every objective term of every plan, evaluated on every plan: also where it carries no weight.

Terms of the same name, kind and settings are one term. Where plans use one name for different settings, each variant
is told apart by the first plan that uses it: ``diversification [balanced]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mixopt.plan.plan import TERM_COLUMNS, Plan
from mixopt.plugin import Evaluation
from mixopt.problem.problem import BoundTerm, Problem

OF_MONEY = frozenset({"response", "profit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinctTerm:
    """A term as tables call it, and its weight in each plan that uses it (a term may stand twice: weights add up)."""

    name: str
    kind: str
    term: BoundTerm
    weights: Mapping[str, float]
    settings: Any = None

    @property
    def plain(self) -> bool:
        """Whether it is the whole return or profit: what prices are counted in."""
        return self.kind in OF_MONEY and not getattr(self.settings, "where", ())

    def value(self, evaluation: Evaluation) -> float:
        """Return the term's value on a spend, before its weight.

        Parameters
        ----------
        evaluation : Evaluation

        Returns
        -------
        float
            Currency.
        """
        return float(self.term.term.value(evaluation))


def distinct_terms(problem: Problem) -> tuple[DistinctTerm, ...]:
    """Return the terms of all plans, each once, in order of first use.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    tuple of DistinctTerm
    """
    groups: list[tuple[Any, str, BoundTerm, dict[str, float]]] = []
    for plan in in_config_order(problem):
        for position, term in enumerate(problem.plans[plan].terms):
            identity = _identity(problem, plan, position, term)
            group = next((g for g in groups if _same(g[0], identity)), None)
            if group is None:
                groups.append((identity, plan, term, {plan: term.weight}))
            else:
                group[3][plan] = group[3].get(plan, 0.0) + term.weight
    names = [term.name for _, _, term, _ in groups]
    return tuple(
        DistinctTerm(
            name=term.name if names.count(term.name) == 1 else f"{term.name} [{plan}]",
            kind=term.kind,
            term=term,
            weights=weights,
            settings=identity[2],
        )
        for identity, plan, term, weights in groups
    )


def in_config_order(problem: Problem) -> tuple[str, ...]:
    """Return the names of the problem's plans in the order of the config, not of the solves.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    tuple of str
    """
    asked = [name for name in problem.config.plans if name in problem.plans]
    return (*asked, *(name for name in problem.plans if name not in asked))


def terms_table(terms: tuple[DistinctTerm, ...], plans: Mapping[str, Plan]) -> pd.DataFrame:
    """Return the rows of ``terms.csv``.

    Parameters
    ----------
    terms : tuple of DistinctTerm
    plans : Mapping of str to Plan

    Returns
    -------
    DataFrame
        ``plan, term, weight, value``; weight 0 where the plan does not ask for the term. Plans that were not found have
        no rows.
    """
    rows = [
        (plan.name, term.name, term.weights.get(plan.name, 0.0), term.value(plan.evaluated))
        for plan in plans.values()
        if plan.found
        for term in terms
    ]
    return pd.DataFrame(rows, columns=list(TERM_COLUMNS)).astype({"weight": float, "value": float})


def _identity(problem: Problem, plan: str, position: int, term: BoundTerm) -> tuple[str, str, Any]:
    """Return what makes a term the same as another: name, kind and settings, else the very object."""
    config = problem.config.plans.get(plan)
    sections = config.objective if config is not None else ()
    # what rules cost stands behind the terms of the config
    settings = sections[position].settings if position < len(sections) else None
    return (term.name, term.kind, term.term if settings is None else settings)


def _same(first: tuple[str, str, Any], second: tuple[str, str, Any]) -> bool:
    if first[:2] != second[:2]:
        return False
    return first[2] is second[2] or (type(first[2]) is type(second[2]) and bool(first[2] == second[2]))
