"""Plans and what they are compared by: allocation, terms, rules with prices, measures, and why nothing fits."""

from mixopt.plan.conflict import Clashing, Conflict
from mixopt.plan.frontier import Frontier
from mixopt.plan.judged import Judged
from mixopt.plan.levels import RuleLevel, TermValue
from mixopt.plan.load import Saved, SavedPlan, load
from mixopt.plan.make import make_plan, unreachable_plan
from mixopt.plan.plan import Plan
from mixopt.plan.result import RESERVED, Result, make_result, refuse_reserved

__all__ = [
    "RESERVED",
    "Clashing",
    "Conflict",
    "Frontier",
    "Judged",
    "Plan",
    "Result",
    "RuleLevel",
    "Saved",
    "SavedPlan",
    "TermValue",
    "load",
    "make_plan",
    "make_result",
    "refuse_reserved",
    "unreachable_plan",
]
