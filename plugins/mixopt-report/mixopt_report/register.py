"""What mixopt finds here: the reports ``html`` and ``xlsx``, importers of workbooks and wide sheets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mixopt import ImporterEntry, ReportEntry, hookimpl
from mixopt_report.html import REPORT as HTML
from mixopt_report.workbook.config import IMPORTER as WORKBOOK
from mixopt_report.workbook.wide import IMPORTER as WIDE
from mixopt_report.xlsx import REPORT as XLSX


@hookimpl
def mixopt_reports() -> Iterable[ReportEntry[Any]]:
    """Yield the page and the workbook."""
    return (HTML, XLSX)


@hookimpl
def mixopt_importers() -> Iterable[ImporterEntry[Any]]:
    """Yield what reads workbooks."""
    return (WORKBOOK, WIDE)
