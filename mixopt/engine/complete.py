"""From spends to a plan: totals with the exact curves, the plugins' own columns by a small program, and the checks.

A plan counts only here: its totals are recomputed, its rows, bounds and whole numbers checked, its objective summed
anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.bound import Region
from mixopt.engine.context import Context
from mixopt.engine.layout import Layout
from mixopt.engine.linear import LinearAnswer
from mixopt.engine.master import build, read
from mixopt.engine.multipliers import Tangent, tangent, zero
from mixopt.engine.pieces import Chain, cut
from mixopt.engine.relax import over_estimated

TOLERANCE = 1e-9
INTEGRAL = 1e-9
CUTS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plan with everything recomputed.

    Parameters
    ----------
    spend : ndarray (n_cells,), currency
    columns : ndarray (n_columns,)
    objective : float, currency
    violation : float
        The largest, relative.
    """

    spend: Floats
    columns: Floats
    objective: float
    violation: float


def complete(context: Context, spend: Floats, region: Region) -> Candidate | None:
    """Return the best plan with given spends, or None where the rules leave none.

    Parameters
    ----------
    context : Context
    spend : ndarray (n_cells,), currency
        Within the cells' bounds.
    region : Region
        Its columns' box holds; whole numbers that it fixes make the small program a linear one.

    Returns
    -------
    Candidate or None
    """
    layout = context.layout
    spend = _snapped(layout, np.clip(spend, layout.program.lower, layout.program.upper))
    if layout.gated and layout.program.activity.between(spend).any():
        return None
    columns = totals(layout, spend)
    if layout.own.any():
        own = _own_columns(context, spend, region)
        if own is None:
            return None
        columns[layout.own] = own[layout.own]
    return checked(layout, spend, columns)


def checked(layout: Layout, spend: Floats, columns: Floats) -> Candidate | None:
    """Return the candidate of some spends and own columns, or None where it breaks a rule.

    Parameters
    ----------
    layout : Layout
    spend : ndarray (n_cells,)
    columns : ndarray (n_columns,)
        Totals already those of `spend`; the concave terms' columns are set here.

    Returns
    -------
    Candidate or None
    """
    program = layout.program
    columns = _rounded(layout, columns)
    for term in program.concave:
        worth = float(term.function(columns[term.columns])[0])
        columns[term.theta] = min(worth, program.column_upper[term.theta])
    off = violation(layout, columns)
    objective = float(program.objective @ columns) + program.offset
    if not np.isfinite(objective) or not off <= TOLERANCE:
        return None
    return Candidate(spend=spend, columns=columns, objective=objective, violation=off)


def totals(layout: Layout, spend: Floats) -> Floats:
    """Return the model columns with their totals set to those of some spends; 0 elsewhere.

    Parameters
    ----------
    layout : Layout
    spend : ndarray (n_cells,)

    Returns
    -------
    ndarray (n_columns,)
    """
    program = layout.program
    columns = np.zeros(program.n_columns)
    columns[program.spend_columns] = program.spend_matrix @ spend
    response = program.curves.value(spend[program.component_cell])
    columns[program.response_columns] = program.response_matrix @ response
    if layout.gated:
        columns[program.activity.columns] = program.activity.totals(spend)
    return columns


def _snapped(layout: Layout, spend: Floats) -> Floats:
    """Let gated cells that are off, or at their least active spend, but for rounding be exactly so."""
    if not layout.gated:
        return spend
    activity, spend = layout.program.activity, spend.copy()
    at, least = spend[activity.cell], activity.least
    at = np.where((at < least) & (at >= least * (1.0 - TOLERANCE)), least, at)
    spend[activity.cell] = np.where(at <= least * TOLERANCE, 0.0, at)
    return np.clip(spend, layout.program.lower, layout.program.upper)


def violation(layout: Layout, columns: Floats) -> float:
    """Return the largest violation of a row or a column's bound, relative to the row's or column's size.

    Parameters
    ----------
    layout : Layout
    columns : ndarray (n_columns,)

    Returns
    -------
    float
    """
    program = layout.program
    activity = program.matrix @ columns
    rows = np.maximum(program.row_lower - activity, activity - program.row_upper)
    row_sizes = np.maximum(abs(program.matrix) @ np.abs(columns), layout.row_size)
    bounds = np.maximum(program.column_lower - columns, columns - program.column_upper)
    bound_sizes = np.maximum(np.abs(columns), layout.column_size)
    worst = [
        float((np.maximum(off, 0.0) / np.where(size > 0.0, size, 1.0)).max(initial=0.0))
        for off, size in ((rows, row_sizes), (bounds, bound_sizes))
    ]
    return max(worst)


def _rounded(layout: Layout, columns: Floats) -> Floats:
    """Make nearly whole numbers whole; others stay as they are and fail the check that follows."""
    whole_ = np.round(columns)
    near = layout.program.integer & (np.abs(columns - whole_) <= INTEGRAL)
    broken = layout.program.integer & ~near
    return np.where(broken, np.nan, np.where(near, whole_, columns))


def _own_columns(context: Context, spend: Floats, region: Region) -> Floats | None:
    """Return the best own columns at given spends: cut, solve, and again while a concave term is over-estimated.

    Rows that the totals settle are left to the check that follows: the linear solver is stricter than anything counts.
    """
    layout = context.layout
    response = layout.program.curves.value(spend[layout.program.component_cell])
    nobody = np.zeros(layout.program.n_cells, dtype=bool)
    point = Chain(spend=spend[:, None], response=response[:, None], combined=nobody)
    pieces = cut(layout, point, context.shop.scale.money)
    tangents = _tangents_at(context, spend)
    for _ in range(CUTS):
        master = build(
            context.shop,
            region,
            pieces,
            zero(layout),
            tuple(tangents),
            whole=bool((layout.program.integer & (region.column_lower < region.column_upper)).any()),
            held=layout.open_rows,
        )
        answer: LinearAnswer = context.solver.solve(master.linear)
        context.count("lps")
        if answer.outcome != "optimal":
            return None
        proposal = read(context.shop, master, answer)
        fresh = over_estimated(context, proposal)
        if not fresh:
            return proposal.columns
        tangents.extend(fresh)
    return None


def _tangents_at(context: Context, spend: Floats) -> list[Tangent]:
    """Return the one tangent of each term that reads totals alone, and the known cuts of the others."""
    layout = context.layout
    at = totals(layout, spend)
    fixed = [j for j, term in enumerate(layout.program.concave) if not layout.own[term.columns].any()]
    known = [t for t in context.tangents if t.term not in fixed]
    return [tangent(layout, j, at[layout.program.concave[j].columns]) for j in fixed] + known
