"""Exit codes, and how an error becomes one: the only place where mixopt leaves a process.

0 done · 2 the input or the call is wrong · 3 no plan satisfies the rules · 4 stopped by a limit before any plan was
found · 1 a defect of mixopt's own · 130 interrupted twice
"""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Iterable
from typing import Any

from mixopt.cli.output import until_enough
from mixopt.errors import MixoptError, ProofError

DONE, DEFECT, WRONG, INFEASIBLE, NO_PLAN, INTERRUPTED = 0, 1, 2, 3, 4, 130
DEBUG = "--debug"


def guarded(app: Any, arguments: list[str]) -> int:
    """Run the command line and turn whatever happens into an exit code.

    Parameters
    ----------
    app : Typer
    arguments : list of str

    Returns
    -------
    int
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    debug = DEBUG in arguments
    try:
        code = app([each for each in arguments if each != DEBUG], prog_name="mixopt", standalone_mode=False)
        with until_enough():
            sys.stdout.flush()
    except Exception as error:  # noqa: BLE001 - every error becomes one clear message and a code
        return _told(error, debug=debug)
    if code == INTERRUPTED:  # what typer makes of Ctrl-C
        say("Interrupted.")
    return int(code) if isinstance(code, int) else DONE


def _told(error: Exception, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, ProofError):
        say(f"Verification failed: {error}")
        return WRONG
    if isinstance(error, MixoptError) and error.exit_code != DEFECT:
        say(str(error))
        return error.exit_code
    if hasattr(error, "show") and hasattr(error, "exit_code"):  # a wrong call, in typer's words
        error.show(file=sys.stderr)
        return WRONG
    if type(error).__name__ == "Abort":  # what older ones make of it
        say("Interrupted.")
        return INTERRUPTED
    name = "" if isinstance(error, MixoptError) else f"{type(error).__name__}: "
    say(f"A defect of mixopt's own: {name}{error}")
    if not debug:
        say(f"Please report it with what the same command prints with {DEBUG}.")
    return DEFECT


def say(text: str) -> None:
    """Write a message to stderr.

    Parameters
    ----------
    text : str
    """
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def code_of(statuses: Iterable[str]) -> int:
    """Return the exit code for a run whose plans ended with the given statuses.

    Parameters
    ----------
    statuses : iterable of {"optimal", "feasible", "infeasible", "no-plan"}

    Returns
    -------
    int
        3 if any plan is infeasible, else 4 if any was not found, else 0.
    """
    found = set(statuses)
    if "infeasible" in found:
        return INFEASIBLE
    return NO_PLAN if "no-plan" in found else DONE
