"""Recompute what a run claims, from its two files alone: `python recompute.py RUN`. Needs Python and numpy.

It shares no code with mixopt and knows nothing of curves but their formulas, and that none of them falls. So on an
interval [a, b] a cell that earns W f(x) and pays p x is worth at most W f(b) - p a. Intervals are halved until none of
them can hold more than the best point found, to a millionth. docs/certificate.md explains the equations and the format.
"""

import json
import sys
from pathlib import Path

import numpy as np

ROUNDING, FEASIBLE, CLOSE, MOST = 1e-11, 1e-8, 1e-6, 20_000_000


def sigma(z):
    return 0.5 * (1.0 + np.tanh(0.5 * z))


CURVES = {  # parameters in the order of problem.json
    "hill": lambda x, scale, half, slope: scale * sigma(slope * (np.log(x) - np.log(half))),
    "michaelis-menten": lambda x, scale, half: scale * x / (half + x),
    "negative-exponential": lambda x, scale, unit: -scale * np.expm1(-x / unit),
    "tanh": lambda x, scale, unit: scale * np.tanh(x / unit),
    "logistic": lambda x, scale, middle, unit: scale * (sigma((x - middle) / unit) - sigma(-middle / unit)),
    "power": lambda x, scale, exponent: scale * x**exponent,
    "log": lambda x, scale, unit: scale * np.log1p(x / unit),
    "linear": lambda x, scale: scale * x,
}
ATOMS = {  # a concave function h(t), and how high a line of slope s must start to lie above it everywhere
    "negative-square": (lambda t: -t * t, lambda s: s * s / 4.0),
    "entropy": (lambda t: -t * np.log(np.where(t > 0.0, t, 1.0)), lambda s: np.exp(-s - 1.0)),
    "saturation": (lambda t: -np.expm1(-t), lambda s: np.where(s < 1.0, 1.0 - s + s * np.log(s), 0.0)),
    "root": (np.sqrt, lambda s: 0.25 / s),
    "log1p": (np.log1p, lambda s: np.where(s < 1.0, s - 1.0 - np.log(s), 0.0)),
}


class Plan:
    """One plan's arrays by name, its claims, and the curves of its components."""

    def __init__(self, problem, arrays, k):
        self.claim = problem["plans"][k]
        self.a = {name.removeprefix(f"plan{k}/"): values for name, values in arrays.items()}
        self.n = len(self.a["lower"])
        self.cell = np.concatenate([np.arange(self.n), self.a["extra_cell"]])
        self.price = np.concatenate([np.ones(self.n), self.a["extra_price"]])
        gated, self.least = self.a["gated_cells"], np.zeros(self.n)
        self.least[gated] = self.a["gated_least"]
        widths = {"matrix": len(self.a["objective"]), "spend": self.n, "response": len(self.cell)}
        self.M, self.A, self.R = (self.matrix(name, width) for name, width in widths.items())
        self.Z = self.matrix("active", len(gated)) @ np.eye(self.n)[gated]
        self.families, family, place = [], np.full(self.n, -1), np.zeros(self.n, dtype=int)
        for j, curve in enumerate(problem["curves"]):
            if curve["kind"] not in CURVES or curve["draws"]:
                sys.exit(f"this short program knows no '{curve['kind']}' or no draws: mixopt verify does")
            cells = arrays[f"curve{j}/cells"]
            family[cells], place[cells] = j, np.arange(len(cells))
            parameters = [arrays[f"curve{j}/parameter{i}"] for i in range(len(curve["parameters"]))]
            self.families.append((CURVES[curve["kind"]], parameters))
        assert (family >= 0).all(), "a cell has no curve"
        self.family, self.place = family[self.cell], place[self.cell]

    def matrix(self, name, width):
        data, indices, starts = (self.a[f"{name}_{part}"] for part in ("data", "indices", "indptr"))
        dense = np.zeros((len(starts) - 1, width))
        np.add.at(dense, (np.repeat(np.arange(len(starts) - 1), np.diff(starts)), indices), data)
        return dense

    def f(self, component, spend):
        """Return each component's response at a spend."""
        out, x = np.zeros(len(spend)), spend / self.price[component]
        for j, (formula, parameters) in enumerate(self.families):
            mine = self.family[component] == j
            at = self.place[component[mine]]
            with np.errstate(divide="ignore"):
                out[mine] = formula(x[mine], *(values[at] for values in parameters))
        return out

    def phi(self, k, term, w):
        """Return a concave term's value at the columns w, where its formula is known; else what is stated."""
        if not term["atom"]:
            return self.a["plan_concave"][k]
        scale, unit = self.a[f"concave{k}_scale"], self.a[f"concave{k}_unit"]
        return term["constant"] + scale @ ATOMS[term["atom"]][0](w[self.a[f"concave{k}_columns"]] / unit)


def feasible(plan):
    """Check that the plan keeps every row and bound at the exact curves; return what it is worth."""
    a, x = plan.a, plan.a["plan_spend"]
    w = a["plan_columns"].copy()
    w[a["spend_columns"]] = plan.A @ x
    assert ((x == 0.0) | (x >= plan.least)).all(), "a spend is negative, or neither off nor on"
    w[a["active_columns"]] = plan.Z @ (x >= plan.least)
    w[a["response_columns"]] = plan.R @ plan.f(np.arange(len(plan.cell)), x[plan.cell])
    for k, term in enumerate(plan.claim["concave"]):
        w[term["theta"]] = plan.phi(k, term, w)

    def check(values, lower, upper, size, what):
        off = np.maximum(lower - values, values - upper)
        assert (off <= FEASIBLE * np.maximum(size, 1e-300)).all(), f"{what}: off by {off.max()!r}"

    ends = [np.where(np.isfinite(side), np.abs(side), 0.0) for side in (a["row_lower"], a["row_upper"])]
    budget = a["row_upper"][[row["part"] == "budget" for row in plan.claim["rows"]]]
    check(x, a["lower"], a["upper"], budget, "a cell's bounds")
    check(plan.M @ w, a["row_lower"], a["row_upper"], np.abs(plan.M) @ np.abs(w) + np.maximum(*ends), "a row")
    check(w, a["column_lower"], a["column_upper"], np.abs(w) + budget, "a column's bounds")
    assert (w[a["integer"]] == np.round(w[a["integer"]])).all(), "a whole number is none"
    return float(plan.claim["offset"] + a["objective"] @ w)


def leaves(a):
    """Yield each leaf's multipliers and box: the two halves of every split cover what was split."""
    root = tuple(a[name].copy() for name in ("lower", "upper", "column_lower", "column_upper"))
    stack, seen = [(0, root)], 0
    while stack:
        node, box = stack.pop()
        seen += 1
        assert seen <= len(a["node_kind"]), "the tree has a ring"
        kind, index, at = (a[f"node_{name}"][node] for name in ("kind", "index", "at"))
        if kind == 0:
            yield int(index), box
            continue
        for child, side, end in ((a["node_left"][node], 1, at), (a["node_right"][node], 0, at + (kind == 2))):
            part = tuple(ends.copy() for ends in box)
            part[side + 2 * (kind == 2)][index] = end
            stack.append((int(child), part))


def bound(plan, s, box):
    """Return D of multipliers s over a box, from above."""
    a, (lower, upper, low, high) = plan.a, map(np.copy, box)
    scale, y, prices = a["multiplier_scale"][s], a["multiplier_row"][s], a["multiplier_spend"][s]
    worth, kappa = a["multiplier_response"][s], a["multiplier_concave"][s].copy()
    assert scale in {0.0, 1.0} and (worth >= 0.0).all() and (kappa >= 0.0).all(), "a multiplier's sign"
    sides = np.where(y > 0.0, a["row_upper"], np.where(y < 0.0, a["row_lower"], 0.0))
    parts = [scale * plan.claim["offset"], *(y * sides)]
    d = scale * a["objective"] - y @ plan.M
    d[a["spend_columns"]] += prices
    d[a["active_columns"]] += a["multiplier_active"][s]
    d[a["response_columns"]] -= worth
    for k, term in enumerate(plan.claim["concave"]):
        theta, reads = term["theta"], a[f"concave{k}_columns"]
        if not np.isfinite(low[theta]):
            kappa[k] = np.clip(d[theta], 0.0, kappa[k])
        d[theta] -= kappa[k]
        mine = np.flatnonzero((a["tangent_set"] == s) & (a["tangent_term"] == k))
        weight = a["tangent_weight"][mine]
        whole = kappa[k] == 0.0 or abs(weight.sum() - 1.0) < 1e-9
        assert whole and (weight >= 0.0).all(), "weights of cuts"
        for t, share in zip(mine, weight / max(weight.sum(), 1e-300), strict=True):
            at = slice(a["tangent_start"][t], a["tangent_start"][t + 1])
            g = a["tangent_gradient"][at]
            start = a["tangent_value"][t] - g @ a["tangent_point"][at]
            if term["atom"]:
                scales, units = a[f"concave{k}_scale"], a[f"concave{k}_unit"]
                start = term["constant"] + scales @ ATOMS[term["atom"]][1](g * units / scales)
            np.add.at(d, reads, kappa[k] * share * g)
            parts.append(kappa[k] * share * start)
    rises, falls = np.maximum(plan.A, 0.0), np.minimum(plan.A, 0.0)
    low[a["spend_columns"]] = np.maximum(low[a["spend_columns"]], rises @ lower + falls @ upper)
    high[a["spend_columns"]] = np.minimum(high[a["spend_columns"]], rises @ upper + falls @ lower)
    most = plan.R @ plan.f(np.arange(len(plan.cell)), upper[plan.cell])
    high[a["response_columns"]] = np.minimum(high[a["response_columns"]], most)
    columns = d * np.where(d > 0.0, high, np.where(d < 0.0, low, 0.0))
    W, p = worth @ plan.R, prices @ plan.A
    full = np.bincount(plan.cell, W * plan.f(np.arange(len(plan.cell)), upper[plan.cell]), plan.n)
    reach = sum(map(abs, parts)) + np.abs(columns).sum() + (full + np.abs(p) * upper).sum()
    room = CLOSE * (abs(plan.claim["bound"] or reach) if scale else 1e-3 * reach)
    begin = np.minimum(np.maximum(lower, plan.least), upper)  # on from here; off where the box begins at 0
    on = suprema(plan, W, p, (begin, upper), 0.1 * room / plan.n) - a["multiplier_active"][s] @ plan.Z
    idle = np.bincount(plan.cell, W * plan.f(np.arange(len(plan.cell)), np.zeros(len(plan.cell))), plan.n)
    idle[(plan.least <= 0.0) | (lower > 0.0)] = -np.inf
    cells = np.maximum(np.where(upper >= plan.least, on, -np.inf), idle)
    return float(sum(parts) + columns.sum() + cells.sum() + ROUNDING * reach)


def suprema(plan, W, p, box, room):
    """Return, cell by cell, a number that W f(x) - p x exceeds nowhere in the box, by `room` too high at most."""
    used = np.flatnonzero(W)
    order = used[np.argsort(plan.cell[used], kind="stable")]
    first = np.searchsorted(plan.cell[order], np.arange(plan.n))
    count = np.bincount(plan.cell[order], minlength=plan.n)

    def earned(cell, x):
        which = np.repeat(np.arange(len(cell)), count[cell])
        step = np.arange(len(which)) - np.repeat(np.cumsum(count[cell]) - count[cell], count[cell])
        component = order[first[cell][which] + step]
        return np.bincount(which, W[component] * plan.f(component, x[which]), len(cell))

    cell, (a, b) = np.arange(plan.n), box
    at_a, at_b = earned(cell, a), earned(cell, b)
    best = np.maximum(at_a - p * a, at_b - p * b)
    while True:
        most = at_b - np.minimum(p[cell] * a, p[cell] * b)
        open_ = most > best[cell] + room
        cell, a, b, at_a, at_b = (part[open_] for part in (cell, a, b, at_a, at_b))
        middle = 0.5 * (a + b)
        if not len(cell) or len(cell) > MOST or not ((a < middle) & (middle < b)).all():
            top = best + room
            np.maximum.at(top, cell, most[open_])
            return top
        at = earned(cell, middle)
        np.maximum.at(best, cell, at - p[cell] * middle)
        cell, a, b = np.tile(cell, 2), np.concatenate([a, middle]), np.concatenate([middle, b])
        at_a, at_b = np.concatenate([at_a, at]), np.concatenate([at, at_b])


def main(folder):
    problem = json.loads((folder / "problem.json").read_text(encoding="utf-8"))
    with np.load(folder / "certificate.npz") as file:
        arrays = {name: file[name] for name in file.files}
    for k, claim in enumerate(problem["plans"]):
        plan, value, top = Plan(problem, arrays, k), None, None
        if claim["objective"] is not None:
            value = feasible(plan)
            assert abs(value - claim["objective"]) <= FEASIBLE * abs(value), f"objective: {value!r}"
        if len(plan.a["node_kind"]):
            found = [(plan.a["multiplier_scale"][s], bound(plan, s, box)) for s, box in leaves(plan.a)]
            assert all(worth < 0.0 for scale, worth in found if scale == 0.0), "a leaf is not proven empty"
            top = max((worth for scale, worth in found if scale), default=None)
        assert (top is None) == (claim["bound"] is None), "a bound without a proof"
        if top is not None:
            assert top <= claim["bound"] + CLOSE * abs(claim["bound"]), f"bound: {top!r}"
        print(f"{claim['name']}: {claim['status']}, worth {value!r}, and nothing is worth more than {top!r}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
