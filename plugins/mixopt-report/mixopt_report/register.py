"""What mixopt finds here: the report ``html``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mixopt import ReportEntry, hookimpl
from mixopt_report.html import REPORT


@hookimpl
def mixopt_reports() -> Iterable[ReportEntry[Any]]:
    """Yield the page."""
    return (REPORT,)
