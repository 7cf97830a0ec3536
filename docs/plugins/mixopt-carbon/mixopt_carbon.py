"""Carbon: what a plan's footprint costs.

    value = - price · Σ carbon_i · x_i / 1000

with x_i the spend of cell i (currency), carbon_i its footprint (kg per unit of currency, a column of the cells
table) and the price in currency per tonne.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from mixopt import ConfigError, Evaluation, Fault, Money, Scope, Settings, TermEntry, Totals, hookimpl


class CarbonSettings(Settings):
    """What the footprint is, and what it costs."""

    price: Money = Field(description="Currency per tonne.", gt=0)
    column: str = Field("carbon", description="Column of the cells table: kg per unit of currency.")


@dataclass(frozen=True, slots=True)
class Carbon:
    """The cost of a plan's footprint, as an objective term: more is better, so it is negative."""

    settings: CarbonSettings
    scope: Scope

    @property
    def cost(self) -> np.ndarray:
        """Cost per unit of spend, (n_cells,)."""
        return self.settings.price * self.scope.weights[self.settings.column] / 1000.0

    def build(self, block: Any, totals: Totals) -> Any:  # noqa: ARG002
        """Return the Pyomo expression, currency; this term needs no variables of its own."""
        return -totals.spend(weights=self.cost)

    def value(self, plan: Evaluation) -> float:
        """Return the same for a given plan: the numpy twin."""
        return -float(self.cost @ plan.spend)


def build(settings: CarbonSettings, scope: Scope) -> Carbon:
    """Return the term, or say what the cells table lacks."""
    if settings.column not in scope.weights:
        problem = f"the cells table has no numeric column '{settings.column}'"
        raise ConfigError(
            Fault(where="", problem=problem, wanted="kg of CO2 per unit of currency in every row")
        )
    return Carbon(settings, scope)


@hookimpl
def mixopt_terms() -> Iterable[TermEntry[Any]]:
    """Yield the term."""
    yield TermEntry(
        name="carbon",
        summary="Cost of the plan's footprint.",
        settings=CarbonSettings,
        examples=(CarbonSettings(price=90.0),),
        build=build,
    )
