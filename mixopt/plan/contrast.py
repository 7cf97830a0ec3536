"""The contrast: every measure on every plan and reference, and where each puts the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from mixopt.plan.measures import Yardstick
from mixopt.plan.plan import Plan
from mixopt.plan.ranges import Ranges, contrast_rows
from mixopt.plugin import Evaluation

COST = "cost-of-balance"


def evaluations(
    references: Mapping[str, Evaluation], plans: Mapping[str, Plan]
) -> dict[str, Evaluation | None]:
    """Return the columns of a contrast: references, then plans; ``None`` where no plan was found.

    Parameters
    ----------
    references : Mapping of str to Evaluation
    plans : Mapping of str to Plan

    Returns
    -------
    dict of str to Evaluation or None
    """
    return {**references, **{name: plan.evaluation for name, plan in plans.items()}}


def contrast_table(
    sticks: Sequence[Yardstick],
    columns: Mapping[str, Evaluation | None],
    first: str,
    ranges: Ranges | None = None,
) -> pd.DataFrame:
    """Return the rows of ``contrast.csv``.

    Parameters
    ----------
    sticks : sequence of Yardstick
    columns : Mapping of str to Evaluation or None
    first : str
        The plan that the others are compared with.
    ranges : Ranges, optional
        Over posterior draws: adds what they say of the returns.

    Returns
    -------
    DataFrame
        ``measure, unit`` and one column per reference and plan. The last row, ``cost-of-balance``, is the return given
        up against the first plan; a negative cost is a gain.
    """
    rows: list[tuple[object, ...]] = [
        (stick.name, stick.unit, *(_value(stick, column) for column in columns.values())) for stick in sticks
    ]
    if ranges is not None:
        rows += contrast_rows(ranges, columns, first)
    best = columns[first]
    costs = [
        float(best.returns.sum() - column.returns.sum())
        if best is not None and column is not None
        else float("nan")
        for column in columns.values()
    ]
    rows.append((COST, "currency", *costs))
    frame = pd.DataFrame(rows, columns=["measure", "unit", *columns])
    return frame.astype(dict.fromkeys(columns, float))


def measured(plan: Plan, table: pd.DataFrame) -> Plan:
    """Return the plan with its measures filled in from the contrast.

    Parameters
    ----------
    plan : Plan
    table : DataFrame
        What :func:`contrast_table` returned.

    Returns
    -------
    Plan
    """
    values = dict(zip(table["measure"], (float(value) for value in table[plan.name]), strict=True))
    return replace(plan, measures=values if plan.found else {})


def by_label(columns: Mapping[str, Evaluation | None], over: str = "channel") -> pd.DataFrame:
    """Return spend and return per channel, segment or tag, in every column of the contrast.

    Parameters
    ----------
    columns : Mapping of str to Evaluation or None
    over : str
        ``channel``, ``segment`` or a tag column.

    Returns
    -------
    DataFrame
        Long: ``plan``, the label under the name of `over`, ``spend``, ``return``; currency. What was not found has no
        rows.
    """
    rows = []
    for name, evaluation in columns.items():
        if evaluation is None:
            continue
        spend = evaluation.by(evaluation.spend, over)
        returned = evaluation.by(evaluation.returns, over)
        rows += [(name, label, spend[label], returned[label]) for label in spend]
    return pd.DataFrame(rows, columns=["plan", over, "spend", "return"])


def _value(stick: Yardstick, evaluation: Evaluation | None) -> float:
    return float("nan") if evaluation is None else stick.value(evaluation)
