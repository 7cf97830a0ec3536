"""Small problems with known answers, and the certificates that tell of them, made by hand: no engine takes part."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from scipy.optimize import minimize_scalar

import mixopt
from mixopt.curves import Curves
from mixopt.engine import LEAF, SPLIT_CELL, SPLIT_COLUMN, ConcaveTerm, Program, Proof, Solution
from mixopt.proof import KeptTerm, SolvedPlan, make_certificate

CURVES = mixopt.discover().entries("curve")

# ranges of the parameters: money around 100
RANGES = {
    "hill": {"scale": (50, 500), "half_saturation": (20, 200), "slope": (0.5, 4.0)},
    "michaelis-menten": {"scale": (50, 500), "half_saturation": (20, 200)},
    "negative-exponential": {"scale": (50, 500), "spend_scale": (20, 200)},
    "tanh": {"scale": (50, 500), "spend_scale": (20, 200)},
    "logistic": {"scale": (50, 500), "midpoint": (20, 150), "spend_scale": (5, 50)},
    "power": {"scale": (5, 50), "exponent": (0.2, 1.0)},
    "log": {"scale": (20, 200), "spend_scale": (10, 100)},
    "linear": {"scale": (0.5, 3.0)},
}
CONCAVE = ("michaelis-menten", "negative-exponential", "tanh", "log")


def curves_of(kind, parameters, points):
    """Build the curves of a family, as `mixopt verify` does."""
    entry = CURVES[kind]
    return entry.build(parameters, pd.DataFrame(points)) if entry.table else entry.build(parameters)


@dataclass
class Table:
    """Stands for a CurveTable."""

    kind: str
    cells: np.ndarray
    parameters: dict
    points: object = None
    draws: int = 0


@dataclass
class Row:
    """Stands for a model row."""

    part: str
    label: str = "limit"


def table(kind, cells, **parameters):
    cells = np.asarray(cells, dtype=np.int64)
    return Table(
        kind, cells, {k: np.broadcast_to(np.asarray(v, float), cells.shape) for k, v in parameters.items()}
    )


def random_tables(rng, kinds):
    """Return one table per distinct kind, over cells 0 … len(kinds)-1."""
    found = []
    for kind in dict.fromkeys(kinds):
        cells = np.flatnonzero([k == kind for k in kinds])
        if kind == "tabulated":
            found.append(random_points(rng, cells))
            continue
        drawn = {name: rng.uniform(*ends, len(cells)) for name, ends in RANGES[kind].items()}
        found.append(table(kind, cells, **drawn))
    return found


def random_points(rng, cells):
    rows = []
    for k in range(len(cells)):
        spend = np.concatenate([[0.0], np.cumsum(rng.uniform(5, 40, 8))])
        half, slope = rng.uniform(40, 120), rng.uniform(1.0, 3.0)
        response = 200 * spend**slope / (half**slope + spend**slope)
        rows.append(pd.DataFrame({"cell": k, "spend": spend, "response": response}))
    return Table("tabulated", np.asarray(cells), {}, pd.concat(rows, ignore_index=True))


class Draft:
    """A program under construction: columns by name, rows by part."""

    def __init__(self, tables, lower, upper, budget, rule="spend-all"):
        self.tables, self.lower, self.upper = tables, np.asarray(lower, float), np.asarray(upper, float)
        self.budget, self.rule = float(budget), rule
        self.columns, self.rows, self.spends, self.responses, self.concave = [], [], [], [], []
        self.extra, self.offset = [], 0.0
        self.spend("spend", np.ones(len(self.lower)))
        least = budget if rule == "spend-all" else -np.inf
        self.row("budget", {"spend": 1.0}, least, budget)

    def column(self, name, low, high, worth=0.0, whole=False):
        self.columns.append((name, low, high, worth, whole))

    def spend(self, name, weights, worth=0.0):
        self.spends.append((name, np.asarray(weights, float)))
        self.column(name, -np.inf, np.inf, worth)

    def response(self, name, weights, worth=0.0):
        """`weights` per component; cells first, then those of :meth:`state`."""
        self.responses.append((name, np.asarray(weights, float)))
        self.column(name, 0.0, np.inf, worth)

    def state(self, cells, price):
        """Add components: these cells at another price."""
        self.extra += [(cell, price) for cell in cells]

    def row(self, part, terms, low, high, label="limit"):
        self.rows.append((Row(part, label), terms, low, high))

    def theta(self, name, columns, atom, *, scale, unit, constant=0.0, worth=0.0, known=True):
        """Add a concave term; `known` = False hides its atom from the certificate."""
        self.column(name, -np.inf, 1e6, worth)
        self.concave.append(
            (name, columns, atom, np.asarray(scale, float), np.asarray(unit, float), constant, known)
        )

    def at(self, name):
        return [column[0] for column in self.columns].index(name)

    def program(self):
        n, names = len(self.lower), [column[0] for column in self.columns]
        matrix = np.zeros((len(self.rows), len(names)))
        for k, (_, terms, _, _) in enumerate(self.rows):
            for name, value in terms.items():
                matrix[k, names.index(name)] = value
        components = n + len(self.extra)
        weights = np.zeros((len(self.responses), components))
        for k, (_, given) in enumerate(self.responses):
            weights[k, : len(given)] = given
        parts = tuple((t.kind, t.cells, curves_of(t.kind, t.parameters, t.points)) for t in self.tables)
        return Program(
            curves=Curves(parts),
            component_cell=np.array([*range(n), *(cell for cell, _ in self.extra)], dtype=np.int64),
            component_price=np.array([*[1.0] * n, *(price for _, price in self.extra)]),
            lower=self.lower,
            upper=self.upper,
            objective=np.array([column[3] for column in self.columns]),
            column_lower=np.array([column[1] for column in self.columns]),
            column_upper=np.array([column[2] for column in self.columns]),
            integer=np.array([column[4] for column in self.columns]),
            offset=self.offset,
            matrix=sp.csr_array(matrix),
            row_lower=np.array([row[2] for row in self.rows]),
            row_upper=np.array([row[3] for row in self.rows]),
            spend_columns=np.array([names.index(name) for name, _ in self.spends], dtype=np.int64),
            spend_matrix=sp.csr_array(np.array([w for _, w in self.spends])),
            response_columns=np.array([names.index(name) for name, _ in self.responses], dtype=np.int64),
            response_matrix=sp.csr_array(weights),
            concave=tuple(self._term(names, *term) for term in self.concave),
            column_names=tuple(names),
            row_names=tuple(f"{row[0].part}/{row[0].label}" for row in self.rows),
            budget=self.budget,
        )

    def _term(self, names, name, columns, atom, *rest):
        scale, unit, constant, known = rest
        return ConcaveTerm(
            name=name,
            theta=names.index(name),
            columns=np.array([names.index(column) for column in columns], dtype=np.int64),
            function=lambda v: concave(atom, np.asarray(v), scale, unit, constant),
            atom=atom if known else "",
            scale=scale if known else np.empty(0),
            unit=unit if known else np.empty(0),
            constant=constant if known else 0.0,
        )


def concave(atom, v, scale, unit, constant):
    t = v / unit
    value, slope = {
        "negative-square": lambda: (-(t**2), -2 * t),
        "entropy": lambda: (-t * np.log(t), -np.log(t) - 1),
        "saturation": lambda: (1 - np.exp(-t), np.exp(-t)),
        "root": lambda: (np.sqrt(t), 0.5 / np.sqrt(t)),
        "log1p": lambda: (np.log(1 + t), 1 / (1 + t)),
    }[atom]()
    return constant + float(scale @ value), scale * slope / unit


def responses(program, spend):
    """Return each component's response."""
    own = program.curves.value(spend)
    extra = program.component_cell[program.n_cells :]
    if not len(extra):
        return own
    price = program.component_price[program.n_cells :]
    return np.concatenate([own, program.curves.take(extra).value(spend[extra] / price)])


def columns_at(program, spend, **others):
    """Return the columns of a spend: totals, `others` by name, thetas at their best."""
    w = np.zeros(program.n_columns)
    for name, value in others.items():
        w[program.column_names.index(name)] = value
    w[program.spend_columns] = program.spend_matrix @ spend
    w[program.response_columns] = program.response_matrix @ responses(program, spend)
    for term in program.concave:
        w[term.theta] = term.function(w[term.columns])[0]
    return w


def multipliers(program, rows, scale=1.0, tangents=None):
    """Return a set of multipliers from those of the rows: totals and thetas get what leaves them no reduced price.

    ``tangents``: for each concave term, the points where it is touched, in equal parts.
    """
    y = np.zeros(program.n_rows)
    for name, value in rows.items():
        y[program.row_names.index(name)] = value
    d = scale * program.objective - program.matrix.T @ y
    kappa = np.array([max(d[term.theta], 0.0) for term in program.concave])
    touches = []
    for k, term in enumerate(program.concave):
        for point in (tangents or {}).get(k, []):
            share = 1.0 / len(tangents[k])
            d[term.columns] += kappa[k] * share * term.function(np.asarray(point, float))[1]
            touches.append((k, share, np.asarray(point, float)))
    return SimpleNamespace(
        scale=scale,
        row=y,
        spend=-d[program.spend_columns],
        response=np.maximum(d[program.response_columns], 0.0),
        concave=kappa,
        touches=touches,
    )


def proof(*sets, tree=((LEAF, 0, 0.0, -1, -1),)):
    """Return a proof of some sets of multipliers; `tree` has one (kind, index, at, left, right) per node."""
    nodes = list(zip(*tree, strict=True))
    touches = [(k, j, *touch) for j, each in enumerate(sets) for touch in each.touches for k in [touch[0]]]
    points = [touch[4] for touch in touches]
    return Proof(
        node_kind=np.array(nodes[0], dtype=np.int8),
        node_index=np.array(nodes[1], dtype=np.int64),
        node_at=np.array(nodes[2], dtype=float),
        node_left=np.array(nodes[3], dtype=np.int64),
        node_right=np.array(nodes[4], dtype=np.int64),
        scale=np.array([each.scale for each in sets]),
        row=np.array([each.row for each in sets]),
        spend=np.array([each.spend for each in sets]),
        response=np.array([each.response for each in sets]),
        concave=np.array([each.concave for each in sets]).reshape(len(sets), -1),
        tangent_term=np.array([touch[0] for touch in touches], dtype=np.int64),
        tangent_leaf=np.array([touch[1] for touch in touches], dtype=np.int64),
        tangent_weight=np.array([touch[3] for touch in touches], dtype=float),
        tangent_start=np.concatenate([[0], np.cumsum([len(p) for p in points])]).astype(np.int64),
        tangent_point=np.concatenate([np.empty(0), *points]),
    )


def cell_best(program, cell, weight, price, box, *, coarse=False):
    """Return sup of W f(x) - p x over one cell's interval, from below, by a grid and Brent's method."""
    low, high = box
    mine = np.flatnonzero((program.component_cell == cell) & (weight > 0))
    curves = component_curves(program, mine)

    def phi(x):
        x = np.atleast_1d(x)
        return sum(w * c(x) for w, c in zip(weight[mine], curves, strict=True)) - price * x

    near = low + (high - low) * np.geomspace(1e-9, 1, 40 if coarse else 300)
    grid = np.unique(np.concatenate([np.linspace(low, high, 100 if coarse else 2001), near]))
    values = phi(grid)
    best = float(values.max())
    if coarse:
        return best
    peaks = np.flatnonzero(
        values >= np.maximum(np.append(values[1:], -np.inf), np.append(-np.inf, values[:-1]))
    )
    for k in peaks[np.argsort(-values[peaks])][:4]:  # two humps can be nearly as high
        a, b = grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)]
        if b > a:
            tight = {"xatol": 1e-12 * b}
            found = minimize_scalar(
                lambda x: -float(phi(x)[0]), bounds=(a, b), method="bounded", options=tight
            )
            best = max(best, -found.fun)
    return best


def component_curves(program, components):
    found = []
    for c in components:
        one = program.curves.take(np.array([program.component_cell[c]]))
        price = program.component_price[c]
        found.append(
            lambda x, one=one, price=price: one.take(np.zeros(len(x), np.int64)).value(
                np.asarray(x, float) / price
            )
        )
    return found


def dual(program, each, cells=None, columns=None, coarse=False):
    """Return the Lagrangian of a set of multipliers over a box, by loops: what the verifier must find."""
    low, high = program.lower.copy(), program.upper.copy()
    for cell, ends in (cells or {}).items():
        low[cell], high[cell] = ends
    cl, cu = program.column_lower.copy(), program.column_upper.copy()
    for column, ends in (columns or {}).items():
        cl[column], cu[column] = ends
    total = each.scale * program.offset
    for k, y in enumerate(each.row):
        total += y * program.row_upper[k] if y > 0 else y * program.row_lower[k] if y < 0 else 0.0
    d = each.scale * program.objective - program.matrix.T @ each.row
    d[program.spend_columns] += each.spend
    d[program.response_columns] -= each.response
    for k, term in enumerate(program.concave):
        d[term.theta] -= each.concave[k]
    for k, share, point in each.touches:
        value, gradient = program.concave[k].function(point)
        d[program.concave[k].columns] += each.concave[k] * share * gradient
        total += each.concave[k] * share * (value - gradient @ point)
    ceiling = program.response_matrix @ responses(program, program.upper)
    cu[program.response_columns] = np.minimum(cu[program.response_columns], ceiling)
    for j, price in enumerate(d):
        if abs(price) > 1e-13:
            total += price * (cu[j] if price > 0 else cl[j])
    weight, price = program.response_matrix.T @ each.response, program.spend_matrix.T @ each.spend
    return total + sum(
        cell_best(program, i, weight, price[i], (low[i], high[i]), coarse=coarse)
        for i in range(program.n_cells)
    )


@dataclass
class Case:
    """A draft, its program, the answer, and how it is written down."""

    draft: Draft
    program: Program
    solution: Solution
    name: str = "pure-roi"
    gap: float = 1e-4
    keeps: tuple = ()
    others: tuple = field(default=())

    def certificate(self):
        plans = [*self.others, self]
        n = self.program.n_cells
        return make_certificate(
            name="small",
            currency="EUR",
            budget=self.draft.budget,
            rule=self.draft.rule,
            channels=[f"channel {k}" for k in range(n)],
            segments=["all"] * n,
            curve_tables=self.draft.tables,
            plans=[
                SolvedPlan(
                    name=plan.name,
                    program=plan.program,
                    rows=[row[0] for row in plan.draft.rows],
                    solution=plan.solution,
                    gap=plan.gap,
                    keeps=plan.keeps,
                )
                for plan in plans
            ],
        )


def answer(program, spend, found, bound, gap=1e-4, **others):
    """Return the solution of a spend and a bound that `found` proves."""
    columns = columns_at(program, spend, **others)
    objective = program.offset + float(program.objective @ columns)
    wide = (bound - objective) / abs(objective)
    return Solution(
        status="optimal" if wide <= gap else "feasible",
        reason="gap" if wide <= gap else "time-limit",
        spend=spend,
        columns=columns,
        objective=objective,
        bound=bound,
        gap=wide,
        proof=found,
        prices=np.zeros(program.n_rows),
        source="multipliers" if len(found.node_kind) == 1 else "leaves",
        violation=0.0,
        seconds=0.1,
    )


def none_there(program, found):
    """Return the solution that says: no plan keeps the rules."""
    return Solution(
        status="infeasible",
        reason="infeasible",
        spend=None,
        columns=None,
        objective=None,
        bound=None,
        gap=None,
        proof=found,
        prices=np.zeros(program.n_rows),
        source="multipliers" if len(found.node_kind) == 1 else "leaves",
        violation=0.0,
        seconds=0.1,
    )


def raised(bound):
    """Return a bound as an engine would claim it: rounded outwards."""
    return bound + 1e-10 * abs(bound)


def planted(rng, n=6, rules=3, kinds=CONCAVE):
    """Plant an optimum: choose spends and multipliers first, then scales and limits that make them optimal."""
    tables = random_tables(rng, rng.choice(kinds, n))
    spend = rng.uniform(5, 60, n)
    chosen = []
    price, worth = np.full(n, rng.uniform(0.5, 1.5)), np.ones(n)
    for _ in range(rules):
        weights = rng.uniform(0.1, 2, n) * (rng.random(n) < 0.6)
        sort = rng.choice(["cap", "floor", "reach"])
        value = rng.uniform(0.05, 0.2)
        chosen.append((sort, weights, value))
        price += {"cap": value, "floor": -value, "reach": 0.0}[sort] * weights
        worth += value * weights if sort == "reach" else 0.0
    price = np.maximum(
        price, 0.05
    )  # floors may not make money worth less than nothing: add what is missing as a cap
    shift = price - _prices(chosen, n, base := float(price.min()))
    for t in tables:
        slope = curves_of(t.kind, {**t.parameters, "scale": np.ones(len(t.cells))}, None).slope(
            spend[t.cells]
        )
        t.parameters["scale"] = price[t.cells] / worth[t.cells] / slope
    draft = Draft(tables, np.zeros(n), spend * rng.uniform(1.5, 4, n), spend.sum())
    draft.response("return", np.ones(n), 1.0)
    rows = {"budget/limit": base}
    if shift.any():
        chosen.append(("cap", np.maximum(shift, 0.0), 1.0))
        chosen.append(("floor", np.maximum(-shift, 0.0), 1.0))
    for k, (sort, weights, value) in enumerate(chosen):
        name = f"total {k}"
        level = float(weights @ spend)
        if sort == "reach":
            draft.response(name, weights)
            level = float(weights @ responses(draft.program(), spend))
        else:
            draft.spend(name, weights)
        ends = (-np.inf, level) if sort == "cap" else (level, np.inf)
        draft.row(f"rule:{name}", {name: 1.0}, *ends)
        rows[f"rule:{name}/limit"] = value if sort == "cap" else -value
    program = draft.program()
    found = proof(multipliers(program, rows))
    objective = program.offset + float(program.objective @ columns_at(program, spend))
    return Case(draft, program, answer(program, spend, found, raised(objective)))


def _prices(chosen, n, base):
    price = np.full(n, base)
    for sort, weights, value in chosen:
        price += {"cap": value, "floor": -value, "reach": 0.0}[sort] * weights
    return price


def best_price(program, row="budget/limit", low=1e-3, high=50.0, **box):
    """Return the budget's multiplier of the least dual bound over a box, and the multipliers."""
    found = minimize_scalar(
        lambda log: dual(program, multipliers(program, {row: np.exp(log)}), coarse=True, **box),
        bounds=(np.log(low), np.log(high)),
        method="bounded",
        options={"xatol": 1e-3},
    )
    return multipliers(program, {row: float(np.exp(found.x))})


def s_curves(rng, n=5, kinds=("hill", "logistic")):
    """S-shaped cells and a budget: the bound stays above the plan."""
    tables = random_tables(rng, rng.choice(kinds, n))
    draft = Draft(tables, np.zeros(n), np.full(n, 150.0), 60.0 * n)
    draft.response("return", np.ones(n), 1.0)
    program = draft.program()
    each = best_price(program)
    spend = np.full(n, 60.0)
    return Case(draft, program, answer(program, spend, proof(each), raised(dual(program, each))))


def two_leaves(rng):
    """Two steep cells, the first split: spend less than the middle, or more."""
    tables = [table("hill", [0, 1], scale=[100.0, 90.0], half_saturation=[60.0, 50.0], slope=[3.0, 2.0])]
    draft = Draft(tables, [0, 0], [120, 120], 100.0)
    draft.response("return", np.ones(2), 1.0)
    program = draft.program()
    at = float(rng.uniform(30, 50))
    left, right = best_price(program, cells={0: (0.0, at)}), best_price(program, cells={0: (at, 120.0)})
    bound = max(dual(program, left, {0: (0.0, at)}), dual(program, right, {0: (at, 120.0)}))
    tree = ((SPLIT_CELL, 0, at, 1, 2), (LEAF, 0, 0, -1, -1), (LEAF, 1, 0, -1, -1))
    grid = np.linspace(0, 100, 10_001)
    spends = np.stack([grid, 100 - grid], axis=1)
    values = [program.curves.value(s).sum() for s in spends]
    spend = spends[int(np.argmax(values))]
    return Case(draft, program, answer(program, spend, proof(left, right, tree=tree), raised(bound)))


def switch(rng):
    """A whole-number column: the second cell may only spend once its switch is paid for."""
    tables = [table("michaelis-menten", [0, 1], scale=[100.0, 300.0], half_saturation=[30.0, 40.0])]
    draft = Draft(tables, [0, 0], [100, 100], 100.0)
    draft.response("return", np.ones(2), 1.0)
    draft.spend("second", [0, 1])
    draft.column("on", 0.0, 1.0, worth=-float(rng.uniform(5, 15)), whole=True)
    draft.row("rule:switch", {"second": 1.0, "on": -100.0}, -np.inf, 0.0)
    program = draft.program()
    on = draft.at("on")
    grid = np.linspace(0, 100, 100_001)
    values = program.curves.take(np.zeros(len(grid), np.int64)).value(grid)
    values = values + program.curves.take(np.ones(len(grid), np.int64)).value(100 - grid)
    spend = np.array([grid[int(np.argmax(values))], 100 - grid[int(np.argmax(values))]])
    price = float(program.curves.slope(spend)[0])
    right = multipliers(program, {"budget/limit": price})
    left = multipliers(program, {"budget/limit": 0.2, "rule:switch/limit": 8.0})
    bound = max(dual(program, left, columns={on: (0, 0)}), dual(program, right, columns={on: (1, 1)}))
    tree = ((SPLIT_COLUMN, on, 0.0, 1, 2), (LEAF, 0, 0, -1, -1), (LEAF, 1, 0, -1, -1))
    return Case(draft, program, answer(program, spend, proof(left, right, tree=tree), raised(bound), on=1.0))


def impossible(rng):
    """Two floors above the budget."""
    tables = [table("michaelis-menten", [0, 1, 2], scale=[100.0, 300.0, 50.0], half_saturation=30.0)]
    draft = Draft(tables, [0, 0, 0], [100, 100, 100], 100.0)
    draft.response("return", np.ones(3), 1.0)
    first = float(rng.uniform(60, 90))
    draft.spend("first", [1, 0, 0])
    draft.spend("others", [0, 1, 1])
    draft.row("rule:first", {"first": 1.0}, first, np.inf)
    draft.row("rule:others", {"others": 1.0}, 100.0 - first + 1e-5, np.inf)
    program = draft.program()
    rows = {"budget/limit": 1.0, "rule:first/limit": -1.0, "rule:others/limit": -1.0}
    return Case(draft, program, none_there(program, proof(multipliers(program, rows, scale=0.0))))


def diverse(rng, atom="negative-square", known=True):
    """A priced concave term over the cells' spends, at the optimum of all of it."""
    n = 3
    spend = rng.uniform(15, 60, n)
    scale, unit = rng.uniform(20, 40, n), rng.uniform(40, 120, n)
    gradient = concave(atom, spend, scale, unit, 7.0)[1]
    price = 1.0
    tables = [table("negative-exponential", range(n), spend_scale=rng.uniform(30, 90, n))]
    slope = curves_of(tables[0].kind, {**tables[0].parameters, "scale": np.ones(n)}, None).slope(spend)
    tables[0].parameters["scale"] = (price - np.minimum(gradient, 0.9)) / slope
    draft = Draft(tables, np.zeros(n), np.full(n, 200.0), spend.sum())
    draft.response("return", np.ones(n), 1.0)
    for k in range(n):
        draft.spend(f"spend {k}", np.eye(n)[k])
    reads = [f"spend {k}" for k in range(n)]
    form = {"scale": scale, "unit": unit, "constant": 7.0}
    draft.theta("term:diversification", reads, atom, **form, worth=1.0, known=known)
    program = draft.program()
    near = [spend * 1.01, spend * 0.99]
    each = multipliers(program, {"budget/limit": price}, tangents={0: near})
    return Case(
        draft, program, answer(program, spend, proof(each), raised(dual(program, each)), gap=1.0), gap=1.0
    )


def priced(rng, kinds=("hill", "logistic"), n=4):
    """The expected return over three states of the world with different prices: several curves per cell."""
    tables = random_tables(rng, rng.choice(kinds, n))
    draft = Draft(tables, np.zeros(n), np.full(n, 150.0), 60.0 * n)
    draft.state(range(n), 1.3)
    draft.state(range(n), 0.6)
    draft.response("return", np.repeat([0.5, 0.3, 0.2], n), 1.0)
    program = draft.program()
    each = best_price(program)
    return Case(draft, program, answer(program, np.full(n, 60.0), proof(each), raised(dual(program, each))))


def kept(rng):
    """Two plans: the second adds a term for a channel's spend, and keeps 97 % of the first one's return."""
    first = planted(rng, n=4, rules=0)
    base = float(first.solution.proof.row[0, 0])
    draft = Draft(first.draft.tables, first.draft.lower, first.draft.upper, first.draft.budget)
    draft.response("return", np.ones(4), 1.0)
    reference = first.solution.objective
    draft.row("keep:floor", {"return": 1.0}, reference - (1 - 0.97) * abs(reference), np.inf)
    program = draft.program()
    each = multipliers(program, {"budget/limit": base})
    second = Case(
        draft, program, answer(program, first.solution.spend, proof(each), raised(dual(program, each)))
    )
    kept_term = KeptTerm(rule="floor", of="pure-roi", term="response", at_least=0.97, reference=reference)
    return replace(second, name="balanced", keeps=(kept_term,), others=(first,))


@pytest.fixture(scope="session")
def small():
    """Return everything of this module, by name."""
    return SimpleNamespace(**{name: value for name, value in globals().items() if not name.startswith("__")})
