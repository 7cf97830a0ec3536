"""How much memory the process holds: what a memory limit is held against."""

from __future__ import annotations

import sys
from pathlib import Path

STATM = Path("/proc/self/statm")


def resident() -> float:
    """Return the resident memory of this process, everything in it counted: the caller's tables too.

    Returns
    -------
    float
        Bytes. Where the system does not tell what is held now, the most that was held so far; 0 where it tells neither.
    """
    try:
        import resource  # noqa: PLC0415 - not there on every system

        pages = STATM.read_text(encoding="ascii").split()[1]
        return float(pages) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        unit = 1.0 if sys.platform == "darwin" else 1024.0
        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit
    except ImportError:
        return 0.0
