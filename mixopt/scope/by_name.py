"""Numbers by name, as people write them inline: ``{tv: 3.1, search: 1.5}``.

Kept as pairs sorted by name, so that settings stay frozen, hashable and equal whatever the order they were written in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from mixopt.scope.units import finite

Pairs = tuple[tuple[str, float], ...]


def by_name(value: Any) -> Pairs:
    """Return a mapping of names to numbers in its normal form, sorted by name.

    Parameters
    ----------
    value : Mapping of str to number, or pairs

    Returns
    -------
    tuple of (str, float)

    Raises
    ------
    ValueError
        If it is no mapping of names to finite numbers.
    """
    if isinstance(value, tuple) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value):
        value = dict(value)
    if not isinstance(value, Mapping):
        raise ValueError("wanted a mapping of names to numbers, such as {tv: 3.1, search: 1.5}")  # noqa: TRY004 - pydantic
    pairs = []
    for name, number in value.items():
        if isinstance(name, bool) or not isinstance(name, (str, int, float)):
            raise ValueError("wanted names: write them in quotes if they look like something else")  # noqa: TRY004
        try:
            pairs.append((str(name), finite(number)))
        except ValueError as error:
            raise ValueError(f"'{name}': {error}") from None
    return tuple(sorted(pairs))


ByName = Annotated[
    Pairs,
    BeforeValidator(by_name),
    PlainSerializer(dict, return_type=dict[str, float]),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "number"}}),
]
