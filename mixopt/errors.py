"""What can go wrong, as values with fields: every error can be shown, logged, sent over a wire and pickled.

An input mistake is a :class:`Fault`; an :class:`InputError` carries all faults found at once. The command line turns
an error into its ``exit_code`` and nothing else does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SHOWN = 80  # characters of a value that a message may show


def shown(value: object) -> str:
    """Return `value` as a message may show it: one line, no control or direction characters, at most 80 characters.

    Parameters
    ----------
    value : object
        A number, text or small container as it stood in an input. Containers are named, not walked.

    Returns
    -------
    str
        Text that is safe on a terminal and in a log.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"a mapping with {len(value)} key{'s' if len(value) != 1 else ''}"
    if isinstance(value, (list, tuple, set)):
        return f"a list of {len(value)} item{'s' if len(value) != 1 else ''}"
    text = printable(value if isinstance(value, str) else str(value))
    return f"'{text}'" if isinstance(value, str) else text


def printable(text: str) -> str:
    """Return a text as a message may show it without quotes: a name, a path.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        One line, no control or direction characters, at most 80 characters.
    """
    text = "".join(
        c if c.isprintable() and unicodedata.category(c) not in {"Cc", "Cf"} else f"\\u{ord(c):04x}"
        for c in text[: SHOWN + 1]
    )
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def listed(names: Iterable[str], most: int = 20) -> str:
    """Return names as a message may list them: ``search, social, tv and 12 more``.

    Parameters
    ----------
    names : iterable of str
    most : int
        How many are written out.

    Returns
    -------
    str
    """
    every = [printable(name) for name in names]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in an input.

    Parameters
    ----------
    where : str
        File, line and column (``config.yaml:6:25``), or table, row and column (``cells.csv: row 3, column scale``).
    problem : str
        What was got and why that cannot be: ``'0' is not above 0``.
    wanted : str
        What is wanted there, with its unit.
    hint : str
        What to write or try; may be empty.
    """

    where: str
    problem: str
    wanted: str = ""
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        if self.wanted:
            text += f"; wanted: {self.wanted}"
        if self.hint:
            text += f"; try: {self.hint}"
        return text


class MixoptError(Exception):
    """Base of all errors that mixopt raises on purpose; ``exit_code`` is what the command line leaves with."""

    exit_code = 1

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), self.args)


class InputError(MixoptError):
    """The caller's input is wrong. ``faults`` holds every mistake found, in the order of the input."""

    exit_code = 2

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every mistake found.

        Returns
        -------
        tuple of Fault
            In the order of the input.
        """
        return tuple(self.args)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class ConfigError(InputError):
    """The config cannot be read as one."""


class TableError(InputError):
    """A table lacks a column, or holds values that cannot be."""


class PluginError(InputError):
    """A plugin cannot be loaded, clashes with another, or broke its contract; the fault names it."""


class FormulationError(MixoptError):
    """A rule or term gives a model that cannot be solved exactly.

    Parameters
    ----------
    part : str
        The rule or term, as a person would name it: ``rule 'tv-contract'``.
    problem : str
        What is wrong with it.
    hint : str
        What to change; may be empty.
    """

    exit_code = 2

    def __init__(self, part: str, problem: str, hint: str = "") -> None:
        super().__init__(part, problem, hint)

    @property
    def part(self) -> str:
        """The rule or term at fault."""
        return str(self.args[0])

    def __str__(self) -> str:
        part, problem, hint = self.args
        return f"{part}: {problem}" + (f"; try: {hint}" if hint else "")


class SolverError(MixoptError):
    """The linear solver answered what it must not: a defect of it or of ours; ``log`` holds its own words."""

    def __init__(self, problem: str, log: str = "") -> None:
        super().__init__(problem, log)

    @property
    def log(self) -> str:
        """What the solver itself said."""
        return str(self.args[1])

    def __str__(self) -> str:
        return str(self.args[0]) + (f"\n{self.args[1]}" if self.args[1] else "")


class NoPlanError(MixoptError):
    """Something was asked of a plan that was not found: its spend, its allocation.

    Parameters
    ----------
    plan : str
        Name of the plan.
    status : str
        ``infeasible`` or ``no-plan``.
    """

    exit_code = 3

    def __init__(self, plan: str, status: str) -> None:
        super().__init__(plan, status)

    def __str__(self) -> str:
        plan, status = self.args
        why = (
            "plan.conflict says which rules clash"
            if status == "infeasible"
            else "plan.reason says what stopped it"
        )
        return f"plan {shown(plan)} has no spend: its status is {status}; {why}"


class ProofError(MixoptError):
    """A certificate does not prove what it claims. ``check`` names the check that failed."""

    def __init__(self, check: str, problem: str) -> None:
        super().__init__(check, problem)

    @property
    def check(self) -> str:
        """The check that failed, in kebab-case."""
        return str(self.args[0])

    def __str__(self) -> str:
        return f"{self.args[0]}: {self.args[1]}"
