"""Charts of plans and results, drawn by the distribution mixopt-report where it is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mixopt.errors import MixoptError


def plots(of: Any) -> Any:
    """Return the charts of a plan or a result.

    Parameters
    ----------
    of : Plan or Result

    Returns
    -------
    object
        With a method per chart: ``allocation``, ``curves``, ``heatmap``, ``waterfall`` …; each returns an Altair chart.

    Raises
    ------
    MixoptError
        If mixopt-report is not installed.
    """
    try:
        module = import_module("mixopt_report.plot")
    except ModuleNotFoundError as reason:
        raise MixoptError("charts are drawn by another distribution: pip install mixopt-report") from reason
    return module.plots(of)
