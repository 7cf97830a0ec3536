"""Colours as CSS variables, in two themes, and what marks a plan: shape and colour, always together.

Charts carry ``var(--first)`` as a colour; where there is no CSS (images, notebooks) :func:`painted` puts one theme's
values in its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LIGHT = {
    "page": "#ffffff",
    "panel": "#f5f7f9",
    "ink": "#17212c",
    "muted": "#566270",
    "line": "#e3e7ec",
    "rule": "#c9d0d8",
    "today": "#66707d",
    "first": "#b84a00",
    "second": "#0b62a8",
    "third": "#7a3e9d",
    "fourth": "#00715a",
    "first-soft": "#e9b48c",
    "second-soft": "#8fb8da",
    "third-soft": "#c4a6d6",
    "fourth-soft": "#8cc4b5",
    "span": "#d6e4f1",
    "heat-m3": "#f1b184",
    "heat-m2": "#f6cba9",
    "heat-m1": "#fbe5d4",
    "heat-0": "#f1f3f6",
    "heat-p1": "#deeaf6",
    "heat-p2": "#b9d6ef",
    "heat-p3": "#90c0e8",
}
DARK = {
    "page": "#11161d",
    "panel": "#181f28",
    "ink": "#e6ebf1",
    "muted": "#a3afbd",
    "line": "#262f3a",
    "rule": "#3b4654",
    "today": "#a3afbd",
    "first": "#f59a52",
    "second": "#64b5f6",
    "third": "#cf9df0",
    "fourth": "#4ecba8",
    "first-soft": "#8a5a35",
    "second-soft": "#3d6a91",
    "third-soft": "#74588a",
    "fourth-soft": "#2f7460",
    "span": "#22405c",
    "heat-m3": "#7d3f0f",
    "heat-m2": "#5c3418",
    "heat-m1": "#3b2a20",
    "heat-0": "#1f2731",
    "heat-p1": "#1b3148",
    "heat-p2": "#1c4468",
    "heat-p3": "#1d5689",
}
HEAT = ("heat-m3", "heat-m2", "heat-m1", "heat-0", "heat-p1", "heat-p2", "heat-p3")
TICK = "M-0.27,-1.25L0.27,-1.25L0.27,1.25L-0.27,1.25Z"


@dataclass(frozen=True, slots=True)
class Style:
    """What marks one plan everywhere.

    Parameters
    ----------
    color : str
        Name of the colour.
    shape : str
        As Vega draws it.
    """

    color: str
    shape: str

    @property
    def paint(self) -> str:
        """The colour as CSS reads it."""
        return var(self.color)


TODAY = Style("today", TICK)
PLANS = (
    Style("first", "circle"),
    Style("second", "diamond"),
    Style("third", "square"),
    Style("fourth", "triangle-up"),
    Style("third", "cross"),
    Style("fourth", "triangle-down"),
)


def var(color: str) -> str:
    """Return a colour as CSS reads it.

    Parameters
    ----------
    color : str
        Its name.

    Returns
    -------
    str
    """
    return f"var(--{color})"


def painted(spec: Mapping[str, Any], theme: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a chart with one theme's values in place of its CSS variables.

    Parameters
    ----------
    spec : Mapping
        A Vega-Lite chart.
    theme : Mapping of str to str, optional
        :data:`LIGHT` if left out.

    Returns
    -------
    dict
    """
    text = json.dumps(spec)
    for name, value in (LIGHT if theme is None else theme).items():
        text = text.replace(f'"var(--{name})"', f'"{value}"')
    return dict(json.loads(text))
