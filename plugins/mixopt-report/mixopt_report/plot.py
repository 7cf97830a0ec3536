"""Charts for notebooks: ``plan.plot`` compares a plan with today, ``result.plot`` all plans with each other.

    plan.plot.allocation()   result.plot.shocks()   mixopt_report.plot.image(chart, "svg")

Each method returns an Altair chart in one theme's colours; :func:`image` makes PNG, SVG or PDF of it without a browser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from textwrap import wrap
from typing import Any, Literal

import altair as alt

from mixopt import MixoptError, Plan, Result
from mixopt_report.charts.channels import channels
from mixopt_report.charts.curves import curves
from mixopt_report.charts.frontier import frontier
from mixopt_report.charts.next_money import next_money
from mixopt_report.charts.price import price
from mixopt_report.charts.segments import segments
from mixopt_report.charts.shocks import shocks
from mixopt_report.charts.waterfall import waterfall
from mixopt_report.facts import Facts, View, facts_of, view_of
from mixopt_report.figure import Figure
from mixopt_report.palette import DARK, LIGHT, painted

Theme = Literal["light", "dark"]
Format = Literal["png", "svg", "pdf"]
WIDTH = 640
LETTER = 6  # pixels of a subtitle's letter
THEMES = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True, slots=True)
class Plots:
    """The charts of a plan, or of a result.

    Parameters
    ----------
    view : View
    theme : {"light", "dark"}
    width : int
        Pixels.
    """

    view: View
    theme: Theme = "light"
    width: int = WIDTH

    def allocation(self) -> Any:
        """Return spend per channel."""
        return self._chart("allocation", partial(channels, self.view))

    def curves(self) -> Any:
        """Return response curves with the plans on them."""
        return self._chart("curves", partial(curves, self.view))

    def heatmap(self) -> Any:
        """Return the change of spend by channel and segment."""
        return self._chart("heatmap", partial(segments, self.view))

    def waterfall(self) -> Any:
        """Return the change of return channel by channel."""
        return self._chart("waterfall", partial(waterfall, self.view))

    def price(self) -> Any:
        """Return what balance costs and what it buys, in money."""
        return self._chart("price", partial(price, self.view))

    def marginal(self) -> Any:
        """Return what the next unit of currency returns; of a result only."""
        return self._chart("marginal", partial(next_money, self._facts("marginal")))

    def shocks(self) -> Any:
        """Return the share of return kept under each shock; of a result only."""
        return self._chart("shocks", partial(shocks, self._facts("shocks")))

    def frontier(self) -> Any:
        """Return what each point of the frontier gives up and gains; of a result with a frontier only."""
        return self._chart("frontier", partial(frontier, self._facts("frontier")))

    def _facts(self, name: str) -> Facts:
        if isinstance(self.view, Facts):
            return self.view
        raise MixoptError(f"the chart {name} needs all plans: use result.plot.{name}()")

    def _chart(self, name: str, make: Callable[[], Figure | None]) -> Any:
        figure = make()
        if figure is None:
            raise MixoptError(
                f"there is nothing to show in the chart {name}: its data are not part of this run"
            )
        return alt.Chart.from_dict(standing(figure, self.theme, self.width))


def plots(of: Plan | Result, theme: Theme = "light", width: int = WIDTH) -> Plots:
    """Return the charts of a plan, beside today, or of a result.

    Parameters
    ----------
    of : Plan or Result
    theme : {"light", "dark"}
    width : int
        Pixels.

    Returns
    -------
    Plots

    Raises
    ------
    NoPlanError
        If a plan has no spend.
    """
    return Plots(facts_of(of) if isinstance(of, Result) else view_of(of), theme, width)


def standing(figure: Figure, theme: Theme, width: int) -> dict[str, Any]:
    """Return a figure as a chart that stands by itself: with its title, of fixed width, in one theme's colours.

    Parameters
    ----------
    figure : Figure
    theme : {"light", "dark"}
    width : int
        Pixels.

    Returns
    -------
    dict
        A Vega-Lite chart.
    """
    wide = True
    spec = figure.draw(wide).to_dict(validate=False)
    spec.pop("autosize", None)
    if spec.get("width") == "container":
        spec["width"] = width
    colors = THEMES[theme]
    spec["title"] = {
        "text": figure.title,
        "subtitle": wrap(figure.subtitle, width // LETTER),
        "anchor": "start",
        "offset": 18,
        "color": colors["ink"],
        "subtitleColor": colors["muted"],
    }
    spec["description"] = figure.said
    spec["background"] = spec["config"]["background"] = colors["page"]
    spec["padding"] = 12
    spec["config"].pop("padding", None)
    return painted(spec, colors)


def image(chart: Any, form: Format = "png", *, scale: float = 2.0) -> bytes:
    """Return a chart as a picture; no browser is needed.

    Parameters
    ----------
    chart : altair chart
        What a method of :class:`Plots` returned.
    form : {"png", "svg", "pdf"}
    scale : float
        Pixels per pixel, for PNG.

    Returns
    -------
    bytes
    """
    import vl_convert  # noqa: PLC0415

    spec = chart.to_dict()
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=scale))
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(spec)).encode("utf-8")
    return bytes(vl_convert.vegalite_to_pdf(spec))
