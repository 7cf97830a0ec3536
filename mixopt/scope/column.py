"""What a column of a table must hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table must hold.

    Parameters
    ----------
    name : str
        As the header writes it, lower_snake.
    kind : {"text", "number", "fraction"}
        A fraction may be written as ``60%`` or ``0.6``.
    required : bool
        Whether the column must be there. One that is there has no empty cells, except for text that is not required.
    default : str or float, optional
        Stands in for a column that is left out and for empty cells; the column is then not required.
    ge, gt, le, lt : float, optional
        At least, above, at most, below.
    unit : str
        Of a number, for messages.
    description : str
        For messages and documentation.
    """

    name: str
    kind: Literal["text", "number", "fraction"] = "text"
    required: bool = True
    default: str | float | None = None
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    unit: str = ""
    description: str = ""

    @property
    def needed(self) -> bool:
        """Whether a table without the column is wrong."""
        return self.required and self.default is None

    def limits(self) -> tuple[tuple[str, float], ...]:
        """Return the limits of a number, in words.

        Returns
        -------
        tuple of (str, float)
            ``("at least", 0.0)``; among ``at least``, ``above``, ``at most``, ``below``.
        """
        limits = (("at least", self.ge), ("above", self.gt), ("at most", self.le), ("below", self.lt))
        return tuple((word, limit) for word, limit in limits if limit is not None)

    def wanted(self) -> str:
        """Return in words what a cell must hold.

        Returns
        -------
        str
        """
        if self.kind == "text":
            return "text"
        said = " and ".join(
            f"of {word} {limit:g}" if word.startswith("at") else f"{word} {limit:g}"
            for word, limit in self.limits()
        )
        text = "a number" if self.kind == "number" else "a share such as 60% or 0.6"
        return f"{text} {said}".rstrip() + (f", {self.unit}" if self.unit else "")
