"""Commands that plugins add: looked up when a name is none of mixopt's own, so that help stays quick."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup


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
        If two plugins register the name, or the plugin cannot make the command.
    """
    from mixopt.errors import Fault, MixoptError, PluginError
    from mixopt.plugin import discover

    registry = discover()
    entry: Any = registry.entries("command").get(name)
    if entry is None:
        return None
    try:
        built = entry.build()
        if isinstance(built, typer.Typer):
            return typer.main.get_command(built)
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name)(built)
        return typer.main.get_command(alone)
    except MixoptError:
        raise
    except Exception as reason:
        said = registry.provider_of("command", name).distribution
        problem = f"command '{name}' of {said} failed: {type(reason).__name__}: {reason}"
        raise PluginError(
            Fault(where="", problem=problem, hint="report it to the plugin's author")
        ) from reason
