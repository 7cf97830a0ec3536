"""Multipliers of a program's rows and links: what they make of cells and columns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.layout import Layout
from mixopt.engine.program import Flags
from mixopt.engine.solution import Proof
from mixopt.errors import FormulationError, shown

SLIGHT = 1e-6  # of a reduced price's parts: what the linear solver may leave of a price that should be 0


@dataclass(frozen=True, slots=True)
class Tangent:
    """One tangent of one concave term, touching at `point`: value + gradient'(v - point).

    Parameters
    ----------
    term : int
    point, gradient : ndarray, in the order of the term's columns
    value : float, currency
    """

    term: int
    point: Floats
    value: float
    gradient: Floats


def tangent(layout: Layout, term: int, point: Floats) -> Tangent:
    """Return the tangent of a concave term at a point.

    Parameters
    ----------
    layout : Layout
    term : int
    point : ndarray, in the order of the term's columns

    Returns
    -------
    Tangent

    Raises
    ------
    FormulationError
        Where value or gradient is not a finite number there.
    """
    value, gradient = layout.program.concave[term].function(point.copy())
    drawn = Tangent(term, point.copy(), float(value), np.array(gradient, dtype=np.float64))
    if (
        not np.isfinite(drawn.value)
        or not np.isfinite(drawn.gradient).all()
        or drawn.gradient.shape != point.shape
    ):
        raise FormulationError(
            layout.program.concave[term].name,
            f"its value or gradient at {shown(point.tolist())} is not finite, or of another shape",
            "a function that is finite wherever its totals are within their bounds",
        )
    return drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Multipliers:
    """Multipliers as :class:`mixopt.engine.Proof` holds them, for one box.

    Parameters
    ----------
    scale : float
        1 with the objective, 0 without it.
    row, spend, response, active : ndarray
    tangents : tuple of (Tangent, float)
        Tangents of the concave terms with their multipliers, all above 0: a term's weights times its multiplier.
    """

    scale: float
    row: Floats
    spend: Floats
    response: Floats
    tangents: tuple[tuple[Tangent, float], ...] = ()
    active: Floats = field(default_factory=lambda: np.empty(0))

    def concave(self, layout: Layout) -> Floats:
        """Return the multipliers of the concave terms: the sums of their tangents'.

        Parameters
        ----------
        layout : Layout

        Returns
        -------
        ndarray (n_concave,)
        """
        out = np.zeros(len(layout.program.concave))
        for touching, worth in self.tangents:
            out[touching.term] += worth
        return out

    def reduced(self, layout: Layout) -> tuple[Floats, Floats]:
        """Return the columns' reduced prices, and the sizes of the parts they were summed from.

        Parameters
        ----------
        layout : Layout

        Returns
        -------
        reduced, size : ndarray (n_columns,)
        """
        program = layout.program
        own = self.scale * program.objective
        matrix, sizes = layout.columns_of_rows
        out, size = own - matrix @ self.row, np.abs(own) + sizes @ np.abs(self.row)
        out[program.spend_columns] += self.spend
        size[program.spend_columns] += np.abs(self.spend)
        out[program.response_columns] -= self.response
        size[program.response_columns] += self.response
        if layout.gated:
            out[program.activity.columns] += self.active
            size[program.activity.columns] += np.abs(self.active)
        for touching, worth in self.tangents:
            term = program.concave[touching.term]
            out[term.theta] -= worth
            size[term.theta] += worth
            np.add.at(out, term.columns, worth * touching.gradient)
            np.add.at(size, term.columns, np.abs(worth * touching.gradient))
        return out, size

    def weights(self, layout: Layout) -> tuple[Floats, Floats]:
        """Return what a component's response is worth, and what a cell's spend costs.

        Parameters
        ----------
        layout : Layout

        Returns
        -------
        weight : ndarray (n_components,)
        price : ndarray (n_cells,)
        """
        response, spend = layout.cells_of_links
        return response @ self.response, spend @ self.spend

    def toll(self, layout: Layout) -> Floats | None:
        """Return what it costs a cell to be on; None where no cell may be off.

        Parameters
        ----------
        layout : Layout

        Returns
        -------
        ndarray (n_cells,) or None
        """
        return layout.cells_of_activity @ self.active if layout.gated else None

    def blend(self, other: Multipliers, share: float) -> Multipliers:
        """Return (1 - share) of these and `share` of others.

        Parameters
        ----------
        other : Multipliers
        share : float

        Returns
        -------
        Multipliers
        """
        rest = 1.0 - share
        every = {id(t): t for t, _ in (*self.tangents, *other.tangents)}
        worth = dict.fromkeys(every, 0.0)
        for part, known in ((rest, self.tangents), (share, other.tangents)):
            for t, w in known:
                worth[id(t)] += part * w
        tangents = tuple((every[key], total) for key, total in worth.items())
        return replace(
            self,
            row=rest * self.row + share * other.row,
            spend=rest * self.spend + share * other.spend,
            response=rest * self.response + share * other.response,
            active=rest * self.active + share * other.active,
            tangents=tangents,
        )


def zero(layout: Layout) -> Multipliers:
    """Return multipliers that are all 0: the worth of every cell at no price.

    Parameters
    ----------
    layout : Layout

    Returns
    -------
    Multipliers
    """
    program = layout.program
    return Multipliers(
        scale=1.0,
        row=np.zeros(program.n_rows),
        spend=np.zeros(len(program.spend_columns)),
        response=np.zeros(len(program.response_columns)),
        active=np.zeros(len(program.activity.columns)),
    )


def clean(layout: Layout, raw: Multipliers) -> Multipliers:
    """Return multipliers a bound can be made of: none on an open side, none below 0 on responses and tangents.

    Links are made exact where that can only help: a column with an open side gets reduced price 0 from its own link.

    Parameters
    ----------
    layout : Layout
    raw : Multipliers

    Returns
    -------
    Multipliers
    """
    program = layout.program
    row = np.where((raw.row > 0.0) & np.isinf(program.row_upper), 0.0, raw.row)
    row = np.where((row < 0.0) & np.isinf(program.row_lower), 0.0, row)
    tangents = tuple((t, w) for t, w in raw.tangents if w > 0.0)
    kept = replace(raw, row=row, response=np.maximum(raw.response, 0.0), tangents=tangents)
    return _closed(layout, kept)


def of_proof(layout: Layout, proof: Proof, number: int) -> Multipliers:
    """Return one set of multipliers of a proof; its tangents are drawn anew.

    Parameters
    ----------
    layout : Layout
        Of a program with the same rows, columns and concave terms.
    proof : Proof
    number : int

    Returns
    -------
    Multipliers
        Not clean.
    """
    tangents = []
    for k in np.flatnonzero(proof.tangent_leaf == number):
        term = int(proof.tangent_term[k])
        point = proof.tangent_point[proof.tangent_start[k] : proof.tangent_start[k + 1]]
        worth = float(proof.concave[number, term] * proof.tangent_weight[k])
        tangents.append((tangent(layout, term, point), worth))
    return Multipliers(
        scale=1.0,
        row=proof.row[number],
        spend=proof.spend[number],
        response=proof.response[number],
        active=proof.active[number] if proof.active.size else np.zeros(len(layout.program.activity.columns)),
        tangents=tuple(tangents),
    )


def _closed(layout: Layout, kept: Multipliers) -> Multipliers:
    """Shift the links' multipliers of columns that are priced towards an open side, so that their prices vanish."""
    program = layout.program
    if np.isfinite(program.column_lower).all() and np.isfinite(program.column_upper).all():
        return kept
    kept = _closed_thetas(layout, kept)
    reduced, _ = kept.reduced(layout)
    wrong = np.where(_towards_open(layout, reduced), reduced, 0.0)
    spend = kept.spend - wrong[program.spend_columns]
    response = np.maximum(kept.response + wrong[program.response_columns], 0.0)
    return _shifted(layout, replace(kept, spend=spend, response=response))


def _towards_open(layout: Layout, reduced: Floats) -> Flags:
    program = layout.program
    up, down = np.isinf(program.column_upper), np.isinf(program.column_lower)
    return np.asarray(((reduced > 0.0) & up) | ((reduced < 0.0) & down))


def _closed_thetas(layout: Layout, kept: Multipliers) -> Multipliers:
    reduced, _ = kept.reduced(layout)
    wrong = _towards_open(layout, reduced)
    worth = kept.concave(layout)
    factor = np.ones(len(worth))
    for j, term in enumerate(layout.program.concave):
        if wrong[term.theta] and worth[j] > 0.0:
            factor[j] = max(0.0, 1.0 + reduced[term.theta] / worth[j])
    tangents = tuple((t, w * factor[t.term]) for t, w in kept.tangents if factor[t.term] > 0.0)
    return replace(kept, tangents=tangents)


def _shifted(layout: Layout, kept: Multipliers) -> Multipliers:
    """Shift row multipliers by the linear solver's tolerance, so that open own columns are priced the right way."""
    row = kept.row.copy()
    reduced, size = kept.reduced(layout)
    slight = _towards_open(layout, reduced) & layout.own & (np.abs(reduced) <= SLIGHT * size)
    for k in np.flatnonzero(slight):
        span = slice(layout.matrix.indptr[k], layout.matrix.indptr[k + 1])
        rows, entries = layout.matrix.indices[span], layout.matrix.data[span]
        priced = row[rows] != 0.0
        if priced.any():
            at = int(np.argmax(np.where(priced, np.abs(entries), 0.0)))
            row[rows[at]] += reduced[k] / entries[at] * (1.0 + 1e-9)
    return replace(kept, row=row) if slight.any() else kept
