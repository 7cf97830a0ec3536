"""What all charts share: type, axes, marks of plans, text in the gutter. Vega-Lite through Altair, colours as names.

Rows are 34 px high, so that charts grow downwards; every layer of a chart takes the same x and y.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import altair as alt

from mixopt.report import Coin
from mixopt_report.facts import Shown
from mixopt_report.palette import var

FONT = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
ROW = 34
CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "padding": {"left": 0, "right": 4, "top": 4, "bottom": 4},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": var("line"),
        "labelColor": var("muted"),
        "titleColor": var("muted"),
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 8,
    },
    "axisY": {"labelColor": var("ink"), "labelFontSize": 13, "labelLimit": 170},
    "text": {"color": var("ink"), "fontSize": 13},
}
Align = Literal["left", "right"]


def records(rows: Iterable[Mapping[str, Any]]) -> Any:
    """Return rows as a chart's data.

    Parameters
    ----------
    rows : iterable of Mapping

    Returns
    -------
    altair.Data
    """
    return alt.InlineData(values=[dict(row) for row in rows])


def rows_of(names: Sequence[str], *, wide: bool, grid: bool = True, field: str = "row") -> alt.Y:
    """Return the rows of a chart, from the top.

    Parameters
    ----------
    names : sequence of str
    wide : bool
    grid : bool
        Whether a line runs through each row.
    field : str

    Returns
    -------
    altair.Y
    """
    axis = alt.Axis(
        grid=grid,
        tickBand="center",
        title=None,
        labelLimit=170 if wide else 118,
        labelFontSize=13 if wide else 12,
    )
    return alt.Y(
        f"{field}:N", sort=list(names), axis=axis, scale=alt.Scale(domain=list(names), paddingInner=0.1)
    )


def amounts(
    field: str, coin: Coin, top: float, *, wide: bool, low: float = 0.0, signed: bool = False
) -> alt.X:
    """Return a money axis on top of the chart.

    Parameters
    ----------
    field : str
    coin : Coin
    top, low : float
        The ends, currency.
    wide : bool
    signed : bool
        Whether numbers above zero carry a plus.

    Returns
    -------
    altair.X
    """
    axis = alt.Axis(
        orient="top",
        title=None,
        grid=True,
        values=ticks(low, top, 5 if wide else 4),
        labelExpr=money_expression(coin, max(abs(top), abs(low)), signed=signed),
        labelFlush=False,
    )
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[low, top], nice=False, zero=False))


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return round numbers between two ends.

    Parameters
    ----------
    low, high : float
    most : int
        About how many.

    Returns
    -------
    list of float
    """
    if not high > low:
        return [low]
    rough = (high - low) / most
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(size * unit for size in (1, 2, 2.5, 5, 10) if size * unit >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def money_expression(coin: Coin, top: float, *, signed: bool = False) -> str:
    """Return the expression that writes an axis label as money.

    Parameters
    ----------
    coin : Coin
    top : float
        The largest amount: its scale is everyone's.
    signed : bool

    Returns
    -------
    str
    """
    unit, letter = coin.scale(top)
    sign = "(datum.value < 0 ? '\N{MINUS SIGN}' : '" + ("+" if signed else "") + "')"
    symbol, tail = json.dumps(coin.symbol), json.dumps(letter)
    return f"datum.value == 0 ? '0' : {sign} + {symbol} + format(abs(datum.value) / {unit:g}, ',~r') + {tail}"


def points(shown: Sequence[Shown], x: alt.X, y: alt.Y, *, wide: bool, field: str = "plan") -> Any:
    """Return one mark per plan and row: shape and colour together, words on each.

    Parameters
    ----------
    shown : sequence of Shown
    x : altair.X
    y : altair.Y
    wide : bool
    field : str

    Returns
    -------
    altair.Chart
        Of the rows whose ``mark`` is true.
    """
    domain = [one.label for one in shown]
    return (
        alt.Chart()
        .transform_filter("datum.mark")
        .mark_point(filled=True, opacity=1, strokeWidth=0, size=110 if wide else 82)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                f"{field}:N",
                legend=None,
                scale=alt.Scale(domain=domain, range=[one.style.paint for one in shown]),
            ),
            shape=alt.Shape(
                f"{field}:N",
                legend=None,
                scale=alt.Scale(domain=domain, range=[one.style.shape for one in shown]),
            ),
            tooltip=alt.Tooltip("said:N"),
            description=alt.Description("said:N"),
        )
    )


def gutter(
    data: alt.Data,
    field: str,
    y: alt.Y,
    *,
    offset: float,
    bold: bool = False,
    color: str = "ink",
    align: Align = "right",
    size: float = 13,
) -> Any:
    """Return text to the right of the plot.

    Parameters
    ----------
    data : altair.Data
    field : str
        With the text.
    y : altair.Y
    offset : float
        Pixels from the plot's right edge to the text's end (its start where `align` is left).
    bold : bool
    color : str
        Name of the colour.
    align : str
    size : float

    Returns
    -------
    altair.Chart
    """
    return (
        alt.Chart(data)
        .mark_text(
            align=align,
            dx=offset,
            baseline="middle",
            fontWeight=600 if bold else "normal",
            color=var(color),
            fontSize=size,
            aria=False,
        )
        .encode(x=alt.value("width"), y=y, text=alt.Text(f"{field}:N"))
    )


def head(
    text: str, *, offset: float, color: str = "muted", bold: bool = False, align: Align = "right"
) -> Any:
    """Return a heading above a column of the gutter.

    Parameters
    ----------
    text : str
    offset : float
        As :func:`gutter`.
    color : str
    bold : bool
    align : str

    Returns
    -------
    altair.Chart
    """
    return (
        alt.Chart(records([{"head": text}]))
        .mark_text(
            align=align,
            baseline="bottom",
            dx=offset,
            dy=-9,
            fontSize=12,
            fontWeight=600 if bold else "normal",
            color=var(color),
            aria=False,
            limit=150,
        )
        .encode(x=alt.value("width"), y=alt.value(0), text="head:N")
    )


def upright(at: float, x: alt.X, *, strong: bool = True) -> Any:
    """Return a vertical line.

    Parameters
    ----------
    at : float
    x : altair.X
    strong : bool

    Returns
    -------
    altair.Chart
    """
    field = str(x.shorthand).partition(":")[0]
    return (
        alt.Chart(records([{field: at}]))
        .mark_rule(color=var("ink" if strong else "rule"), strokeWidth=1, aria=False)
        .encode(x=x)
    )


def layered(*layers: Any, data: alt.Data, height: int) -> Any:
    """Return layers as one chart that fills its place.

    Parameters
    ----------
    *layers : altair.Chart
    data : altair.Data
        Of the layers that bring none.
    height : int
        Rows of the chart.

    Returns
    -------
    altair.LayerChart
    """
    return finished(alt.layer(*layers, data=data).properties(height=height * ROW))


def finished(chart: Any) -> Any:
    """Return a chart with the type and colours of the page, as wide as its place.

    Parameters
    ----------
    chart : altair chart

    Returns
    -------
    altair chart
    """
    return chart.properties(
        width="container", autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    ).configure(**CONFIG)
