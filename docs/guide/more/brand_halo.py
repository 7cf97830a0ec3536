"""A halo between brands: advertising for one brand lifts the sales of another, up to a ceiling.

    value = Σ_pairs min(share · return of `from`, ceiling)        currency

`return of from` is Σ v_i f_i(x_i) over the cells of the brand that advertises. In the model it is an own variable h
with h <= share · return and h <= ceiling, which the reward pushes up to the smaller of the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from mixopt import Evaluation, Fraction, Money, Scope, Settings, TermEntry, Totals, hookimpl


class HaloSettings(Settings):
    """What a config writes beside `kind: brand-halo`."""

    over: str = Field("brand", description="Tag column of the cells table that names the brands.")
    source: str = Field(description="The brand that advertises.")
    share: Fraction = Field(description="Return of other brands per return of this one: 10%.", ge=0, le=1)
    ceiling: Money = Field(description="The most that the halo brings, currency.", ge=0)


@dataclass(frozen=True, slots=True)
class Halo:
    """The halo of one brand."""

    settings: HaloSettings
    scope: Scope

    def __post_init__(self) -> None:
        self.scope.select({self.settings.over: self.settings.source})

    def build(self, block: Any, totals: Totals) -> Any:
        """Put the halo on the block as a bounded variable, and return it."""
        import pyomo.environ as pyo

        returns = totals.returns({self.settings.over: self.settings.source})
        block.halo = pyo.Var(bounds=(0.0, self.settings.ceiling))
        block.earned = pyo.Constraint(expr=block.halo <= self.settings.share * returns)
        return block.halo

    def value(self, plan: Evaluation) -> float:
        """Return the same for a given plan, in numpy."""
        returns = plan.total(plan.returns, {self.settings.over: self.settings.source})
        return min(self.settings.share * returns, self.settings.ceiling)


@hookimpl
def mixopt_terms() -> Iterable[TermEntry[Any]]:
    """Yield the term."""
    yield TermEntry(
        name="brand-halo",
        summary="Advertising for one brand lifts the sales of another, up to a ceiling.",
        settings=HaloSettings,
        examples=(HaloSettings(over="kind", source="brand", share=0.1, ceiling=40.0),),
        build=Halo,
    )
