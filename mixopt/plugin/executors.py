"""From ``processes:4`` to a running executor."""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import AbstractContextManager

from pydantic import ValidationError

from mixopt.errors import ConfigError, Fault, shown
from mixopt.plugin.edge_entries import ExecutorEntry
from mixopt.plugin.registry import Registry


def open_executor(spec: str, registry: Registry) -> AbstractContextManager[Executor]:
    """Return a context manager of the executor that a text names.

    Parameters
    ----------
    spec : str
        ``serial``, ``processes``, ``processes:4``; a plugin may add others, such as ``dask:tcp://…``.
    registry : Registry

    Returns
    -------
    context manager of concurrent.futures.Executor

    Raises
    ------
    PluginError
        If no plugin registers the name.
    ConfigError
        If the text after the colon is not what the executor takes.

    Examples
    --------
    >>> import mixopt
    >>> with mixopt.open_executor("serial", mixopt.discover()) as executor:
    ...     list(executor.map(abs, [-1, 2]))
    [1, 2]
    """
    name, colon, text = spec.partition(":")
    entry = registry.find("executor", name)
    assert isinstance(entry, ExecutorEntry)
    if colon and not entry.argument:
        raise ConfigError(Fault(where="--executor", problem=f"{name} takes nothing after a colon", hint=name))
    try:
        settings = entry.settings.model_validate({entry.argument: text} if colon else {})
    except ValidationError as error:
        said = error.errors(include_url=False)[0]["msg"]
        wanted = f"{name}:VALUE" if entry.argument else name
        problem = f"{shown(spec)} is no executor: {said[:1].lower()}{said[1:]}"
        raise ConfigError(Fault(where="--executor", problem=problem, wanted=wanted)) from None
    owner = registry.owner("executor", name)
    made: AbstractContextManager[Executor] = owner.call("build", entry.build, settings, watched=True)
    return made
