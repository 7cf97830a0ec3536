"""``mixopt init``: a config and its tables to start from."""

from __future__ import annotations

import json
from pathlib import Path

from mixopt.cli.example import example
from mixopt.cli.exit import DONE
from mixopt.cli.fresh import write_fresh
from mixopt.cli.output import show

SCHEMA = "mixopt.schema.json"
SUFFIXES = (".yaml", ".csv")


def init(folder: Path, name: str) -> int:
    """Write an example's config and tables, and the schema that editors read, into a folder.

    Parameters
    ----------
    folder : Path
        Made if missing.
    name : str
        Of the example.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    ConfigError
        If a file is already there (nothing is written then), or one cannot be written.
    """
    from mixopt.config import json_schema
    from mixopt.plugin import discover

    files = {
        path.name: path.read_bytes() for path in sorted(example(name).iterdir()) if path.suffix in SUFFIXES
    }
    files[SCHEMA] = (json.dumps(json_schema(discover()), indent=2, ensure_ascii=False) + "\n").encode()
    write_fresh(files, folder, hint="mixopt init another-folder")
    show(f"Wrote {', '.join(files)} to {folder}")
    show(f"Next: mixopt run {folder / 'config.yaml'}")
    return DONE
