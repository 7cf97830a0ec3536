"""Where results go: stdout, as text for people or one JSON document; colour and width as the terminal wants them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

PIPE = 100  # columns where nobody says how many


def columns() -> int:
    """Return how many columns text may take.

    Returns
    -------
    int
        Those of the terminal; ``COLUMNS`` or 100 for a pipe.
    """
    return max(shutil.get_terminal_size((PIPE, 24)).columns, 20)


def color() -> bool:
    """Return whether stdout takes colour: a terminal that is not dumb, and no ``NO_COLOR``.

    Returns
    -------
    bool
    """
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def results_only() -> Iterator[None]:
    """Keep stdout for results: what plugins print while the ``with`` lasts goes to stderr.

    Yields
    ------
    None
    """
    with contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def until_enough() -> Iterator[None]:
    """Let what reads our results stop reading: that is no error, and the flush at exit must not make one of it.

    Yields
    ------
    None
    """
    try:
        yield
    except BrokenPipeError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show(text: str) -> None:
    """Write text for people to stdout.

    Parameters
    ----------
    text : str
    """
    with until_enough():
        print(text)


def show_json(content: Any) -> None:
    """Write one JSON document to stdout.

    Parameters
    ----------
    content : object
        Plain values.
    """
    show(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))
