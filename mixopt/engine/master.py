"""The linear program of one region: the program's rows, links and cuts over model columns and the cells' pieces.

    rows     the program's | w = spend totals | w <= response totals | theta <= tangent | one per combined cell
    columns  w | pieces and points | slacks, where the program is elastic | activities of the priced rows

Costs are shifted by known multipliers y: cost'x = (cost - A'y)'x + y'(A x). So an inequality row with a multiplier gets
its activity as a column, with that multiplier for a cost. Then the slack basis, with every column at the end its price
says, is a dual feasible start however many pieces there are, and good multipliers make a short solve.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from mixopt.curves import Floats
from mixopt.engine.bound import Region
from mixopt.engine.layout import Layout
from mixopt.engine.linear import BASIC, LOWER, UPPER, Codes, LinearAnswer, LinearProgram
from mixopt.engine.multipliers import Multipliers, Tangent
from mixopt.engine.pieces import SHARE, Pieces, entries
from mixopt.engine.program import Flags
from mixopt.engine.scale import PARTS, Scale

DROPPED = 1e-11
FREE = 1e-7  # scaled reduced price below which a total starts inside its bounds
FAR = 1e12


@dataclass(frozen=True)
class Shop:
    """What all linear programs of one program share.

    Parameters
    ----------
    layout : Layout
    scale : Scale
    """

    layout: Layout
    scale: Scale

    @cached_property
    def linked(self) -> Floats:
        """Positions of the linked columns, in the order of the link rows."""
        program = self.layout.program
        return np.concatenate([program.spend_columns, program.response_columns])

    @cached_property
    def frame(self) -> sp.csc_array:
        """The model columns' entries in the program's rows and the link rows, scaled."""
        layout, links = self.layout, len(self.linked)
        program = layout.program
        places = (np.arange(links), self.linked)
        identity = sp.coo_array((np.ones(links), places), shape=(links, program.n_columns))
        both = sp.vstack([layout.matrix, identity])
        scaled = sp.diags_array(1.0 / self.row_unit) @ both @ sp.diags_array(self.scale.column)
        return sp.csc_array(scaled)

    @cached_property
    def row_unit(self) -> Floats:
        """Units of the program's rows and the link rows."""
        return np.concatenate([self.scale.row, self.scale.column[self.linked]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """A region's linear program, and the way back from its answer.

    Parameters
    ----------
    linear : LinearProgram
        Scaled and shifted.
    pieces : Pieces
    shift : Multipliers
    duals : ndarray (n_rows,)
        The shift, row by row, unscaled.
    row_unit, column_unit : ndarray
    objective_unit : float
    tangents : tuple of Tangent
        One per cut.
    slacks : int
        Slack columns of an elastic program, behind the pieces.
    """

    linear: LinearProgram
    pieces: Pieces
    shift: Multipliers
    duals: Floats
    row_unit: Floats
    column_unit: Floats
    objective_unit: float
    tangents: tuple[Tangent, ...]
    slacks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a linear program's answer means for the program.

    Parameters
    ----------
    columns : ndarray (n_columns,)
    spend : ndarray (n_cells,), currency
    credited : ndarray (n_components,)
        Responses along the chains.
    multipliers : Multipliers
        Not clean.
    """

    columns: Floats
    spend: Floats
    credited: Floats
    multipliers: Multipliers


def build(
    shop: Shop,
    region: Region,
    pieces: Pieces,
    shift: Multipliers,
    tangents: tuple[Tangent, ...],
    *,
    elastic: bool = False,
    whole: bool = False,
    margin: float = 0.0,
) -> Master:
    """Return the linear program of a region.

    Parameters
    ----------
    shop : Shop
    region : Region
        Its columns' box is used; the cells' is the pieces'.
    pieces : Pieces
    shift : Multipliers
        With scale 0 the objective is left out.
    tangents : tuple of Tangent
        Cuts on the concave terms.
    elastic : bool
        Whether every row may be broken, at a price of 1 per scaled unit.
    whole : bool
        Whether integer columns are passed as such: a mixed-integer program, without a start.
    margin : float
        Of each concave term's range: how much its cuts are lowered.

    Returns
    -------
    Master
    """
    layout, scale, program = shop.layout, shop.scale, shop.layout.program
    row_unit = np.concatenate(
        [shop.row_unit, [scale.column[program.concave[t.term].theta] for t in tangents]
         , np.full(len(pieces.combined), SHARE)]
    )  # fmt: skip
    column_scale = np.where(program.integer, 1.0, scale.column) if whole else scale.column
    matrix, column_unit = _matrix(shop, pieces, tangents, row_unit, column_scale)
    lower = np.concatenate([region.column_lower, np.zeros(len(pieces.owner))]) / column_unit
    upper = np.concatenate([region.column_upper, pieces.length]) / column_unit
    cost = np.concatenate([shift.scale * program.objective, np.zeros(len(pieces.owner))]) * column_unit
    objective_unit = scale.objective if shift.scale else 1.0
    duals = _duals(layout, shift, tangents, pieces)
    cost = (cost - matrix.T @ (duals * row_unit)) / objective_unit
    if elastic:
        matrix, lower, upper, cost, column_unit = _elastic(
            matrix, (lower, upper), cost, column_unit, duals * row_unit / objective_unit, len(pieces.combined)
        )
    sides = tuple(side / row_unit for side in _row_sides(layout, pieces, tangents))
    first_cut = program.n_rows + len(shop.linked)
    sides[1][first_cut : first_cut + len(tangents)] -= margin * PARTS
    priced = np.flatnonzero((duals != 0.0) & (sides[0] < sides[1]))
    activity = sp.csc_array(
        (-np.ones(len(priced)), (priced, np.arange(len(priced)))), shape=(len(row_unit), len(priced))
    )
    matrix = _beside(matrix, activity)
    cost = np.concatenate([cost, (duals * row_unit / objective_unit)[priced]])
    lower, upper = np.concatenate([lower, sides[0][priced]]), np.concatenate([upper, sides[1][priced]])
    column_unit = np.concatenate([column_unit, row_unit[priced]])
    row_lower, row_upper = sides
    row_lower[priced] = row_upper[priced] = 0.0
    starts = (np.empty(0, dtype=np.int8),) * 2 if whole else _start(shop, cost, (lower, upper), len(row_unit))
    linear = LinearProgram(
        cost=cost,
        lower=np.where(lower < -FAR, -np.inf, lower),
        upper=np.where(upper > FAR, np.inf, np.maximum(upper, lower)),
        matrix=matrix,
        row_lower=row_lower,
        row_upper=np.maximum(row_upper, row_lower),
        column_start=starts[0],
        row_start=starts[1],
        integer=_integers(program.integer, len(cost)) if whole else np.empty(0, dtype=bool),
    )
    return Master(
        linear=linear,
        pieces=pieces,
        shift=shift,
        duals=duals,
        row_unit=row_unit,
        column_unit=column_unit,
        objective_unit=objective_unit,
        tangents=tangents,
        slacks=2 * (len(row_unit) - len(pieces.combined)) if elastic else 0,
    )


def read(shop: Shop, master: Master, answer: LinearAnswer) -> Proposal:
    """Return what an optimal answer means, in the program's units.

    Parameters
    ----------
    shop : Shop
    master : Master
    answer : LinearAnswer

    Returns
    -------
    Proposal
    """
    program = shop.layout.program
    n, p = program.n_columns, len(master.pieces.owner)
    values = np.clip(answer.x, master.linear.lower, master.linear.upper) * master.column_unit
    duals = master.duals + answer.row_dual * master.objective_unit / master.row_unit
    m, spends, responses = program.n_rows, len(program.spend_columns), len(program.response_columns)
    ends = np.cumsum([m, spends, responses, len(master.tangents)])
    multipliers = Multipliers(
        scale=master.shift.scale,
        row=duals[:m],
        spend=-duals[m : ends[1]],
        response=duals[ends[1] : ends[2]],
        tangents=tuple(zip(master.tangents, duals[ends[2] : ends[3]].tolist(), strict=True)),
    )
    amount = values[n : n + p]
    return Proposal(
        columns=values[:n],
        spend=master.pieces.spend(amount),
        credited=master.pieces.response(amount),
        multipliers=multipliers,
    )


def _matrix(
    shop: Shop, pieces: Pieces, tangents: tuple[Tangent, ...], row_unit: Floats, column_scale: Floats
) -> tuple[sp.csc_array, Floats]:
    """Put the blocks side by side, scaled; entries that the linear solver would drop are dropped here."""
    program = shop.layout.program
    left, m = shop.frame, program.n_rows
    if column_scale is not shop.scale.column:
        left = sp.csc_array(left @ sp.diags_array(column_scale / shop.scale.column))
    if tangents:
        cuts = sp.csc_array(_cuts(shop, tangents, column_scale))
        left = sp.csc_array(sp.vstack([left, cuts]))
    right = entries(shop.layout, pieces)
    links, cut_rows = len(shop.linked), len(tangents)
    rows = right.indices + m + np.where(right.indices >= links, cut_rows, 0)
    factor = np.repeat(pieces.unit, np.diff(right.indptr)) / row_unit[rows]
    data = np.concatenate([left.data, right.data * factor])
    indices = np.concatenate([left.indices, rows])
    indptr = np.concatenate([left.indptr, left.indptr[-1] + right.indptr[1:]])
    shape = (len(row_unit), program.n_columns + len(pieces.owner))
    matrix = sp.csc_array((data, indices, indptr), shape=shape)
    if data.size and np.abs(data).min() < DROPPED:
        matrix.data[np.abs(matrix.data) < DROPPED] = 0.0
        matrix.eliminate_zeros()
    return matrix, np.concatenate([column_scale, pieces.unit])


def _beside(left: sp.csc_array, right: sp.csc_array) -> sp.csc_array:
    """Put two blocks of columns side by side."""
    return sp.csc_array(
        (
            np.concatenate([left.data, right.data]),
            np.concatenate([left.indices, right.indices]),
            np.concatenate([left.indptr, left.indptr[-1] + right.indptr[1:]]),
        ),
        shape=(left.shape[0], left.shape[1] + right.shape[1]),
    )


def _cuts(shop: Shop, tangents: tuple[Tangent, ...], column_scale: Floats) -> sp.coo_array:
    """Scaled rows: theta - gradient'v <= value - gradient'point."""
    program = shop.layout.program
    row, column, data = [], [], []
    for k, tangent in enumerate(tangents):
        term = program.concave[tangent.term]
        unit = shop.scale.column[term.theta]
        row.append(np.full(len(term.columns) + 1, k))
        column.append(np.append(term.columns, term.theta))
        data.append(np.append(-tangent.gradient, 1.0) * column_scale[column[-1]] / unit)
    shape = (len(tangents), program.n_columns)
    return sp.coo_array((np.concatenate(data), (np.concatenate(row), np.concatenate(column))), shape=shape)


def _duals(layout: Layout, shift: Multipliers, tangents: tuple[Tangent, ...], pieces: Pieces) -> Floats:
    """Return the shift, one number per row; a combined cell's is what its best point is worth."""
    worth = {id(tangent): value for tangent, value in shift.tangents}
    cuts = np.array([worth.get(id(tangent), 0.0) for tangent in tangents])
    best = np.empty(0)
    if len(pieces.combined):
        weight, price = shift.weights(layout)
        earned = np.bincount(
            pieces.column, weight[pieces.component] * pieces.slope, minlength=len(pieces.owner)
        )
        net = (earned - price[pieces.owner] * pieces.step)[pieces.first_point :]
        best = np.maximum.reduceat(net, np.arange(0, len(net), len(net) // len(pieces.combined)))
    return np.concatenate([shift.row, -shift.spend, shift.response, cuts, best])


def _row_sides(layout: Layout, pieces: Pieces, tangents: tuple[Tangent, ...]) -> tuple[Floats, Floats]:
    program = layout.program
    spend = layout.spend @ pieces.spend_start
    response = layout.response @ pieces.response_start
    cuts = np.array([t.value - float(t.gradient @ t.point) for t in tangents])
    ones = np.ones(len(pieces.combined))
    open_ = [np.full(len(part), -np.inf) for part in (response, cuts)]
    return (
        np.concatenate([program.row_lower, spend, *open_, ones]),
        np.concatenate([program.row_upper, spend, response, cuts, ones]),
    )


def _elastic(
    matrix: sp.csc_array, box: tuple[Floats, Floats], cost: Floats, unit: Floats, duals: Floats, fixed: int
) -> tuple[sp.csc_array, Floats, Floats, Floats, Floats]:
    """Add to every row but the last `fixed` a slack on each side, at a cost of 1."""
    m = matrix.shape[0]
    soft = np.arange(m - fixed)
    slack = sp.csc_array((np.ones(len(soft)), (soft, soft)), shape=(m, len(soft)))
    more = 2 * len(soft)
    price = np.concatenate([-1.0 - duals[soft], -1.0 + duals[soft]])
    return (
        _beside(_beside(matrix, slack), -slack),
        np.concatenate([box[0], np.zeros(more)]),
        np.concatenate([box[1], np.full(more, np.inf)]),
        np.concatenate([cost, price]),
        np.concatenate([unit, np.ones(more)]),
    )


def _start(shop: Shop, cost: Floats, box: tuple[Floats, Floats], m: int) -> tuple[Codes, Codes]:
    """Return the slack basis, every column at the end its price says; totals of no price stand in for their links."""
    lower, upper = box
    columns = np.where(((cost > 0.0) & np.isfinite(upper)) | np.isinf(lower), UPPER, LOWER).astype(np.int8)
    rows = np.full(m, BASIC, dtype=np.int8)
    linked = shop.linked
    stand_in = (np.abs(cost[linked]) <= FREE) & (upper[linked] > lower[linked])
    columns[linked[stand_in]] = BASIC
    rows[shop.layout.program.n_rows + np.flatnonzero(stand_in)] = UPPER
    return columns, rows


def _integers(integer: Flags, n: int) -> Flags:
    return np.concatenate([integer, np.zeros(n - len(integer), dtype=bool)])
