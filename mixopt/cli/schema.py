"""``mixopt schema``: the JSON Schema of the config, with the installed plugins merged in."""

from __future__ import annotations

import json
from pathlib import Path

from mixopt.cli.exit import DONE, say
from mixopt.cli.output import show_json


def schema(out: Path | None) -> int:
    """Write the JSON Schema to stdout, or to a file.

    Parameters
    ----------
    out : Path or None

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    ConfigError
        If the file cannot be written.
    """
    from mixopt.config import json_schema
    from mixopt.errors import ConfigError, Fault
    from mixopt.plugin import discover

    document = json_schema(discover())
    if out is None:
        show_json(document)
        return DONE
    try:
        out.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as reason:
        raise ConfigError(Fault(where=str(out), problem=f"it cannot be written: {reason.strerror}")) from None
    say(f"Wrote {out}")
    return DONE
