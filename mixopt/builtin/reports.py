"""The core's own report: what every plan gives to each channel, segment or tag, beside today, as a sheet.

    <over>.csv     plan, <over>, spend, share, return, roi, change        one row per plan and label

Money in the run's currency; `change` is the spend less today's. Not rendered unless a config asks for it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from mixopt import Evaluation, ReportEntry, Settings

if TYPE_CHECKING:
    from mixopt import Result


class ByLabelSettings(Settings):
    """What the rows are."""

    over: str = Field("channel", description="`channel`, `segment` or a tag column of the cells table.")


@dataclass(frozen=True, slots=True)
class ByLabel:
    """A sheet of spend and return per label."""

    settings: ByLabelSettings

    def render(self, result: Result) -> Mapping[str, bytes]:
        """Return one CSV file, called after the column."""
        over = self.settings.over
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["plan", over, "spend", "share", "return", "roi", "change"])
        today = result.references.get("today")
        for name, plan in result.columns.items():
            if plan is not None:
                writer.writerows(_rows(name, plan, today, over))
        return {
            f"{re.sub('[^a-z0-9]+', '-', over.lower()).strip('-') or 'labels'}.csv": text.getvalue().encode()
        }


def _rows(name: str, plan: Evaluation, today: Evaluation | None, over: str) -> Iterator[list[Any]]:
    spends, returns = plan.by(plan.spend, over), plan.by(plan.returns, over)
    before = {} if today is None else today.by(today.spend, over)
    whole = sum(spends.values())
    for label, spend in spends.items():
        share = spend / whole if whole > 0 else ""
        roi = returns[label] / spend if spend > 0 else ""
        change = spend - before[label] if before else ""
        yield [harmless(name), harmless(label), spend, share, returns[label], roi, change]


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        With a leading apostrophe where it starts with one of ``= + - @``, a tab, a line break or an apostrophe: what
        reads CSV files takes it off again.
    """
    return f"'{text}" if text[:1] in {*"=+-@\t\r\n＝＋－＠'"} else text


REPORTS = (
    ReportEntry(
        name="by-label",
        summary="A sheet of spend, return and change against today per channel, segment or tag.",
        settings=ByLabelSettings,
        examples=(ByLabelSettings(), ByLabelSettings(over="segment")),
        build=ByLabel,
        default=False,
    ),
)
