"""One specimen of every family, its equation in 60 decimal digits, and boxes with prices for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, getcontext
from typing import Any

import numpy as np
import pytest

from mixopt.curves import (
    Family,
    Hill,
    Linear,
    Log,
    Logistic,
    MichaelisMenten,
    NegativeExponential,
    Power,
    Tanh,
    tabulate,
)

getcontext().prec = 60
getcontext().Emax, getcontext().Emin = 10**15, -(10**15)


def exact_hill(x: Decimal, scale: Decimal, k: Decimal, s: Decimal) -> Decimal:
    return scale / (1 + (k / x) ** s) if x else Decimal(0)


def exact_tanh(x: Decimal, scale: Decimal, b: Decimal) -> Decimal:
    shrunk = (-2 * x / b).exp()
    return scale * (1 - shrunk) / (1 + shrunk)


def exact_logistic(x: Decimal, scale: Decimal, m: Decimal, b: Decimal) -> Decimal:
    return scale * (1 / (1 + ((m - x) / b).exp()) - 1 / (1 + (m / b).exp()))


EXACT: dict[type, Callable[..., Decimal]] = {
    Hill: exact_hill,
    MichaelisMenten: lambda x, scale, k: scale * x / (k + x),
    NegativeExponential: lambda x, scale, b: scale * (1 - (-x / b).exp()),
    Tanh: exact_tanh,
    Logistic: exact_logistic,
    Power: lambda x, scale, e: scale * x**e if x else Decimal(0),
    Log: lambda x, scale, b: scale * (1 + x / b).ln(),
    Linear: lambda x, scale: scale * x,
}


@dataclass(frozen=True)
class Specimen:
    """Curves of one family, a few sets of parameters."""

    name: str
    build: Callable[..., Family]
    parameters: tuple[tuple[float, ...], ...]
    longest: float = 1e12  # spends up to here are compared with the equation
    unit: float = field(default=1.0)

    @property
    def family(self) -> Family:
        return self.build(*(np.array(column, dtype=float) for column in zip(*self.parameters, strict=True)))

    def exact(self, curve: int, spend: float) -> float:
        return float(EXACT[type(self.family)](Decimal(spend), *map(Decimal, self.parameters[curve])))


def build_points(*columns: Any) -> Family:
    """Hill curves seen at 25 points each: the parameters of `Hill`, as a tabulated family."""
    smooth = Hill(*columns)
    many = len(columns[0])
    cell = np.repeat(np.arange(many), 25)
    spend = np.tile(np.linspace(0.2, 5.0, 25), many) * columns[1][cell]
    return tabulate(cell, spend, smooth.take(cell).value(spend))


SMOOTH = (
    Specimen(
        "hill",
        Hill,
        ((100.0, 10.0, 2.0), (3.0, 5.0, 0.5), (1.0, 2.0, 1.0), (50.0, 8.0, 7.5), (2.0, 4.0, 1.01)),
    ),
    Specimen("michaelis-menten", MichaelisMenten, ((100.0, 10.0), (3.0, 5.0), (1.0, 0.2))),
    Specimen("negative-exponential", NegativeExponential, ((100.0, 10.0), (3.0, 5.0), (1.0, 0.2))),
    Specimen("tanh", Tanh, ((100.0, 10.0), (3.0, 5.0), (1.0, 0.2))),
    Specimen("logistic", Logistic, ((100.0, 10.0, 3.0), (3.0, 5.0, 0.4), (1.0, 0.0, 2.0), (2.0, 30.0, 1.5))),
    Specimen("power", Power, ((100.0, 0.5), (3.0, 1.0), (1.0, 0.05))),
    Specimen("log", Log, ((100.0, 10.0), (3.0, 5.0), (1.0, 0.2))),
    Specimen("linear", Linear, ((100.0,), (0.03,), (0.0,))),
)
TABULATED = Specimen("tabulated", build_points, ((100.0, 10.0, 2.0), (3.0, 5.0, 0.5), (50.0, 8.0, 7.5)))
ALL = (*SMOOTH, TABULATED)


def named(specimens: tuple[Specimen, ...]) -> Any:
    return pytest.mark.parametrize("specimen", specimens, ids=[specimen.name for specimen in specimens])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for argument, specimens in (("smooth", SMOOTH), ("specimen", ALL)):
        if argument in metafunc.fixturenames:
            metafunc.parametrize(argument, specimens, ids=[each.name for each in specimens])


@pytest.fixture
def every_family() -> tuple[Specimen, ...]:
    return ALL
