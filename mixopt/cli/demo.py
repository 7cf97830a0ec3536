"""``mixopt demo``: the example that ships with mixopt."""

from __future__ import annotations

from pathlib import Path

from mixopt.cli.example import DEMO, example
from mixopt.cli.exit import say
from mixopt.cli.run import run


def demo(out: Path, *, as_json: bool, quiet: bool) -> int:
    """Run the example that ships with mixopt.

    Parameters
    ----------
    out : Path
        Where run folders lie.
    as_json, quiet : bool

    Returns
    -------
    int
        Exit code.
    """
    config = example(DEMO) / "config.yaml"
    if not quiet:
        say(f"Running {config}")
    return run(config, [], out, [], as_json=as_json, quiet=quiet)
