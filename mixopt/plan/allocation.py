"""The long table of a plan: one row per cell, with its spend and all that follows from it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mixopt.plugin import Evaluation
from mixopt.scope import Floats

COLUMNS = (
    "plan",
    "channel",
    "segment",
    "period",
    "spend",
    "response",
    "return",
    "roi",
    "marginal_roi",
    "lower",
    "upper",
    "current_spend",
)


def allocation(plan: str, evaluation: Evaluation) -> pd.DataFrame:
    """Return the rows of ``allocation.csv`` for one plan.

    Parameters
    ----------
    plan : str
    evaluation : Evaluation

    Returns
    -------
    DataFrame
        One row per cell in the order of the cells table: money in the run's currency, ``roi`` missing where nothing is
        spent, ``current_spend`` missing where it is not known, ``marginal_roi`` infinite where a curve starts upright.
    """
    scope = evaluation.scope
    today = scope.current_spend if scope.current_spend is not None else np.full(scope.n_cells, np.nan)
    columns = {
        "plan": plan,
        "channel": scope.cells["channel"].to_numpy(),
        "segment": scope.cells["segment"].to_numpy(),
        "period": 1,
        "spend": evaluation.spend,
        "response": evaluation.response,
        "return": evaluation.returns,
        "roi": ratio(evaluation.returns, evaluation.spend),
        "marginal_roi": evaluation.marginal_roi,
        "lower": scope.lower,
        "upper": scope.upper,
        "current_spend": today,
    }
    return pd.DataFrame(columns, columns=list(COLUMNS), index=pd.RangeIndex(scope.n_cells))


def ratio(amount: Floats, base: Floats) -> Floats:
    """Return amount / base, ``nan`` where the base is 0.

    Parameters
    ----------
    amount, base : ndarray (n,)

    Returns
    -------
    ndarray (n,)
    """
    out: Floats = np.divide(amount, base, out=np.full(len(base), np.nan), where=base > 0)
    return out
