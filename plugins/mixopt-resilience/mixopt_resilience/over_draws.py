"""What a plan is worth where the response curves turn out badly: scenarios are the posterior draws, all alike.

    expected     mean over draws
    cvar         mean of the worst 1 - α of the draws' returns
    worst-case   the worst draw

The core knows the mean of the worst draws as a total, so it is priced and proven with exact curves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mixopt import ConfigError, Evaluation, Fault, Scope, Totals
from mixopt_resilience.risk import cvar, expected, worst


@dataclass(frozen=True, slots=True)
class OverDraws:
    """A return over posterior draws, summed up.

    Parameters
    ----------
    draws : int
    measure : {"expected", "cvar", "worst-case"}
    level : float
        Of CVaR.
    """

    draws: int
    measure: str
    level: float

    def number(self, plan: Evaluation) -> float:
        """Return what a given plan is worth, currency; ``nan`` where its curves are those of one draw alone."""
        values = plan.draw_returns
        if not len(values):
            return float("nan")
        probability = np.full(len(values), 1.0 / len(values))
        if self.measure == "worst-case":
            return worst(values)
        if self.measure == "cvar":
            return cvar(values, probability, self.level)
        return expected(values, probability)

    def expression(self, block: Any, totals: Totals) -> Any:  # noqa: ARG002 - as other reckonings
        """Return the same as a total."""
        if self.measure == "expected" or (self.measure == "cvar" and self.level == 0.0):
            return totals.returns()
        return totals.tail(self.level if self.measure == "cvar" else 1.0 - 1.0 / self.draws)


def over_draws(scope: Scope, measure: str, level: float) -> OverDraws:
    """Return the sum over draws of a scope.

    Parameters
    ----------
    scope : Scope
    measure : {"expected", "cvar", "worst-case"}
    level : float

    Returns
    -------
    OverDraws

    Raises
    ------
    ConfigError
        If the curves are not given per draw.
    """
    if not scope.draws:
        raise ConfigError(
            Fault(
                where="scenarios",
                problem="the response curves are not given per posterior draw",
                wanted="a column draw in the cells table, or a table draws",
                hint="scenarios: shocks",
            )
        )
    return OverDraws(len(scope.draws), measure, level)
