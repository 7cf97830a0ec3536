"""The term ``resilience``: what the plan is worth in bad times, in currency.

Blend it with ``response`` by its weight: response + 0.5 · CVaR asks for half as much care as for return.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mixopt import Evaluation, Scope, TermEntry, Totals
from mixopt_resilience.reckoning import Reckoning, ResilienceSettings, reckoning


@dataclass(frozen=True, slots=True)
class Resilience:
    """The plan's worth in bad times, as an objective term."""

    reckoning: Reckoning

    def build(self, block: Any, totals: Totals) -> Any:
        """Return the worth as a Pyomo expression, with its variables and rows on the block."""
        return self.reckoning.expression(block, totals)

    def value(self, plan: Evaluation) -> float:
        """Return the same on a given plan, currency."""
        return self.reckoning.number(plan)


def build(settings: ResilienceSettings, scope: Scope) -> Resilience:
    """Return the term for a scope.

    Parameters
    ----------
    settings : ResilienceSettings
    scope : Scope

    Returns
    -------
    Resilience

    Raises
    ------
    ConfigError, TableError
        As :func:`mixopt_resilience.reckoning.reckoning`.
    """
    return Resilience(reckoning(settings, scope))


TERM = TermEntry(
    name="resilience",
    summary="Return in bad times: mean over shocks, CVaR, worst case, or with the worst channel dark.",
    settings=ResilienceSettings,
    examples=(
        ResilienceSettings(),
        ResilienceSettings(measure="expected"),
        ResilienceSettings(measure="worst-case", dependence="joint"),
        ResilienceSettings(measure="outage"),
    ),
    build=build,
)
