"""What a result was made from: the hash of the config and its inputs, and the versions of all that took part."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable, Mapping
from typing import Any

from mixopt.plugin import Provider

FORMAT = 1
SHIPPED = ("mixopt", "numpy", "scipy", "pandas", "highspy", "pyomo")


def config_hash(document: Mapping[str, Any], inputs: Mapping[str, str], plans: Iterable[str]) -> str:
    """Return the hash that names a run: the same config, inputs and plans give the same hash.

    Parameters
    ----------
    document : Mapping
        The merged plain document of the config.
    inputs : Mapping of str to str
        SHA-256 of every input, by name.
    plans : iterable of str
        The plans that are part of the run.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    whole = {"format": FORMAT, "config": document, "inputs": dict(inputs), "plans": sorted(plans)}
    text = json.dumps(whole, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def plugins(providers: Iterable[Provider]) -> dict[str, dict[str, str]]:
    """Return the distributions that took part in a run, with version and the hash of what was installed.

    Parameters
    ----------
    providers : iterable of Provider

    Returns
    -------
    dict of str to dict
        ``version`` and ``record``: the SHA-256 of the installed RECORD, empty where the installation has none.
    """
    found = {p.distribution: {"version": p.version, "record": p.record} for p in providers if p.distribution}
    return dict(sorted(found.items()))


def versions(providers: Iterable[Provider]) -> dict[str, str]:
    """Return the versions of Python, the packages underneath and the plugins that took part.

    Parameters
    ----------
    providers : iterable of Provider

    Returns
    -------
    dict of str to str
        Sorted by name.
    """
    found = {"python": platform.python_version()}
    for name in SHIPPED:
        found[name] = _installed(name)
    found |= {provider.distribution: provider.version for provider in providers if provider.distribution}
    return dict(sorted(found.items()))


@functools.cache
def _installed(name: str) -> str:
    """Return the version of an installed distribution; empty where there is none."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
