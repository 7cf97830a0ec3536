"""The report ``xlsx``: ``plan.xlsx`` in the run's folder. What writes it is imported when it renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mixopt import ReportEntry, Settings

if TYPE_CHECKING:
    from mixopt import Result

FILE = "plan.xlsx"


class XlsxSettings(Settings):
    """The workbook has no settings."""


@dataclass(frozen=True, slots=True)
class Xlsx:
    """The workbook of a result."""

    settings: XlsxSettings

    def render(self, result: Result) -> Mapping[str, bytes]:
        """Return the workbook.

        Parameters
        ----------
        result : Result

        Returns
        -------
        Mapping of str to bytes
            ``plan.xlsx``, the same bytes for the same result.
        """
        from mixopt_report.book.render import workbook  # noqa: PLC0415

        return {FILE: workbook(result)}


REPORT = ReportEntry(
    name="xlsx",
    summary="A workbook for planners: summary, allocation, changes, rules, curves; its input sheet reads back.",
    settings=XlsxSettings,
    examples=(XlsxSettings(),),
    build=Xlsx,
)
