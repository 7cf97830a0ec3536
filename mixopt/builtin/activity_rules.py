"""The core's rules on what is on and what is off.

    minimum-if-active    x = 0 or x >= at_least, for every cell, or for the spend of every channel, segment or tag;
                         what is on may cost a fixed sum besides its spend: - fixed_cost × (number of them on)
    count                lower <= number of cells, channels, segments or tags that spend <= upper

Something is on where it spends anything at all. So that "anything" is a sum one can plan with, what is on spends at
least `smallest`; where a rule only limits from above, a millionth of the budget will do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from mixopt import Evaluation, Level, Money, RuleEntry, Scope, Settings, Where
from mixopt.builtin.rules import cells_words
from mixopt.curves import Floats, Indices

CELL = "cell"
TRACE = 1e-6  # of the budget: what a cell spends at least to count as on, where the rule does not say


class MinimumSettings(Settings):
    """What spends anything spends a minimum."""

    at_least: Money = Field(gt=0, description="Least spend of what is on, in currency.")
    where: Where = Field((), description="Cells that it holds for; all if left out.")
    over: str = Field(
        CELL, description="What is on or off: cell, channel, segment or a tag column, each by itself."
    )
    fixed_cost: Money = Field(
        0.0,
        ge=0,
        description="Currency that each that is on costs besides its spend: it lowers the objective, and is not taken"
        " from the budget.",
    )


class CountSettings(Settings):
    """How many may be on, and how many must be."""

    at_least: int | None = Field(None, ge=0, description="Least number that spend.")
    at_most: int | None = Field(None, ge=0, description="Greatest number that spend.")
    equal: int | None = Field(None, ge=0, description="Exact number that spend.")
    where: Where = Field((), description="Cells that it holds for; all if left out.")
    over: str = Field(CELL, description="What is counted: cell, channel, segment or a tag column.")
    smallest: Money | None = Field(
        None,
        gt=0,
        description="Least spend of what is on, in currency; needed with at_least and equal, otherwise a millionth of"
        " the budget if left out.",
    )

    @model_validator(mode="after")
    def _limits(self) -> CountSettings:
        if self.equal is not None and (self.at_least is not None or self.at_most is not None):
            raise ValueError("give either equal, or at_least and at_most")
        if self.equal is None and self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or equal")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least} is above at_most {self.at_most}")
        if self.smallest is None and self.at_most is None:
            raise ValueError("give smallest: how much must be spent to count as active, in currency")
        return self


@dataclass(frozen=True, slots=True)
class Groups:
    """What is on or off, where it is not single cells: the labels of a column, each with its cells of a selection.

    Parameters
    ----------
    scope : Scope
    where : Selection
    over : str
    """

    scope: Scope
    where: Any
    over: str

    def cells(self) -> Mapping[str, Indices]:
        """Return the cells of each label that has any in the selection, in order of first appearance."""
        picked = self.scope.select(self.where)
        labels = np.asarray([str(label) for label in self.scope.labels(self.over)])[picked]
        return {
            name: picked[labels == name] for name in self.scope.names(self.over) if (labels == name).any()
        }

    def narrowed(self, name: str) -> dict[str, str]:
        """Return the keys that select one label's cells besides `where`."""
        return {self.over: name}

    def spends(self, plan: Evaluation) -> dict[str, float]:
        """Return what each label spends on a plan, currency."""
        return {name: float(plan.spend[cells].sum()) for name, cells in self.cells().items()}


@dataclass(frozen=True, slots=True)
class MinimumIfActive:
    """What spends anything spends a minimum."""

    settings: MinimumSettings
    scope: Scope

    def __post_init__(self) -> None:
        self.scope.select(self.settings.where)
        if self.settings.over != CELL:
            self._groups.cells()

    @property
    def _groups(self) -> Groups:
        return Groups(self.scope, self.settings.where, self.settings.over)

    def build(self, block: Any, totals: Any) -> None:
        """Gate the cells, or put a binary and a row on each label."""
        least = self.settings.at_least
        if self.settings.over == CELL:
            _at_least(block, totals, self.settings.where, least)
            return
        _label_minimum(block, totals, self._groups, least)

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return the smallest spend of a cell that is on, or every label's spend where it is on."""
        least = self.settings.at_least
        if self.settings.over == CELL:
            return (_smallest(plan.spend[self.scope.select(self.settings.where)], least, "minimum"),)
        return _label_levels(self._groups.spends(plan), least)

    def sentence(self) -> str:
        """Return the rule in words."""
        what = cells_words(self.settings.where)
        each = "each cell" if self.settings.over == CELL else f"each {self.settings.over}"
        of = "" if what == "all cells" else f" of {what}"
        paid = f", and costs {self.settings.fixed_cost:,.0f} more" if self.settings.fixed_cost else ""
        return f"{each}{of} spends nothing, or at least {self.settings.at_least:,.0f}{paid}"

    def cost(self) -> FixedCost | None:
        """Return the fixed costs as a term."""
        return FixedCost(self.settings, self.scope) if self.settings.fixed_cost > 0.0 else None


@dataclass(frozen=True, slots=True)
class FixedCost:
    """Minus the fixed cost of all that is on, currency."""

    settings: MinimumSettings
    scope: Scope

    def build(self, block: Any, totals: Any) -> Any:  # noqa: ARG002
        """Return the total of states times the cost of one."""
        settings = self.settings
        if settings.over == CELL:
            on = totals.active(settings.where, least=settings.at_least)
        else:
            groups = Groups(self.scope, settings.where, settings.over)
            on = sum(totals.switch(settings.where, **groups.narrowed(name)) for name in groups.cells())
        return -settings.fixed_cost * on

    def value(self, plan: Evaluation) -> float:
        """Return the same on a given plan."""
        return -self.settings.fixed_cost * _number_on(self.scope, self.settings, plan)


@dataclass(frozen=True, slots=True)
class Count:
    """How many are on."""

    settings: CountSettings
    scope: Scope

    def __post_init__(self) -> None:
        self.scope.select(self.settings.where)
        if self.settings.over != CELL:
            self._groups.cells()

    @property
    def _groups(self) -> Groups:
        return Groups(self.scope, self.settings.where, self.settings.over)

    @property
    def _least(self) -> float:
        smallest = self.settings.smallest
        return TRACE * self.scope.budget.total if smallest is None else smallest

    def build(self, block: Any, totals: Any) -> None:
        """Put the limits on the total of states, or on the sum of the labels' binaries."""
        import pyomo.environ as pyo  # noqa: PLC0415

        settings = self.settings
        if settings.over == CELL:
            number = _at_least(block, totals, settings.where, self._least)
        else:
            number = sum(_label_minimum(block, totals, self._groups, self._least))
        if settings.equal is not None:
            block.limit = pyo.Constraint(expr=number == settings.equal)
        if settings.at_least is not None:
            block.at_least = pyo.Constraint(expr=number >= settings.at_least)
        if settings.at_most is not None:
            block.at_most = pyo.Constraint(expr=number <= settings.at_most)

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return how many are on, and what the smallest of them spends where the rule says how much it must be."""
        settings = self.settings
        number, unit = _number_on(self.scope, settings, plan), f"{settings.over}s"
        # the multiplier of a row of binaries holds for one leaf of the proof: it is no price
        scale = 1.0 if settings.over == CELL else 0.0
        found = []
        if settings.equal is not None:
            limit = float(settings.equal)
            found.append(
                Level(row="limit", value=number, at_least=limit, at_most=limit, unit=unit, scale=scale)
            )
        if settings.at_least is not None:
            found.append(
                Level(row="at_least", value=number, at_least=float(settings.at_least), unit=unit, scale=scale)
            )
        if settings.at_most is not None:
            found.append(
                Level(row="at_most", value=number, at_most=float(settings.at_most), unit=unit, scale=scale)
            )
        if settings.smallest is None:
            return found
        if settings.over == CELL:
            spend = plan.spend[self.scope.select(settings.where)]
            return [*found, _smallest(spend, settings.smallest, "minimum")]
        return [*found, *_label_levels(self._groups.spends(plan), settings.smallest)]

    def sentence(self) -> str:
        """Return the rule in words."""
        settings = self.settings
        said = [
            f"{word} {number}"
            for word, number in (
                ("exactly", settings.equal),
                ("at least", settings.at_least),
                ("at most", settings.at_most),
            )
            if number is not None
        ]
        what = cells_words(settings.where)
        of = "" if what == "all cells" else f" of {what}"
        least = "" if settings.smallest is None else f", each of them at least {settings.smallest:,.0f}"
        return f"{' and '.join(said)} {settings.over}s{of} spend anything{least}"


def _number_on(scope: Scope, settings: MinimumSettings | CountSettings, plan: Evaluation) -> float:
    if settings.over == CELL:
        return float((plan.spend[scope.select(settings.where)] > 0.0).sum())
    spends = Groups(scope, settings.where, settings.over).spends(plan)
    return float(sum(spend > 0.0 for spend in spends.values()))


def _at_least(block: Any, totals: Any, where: Any, least: float) -> Any:
    """Gate the cells of a selection and return the number that are on.

    The row follows from the gates; it is there so that the rule's table can name it.
    """
    import pyomo.environ as pyo  # noqa: PLC0415

    number = totals.active(where, least=least)
    block.minimum = pyo.Constraint(expr=totals.spend(where) - least * number >= 0)
    return number


def _label_minimum(block: Any, totals: Any, groups: Groups, least: float) -> list[Any]:
    """Let every label spend nothing or a minimum; return their binaries."""
    import pyomo.environ as pyo  # noqa: PLC0415

    names = list(groups.cells())
    switches = {name: totals.switch(groups.where, **groups.narrowed(name)) for name in names}
    spends = {name: totals.spend(groups.where, **groups.narrowed(name)) for name in names}
    block.minimum = pyo.Constraint(names, rule=lambda _, name: spends[name] - least * switches[name] >= 0)
    return list(switches.values())


def _smallest(spend: Floats, least: float, row: str) -> Level:
    """Return where the smallest spend above 0 stands against a minimum; not a number where nothing is spent."""
    on = spend[spend > 0.0]
    # the row follows from what the cells may spend: its multiplier, if any, is no price
    return Level(row=row, value=float(on.min()) if len(on) else float("nan"), at_least=least, scale=0.0)


def _label_levels(spends: Mapping[str, float], least: float) -> list[Level]:
    return [
        Level(row=f"minimum[{name}]", value=spend if spend > 0.0 else float("nan"), at_least=least, scale=0.0)
        for name, spend in spends.items()
    ]


ACTIVITY_RULES = (
    RuleEntry(
        name="minimum-if-active",
        summary="A cell, or a channel, segment or tag, spends nothing or at least a minimum; being on may cost money.",
        settings=MinimumSettings,
        examples=(
            MinimumSettings.model_validate({"at_least": 20.0}),
            MinimumSettings.model_validate({"at_least": 40.0, "over": "channel", "fixed_cost": 5.0}),
        ),
        build=MinimumIfActive,
    ),
    RuleEntry(
        name="count",
        summary="How many cells, channels, segments or tags may spend anything, or must.",
        settings=CountSettings,
        examples=(
            CountSettings.model_validate({"at_most": 3}),
            CountSettings.model_validate({"at_least": 2, "over": "channel", "smallest": 20.0}),
        ),
        build=Count,
    ),
)
