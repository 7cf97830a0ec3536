"""What users would run instead: scipy's SLSQP on the same curves and rules, from an equal split or many starts."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from family import Given
from scipy.optimize import LinearConstraint, minimize
from scipy.special import expit

SCALE = 1e-3  # SLSQP stops early on plain money; it is given thousands, and objective values near 1


@dataclass(frozen=True)
class Found:
    """The best of some starts: its value (nan if none kept the rules) and the CPU seconds of all."""

    value: float
    seconds: float
    kept: int


def slsqp(problem: Given, starts: int, seed: int = 5) -> Found:
    """Return the best plan of SLSQP from an equal split (one start) or as many random feasible-ish starts."""
    table, budget = problem.cells, problem.document["budget"]["total"]
    scale, half, slope, upper = (
        table[name].to_numpy() for name in ("scale", "half_saturation", "slope", "upper")
    )

    def value(x):
        with np.errstate(divide="ignore"):
            return scale * expit(slope * (np.log(x) - np.log(half)))

    size = float(value(np.minimum(budget / len(table), upper)).sum())

    def objective(z):
        x = np.maximum(z / SCALE, 1e-9)
        f = value(x)
        gradient = slope * f * (1 - f / scale) / x / SCALE
        return -f.sum() / size, -gradient / size

    matrix = np.vstack((np.ones(len(table)), problem.members))
    low, high = np.append(-np.inf, problem.floor), np.append(budget, problem.cap)
    rules = LinearConstraint(matrix, low * SCALE, high * SCALE)
    rng = np.random.default_rng(seed)
    best, kept, begun = np.nan, 0, time.process_time()
    for k in range(starts):
        x0 = (
            np.full(len(table), budget / len(table))
            if k == 0
            else rng.dirichlet(np.ones(len(table))) * budget
        )
        answer = minimize(
            objective,
            np.minimum(x0, upper) * SCALE,
            jac=True,
            method="SLSQP",
            bounds=np.column_stack((np.zeros(len(table)), upper * SCALE)),
            constraints=[rules],
            options={"maxiter": 500, "ftol": 1e-10},
        )
        x = np.clip(answer.x / SCALE, 0.0, upper)
        total = matrix @ x
        if (total > high + 1e-6 * budget).any() or (total < low - 1e-6 * budget).any():
            continue
        kept += 1
        best = np.nanmax([best, value(np.maximum(x, 1e-300)).sum()])
    return Found(float(best), time.process_time() - begun, kept)
