"""Open a run's folder again: its tables as they were, checked against the sums in its summary."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mixopt.errors import ConfigError, Fault
from mixopt.plan import allocation
from mixopt.plan.plan import RULE_COLUMNS, TERM_COLUMNS
from mixopt.plan.provenance import FORMAT
from mixopt.plan.ranges import COLUMNS as RANGES
from mixopt.scope.cell_text import unescaped

SUMMARY = "summary.json"
TEXT = frozenset({"plan", "channel", "segment", "term", "rule", "measure", "unit", "against", "tie"})


@dataclass(frozen=True, kw_only=True, eq=False)
class SavedPlan:
    """A plan as its run's folder holds it; the fields are those of :class:`mixopt.plan.Plan`."""

    name: str
    status: str
    reason: str
    objective: float | None
    bound: float | None
    gap: float | None
    source: str
    seconds: float
    measures: Mapping[str, float | None]
    allocation: pd.DataFrame
    conflict: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Saved:
    """A run as its folder holds it.

    Parameters
    ----------
    folder : Path
    name, currency, hash : str
    plans : Mapping of str to SavedPlan
    allocation, contrast, terms, rules : DataFrame
        As the files hold them.
    summary : Mapping
        The content of ``summary.json``.
    ranges : DataFrame or None
        Where the curves were given per posterior draw.
    """

    folder: Path
    name: str
    currency: str
    hash: str
    plans: Mapping[str, SavedPlan]
    allocation: pd.DataFrame
    contrast: pd.DataFrame
    terms: pd.DataFrame
    rules: pd.DataFrame
    summary: Mapping[str, Any]
    ranges: pd.DataFrame | None = None


def load(folder: str | Path) -> Saved:
    """Return a saved run.

    Parameters
    ----------
    folder : str or Path
        A run's own folder, such as ``runs/uk-brand-2027-1a2b3c4d``.

    Returns
    -------
    Saved

    Raises
    ------
    ConfigError
        If it is no run's folder, was written in another format, or a file is not what the summary says it is.
    """
    folder = Path(folder)
    summary = read_summary(folder)
    files = {
        name: read_checked(folder, name, digest)
        for name, digest in summary["files"].items()
        if name.endswith(".csv")
    }
    contrast = _frame(files["contrast.csv"], text={"measure", "unit"})
    cells = _frame(files["allocation.csv"], wanted=allocation.COLUMNS)
    return Saved(
        folder=folder,
        name=summary["name"],
        currency=summary["currency"],
        hash=summary["config_hash"],
        plans={name: _plan(name, said, cells) for name, said in summary["plans"].items()},
        allocation=cells,
        contrast=contrast,
        terms=_frame(files["terms.csv"], wanted=TERM_COLUMNS),
        rules=_rules(_frame(files["rules.csv"], wanted=RULE_COLUMNS)),
        summary=summary,
        ranges=_frame(files["ranges.csv"], wanted=RANGES) if "ranges.csv" in files else None,
    )


def read_summary(folder: Path) -> dict[str, Any]:
    """Return the content of a run's ``summary.json``.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict

    Raises
    ------
    ConfigError
        If there is none, or it is none that this version reads.
    """
    path = folder / SUMMARY
    try:
        summary = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise _fault(path, "there is no such file", "a run's folder, as `mixopt run` writes it") from None
    except (OSError, ValueError, RecursionError) as reason:
        raise _fault(path, f"it cannot be read: {reason}") from None
    if not isinstance(summary, dict) or summary.get("format") != FORMAT:
        got = summary.get("format") if isinstance(summary, dict) else None
        raise _fault(
            path, f"it is of format {got!r}", f"format {FORMAT}", "open it with the version that wrote it"
        )
    missing = [key for key in ("name", "currency", "config_hash", "plans", "files") if key not in summary]
    if missing:
        raise _fault(path, f"it lacks {', '.join(missing)}")
    return summary


def read_checked(folder: Path, name: str, digest: str) -> bytes:
    """Return the bytes of one file of a run, once they are what the summary says.

    Parameters
    ----------
    folder : Path
    name : str
    digest : str
        SHA-256 in hexadecimal digits.

    Returns
    -------
    bytes

    Raises
    ------
    ConfigError
        If the file is missing or was changed.
    """
    path = folder / name
    if Path(name).name != name:
        raise _fault(folder / SUMMARY, f"it names a file outside its folder: {name!r}")
    try:
        data = path.read_bytes()
    except OSError as reason:
        raise _fault(path, f"it cannot be read: {reason.strerror or reason}") from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise _fault(path, "it is not what this run wrote: its SHA-256 differs from the one in summary.json")
    return data


def _frame(data: bytes, wanted: Iterable[str] = (), text: Iterable[str] = TEXT) -> pd.DataFrame:
    """Return a CSV file's table: text columns as they were, all others as numbers, missing where empty."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    head = [unescaped(name) for name in rows[0]] if rows else list(wanted)
    columns = {
        name: _column([row[k] for row in rows[1:]], is_text=name in set(text)) for k, name in enumerate(head)
    }
    return pd.DataFrame(columns, columns=head)


def _column(cells: list[str], *, is_text: bool) -> Any:
    if is_text:
        return pd.Series([unescaped(cell) for cell in cells], dtype=object)
    if cells and all(cell in {"true", "false"} for cell in cells):
        return [cell == "true" for cell in cells]
    if cells and all(cell.isdigit() for cell in cells):
        return [int(cell) for cell in cells]
    return pd.Series([float(cell) if cell else float("nan") for cell in cells], dtype=float)


def _rules(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({"binding": bool})


def _plan(name: str, said: Mapping[str, Any], cells: pd.DataFrame) -> SavedPlan:
    own = cells[cells["plan"] == name].reset_index(drop=True) if len(cells) else cells
    return SavedPlan(
        name=name,
        status=said["status"],
        reason=said["reason"],
        objective=said["objective"],
        bound=said["bound"],
        gap=said["gap"],
        source=said["source"],
        seconds=said["seconds"],
        measures=said["measures"],
        allocation=own,
        conflict=said.get("conflict"),
    )


def _fault(path: Path, problem: str, wanted: str = "", hint: str = "") -> ConfigError:
    return ConfigError(Fault(where=str(path), problem=problem, wanted=wanted, hint=hint))
