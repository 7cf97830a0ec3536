"""The core's objective terms.

    response   Σ v_i f_i(x_i)                 return: value × response, currency
    profit     Σ (v_i f_i(x_i) - x_i)         return less spend, currency

With a budget of ``at-most``, ``profit`` leaves money where the next unit earns less than it costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from mixopt import Evaluation, Scope, Settings, TermEntry, Where


class ResponseSettings(Settings):
    """Which cells count towards the return."""

    where: Where = Field((), description="Cells whose return counts; all if left out.")


class ProfitSettings(Settings):
    """Which cells count towards the profit."""

    where: Where = Field((), description="Cells whose return and spend count; all if left out.")


@dataclass(frozen=True, slots=True)
class Response:
    """Return of the selected cells, currency."""

    settings: ResponseSettings
    scope: Scope

    def __post_init__(self) -> None:
        self.scope.select(self.settings.where)

    def build(self, block: Any, totals: Any) -> Any:  # noqa: ARG002
        """Return the total of value × response."""
        return totals.returns(self.settings.where)

    def value(self, plan: Evaluation) -> float:
        """Return the same on a given plan."""
        return plan.total(plan.returns, self.settings.where)


@dataclass(frozen=True, slots=True)
class Profit:
    """Return less spend of the selected cells, currency."""

    settings: ProfitSettings
    scope: Scope

    def __post_init__(self) -> None:
        self.scope.select(self.settings.where)

    def build(self, block: Any, totals: Any) -> Any:  # noqa: ARG002
        """Return the total of value × response less the total of spend."""
        return totals.returns(self.settings.where) - totals.spend(self.settings.where)

    def value(self, plan: Evaluation) -> float:
        """Return the same on a given plan."""
        return plan.total(plan.returns, self.settings.where) - plan.total(plan.spend, self.settings.where)


TERMS = (
    TermEntry(
        name="response",
        summary="Return: value × response of the selected cells, in currency.",
        settings=ResponseSettings,
        examples=(ResponseSettings(),),
        build=Response,
    ),
    TermEntry(
        name="profit",
        summary="Profit: return less spend of the selected cells, in currency.",
        settings=ProfitSettings,
        examples=(ProfitSettings(),),
        build=Profit,
    ),
)
