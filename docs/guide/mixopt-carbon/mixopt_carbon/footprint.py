"""A plan's footprint: what the rule, the term and the measure of this plugin share.

    tonnes = Σ_where c_i · x_i / 1000        t CO2e

x_i is the spend of cell i, in currency; c_i its intensity, kg CO2e per unit of currency, a column of the cells table.
"""

from __future__ import annotations

from mixopt import ConfigError, Evaluation, Fault, Scope, Settings, Where
from mixopt.curves import Floats
from pydantic import Field


class Footprint(Settings):
    """Where the intensities stand, and which cells count."""

    column: str = Field("carbon", description="Column of the cells table: kg CO2e per unit of currency.")
    where: Where = Field((), description="Cells that count; all if left out.")


def intensities(settings: Footprint, scope: Scope) -> Floats:
    """Return tonnes per unit of currency, one number per cell, in the order of `scope.cells`."""
    if settings.column not in scope.weights:
        raise ConfigError(
            Fault(
                where="",  # mixopt adds the line and column of the config
                problem=f"the cells table has no numeric column '{settings.column}'",
                wanted="kg CO2e per unit of currency in every row",
            )
        )
    kilograms = scope.weights[settings.column]
    if (kilograms < 0).any():
        problem = f"column '{settings.column}' has an intensity below 0"
        raise ConfigError(Fault(where="", problem=problem, wanted="kg CO2e per unit of currency, 0 or more"))
    scope.select(settings.where)  # a selection that matches nothing is an error that names it
    return kilograms / 1000.0


def tonnes(settings: Footprint, plan: Evaluation) -> float:
    """Return the footprint of a plan, t CO2e."""
    return plan.total(plan.spend, settings.where, intensities(settings, plan.scope))
