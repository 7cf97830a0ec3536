"""Number types that configs and plugin settings share: finite, no booleans, no surprises.

Every number that enters mixopt passes one of these: ``true``, ``nan``, ``inf``, bytes and magnitudes above 1e15 are
refused, percentages and durations read as people write them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

LARGEST = 1e15
LONGEST = 400  # characters of a number

_WRITTEN = r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,9})?"
_NUMBER = re.compile(rf"[ \t]*{_WRITTEN}[ \t]*", re.ASCII)
_PERCENT = re.compile(rf"[ \t]*({_WRITTEN})[ \t]*%[ \t]*", re.ASCII)
_BYTES = {"kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30}
_SIZE = re.compile(r"[ \t]*([0-9]*\.?[0-9]+)[ \t]*(kB|MB|GB|KiB|MiB|GiB)[ \t]*", re.ASCII)
_DURATION = re.compile(r"[ \t]*([0-9]*\.?[0-9]+)[ \t]*(ms|s|min|m|h)?[ \t]*", re.ASCII)
_SECONDS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, None: 1.0}


def finite(value: Any) -> float:
    """Return `value` as a finite number of magnitude at most 1e15.

    Parameters
    ----------
    value : int, float or str
        A number, or text that holds one (``1e6``, ``12_000_000``).

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For booleans, bytes, other text, NaN, infinity and magnitudes above 1e15.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("wanted a number")  # noqa: TRY004 - pydantic gathers ValueErrors
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError("wanted a number")
        written = value.replace("_", "").strip()
        if len(written) > LONGEST or vanishes(written):
            raise ValueError("wanted a number that a double can hold")
        value = float(written)
    # int against float compares exactly, whatever the number of digits; a comparison with nan is false
    if not abs(value) <= LARGEST:
        raise ValueError("wanted a finite number of magnitude at most 1e15")
    return float(value)


def vanishes(written: str) -> bool:
    """Return whether a number that is written as something else than zero becomes zero.

    Parameters
    ----------
    written : str
        Without underscores.

    Returns
    -------
    bool
    """
    return float(written) == 0.0 and re.search("[1-9]", re.split("[eE]", written)[0]) is not None


def fraction(value: Any) -> float:
    """Return a percentage (``60%``) or a plain fraction (``0.6``) as a fraction.

    Parameters
    ----------
    value : int, float or str
        ``"60%"`` and ``0.6`` mean the same.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As :func:`finite`.
    """
    if isinstance(value, str) and (match := _PERCENT.fullmatch(value)):
        return finite(match.group(1)) / 100.0
    return finite(value)


def seconds(value: Any) -> float:
    """Return a duration (``60s``, ``2 min``, ``1h``, ``90``) in seconds.

    Parameters
    ----------
    value : int, float or str
        A number alone counts as seconds.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For anything that is not a finite, positive duration.
    """
    if isinstance(value, str):
        match = _DURATION.fullmatch(value)
        if not match:
            raise ValueError("wanted a duration such as 60s, 2min or 1h")
        return finite(match.group(1)) * _SECONDS[match.group(2)]
    return finite(value)


def size(value: Any) -> float:
    """Return an amount of memory (``2 GB``, ``512MB``, ``1.5GiB``, ``2e9``) in bytes.

    Parameters
    ----------
    value : int, float or str
        A number alone counts as bytes.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For anything that is not a finite amount.
    """
    if isinstance(value, str):
        match = _SIZE.fullmatch(value)
        if not match:
            raise ValueError("wanted an amount of memory such as 2 GB, 512 MB or 1.5 GiB")
        return finite(match.group(1)) * _BYTES[match.group(2)]
    return finite(value)


@dataclass(frozen=True, slots=True)
class AlsoText:
    """Lets the JSON Schema of a number accept the text that reads as one too, and keeps the number's limits."""

    pattern: str

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the number's schema beside that of the text."""
        return {"anyOf": [handler(schema), {"type": "string", "pattern": self.pattern}]}


Number = Annotated[float, BeforeValidator(finite), AlsoText(rf"^[ \t]*{_WRITTEN}[ \t]*$")]
Money = Annotated[float, BeforeValidator(finite), AlsoText(rf"^[ \t]*{_WRITTEN}[ \t]*$")]
Fraction = Annotated[float, BeforeValidator(fraction), AlsoText(rf"^[ \t]*{_WRITTEN}[ \t]*%?[ \t]*$")]
Bytes = Annotated[float, BeforeValidator(size), AlsoText(rf"^{_SIZE.pattern}$")]
Seconds = Annotated[
    float, BeforeValidator(seconds), AlsoText(r"^[ \t]*[0-9]*\.?[0-9]+[ \t]*(ms|s|min|m|h)?[ \t]*$")
]


class Settings(BaseModel):
    """Base of all settings: frozen, no unknown keys, every field documented by ``Field(description=...)``."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)


class RelativeToToday(Settings):
    """A level relative to what the same quantity is today."""

    today: Fraction = Field(description="Multiple of today's value: 130% allows 30 % more.", ge=0)


class Limits(Settings):
    """At least one of ``at_least``, ``at_most`` or ``equal``; each absolute, or relative to today."""

    at_least: Number | RelativeToToday | None = Field(None, description="Lower limit, in the rule's unit.")
    at_most: Number | RelativeToToday | None = Field(None, description="Upper limit, in the rule's unit.")
    equal: Number | RelativeToToday | None = Field(None, description="Exact level, in the rule's unit.")

    @model_validator(mode="after")
    def _some_limit(self) -> Limits:
        _check_limits(self.at_least, self.at_most, self.equal)
        return self


class ShareLimits(Settings):
    """As :class:`Limits`, with absolute levels as percentages or fractions."""

    at_least: Fraction | RelativeToToday | None = Field(
        None, description="Lower limit, as a share (40% or 0.4)."
    )
    at_most: Fraction | RelativeToToday | None = Field(
        None, description="Upper limit, as a share (40% or 0.4)."
    )
    equal: Fraction | RelativeToToday | None = Field(None, description="Exact share (40% or 0.4).")

    @model_validator(mode="after")
    def _some_limit(self) -> ShareLimits:
        _check_limits(self.at_least, self.at_most, self.equal)
        return self


def _check_limits(at_least: Any, at_most: Any, equal: Any) -> None:
    if equal is not None and (at_least is not None or at_most is not None):
        raise ValueError("give either equal, or at_least and at_most")
    if equal is None and at_least is None and at_most is None:
        raise ValueError("give at_least, at_most or equal")
    if isinstance(at_least, float) and isinstance(at_most, float) and at_least > at_most:
        raise ValueError(f"at_least {at_least:g} is above at_most {at_most:g}")
