"""The linear program of one region: the program's rows, links and cuts over model columns and the cells' pieces.

    rows     the program's | w = spend totals | w <= response totals | w = states | theta <= tangent | one per
             combined cell
    columns  w | pieces and points | slacks, where the program is elastic | activities of the priced rows

Costs are shifted by known multipliers y: cost'x = (cost - A'y)'x + y'(A x). So an inequality row with a multiplier gets
its activity as a column, with that multiplier for a cost. Then the slack basis, with every column at the end its price
says, is a dual feasible start however many pieces there are, and good multipliers make a short solve.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mixopt.curves import Floats, Indices
from mixopt.engine.assemble import Shop, assemble
from mixopt.engine.bound import Region
from mixopt.engine.layout import Layout
from mixopt.engine.linear import BASIC, LOWER, UPPER, Codes, Columns, LinearAnswer, LinearProgram
from mixopt.engine.multipliers import Multipliers, Tangent
from mixopt.engine.pieces import Pieces
from mixopt.engine.program import Flags
from mixopt.engine.scale import PARTS

FREE = 1e-7  # scaled reduced price below which a total starts inside its bounds
FAR = 1e12


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
class Block:
    """Columns of a linear program with their costs and bounds."""

    matrix: Columns
    cost: Floats
    lower: Floats
    upper: Floats

    def beside(self, matrix: Columns, cost: Floats, box: tuple[Floats, Floats]) -> Block:
        """Return these columns followed by others."""
        return Block(
            matrix=self.matrix.beside(matrix),
            cost=np.concatenate([self.cost, cost]),
            lower=np.concatenate([self.lower, box[0]]),
            upper=np.concatenate([self.upper, box[1]]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a linear program's answer means for the program.

    Parameters
    ----------
    columns : ndarray (n_columns,)
    spend : ndarray (n_cells,), currency
    credited : ndarray (n_components,)
        Responses along the chains.
    state : ndarray (n_cells,)
        To which share gated cells are on.
    multipliers : Multipliers
        Not clean.
    """

    columns: Floats
    spend: Floats
    credited: Floats
    state: Floats
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
    held: Flags | None = None,
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
        Whether integer columns are passed as such, and states too: a mixed-integer program, without a start.
    margin : float
        Of each concave term's range: how much its cuts are lowered.
    held : ndarray (n_rows,) of bool, optional
        Which of the program's rows count; all, if left out.

    Returns
    -------
    Master
    """
    layout, scale, program = shop.layout, shop.scale, shop.layout.program
    chosen = None
    if whole:
        pieces = replace(pieces, unit=np.where(pieces.off, 1.0, pieces.unit))
        chosen = np.concatenate([program.integer, pieces.off])
    row_unit = shop.row_units(pieces, tangents)
    column_unit = np.where(program.integer, 1.0, scale.column) if whole else scale.column
    objective_unit = scale.objective if shift.scale else 1.0
    duals, basic = _duals(layout, shift, tangents, pieces)
    prices = duals * row_unit / objective_unit
    matrix = assemble(shop, pieces, tangents, row_unit, column_unit)
    nothing = np.zeros(len(pieces.owner))
    unit = np.concatenate([column_unit, pieces.unit])
    own = np.concatenate([shift.scale * program.objective, nothing]) * unit / objective_unit
    block = Block(
        matrix=matrix,
        cost=own - matrix.weighed(prices),
        lower=np.concatenate([region.column_lower, nothing]) / unit,
        upper=np.concatenate([region.column_upper, pieces.length]) / unit,
    )
    soft = len(row_unit) - len(pieces.combined) if elastic else 0
    sides = _row_sides(layout, pieces, tangents, margin * PARTS * row_unit)
    if held is not None:
        dropped = np.flatnonzero(~held)
        sides[0][dropped], sides[1][dropped] = -np.inf, np.inf
    scaled = sides[0] / row_unit, sides[1] / row_unit
    block, scaled = _priced(_softened(block, prices[:soft]), prices, scaled)
    return Master(
        linear=_linear(shop, block, scaled, program.n_columns + basic, chosen),
        pieces=pieces,
        shift=shift,
        duals=duals,
        row_unit=row_unit,
        column_unit=unit,
        objective_unit=objective_unit,
        tangents=tangents,
        slacks=2 * soft,
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
    inside = slice(0, n + p)
    values = np.clip(answer.x, master.linear.lower, master.linear.upper)[inside] * master.column_unit
    duals = master.duals + answer.row_dual * master.objective_unit / master.row_unit
    m, spends, responses = program.n_rows, len(program.spend_columns), len(program.response_columns)
    states = len(program.activity.columns)
    ends = np.cumsum([m, spends, responses, states, len(master.tangents)])
    multipliers = Multipliers(
        scale=master.shift.scale,
        row=duals[:m],
        spend=-duals[m : ends[1]],
        response=duals[ends[1] : ends[2]],
        active=-duals[ends[2] : ends[3]],
        tangents=tuple(zip(master.tangents, duals[ends[3] : ends[4]].tolist(), strict=True)),
    )
    amount = values[n:]
    return Proposal(
        columns=values[:n],
        spend=master.pieces.spend(amount),
        credited=master.pieces.response(amount),
        state=master.pieces.state(amount),
        multipliers=multipliers,
    )


def _duals(
    layout: Layout, shift: Multipliers, tangents: tuple[Tangent, ...], pieces: Pieces
) -> tuple[Floats, Indices]:
    """Return the shift, one number per row; a combined cell's is what its best point is worth: the pieces of these."""
    worth = {id(tangent): value for tangent, value in shift.tangents}
    cuts = np.array([worth.get(id(tangent), 0.0) for tangent in tangents])
    best, basic = np.empty(0), np.empty(0, dtype=np.int64)
    if len(pieces.combined):
        weight, price = shift.weights(layout)
        earned = np.bincount(
            pieces.column, weight[pieces.component] * pieces.slope, minlength=len(pieces.owner)
        )
        net = earned - price[pieces.owner] * pieces.step
        toll = shift.toll(layout)
        if toll is not None:
            net -= np.where(pieces.on, toll[pieces.owner], 0.0)
        net = net[pieces.first_point :]
        best = np.maximum.reduceat(net, pieces.point_start[:-1])
        owner = np.repeat(np.arange(len(best)), np.diff(pieces.point_start))
        winners = np.flatnonzero(net == best[owner])
        basic = pieces.first_point + winners[np.unique(owner[winners], return_index=True)[1]]
    duals = np.concatenate([shift.row, -shift.spend, shift.response, -shift.active, cuts, best])
    return duals, basic


def _row_sides(
    layout: Layout, pieces: Pieces, tangents: tuple[Tangent, ...], margin: Floats
) -> tuple[Floats, Floats]:
    program = layout.program
    spend = layout.spend @ pieces.spend_start
    response = layout.response @ pieces.response_start
    states = layout.activity @ pieces.state_start
    before = program.n_rows + len(spend) + len(response) + len(states)
    cuts = np.array([t.value - float(t.gradient @ t.point) for t in tangents])
    cuts = cuts - margin[before : before + len(cuts)]
    ones = np.ones(len(pieces.combined))
    open_ = [np.full(len(part), -np.inf) for part in (response, cuts)]
    return (
        np.concatenate([program.row_lower, spend, open_[0], states, open_[1], ones]),
        np.concatenate([program.row_upper, spend, response, states, cuts, ones]),
    )


def _softened(block: Block, prices: Floats) -> Block:
    """Give the first rows a slack on each side, at a cost of 1; `prices` are what their costs are shifted by."""
    m = len(prices)
    if not m:
        return block
    at = np.arange(m, dtype=np.int64)
    slack = [Columns.unit(at, sign, block.matrix.rows) for sign in (1.0, -1.0)]
    price = np.concatenate([-1.0 - prices, -1.0 + prices])
    return block.beside(slack[0].beside(slack[1]), price, (np.zeros(2 * m), np.full(2 * m, np.inf)))


def _priced(
    block: Block, prices: Floats, sides: tuple[Floats, Floats]
) -> tuple[Block, tuple[Floats, Floats]]:
    """Make the activity of every priced inequality a column, so that its price can be part of the costs."""
    at = np.flatnonzero((prices != 0.0) & (sides[0] < sides[1]))
    activity = Columns.unit(at, -1.0, block.matrix.rows)
    block = block.beside(activity, prices[at], (sides[0][at], sides[1][at]))
    lower, upper = sides[0].copy(), np.maximum(sides[0], sides[1])
    lower[at] = upper[at] = 0.0
    return block, (lower, upper)


def _linear(
    shop: Shop, block: Block, sides: tuple[Floats, Floats], basic: Indices, whole: Flags | None
) -> LinearProgram:
    lower = np.where(block.lower < -FAR, -np.inf, block.lower)
    upper = np.where(block.upper > FAR, np.inf, np.maximum(block.upper, block.lower))
    nowhere = np.empty(0, dtype=np.int8)
    start = (nowhere, nowhere)
    if whole is None:
        start = _start(shop, block.cost, (lower, upper), len(sides[0]), basic)
    return LinearProgram(
        cost=block.cost,
        lower=lower,
        upper=upper,
        matrix=block.matrix,
        row_lower=sides[0],
        row_upper=sides[1],
        column_start=start[0],
        row_start=start[1],
        integer=np.empty(0, dtype=bool) if whole is None else _integers(whole, len(block.cost)),
    )


def _start(
    shop: Shop, cost: Floats, box: tuple[Floats, Floats], m: int, basic: Indices
) -> tuple[Codes, Codes]:
    """Return the slack basis, every column at the end its price says.

    Totals of no price stand in for their links, and combined cells' best points for their rows.
    """
    lower, upper = box
    columns = np.where(((cost > 0.0) & np.isfinite(upper)) | np.isinf(lower), UPPER, LOWER).astype(np.int8)
    rows = np.full(m, BASIC, dtype=np.int8)
    linked = shop.linked
    stand_in = (np.abs(cost[linked]) <= FREE) & (upper[linked] > lower[linked])
    columns[linked[stand_in]] = BASIC
    rows[shop.layout.program.n_rows + np.flatnonzero(stand_in)] = UPPER
    columns[basic] = BASIC
    rows[m - len(basic) : m] = UPPER
    return columns, rows


def _integers(integer: Flags, n: int) -> Flags:
    return np.concatenate([integer, np.zeros(n - len(integer), dtype=bool)])
