"""``mixopt frontier``: how far to go from one plan, or term, to another; every point proven and kept."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mixopt.cli.exit import NO_PLAN, code_of, say
from mixopt.cli.output import columns, results_only, show, show_json
from mixopt.cli.work import finish


def frontier(
    config: Path,
    between: tuple[str, str] | None,
    terms: tuple[str, str] | None,
    overrides: Sequence[str],
    *,
    points: int,
    executor: str,
    out: Path,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find the points of a frontier, show them, and write the run's folder with them in it.

    Parameters
    ----------
    config : Path
    between, terms : tuple of two str, or None
    overrides : sequence of str
    points : int
    executor : str
    out : Path
        Where run folders lie, and beside them the points that are done.
    as_json, quiet : bool

    Returns
    -------
    int
        Exit code.
    """
    from mixopt.plan.load import SUMMARY
    from mixopt.report import render, write
    from mixopt.report.frontier_files import frontier_document
    from mixopt.report.summary import plain
    from mixopt.report.write import folder_of
    from mixopt.sweep import frontier as find

    with results_only():
        found = finish(
            lambda progress, stop: find(
                config,
                between=between,
                terms=terms,
                points=points,
                executor=executor,
                folder=out,
                overrides=overrides,
                environ=os.environ,
                progress=progress,
                stop=stop,
            ),
            quiet=quiet,
        )
        result = found.result
        files = render(result) if found.solves else {}
    if files:
        for warning in json.loads(files[SUMMARY])["warnings"]:
            say(f"Warning: {warning}")
    folder = write(files, out / folder_of(result)) if files else None
    _say_unfound(result)
    if as_json:
        document = plain(frontier_document(found))
        show_json({**document, "folder": None if folder is None else str(folder)})
    else:
        show(_text(found, folder))
    code = code_of(plan.status for plan in result.plans.values())
    return code or (0 if found.solves else NO_PLAN)


def _say_unfound(result: Any) -> None:
    from mixopt.report.no_plan import no_plan
    from mixopt.report.story import coin_of, side

    for plan in result.plans.values():
        if not plan.found:
            say("\n".join(no_plan(side(plan), coin_of(result))))


def _text(found: Any, folder: Path | None) -> str:
    from mixopt.report.frontier_words import frontier_finding, frontier_proven, frontier_table
    from mixopt.report.grid import blocks, grid, width, wrapped

    if not found.solves:
        return "No point was found.\nNothing was written."
    table = frontier_table(found)
    fits = width(table.head, table.rows) <= columns()
    lines = [*wrapped(f"{frontier_finding(found)}.", columns()), ""]
    lines += (grid if fits else blocks)(table.head, table.rows)
    lines += ["", *wrapped(frontier_proven(found), columns())]
    lines += ["", f"Run: {folder}   (check it with: mixopt verify {folder})"]
    return "\n".join(lines)
