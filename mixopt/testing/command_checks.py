"""Checks of commands: built when called, with help that says what every parameter is."""

from __future__ import annotations

from typing import Any

from mixopt.testing.kit import Subject, promise


@promise("command", since="0.1")
def command_has_help(subject: Subject) -> None:
    """``mixopt NAME --help`` answers, and says what the command and each of its parameters is for."""
    from typer.testing import CliRunner  # noqa: PLC0415 - only commands need it

    app, command = command_of(subject.entry)
    told = CliRunner().invoke(app, ["--help"], prog_name=f"mixopt {subject.entry.name}")
    assert told.exit_code == 0, f"--help ends with {told.exit_code}: {told.output or told.exception!r}"
    for each in _leaves(command):
        assert (each.help or "").strip(), (
            f"{each.name or subject.entry.name} has no help: give it a docstring"
        )
        bare = [p.name for p in each.params if not getattr(p, "help", None) and p.name != "help"]
        assert not bare, f"parameters without help: {', '.join(map(str, bare))}"


@promise("command", since="0.1")
def a_wrong_call_is_no_traceback(subject: Subject) -> None:
    """An option that does not exist ends with exit code 2."""
    from typer.testing import CliRunner  # noqa: PLC0415

    app, _ = command_of(subject.entry)
    told = CliRunner().invoke(app, ["--no-such-option"])
    assert told.exit_code == 2, f"ends with {told.exit_code}"


def command_of(entry: Any) -> tuple[Any, Any]:
    """Return what a command's entry builds as an app of its own, and as what it is made of.

    Parameters
    ----------
    entry : CommandEntry

    Returns
    -------
    app : typer.Typer
    command : click Command or Group
    """
    import typer  # noqa: PLC0415

    built = entry.build()
    if isinstance(built, typer.Typer):
        return built, typer.main.get_command(built)
    app = typer.Typer(add_completion=False)
    app.command(entry.name)(built)
    return app, typer.main.get_command(app)


def _leaves(command: Any) -> list[Any]:
    inner = getattr(command, "commands", None)
    return [leaf for each in inner.values() for leaf in _leaves(each)] if inner else [command]
