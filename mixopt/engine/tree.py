"""The tree of a branch and bound, and the proof it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import Multipliers
from mixopt.engine.solution import LEAF, Proof


@dataclass(slots=True)
class Node:
    """A box: a leaf with multipliers until it is split.

    Parameters
    ----------
    multipliers : Multipliers
        What bounds it.
    value : float, currency
        What they prove; -inf for a box proven empty.
    kind, index, at : int, int, float
        The split.
    children : pair of Node or None
        Set last, in one step: an interrupted split leaves a leaf.
    """

    multipliers: Multipliers
    value: float
    kind: int = LEAF
    index: int = 0
    at: float = 0.0
    children: tuple[Node, Node] | None = field(default=None)

    def split(self, kind: int, index: int, at: float) -> tuple[Node, Node]:
        """Return the halves, which start with their parent's proof.

        Parameters
        ----------
        kind : int
            ``SPLIT_CELL`` or ``SPLIT_COLUMN``.
        index : int
        at : float

        Returns
        -------
        left, right : Node
        """
        pair = (Node(self.multipliers, self.value), Node(self.multipliers, self.value))
        self.kind, self.index, self.at = kind, index, at
        self.children = pair
        return pair


def proof_of(layout: Layout, root: Node) -> Proof:
    """Return the proof a tree amounts to.

    Parameters
    ----------
    layout : Layout
    root : Node

    Returns
    -------
    Proof
    """
    nodes, left = [root], []
    at = 0
    while at < len(nodes):
        children = nodes[at].children
        left.append(len(nodes) if children else -1)
        nodes.extend(children or ())
        at += 1
    sets: dict[int, int] = {}
    used: list[Multipliers] = []
    for node in nodes:
        if node.children is None and id(node.multipliers) not in sets:
            sets[id(node.multipliers)] = len(used)
            used.append(node.multipliers)
    starts = np.array(left, dtype=np.int64)
    leaf = starts < 0
    return Proof(
        node_kind=np.array([0 if n.children is None else n.kind for n in nodes], dtype=np.int8),
        node_index=np.array(
            [sets[id(n.multipliers)] if n.children is None else n.index for n in nodes], dtype=np.int64
        ),
        node_at=np.array([0.0 if n.children is None else n.at for n in nodes]),
        node_left=starts,
        node_right=np.where(leaf, -1, starts + 1),
        **_sets(layout, used),
    )


def _sets(layout: Layout, used: list[Multipliers]) -> dict[str, Any]:
    concave = np.array([multipliers.concave(layout) for multipliers in used])
    flat = [(k, t, w) for k, multipliers in enumerate(used) for t, w in multipliers.tangents]
    weight = [w / concave[k, t.term] for k, t, w in flat]
    point = [t.point for _, t, _ in flat]
    return {
        "scale": np.array([m.scale for m in used]),
        "row": np.array([m.row for m in used]),
        "spend": np.array([m.spend for m in used]),
        "response": np.array([m.response for m in used]),
        "active": np.array([m.active for m in used]),
        "concave": concave,
        "tangent_term": np.array([t.term for _, t, _ in flat], dtype=np.int64),
        "tangent_leaf": np.array([k for k, _, _ in flat], dtype=np.int64),
        "tangent_weight": np.array(weight, dtype=np.float64),
        "tangent_start": np.concatenate([[0], np.cumsum([len(p) for p in point])]).astype(np.int64),
        "tangent_point": np.concatenate(point) if point else np.empty(0),
    }
