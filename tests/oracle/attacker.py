"""An attacker of proofs: finds good feasible plans of tiny configs by brute force, to hold them against the bounds.

It shares nothing with mixopt: response curves, terms and rules are written here once more, from the sentences and
equations of the documentation, over plain numbers. Rules are read in exact fractions before anybody is accused.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

STEPS = 24  # of the lattice: the budget in 24 equal parts
KEPT = 5  # lattice points that are polished
ROUNDS = 48  # of polishing, three at each size of move
ROUNDING = (
    1e-11  # how far a point may miss a rule, as a share of the rule's size, and still count as keeping it
)


# --- curves, as the documentation writes them


def hill(cell, x):
    ratio = (x / cell["half_saturation"]) ** cell["slope"]
    return np.where(np.isinf(ratio), 1.0, ratio / (1.0 + ratio))


def logistic(cell, x):
    """σ(z - a) - σ(-a) = (1 - e^-z) / ((1 + e^(a-z)) (1 + e^-a)), in which nothing cancels."""
    z, start = x / cell["spend_scale"], cell["midpoint"] / cell["spend_scale"]
    return -np.expm1(-z) / ((1.0 + np.exp(start - z)) * (1.0 + np.exp(-start)))


SHAPES = {
    "hill": hill,
    "michaelis-menten": lambda cell, x: x / (cell["half_saturation"] + x),
    "negative-exponential": lambda cell, x: -np.expm1(-x / cell["spend_scale"]),
    "tanh": lambda cell, x: np.tanh(x / cell["spend_scale"]),
    "logistic": logistic,
    "power": lambda cell, x: x ** cell["exponent"],
    "log": lambda cell, x: np.log1p(x / cell["spend_scale"]),
    "linear": lambda _, x: x,
}


def response(cell, x):
    """Return the response of a cell at spends x."""
    with np.errstate(all="ignore"):
        return float(cell["scale"]) * SHAPES[cell["curve"]](cell, x)


# --- a config, read


@dataclass
class Puzzle:
    """A config with its tables, as the attacker reads it."""

    config: dict
    cells: list
    shocks: list
    levels: dict = field(default_factory=dict)  # of keep rules, by plan and rule

    @property
    def budget(self):
        return float(self.config["budget"]["total"])

    @property
    def at_most(self):
        return self.config["budget"].get("rule", "spend-all") == "at-most"

    @property
    def lower(self):
        return np.array([float(cell.get("lower", 0.0)) for cell in self.cells])

    @property
    def upper(self):
        return np.array([min(float(cell.get("upper", self.budget)), 1e300) for cell in self.cells])

    def worth(self, term, points):
        """Return what a term is worth at points, currency."""
        return worth(self, term, points)

    def where(self, which):
        """Return the positions of the cells that a selection means."""
        wanted = {k: v if isinstance(v, list) else [v] for k, v in (which or {}).items()}
        return [
            j for j, cell in enumerate(self.cells) if all(cell[k] in names for k, names in wanted.items())
        ]

    def groups(self, over):
        """Return the cells of each label of a column."""
        labels = dict.fromkeys(cell[over] for cell in self.cells)
        return {label: self.where({over: label}) for label in labels}

    def responses(self, points, price=None):
        """Return the responses at points (n_points, n_cells)."""
        price = np.ones(len(self.cells)) if price is None else price
        return np.stack(
            [response(cell, points[:, j] / price[j]) for j, cell in enumerate(self.cells)], axis=1
        )

    def returns(self, points, price=None):
        """Return value × response at points."""
        return self.responses(points, price) * np.array(
            [float(cell.get("value", 1.0)) for cell in self.cells]
        )


# --- terms


def worth(puzzle, term, points):
    """Return what a term of the objective is worth at points, in currency, without its weight."""
    return TERMS[term["kind"]](puzzle, term, points)


def returned(puzzle, term, points):
    return puzzle.returns(points)[:, puzzle.where(term.get("where"))].sum(axis=1)


def profit(puzzle, term, points):
    return returned(puzzle, term, points) - points[:, puzzle.where(term.get("where"))].sum(axis=1)


def brand(puzzle, term, points):
    """Return what arrives after the window: multiplier less one, times return."""
    later = [term["multipliers"].get(cell["channel"], term.get("multiplier")) - 1.0 for cell in puzzle.cells]
    return puzzle.returns(points) @ np.array(later)


def goodwill(puzzle, term, points):
    """Return margin × lift × goodwill built, now and for ever after."""
    after = (1.0 - term["decay"]) / (term["discount"] + term["decay"])
    return (
        term["margin"] * term["lift"] * (1.0 + after) * term["build"] * puzzle.responses(points).sum(axis=1)
    )


def brand_band(puzzle, term, points):
    """Return what it costs to leave the band."""
    whole, mine = points.sum(axis=1), points[:, puzzle.where(term["where"])].sum(axis=1)
    short = np.maximum(term["at_least"] * whole - mine, 0.0)
    return -term["price"] * (short + np.maximum(mine - term["at_most"] * whole, 0.0))


def diversification(puzzle, term, points):
    return term["price"] * spread(puzzle, term, points)


def spread(puzzle, term, points):
    groups = puzzle.groups(term.get("over", "channel"))
    shares = np.stack([points[:, cells].sum(axis=1) for cells in groups.values()], axis=1) / puzzle.budget
    measure = term.get("measure", "hhi")
    if measure == "hhi":
        return 1.0 - (shares**2).sum(axis=1)
    if measure == "largest-share":
        return 1.0 - shares.max(axis=1)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    return -(shares * logs).sum(axis=1) / math.log(len(groups))


def bad_times(puzzle, term, points):
    """Return a plan's worth under shocks: mean, mean of the worst part, worst case, or the worst channel dark."""
    measure = term.get("measure", "cvar")
    if measure == "outage":
        returns = puzzle.returns(points)
        groups = puzzle.groups(term.get("over", "channel"))
        dark = [returns.sum(axis=1) - returns[:, cells].sum(axis=1) for cells in groups.values()]
        return np.min(dark, axis=0)
    chances, outcomes = [], []
    for chance, kept, price in scenarios(puzzle, term):
        if chance > 0:
            chances.append(chance)
            outcomes.append((puzzle.returns(points, price) * kept).sum(axis=1))
    chances, outcomes = np.array(chances), np.array(outcomes)
    if measure == "expected":
        return chances @ outcomes
    if measure == "worst-case":
        return outcomes.min(axis=0)
    tail = 1.0 - term.get("level", 0.9)
    found = np.empty(len(points))
    for k in range(len(points)):
        left, total = tail, 0.0
        for j in np.argsort(outcomes[:, k]):
            part = min(left, chances[j])
            total, left = total + part * outcomes[j, k], left - part
        found[k] = (total + left * outcomes[:, k].max()) / tail
    return found


TERMS = {
    "response": returned,
    "profit": profit,
    "brand": brand,
    "goodwill": goodwill,
    "brand-band": brand_band,
    "diversification": diversification,
    "resilience": bad_times,
}


def scenarios(puzzle, term):
    """Yield probability, factors on response, factors on price."""
    named = {}
    for row in puzzle.shocks:
        chance, kept, price = named.setdefault(
            row["shock"], [row["probability"], np.ones(len(puzzle.cells)), np.ones(len(puzzle.cells))]
        )
        hit = puzzle.where({key: row[key] for key in ("channel", "segment") if row.get(key)})
        kept[hit] *= row["response"]
        price[hit] *= row["price"]
    joint = (term.get("dependence") or puzzle.shocks[0].get("dependence")) == "joint"
    shocks = list(named.values())
    if joint:
        yield from (tuple(shock) for shock in shocks)
        yield 1.0 - sum(shock[0] for shock in shocks), np.ones(len(puzzle.cells)), np.ones(len(puzzle.cells))
        return
    for happens in itertools.product((True, False), repeat=len(shocks)):
        chance, kept, price = 1.0, np.ones(len(puzzle.cells)), np.ones(len(puzzle.cells))
        for shock, it in zip(shocks, happens, strict=True):
            chance *= shock[0] if it else 1.0 - shock[0]
            kept, price = (kept * shock[1], price * shock[2]) if it else (kept, price)
        yield chance, kept, price


def objective(puzzle, plan, points):
    """Return what a plan's objective is at points."""
    terms = puzzle.config["plans"][plan]["objective"]
    rules = [*puzzle.config.get("constraints", []), *puzzle.config["plans"][plan].get("constraints", [])]
    paid = sum(float(rule["fixed_cost"]) * on(puzzle, rule, points) for rule in rules if "fixed_cost" in rule)
    return sum(float(term.get("weight", 1.0)) * worth(puzzle, term, points) for term in terms) - paid


def things(puzzle, rule):
    """Return the cells of each thing that a rule takes to be on or off."""
    picked, over = puzzle.where(rule.get("where")), rule.get("over", "cell")
    if over == "cell":
        return [[j] for j in picked]
    parts = [[j for j in cells if j in picked] for cells in puzzle.groups(over).values()]
    return [cells for cells in parts if cells]


def on(puzzle, rule, points):
    """Return how many things spend anything."""
    return sum((points[:, cells].sum(axis=1) > 0).astype(float) for cells in things(puzzle, rule))


# --- rules: how much room each sentence leaves; the same text reads floats in columns and exact fractions


@dataclass
class Reading:
    """A plan, or many: the spend of each cell, as columns of floats or as fractions."""

    puzzle: Puzzle
    plan: str
    x: list
    exact: bool

    @property
    def budget(self):
        return self.number(self.puzzle.budget)

    def number(self, value):
        return Fraction(float(value)) if self.exact else float(value)

    def most(self, items):
        return max(items) if self.exact else np.maximum.reduce(np.broadcast_arrays(*items))

    @property
    def y(self):
        """The response of each cell."""
        return [self.number(v[0]) if self.exact else v for v in self.puzzle.responses(self.points()).T]

    def points(self):
        return (
            np.array([[float(v) for v in self.x]])
            if self.exact
            else np.stack(np.broadcast_arrays(*self.x), axis=1)
        )

    def spent(self, cells):
        return sum(self.x[j] for j in cells)

    def rooms(self):
        """Yield (room, size, whether the room is exact): a rule is kept where its room is at least 0."""
        whole = sum(self.x)
        yield self.budget - whole, self.budget, True
        if not self.puzzle.at_most:
            yield whole - self.budget, self.budget, True
        for j, cell in enumerate(self.puzzle.cells):
            yield self.x[j] - self.number(cell.get("lower", 0.0)), self.budget, True
            yield self.number(cell.get("upper", self.puzzle.budget)) - self.x[j], self.budget, True
        config = self.puzzle.config
        for rule in [*config.get("constraints", []), *config["plans"][self.plan].get("constraints", [])]:
            yield from RULES[rule["kind"]](self, rule)

    def limits(self, rule, level, size, today, *, exact=True):
        """Yield the rooms of at_least, at_most and equal, absolute or relative to today."""
        for key, side in (("at_least", 1), ("at_most", -1), ("equal", 1), ("equal", -1)):
            if key in rule:
                limit = rule[key]
                limit = limit["today"] * today if isinstance(limit, dict) else limit
                yield side * (level - self.number(limit)), size, exact


def spend_rule(reading, rule):
    """Spend on some cells is at least, at most or exactly so much, or so many times today's."""
    mine = reading.puzzle.where(rule.get("where"))
    today = sum(float(reading.puzzle.cells[j].get("current_spend", 0.0)) for j in mine)
    yield from reading.limits(rule, reading.spent(mine), reading.budget, today)


def linear_rule(reading, rule):
    """Weighted spend, or response, of some cells is at least, at most or exactly so much."""
    mine = reading.puzzle.where(rule.get("where"))
    weights = [reading.number(reading.puzzle.cells[j][rule["weights"]]) for j in mine]
    on_response = rule.get("on") == "response"
    amounts = reading.y if on_response else reading.x
    level = sum(weight * amounts[j] for weight, j in zip(weights, mine, strict=True))
    size = level if on_response else reading.budget * max(weights)
    yield from reading.limits(rule, level, size, None, exact=not on_response)


def share_rule(reading, rule):
    """The share of spend that goes to some cells is at least or at most so much."""
    mine, whole = (reading.spent(reading.puzzle.where(rule.get(key))) for key in ("where", "of"))
    for key, side in (("at_least", 1), ("at_most", -1)):
        if key in rule:
            yield side * (mine - reading.number(rule[key]) * whole), reading.budget, True


def minimum_share(reading, rule):
    """Every group gets at least a share of spend."""
    for cells in reading.puzzle.groups(rule["over"]).values():
        yield reading.spent(cells) - reading.number(rule["at_least"]) * sum(reading.x), reading.budget, True


def largest_share(reading, rule):
    """No group gets more than a share of spend."""
    for cells in reading.puzzle.groups(rule["over"]).values():
        yield reading.number(rule["at_most"]) * sum(reading.x) - reading.spent(cells), reading.budget, True


def top_share(reading, rule):
    """The k largest groups together get at most a share of spend: so do any k groups."""
    for chosen in itertools.combinations(reading.puzzle.groups(rule["over"]).values(), rule["k"]):
        mine = sum(reading.spent(cells) for cells in chosen)
        yield reading.number(rule["at_most"]) * sum(reading.x) - mine, reading.budget, True


def equitable_share(reading, rule):
    """Spend per head of every group is at least a share of the greatest."""
    groups = reading.puzzle.groups(rule["over"])
    heads = {name: reading.number(rule["heads"][name]) for name in groups}
    total = sum(heads.values())
    per_head = {name: reading.spent(cells) * total / heads[name] for name, cells in groups.items()}
    greatest = reading.most(list(per_head.values()))
    for name, level in per_head.items():
        yield level - reading.number(rule["ratio"]) * greatest, reading.budget * total / heads[name], True


def resilience_floor(reading, rule):
    """What the plan is worth in bad times is at least so much."""
    level = bad_times(reading.puzzle, rule, reading.points())
    yield level - rule["at_least"], np.abs(level) + abs(rule["at_least"]), False


def at_least_if_on(reading, rule, least):
    """Whatever spends anything spends at least so much."""
    for cells in things(reading.puzzle, rule):
        spent = reading.spent(cells)
        if reading.exact:
            yield (spent - reading.number(least) if spent > 0 else Fraction(0)), reading.budget, True
        else:
            yield np.where(spent > 0, spent - least, 0.0), reading.budget, True


def minimum_if_active(reading, rule):
    """Everything spends nothing, or at least so much."""
    yield from at_least_if_on(reading, rule, rule["at_least"])


def count_rule(reading, rule):
    """At least, at most or exactly so many spend; what spends, spends at least the smallest sum that counts."""
    spends = [reading.spent(cells) for cells in things(reading.puzzle, rule)]
    number = sum((spent > 0) * 1 for spent in spends)
    for key, side in (("at_least", 1), ("at_most", -1), ("equal", 1), ("equal", -1)):
        if key in rule:
            yield side * (number - reading.number(rule[key])), reading.number(1.0), True
    yield from at_least_if_on(reading, rule, rule.get("smallest", 1e-6 * reading.puzzle.budget))


def keep_rule(reading, rule):
    """A term of another plan is kept at a share."""
    puzzle = reading.puzzle
    term = next(t for t in puzzle.config["plans"][rule["of"]]["objective"] if t["kind"] == rule["term"])
    points = reading.points()
    least = puzzle.levels[reading.plan, rule["name"]]
    size = np.abs(puzzle.returns(points)).sum(axis=1) + (
        points.sum(axis=1) if rule["term"] == "profit" else 0.0
    )
    yield worth(puzzle, term, points) - least, size + abs(least), False


RULES = {
    "spend": spend_rule,
    "linear": linear_rule,
    "share": share_rule,
    "brand-share": share_rule,
    "minimum-share": minimum_share,
    "largest-share": largest_share,
    "top-share": top_share,
    "equitable-share": equitable_share,
    "resilience-floor": resilience_floor,
    "minimum-if-active": minimum_if_active,
    "count": count_rule,
    "keep": keep_rule,
}


def missed(puzzle, plan, points):
    """Return by how much each point misses its worst rule, as a share of the rule's size; at most 0 if none."""
    reading = Reading(puzzle, plan, list(points.T), exact=False)
    worst = np.full(len(points), -np.inf)
    for room, size, _ in reading.rooms():
        with np.errstate(over="ignore"):
            share = -np.asarray(room, dtype=float) / np.maximum(size, 1e-300)
        worst = np.maximum(worst, share)
    return worst


def keeps_every_sentence(puzzle, plan, point):
    """Return whether a point (fractions) keeps every rule; what is known in floats only needs a hair of room."""
    reading = Reading(puzzle, plan, list(point), exact=True)
    return all(
        room >= 0 if exact else float(np.ravel(room)[0]) >= 1e-12 * float(np.ravel(size)[0])
        for room, size, exact in reading.rooms()
    )


# --- search


@cache
def lattice(parts):
    """Return all ways to split STEPS steps over some parts."""
    cuts = np.array(list(itertools.combinations(range(STEPS + parts - 1), parts - 1)), dtype=int).reshape(
        -1, parts - 1
    )
    ends = np.hstack([np.full((len(cuts), 1), -1), cuts, np.full((len(cuts), 1), STEPS + parts - 1)])
    return np.diff(ends, axis=1) - 1


def grid(puzzle):
    """Return exact lattice points: of the whole budget, and of what the floors leave of it."""
    n = len(puzzle.cells)
    steps = lattice(n + 1)[:, :n] if puzzle.at_most else lattice(n)
    lower = [Fraction(float(v)) for v in puzzle.lower]
    budget = Fraction(puzzle.budget)
    found = [(steps, [Fraction(0)] * n, budget)]
    if sum(lower) > 0 and sum(lower) <= budget:
        found.append((steps, lower, budget - sum(lower)))
    return found


def candidates(puzzle, plan):
    """Return the best lattice points that keep all rules exactly, as lists of fractions, best first."""
    found = []
    for steps, floors, rest in grid(puzzle):
        points = steps * (float(rest) / STEPS) + np.array([float(v) for v in floors])
        near = np.flatnonzero(missed(puzzle, plan, points) <= ROUNDING)
        values = objective(puzzle, plan, points[near]) if len(near) else np.empty(0)
        for k in near[np.argsort(-values, kind="stable")][: 8 * KEPT]:
            exact = [floor + rest * int(step) / STEPS for floor, step in zip(floors, steps[k], strict=True)]
            if keeps_every_sentence(puzzle, plan, exact):
                found.append((float(objective(puzzle, plan, points[k : k + 1])[0]), exact))
            if len(found) >= KEPT * (1 + any(floors)):
                break
    return sorted(found, key=lambda pair: -pair[0])[:KEPT]


def polished(puzzle, plan, starts):
    """Return the best point that moves of money between two cells lead to, from some starts (n_starts, n_cells)."""
    n = len(puzzle.cells)
    places = n + 1 if puzzle.at_most else n
    moves = np.array([(a, b) for a in range(places) for b in range(places) if a != b])
    shift = np.zeros((len(moves), places))
    shift[np.arange(len(moves)), moves[:, 0]] = 1.0
    shift[np.arange(len(moves)), moves[:, 1]] = -1.0
    shift = shift[:, :n]
    best = np.array(starts, dtype=float)
    value = objective(puzzle, plan, best)
    for turn in range(ROUNDS):
        size = puzzle.budget / STEPS / 2.0 * 0.4 ** (turn // 3)
        tried = (best[:, None, :] + size * shift).reshape(-1, n)
        values = objective(puzzle, plan, np.maximum(tried, 0.0))
        values = np.where(missed(puzzle, plan, tried) <= 1e-13, values, -np.inf).reshape(len(best), -1)
        pick = values.argmax(axis=1)
        gain = values[np.arange(len(best)), pick]
        better = gain > value
        best[better] = tried.reshape(len(best), -1, n)[better, pick[better]]
        value[better] = gain[better]
    k = int(np.argmax(value))
    return best[k], float(value[k])


def climbed(puzzle, plan, start):
    """Return where SLSQP leads from a start, in shares of the budget; it may miss rules by rounding, or fail."""
    budget = puzzle.budget
    scale = max(abs(float(objective(puzzle, plan, start[None])[0])), 1e-300)

    def room(share):
        x = np.maximum(share, 0.0) * budget
        reading = Reading(puzzle, plan, list(x[:, None]), exact=False)
        return np.array(
            [float(np.ravel(r)[0]) / max(float(np.ravel(s)[0]), 1e-300) for r, s, _ in reading.rooms()]
        )

    ends = list(zip(puzzle.lower / budget, np.minimum(puzzle.upper / budget, 1.0), strict=True))
    with np.errstate(all="ignore"):
        found = minimize(
            lambda share: -float(objective(puzzle, plan, np.maximum(share, 0.0)[None] * budget)[0]) / scale,
            start / budget,
            bounds=ends,
            constraints=[{"type": "ineq", "fun": room}],
            method="SLSQP",
            options={"maxiter": 25, "ftol": 1e-14},
        )
    return np.clip(np.nan_to_num(found.x), 0.0, None) * budget


class Best(NamedTuple):
    """The best plan found; `exact`: whether some plan keeps every sentence exactly, in fractions."""

    value: float
    point: np.ndarray
    exact: bool


def attack(puzzle, plan, spend=None, *, climb=True):
    """Return the best plan found, or ``None`` where no lattice point keeps the rules.

    `spend`: mixopt's own plan, as one more start.
    """
    exact = candidates(puzzle, plan)
    starts = [[float(v) for v in point] for _, point in exact]
    if spend is not None and missed(puzzle, plan, spend[None])[0] <= ROUNDING:
        starts.append(list(spend))
    if not starts:
        return None
    point, value = polished(puzzle, plan, starts)
    ruled = puzzle.config.get("constraints") or puzzle.config["plans"][plan].get("constraints")
    if climb and ruled:
        higher = climbed(puzzle, plan, point)
        gain = float(objective(puzzle, plan, higher[None])[0])
        if gain > value and missed(puzzle, plan, higher[None])[0] <= ROUNDING:
            point, value = higher, gain
    return Best(value, point, bool(exact))
