"""Text in CSV files that no spreadsheet takes for a formula: a mark in front on the way out, taken off on the way in.

A text that starts with ``=``, ``+``, ``-``, ``@``, a tab, a line break or the mark itself gets an apostrophe in front.
Numbers are exempt: a column is either of numbers or of texts.
"""

from __future__ import annotations

MARK = "'"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", MARK)
ESCAPED = tuple(MARK + first for first in DANGEROUS)


def escaped(text: str) -> str:
    """Return a text as a CSV cell may hold it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> escaped("=HYPERLINK(1)"), escaped("tv")
    ("'=HYPERLINK(1)", 'tv')
    """
    return MARK + text if text.startswith(DANGEROUS) else text


def unescaped(text: str) -> str:
    """Return the text that :func:`escaped` was given; what it never writes stays as it is: ``'90s radio``.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> unescaped(escaped("'quoted'")) == "'quoted'"
    True
    """
    return text[1:] if text.startswith(ESCAPED) else text
