"""What many planning tools do: a local search from an equal split.

scipy's SLSQP, given every advantage: exact derivatives, spends and objective scaled to about 1, tight tolerances.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import minimize


def local_search(cells: pd.DataFrame, budget: float) -> float:
    """Return the response of the plan where the search stops, saying that it succeeded."""
    scale, half, slope, upper = (
        cells[name].to_numpy() for name in ("scale", "half_saturation", "slope", "upper")
    )

    def response(spend: np.ndarray) -> np.ndarray:
        return scale * spend**slope / (half**slope + spend**slope)

    def marginal(spend: np.ndarray) -> np.ndarray:
        return scale * slope * half**slope * spend ** (slope - 1) / (half**slope + spend**slope) ** 2

    def money(z: np.ndarray) -> np.ndarray:
        return np.maximum(z, 1e-12) * unit

    unit = budget / len(cells)
    size = response(np.full(len(cells), unit)).sum()
    answer = minimize(
        lambda z: -response(money(z)).sum() / size,
        np.ones(len(cells)),
        jac=lambda z: -marginal(money(z)) * unit / size,
        bounds=[(0.0, most / unit) for most in upper],
        constraints={"type": "eq", "fun": lambda z: z.sum() - len(cells), "jac": np.ones_like},
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-12},
    )
    assert answer.success, answer.message
    return float(response(money(answer.x)).sum())
