"""The rule ``resilience-floor``: what the plan is worth in bad times is at least a level.

The level is an amount, or relative to what today's plan is worth in the same bad times. It is never relative to the
plan's own return: such a rule could be kept by wasting response. A share of what *another* plan is worth is a ``keep``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from mixopt import ConfigError, Evaluation, Fault, Level, Number, RelativeToToday, RuleEntry, Scope, Totals
from mixopt_resilience.reckoning import Reckoning, ResilienceSettings, reckoning

WORDS = {
    "expected": "the mean return over shocks",
    "worst-case": "the return in the worst scenario",
}


DRAWN = {
    "expected": "the mean return over posterior draws",
    "worst-case": "the return in the worst posterior draw",
}


class FloorSettings(ResilienceSettings):
    """Which bad times, how they are summed up, and the least the plan must be worth in them."""

    at_least: Number | RelativeToToday = Field(
        description="Least return in bad times, in currency, or a multiple of today's: {today: 90%}."
    )


@dataclass(frozen=True, slots=True)
class ResilienceFloor:
    """A floor under the plan's worth in bad times."""

    settings: FloorSettings
    reckoning: Reckoning

    def _level(self, source: Totals | Evaluation) -> float:
        least = self.settings.at_least
        return (
            least.today * self.reckoning.number(source.today) if isinstance(least, RelativeToToday) else least
        )

    def build(self, block: Any, totals: Totals) -> None:
        """Put the worth and its floor on the block."""
        import pyomo.environ as pyo  # noqa: PLC0415

        worth = self.reckoning.expression(block, totals)
        if isinstance(
            worth, (int, float)
        ):  # nothing is left in any case: a row needs a variable all the same
            block.nothing = pyo.Var(bounds=(0.0, 0.0))
            worth = worth + block.nothing
        block.floor = pyo.Constraint(expr=worth >= self._level(totals))

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return the plan's worth against the floor."""
        return [Level(row="floor", value=self.reckoning.number(plan), at_least=self._level(plan))]

    def sentence(self) -> str:
        """Return the rule in words."""
        settings = self.settings
        least = settings.at_least
        said = (DRAWN if settings.scenarios == "draws" else WORDS).get(settings.measure)
        if settings.measure == "cvar":
            cases = "posterior draws" if settings.scenarios == "draws" else "cases"
            said = f"the mean return in the worst {100.0 * (1.0 - settings.level):.6g}% of {cases}"
        if settings.measure == "outage":
            said = f"the return left when the worst {settings.over} goes dark"
        level = (
            f"{100.0 * least.today:.6g}% of today's"
            if isinstance(least, RelativeToToday)
            else f"{least:,.10g}"
        )
        return f"{said} is at least {level}"


def build(settings: FloorSettings, scope: Scope) -> ResilienceFloor:
    """Return the rule for a scope.

    Parameters
    ----------
    settings : FloorSettings
    scope : Scope

    Returns
    -------
    ResilienceFloor

    Raises
    ------
    ConfigError, TableError
        As :func:`mixopt_resilience.reckoning.reckoning`; and if the level is relative and today's spend unknown.
    """
    if isinstance(settings.at_least, RelativeToToday) and scope.current_spend is None:
        raise ConfigError(
            Fault(
                where="",
                problem="a level relative to today needs today's spend",
                wanted="a column current_spend in the cells table, in currency",
            )
        )
    return ResilienceFloor(settings, reckoning(settings, scope))


RULE = RuleEntry(
    name="resilience-floor",
    summary="Return in bad times is at least an amount, or a multiple of today's.",
    settings=FloorSettings,
    examples=(
        FloorSettings(at_least=100.0),
        FloorSettings(measure="outage", at_least=RelativeToToday(today=0.9)),
    ),
    build=build,
)
