"""A program whose concave terms read many totals that nothing else reads, with those totals folded into cuts.

A term ``theta <= φ(R)`` of totals ``R = M f(x)`` gets, per tangent with gradient q, one total ``w <= Σ_i g_i(x_i)`` of
the cells' own sums ``g_i = Σ_c (M'q)_c f_c`` and one row ``theta - w <= constant``. So the linear programs have a row
per cut, not one per total; multipliers of the cuts are multipliers of the program itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from mixopt.curves import Curves, Floats, Indices
from mixopt.engine.assemble import Shop
from mixopt.engine.bound import Region
from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import Multipliers, Tangent
from mixopt.engine.program import Flags, Program
from mixopt.engine.scale import PARTS, Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Which totals and terms are folded.

    Parameters
    ----------
    layout : Layout
        Of the whole program.
    terms : tuple of int
        The concave terms.
    kept : ndarray of int64
        The columns that stay.
    open : ndarray of int64
        Positions of the response columns that stay, among the response columns.
    own : ndarray of int64
        The components of the totals that stay; starts with the cells' own.
    """

    layout: Layout
    terms: tuple[int, ...]
    kept: Indices
    open: Indices
    own: Indices


def folded(layout: Layout) -> Folded | None:
    """Return what can be folded of a program, or None where that is nothing.

    Parameters
    ----------
    layout : Layout

    Returns
    -------
    Folded or None
    """
    program = layout.program
    read = np.bincount(
        np.concatenate([np.empty(0, np.int64), *(term.columns for term in program.concave)]),
        minlength=program.n_columns,
    )
    alone = np.zeros(program.n_columns, dtype=bool)
    alone[program.response_columns] = True
    alone &= (program.objective == 0.0) & (np.diff(layout.matrix.indptr) == 0) & (read == 1)
    terms = tuple(j for j, t in enumerate(program.concave) if len(t.columns) and alone[t.columns].all())
    if not terms:
        return None
    gone = np.zeros(program.n_columns, dtype=bool)
    for j in terms:
        gone[program.concave[j].columns] = True
    open_ = np.flatnonzero(~gone[program.response_columns]).astype(np.int64)
    needed = np.zeros(program.curves.size, dtype=bool)
    needed[: program.n_cells] = True
    needed[program.response_matrix[open_].indices] = True
    kept = np.flatnonzero(~gone).astype(np.int64)
    return Folded(
        layout=layout, terms=terms, kept=kept, open=open_, own=np.flatnonzero(needed).astype(np.int64)
    )


def weights_of(fold: Folded, cut: Tangent) -> Floats:
    """Return what each component counts in a cut.

    Parameters
    ----------
    fold : Folded
    cut : Tangent

    Returns
    -------
    ndarray (n_components,)
    """
    program = fold.layout.program
    gradient = np.zeros(program.n_columns)
    gradient[program.concave[cut.term].columns] = cut.gradient
    return np.asarray(fold.layout.response.T @ gradient[program.response_columns])


def small_program(fold: Folded, cuts: list[Tangent], margin: float) -> Program:
    """Return the program with its totals folded into cuts.

    Parameters
    ----------
    fold : Folded
    cuts : list of Tangent
    margin : float
        Of each term's range: how much the cuts are lowered.

    Returns
    -------
    Program
        Without curves: its components are the open totals', then one per cut and cell.
    """
    program, kept = fold.layout.program, fold.kept
    n, many, columns = program.n_cells, len(cuts), len(fold.kept)
    place = np.full(program.n_columns, -1, dtype=np.int64)
    place[kept] = np.arange(columns)
    new = columns + np.arange(many)
    tops = np.array([float(c.gradient @ program.column_upper[program.concave[c.term].columns]) for c in cuts])
    thetas = np.array([program.concave[c.term].theta for c in cuts], dtype=np.int64)
    rows = np.repeat(np.arange(many), 2)
    at = np.column_stack([place[thetas], new]).ravel()
    cut_rows = sp.coo_array((np.tile([1.0, -1.0], many), (rows, at)), shape=(many, columns + many))
    first = sp.hstack([sp.csr_array(fold.layout.matrix[:, kept]), sp.csr_array((program.n_rows, many))])
    cells = np.arange(n, dtype=np.int64)
    open_matrix = program.response_matrix[fold.open][:, fold.own]
    each = sp.csr_array(
        (np.ones(n * many), np.arange(n * many), np.arange(many + 1) * n), shape=(many, n * many)
    )
    limit = [c.value - float(c.gradient @ c.point) for c in cuts] - margin * np.abs(
        program.column_upper[thetas]
    )
    concave = tuple(
        replace(term, theta=int(place[term.theta]), columns=place[term.columns])
        for j, term in enumerate(program.concave)
        if j not in fold.terms
    )
    return replace(
        program,
        curves=Curves(()),
        component_cell=np.concatenate([program.component_cell[fold.own], np.tile(cells, many)]),
        component_price=np.ones(len(fold.own) + n * many),
        component_draw=None,
        objective=np.concatenate([program.objective[kept], np.zeros(many)]),
        column_lower=np.concatenate([program.column_lower[kept], np.zeros(many)]),
        column_upper=np.concatenate([program.column_upper[kept], tops]),
        integer=np.zeros(columns + many, dtype=bool),
        matrix=sp.csr_array(sp.vstack([first, cut_rows])),
        row_lower=np.concatenate([program.row_lower, np.full(many, -np.inf)]),
        row_upper=np.concatenate([program.row_upper, limit]),
        spend_columns=place[program.spend_columns],
        response_columns=np.concatenate([place[program.response_columns[fold.open]], new]),
        response_matrix=sp.csr_array(sp.block_diag([open_matrix, each])),
        concave=concave,
        column_names=(*(program.column_names[k] for k in kept), *("cut" for _ in cuts)),
        row_names=(*program.row_names, *("cut" for _ in cuts)),
    )


def small_shop(fold: Folded, small: Program, scale: Scale) -> Shop:
    """Return the folded program's units: those of the whole one, and its cuts' own.

    Parameters
    ----------
    fold : Folded
    small : Program
    scale : Scale
        Of the whole program.

    Returns
    -------
    Shop
    """
    new = slice(len(fold.kept), small.n_columns)
    tops = small.column_upper[new]
    column = np.concatenate([scale.column[fold.kept], np.where(tops > 0.0, tops / PARTS, 1.0)])
    sizes = abs(small.matrix[fold.layout.program.n_rows :]).multiply(column[None, :])
    row = np.concatenate([scale.row, sp.csr_array(sizes).max(axis=1).toarray().ravel()])
    return Shop(Layout(small), replace(scale, column=column, row=row))


def small_region(fold: Folded, region: Region, small: Program) -> Region:
    """Return a region's box of the folded program.

    Parameters
    ----------
    fold : Folded
    region : Region
    small : Program

    Returns
    -------
    Region
    """
    new = slice(len(fold.kept), small.n_columns)
    return replace(
        region,
        column_lower=np.concatenate([region.column_lower[fold.kept], small.column_lower[new]]),
        column_upper=np.concatenate([region.column_upper[fold.kept], small.column_upper[new]]),
    )


def small_start(small: Program, known: Multipliers | None) -> Multipliers:
    """Return earlier multipliers of the folded program, with none for the cuts that are new.

    Parameters
    ----------
    small : Program
    known : Multipliers or None
        Of the folded program with fewer cuts.

    Returns
    -------
    Multipliers
    """

    def longer(known_: Floats, size: int) -> Floats:
        return np.concatenate([known_, np.zeros(size - len(known_))])

    if known is None:
        none = np.empty(0)
        known = Multipliers(scale=1.0, row=none, spend=np.zeros(len(small.spend_columns)), response=none)
    return replace(
        known,
        row=longer(known.row, small.n_rows),
        response=longer(np.maximum(known.response, 0.0), len(small.response_columns)),
    )


def unfolded(fold: Folded, cuts: list[Tangent], found: Multipliers) -> Multipliers:
    """Return what multipliers of the folded program are for the whole one.

    Parameters
    ----------
    fold : Folded
    cuts : list of Tangent
    found : Multipliers

    Returns
    -------
    Multipliers
        Not clean.
    """
    program = fold.layout.program
    worth = np.maximum(found.row[program.n_rows :], 0.0)
    priced = np.zeros(program.n_columns)
    for cut, amount in zip(cuts, worth, strict=True):
        np.add.at(priced, program.concave[cut.term].columns, amount * cut.gradient)
    response = priced[program.response_columns]
    response[fold.open] = found.response[: len(fold.open)]
    others = [j for j in range(len(program.concave)) if j not in fold.terms]
    rest = [(replace(tangent, term=others[tangent.term]), amount) for tangent, amount in found.tangents]
    return Multipliers(
        scale=found.scale,
        row=found.row[: program.n_rows],
        spend=found.spend,
        response=response,
        tangents=(*zip(cuts, worth.tolist(), strict=True), *rest),
    )


def concave_throughout(layout: Layout) -> Flags:
    """Return which components are concave over their cell's box.

    Parameters
    ----------
    layout : Layout

    Returns
    -------
    ndarray (n_components,) of bool
    """
    return np.less_equal(layout.inflection, layout.program.lower[layout.program.component_cell])
