"""The tree of a proof: that it is one, and the box of each of its leaves.

A split cuts a cell's interval at a point of it, [l, at] and [at, u], or a whole-number column's between two whole
numbers, [l, at] and [at + 1, u]. So the leaves of a tree whose nodes are all reached exactly once cover the whole box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mixopt.errors import ProofError
from mixopt.proof.plan_data import PlanData

LEAF, SPLIT_CELL, SPLIT_COLUMN = 0, 1, 2

Changes = Mapping[
    tuple[int, int], tuple[float, float]
]  # (kind of split, cell or column) to its bounds in a leaf


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf: its node, its set of multipliers, and the bounds in which its box differs from the whole."""

    node: int
    multipliers: int
    changes: Changes


def leaves_of(data: PlanData) -> list[Leaf]:
    """Return the leaves of a plan's tree.

    Parameters
    ----------
    data : PlanData

    Returns
    -------
    list of Leaf

    Raises
    ------
    ProofError
        ``tree`` if the nodes are no tree, ``leaf`` if a leaf has no multipliers, ``split`` if a split does not cut
        a box in two parts that cover it.
    """
    kinds, sets = data["node_kind"], data.record.sizes.multipliers
    seen = np.zeros(len(kinds), dtype=bool)
    leaves = []
    stack: list[tuple[int, Changes]] = [(0, {})]
    while stack:
        node, box = stack.pop()
        if not 0 <= node < len(kinds) or seen[node]:
            raise ProofError("tree", f"node {node} is no node, or is reached twice")
        seen[node] = True
        if kinds[node] != LEAF:
            stack += _children(data, node, box)
            continue
        multipliers = int(data["node_index"][node])
        if not 0 <= multipliers < sets:
            raise ProofError("leaf", f"leaf {node} uses multipliers {multipliers}, of which there are {sets}")
        leaves.append(Leaf(node, multipliers, box))
    if not seen.all():
        raise ProofError("tree", f"node {int(np.argmin(seen))} is never reached")
    return leaves


def _children(data: PlanData, node: int, box: Changes) -> list[tuple[int, Changes]]:
    kind, index, at = (
        int(data["node_kind"][node]),
        int(data["node_index"][node]),
        float(data["node_at"][node]),
    )
    key, step = (kind, index), 0.0 if kind == SPLIT_CELL else 1.0
    low, high = box.get(key) or _root(data, kind, index)
    if not low <= at <= high - step or (step and at != np.floor(at)):
        raise ProofError("split", f"node {node} splits [{low}, {high}] at {at}")
    left, right = int(data["node_left"][node]), int(data["node_right"][node])
    return [(right, {**box, key: (at + step, high)}), (left, {**box, key: (low, at)})]


def _root(data: PlanData, kind: int, index: int) -> tuple[float, float]:
    names = {SPLIT_CELL: ("lower", "upper"), SPLIT_COLUMN: ("column_lower", "column_upper")}.get(kind)
    if names is None or not 0 <= index < len(data[names[0]]):
        raise ProofError("split", f"a node splits number {index} of kind {kind}, which does not exist")
    if kind == SPLIT_COLUMN and not data["integer"][index]:
        raise ProofError("split", f"column '{data.record.columns[index]}' is split, but need not be whole")
    return float(data[names[0]][index]), float(data[names[1]][index])
