"""The core's families of response curves: what the cells table writes under ``curve``, and with which columns.

Spend is in currency, per plan or per period where there is a horizon; response is in whatever unit the cell's ``value``
prices. The equations stand with the families in :mod:`mixopt.curves`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from mixopt import CurveEntry, Number, Settings
from mixopt.curves import (
    Family,
    Floats,
    Hill,
    Linear,
    Log,
    Logistic,
    MichaelisMenten,
    NegativeExponential,
    Power,
    Tabulated,
    Tanh,
    tabulate,
)

Parameters = Mapping[str, Floats]
Points = Mapping[str, Any]


class Saturating(Settings):
    """A curve with a ceiling."""

    scale: Number = Field(ge=0, description="Response that ever more spend approaches, units of response.")


class HillSettings(Saturating):
    """One Hill curve."""

    half_saturation: Number = Field(gt=0, description="Spend at which half of `scale` is reached, currency.")
    slope: Number = Field(gt=0, le=100, description="Exponent: concave up to 1, S-shaped above; no unit.")


class MichaelisMentenSettings(Saturating):
    """One Michaelis-Menten curve."""

    half_saturation: Number = Field(gt=0, description="Spend at which half of `scale` is reached, currency.")


class NegativeExponentialSettings(Saturating):
    """One negative exponential curve."""

    spend_scale: Number = Field(gt=0, description="Spend at which 63.2 % of `scale` is reached, currency.")


class TanhSettings(Saturating):
    """One hyperbolic tangent curve."""

    spend_scale: Number = Field(gt=0, description="Spend at which 76.2 % of `scale` is reached, currency.")


class LogisticSettings(Settings):
    """One logistic curve, less its value at 0."""

    scale: Number = Field(ge=0, description="Height of the whole logistic from -∞ to ∞, units of response.")
    midpoint: Number = Field(ge=0, description="Spend of the steepest slope, currency.")
    spend_scale: Number = Field(
        gt=0, description="Spend from the midpoint to 73.1 % of the height, currency."
    )


class PowerSettings(Settings):
    """One power curve."""

    scale: Number = Field(ge=0, description="Response to the first unit of currency, units of response.")
    exponent: Number = Field(
        gt=0, le=1, description="Elasticity of the response, the same at every spend; no unit."
    )


class LogSettings(Settings):
    """One logarithmic curve."""

    scale: Number = Field(
        ge=0, description="Response that each e-fold of (spend_scale + spend) adds, units of response."
    )
    spend_scale: Number = Field(gt=0, description="Spend at which the slope is half of that at 0, currency.")


class LinearSettings(Settings):
    """One straight line, capped by the cell's `upper`."""

    scale: Number = Field(ge=0, description="Response per unit of currency, units of response / currency.")


class TabulatedSettings(Settings):
    """One tabulated curve: no parameters, only rows in the table `points`."""


@dataclass(frozen=True, slots=True)
class ByName:
    """Builds a family whose fields are named as its columns are; a class, so that entries can be pickled."""

    family: Callable[..., Family]

    def __call__(self, parameters: Parameters) -> Family:
        """Return the curves of all cells of the family; one array (m,) per field of its settings."""
        return self.family(**parameters)


def build_hill(parameters: Parameters) -> Hill:
    """Return the Hill curves of all cells of the family.

    Parameters
    ----------
    parameters : Mapping of str to ndarray (m,)
        One array per field of :class:`HillSettings`.

    Returns
    -------
    Hill
    """
    return Hill(parameters["scale"], parameters["half_saturation"], parameters["slope"])


def build_tabulated(parameters: Parameters, points: Points) -> Tabulated:
    """Return the tabulated curves of all cells of the family.

    Parameters
    ----------
    parameters : Mapping of str to ndarray (m,)
        None of its own; if there are any, their length is the number of cells.
    points : DataFrame or Mapping of str to ndarray
        Columns ``cell`` (0 … m-1), ``spend`` (currency), ``response``; errors name ``channel``, ``segment`` if given.

    Returns
    -------
    Tabulated

    Raises
    ------
    TableError
        If the points of some cells cannot be those of a response curve.
    """
    size = next((len(column) for column in parameters.values()), None)
    return tabulate(points["cell"], points["spend"], points["response"], size=size, named=_namer(points))


def _namer(points: Points) -> Callable[[int], str]:
    if "channel" not in points or "segment" not in points:
        return "cell {}".format
    cells, channels, segments = (np.asarray(points[column]) for column in ("cell", "channel", "segment"))

    def named(cell: int) -> str:
        rows = np.flatnonzero(cells == cell)
        return f"channel {channels[rows[0]]}, segment {segments[rows[0]]}" if len(rows) else f"cell {cell}"

    return named


CURVES: tuple[CurveEntry[Any], ...] = (
    CurveEntry(
        name="hill",
        summary="Hill curve: S-shaped for slopes above 1, with a ceiling.",
        settings=HillSettings,
        examples=(
            HillSettings(scale=1_000.0, half_saturation=50_000.0, slope=2.0),
            HillSettings(scale=1_000.0, half_saturation=50_000.0, slope=0.7),
        ),
        build=build_hill,
    ),
    CurveEntry(
        name="michaelis-menten",
        summary="Michaelis-Menten curve: the Hill curve of slope 1.",
        settings=MichaelisMentenSettings,
        examples=(MichaelisMentenSettings(scale=1_000.0, half_saturation=50_000.0),),
        build=ByName(MichaelisMenten),
    ),
    CurveEntry(
        name="negative-exponential",
        summary="Negative exponential curve: concave, with a ceiling; the reach of one vehicle.",
        settings=NegativeExponentialSettings,
        examples=(NegativeExponentialSettings(scale=1_000.0, spend_scale=50_000.0),),
        build=ByName(NegativeExponential),
    ),
    CurveEntry(
        name="tanh",
        summary="Hyperbolic tangent curve: concave, with a ceiling; PyMC-Marketing's logistic saturation.",
        settings=TanhSettings,
        examples=(TanhSettings(scale=1_000.0, spend_scale=50_000.0),),
        build=ByName(Tanh),
    ),
    CurveEntry(
        name="logistic",
        summary="Logistic curve less its value at 0: S-shaped, steepest at its midpoint.",
        settings=LogisticSettings,
        examples=(LogisticSettings(scale=1_000.0, midpoint=40_000.0, spend_scale=10_000.0),),
        build=ByName(Logistic),
    ),
    CurveEntry(
        name="power",
        summary="Power curve: the same elasticity at every spend, without a ceiling.",
        settings=PowerSettings,
        examples=(PowerSettings(scale=10.0, exponent=0.4), PowerSettings(scale=0.02, exponent=1.0)),
        build=ByName(Power),
    ),
    CurveEntry(
        name="log",
        summary="Logarithmic curve: ever slower, without a ceiling.",
        settings=LogSettings,
        examples=(LogSettings(scale=300.0, spend_scale=20_000.0),),
        build=ByName(Log),
    ),
    CurveEntry(
        name="linear",
        summary="Straight line up to the cell's upper bound.",
        settings=LinearSettings,
        examples=(LinearSettings(scale=0.02),),
        build=ByName(Linear),
    ),
    CurveEntry(
        name="tabulated",
        summary="Smooth curve through the cell's rows of the points table: convex, then concave, then flat.",
        settings=TabulatedSettings,
        examples=(TabulatedSettings(),),
        build=build_tabulated,
        table="points",
    ),
)
