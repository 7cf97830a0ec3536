"""What users would run instead, on the same curves and rules: each gives the value of its best plan that keeps them."""

from __future__ import annotations

import importlib.util
import time
from dataclasses import dataclass

import numpy as np
from family import Given
from scipy.optimize import LinearConstraint, differential_evolution, minimize
from scipy.special import expit

SCALE = (
    1e-3  # local searches stop early on plain money; they are given thousands, and objective values near 1
)
LIMIT = 20.0  # CPU seconds for those that would go on
NEEDS = {"nlopt": "nlopt", "scip": "pyscipopt"}  # left out with a word where it is not installed


@dataclass(frozen=True)
class Sum:
    """A case as a function of spends in thousands, with linear rules on them."""

    scale: np.ndarray
    half: np.ndarray
    slope: np.ndarray
    upper: np.ndarray
    budget: float
    matrix: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, given: Given) -> Sum:
        """Return a case in arrays."""
        table, budget = given.cells, given.document["budget"]["total"]
        columns = (table[name].to_numpy() for name in ("scale", "half_saturation", "slope", "upper"))
        matrix = np.vstack((np.ones(len(table)), given.members))
        low, high = np.append(-np.inf, given.floor), np.append(budget, given.cap)
        return cls(*columns, budget, matrix, low, high)

    def responses(self, x):
        """Return the response of each cell."""
        with np.errstate(divide="ignore"):
            return self.scale * expit(self.slope * (np.log(x) - np.log(self.half)))

    @property
    def size(self):
        """The value of an even plan: objectives are counted in it."""
        return float(self.responses(np.minimum(self.budget / len(self.upper), self.upper)).sum())

    def loss(self, z):
        """Return the objective to minimise at spends in thousands, and its gradient."""
        x = np.maximum(z / SCALE, 1e-9)
        f = self.responses(x)
        gradient = self.slope * f * (1 - f / self.scale) / x / SCALE
        return -f.sum() / self.size, -gradient / self.size

    def rules(self):
        """Return the rules as scipy takes them."""
        return LinearConstraint(self.matrix, self.low * SCALE, self.high * SCALE)

    def bounds(self):
        """Return the cells' bounds."""
        return np.column_stack((np.zeros(len(self.upper)), self.upper * SCALE))

    def worth(self, z):
        """Return the value of a plan, nan where it breaks a rule by more than a millionth of the budget."""
        x = np.clip(np.asarray(z) / SCALE, 0.0, self.upper)
        total, slack = self.matrix @ x, 1e-6 * self.budget
        if (total > self.high + slack).any() or (total < self.low - slack).any():
            return np.nan
        return float(self.responses(np.maximum(x, 1e-300)).sum())

    def start(self, rng=None):
        """Return an even plan, or a random one."""
        n = len(self.upper)
        share = np.full(n, 1 / n) if rng is None else rng.dirichlet(np.ones(n))
        return np.minimum(share * self.budget, self.upper) * SCALE


def slsqp(case, starts=1):
    """Return the best of some starts of SLSQP, the first of them the even plan."""
    rng, best = np.random.default_rng(5), np.nan
    for k in range(starts):
        answer = minimize(
            case.loss,
            case.start(rng if k else None),
            jac=True,
            method="SLSQP",
            bounds=case.bounds(),
            constraints=[case.rules()],
            options={"maxiter": 500, "ftol": 1e-10},
        )
        best = np.fmax(best, case.worth(answer.x))
    return best


def slsqp_50(case):
    """Return the best of 50 starts."""
    return slsqp(case, 50)


def trust_constr(case):
    """Return what scipy's interior point method finds from the even plan."""
    answer = minimize(
        case.loss,
        case.start(),
        jac=True,
        method="trust-constr",
        bounds=case.bounds(),
        constraints=[case.rules()],
        options={"maxiter": 500, "gtol": 1e-9},
    )
    return case.worth(answer.x)


def nlopt(case):
    """Return what NLopt's method of moving asymptotes finds from the even plan."""
    import nlopt as library

    n = len(case.upper)
    search = library.opt(library.LD_MMA, n)
    search.set_lower_bounds(np.zeros(n))
    search.set_upper_bounds(case.upper * SCALE)

    def loss(z, gradient):
        value, slope = case.loss(z)
        if gradient.size:
            gradient[:] = slope
        return value

    search.set_min_objective(loss)
    money = case.budget * SCALE
    for row, low, high in zip(case.matrix, case.low, case.high, strict=True):
        for sign, limit in ((1.0, high), (-1.0, low)):
            if np.isfinite(limit):
                search.add_inequality_constraint(
                    _limit(sign * row / money, sign * limit * SCALE / money), 1e-9
                )
    search.set_maxtime(LIMIT)
    search.set_xtol_rel(1e-9)
    try:
        found = search.optimize(case.start())
    except library.RoundoffLimited:
        return np.nan
    return case.worth(found)


def _limit(row, limit):
    def rule(z, gradient):
        if gradient.size:
            gradient[:] = row
        return float(row @ z - limit)

    return rule


def scip(case):
    """Return what SCIP finds by spatial branch and bound within the limit."""
    from pyscipopt import Model, exp, log, quicksum

    model = Model()
    model.hideOutput()
    model.setParam("limits/time", LIMIT)
    model.setParam("limits/gap", 1e-4)
    top = float(case.scale.max())
    x = [model.addVar(lb=1e-6 * u * SCALE, ub=u * SCALE) for u in case.upper]
    y = [model.addVar(lb=0.0, ub=s / top) for s in case.scale]
    for k, (one, out) in enumerate(zip(x, y, strict=True)):
        ratio = case.slope[k] * (log(one) - float(np.log(case.half[k] * SCALE)))
        model.addCons(out * (1 + exp(-1 * ratio)) <= float(case.scale[k] / top))
    for row, low, high in zip(case.matrix, case.low, case.high, strict=True):
        total = quicksum(x[k] for k in np.flatnonzero(row))
        if np.isfinite(high):
            model.addCons(total <= float(high * SCALE))
        if np.isfinite(low):
            model.addCons(total >= float(low * SCALE))
    model.setObjective(quicksum(y), "maximize")
    model.optimize()
    if not model.getNSols():
        return np.nan
    return case.worth(np.array([model.getVal(one) for one in x]))


def evolution(case):
    """Return what differential evolution finds within the limit."""
    end = time.process_time() + LIMIT
    answer = differential_evolution(
        lambda z: case.loss(z)[0],
        [tuple(pair) for pair in case.bounds()],
        constraints=[case.rules()],
        seed=5,
        maxiter=100_000,
        polish=False,
        callback=lambda *_: time.process_time() > end,
    )
    return case.worth(answer.x)


RIVALS = {
    "SLSQP": slsqp,
    "50 × SLSQP": slsqp_50,
    "trust-constr": trust_constr,
    "nlopt": nlopt,
    "SCIP": scip,
    "differential evolution": evolution,
}


def missing(name):
    """Return the package that an alternative needs and that is not installed, or nothing."""
    package = NEEDS.get(name.lower(), "")
    return package if package and importlib.util.find_spec(package) is None else ""
