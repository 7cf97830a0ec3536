"""Commands that plugins add: looked up when a name is none of mixopt's own, so that help stays quick."""

from __future__ import annotations

import functools
from typing import Any

import typer
from typer.core import TyperGroup

from mixopt.cli.exit import say
from mixopt.cli.output import results_only
from mixopt.errors import printable


class WithPlugins(TyperGroup):
    """The commands of mixopt, and behind them those of plugins."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by name.

        Parameters
        ----------
        ctx : Context
        cmd_name : str

        Returns
        -------
        Command or None
            mixopt's own first; ``None`` where no plugin registers one either.

        Raises
        ------
        PluginError
            If two plugins register one name.
        """
        own = super().get_command(ctx, cmd_name)
        return further(cmd_name) if own is None and not cmd_name.startswith("-") else own


def further(name: str) -> Any:
    """Return a command that a plugin registers.

    Parameters
    ----------
    name : str

    Returns
    -------
    Command or None

    Raises
    ------
    PluginError
        If two plugins register the name, or the plugin cannot make the command; the command itself names its plugin
        in what it raises.
    """
    from mixopt.plugin import discover

    with results_only():
        registry = discover()
    if name not in registry.entries("command") and name not in registry.clashes("command"):
        for provider in registry.providers:
            if provider.error:
                say(f"Not loaded: {provider.distribution} {provider.version} ({provider.error})")
        return None
    entry: Any = registry.find("command", name)
    owner = registry.owner("command", name)
    built = owner.call("build", entry.build)
    if not isinstance(built, typer.Typer):
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name)(built)
        built = alone
    command = owner.call("build", typer.main.get_command, built)
    _name_faults(command, owner)
    return command


def _name_faults(command: Any, owner: Any) -> None:
    """Have a command, and those within it, say whose fault an error of theirs is."""
    for inner in getattr(command, "commands", {}).values():
        _name_faults(inner, owner)
    if command.callback is not None:
        command.callback = _named(command.callback, owner)


def _named(callback: Any, owner: Any) -> Any:
    @functools.wraps(callback)
    def call(*args: Any, **keys: Any) -> Any:
        try:
            return callback(*args, **keys)
        except Exception as reason:
            # an exit, a wrong call in typer's words, and mixopt's own errors speak for themselves
            if hasattr(reason, "exit_code") or isinstance(reason, typer.Abort):
                raise
            raise owner.fault(f"it failed: {type(reason).__name__}: {printable(str(reason))}") from reason

    return call
