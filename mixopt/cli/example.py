"""The examples that ship with mixopt: inside the package, or in ``configs/`` of a checkout."""

from __future__ import annotations

from pathlib import Path

from mixopt.errors import ConfigError, Fault, shown

DEMO = "uk-media"


def example(name: str) -> Path:
    """Return the folder of an example.

    Parameters
    ----------
    name : str

    Returns
    -------
    Path

    Raises
    ------
    ConfigError
        If there is none of that name.
    """
    home = _home()
    known = sorted(path.parent.name for path in home.glob("*/config.yaml"))
    if name not in known:
        raise ConfigError(
            Fault(
                where="--example",
                problem=f"there is no example {shown(name)}",
                wanted=f"one of {', '.join(known)}",
            )
        )
    return home / name


def _home() -> Path:
    package = Path(__file__).resolve().parents[1]
    inside = package / "examples"
    return inside if inside.is_dir() else package.parent / "configs"
