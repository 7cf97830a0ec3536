"""Instances for tests and benchmarks: programs built total by total, each with a written-out twin to enumerate.

``s_curves`` is the family of the speed targets. ``tiny`` draws small programs of every feature, together with a
function that says, for an array of plans, which keep the rules and what each is worth: no program, bound or solver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from mixopt.curves import (
    Curves,
    Hill,
    Linear,
    Log,
    Logistic,
    MichaelisMenten,
    NegativeExponential,
    Power,
    Tanh,
    join,
    tabulate,
)
from mixopt.engine import Activity, ConcaveTerm, Program

FAMILIES = (
    "hill",
    "michaelis-menten",
    "negative-exponential",
    "tanh",
    "logistic",
    "power",
    "log",
    "linear",
    "tabulated",
)


@dataclass
class Sketch:
    """A program under construction."""

    curves: Curves
    lower: np.ndarray
    upper: np.ndarray
    budget: float
    price: np.ndarray = field(init=False)
    cell: np.ndarray = field(init=False)
    columns: list[tuple[str, float, float, bool]] = field(default_factory=list)
    spends: list[tuple[int, np.ndarray]] = field(default_factory=list)
    responses: list[tuple[int, np.ndarray]] = field(default_factory=list)
    rows: list[tuple[str, dict[int, float], float, float]] = field(default_factory=list)
    terms: list[ConcaveTerm] = field(default_factory=list)
    least: dict[int, float] = field(default_factory=dict)
    states: list[tuple[int, np.ndarray]] = field(default_factory=list)

    def __post_init__(self) -> None:
        n = len(self.lower)
        self.cell, self.price = np.arange(n), np.ones(n)

    def shocked(self, price: np.ndarray) -> np.ndarray:
        """Add the cells' curves at other prices; return the new components."""
        n, old = len(self.lower), self.curves.size
        base = self.curves.take(np.arange(n))
        self.curves = join(self.curves, base.stretch(price))
        self.cell, self.price = np.append(self.cell, np.arange(n)), np.append(self.price, price)
        return np.arange(old, old + n)

    def own(self, name: str, lower: float, upper: float, whole: bool = False) -> int:
        self.columns.append((name, lower, upper, whole))
        return len(self.columns) - 1

    def spend(self, weights: np.ndarray) -> int:
        at = self.own(f"spend {len(self.spends)}", float(weights @ self.lower), float(weights @ self.upper))
        self.spends.append((at, weights))
        return at

    def response(self, weights: np.ndarray, components: np.ndarray | None = None) -> int:
        components = np.arange(len(self.lower)) if components is None else components
        full = np.zeros(self.curves.size)
        full[components] = weights
        top = self.curves.value(self.upper[self.cell])
        at = self.own(f"response {len(self.responses)}", 0.0, float(full @ top) * (1 + 1e-9))
        self.responses.append((at, full))
        return at

    def gate(self, least: np.ndarray) -> None:
        """Let cells with a least active spend above 0 spend nothing or at least that."""
        for k in np.flatnonzero(least > 0.0):
            self.least[int(k)] = max(self.least.get(int(k), 0.0), float(least[k]))

    def active(self, weights: np.ndarray) -> int:
        """Return the column of a sum of states; the cells with a weight must be gated."""
        at = self.own(f"active {len(self.states)}", 0.0, float(weights.sum()))
        self.states.append((at, weights))
        return at

    def activity(self) -> Activity:
        cells = np.array(sorted(self.least), dtype=np.int64)
        weights = [w[cells] for _, w in self.states]
        return Activity(
            cell=cells,
            least=np.array([self.least[int(k)] for k in cells]),
            columns=np.array([k for k, _ in self.states], dtype=np.int64),
            matrix=sp.csr_array(np.array(weights).reshape(len(self.states), len(cells))),
        )

    def row(self, entries: dict[int, float], lower: float = -np.inf, upper: float = np.inf) -> None:
        self.rows.append((f"row {len(self.rows)}", entries, lower, upper))

    def concave(self, reads: list[int], function: Callable, ceiling: float) -> int:
        at = self.own(f"theta {len(self.terms)}", -np.inf, ceiling)
        self.terms.append(
            ConcaveTerm(name=f"term {len(self.terms)}", theta=at, columns=np.array(reads), function=function)
        )
        return at

    def program(self, objective: dict[int, float], offset: float = 0.0) -> Program:
        names, lower, upper, whole = zip(*self.columns, strict=True)
        n, columns = len(self.lower), len(names)
        matrix = np.zeros((len(self.rows), columns))
        for r, (_, entries, _, _) in enumerate(self.rows):
            for k, value in entries.items():
                matrix[r, k] = value
        cost = np.zeros(columns)
        for k, value in objective.items():
            cost[k] = value
        width = self.curves.size
        responses = [np.pad(w, (0, width - len(w))) for _, w in self.responses]
        return Program(
            curves=self.curves,
            component_cell=self.cell.astype(np.int64),
            component_price=self.price,
            lower=self.lower,
            upper=self.upper,
            objective=cost,
            column_lower=np.array(lower),
            column_upper=np.array(upper),
            integer=np.array(whole, dtype=bool),
            offset=offset,
            matrix=sp.csr_array(matrix),
            row_lower=np.array([row[2] for row in self.rows]),
            row_upper=np.array([row[3] for row in self.rows]),
            spend_columns=np.array([k for k, _ in self.spends], dtype=np.int64),
            spend_matrix=sp.csr_array(np.array([w for _, w in self.spends]).reshape(-1, n)),
            response_columns=np.array([k for k, _ in self.responses], dtype=np.int64),
            response_matrix=sp.csr_array(np.array(responses).reshape(-1, width)),
            concave=tuple(self.terms),
            column_names=names,
            row_names=tuple(row[0] for row in self.rows),
            budget=self.budget,
            activity=self.activity(),
        )


def s_curves(
    seed: int, n: int, share: float, groups: int, steepest: float = 3.0, *, spend_all: bool = False
) -> Program:
    """The speed targets' family: Hill curves of slope U(0.8, steepest), random groups with caps and floors."""
    rng = np.random.default_rng([seed, n, groups])
    half = rng.lognormal(0.0, 0.7, n) * 1000
    curves = Hill(rng.lognormal(0.0, 1.0, n) * 1000, half, rng.uniform(0.8, steepest, n))
    upper = half * rng.uniform(2.0, 6.0, n)
    budget = share * upper.sum()
    sketch = Sketch(Curves((("hill", np.arange(n), curves),)), np.zeros(n), upper, budget)
    total = sketch.spend(np.ones(n))
    sketch.row({total: 1.0}, budget if spend_all else -np.inf, budget)
    for _ in range(groups):
        members = rng.random(n) < rng.uniform(0.1, 0.4)
        members[rng.integers(n)] = True
        even = share * upper[members].sum()
        at = sketch.spend(members.astype(float))
        if rng.random() < 0.5:
            sketch.row({at: 1.0}, upper=even * rng.uniform(0.5, 1.2))
        else:
            sketch.row({at: 1.0}, lower=even * rng.uniform(0.2, 0.7))
    return sketch.program({sketch.response(np.ones(n)): 1.0})


def mixed_curves(rng: np.random.Generator, n: int, families: tuple[str, ...] = FAMILIES) -> Curves:
    """Draw n curves of random families, half-saturations about 1, responses about 1."""
    picked = rng.choice(len(families), n)
    parts = []
    for k, name in enumerate(families):
        at = np.flatnonzero(picked == k)
        if len(at):
            parts.append((name, at, _drawn(rng, name, len(at))))
    return Curves(tuple(parts))


def _drawn(rng: np.random.Generator, name: str, m: int):
    scale, size = rng.lognormal(0, 0.5, m), rng.lognormal(0, 0.4, m)
    makers = {
        "hill": lambda: Hill(scale, size, rng.uniform(0.8, 4.0, m)),
        "michaelis-menten": lambda: MichaelisMenten(scale, size),
        "negative-exponential": lambda: NegativeExponential(scale, size),
        "tanh": lambda: Tanh(scale, size),
        "logistic": lambda: Logistic(scale, size, size * rng.uniform(0.1, 0.4, m)),
        "power": lambda: Power(scale, rng.uniform(0.2, 1.0, m)),
        "log": lambda: Log(scale, size),
        "linear": lambda: Linear(scale * 0.5),
        "tabulated": lambda: _table(rng, scale, size),
    }
    return makers[name]()


def _table(rng: np.random.Generator, scale: np.ndarray, size: np.ndarray):
    grid = np.linspace(0.2, 3.0, 8)
    shape = Hill(scale, size, rng.uniform(0.9, 3.0, len(scale)))
    spend = np.repeat(grid, len(scale)) * np.tile(size, len(grid))
    response = np.concatenate([shape.value(g * size) for g in grid])
    return tabulate(np.tile(np.arange(len(scale)), len(grid)), spend, response)


@dataclass(frozen=True)
class Tiny:
    """A small program, and its twin: ``judge(plans) -> (worth, slack)``, slack below 0 where a rule is broken."""

    program: Program
    judge: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    features: tuple[str, ...]


def tiny(
    seed: int, money: float = 1.0, n: int | None = None, features: tuple[str, ...] | None = None
) -> Tiny:
    """A random program of at most 3 cells with random features."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 4)) if n is None else n
    known = ("floors", "groups", "level", "hhi", "cvar", "shocks", "switch", "profit", "tight")
    if features is None:
        features = tuple(name for name in known if rng.random() < 0.3)
    curves = mixed_curves(rng, n)
    curves = curves.stretch(np.full(n, money)) if money != 1.0 else curves
    upper = rng.uniform(0.5, 4.0, n) * money
    lower = (
        np.where(rng.random(n) < 0.3, rng.uniform(0, 0.3, n) * upper, 0.0)
        if "floors" in features
        else 0 * upper
    )
    share = rng.uniform(0.05, 0.4) if "tight" in features else rng.uniform(0.3, 0.9)
    budget = float(lower.sum() + share * (upper - lower).sum())
    sketch = Sketch(curves, lower, upper, budget)
    slacks: list[Callable[[np.ndarray], np.ndarray]] = []
    total = sketch.spend(np.ones(n))
    sketch.row({total: 1.0}, upper=budget)
    slacks.append(lambda x: (budget - x.sum(1)) / budget)
    value = rng.uniform(0.5, 2.0, n) * money
    back = sketch.response(value)
    objective, worths = {back: 1.0}, [lambda x: _responses(sketch, x) @ value]
    _features(rng, sketch, features, (total, back, value, money), objective, worths, slacks)
    program = sketch.program(objective)

    def judge(plans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return sum(worth(plans) for worth in worths), np.min([slack(plans) for slack in slacks], axis=0)

    return Tiny(program, judge, features)


def _responses(sketch: Sketch, x: np.ndarray, price: np.ndarray | float = 1.0) -> np.ndarray:
    n = x.shape[1]
    own = sketch.curves.take(np.tile(np.arange(n), len(x)))
    return own.value((x / price).ravel()).reshape(len(x), n)


def _features(rng, sketch, features, known, objective, worths, slacks) -> None:
    total, back, value, money = known
    n, budget = len(sketch.lower), sketch.budget
    if "groups" in features:
        for _ in range(int(rng.integers(1, 4))):
            weights = (rng.random(n) < 0.6) * rng.choice([1.0, 1.0, 0.3, 2.5], n)
            at, even = sketch.spend(weights), float(weights @ sketch.upper) * budget / sketch.upper.sum()
            limit = even * rng.uniform(0.5, 1.2) + float(weights @ sketch.lower)
            sketch.row({at: 1.0}, upper=limit)
            slacks.append(lambda x, w=weights, c=limit: (c - x @ w) / budget)
    if "level" in features:
        start = np.minimum(sketch.upper, sketch.lower + rng.uniform(0, 0.3, n) * sketch.upper)
        level = float(_responses(sketch, start[None])[0] @ value)
        sketch.row({back: 1.0}, lower=level)
        slacks.append(lambda x, v=level: (_responses(sketch, x) @ value - v) / max(v, 1e-9))
    if "profit" in features:
        objective[total] = -0.3
        worths.append(lambda x: -0.3 * x.sum(1))
    if "hhi" in features:
        reads = [sketch.spend(row) for row in np.eye(n)]
        price = rng.uniform(0.1, 1.0) * money

        def hhi(v):
            return -price * float((v / budget) @ (v / budget)), -2 * price * v / budget**2

        theta = sketch.concave(reads, hhi, 0.0)
        if rng.random() < 0.5:
            objective[theta] = 1.0
            worths.append(lambda x: -price * ((x / budget) ** 2).sum(1))
        else:
            sketch.row({theta: 1.0}, lower=-0.3 * price)
            slacks.append(lambda x: 0.3 - ((x / budget) ** 2).sum(1))
    if "cvar" in features:
        _cvar(rng, sketch, "shocks" in features, (value, money), objective, worths)
    if "gates" in features:
        _gates(rng, sketch, features, money, objective, worths, slacks)
    if "switch" in features:
        cost = rng.uniform(0.05, 0.3) * money
        for k in range(n):
            z = sketch.own(f"z{k}", 0.0, 1.0, whole=True)
            one = sketch.spend(np.eye(n)[k])
            sketch.row({one: 1.0, z: -float(sketch.upper[k])}, upper=0.0)
            objective[z] = -cost
        worths.append(lambda x: -cost * (x > 0.0).sum(1))


def _gates(rng, sketch, features, money, objective, worths, slacks) -> None:
    """Cells that spend nothing or a minimum, with counts and fixed costs where the features say so."""
    n, upper = len(sketch.lower), sketch.upper
    least = np.where(rng.random(n) < 0.8, rng.uniform(0.05, 0.7, n) * upper, 0.0)
    least[rng.integers(n)] = 0.3 * upper.min()
    if {"count", "fixed"} & set(features):
        least = np.maximum(least, 0.02 * upper)
    least = np.where(rng.random(n) < 0.05, 1.01 * upper, least)  # some cells can only be off
    least = np.where(sketch.lower > 0.0, np.minimum(least, upper), least)
    sketch.gate(least)
    slacks.append(lambda x: -1.0 * ((x > 0.0) & (x < least)).any(axis=1))
    if "count" in features:
        k, at = int(rng.integers(0, n + 1)), sketch.active(np.ones(n))
        kind = rng.integers(3)
        sketch.row({at: 1.0}, float(k) if kind != 1 else -np.inf, float(k) if kind != 0 else np.inf)
        low, high = (k if kind != 1 else 0), (k if kind != 0 else n)
        slacks.append(lambda x: np.minimum((x > 0).sum(1) - low, high - (x > 0).sum(1)).astype(float))
    if "fixed" in features:
        cost = rng.uniform(0.02, 0.5, n) * money
        objective[sketch.active(cost)] = -1.0
        worths.append(lambda x: -((x > 0.0) @ cost))


def _cvar(rng, sketch, shocks: bool, known, objective, worths) -> None:
    """CVaR over three scenarios: eta - sum p_k s_k / (1 - level), s_k >= eta - R_k."""
    value, money = known
    n, level, chance = len(value), 0.7, np.array([0.5, 0.3, 0.2])
    hits = [np.ones(n), rng.uniform(0.2, 1.0, n), rng.uniform(0.2, 1.0, n)]
    prices = [1.0, 1.0, np.full(n, rng.uniform(1.1, 1.8)) if shocks else 1.0]
    totals = []
    for hit, price in zip(hits, prices, strict=True):
        components = sketch.shocked(price) if isinstance(price, np.ndarray) else None
        totals.append(sketch.response(value * hit, components))
    top = max(sketch.columns[k][2] for k in totals)
    eta = sketch.own("eta", 0.0, top)
    objective[eta] = objective.get(eta, 0.0) + 0.5
    for k, at in enumerate(totals):
        s = sketch.own(f"s{k}", 0.0, top)
        sketch.row({s: 1.0, eta: -1.0, at: 1.0}, lower=0.0)
        objective[s] = -0.5 * chance[k] / (1 - level)

    def worth(x: np.ndarray) -> np.ndarray:
        returns = np.array(
            [_responses(sketch, x, p) @ (value * h) for h, p in zip(hits, prices, strict=True)]
        )
        tries = [r - (chance[:, None] * np.maximum(r - returns, 0)).sum(0) / (1 - level) for r in returns]
        return 0.5 * np.max(tries, axis=0)

    worths.append(worth)
    del money


def best_on_grid(case: Tiny, steps: int = 24, rounds: int = 3) -> tuple[float, np.ndarray | None]:
    """The best plan of a dense grid, refined around the best few: a feasible worth that no bound may lie below."""
    lower, upper = case.program.lower, case.program.upper
    axes = [
        np.unique(np.concatenate([np.linspace(lo, hi, steps + 1), _knees(lo, hi), _ends(case.program, k)]))
        for k, (lo, hi) in enumerate(zip(lower, upper, strict=True))
    ]
    best, plan = -np.inf, None
    for turn in range(rounds):
        grid = np.stack([g.ravel() for g in np.meshgrid(*axes, indexing="ij")], axis=1)
        worth, slack = case.judge(grid)
        worth = np.where(slack >= 0.0, worth, -np.inf)
        top = int(np.argmax(worth))
        if worth[top] > best:
            best, plan = float(worth[top]), grid[top]
        if plan is None:
            return best, None
        width = (upper - lower) * (1.5 / steps) ** (turn + 1)
        axes = [
            np.append(np.clip(np.linspace(p - w, p + w, steps + 1), lo, hi), _ends(case.program, k))
            for k, (p, w, lo, hi) in enumerate(zip(plan, width, lower, upper, strict=True))
        ]
    return best, plan


def _ends(program: Program, cell: int) -> list[float]:
    """Off, and the least active spend, where a cell may be so."""
    at = np.flatnonzero(program.activity.cell == cell)
    low, high = program.lower[cell], program.upper[cell]
    return [x for k in at for x in (0.0, float(program.activity.least[k])) if low <= x <= high]


def _knees(lo: float, hi: float) -> np.ndarray:
    return lo + (hi - lo) * np.array([1e-9, 1e-4, 0.01])


def featured(
    seed: int,
    n: int,
    share: float = 0.1,
    *,
    channels: int = 10,
    shocks: int = 0,
    hhi: float = 0.0,
    entropy: float = 0.0,
    floor: float = 0.0,
    priced: int = 0,
    switches: int = 0,
) -> Program:
    """S-curves in channels, with what plugins add: CVaR over shocks, concave terms over channels, floors, switches."""
    rng = np.random.default_rng([seed, n, channels])
    half = rng.lognormal(0.0, 0.7, n) * 1000
    curves = Hill(rng.lognormal(0.0, 0.8, n) * 1000, half, rng.uniform(0.8, 3.0, n))
    upper = half * rng.uniform(2.0, 6.0, n)
    budget = share * upper.sum()
    channel = rng.integers(channels, size=n)
    sketch = Sketch(Curves((("hill", np.arange(n), curves),)), np.zeros(n), upper, budget)
    total = sketch.spend(np.ones(n))
    sketch.row({total: 1.0}, budget, budget)
    members = [(channel == c).astype(float) for c in range(channels)]
    spends = [sketch.spend(w) for w in members]
    sketch.row({spends[0]: 1.0, total: -0.25}, upper=0.0)
    back = sketch.response(np.ones(n))
    worth = float(curves.value(np.minimum(upper, 2 * budget / n)).sum())
    objective = {back: 1.0}
    if floor:
        objective[total] = -0.5 * worth / budget
        sketch.row({back: 1.0}, lower=floor * worth)
    if hhi:
        objective[
            sketch.concave(
                spends,
                lambda v: (-hhi * worth * float(v @ v) / budget**2, -2 * hhi * worth * v / budget**2),
                0.0,
            )
        ] = 1.0
    if entropy:
        objective[
            sketch.concave(
                spends, lambda v: _entropy(v, budget, entropy * worth), entropy * worth * np.log(channels)
            )
        ] = 1.0
    if shocks:
        _shocked(rng, sketch, channel, (shocks, priced, worth), objective)
    for k in range(switches):
        z = sketch.own(f"z{k}", 0.0, 1.0, whole=True)
        sketch.row({spends[k]: 1.0, z: -float(members[k] @ upper)}, upper=0.0)
        objective[z] = -0.03 * worth
    return sketch.program(objective)


def _entropy(v: np.ndarray, budget: float, price: float) -> tuple[float, np.ndarray]:
    share = np.maximum(v / budget, 1e-9)
    return -price * float(share @ np.log(share)), -price * (np.log(share) + 1) / budget


def _shocked(
    rng, sketch: Sketch, channel: np.ndarray, sizes: tuple[int, int, float], objective: dict
) -> None:
    count, priced, _ = sizes
    level = 0.9
    chance = rng.dirichlet(np.ones(count))
    totals = []
    for k in range(count):
        hit = np.where(rng.random(channel.max() + 1) < 0.3, rng.uniform(0.2, 1.0, channel.max() + 1), 1.0)[
            channel
        ]
        components = (
            sketch.shocked(np.where(channel % 3 == k % 3, rng.uniform(1.1, 1.6), 1.0)) if k < priced else None
        )
        totals.append(sketch.response(hit, components))
    top = max(sketch.columns[k][2] for k in totals)
    eta = sketch.own("eta", 0.0, top)
    objective[eta] = 0.5
    for k, at in enumerate(totals):
        s = sketch.own(f"s{k}", 0.0, top)
        sketch.row({s: 1.0, eta: -1.0, at: 1.0}, lower=0.0)
        objective[s] = -0.5 * chance[k] / (1 - level)
