"""``mixopt run``: solve, show, write."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from mixopt.cli.exit import code_of, say
from mixopt.cli.output import color, columns, results_only, show, show_json
from mixopt.cli.work import finish


def run(
    config: Path, plans: Sequence[str], out: Path, overrides: Sequence[str], *, as_json: bool, quiet: bool
) -> int:
    """Solve the plans of a config, show the contrast, and write the run's folder.

    Parameters
    ----------
    config : Path
    plans : sequence of str
        All if empty.
    out : Path
        Where run folders lie. Nothing is written where no plan was found at all.
    overrides : sequence of str
    as_json, quiet : bool

    Returns
    -------
    int
        Exit code.
    """
    from mixopt.pipeline import run as solve
    from mixopt.plan.load import SUMMARY
    from mixopt.report import render, write
    from mixopt.report.no_plan import no_plan
    from mixopt.report.story import coin_of, side
    from mixopt.report.terminal import terminal
    from mixopt.report.write import run_folder

    with results_only():
        result = finish(
            lambda progress, stop: solve(
                config,
                plans=plans or None,
                overrides=overrides,
                environ=os.environ,
                progress=progress,
                stop=stop,
            ),
            quiet=quiet,
        )
        files = render(result)
    for warning in json.loads(files[SUMMARY])["warnings"]:
        say(f"Warning: {warning}")
    folder = None
    if any(plan.found for plan in result.plans.values()):
        folder = write(files, out / run_folder(result.name, result.hash))
    for plan in result.plans.values():
        if not plan.found:
            say("\n".join(no_plan(side(plan), coin_of(result))))
    if as_json:
        show_json({**json.loads(files[SUMMARY]), "folder": None if folder is None else str(folder)})
    else:
        show(terminal(result, columns=columns(), color=color()))
        show(
            f"\nRun: {folder}   (check it with: mixopt verify {folder})"
            if folder
            else "\nNothing was written."
        )
    return code_of(plan.status for plan in result.plans.values())
