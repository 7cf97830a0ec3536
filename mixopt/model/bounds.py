"""Bounds of model columns that their author left open, where the rows imply them.

Every column needs finite bounds: the proof charges each column at the worse of its ends. For a row
``lo <= Σ a_k w_k <= hi`` and a column j, a_j w_j lies between lo - max Σ_{k≠j} a_k w_k and hi - min Σ_{k≠j} a_k w_k
(feasibility-based bound tightening; Savelsbergh 1994, doi:10.1287/ijoc.6.4.445).
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from mixopt.curves import Floats

PASSES = 10
SLACK = 1e-9


def implied_bounds(
    matrix: sp.csr_array, row_lower: Floats, row_upper: Floats, lower: Floats, upper: Floats
) -> tuple[Floats, Floats]:
    """Return column bounds with the open ones closed as far as the rows allow.

    Parameters
    ----------
    matrix : csr_array (n_rows, n_columns)
    row_lower, row_upper : ndarray (n_rows,)
    lower, upper : ndarray (n_columns,)
        With ``-inf`` and ``inf`` where the author gave none.

    Returns
    -------
    lower, upper : ndarray (n_columns,)
        Finite bounds are never changed; what stays open cannot be bounded from the rows.
    """
    lower, upper = lower.copy(), upper.copy()
    wanted = np.isinf(lower) | np.isinf(upper)
    given = np.isfinite(upper)
    rows = sorted(set(sp.csc_array(matrix)[:, wanted].indices.tolist()))
    for _ in range(PASSES):
        changed = False
        for row in rows:
            span = slice(matrix.indptr[row], matrix.indptr[row + 1])
            changed |= _tighten(
                matrix.indices[span], matrix.data[span], (row_lower[row], row_upper[row]), lower, upper
            )
        if not changed:
            break
    # rows that cannot all hold imply bounds that cross: the given side stands, and the rows prove the clash
    crossed = wanted & (lower > upper)
    return np.where(crossed & given, upper, lower), np.where(crossed & ~given, lower, upper)


def _tighten(
    columns: np.ndarray, weights: Floats, sides: tuple[float, float], lower: Floats, upper: Floats
) -> bool:
    ends = weights * lower[columns], weights * upper[columns]
    low, high = np.minimum(*ends), np.maximum(*ends)
    changed = False
    for k, (j, weight) in enumerate(zip(columns, weights, strict=True)):
        if np.isfinite(lower[j]) and np.isfinite(upper[j]):
            continue
        rest_low, rest_high = np.delete(low, k).sum(), np.delete(high, k).sum()
        reach = np.array([sides[0] - rest_high, sides[1] - rest_low]) / weight
        least, most = reach.min(), reach.max()
        if np.isinf(lower[j]) and np.isfinite(least):
            lower[j] = least - SLACK * max(1.0, abs(least))
            changed = True
        if np.isinf(upper[j]) and np.isfinite(most):
            upper[j] = most + SLACK * max(1.0, abs(most))
            changed = True
    return changed
