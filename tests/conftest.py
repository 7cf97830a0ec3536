"""Small problems whose optimum is known: concave curves under one budget, solved by bisection on its price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixopt.builtin.rules import Share, ShareSettings, Spend, SpendSettings
from mixopt.builtin.terms import Response, ResponseSettings
from mixopt.config.schema import PlanConfig, RunConfig, Section
from mixopt.curves import Curves, MichaelisMenten
from mixopt.engine import Solution
from mixopt.model import build_model
from mixopt.plan import Result, make_plan, make_result
from mixopt.plan.references import evaluate
from mixopt.plan.terms import distinct_terms
from mixopt.problem.problem import BoundRule, BoundTerm, PlanProblem, Problem
from mixopt.scope import Budget, Scope

CHANNELS = ["tv", "tv", "search", "search"]
SEGMENTS = ["new", "old", "new", "old"]


def make_scope(budget: Budget, *, today: bool = True, upper: float = 100.0, lower: float = 0.0) -> Scope:
    cells = pd.DataFrame({"channel": CHANNELS, "segment": SEGMENTS, "curve": "michaelis-menten"})
    return Scope(
        cells=cells,
        value=np.array([2.0, 1.0, 3.0, 1.5]),
        lower=np.full(4, lower),
        upper=np.full(4, upper),
        current_spend=np.array([40.0, 30.0, 20.0, 10.0]) if today else None,
        weights={"carbon": np.array([5.0, 5.0, 1.0, 1.0])},
        budget=budget,
        currency="GBP",
    )


def make_curves() -> Curves:
    family = MichaelisMenten(
        scale=np.array([100.0, 90.0, 40.0, 30.0]), half_saturation=np.array([60.0, 50.0, 30.0, 20.0])
    )
    return Curves((("michaelis-menten", np.arange(4), family),))


@dataclass(frozen=True)
class World:
    """A problem of plans, each a list of (term, weight) and of rules."""

    problem: Problem

    def plan(self, name: str = "pure-roi") -> PlanProblem:
        return self.problem.plans[name]

    def model(self, name: str = "pure-roi", references: dict[str, float] | None = None) -> Any:
        return build_model(self.problem, self.plan(name), references or {})

    def evaluation(self, spend: Any) -> Any:
        return evaluate(self.problem.scope, self.problem.curves, np.asarray(spend, dtype=float))

    def best(self, budget: float | None = None) -> np.ndarray:
        """The best spend for the return under the budget alone, by bisection on the price of money."""
        scope, curves = self.problem.scope, self.problem.curves
        budget = scope.budget.total if budget is None else budget
        low, high = 0.0, 1e3
        for _ in range(200):
            price = 0.5 * (low + high)
            spend = curves.best(scope.value, np.full(4, price), scope.lower, scope.upper)
            low, high = (price, high) if spend.sum() > budget else (low, price)
        return spend * (budget / spend.sum())

    def solution(self, spend: Any, name: str = "pure-roi", **changes: Any) -> Solution:
        evaluation = self.evaluation(spend)
        value = sum(term.weight * term.term.value(evaluation) for term in self.plan(name).terms)
        known = {
            "status": "optimal",
            "reason": "gap",
            "spend": np.asarray(spend, dtype=float),
            "columns": None,
            "objective": value,
            "bound": value * 1.00001,
            "gap": 1e-5,
            "proof": None,
            "prices": np.zeros(len(self.model(name).rows)),
            "source": "multipliers",
            "violation": 0.0,
            "seconds": 0.25,
        }
        return Solution(**{**known, **changes})


def response(name: str = "response", where: Any = None) -> Section:
    settings = ResponseSettings.model_validate({"where": where} if where else {})
    return Section(kind="response", name=name, settings=settings)


def spend_rule(name: str, **limits: Any) -> Section:
    return Section(kind="spend", name=name, settings=SpendSettings.model_validate(limits))


def share_rule(name: str, **limits: Any) -> Section:
    return Section(kind="share", name=name, settings=ShareSettings.model_validate(limits))


BUILD = {"response": Response, "spend": Spend, "share": Share}


def bind(config: RunConfig, scope: Scope) -> dict[str, PlanProblem]:
    return {
        plan.name: PlanProblem(
            name=plan.name,
            terms=tuple(
                BoundTerm(name=s.name, kind=s.kind, weight=s.weight, term=BUILD[s.kind](s.settings, scope))
                for s in plan.objective
            ),
            rules=tuple(
                BoundRule(name=s.name, kind=s.kind, rule=BUILD[s.kind](s.settings, scope))
                for s in (*config.constraints, *plan.constraints)
            ),
        )
        for plan in config.plans.values()
    }


@pytest.fixture
def world() -> Callable[..., World]:
    """A world of plans by name: ``world(plans={"a": (terms, rules)}, budget=Budget(total=100.0))``."""

    def build(
        plans: dict[str, tuple[list[Section], list[Section]]] | None = None,
        *,
        budget: Budget | None = None,
        **scope_changes: Any,
    ) -> World:
        scope = make_scope(budget or Budget(total=100.0), **scope_changes)
        plans = plans or {"pure-roi": ([response()], [])}
        config = RunConfig(
            name="small",
            currency="GBP",
            budget=scope.budget,
            data={},
            constraints=(),
            plans={
                name: PlanConfig(name=name, objective=tuple(terms), constraints=tuple(rules))
                for name, (terms, rules) in plans.items()
            },
            document={"name": "small", "budget": {"total": scope.budget.total}},
        )
        problem = Problem(
            config=config, scope=scope, curves=make_curves(), curve_tables=(), plans=bind(config, scope)
        )
        assert distinct_terms(problem)
        return World(problem)

    return build


@pytest.fixture
def sections() -> Any:
    """How to write terms and rules."""

    class Sections:
        response = staticmethod(response)
        spend = staticmethod(spend_rule)
        share = staticmethod(share_rule)

    return Sections


@pytest.fixture
def pair(world: Callable[..., World]) -> tuple[World, Result]:
    """A pure plan and one that also cares for TV, with its result."""
    tv = replace(response("tv-return", {"channel": "tv"}), weight=2.0)
    w = world({"pure-roi": ([response()], []), "balanced": ([response(), tv], [])})
    spends = {"pure-roi": w.best(), "balanced": np.array([40.0, 40.0, 20.0, 0.0])}
    plans = {
        name: make_plan(w.problem, w.plan(name), w.model(name), w.solution(spend, name))
        for name, spend in spends.items()
    }
    return w, make_result(w.problem, plans)
