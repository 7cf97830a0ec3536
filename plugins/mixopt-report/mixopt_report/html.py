"""The report ``html``: ``report.html`` in the run's folder. What draws and writes is imported when it renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mixopt import ReportEntry, Settings

if TYPE_CHECKING:
    from mixopt import Result

FILE = "report.html"


class HtmlSettings(Settings):
    """How the page looks."""

    theme: Literal["auto", "light", "dark"] = Field(
        "auto", description="Colours when the page is opened; the reader may change them."
    )


@dataclass(frozen=True, slots=True)
class Html:
    """The page of a result."""

    settings: HtmlSettings

    def render(self, result: Result) -> Mapping[str, bytes]:
        """Return the page.

        Parameters
        ----------
        result : Result

        Returns
        -------
        Mapping of str to bytes
            ``report.html``, the same bytes for the same result.
        """
        from mixopt_report.page.render import page  # noqa: PLC0415

        return {FILE: page(result, theme=self.settings.theme).encode("utf-8")}


REPORT = ReportEntry(
    name="html",
    summary="One offline page for planners and managers: the decision in five sentences, charts, tables, proof.",
    settings=HtmlSettings,
    examples=(HtmlSettings(), HtmlSettings(theme="dark")),
    build=Html,
)
