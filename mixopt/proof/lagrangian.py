"""The bound of each leaf of a proof, recomputed from its multipliers.

For row multipliers y, prices λ of money totals, ν of totals of states, worths μ >= 0 of response totals, and κ >= 0 of
concave terms with tangents ``phi(v) <= a_t + g_t'v`` of convex weights α_t, no point of a leaf's box that keeps the
rules is worth more than ::

    D = σ offset + Σ_rows (y⁺ row_upper - y⁻ row_lower) + Σ_t κ α_t a_t
      + Σ_columns max(d lower, d upper) + Σ_cells sup_{l <= x <= u} [ Σ_c (R'μ)_c f_c(x) - (A'λ) x - (Z'ν) z ]
    d = σ objective - matrix'y + λ at money totals + ν at totals of states - μ at response totals - κ at thetas
      + Σ_t κ α_t g_t at the columns that the term reads

where z is 1 for a cell that is on (:mod:`mixopt.proof.activity`), with σ = 1, or σ = 0 for a leaf claimed empty, where
D < 0 proves it. ``docs/certificate.md`` derives it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.errors import ProofError
from mixopt.proof.activity import States, over_states
from mixopt.proof.atoms import greatest
from mixopt.proof.boxes import Boxes
from mixopt.proof.components import CurveShop, Floats, Indices
from mixopt.proof.conjugate import STEPS, over_estimates
from mixopt.proof.plan_data import PlanData
from mixopt.proof.tail import TAIL, worst_part
from mixopt.proof.tangents import cuts
from mixopt.proof.tree import SPLIT_CELL, Leaf

OUTWARD = 1e-12  # of the bound, and
ROUNDING = 1e-13  # of the size of the terms it is a sum of, and
CANCELLED = 1e-2  # of that for what cancels in a reduced price, times what is charged at it
BLOCK = 400_000  # cells bounded at a time
SUMS = 1e-9  # how far convex weights may be from 1 before they are made to sum to 1


@dataclass(frozen=True, slots=True)
class Parts:
    """D without its columns and cells, and what the columns are charged: one row per set of multipliers.

    Parameters
    ----------
    fixed : ndarray (n_sets,)
    size : ndarray (n_sets,)
        Of the terms summed in `fixed`.
    price, parts : ndarray (n_sets, n_columns)
        d of the module's equation, and the sizes of the terms it is a sum of.
    """

    fixed: Floats
    size: Floats
    price: Floats
    parts: Floats


@dataclass(frozen=True, slots=True)
class LeafBounds:
    """What the leaves prove.

    Parameters
    ----------
    bound : ndarray (n_leaves,), currency
    size : ndarray (n_leaves,), currency
        Of the terms it is a sum of: what rounding refers to.
    ceilings : tuple of str
        Concave terms that are charged at the ceiling that is stated for them, not at their tangents alone.
    """

    bound: Floats
    size: Floats
    ceilings: tuple[str, ...]


def leaf_bounds(data: PlanData, shop: CurveShop, leaves: list[Leaf], steps: int = STEPS) -> LeafBounds:
    """Return D of every leaf, rounded upwards; ``inf`` where its multipliers bound nothing.

    Parameters
    ----------
    data : PlanData
    shop : CurveShop
    leaves : list of Leaf
    steps : int
        Of bisection; fewer give looser bounds.

    Returns
    -------
    LeafBounds

    Raises
    ------
    ProofError
        ``multiplier-sign``, ``multiplier-scale``, ``tangent``.
    """
    _check_signs(data)
    parts = _parts(data)
    curves = shop.at(data.component_cell, data.component_price, data.component_draw)
    ceiling = data.response @ curves.value(data["upper"][data.component_cell])
    block = max(1, BLOCK // max(1, data.n_cells * max(1, *shop.draws)))
    bounds, sizes = [], []
    for start in range(0, len(leaves), block):
        bound, size = _block(data, shop, parts, (leaves[start : start + block], ceiling), steps)
        bounds.append(bound + OUTWARD * np.where(np.isfinite(bound), np.abs(bound), 0.0) + ROUNDING * size)
        sizes.append(size)
    ceilings = tuple(
        term.name
        for k, term, _ in data.terms()
        if _is_charged(data, parts.price[:, term.theta]) and not _ceiling_holds(data, k)
    )
    return LeafBounds(np.concatenate(bounds), np.concatenate(sizes), ceilings)


def _is_charged(data: PlanData, price: Floats) -> bool:
    largest = max(np.abs(data["objective"]).max(initial=0.0), np.abs(data["multiplier_row"]).max(initial=0.0))
    return bool((price > OUTWARD * largest).any())


def _ceiling_holds(data: PlanData, k: int) -> bool:
    """Tell whether the verifier knows the term, and finds that it never exceeds its stated ceiling."""
    term, columns = data.record.concave[k], data[f"concave{k}_columns"]
    if not term.atom:
        return False
    if term.atom == TAIL:
        top = worst_part(data[f"concave{k}_scale"], data["column_upper"][columns])
        return bool(data["column_upper"][term.theta] >= top - OUTWARD * abs(top))
    scale, unit = data[f"concave{k}_scale"], data[f"concave{k}_unit"]
    low, high = (data[f"column_{end}"][columns] / unit for end in ("lower", "upper"))
    most = scale * greatest(term.atom, low, high)
    size = abs(term.constant) + np.abs(most).sum()
    return bool(data["column_upper"][term.theta] >= term.constant + most.sum() - OUTWARD * size)


def _check_signs(data: PlanData) -> None:
    if not np.isin(data["multiplier_scale"], (0.0, 1.0)).all():
        raise ProofError("multiplier-scale", "a scale is neither 0 nor 1")
    for kind in ("response", "concave"):
        if (data[f"multiplier_{kind}"] < 0.0).any():
            raise ProofError(
                "multiplier-sign", f"multiplier_{kind} is negative somewhere: it would bound nothing"
            )
    row = data["multiplier_row"]
    open_side = ((row > 0.0) & np.isinf(data["row_upper"])) | ((row < 0.0) & np.isinf(data["row_lower"]))
    if open_side.any():
        name = data.record.rows[int(np.argmax(open_side.any(axis=0)))]
        raise ProofError(
            "multiplier-sign", f"{name.part}/{name.label}: a multiplier on a side that has no limit"
        )


def _parts(data: PlanData) -> Parts:
    scale, row = data["multiplier_scale"], data["multiplier_row"]
    limits = np.where(row > 0.0, _finite(data["row_upper"]), _finite(data["row_lower"]))
    support = row * limits
    price = scale[:, None] * data["objective"] - row @ data.matrix
    parts = scale[:, None] * np.abs(data["objective"]) + np.abs(row) @ abs(data.matrix)
    price[:, data["spend_columns"]] += data["multiplier_spend"]
    price[:, data["response_columns"]] -= data["multiplier_response"]
    parts[:, data["spend_columns"]] += np.abs(data["multiplier_spend"])
    price[:, data["active_columns"]] += data["multiplier_active"]
    parts[:, data["active_columns"]] += np.abs(data["multiplier_active"])
    parts[:, data["response_columns"]] += data["multiplier_response"]
    worth = data["multiplier_concave"].copy()
    for k, term, _ in data.terms():
        if np.isinf(data["column_lower"][term.theta]):
            # any worth bounds: with this one a theta without a floor is charged nothing, not a rounding error times it
            worth[:, k] = np.clip(price[:, term.theta], 0.0, worth[:, k])
        price[:, term.theta] -= worth[:, k]
        parts[:, term.theta] += worth[:, k]
    constants = _tangents(data, (price, parts), worth)
    fixed = scale * data.record.offset + support.sum(axis=1) + constants.sum(axis=1)
    size = np.abs(scale * data.record.offset) + np.abs(support).sum(axis=1) + np.abs(constants).sum(axis=1)
    return Parts(fixed, size, price, parts)


def _tangents(data: PlanData, prices: tuple[Floats, Floats], worth: Floats) -> Floats:
    """Add the tangents' gradients to prices and their parts; return the constants, one column per concave term."""
    term, mine, start = data["tangent_term"], data["tangent_set"], data["tangent_start"]
    count = np.diff(start)
    reads = np.array([len(columns) for _, _, columns in data.terms()], dtype=np.int64)
    if ((mine < 0) | (mine >= len(worth)) | (term < 0) | (term >= len(reads))).any():
        raise ProofError("tangent", "a tangent serves multipliers or a term that does not exist")
    if start[0] != 0 or start[-1] != len(data["tangent_point"]) or (count != reads[term]).any():
        raise ProofError(
            "tangent", "a tangent's point has not one number for each column that its term reads"
        )
    weight = data["tangent_weight"]
    total = np.zeros_like(worth)
    np.add.at(total, (mine, term), weight)
    if (weight < 0.0).any() or (np.abs(total - 1.0) > SUMS)[worth > 0.0].any():
        raise ProofError("tangent", "the weights of a term's tangents are negative, or do not sum to 1")
    charge = worth[mine, term] * weight / np.where(total > 0.0, total, 1.0)[mine, term]
    start_value, gradient = cuts(data)
    column = np.concatenate([np.empty(0, np.int64), *(data[f"concave{k}_columns"] for k in term)])
    charged = np.repeat(charge, count) * gradient
    for sums, amount in zip(prices, (charged, np.abs(charged)), strict=True):
        np.add.at(sums, (np.repeat(mine, count), column), amount)
    constants = np.zeros_like(worth)
    np.add.at(constants, (mine, term), charge * start_value)
    return constants


def _block(
    data: PlanData, shop: CurveShop, parts: Parts, of: tuple[list[Leaf], Floats], steps: int
) -> tuple[Floats, Floats]:
    leaves, ceiling = of
    sets = np.array([leaf.multipliers for leaf in leaves])
    shape = (len(leaves), 1)
    lower, upper = np.tile(data["lower"], shape), np.tile(data["upper"], shape)
    low, high = np.tile(data["column_lower"], shape), np.tile(data["column_upper"], shape)
    for k, leaf in enumerate(leaves):
        for (kind, index), ends in leaf.changes.items():
            for box, end in zip((lower, upper) if kind == SPLIT_CELL else (low, high), ends, strict=True):
                box[k, index] = end
    # totals are what their cells make of them, also where the columns' own bounds say less
    rises, falls = data.spend.maximum(0.0).T, data.spend.minimum(0.0).T
    at = data["spend_columns"]
    low[:, at] = np.maximum(low[:, at], lower @ rises + upper @ falls)
    high[:, at] = np.minimum(high[:, at], upper @ rises + lower @ falls)
    at = data["response_columns"]
    high[:, at] = np.minimum(high[:, at], ceiling)
    states = States.of(data.least, (lower, upper))
    price = parts.price[sets]
    columns = price * np.where(price > 0.0, high, np.where(price < 0.0, low, 0.0))
    over, size = _cells(data, shop, sets, (states, upper), steps)
    bound = parts.fixed[sets] + columns.sum(axis=1) + over.sum(axis=1)
    reach = np.maximum(np.abs(_finite(low)), np.abs(_finite(high)))
    cancelled = (parts.parts[sets] * reach).sum(axis=1)
    return bound, parts.size[sets] + np.abs(columns).sum(axis=1) + size.sum(axis=1) + CANCELLED * cancelled


def _cells(
    data: PlanData, shop: CurveShop, sets: Indices, box: tuple[States, Floats], steps: int
) -> tuple[Floats, Floats]:
    states, upper = box
    lower = states.lower
    price = data["multiplier_spend"][sets] @ data.spend
    weight = data["multiplier_response"][sets] @ data.response
    leaf, component = np.nonzero(weight)
    cell = data.component_cell[component]
    owner = leaf * data.n_cells + cell
    order = np.argsort(owner, kind="stable")
    sorted_ = component[order]
    # a mean over draws may turn several times: it is bounded as what it is the mean of
    among, draw, share = shop.apart(cell[order], data.component_draw[sorted_])
    order, sorted_ = order[among], sorted_[among]
    boxes = Boxes(
        lower=lower.ravel(),
        upper=upper.ravel(),
        price=price.ravel(),
        owner=owner[order],
        weight=weight[leaf[order], sorted_] * share,
        cell=cell[order],
        at_price=data.component_price[sorted_],
        draw=draw,
    )
    over, size = over_estimates(shop, boxes, steps)
    charged = np.abs(data["multiplier_spend"][sets]) @ abs(data.spend)
    size = size.reshape(lower.shape) + CANCELLED * charged * upper
    if not data.least.any():
        return over.reshape(lower.shape), size
    curves = shop.at(data.component_cell, data.component_price, data.component_draw)
    start = curves.value(np.zeros(len(data.component_cell)))
    nothing = np.zeros(lower.shape)
    np.add.at(nothing, (leaf, cell), weight[leaf, component] * start[component])
    toll = data["multiplier_active"][sets] @ data.active
    over = over_states(states, data.least, over.reshape(lower.shape), toll, nothing)
    return over, size + np.abs(toll) + np.abs(nothing)


def _finite(limits: Floats) -> Floats:
    return np.where(np.isfinite(limits), limits, 0.0)
