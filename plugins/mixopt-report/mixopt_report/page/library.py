"""What draws charts in the browser, as text: made once for each version of vl-convert, then read from the user's cache.

Making it takes seconds of processor time, and it is the same for every page. The cache is a convenience: where it
cannot be read, is not ours alone to write, or does not hold what it says, the text is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import secrets
import stat
import sys
from functools import cache
from pathlib import Path
from typing import Any

VARIABLE = "MIXOPT_CACHE"  # another folder; empty: nothing is kept
FORM = 1  # of the kept file
SHARED = stat.S_IWGRP | stat.S_IWOTH


@cache
def bundle() -> str:
    """Return what draws charts in the browser, without names of its own in the page's.

    Returns
    -------
    str
        The same text for the same version of vl-convert, kept or not.
    """
    path = _path()
    found = None if path is None else _read(path)
    if found is not None:
        return found
    made = _make()
    if path is not None:
        _keep(path, made)
    return made


def _make() -> str:
    import vl_convert  # noqa: PLC0415 - heavy, and not needed where the text is kept

    make: Any = vl_convert.javascript_bundle  # its types ask for what it does not need
    code = str(make()).replace("</script", "<\\/script").replace("<!--", "<\\!--")
    return f"(function(){{{code}\n}})();"


def _path() -> Path | None:
    """Return the kept file's path; ``None`` where nothing is to be kept."""
    folder = _folder()
    if folder is None or not folder.is_absolute():
        return None
    version = importlib.metadata.version("vl-convert-python")
    return folder / f"charts-{FORM}-{version}.js"


def _folder() -> Path | None:
    asked = os.environ.get(VARIABLE)
    if asked is not None:
        return Path(asked) if asked else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(home / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(home / ".cache")
    return Path(base) / "mixopt"


def _read(path: Path) -> str | None:
    """Return the kept text; ``None`` where it is missing, damaged, or others may have written it."""
    try:
        if not (_ours(path.parent) and _ours(path)):
            return None
        head, _, text = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if head == _sum(text) else None


def _ours(path: Path) -> bool:
    """Return whether a file or folder is this user's, and nobody else's to change: pages run what it holds."""
    if not hasattr(os, "getuid"):
        return True
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & SHARED


def _keep(path: Path, text: str) -> None:
    """Keep a text, whole or not at all; of several writers the last one wins, and they all write the same."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with beside.open("x", encoding="utf-8", newline="\n") as file:
                file.write(f"{_sum(text)}\n{text}")
            beside.chmod(0o600)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def _sum(text: str) -> str:
    return f"// {hashlib.sha256(text.encode('utf-8')).hexdigest()}"
