"""Scenarios: what may happen in combination, with the return of each as a linear form of a few totals.

Cells that every shock treats alike form a group. In scenario k a group g keeps a factor ρ_kg of its response, at prices
multiplied by π_kg, so that

    R_k = Σ_g ρ_kg Y_g(π_kg),     Y_g(π) = Σ_{cells i of g} v_i f_i(x_i / π)        currency

and the returns of all scenarios are W Y with one total per group and distinct price (a *state*).
Independent shocks are combined exactly: every subset, with the product of its probabilities, factors multiplied, and
subsets that do the same to every group merged. Joint shocks exclude each other; what is left to 1 is "nothing happens".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mixopt import Evaluation, Fault, TableError, Totals
from mixopt.curves import Floats, Indices
from mixopt_resilience.shocks import Shock, Shocks

MOST_INDEPENDENT = 12  # shocks: 4,096 combinations
MOST_STATES = 500  # groups of cells × distinct prices
DIGITS = 12  # factors that agree to so many decimals are the same
SURE = 1e-9  # probabilities add up to 1 within this


@dataclass(frozen=True, slots=True)
class Scenarios:
    """What may happen.

    Parameters
    ----------
    probability : ndarray (n_scenarios,), above 0, sum 1
    weights : ndarray (n_scenarios, n_states), >= 0
        W: factors on the response of each state.
    group : ndarray (n_cells,) of int64
        Group of each cell.
    state_group : ndarray (n_states,) of int64
    state_price : ndarray (n_states,)
        Factor on price.
    """

    probability: Floats
    weights: Floats
    group: Indices
    state_group: Indices
    state_price: Floats

    def totals(self, totals: Totals) -> list[Any]:
        """Return the return of each state, as totals.

        Parameters
        ----------
        totals : Totals

        Returns
        -------
        list of Pyomo variables, currency, order of the states
        """
        found = []
        for group, price in zip(self.state_group, self.state_price, strict=True):
            mine = self.group == group
            factor = np.where(mine, price, 1.0)
            found.append(totals.returns(weights=mine.astype(float), price=None if price == 1.0 else factor))
        return found

    def returns(self, plan: Evaluation) -> Floats:
        """Return the return of a given plan in each scenario.

        Parameters
        ----------
        plan : Evaluation

        Returns
        -------
        ndarray (n_scenarios,), currency
        """
        groups = int(self.group.max()) + 1
        states = np.zeros(len(self.state_price))
        for price in np.unique(self.state_price):
            at = plan.returns if price == 1.0 else _returns_at(plan, price)
            sums = np.bincount(self.group, weights=at, minlength=groups)
            mine = self.state_price == price
            states[mine] = sums[self.state_group[mine]]
        return np.asarray(self.weights @ states)


def _returns_at(plan: Evaluation, price: float) -> Floats:
    return plan.scope.value * plan.response_at(np.full(plan.scope.n_cells, price))


@dataclass(frozen=True, slots=True)
class Cases:
    """Scenarios by group: probability (n,), factors on response and price (n, n_groups)."""

    probability: Floats
    response: Floats
    price: Floats


def scenarios(shocks: Shocks) -> Scenarios:
    """Return the scenarios of some shocks.

    Parameters
    ----------
    shocks : Shocks

    Returns
    -------
    Scenarios

    Raises
    ------
    TableError
        If joint probabilities add up to more than 1, or independent shocks are too many to combine.
    """
    alike, firsts = _alike(shocks.shocks)
    brief = [Shock(s.name, s.probability, s.response[firsts], s.price[firsts]) for s in shocks.shocks]
    cases = _joint(brief, shocks.name) if shocks.dependence == "joint" else _independent(brief, shocks.name)
    found = _by_state(cases, alike[shocks.group])
    if len(found.state_price) > MOST_STATES:
        raise TableError(
            Fault(
                where=f"{shocks.name}: column price",
                problem=f"price factors combine to {len(found.state_price)} groups of cells × distinct prices",
                wanted=f"at most {MOST_STATES}",
                hint="fewer independent shocks to price, or dependence: joint",
            )
        )
    return found


def _alike(shocks: tuple[Shock, ...]) -> tuple[Indices, Indices]:
    """Return which groups every shock treats alike, numbered anew, and one of the groups for each number."""
    pattern = np.vstack([row for shock in shocks for row in (shock.response, shock.price)])
    _, firsts, group = np.unique(pattern, axis=1, return_index=True, return_inverse=True)
    return group.reshape(-1).astype(np.int64), firsts.astype(np.int64)


def _joint(shocks: list[Shock], name: str) -> Cases:
    probability = np.array([shock.probability for shock in shocks])
    rest = 1.0 - probability.sum()
    if rest < -SURE:
        raise TableError(
            Fault(
                where=f"{name}: column probability",
                problem=f"joint shocks exclude each other, but add up to {probability.sum():.6g}",
                wanted="at most 1 in all",
                hint="dependence: independent",
            )
        )
    width = len(shocks[0].response)
    nothing = np.ones((1, width))
    return _merged(
        np.concatenate((probability, [rest if rest > SURE else 0.0])),
        np.vstack([*(shock.response for shock in shocks), nothing]),
        np.vstack([*(shock.price for shock in shocks), nothing]),
    )


def _independent(shocks: list[Shock], name: str) -> Cases:
    open_ones = [s for s in shocks if 0.0 < s.probability < 1.0 and _acts(s)]
    if len(open_ones) > MOST_INDEPENDENT:
        raise TableError(
            Fault(
                where=name,
                problem=f"{len(open_ones)} independent shocks have 2^{len(open_ones)} combinations",
                wanted=f"at most {MOST_INDEPENDENT} independent shocks, or joint ones that exclude each other",
                hint="dependence: joint",
            )
        )
    width = len(shocks[0].response)
    cases = Cases(np.ones(1), np.ones((1, width)), np.ones((1, width)))
    for shock in shocks:
        p = shock.probability
        cases = _merged(
            np.concatenate((cases.probability * (1.0 - p), cases.probability * p)),
            np.vstack((cases.response, cases.response * shock.response)),
            np.vstack((cases.price, cases.price * shock.price)),
        )
    return cases


def _acts(shock: Shock) -> bool:
    return bool((shock.response != 1.0).any() or (shock.price != 1.0).any())


def _merged(probability: Floats, response: Floats, price: Floats) -> Cases:
    """Return the cases that can happen, those that do the same to every group as one."""
    can = probability > 0.0
    both = np.round(np.hstack((response, price))[can], DIGITS)
    rows, inverse = np.unique(both, axis=0, return_inverse=True)
    sums = np.bincount(inverse.reshape(-1), weights=probability[can], minlength=len(rows))
    width = response.shape[1]
    return Cases(sums / sums.sum(), rows[:, :width], rows[:, width:])


def _by_state(cases: Cases, group: Indices) -> Scenarios:
    width = cases.price.shape[1]
    names = np.column_stack((np.tile(np.arange(width), len(cases.probability)), cases.price.reshape(-1)))
    states, inverse = np.unique(names, axis=0, return_inverse=True)
    weights = np.zeros((len(cases.probability), len(states)))
    rows = np.repeat(np.arange(len(cases.probability)), width)
    weights[rows, inverse.reshape(-1)] = cases.response.reshape(-1)
    used = weights.any(axis=0)
    return Scenarios(
        probability=cases.probability,
        weights=weights[:, used],
        group=group,
        state_group=states[used, 0].astype(np.int64),
        state_price=states[used, 1].astype(float),
    )
