"""The bound of a proof, from the program and the proof alone: every leaf, and the greatest of them.

The formula is that of :class:`mixopt.engine.Proof`. What a set of multipliers makes of the whole box is computed once;
a leaf's box differs from it in the cells and columns on its path, and only these are priced again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves import Floats, Indices
from mixopt.engine.bound import ROUNDING, column_worth, support
from mixopt.engine.layout import Layout, ragged
from mixopt.engine.price import Pricer
from mixopt.engine.program import Program
from mixopt.engine.solution import LEAF, SPLIT_CELL, Proof

BLOCK = 2_000_000  # numbers per array: sets are priced in blocks of at most so many cells


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf: its set of multipliers, and where its box differs from the program's.

    Parameters
    ----------
    node, set : int
    cells, columns : dict of int to (float, float)
    """

    node: int
    set: int
    cells: dict[int, tuple[float, float]]
    columns: dict[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Sets:
    """Each set of multipliers over the whole box.

    Parameters
    ----------
    fixed, size : ndarray (s,)
        Offset, rows and tangents; and the sizes of all parts, cells included.
    reduced, parts : ndarray (s, n_columns)
        Reduced prices and what they were summed from.
    columns : ndarray (s,)
        What the columns add.
    """

    fixed: Floats
    size: Floats
    reduced: Floats
    parts: Floats
    columns: Floats


def proven(program: Program, proof: Proof, pricer: Pricer | None = None) -> tuple[float, int]:
    """Return what a proof bounds the objective by, and the set of multipliers of the leaf that says so.

    Parameters
    ----------
    program : Program
    proof : Proof
    pricer : Pricer, optional
        Of this program.

    Returns
    -------
    bound : float, currency
        ``-inf`` where every leaf is proven empty; ``inf`` where a leaf is not bounded at all.
    set : int
    """
    layout = Layout(program)
    leaves = leaves_of(program, proof)
    bounds = leaf_bounds(layout, Pricer(layout) if pricer is None else pricer, proof, leaves)
    empty = proof.scale[[leaf.set for leaf in leaves]] == 0.0
    values = np.where(empty, np.where(bounds < 0.0, -np.inf, np.inf), bounds)
    worst = int(np.argmax(values))
    return float(values[worst]), leaves[worst].set


def leaves_of(program: Program, proof: Proof) -> list[Leaf]:
    """Return the leaves of a proof with their boxes.

    Parameters
    ----------
    program : Program
    proof : Proof

    Returns
    -------
    list of Leaf
    """
    out: list[Leaf] = []
    stack: list[Leaf] = [Leaf(0, 0, {}, {})]
    while stack:
        here = stack.pop()
        kind, index = int(proof.node_kind[here.node]), int(proof.node_index[here.node])
        if kind == LEAF:
            out.append(Leaf(here.node, index, here.cells, here.columns))
            continue
        at = float(proof.node_at[here.node])
        children = int(proof.node_left[here.node]), int(proof.node_right[here.node])
        for child, side in zip(children, (0, 1), strict=True):
            stack.append(_half(program, here, (kind, index, at), (child, side)))
    return out


def _half(program: Program, here: Leaf, split: tuple[int, int, float], to: tuple[int, int]) -> Leaf:
    (kind, index, at), (child, side) = split, to
    cells, columns = here.cells, here.columns
    if kind == SPLIT_CELL:
        low, high = cells.get(index, (float(program.lower[index]), float(program.upper[index])))
        return Leaf(child, 0, {**cells, index: (at, high) if side else (low, at)}, columns)
    box = (float(program.column_lower[index]), float(program.column_upper[index]))
    low, high = columns.get(index, box)
    return Leaf(child, 0, cells, {**columns, index: (at + 1.0, high) if side else (low, at)})


def leaf_bounds(layout: Layout, pricer: Pricer, proof: Proof, leaves: list[Leaf]) -> Floats:
    """Return each leaf's bound.

    Parameters
    ----------
    layout : Layout
    pricer : Pricer
    proof : Proof
    leaves : list of Leaf

    Returns
    -------
    ndarray (number of leaves,), currency
    """
    sets = _sets(layout, proof)
    of = np.array([leaf.set for leaf in leaves], dtype=np.int64)
    cells, sizes = _cells(layout, pricer, proof, leaves)
    value = sets.fixed[of] + sets.columns[of] + cells
    size = sets.size[of] + sizes
    for k, leaf in enumerate(leaves):
        if leaf.columns:
            value[k] += _moved(layout.program, sets, leaf)
    return value + ROUNDING * size


def _moved(program: Program, sets: Sets, leaf: Leaf) -> float:
    """Return by how much a leaf's column box lowers what the columns add."""
    index = np.array(list(leaf.columns), dtype=np.int64)
    low, high = (np.array(ends) for ends in zip(*leaf.columns.values(), strict=True))
    reduced, parts = sets.reduced[leaf.set, index], sets.parts[leaf.set, index]
    before = column_worth(reduced, parts, program.column_lower[index], program.column_upper[index])
    return float((column_worth(reduced, parts, low, high) - before).sum())


def _sets(layout: Layout, proof: Proof) -> Sets:
    program = layout.program
    scale = proof.scale[:, None]
    reduced = scale * program.objective - proof.row @ layout.matrix
    parts = np.abs(scale * program.objective) + np.abs(proof.row) @ abs(layout.matrix)
    for columns, price, sign in (
        (program.spend_columns, proof.spend, 1.0),
        (program.response_columns, proof.response, -1.0),
        (layout.thetas, proof.concave, -1.0),
        *(((program.activity.columns, proof.active, 1.0),) if layout.gated else ()),
    ):
        reduced[:, columns] += sign * price
        parts[:, columns] += np.abs(price)
    constant, touched = _tangents(layout, proof, reduced, parts)
    rows = support(proof.row, program.row_lower, program.row_upper)
    columns_ = column_worth(reduced, parts, program.column_lower, program.column_upper)
    offset = proof.scale * program.offset
    size = np.abs(offset) + np.abs(rows).sum(axis=1) + np.abs(columns_).sum(axis=1) + touched
    size += 1e-3 * (parts @ layout.column_size)
    return Sets(offset + rows.sum(axis=1) + constant, size, reduced, parts, columns_.sum(axis=1))


def _tangents(layout: Layout, proof: Proof, reduced: Floats, parts: Floats) -> tuple[Floats, Floats]:
    """Add the tangents' gradients to the reduced prices; return their constants and the sizes of these."""
    constant, size = np.zeros((2, len(proof.scale)))
    for k in range(len(proof.tangent_term)):
        term, of = layout.program.concave[proof.tangent_term[k]], proof.tangent_leaf[k]
        worth = proof.concave[of, proof.tangent_term[k]] * proof.tangent_weight[k]
        point = proof.tangent_point[proof.tangent_start[k] : proof.tangent_start[k + 1]]
        value, gradient = term.function(point)
        gradient = np.asarray(gradient, dtype=np.float64)
        constant[of] += worth * (value - float(gradient @ point))
        size[of] += worth * (abs(value) + float(np.abs(gradient) @ np.abs(point)))
        np.add.at(reduced[of], term.columns, worth * gradient)
        np.add.at(parts[of], term.columns, np.abs(worth * gradient))
    return constant, size


def _cells(layout: Layout, pricer: Pricer, proof: Proof, leaves: list[Leaf]) -> tuple[Floats, Floats]:
    """Return the cells' worth in each leaf, and its size: the whole box's, corrected where the leaf's box differs."""
    program = layout.program
    value, size = np.zeros((2, len(leaves)))
    by_set: dict[int, list[int]] = {}
    for k, leaf in enumerate(leaves):
        by_set.setdefault(leaf.set, []).append(k)
    block = max(1, BLOCK // max(1, program.curves.size))
    order = sorted(by_set)
    for first in range(0, len(order), block):
        some = np.array(order[first : first + block], dtype=np.int64)
        weight = np.asarray(proof.response[some] @ layout.response)
        price = np.asarray(proof.spend[some] @ layout.spend)
        toll = np.asarray(proof.active[some] @ layout.activity) if layout.gated else np.zeros_like(price)
        base, base_size = _whole_box(layout, pricer, weight, price, toll)
        for at, number in enumerate(some.tolist()):
            mine = by_set[number]
            value[mine], size[mine] = base[at].sum(), base_size[at].sum()
        mine = [k for number in some.tolist() for k in by_set[number]]
        _correct(layout, pricer, (weight, price, toll, base), (leaves, mine, some), (value, size))
    return value, size


def _whole_box(
    layout: Layout, pricer: Pricer, weight: Floats, price: Floats, toll: Floats
) -> tuple[Floats, Floats]:
    program = layout.program
    if len(weight) == 1:
        worth = pricer.all(weight[0], price[0], (program.lower, program.upper), toll[0])
        return worth.over[None, :], worth.size[None, :]
    s, n = price.shape
    cells = np.tile(np.arange(n, dtype=np.int64), s)
    component, owner = layout.components_of(cells)
    worth = pricer.some(
        cells,
        weight[owner // n, component],
        price.ravel(),
        (np.tile(program.lower, s), np.tile(program.upper, s)),
        toll.ravel(),
    )
    return worth.over.reshape(s, n), worth.size.reshape(s, n)


def _correct(
    layout: Layout,
    pricer: Pricer,
    priced: tuple[Floats, Floats, Floats, Floats],
    of: tuple[list[Leaf], list[int], Indices],
    out: tuple[Floats, Floats],
) -> None:
    """Price the cells on the leaves' paths over the leaves' own boxes."""
    (weight, price, toll, base), (leaves, mine, some) = priced, of
    count = np.array([len(leaves[k].cells) for k in mine], dtype=np.int64)
    if not count.sum():
        return
    which, _ = ragged(np.zeros(len(mine), dtype=np.int64), count)
    cells = np.array([cell for k in mine for cell in leaves[k].cells], dtype=np.int64)
    ends = np.array([box for k in mine for box in leaves[k].cells.values()])
    row = np.searchsorted(some, [leaves[k].set for k in mine])[which]
    component, owner = layout.components_of(cells)
    box = ends[:, 0], ends[:, 1]
    worth = pricer.some(cells, weight[row[owner], component], price[row, cells], box, toll[row, cells])
    leaf = np.array(mine, dtype=np.int64)[which]
    np.add.at(out[0], leaf, worth.over - base[row, cells])
    np.add.at(out[1], leaf, worth.size)
