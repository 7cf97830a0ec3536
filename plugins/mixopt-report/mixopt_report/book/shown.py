"""What all sheets show: the plans beside today, their colours, and the size from which cells are left to the CSV."""

from __future__ import annotations

from mixopt import Evaluation
from mixopt.report import safe
from mixopt_report.facts import Facts, Shown
from mixopt_report.palette import LIGHT

MOST_CELLS = 10_000  # rows of the sheets that have one per cell; above, allocation.csv has them
MOST_CURVES = 1_000
NAME = 500  # characters of a channel's or segment's name


def color(one: Shown) -> str:
    """Return the colour of a plan's head.

    Parameters
    ----------
    one : Shown

    Returns
    -------
    str
    """
    return LIGHT[one.style.color]


def base_of(facts: Facts) -> Shown | None:
    """Return what changes are counted from: today, else the first plan where there is another.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Shown or None
    """
    if facts.today is not None:
        return facts.today
    return facts.plans[0] if len(facts.plans) > 1 else None


def labels(facts: Facts, column: str) -> list[str]:
    """Return a key of every cell, as sheets write it.

    Parameters
    ----------
    facts : Facts
    column : str
        ``channel`` or ``segment``.

    Returns
    -------
    list of str
    """
    return [safe(str(name), NAME) for name in facts.scope.labels(column)]


def too_many(facts: Facts) -> str:
    """Return the sentence on what is left out; empty where all fits.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
    """
    if facts.scope.n_cells <= MOST_CELLS:
        return ""
    return (
        f"{facts.scope.n_cells:,} cells are more than the {MOST_CELLS:,} that a workbook shows one by one: "
        "allocation.csv beside this file has them all. Here they are summed by channel."
    )


def by_channel(made: Evaluation, amounts: str) -> dict[str, float]:
    """Return spend or returns by channel.

    Parameters
    ----------
    made : Evaluation
    amounts : {"spend", "returns"}

    Returns
    -------
    dict of str to float
    """
    return made.by(getattr(made, amounts), "channel")


def short_money(facts: Facts, size: float | None = None) -> str:
    """Return the format of amounts along an axis: in millions or thousands where they are.

    Parameters
    ----------
    facts : Facts
    size : float, optional
        The largest amount. If left out, each amount, 0 or more, is written by its own size.

    Returns
    -------
    str
    """
    sign = f'"{facts.coin.symbol}"'
    millions, thousands, ones = f'{sign}0.0,,"m"', f'{sign}0,"k"', f"{sign}#,##0"
    if size is None:
        return f"[>=1000000]{millions};[>=10000]{thousands};{ones}"
    chosen = millions if size >= 1e6 else thousands if size >= 2e4 else ones
    return f"{chosen};-{chosen};{sign}0"
