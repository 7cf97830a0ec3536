"""Writers of one folder one after the other, in threads and processes, where the system knows locks.

A lock of the folder itself leaves no file behind and goes with its process. It is a courtesy that keeps writers from
trying in vain: what they write is whole without it, so nobody waits for it for ever, and where there is none all go on.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TICK, PATIENCE = 0.01, 60.0  # seconds


@contextlib.contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """Hold a folder's lock while the block runs.

    Parameters
    ----------
    folder : Path
        A folder that exists.

    Notes
    -----
    Not every system locks folders (Windows, some network drives): there the block runs at once. So it does where
    another process keeps the lock for longer than :data:`PATIENCE`.
    """
    handle = _locked(folder)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(folder: Path) -> int | None:
    try:
        fcntl: Any = importlib.import_module("fcntl")
        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(TICK)
        except OSError:
            break
        else:
            return handle
    os.close(handle)
    return None
