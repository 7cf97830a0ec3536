"""A carbon budget, as a rule.

    tonnes <= at_most        t CO2e

Its shadow price, in `rules.csv`, is what one tonne more would be worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mixopt import Evaluation, Level, Number, RuleEntry, Scope, Totals
from pydantic import Field

from mixopt_carbon.footprint import Footprint, intensities, tonnes


class BudgetSettings(Footprint):
    """What a config writes beside `kind: carbon-budget`."""

    at_most: Number = Field(description="Largest footprint of the plan, t CO2e.", ge=0)


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget: one row on the model, one level in numpy."""

    settings: BudgetSettings
    scope: Scope

    def __post_init__(self) -> None:
        intensities(self.settings, self.scope)

    def build(self, block: Any, totals: Totals) -> None:
        """Put the row on the block; `cap` is the name that `levels` refers to."""
        import pyomo.environ as pyo

        weights = intensities(self.settings, self.scope)
        block.cap = pyo.Constraint(
            expr=totals.spend(self.settings.where, weights=weights) <= self.settings.at_most
        )

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return what a plan has against the row."""
        value = tonnes(self.settings, plan)
        return [Level(row="cap", value=value, at_most=self.settings.at_most, unit="t")]

    def sentence(self) -> str:
        """Return the rule in words."""
        return f"the footprint is at most {self.settings.at_most:,.6g} t"


BUDGET = RuleEntry(
    name="carbon-budget",
    summary="The plan's footprint is at most so many tonnes.",
    settings=BudgetSettings,
    examples=(BudgetSettings(at_most=0.2), BudgetSettings(at_most=0.1, where={"medium": "digital"})),
    build=Budget,
)
