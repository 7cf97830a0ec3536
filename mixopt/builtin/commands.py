"""The core's own command that comes through the hook."""

from __future__ import annotations

from typing import Any

from mixopt import CommandEntry


def curve() -> Any:
    """Return the command; typer is imported when it is called."""
    from mixopt.builtin.curve_command import curve as command  # noqa: PLC0415 - typer

    return command


COMMANDS = (
    CommandEntry(name="curve", summary="Show what a response curve gives at some spends.", build=curve),
)
