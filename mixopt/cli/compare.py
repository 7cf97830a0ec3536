"""``mixopt compare``: what changed from one run to another, in words and tables."""

from __future__ import annotations

from pathlib import Path

from mixopt.cli.exit import DONE
from mixopt.cli.output import columns, show, show_json


def compare(before: Path, after: Path, *, as_json: bool) -> int:
    """Show what changed between two runs.

    Parameters
    ----------
    before, after : Path
        Runs' folders.
    as_json : bool

    Returns
    -------
    int
        Exit code.
    """
    from mixopt.report.compare import compare as find
    from mixopt.report.compare_words import comparison_tables, comparison_words
    from mixopt.report.grid import blocks, grid, width, wrapped
    from mixopt.report.words import safe

    found = find(before, after)
    if as_json:
        show_json(found.to_dict())
        return DONE
    lines = wrapped(f"From {safe(found.before, 80)} to {safe(found.after, 80)}", columns())
    for sentence in comparison_words(found):
        indent = "    " if sentence.startswith("  ") else ""
        lines += wrapped(sentence, columns(), indent)
    for title, table in comparison_tables(found):
        fits = width(table.head, table.rows) <= columns()
        lines += ["", title, *(grid if fits else blocks)(table.head, table.rows)]
    if (found.results["verdict"] == "tie").any():
        lines += ["", *wrapped("≈ too small to tell apart, given how far both runs are proven.", columns())]
    show("\n".join(lines))
    return DONE
