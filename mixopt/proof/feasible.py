"""Does a plan keep its rules: bounds, totals, rows, whole numbers, with the exact curves, to 1e-9 of their size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.errors import ProofError
from mixopt.proof.activity import check_states, state_totals
from mixopt.proof.atoms import value as atom_value
from mixopt.proof.components import CurveShop, Floats
from mixopt.proof.document import BudgetRecord
from mixopt.proof.plan_data import PlanData
from mixopt.proof.tail import TAIL, worst_part

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Totals:
    """The columns that follow from a spend, and the sizes their tolerances refer to.

    Parameters
    ----------
    spend : ndarray (n_spend_columns,); response : ndarray (n_response_columns,)
    spend_size, response_size : ndarray
        The largest weight times the budget; the response at the upper bounds.
    """

    spend: Floats
    response: Floats
    spend_size: Floats
    response_size: Floats


def totals_of(data: PlanData, shop: CurveShop, spend: Floats, budget: float) -> Totals:
    """Return the totals of a spend.

    Parameters
    ----------
    data : PlanData
    shop : CurveShop
    spend : ndarray (n_cells,), currency
    budget : float

    Returns
    -------
    Totals
    """
    curves = shop.at(data.component_cell, data.component_price, data.component_draw)
    reached = np.maximum(data["upper"], spend)
    weights = (
        abs(data.spend).max(axis=1).toarray().ravel() if data.spend.nnz else np.zeros(data.spend.shape[0])
    )
    return Totals(
        spend=data.spend @ spend,
        response=data.response @ curves.value(spend[data.component_cell]),
        spend_size=weights * budget,
        response_size=data.response @ curves.value(reached[data.component_cell]),
    )


def concave_value(data: PlanData, k: int, columns: Floats) -> tuple[float, float]:
    """Return what a concave term allows its theta at some columns, and the size of what it sums.

    Parameters
    ----------
    data : PlanData
    k : int
        A term with an atom.
    columns : ndarray (n_columns,)

    Returns
    -------
    value, size : float
    """
    term = data.record.concave[k]
    scale, unit = data[f"concave{k}_scale"], data[f"concave{k}_unit"]
    if term.atom == TAIL:
        returns = columns[data[f"concave{k}_columns"]]
        return worst_part(scale, returns), float(np.abs(returns).max(initial=0.0))
    terms = scale * atom_value(term.atom, columns[data[f"concave{k}_columns"]] / unit)
    return float(term.constant + terms.sum()), float(abs(term.constant) + np.abs(terms).sum() + scale.sum())


@dataclass(frozen=True, slots=True)
class Exact:
    """A plan, recomputed.

    Parameters
    ----------
    columns : ndarray (n_columns,)
        From the spends, with the exact curves.
    sizes : ndarray (n_columns,)
        What the columns' tolerances refer to.
    violation : float
        The largest, as a share of its size.
    """

    columns: Floats
    sizes: Floats
    violation: float


def exact_columns(data: PlanData, shop: CurveShop, budget: BudgetRecord) -> Exact:
    """Return the plan's columns, recomputed from its spend, once they keep every rule.

    Parameters
    ----------
    data : PlanData
        Of a plan that has a spend.
    shop : CurveShop
    budget : BudgetRecord

    Returns
    -------
    Exact

    Raises
    ------
    ProofError
        ``cell-bounds``, ``budget``, ``spend-total``, ``off-or-on``, ``active-total``, ``response-total``,
        ``concave-value``, ``column-bounds``, ``whole-number`` or ``row``.
    """
    spend, columns = data["plan_spend"], data["plan_columns"].copy()
    names = data.record.columns
    worst = [
        _over("cell-bounds", "cell", np.maximum(data["lower"] - spend, spend - data["upper"]), budget.total)
    ]
    if (spend < 0.0).any():
        raise ProofError("cell-bounds", f"cell {int(np.argmin(spend))} spends less than nothing")
    missing = budget.total - spend.sum()
    missing = abs(missing) if budget.rule == "spend-all" else -missing
    worst.append(_over("budget", "the budget", np.array([missing]), budget.total))
    at_states = [f"'{names[j]}'" for j in data["active_columns"]]
    worst.append(check_states(data, spend, lambda check, error, size: _over(check, at_states, error, size)))
    totals = totals_of(data, shop, spend, budget.total)
    money, response = data["spend_columns"], data["response_columns"]
    at_money, at_response = ([f"'{names[j]}'" for j in at] for at in (money, response))
    worst.append(_over("spend-total", at_money, np.abs(columns[money] - totals.spend), totals.spend_size))
    worst.append(
        _over("response-total", at_response, columns[response] - totals.response, totals.response_size)
    )
    columns[money] = totals.spend
    columns[data["active_columns"]], states_size = state_totals(data, spend)
    columns[response] = np.minimum(columns[response], totals.response)
    sizes = _column_sizes(data, columns)
    sizes[money], sizes[response] = totals.spend_size, totals.response_size
    sizes[data["active_columns"]] = states_size
    for k, term, _ in data.terms():
        stated = float(data["plan_concave"][k])
        value, size = concave_value(data, k, columns) if term.atom else (stated, abs(stated))
        worst.append(_over("concave-value", f"term '{term.name}'", np.array([abs(stated - value)]), size))
        excess = np.array([columns[term.theta] - value])
        worst.append(_over("concave-value", f"term '{term.name}'", excess, size))
        columns[term.theta], sizes[term.theta] = min(columns[term.theta], value), size
    beyond = np.maximum(data["column_lower"] - columns, columns - data["column_upper"])
    worst.append(_over("column-bounds", [f"'{name}'" for name in names], beyond, sizes))
    whole = np.where(data["integer"], np.abs(columns - np.round(columns)), 0.0)
    worst.append(_over("whole-number", [f"'{name}'" for name in names], whole, 1.0))
    worst.append(_rows(data, columns, sizes))
    return Exact(columns, sizes, max(worst))


def row_sizes(data: PlanData, sizes: Floats) -> Floats:
    """Return the size of each row: the largest of its limits and of its columns' sizes times their coefficients.

    Parameters
    ----------
    data : PlanData
    sizes : ndarray (n_columns,)

    Returns
    -------
    ndarray (n_rows,)
    """
    weighted = abs(data.matrix) * sizes[None, :]
    largest = weighted.max(axis=1).toarray().ravel() if data.matrix.nnz else np.zeros(data.matrix.shape[0])
    limits = [
        np.where(np.isfinite(data[side]), np.abs(data[side]), 0.0) for side in ("row_lower", "row_upper")
    ]
    return np.maximum(largest, np.maximum(*limits))


def _rows(data: PlanData, columns: Floats, sizes: Floats) -> float:
    level = data.matrix @ columns
    names = [f"{row.part}/{row.label}" for row in data.record.rows]
    return _over(
        "row", names, np.maximum(data["row_lower"] - level, level - data["row_upper"]), row_sizes(data, sizes)
    )


def _column_sizes(data: PlanData, columns: Floats) -> Floats:
    ends = [
        np.where(np.isfinite(data[end]), np.abs(data[end]), 0.0) for end in ("column_lower", "column_upper")
    ]
    return np.maximum(np.abs(columns), np.maximum(*ends))


def _over(check: str, names: str | list[str], excess: Floats, size: Floats | float) -> float:
    """Return the largest excess as a share of its size; refuse one above the tolerance."""
    if not len(excess):
        return 0.0
    share = np.where(excess > 0.0, excess / np.maximum(size, np.finfo(float).tiny), 0.0)
    share = np.where(np.isnan(excess) | np.isnan(share), np.inf, share)
    worst = int(np.argmax(share))
    if not share[worst] <= TOLERANCE:
        name = names if isinstance(names, str) else names[worst]
        name = f"{name} {worst}" if name == "cell" else name
        raise ProofError(check, f"{name} is off by {excess[worst]:.6g}, {share[worst]:.3g} of its size")
    return float(share[worst])
