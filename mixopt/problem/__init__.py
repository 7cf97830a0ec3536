"""From config and tables to a problem: what is planned, with which curves, terms and rules."""

from mixopt.problem.problem import (
    BoundMeasure,
    BoundRule,
    BoundTerm,
    CurveTable,
    Keep,
    PlanProblem,
    Problem,
)

__all__ = [
    "BoundMeasure",
    "BoundRule",
    "BoundTerm",
    "CurveTable",
    "Keep",
    "PlanProblem",
    "Problem",
]
