"""The core's rules, each a row on totals.

    spend    lower <= Σ_where x_i <= upper                                    currency
    share    lower · Σ_of x_i <= Σ_where x_i <= upper · Σ_of x_i              share of spend
    linear   lower <= Σ_where a_i x_i <= upper, or Σ_where a_i f_i(x_i) >= lower     unit of the weights
    keep     term(this plan) >= share of term(another plan)                   currency

Levels are absolute, or relative to what the same quantity is at today's spend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field

from mixopt import (
    ConfigError,
    Evaluation,
    Fault,
    Fraction,
    Level,
    Limits,
    RelativeToToday,
    RuleEntry,
    Scope,
    Settings,
    ShareLimits,
    Where,
)
from mixopt.curves import Floats

AnyLevel = float | RelativeToToday | None


class SpendSettings(Limits):
    """Limits of the spend on some cells, in currency."""

    where: Where = Field((), description="Cells whose spend is limited; all if left out.")


class ShareSettings(ShareLimits):
    """Limits of some cells' share of spend."""

    where: Where = Field(description="Cells whose share is limited.")
    of: Where = Field((), description="Cells whose spend is the whole; all if left out.")


class LinearSettings(Limits):
    """Limits of a weighted sum of spend or response, in the unit of the weights."""

    weights: str = Field(
        description="A numeric column of the cells table: weight per currency, or per unit of response."
    )
    on: Literal["spend", "response"] = Field("spend", description="What is weighted.")
    where: Where = Field((), description="Cells that count; all if left out.")


class KeepSettings(Settings):
    """How much of another plan's term this plan must keep."""

    term: str = Field(description="Name or kind of the term, as in the other plan's objective.")
    of: str = Field(description="Name of the other plan.")
    at_least: Fraction = Field(description="Share of the other plan's value to keep: 97%.", ge=0, le=1)


@dataclass(frozen=True, slots=True)
class Range:
    """Both limits of a quantity as numbers; ``None`` where a side is open."""

    at_least: float | None
    at_most: float | None


def limits(settings: Limits | ShareLimits, today: float | None) -> Range:
    """Return the limits as numbers, given what the quantity is today.

    Parameters
    ----------
    settings : Limits or ShareLimits
    today : float or None
        Read only where a limit is relative.

    Returns
    -------
    Range
    """

    def number(level: AnyLevel) -> float | None:
        if isinstance(level, RelativeToToday):
            assert today is not None
            return level.today * today
        return level

    if settings.equal is not None:
        return Range(number(settings.equal), number(settings.equal))
    return Range(number(settings.at_least), number(settings.at_most))


def relative(settings: Limits | ShareLimits) -> bool:
    """Return whether any limit is relative to today.

    Parameters
    ----------
    settings : Limits or ShareLimits

    Returns
    -------
    bool
    """
    return any(
        isinstance(level, RelativeToToday) for level in (settings.at_least, settings.at_most, settings.equal)
    )


def limit_words(settings: Limits | ShareLimits, number: Any = "{:,.0f}".format) -> str:
    """Return the limits as a person would say them: ``at least 500,000 and at most 130% of today``.

    Parameters
    ----------
    settings : Limits or ShareLimits
    number : callable
        Formats an absolute level.

    Returns
    -------
    str
    """

    def word(level: AnyLevel) -> str:
        return f"{level.today:.4g} times today" if isinstance(level, RelativeToToday) else str(number(level))

    if settings.equal is not None:
        return f"exactly {word(settings.equal)}"
    parts = []
    if settings.at_least is not None:
        parts.append(f"at least {word(settings.at_least)}")
    if settings.at_most is not None:
        parts.append(f"at most {word(settings.at_most)}")
    return " and ".join(parts)


def cells_words(where: Any) -> str:
    """Return a selection as a person would say it: ``search, social``; ``all cells`` for none.

    Parameters
    ----------
    where : Selection

    Returns
    -------
    str
    """
    return " in ".join(", ".join(names) for _, names in where) or "all cells"


def _add(block: Any, body: Any, reach: Range, whole: Any = None) -> None:
    """Put one row per side on the block, named ``limit``, or ``at_least`` and ``at_most``."""
    import pyomo.environ as pyo  # noqa: PLC0415

    scale = 1.0 if whole is None else whole
    if reach.at_least is not None and reach.at_least == reach.at_most:
        block.limit = pyo.Constraint(expr=body - reach.at_least * scale == 0)
        return
    if reach.at_least is not None:
        block.at_least = pyo.Constraint(expr=body - reach.at_least * scale >= 0)
    if reach.at_most is not None:
        block.at_most = pyo.Constraint(expr=body - reach.at_most * scale <= 0)


def _levels(value: float, reach: Range, unit: str, scale: float = 1.0) -> tuple[Level, ...]:
    if reach.at_least is not None and reach.at_least == reach.at_most:
        return (
            Level(
                row="limit",
                value=value,
                at_least=reach.at_least,
                at_most=reach.at_most,
                unit=unit,
                scale=scale,
            ),
        )
    found = []
    if reach.at_least is not None:
        found.append(Level(row="at_least", value=value, at_least=reach.at_least, unit=unit, scale=scale))
    if reach.at_most is not None:
        found.append(Level(row="at_most", value=value, at_most=reach.at_most, unit=unit, scale=scale))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Spend:
    """Spend on some cells within limits."""

    settings: SpendSettings
    scope: Scope

    def __post_init__(self) -> None:
        self.scope.select(self.settings.where)
        _need_today(self.settings, self.scope)

    def _range(self, today: Any) -> Range:
        level = today.total(today.spend, self.settings.where) if today is not None else None
        return limits(self.settings, level)

    def build(self, block: Any, totals: Any) -> None:
        """Put the limits on the total."""
        _add(block, totals.spend(self.settings.where), self._range(_today(self.settings, totals)))

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return the plan's spend against the limits."""
        value = plan.total(plan.spend, self.settings.where)
        return _levels(value, self._range(_today(self.settings, plan)), "currency")

    def sentence(self) -> str:
        """Return the rule in words."""
        return f"spend on {cells_words(self.settings.where)} is {limit_words(self.settings)}"


@dataclass(frozen=True, slots=True)
class Share:
    """Share of spend of some cells within limits."""

    settings: ShareSettings
    scope: Scope

    def __post_init__(self) -> None:
        self.scope.select(self.settings.where)
        self.scope.select(self.settings.of)
        _need_today(self.settings, self.scope)

    def _share(self, plan: Any) -> float:
        whole = plan.total(plan.spend, self.settings.of)
        return float(plan.total(plan.spend, self.settings.where) / whole) if whole > 0 else float("nan")

    def _range(self, today: Any) -> Range:
        return limits(self.settings, self._share(today) if today is not None else None)

    def build(self, block: Any, totals: Any) -> None:
        """Put the limits on the total, as multiples of the whole."""
        whole = totals.spend(self.settings.of)
        _add(block, totals.spend(self.settings.where), self._range(_today(self.settings, totals)), whole)

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return the plan's share against the limits."""
        whole = plan.total(plan.spend, self.settings.of)
        return _levels(self._share(plan), self._range(_today(self.settings, plan)), "share", whole)

    def sentence(self) -> str:
        """Return the rule in words."""
        whole = f" of spend on {cells_words(self.settings.of)}" if self.settings.of else " of spend"
        goes = f"the share{whole} that goes to {cells_words(self.settings.where)}"
        return f"{goes} is {limit_words(self.settings, _percent)}"


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of spend or response within limits."""

    settings: LinearSettings
    scope: Scope

    def __post_init__(self) -> None:
        self.scope.select(self.settings.where)
        _need_today(self.settings, self.scope)
        weights = _weights(self.scope, self.settings.weights)
        if self.settings.on == "spend":
            return
        if self.settings.at_most is not None or self.settings.equal is not None:
            raise ConfigError(
                Fault(
                    where="",
                    problem="an upper limit on response cannot be planned exactly: more response is never punished",
                    wanted="at_least on response, or any limit on spend",
                    hint="on: spend",
                )
            )
        cells = self.scope.select(self.settings.where)
        if np.any(weights[cells] < 0):
            raise ConfigError(
                Fault(
                    where="",
                    problem=f"column {self.settings.weights} has weights below 0 on response",
                    wanted="weights of at least 0: more response is never punished",
                )
            )

    def _value(self, plan: Any) -> float:
        amounts = plan.spend if self.settings.on == "spend" else plan.response
        return float(plan.total(amounts, self.settings.where, _weights(self.scope, self.settings.weights)))

    def _range(self, today: Any) -> Range:
        return limits(self.settings, self._value(today) if today is not None else None)

    def build(self, block: Any, totals: Any) -> None:
        """Put the limits on the weighted total."""
        total = totals.spend if self.settings.on == "spend" else totals.response
        body = total(self.settings.where, weights=_weights(self.scope, self.settings.weights))
        _add(block, body, self._range(_today(self.settings, totals)))

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return the plan's weighted sum against the limits."""
        return _levels(self._value(plan), self._range(_today(self.settings, plan)), self.settings.weights)

    def sentence(self) -> str:
        """Return the rule in words."""
        said = limit_words(self.settings, "{:,.6g}".format)
        return f"{self.settings.weights} × {self.settings.on} of {cells_words(self.settings.where)} is {said}"


def _percent(share: float) -> str:
    return f"{100 * share:.6g}%"


def _weights(scope: Scope, column: str) -> Floats:
    if column not in scope.weights:
        raise ConfigError(
            Fault(
                where="",
                problem=f"the cells table has no numeric column '{column}'",
                wanted="a column with a number in every row",
                hint=", ".join(sorted(scope.weights)),
            )
        )
    return scope.weights[column]


def _need_today(settings: Limits | ShareLimits, scope: Scope) -> None:
    if relative(settings) and scope.current_spend is None:
        raise ConfigError(
            Fault(
                where="",
                problem="a limit relative to today needs today's spend",
                wanted="a column current_spend in the cells table, in currency",
            )
        )


def _today(settings: Limits | ShareLimits, source: Any) -> Any:
    return source.today if relative(settings) else None


def _keep(settings: KeepSettings, scope: Scope) -> Any:  # noqa: ARG001
    raise ConfigError(
        Fault(where="", problem="keep refers to another plan and stands under a plan's constraints only")
    )


RULES = (
    RuleEntry(
        name="spend",
        summary="Spend on a selection of cells within limits, in currency.",
        settings=SpendSettings,
        examples=(
            SpendSettings.model_validate({"at_least": 1.0}),
            SpendSettings.model_validate({"where": {"channel": "tv"}, "at_most": {"today": "130%"}}),
        ),
        build=Spend,
    ),
    RuleEntry(
        name="share",
        summary="Share of spend of a selection of cells within limits.",
        settings=ShareSettings,
        examples=(ShareSettings.model_validate({"where": {"channel": "tv"}, "at_most": "60%"}),),
        build=Share,
    ),
    RuleEntry(
        name="linear",
        summary="A weighted sum of spend or response within limits: reach floors, carbon, hours.",
        settings=LinearSettings,
        examples=(LinearSettings.model_validate({"weights": "carbon", "at_most": 100.0}),),
        build=Linear,
    ),
    RuleEntry(
        name="keep",
        summary="Keep at least a share of another plan's value of a term.",
        settings=KeepSettings,
        examples=(KeepSettings.model_validate({"term": "response", "of": "pure-roi", "at_least": "97%"}),),
        build=_keep,
    ),
)
