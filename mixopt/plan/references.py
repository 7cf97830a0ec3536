"""What plans are compared with: today's spend where it is known, and the budget split equally.

Neither is bound by rules; they are shown for scale.
"""

from __future__ import annotations

import numpy as np

from mixopt.curves import Curves
from mixopt.plugin import Evaluation
from mixopt.scope import Floats, Scope

TODAY = "today"
EQUAL_SPLIT = "equal-split"


def references(scope: Scope, curves: Curves) -> dict[str, Evaluation]:
    """Return the references by name.

    Parameters
    ----------
    scope : Scope
    curves : Curves
        One per cell.

    Returns
    -------
    dict of str to Evaluation
        ``today`` first, where the cells table knows it, then ``equal-split``.
    """
    found = {}
    if scope.current_spend is not None:
        found[TODAY] = evaluate(scope, curves, scope.current_spend)
    found[EQUAL_SPLIT] = evaluate(scope, curves, equal_split(scope))
    return found


def equal_split(scope: Scope) -> Floats:
    """Return the budget split equally over channels, and within a channel equally over its segments.

    Parameters
    ----------
    scope : Scope

    Returns
    -------
    ndarray (n_cells,), currency
    """
    _, codes = np.unique(scope.labels("channel").astype(str), return_inverse=True)
    cells = np.bincount(codes)
    return scope.budget.total / len(cells) / cells[codes]


def evaluate(scope: Scope, curves: Curves, spend: Floats) -> Evaluation:
    """Return a spend, evaluated, as a copy that nobody can change.

    Parameters
    ----------
    scope : Scope
    curves : Curves
    spend : ndarray (n_cells,), currency

    Returns
    -------
    Evaluation
    """
    frozen = np.array(spend, dtype=float)
    frozen.flags.writeable = False
    return Evaluation(scope=scope, curves=curves, spend=frozen)
