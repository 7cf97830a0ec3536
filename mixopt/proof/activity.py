"""Cells that may be off: such a cell spends nothing, or at least its least active spend. z is 1 where it is on.

A leaf's box says by itself whether a cell may be off (it begins at 0) and whether it may be on (it reaches the least
active spend); what a box holds of spends in between is no plan's. With V the price of being on, a cell adds at most ::

    max( sum_c W_c f_c(0) if it may be off,   sup over max(l, least) <= x <= u of sum_c W_c f_c(x) - p x  - V )
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mixopt.errors import ProofError
from mixopt.proof.components import Floats
from mixopt.proof.plan_data import PlanData

Flags = npt.NDArray[np.bool_]
Ends = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class States:
    """Which states boxes allow; arrays of their shape.

    Parameters
    ----------
    off, on : ndarray of bool
        A cell that is not gated counts as on, and is never off.
    lower : ndarray, currency
        Where the part of a box begins in which the cell is on.
    """

    off: Flags
    on: Flags
    lower: Floats

    @classmethod
    def of(cls, least: Floats, box: Ends) -> States:
        """Return the states that boxes of spend allow.

        Parameters
        ----------
        least : ndarray (n_cells,), currency
            0 for cells that are not gated.
        box : pair of ndarray (..., n_cells), currency

        Returns
        -------
        States
        """
        lower, upper = box
        off = (least > 0.0) & (lower <= 0.0)
        return cls(off, upper >= least, np.minimum(np.maximum(lower, least), upper))


def over_states(states: States, least: Floats, on: Floats, toll: Floats, nothing: Floats) -> Floats:
    """Return what cells add at most, given what they add at most where they are on.

    Parameters
    ----------
    states : States
    least : ndarray (n_cells,), currency
    on, toll, nothing : ndarray of the boxes' shape, currency
        Upper limits without the price of being on; that price; what a cell adds that spends nothing.

    Returns
    -------
    ndarray
        Minus infinity where a box holds no spend that its cell can have.
    """
    active = np.where(states.on, on - np.where(least > 0.0, toll, 0.0), -np.inf)
    return np.maximum(active, np.where(states.off, nothing, -np.inf))


def state_totals(data: PlanData, spend: Floats) -> tuple[Floats, Floats]:
    """Return the totals of states at some spends, and the sizes their tolerances refer to.

    Parameters
    ----------
    data : PlanData
    spend : ndarray (n_cells,), currency

    Returns
    -------
    value, size : ndarray (n_active_columns,)
    """
    on = (data.least > 0.0) & (spend >= data.least)
    size: Floats = np.asarray(abs(data.active).sum(axis=1), dtype=np.float64)
    return np.asarray(data.active @ on.astype(np.float64)), size


def check_states(data: PlanData, spend: Floats, over: Callable[[str, Floats, Floats], float]) -> float:
    """Return the largest error of the totals of states, once every gated cell of a plan is off or on.

    Parameters
    ----------
    data : PlanData
    spend : ndarray (n_cells,), currency
    over : callable
        ``over(check, error, size)`` returns the largest as a share of its size, or refuses it.

    Returns
    -------
    float

    Raises
    ------
    ProofError
        ``off-or-on``; ``active-total`` by `over`.
    """
    between = (spend != 0.0) & (spend < data.least)
    if between.any():
        k = int(np.argmax(between))
        raise ProofError(
            "off-or-on", f"cell {k} spends {spend[k]!r}: neither nothing nor at least {data.least[k]!r}"
        )
    value, size = state_totals(data, spend)
    return over("active-total", np.abs(data["plan_columns"][data["active_columns"]] - value), size)
