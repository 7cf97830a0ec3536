"""The tangents of concave terms: recomputed where the verifier knows the function, else checked for going together.

Where only the plugin knows a function, every tangent must lie above the stated values of it: the plan's, and those
where other tangents touch.
"""

from __future__ import annotations

import numpy as np

from mixopt.errors import ProofError
from mixopt.proof.atoms import POSITIVE, atom
from mixopt.proof.components import Floats, Indices
from mixopt.proof.plan_data import PlanData

CLOSE = 1e-9
SAMPLE = 500  # points of a term at which its tangents are compared


def touching(data: PlanData) -> tuple[Floats, Floats]:
    """Return the value of each tangent where it touches, and the gradients one after the other.

    Parameters
    ----------
    data : PlanData

    Returns
    -------
    value : ndarray (n_tangents,); gradient : ndarray, ragged

    Raises
    ------
    ProofError
        ``tangent``.
    """
    value, gradient = data["tangent_value"].copy(), data["tangent_gradient"].copy()
    start = data["tangent_start"]
    for j, k in enumerate(data["tangent_term"]):
        if data.record.concave[k].atom:
            span = slice(start[j], start[j + 1])
            value[j], gradient[span] = _known(data, j, span)
    for k, term, columns in data.terms():
        mine = np.flatnonzero(data["tangent_term"] == k)
        if not term.atom and len(mine):
            _check_stated(data, k, mine, columns)
    return value, gradient


def _known(data: PlanData, j: int, span: slice) -> tuple[float, Floats]:
    k = data["tangent_term"][j]
    term, point = data.record.concave[k], data["tangent_point"][span]
    scale, unit = data[f"concave{k}_scale"], data[f"concave{k}_unit"]
    if term.atom in POSITIVE and (point < 0.0).any():
        raise ProofError("tangent", f"term '{term.name}': a tangent touches at a negative total")
    h, slope = atom(term.atom, point / unit)
    value = float(term.constant + scale @ h)
    gradient = np.where(scale > 0.0, scale / unit * slope, 0.0)
    if not np.isfinite(gradient).all():
        raise ProofError("tangent", f"term '{term.name}': a tangent touches where the term is upright")
    size = abs(term.constant) + np.abs(scale * h).sum()
    off = np.abs(data["tangent_gradient"][span] - gradient) > CLOSE * (scale / unit + np.abs(gradient))
    if abs(data["tangent_value"][j] - value) > CLOSE * size or off.any():
        raise ProofError("tangent", f"term '{term.name}': a tangent is stated that is not the term's own")
    return value, gradient


def _check_stated(data: PlanData, k: int, mine: Indices, columns: Indices) -> None:
    at = data["tangent_start"][mine][:, None] + np.arange(len(columns))
    points, slopes, values = (
        data["tangent_point"][at],
        data["tangent_gradient"][at],
        data["tangent_value"][mine],
    )
    lines = values - (slopes * points).sum(axis=1)  # what each tangent says where all columns are 0
    some = np.unique(np.linspace(0, len(mine) - 1, SAMPLE).astype(np.int64))
    points, values = points[some], values[some]
    if "plan_columns" in data.arrays:
        points = np.vstack([points, data["plan_columns"][columns]])
        values = np.append(values, data["plan_concave"][k])
    above = lines[:, None] + slopes @ points.T
    size = np.abs(lines)[:, None] + np.abs(slopes) @ np.abs(points.T) + np.abs(values)
    if (above < values - CLOSE * size).any():
        name = data.record.concave[k].name
        raise ProofError("tangent", f"term '{name}': a tangent lies below a stated value of the term")
