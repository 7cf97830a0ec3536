"""What a plan is worth in bad times, as one number in currency: in numpy, and as a linear program over totals.

    expected     Σ_k p_k R_k
    cvar         max_η η - 1/(1 - α) Σ_k p_k s_k,   s_k >= η - R_k, s_k >= 0      Rockafellar & Uryasev (2000)
    worst-case   max t,   t <= R_k                   for every scenario k that can happen
    outage       max t,   t <= Σ_{h≠g} Y_h           for every channel g (or other group): N - 1

None of them ever falls when a response rises, so no plan is made better by wasting response. The program's own
variables get finite bounds from the bounds of the totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from mixopt import ConfigError, Evaluation, Fault, Fraction, Scope, Settings, Totals
from mixopt.curves import Indices
from mixopt_resilience.over_draws import OverDraws, over_draws
from mixopt_resilience.risk import cvar, expected, worst
from mixopt_resilience.scenarios import Scenarios, scenarios
from mixopt_resilience.shocks import read_shocks


class ResilienceSettings(Settings):
    """Which bad times, and how they are summed up."""

    measure: Literal["expected", "cvar", "worst-case", "outage"] = Field(
        "cvar",
        description="Mean over scenarios, mean of the worst part, worst scenario, or the worst channel going dark.",
    )
    level: Fraction = Field(
        0.9, description="For cvar: the worst 1 - level of the probability counts (90% or 0.9).", ge=0, lt=1
    )
    shocks: str = Field(
        "shocks",
        description="Table of shocks under `data:`; `typical` for the assumed set that ships. Not for outage.",
    )
    dependence: Literal["independent", "joint"] | None = Field(
        None, description="Whether shocks combine or exclude each other; as the table says if left out."
    )
    over: str = Field("channel", description="For outage: column whose groups go dark, one at a time.")
    scenarios: Literal["shocks", "draws"] = Field(
        "shocks",
        description="What may happen: the shocks of a table, or the posterior draws of the response curves.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> ResilienceSettings:
        """Refuse settings of shocks where draws are the scenarios."""
        named = {"shocks", "dependence", "over"} & self.model_fields_set
        if self.scenarios == "draws" and (named or self.measure == "outage"):
            said = min(named) if named else "measure: outage"
            raise ValueError(f"scenarios: draws goes without {said}")
        return self


@dataclass(frozen=True, slots=True)
class UnderShocks:
    """A return over scenarios, summed up.

    Parameters
    ----------
    scenarios : Scenarios
    measure : {"expected", "cvar", "worst-case"}
    level : float
        Of CVaR.
    """

    scenarios: Scenarios
    measure: str
    level: float

    def number(self, plan: Evaluation) -> float:
        """Return what a given plan is worth, currency."""
        values = self.scenarios.returns(plan)
        if self.measure == "worst-case":
            return worst(values)
        if self.measure == "cvar":
            return cvar(values, self.scenarios.probability, self.level)
        return expected(values, self.scenarios.probability)

    def expression(self, block: Any, totals: Totals) -> Any:
        """Put variables and rows on the block; return the same as a Pyomo expression."""
        states = self.scenarios.totals(totals)
        probability = self.scenarios.probability
        if self.measure == "expected" or (self.measure == "cvar" and self.level == 0.0):
            return _weighted(probability @ self.scenarios.weights, states)
        returns = [_weighted(row, states) for row in self.scenarios.weights]
        low = self.scenarios.weights @ np.array([state.lb for state in states])
        high = self.scenarios.weights @ np.array([state.ub for state in states])
        if self.measure == "worst-case":
            return _least(block, returns, float(low.min()), float(high.min()))
        return self._cvar(block, returns, low, float(high.max()))

    def _cvar(self, block: Any, returns: list[Any], low: Any, top: float) -> Any:
        import pyomo.environ as pyo  # noqa: PLC0415

        cases = range(len(returns))
        block.eta = pyo.Var(bounds=(float(low.min()), top))
        block.short = pyo.Var(cases, bounds=lambda _, k: (0.0, top - float(low[k])))
        block.below = pyo.Constraint(cases, rule=lambda _, k: block.short[k] + returns[k] - block.eta >= 0)
        part = self.scenarios.probability / (1.0 - self.level)
        return block.eta - sum(float(part[k]) * block.short[k] for k in cases)


@dataclass(frozen=True, slots=True)
class Outage:
    """The return that is left when the worst group goes dark.

    Parameters
    ----------
    over : str
    names : tuple of str
        The groups.
    codes : ndarray (n_cells,) of int64
        Group of each cell.
    """

    over: str
    names: tuple[str, ...]
    codes: Indices

    def number(self, plan: Evaluation) -> float:
        """Return what a given plan is worth, currency."""
        sums = np.bincount(self.codes, weights=plan.returns, minlength=len(self.names))
        return float(np.delete(sums, sums.argmax()).sum())

    def expression(self, block: Any, totals: Totals) -> Any:
        """Put variables and rows on the block; return the same as a Pyomo expression."""
        parts = [totals.returns({self.over: name}) for name in self.names]
        left = [sum(parts[:g]) + sum(parts[g + 1 :]) for g in range(len(parts))]
        tops = np.array([part.ub for part in parts])
        return _least(block, left, 0.0, float(tops.sum() - tops.max()))


Reckoning = UnderShocks | Outage | OverDraws


def reckoning(settings: ResilienceSettings, scope: Scope) -> Reckoning:
    """Return what the settings ask for.

    Parameters
    ----------
    settings : ResilienceSettings
    scope : Scope

    Returns
    -------
    UnderShocks, Outage or OverDraws

    Raises
    ------
    ConfigError
        If the column to go dark over is missing or has one label only, or there are no draws.
    TableError
        If the shocks table is missing or wrong.
    """
    if settings.scenarios == "draws":
        return over_draws(scope, settings.measure, settings.level)
    if settings.measure == "outage":
        return outage(scope, settings.over)
    shocks = read_shocks(scope, settings.shocks, settings.dependence)
    return UnderShocks(scenarios(shocks), settings.measure, settings.level)


def outage(scope: Scope, over: str) -> Outage:
    """Return the outage of each group of a column in turn.

    Parameters
    ----------
    scope : Scope
    over : str
        ``channel``, ``segment`` or a tag column.

    Returns
    -------
    Outage

    Raises
    ------
    ConfigError
        If the column is missing or has one label only.
    """
    labels, names = scope.labels(over), scope.names(over)
    if len(names) < 2:
        raise ConfigError(
            Fault(
                where="",
                problem=f"all cells have the same {over}: nothing is left when it goes dark",
                wanted="a column with at least two different names",
            )
        )
    index = {name: position for position, name in enumerate(names)}
    codes = np.fromiter((index[str(label)] for label in labels), dtype=np.int64, count=len(labels))
    return Outage(over, names, codes)


def _weighted(weights: Any, states: list[Any]) -> Any:
    return sum(float(weight) * state for weight, state in zip(weights, states, strict=True) if weight > 0)


def _least(block: Any, values: list[Any], low: float, high: float) -> Any:
    import pyomo.environ as pyo  # noqa: PLC0415

    block.least = pyo.Var(bounds=(low, high))
    block.above = pyo.Constraint(range(len(values)), rule=lambda _, k: values[k] - block.least >= 0)
    return block.least
