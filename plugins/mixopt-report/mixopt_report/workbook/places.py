"""Where things stand in the sheets that read back: names that the writer and the reader share."""

from __future__ import annotations

INPUT, SETTINGS = "Input", "Settings"
BUDGET, RULE = "Budget", "Rule"
NOT_HERE = "This workbook cannot be read back"
HEADS, FIRST = 8, 9  # rows from 0: the heads of the cells table, its first row
SETTINGS_HEAD = 3
SETTINGS_COLUMNS = ("path", "value")
LOCK = "lock"


def written(name: str) -> str:
    """Return the head of a column of the caller's, so that it is none of ours.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        With ``[[`` in front where it is called ``lock`` or begins with a bracket.
    """
    return f"[[{name}" if name == LOCK or name.startswith("[") else name


def read(head: str) -> str | None:
    """Return the name of a column from its head.

    Parameters
    ----------
    head : str

    Returns
    -------
    str or None
        ``None`` for columns that nobody reads back.
    """
    if head.startswith("[["):
        return head[2:]
    return None if head.startswith("[") else head


def context(plan: str) -> str:
    """Return the head of the column with a plan's spend.

    Parameters
    ----------
    plan : str

    Returns
    -------
    str
    """
    return f"[{plan}]"


def visible(text: str, most: int = 80) -> str:
    """Return a text as a message may show it: one line, nothing invisible, not too long.

    Parameters
    ----------
    text : str
    most : int
        Characters kept.

    Returns
    -------
    str
    """
    kept = "".join(c if c.isprintable() else "\ufffd" for c in text[: most + 1])
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


def quoted(text: str) -> str:
    """Return a text of a cell as a message shows it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return f"'{visible(text)}'"
