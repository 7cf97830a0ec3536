"""The command line: one file per command, heavy imports inside the commands."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        ``sys.argv[1:]`` if left out.

    Returns
    -------
    int
        The exit code: 0 done, 2 the input or the call is wrong, 3 no plan satisfies the rules, 4 stopped by a limit
        before any plan was found, 1 a defect of mixopt's own.
    """
    import sys

    from mixopt.cli.app import app
    from mixopt.cli.exit import guarded

    return guarded(app, list(sys.argv[1:] if arguments is None else arguments))
