"""The shape of a config outside the sections that plugins own."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from mixopt.scope import Fraction, Money, Number, Seconds
from mixopt.scope.units import Bytes

RESERVED_PLANS = ("today", "equal-split")
RESERVED_RULES = ("budget",)
_PLAN_NAME = re.compile(r"^[\w .-]{1,64}\Z")


def plan_name(name: str) -> str:
    """Return a plan's name if it is one.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is no name of 1 to 64 letters, digits, spaces, hyphens, underscores and dots, or reserved.
    """
    if not _PLAN_NAME.match(name) or name != name.strip(" .") or not any(c.isalnum() for c in name):
        raise ValueError("wanted 1 to 64 letters, digits, spaces, hyphens, underscores or dots")
    if name in RESERVED_PLANS:
        raise ValueError("every run shows a reference plan of that name: wanted another name")
    return name


def section_name(name: str) -> str:
    """Return the name of a term, rule or measure if it is one: printable text of at most 200 characters.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For empty names, longer ones, and control or direction characters.
    """
    hidden = any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in "\u200c\u200d" for c in name)
    if not name.strip() or len(name) > 200 or hidden:
        raise ValueError("wanted 1 to 200 printable characters")
    return name


def currency_code(code: str) -> str:
    """Return a currency code if it is three upper-case letters.

    Parameters
    ----------
    code : str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is not.
    """
    if not re.match(r"^[A-Z]{3}\Z", code):
        raise ValueError("wanted three upper-case letters, an ISO 4217 code such as GBP")
    return code


def run_name(name: str) -> str:
    """Return a run's name if it can stand in the name of a folder.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is not 1 to 64 letters a–z, digits, hyphens, underscores and dots, a letter or digit first.
    """
    if not re.match(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z", name):
        raise ValueError(
            "wanted 1 to 64 of a–z, A–Z, 0–9, hyphen, underscore and dot, a letter or digit first"
        )
    return name


_Text = Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class Form(BaseModel):
    """Base of the config's own parts: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Head(Form):
    """The keys that every rule and measure has; its other keys are its plugin's settings."""

    kind: str = Field(description="What a plugin registered.")
    name: Annotated[str, AfterValidator(section_name)] | None = Field(
        None, description="What the results call it; left out: its kind."
    )


class TermHead(Head):
    """The keys that every objective term has; its other keys are its plugin's settings."""

    weight: Number = Field(
        1.0, ge=0, description="Factor of the term's value; 0 measures it without rewarding it."
    )


class BudgetForm(Form):
    """The money to allocate."""

    total: Money = Field(description="Money to allocate, in the run's currency.", gt=0)
    rule: Literal["spend-all", "at-most"] = Field("spend-all", description="at-most: money may be left.")


class HorizonForm(Form):
    """The periods to plan; this version plans one."""

    periods: int = Field(1, ge=1, description="Number of periods.")
    start: str | None = Field(None, description="First day, as 2027-01-04.")
    every: Literal["day", "week", "month", "quarter", "year"] | None = Field(
        None, description="Length of a period."
    )
    tail: int = Field(0, ge=0, description="Periods after the last in which response still counts.")


class PlanForm(Form):
    """One plan."""

    extends: str | None = Field(
        None, description="Plan whose objective and constraints this one starts from."
    )
    objective: list[Any] | None = Field(None, min_length=1, description="Terms, summed; each in currency.")
    constraints: list[Any] = Field(default_factory=list, description="Rules for this plan only.")


class SolverForm(Form):
    """What to prove, and when to stop."""

    gap: Fraction = Field(
        1e-4, ge=1e-9, le=0.5, description="Relative gap to prove: (bound - objective) / |objective|."
    )
    time_limit: Seconds = Field(60.0, gt=0, le=86_400, description="Wall time per plan, at most 24h.")
    memory: Bytes | None = Field(
        None, gt=0, description="Memory that the whole process may hold: 2 GB; left out: no limit."
    )


class RangesForm(Form):
    """How ranges over posterior draws are told; nothing where curves are certain."""

    low: Fraction = Field(0.05, gt=0, lt=0.5, description="Lower quantile of the draws: 5%.")
    high: Fraction = Field(0.95, gt=0.5, lt=1, description="Upper quantile of the draws: 95%.")
    worst: Fraction = Field(
        0.1, gt=0, le=1, description="Share of the draws that the mean of the worst is taken of: 10%."
    )


class ConfigForm(Form):
    """A config of mixopt."""

    mixopt: Literal[1] = Field(description="Version of the format: 1.")
    name: Annotated[str, AfterValidator(run_name)] = Field(
        "run", description="Name of the run and of its folder."
    )
    currency: Annotated[str, AfterValidator(currency_code)] = Field(
        description="Currency of all money, ISO 4217: GBP."
    )
    budget: BudgetForm = Field(description="The money to allocate: {total: 12e6, rule: spend-all}.")
    horizon: HorizonForm | None = Field(None, description="Periods; left out: one.")
    data: dict[_Text, _Text | None] = Field(
        default_factory=dict, description="Tables: a path relative to the config, or the name of a frame."
    )
    constraints: list[Any] = Field(default_factory=list, description="Rules that hold for every plan.")
    plans: dict[Annotated[str, AfterValidator(plan_name)], PlanForm] = Field(
        min_length=1, description="The plans to solve, by name."
    )
    measures: list[Any] = Field(default_factory=list, description="Measures beyond those every contrast has.")
    reports: list[Any] | None = Field(
        None, description="Reports to render; left out: all that are installed and need nothing; []: none."
    )
    solver: SolverForm = Field(default_factory=SolverForm, description="What to prove, and when to stop.")
    ranges: RangesForm = Field(
        default_factory=RangesForm, description="How ranges over posterior draws are told."
    )
    plugins: list[_Text] | None = Field(
        None, description="Distributions that may take part; left out: all installed."
    )
