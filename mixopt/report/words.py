"""Words for names: plans and measures as sentences write them, lists, and text that is safe on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

ACRONYMS = {
    "roi": "ROI",
    "cvar": "CVaR",
    "hhi": "HHI",
    "tv": "TV",
    "bvod": "BVOD",
    "ppc": "PPC",
    "ooh": "OOH",
}
STANDING = {
    "return": "Return",
    "marginal-roi-min": "Next {unit} returns, lowest",
    "marginal-roi-max": "Next {unit} returns, highest",
    "channels-funded": "Channels with money",
    "cells-funded": "Cells with money",
    "cost-of-balance": "Return given up",
    "return-low": "Return, low end of its range",
    "return-high": "Return, high end of its range",
    "return-worst-draws": "Return in the worst draws, mean",
    "return-difference-low": "Return less the first plan's, low end",
    "return-difference-high": "Return less the first plan's, high end",
    "return-above-first": "Draws that return more than the first",
}
LONGEST = 40


def safe(text: str, longest: int = LONGEST) -> str:
    """Return a name as a terminal may show it: one line, no control or direction characters, not too long.

    Parameters
    ----------
    text : str
    longest : int
        Characters kept.

    Returns
    -------
    str
    """
    kept = "".join(c if _harmless(c) else "�" for c in text)
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def _harmless(c: str) -> bool:
    return unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def spoken(name: str) -> str:
    """Return a plan's or measure's name as sentences write it.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> spoken("pure-roi"), spoken("balanced"), spoken("Plan B")
    ('Pure ROI', 'Balanced', 'Plan B')
    """
    text = phrase(name)
    return text[:1].upper() + text[1:] if name == name.lower() else text


def phrase(name: str) -> str:
    """Return a name as it stands within a sentence.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> phrase("long-run-brand"), phrase("cvar"), phrase("Plan-B")
    ('long run brand', 'CVaR', 'Plan-B')
    """
    if name != name.lower():
        return safe(name)
    words = [ACRONYMS.get(word, word) for word in safe(name).replace("-", " ").replace("_", " ").split()]
    return " ".join(words) or safe(name)


def measure_label(name: str, unit_of_money: str) -> str:
    """Return a measure's name as tables write it.

    Parameters
    ----------
    name : str
    unit_of_money : str
        One unit of currency: ``£1``.

    Returns
    -------
    str
    """
    known = STANDING.get(name)
    return known.format(unit=unit_of_money) if known else spoken(name)


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return a list as a sentence writes it.

    Parameters
    ----------
    items : sequence of str
    last : str
        The word before the last one.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(["tv"]), listed(["tv", "search"]), listed(["tv", "search", "social"])
    ('tv', 'tv and search', 'tv, search and social')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def size_word(share: float) -> str:
    """Return how large a difference is, as a share of the reference's value: where no number stands beside it.

    Parameters
    ----------
    share : float

    Returns
    -------
    str
    """
    size = abs(share)
    for limit, word in ((0.005, "about the same"), (0.02, "slightly"), (0.05, "somewhat"), (0.15, "clearly")):
        if size < limit:
            return word
    return "far"
