"""Multipliers of one program as multipliers of a similar one: rows by their names, totals by what they sum.

What a program has and the other has not gets the multiplier 0. Any multipliers prove something, so a carried proof is
never wrong; it is good where the programs are alike.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from mixopt.curves import Floats, Indices
from mixopt.engine.activity import Activity
from mixopt.engine.program import Program
from mixopt.engine.solution import Proof, Solution


def carried(old: Program, new: Program, solution: Solution) -> Solution:
    """Return a solution of one program as a start for another.

    Parameters
    ----------
    old, new : Program
        Their cells are the same ones in the same order.
    solution : Solution
        Of `old`.

    Returns
    -------
    Solution
        Its proof has the rows and totals of `new`; without proof where none of it can be carried.
    """
    if solution.proof is None or old.n_cells != new.n_cells:
        return replace(solution, proof=None)
    known = np.flatnonzero(solution.proof.scale == 1.0)
    terms = _places([term.name for term in old.concave], [term.name for term in new.concave])
    if not len(known) or not _same_reads(old, new, terms):
        return replace(solution, proof=None)
    return replace(solution, proof=_carried(old, new, solution.proof, int(known[0]), terms))


def _carried(old: Program, new: Program, proof: Proof, at: int, terms: Indices) -> Proof:
    sums = [
        _places(_sums(before), _sums(after))
        for before, after in (
            (old.spend_matrix, new.spend_matrix),
            (old.response_matrix, new.response_matrix),
        )
    ]
    own = np.flatnonzero((proof.tangent_leaf == at) & np.isin(proof.tangent_term, terms))
    position = {int(before): after for after, before in enumerate(terms) if before >= 0}
    points = [proof.tangent_point[proof.tangent_start[k] : proof.tangent_start[k + 1]] for k in own]
    return replace(
        proof,
        node_kind=np.zeros(1, dtype=np.int8),
        node_index=np.zeros(1, dtype=np.int64),
        node_at=np.zeros(1),
        node_left=np.full(1, -1, dtype=np.int64),
        node_right=np.full(1, -1, dtype=np.int64),
        scale=np.ones(1),
        row=_taken(proof.row[at], _places(_rows(old), _rows(new))),
        spend=_taken(proof.spend[at], sums[0]),
        response=_taken(proof.response[at], sums[1]),
        active=_taken(proof.active[at], _places(_states(old.activity), _states(new.activity))),
        concave=_taken(proof.concave[at], terms),
        tangent_term=np.array([position[int(proof.tangent_term[k])] for k in own], dtype=np.int64),
        tangent_leaf=np.zeros(len(own), dtype=np.int64),
        tangent_weight=proof.tangent_weight[own],
        tangent_start=np.concatenate([[0], np.cumsum([len(p) for p in points])]).astype(np.int64),
        tangent_point=np.concatenate(points) if points else np.empty(0),
    )


def _places(old: Sequence[Hashable], new: Sequence[Hashable]) -> Indices:
    """Return where each of the new stands among the old; -1 where it does not."""
    at = {one: k for k, one in enumerate(old)}
    return np.array([at.get(one, -1) for one in new], dtype=np.int64)


def _taken(values: Floats, places: Indices) -> Floats:
    return (
        np.where(places >= 0, values[np.maximum(places, 0)], 0.0)[None, :]
        if len(values)
        else (np.zeros((1, len(places))))
    )


def _rows(program: Program) -> list[Hashable]:
    """Return the rows' names; the two sides of one range are told apart."""
    return [
        (name, bool(np.isfinite(low)), bool(np.isfinite(high)))
        for name, low, high in zip(program.row_names, program.row_lower, program.row_upper, strict=True)
    ]


def _sums(matrix: sp.csr_array) -> list[Hashable]:
    """Return what each total sums: its cells and their weights."""
    return [
        (
            matrix.indices[matrix.indptr[k] : matrix.indptr[k + 1]].tobytes(),
            matrix.data[matrix.indptr[k] : matrix.indptr[k + 1]].tobytes(),
        )
        for k in range(matrix.shape[0])
    ]


def _states(activity: Activity) -> list[Hashable]:
    """Return what each total of states sums: its cells and their weights."""
    matrix = activity.matrix
    starts = matrix.indptr
    return [
        (
            activity.cell[matrix.indices[starts[k] : starts[k + 1]]].tobytes(),
            matrix.data[starts[k] : starts[k + 1]].tobytes(),
        )
        for k in range(matrix.shape[0])
    ]


def _same_reads(old: Program, new: Program, terms: Indices) -> bool:
    """Return whether every concave term that both have reads as many columns in both."""
    return all(
        len(old.concave[before].columns) == len(new.concave[after].columns)
        for after, before in enumerate(terms)
        if before >= 0
    )
