"""Files that a command writes for people to go on with: never over others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write_fresh(files: Mapping[str, bytes], folder: Path, hint: str) -> None:
    """Write files into a folder, all of them or none.

    Parameters
    ----------
    files : Mapping of str to bytes
        By path within the folder.
    folder : Path
        Made if missing.
    hint : str
        What to write instead where a file is already there.

    Raises
    ------
    ConfigError
        If a file is already there (nothing is written then), or one cannot be written.
    """
    from mixopt.errors import ConfigError, Fault

    there = [folder / name for name in files if (folder / name).exists()]
    if there:
        raise ConfigError(
            *(Fault(where=str(path), problem="it is already there", hint=hint) for path in there)
        )
    try:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as out:
                out.write(data)
    except OSError as reason:
        raise ConfigError(
            Fault(where=str(folder), problem=f"it cannot be written: {reason.strerror}")
        ) from None
