"""Tonnes, as a row of every contrast whose cells have a column `carbon`."""

from __future__ import annotations

from dataclasses import dataclass

from mixopt import Evaluation, MeasureEntry, Scope

from mixopt_carbon.footprint import Footprint, intensities, tonnes


@dataclass(frozen=True, slots=True)
class Tonnes:
    """The footprint of a plan, t CO2e."""

    settings: Footprint
    scope: Scope

    def __post_init__(self) -> None:
        intensities(self.settings, self.scope)

    def value(self, plan: Evaluation) -> float:
        """Return the measure on a plan."""
        return tonnes(self.settings, plan)


def default(scope: Scope) -> Footprint | None:
    """Return the settings with which it stands in every contrast; none where the cells tell nothing."""
    return Footprint() if "carbon" in scope.weights else None


MEASURE = MeasureEntry(
    name="carbon",
    summary="The plan's footprint.",
    settings=Footprint,
    examples=(Footprint(),),
    build=Tonnes,
    unit="t",
    better="less",
    default=default,
)
