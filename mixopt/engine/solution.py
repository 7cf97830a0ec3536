"""What the engine answers: a plan, what it is worth, what it can be worth at most, and the proof of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from mixopt.curves import Floats, Indices

Status = Literal["optimal", "feasible", "infeasible", "no-plan"]
Reason = Literal["gap", "time-limit", "node-limit", "interrupted", "memory", "stalled", "infeasible"]

LEAF, SPLIT_CELL, SPLIT_COLUMN = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A tree whose leaves cover the box, and for every leaf multipliers that bound it.

    With c, offset and A of the program, a leaf with row multipliers y, spend multipliers p, response multipliers m and
    concave multipliers t (and scale k) bounds the objective over its box by

        k offset + sum_rows max(y row_lower, y row_upper) + sum_columns max(d column_lower, d column_upper)
                 + sum_cells max over x of (sum_components W f(x)) - P x - V z
                 + sum_concave t (sum over its tangents of weight (value - gradient'point))

    with W = response_matrix' m, P = spend_matrix' p, V = activity matrix' v for activity multipliers v, z = 1 where a
    gated cell is on, and the columns' reduced prices d = k c - A'y, plus p on the spend columns, plus v on the activity
    columns, minus m on the response columns, minus t on the thetas, plus t weight gradient on the columns that a
    tangent reads. 0 times an open side is 0; a d within 1e-12 of the sizes of its parts counts as 0 on an open side.

    Parameters
    ----------
    node_kind : ndarray (n_nodes,) of int8
        0 leaf, 1 split of a cell's spend, 2 split of a whole-number column. Node 0 is the root.
    node_index : ndarray (n_nodes,) of int64
        Leaf: its row in the arrays below; several leaves may share one. Split: the cell or column.
    node_at : ndarray (n_nodes,)
        Where it splits: a cell into [l, at] and [at, u], which is "off" and "on" where `at` is below its least active
        spend; a column into [l, at] and [at + 1, u]. Ignored for leaves.
    node_left, node_right : ndarray (n_nodes,) of int64
        Children; -1 for leaves.
    scale : ndarray (n_leaves,)
        One entry per set of multipliers, here and below. 1: the multipliers bound the objective. 0: they prove the leaf
        empty (their bound, with the objective left out, is below 0).
    row : ndarray (n_leaves, n_rows)
        Multipliers of the rows; positive on upper, negative on lower sides.
    spend : ndarray (n_leaves, n_spend_columns)
        Multipliers of ``w = spend_matrix x``: the prices of money totals, any sign.
    response : ndarray (n_leaves, n_response_columns)
        Multipliers of ``w <= response_matrix f(x)``: worth of response totals, >= 0.
    concave : ndarray (n_leaves, n_concave)
        Multipliers of ``theta <= function``: >= 0.
    tangent_term : ndarray (n_tangents,) of int64; tangent_leaf : ndarray (n_tangents,) of int64
        The concave term each tangent belongs to, and the set of multipliers it serves.
    tangent_weight : ndarray (n_tangents,)
        Convex weights: they sum to 1 for each set of multipliers and term with a positive multiplier.
    tangent_start : ndarray (n_tangents + 1,) of int64; tangent_point : ndarray
        Where each tangent touches: the ragged rows of one flat array.
    active : ndarray (n_leaves, n_activity_columns)
        Multipliers of ``w = activity matrix z``, any sign.
    """

    node_kind: npt.NDArray[np.int8]
    node_index: Indices
    node_at: Floats
    node_left: Indices
    node_right: Indices
    scale: Floats
    row: Floats
    spend: Floats
    response: Floats
    concave: Floats
    tangent_term: Indices
    tangent_leaf: Indices
    tangent_weight: Floats
    tangent_start: Indices
    tangent_point: Floats
    active: Floats = field(default_factory=lambda: np.empty((0, 0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The engine's answer to one program.

    Parameters
    ----------
    status : {"optimal", "feasible", "infeasible", "no-plan"}
        ``optimal``: gap at most the one asked for. ``feasible``: a limit came first. ``infeasible``: proven by `proof`.
        ``no-plan``: a limit came before any plan was found.
    reason : str
        What ended the work.
    spend : ndarray (n_cells,), currency, or None
    columns : ndarray (n_columns,) or None
        Values of the model columns that go with `spend`: totals recomputed with the exact curves.
    objective : float or None
        Recomputed from `spend` and `columns` with the exact curves, currency.
    bound : float or None
        Recomputed from `proof`, currency; no plan that keeps the rules can score more.
    gap : float or None
        (bound - objective) / abs(objective); an objective smaller than 1e-5 of what a single column can contribute to
        it counts as that much.
    proof : Proof or None
    prices : ndarray (n_rows,)
        Multipliers of the rows, from the leaf with the greatest bound: what one more unit of a row's limit is worth,
        currency; positive where the upper side binds, negative where the lower side does, 0 where neither.
    source : {"multipliers", "leaves"} or ""
        Where the bound comes from: the root alone, or the leaves of a tree.
    violation : float
        Largest violation of a row, relative to the budget where the row is in money, else to the row's own size.
    seconds : float
        Wall time.
    counts : dict of str to int
        rounds, lps, nodes, fallbacks …
    history : tuple of (seconds, objective, bound)
        Each improvement, in order.
    """

    status: Status
    reason: Reason
    spend: Floats | None
    columns: Floats | None
    objective: float | None
    bound: float | None
    gap: float | None
    proof: Proof | None
    prices: Floats
    source: Literal["multipliers", "leaves", ""]
    violation: float
    seconds: float
    counts: dict[str, int] = field(default_factory=dict)
    history: tuple[tuple[float, float | None, float | None], ...] = ()
