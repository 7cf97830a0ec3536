"""Random tiny configs: every family, rule and term, and the numbers that break things. Plain values, to be saved."""

from __future__ import annotations

import numpy as np

FAMILIES = (
    *("hill", "hill", "hill", "michaelis-menten", "negative-exponential"),
    *("tanh", "logistic", "logistic", "power", "log", "linear"),
)
SCALES = (1e-6, 1e-3, 1.0, 1.0, 1.0, 1e3, 1e6, 1e9, 1e12)  # of money
GAPS = (0.05, 0.01, 1e-3, 1e-4, 1e-4)


class Maker:
    """One instance in the making: money around `budget`, response around its own scale."""

    def __init__(self, seed):
        self.rng = np.random.default_rng([20261121, seed])
        self.n = int(self.rng.choice([2, 3, 3, 4, 4, 5]))
        self.at_most = bool(self.rng.random() < 0.3)
        if self.at_most:
            self.n = min(self.n, 4)
        self.money = float(self.rng.choice(SCALES))
        self.budget = self.money * float(self.rng.choice([100.0, self.rng.uniform(20, 300)]))
        self.units = float(self.rng.choice([1e-3, 1.0, 1.0, 1e4]))
        self.cells = [self.cell(j) for j in range(self.n)]
        self.shocks = []
        self.point = self.feasible_point()

    def chance(self, p):
        return bool(self.rng.random() < p)

    def pick(self, *options):
        return options[int(self.rng.integers(len(options)))]

    def uniform(self, low, high):
        return float(self.rng.uniform(low, high))

    def cell(self, j):
        kind = self.pick(*FAMILIES)
        size = self.budget * self.uniform(0.05, 1.0)
        scale = self.units * self.uniform(20, 500)
        cell = {"channel": "abcde"[j], "segment": "all", "curve": kind}
        if kind == "power":
            exponent = self.pick(0.2, 0.5, 0.9, 1.0, self.uniform(0.1, 1.0))
            cell |= {"scale": scale / self.budget**exponent, "exponent": exponent}
        elif kind == "linear":
            cell |= {"scale": scale / self.budget}
        elif kind == "hill":
            slope = self.pick(0.5, 1.0, 1.5, 2.0, 3.0, 4.0, self.uniform(0.4, 5.0))
            cell |= {"scale": scale, "half_saturation": size, "slope": slope}
        elif kind == "michaelis-menten":
            cell |= {"scale": scale, "half_saturation": size}
        elif kind == "logistic":
            spread = size * self.uniform(0.03, 0.5)
            cell |= {"scale": scale, "midpoint": size, "spend_scale": spread}
        else:
            cell |= {"scale": scale, "spend_scale": size}
        if self.chance(0.05):
            cell["scale"] = 0.0
        cell["value"] = self.pick(1.0, 1.0, self.uniform(0.5, 3.0), 0.0 if self.chance(0.1) else 2.0)
        cell["weight"] = self.pick(1.0, self.uniform(0.1, 3.0), 0.0)
        return cell

    def feasible_point(self):
        """Draw a plan, and bounds around it: all rules are set so that it keeps them, or just misses them."""
        share = self.rng.dirichlet(np.full(self.n, self.pick(0.3, 1.0, 5.0)))
        point = share * self.budget * (self.uniform(0.5, 1.0) if self.at_most else 1.0)
        if self.chance(0.4):
            point = np.round(point / self.budget * 24) / 24 * self.budget
            point[0] += (0.0 if self.at_most else self.budget) - (0.0 if self.at_most else point.sum())
            point = np.maximum(point, 0.0)
        for cell, spend in zip(self.cells, point, strict=True):
            lower = self.pick(0.0, 0.0, 0.0, spend * self.uniform(0, 1), spend)
            upper = self.pick(None, None, spend + self.budget * self.uniform(0, 0.6), spend)
            cell["lower"] = float(lower)
            cell["upper"] = self.budget if upper is None else float(max(upper, lower))
        return point

    def two_segments(self):
        for j, cell in enumerate(self.cells):
            cell["channel"], cell["segment"] = "abc"[j // 2], ("north", "south")[j % 2]

    def some(self):
        """Return a selection and the cells it means."""
        channels = list(dict.fromkeys(cell["channel"] for cell in self.cells))
        size = int(self.rng.integers(1, len(channels) + 1))
        names = [str(name) for name in self.rng.choice(channels, size, replace=False)]
        if self.chance(0.3) and len({cell["segment"] for cell in self.cells}) > 1:
            return {"segment": "north"}, [j for j, c in enumerate(self.cells) if c["segment"] == "north"]
        mine = [j for j, cell in enumerate(self.cells) if cell["channel"] in names]
        return {"channel": names if len(names) > 1 or self.chance(0.5) else names[0]}, mine

    def around(self, level, side, size):
        """Return a limit that the drawn plan keeps: exactly, by a hair, or with room; now and then it misses."""
        room = self.pick(0.0, 1e-12, 1e-9, 1e-7, 0.03, 0.1, 0.3, 0.0 if self.chance(0.8) else -1e-7) * size
        return float(max(level + side * room, 0.0))

    # --- rules

    def spend(self):
        where, mine = self.some()
        level = float(self.point[mine].sum())
        rule = {"kind": "spend", "where": where}
        sort = self.pick("at_most", "at_least", "both", "equal")
        if sort in {"at_most", "both"}:
            rule["at_most"] = self.around(level, 1, self.budget)
        if sort in {"at_least", "both"}:
            rule["at_least"] = self.around(level, -1, self.budget)
        if sort == "equal":
            rule["equal"] = level
        if rule.get("at_least", 0.0) > rule.get("at_most", np.inf):
            rule["at_least"] = rule["at_most"]
        return rule

    def today(self):
        today = self.rng.dirichlet(np.ones(self.n)) * self.budget
        for cell, spend in zip(self.cells, today, strict=True):
            cell["current_spend"] = float(spend)
        where, mine = self.some()
        if today[mine].sum() <= 0:
            return self.spend()
        ratio = float(self.point[mine].sum() / today[mine].sum())
        return {
            "kind": "spend",
            "where": where,
            "at_most": {"today": ratio * self.pick(1.0 + 1e-9, 1.2, 2.0)},
        }

    def share(self):
        where, mine = self.some()
        whole = self.point.sum()
        if whole <= 0:
            return self.spend()
        level = float(self.point[mine].sum() / whole)
        side = self.pick("at_most", "at_least")
        limit = self.around(level, 1 if side == "at_most" else -1, 1.0)
        return {"kind": "share", "where": where, side: min(limit, 1.0)}

    def linear(self):
        where, mine = self.some()
        weights = np.array([self.cells[j]["weight"] for j in mine])
        if not weights.any():
            return self.spend()
        level = float(weights @ self.point[mine])
        side = self.pick("at_most", "at_least")
        limit = self.around(level, 1 if side == "at_most" else -1, self.budget)
        return {"kind": "linear", "weights": "weight", "where": where, side: limit}

    def reach(self, attacker):
        where, mine = self.some()
        puzzle = attacker.Puzzle({"budget": {"total": self.budget}}, self.cells, [])
        responses = puzzle.responses(self.point[None])[0]
        level = float(sum(self.cells[j]["weight"] * responses[j] for j in mine))
        if not any(self.cells[j]["weight"] for j in mine):
            return self.spend()
        limit = level * self.pick(1.0 - 1e-9, 0.99, 0.9, 0.5)
        return {"kind": "linear", "weights": "weight", "on": "response", "where": where, "at_least": limit}

    def minimum_share(self):
        groups = len({cell["channel"] for cell in self.cells})
        return {"kind": "minimum-share", "over": "channel", "at_least": self.uniform(0, 0.5) / groups}

    def largest_share(self):
        groups = len({cell["channel"] for cell in self.cells})
        return {"kind": "largest-share", "over": "channel", "at_most": self.uniform(1 / groups, 1.0) + 1e-9}

    def top_share(self):
        groups = len({cell["channel"] for cell in self.cells})
        k = int(self.rng.integers(1, groups))
        return {
            "kind": "top-share",
            "over": "channel",
            "k": k,
            "at_most": min(self.uniform(k / groups, 1.05) + 1e-9, 1.0),
        }

    def equitable_share(self):
        names = dict.fromkeys(cell["channel"] for cell in self.cells)
        heads = {name: float(self.pick(1.0, 2.0, self.uniform(1, 9))) for name in names}
        return {
            "kind": "equitable-share",
            "over": "channel",
            "ratio": self.uniform(0.05, 0.9),
            "heads": heads,
        }

    def brand_share(self):
        where, _ = self.some()
        low = self.uniform(0.0, 0.5)
        return {
            "kind": "brand-share",
            "where": where,
            "at_least": low,
            "at_most": low + self.uniform(0.0, 0.5),
        }

    def floor(self, attacker):
        settings = self.bad_times()
        puzzle = attacker.Puzzle({"budget": {"total": self.budget}}, self.cells, self.shocks)
        level = float(attacker.bad_times(puzzle, settings, self.point[None])[0])
        return {**settings, "kind": "resilience-floor", "at_least": level * self.pick(1.0 - 1e-9, 0.9, 0.5)}

    # --- what is on and off

    def things(self):
        """Return a selection, what is on or off in it, and what the drawn plan spends on each of these."""
        where, mine = self.some()
        over = self.pick("cell", "cell", "channel", "segment")
        keys = [j if over == "cell" else self.cells[j][over] for j in mine]
        spends = [
            sum(self.point[j] for j, k in zip(mine, keys, strict=True) if k == key)
            for key in dict.fromkeys(keys)
        ]
        return ({"where": where} if self.chance(0.6) or over == "segment" else {}), over, np.array(spends)

    def least(self, spends):
        """Return a least spend of what is on: mostly one that the drawn plan keeps, by a hair or with room."""
        some = spends[spends > 1e-9 * self.budget]
        smallest = float(some.min()) if len(some) else self.budget / 10
        return smallest * self.pick(1.0, 1.0 - 1e-9, 0.5, 0.9, self.uniform(0.05, 1.5))

    def minimum_if_active(self):
        where, over, spends = self.things()
        rule = {"kind": "minimum-if-active", "over": over, "at_least": self.least(spends), **where}
        if self.chance(0.5):
            rule["fixed_cost"] = self.worth() * self.uniform(0.001, 0.3)
        return rule

    def count(self):
        where, over, spends = self.things()
        rule = {"kind": "count", "over": over, **where}
        number = int((spends > 0).sum()) + self.pick(0, 0, 0, 1, -1)
        number = max(number, 0)
        sort = self.pick("at_most", "at_most", "at_least", "both", "equal")
        if sort == "equal":
            rule["equal"] = number
        if sort in {"at_most", "both"}:
            rule["at_most"] = number
        if sort in {"at_least", "both"}:
            rule["at_least"] = max(number - self.pick(0, 1), 0)
        if sort in {"at_least", "equal"} or self.chance(0.5):
            rule["smallest"] = self.least(spends)
        return rule

    # --- terms

    def bad_times(self):
        measure = self.pick("cvar", "cvar", "expected", "worst-case", "outage")
        settings = {"kind": "resilience", "measure": measure}
        if measure == "outage":
            return {**settings, "over": "channel"}
        if not self.shocks:
            self.make_shocks()
        if measure == "cvar":
            settings["level"] = self.pick(0.0, 0.5, 0.8, 0.9, 0.95, 0.999)
        return {**settings, "shocks": "shocks"}

    def make_shocks(self):
        dependence = self.pick("independent", "joint")
        count = int(self.rng.integers(1, 4))
        for k in range(count):
            where, _ = self.some()
            hit = where.get("channel", "")
            self.shocks.append(
                {
                    "shock": f"shock {k}",
                    "probability": self.uniform(0.02, 0.9 / count),
                    "channel": hit[0] if isinstance(hit, list) else hit,
                    "segment": where.get("segment", ""),
                    "response": self.pick(0.0, 0.5, 1.0, 1.2),
                    "price": self.pick(1.0, 1.0, 1.25, 0.8, 2.0),
                    "dependence": dependence,
                }
            )

    def worth(self):
        """Return what the drawn plan's response is worth, roughly: what other terms are priced against."""
        return self.units * 200.0

    def extra_term(self):
        sort = self.pick(
            "hhi", "entropy", "largest-share", "resilience", "resilience", "brand", "goodwill", "brand-band"
        )
        weight = self.pick(1.0, 0.5, self.uniform(0.1, 3.0))
        channels = list(dict.fromkeys(cell["channel"] for cell in self.cells))
        if sort in {"hhi", "entropy", "largest-share"}:
            price = self.worth() * self.uniform(0.05, 2.0)
            return {"kind": "diversification", "measure": sort, "price": price, "weight": weight}
        if sort == "resilience":
            return {**self.bad_times(), "weight": weight}
        if sort == "brand":
            known = {name: self.uniform(1.0, 3.0) for name in channels[:-1]}
            return {
                "kind": "brand",
                "multipliers": known,
                "multiplier": self.pick(1.0, 1.5),
                "weight": weight,
            }
        if sort == "goodwill":
            numbers = {
                "build": 1.0,
                "lift": self.uniform(0.05, 1.0),
                "margin": 1.0,
                "decay": 0.5,
                "discount": 0.1,
            }
            return {"kind": "goodwill", **numbers, "weight": weight}
        where, _ = self.some()
        price = self.worth() / self.budget * self.uniform(0.05, 2.0)
        low = self.uniform(0.1, 0.6)
        return {
            "kind": "brand-band",
            "where": where,
            "at_least": low,
            "at_most": low + 0.2,
            "price": price,
            "weight": weight,
        }


def instance(seed, attacker, *, gated=False):
    """Return one instance: config, cells and shocks, as plain values; `gated`: with rules on what is on and off."""
    maker = Maker(seed)
    if maker.n >= 4 and maker.chance(0.6):
        maker.two_segments()
    if maker.chance(0.04):
        just_off(maker)
    constraints = [random_rule(maker, attacker) for _ in range(int(maker.rng.choice([0, 1, 1, 2, 3])))]
    if gated:
        gates = [maker.minimum_if_active, maker.count]
        constraints = [*constraints[:2], *(maker.pick(*gates)() for _ in range(maker.pick(1, 2)))]
    main = "profit" if maker.at_most and maker.chance(0.5) else "response"
    plans = {"pure-roi": {"objective": [{"kind": main}]}}
    if maker.chance(0.45):
        plans = {"balanced": {"objective": [{"kind": main}, maker.extra_term()]}}
    elif maker.chance(0.25):
        keep = {"kind": "keep", "name": "keep", "term": main, "of": "pure-roi"}
        keep["at_least"] = maker.pick(1.0, 0.97, 0.9, 0.5, 0.0)
        plans["balanced"] = {"objective": [{"kind": main}, maker.extra_term()], "constraints": [keep]}
    for k, rule in enumerate(constraints):
        rule["name"] = f"rule {k}"
    config = {
        "mixopt": 1,
        "name": f"instance-{seed}",
        "currency": "EUR",
        "budget": {"total": maker.budget, "rule": "at-most" if maker.at_most else "spend-all"},
        "data": {"cells": "cells", **({"shocks": "shocks"} if maker.shocks else {})},
        "constraints": constraints,
        "plans": plans,
        "solver": {"gap": maker.pick(*GAPS), "time_limit": 20},
    }
    return {"config": config, "cells": maker.cells, "shocks": maker.shocks}


def random_rule(maker, attacker):
    """Return a rule of a random kind."""
    kinds = [maker.spend, maker.spend, maker.share, maker.linear, maker.today, maker.brand_share]
    if len({cell["channel"] for cell in maker.cells}) > 1:
        kinds += [maker.minimum_share, maker.largest_share, maker.top_share, maker.equitable_share]
    rule = maker.pick(*kinds, "reach", "reach", "floor")
    if rule == "reach":
        return maker.reach(attacker)
    return maker.floor(attacker) if rule == "floor" else rule()


def just_off(maker):
    """Set floors that use up the budget exactly, or miss it by a hair."""
    share = maker.rng.multinomial(24, np.full(maker.n, 1 / maker.n)) / 24
    off = maker.pick(0.0, -1e-12, -1e-9, -1e-7, 1e-6, 1e-3)
    for cell, part in zip(maker.cells, share, strict=True):
        cell["lower"] = float(part * maker.budget * (1.0 + off))
        cell["upper"] = max(maker.budget, cell["lower"])
