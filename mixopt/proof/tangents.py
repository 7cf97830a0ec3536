"""The cuts of concave terms, ``phi(v) <= a + g'v``: recomputed where the verifier knows phi, else checked for sense.

A cut is stated by where it touches, the value there and the gradient. For a known phi the least a that keeps a line of
gradient g above it has a closed form. Where only the plugin knows phi, every cut must lie above its stated values:
the plan's, and those where other cuts touch.
"""

from __future__ import annotations

import numpy as np

from mixopt.errors import ProofError
from mixopt.proof.atoms import intercept
from mixopt.proof.components import Floats, Indices
from mixopt.proof.plan_data import PlanData
from mixopt.proof.tail import TAIL, line_above

CLOSE = 1e-9
SAMPLE = 500  # points of a term at which its cuts are compared


def cuts(data: PlanData) -> tuple[Floats, Floats]:
    """Return what each cut says where all columns are 0, and the gradients one after the other.

    Parameters
    ----------
    data : PlanData

    Returns
    -------
    start : ndarray (n_tangents,); gradient : ndarray, ragged

    Raises
    ------
    ProofError
        ``tangent``.
    """
    gradient, starts = data["tangent_gradient"].copy(), data["tangent_start"]
    touching = np.add.reduceat(np.append(gradient * data["tangent_point"], 0.0), starts)[:-1] * (
        np.diff(starts) > 0
    )
    start = data["tangent_value"] - touching
    for k, term, columns in data.terms():
        mine = np.flatnonzero(data["tangent_term"] == k)
        at = starts[mine][:, None] + np.arange(len(columns))
        if term.atom:
            gradient[at] = np.where(data[f"concave{k}_scale"] > 0.0, gradient[at], 0.0)
            start[mine] = _known(data, k, start[mine], gradient[at])
        elif len(mine):
            _check_stated(data, k, start[mine], at)
    return start, gradient


def _known(data: PlanData, k: int, stated: Floats, gradient: Floats) -> Floats:
    term, scale = data.record.concave[k], data[f"concave{k}_scale"]
    if term.atom == TAIL:
        return _above_worst(data, k, stated, gradient)
    slope = gradient * data[f"concave{k}_unit"] / np.where(scale > 0.0, scale, 1.0)
    high = np.where(scale > 0.0, intercept(term.atom, slope), 0.0) * np.where(scale > 0.0, scale, 0.0)
    start = term.constant + high.sum(axis=1)
    size = np.abs(stated) + abs(term.constant) + (np.abs(high) + scale).sum(axis=1)
    if not (stated >= start - CLOSE * size).all():
        raise ProofError("tangent", f"term '{term.name}': a tangent does not lie above the term")
    return np.asarray(start, dtype=np.float64)


def _above_worst(data: PlanData, k: int, stated: Floats, gradient: Floats) -> Floats:
    tops = data["column_upper"][data[f"concave{k}_columns"]]
    start = line_above(data[f"concave{k}_scale"], gradient, float(tops.max(initial=0.0)))
    if not (stated >= start - CLOSE * np.abs(tops).max(initial=0.0)).all():
        raise ProofError(
            "tangent", f"term '{data.record.concave[k].name}': a tangent does not lie above the term"
        )
    return start


def _check_stated(data: PlanData, k: int, start: Floats, at: Indices) -> None:
    some = np.unique(np.linspace(0, len(at) - 1, SAMPLE).astype(np.int64))
    mine = np.flatnonzero(data["tangent_term"] == k)
    points, values = data["tangent_point"][at[some]], data["tangent_value"][mine[some]]
    if "plan_columns" in data.arrays:
        points = np.vstack([points, data["plan_columns"][data[f"concave{k}_columns"]]])
        values = np.append(values, data["plan_concave"][k])
    slopes = data["tangent_gradient"][at]
    above = start[:, None] + slopes @ points.T
    size = np.abs(start)[:, None] + np.abs(slopes) @ np.abs(points.T) + np.abs(values)
    if not (above >= values - CLOSE * size).all():
        name = data.record.concave[k].name
        raise ProofError("tangent", f"term '{name}': a tangent lies below a stated value of the term")
