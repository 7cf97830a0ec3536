"""What installed reports add to a run's folder: checked files, and a note for each report that failed.

A report that raises, or returns what cannot stand in the folder, is left out and named; the run stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mixopt.errors import MixoptError, shown
from mixopt.plan import Result
from mixopt.proof.frontier_files import ALLOCATION as FRONTIER_ALLOCATION
from mixopt.proof.frontier_files import CERTIFICATE as FRONTIER_CERTIFICATE
from mixopt.proof.frontier_files import DOCUMENT as FRONTIER_DOCUMENT
from mixopt.proof.frontier_files import POINTS as FRONTIER_POINTS

PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", re.ASCII)
DEVICES = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
OURS = (
    *("allocation.csv", "contrast.csv", "terms.csv", "rules.csv", "ranges.csv"),
    *("summary.json", "inputs.json", "certificate.npz", "problem.json"),
    *(FRONTIER_POINTS, FRONTIER_ALLOCATION, FRONTIER_DOCUMENT, *FRONTIER_CERTIFICATE.values()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifacts:
    """The files of all reports, and why others are missing.

    Parameters
    ----------
    files : Mapping of str to bytes
        By file name.
    failures : Mapping of str to str
        By the report's name: one sentence.
    """

    files: Mapping[str, bytes]
    failures: Mapping[str, str]


def artifacts(result: Result) -> Artifacts:
    """Render the reports of a run.

    Parameters
    ----------
    result : Result

    Returns
    -------
    Artifacts
    """
    files: dict[str, bytes] = {}
    failures: dict[str, str] = {}
    for report in result.problem.reports:
        try:
            rendered = dict(report.report.render(result))
        except MixoptError as reason:
            failures[report.name] = str(reason)
            continue
        wrong = refused(rendered, (*OURS, *files))
        if wrong:
            failures[report.name] = f"report '{report.name}': {wrong}"
        else:
            files |= rendered
    return Artifacts(files=files, failures=failures)


def refused(names: Iterable[str], taken: Collection[str]) -> str:
    """Return why files cannot stand in a run's folder under their names; empty if they can.

    Parameters
    ----------
    names : iterable of str
    taken : collection of str
        Names that are in use already; upper and lower case count as the same.

    Returns
    -------
    str
    """
    seen = {name.casefold() for name in taken}
    for name in names:
        if not PLAIN.match(name) or name.endswith(".") or DEVICES.match(name):
            return f"{shown(name)} is no plain file name; wanted: letters, digits, dots, hyphens, underscores"
        if name.casefold() in seen:
            return f"another file of the run is called {shown(name)} already"
        seen.add(name.casefold())
    return ""
