"""How good the plans are: what each scores, its proven ceiling, and what is missing at most."""

from __future__ import annotations

import math

from mixopt import Plan
from mixopt.report import WORDS, exact_money, money, safe, spoken
from mixopt_report.facts import Facts
from mixopt_report.figure import Cell, Table


def proof_table(facts: Facts) -> Table:
    """Return a row per plan.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Table
    """
    head = ("Plan", "State", "Scores", "Proven ceiling", "At most missing")
    rows = tuple(_row(name, plan, facts) for name, plan in facts.result.plans.items())
    return Table(
        caption="How good these plans are", head=tuple(Cell(text=text) for text in head), groups=(("", rows),)
    )


def _row(name: str, plan: Plan, facts: Facts) -> tuple[Cell, ...]:
    missing = missing_of(plan)
    text = "" if missing is None else money(missing, facts.coin)
    share = share_missing(plan)
    return (
        Cell(text=spoken(safe(name))),
        Cell(text=WORDS[plan.status]),
        Cell(text=exact_money(plan.objective, facts.coin)),
        Cell(text=exact_money(plan.bound, facts.coin)),
        Cell(text=f"{text} ({share})" if text and share else text),
    )


def missing_of(plan: Plan) -> float | None:
    """Return what a better plan could score more at most; ``None`` where nothing is proven.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    float or None
    """
    if plan.objective is None or plan.bound is None or not math.isfinite(plan.bound):
        return None
    return max(plan.bound - plan.objective, 0.0)


def share_missing(plan: Plan) -> str:
    """Return what is missing at most as a share of the score, in two digits.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    str
    """
    if plan.gap is None or not math.isfinite(plan.gap):
        return ""
    return f"{100 * plan.gap:.2g}%" if plan.gap >= 1e-6 else "under 0.0001%"


def proof_words(facts: Facts) -> str:
    """Return what the proof says, in plain words.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
    """
    proven = [missing for plan in facts.result.plans.values() if (missing := missing_of(plan)) is not None]
    if not proven:
        return "Nothing is proven of these plans: no ceiling was found."
    said = (
        "No plan that keeps these rules can score more than the ceiling. It is proven: anyone can "
        "recompute it from the certificate without the solver. "
    )
    stopped = [spoken(safe(name)) for name, plan in facts.result.plans.items() if plan.status == "feasible"]
    worst = money(max(proven), facts.coin)
    if stopped:
        said += f"Up to {worst} may be missing; longer runs can only shrink this. "
    else:
        said += f"What is still missing is at most {worst}. "
    return f"{said}A proof is about the curves given, not about the market."
