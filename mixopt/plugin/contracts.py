"""What the objects that entries build must offer. Protocols only: a plugin author inherits nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from mixopt.curves import Curves, Floats
from mixopt.plugin.evaluation import Evaluation
from mixopt.scope import Scope

if TYPE_CHECKING:
    import pandas as pd


class Totals(Protocol):
    """Where a term or rule asks for totals: Pyomo variables that stand for sums over cells, made when first asked for.

    ``where`` selects cells; so do keyword arguments (``channel="tv"``), and both together narrow. ``weights`` are per
    cell, in the order of ``scope.cells``.
    """

    scope: Scope
    curves: Curves

    @property
    def today(self) -> Evaluation:
        """Today's spend, evaluated; raises ConfigError where the cells table has no ``current_spend``."""
        ...

    def spend(self, where: Any = None, *, weights: Floats | None = None, **keys: Any) -> Any:
        """Sum of weights × spend: a Pyomo variable, currency × unit of the weights."""
        ...

    def response(
        self, where: Any = None, *, weights: Floats | None = None, price: Floats | None = None, **keys: Any
    ) -> Any:
        """Sum of weights × response, weights >= 0; with prices per cell multiplied by `price`. Only to be rewarded."""
        ...

    def returns(
        self, where: Any = None, *, weights: Floats | None = None, price: Floats | None = None, **keys: Any
    ) -> Any:
        """Sum of weights × value × response, currency; otherwise as :meth:`response`."""
        ...

    def tail(self, level: float, where: Any = None, *, weights: Floats | None = None, **keys: Any) -> Any:
        """Mean of the worst ``1 - level`` of the returns over posterior draws, currency. Only to be rewarded."""
        ...

    def active(self, where: Any = None, *, least: float, weights: Floats | None = None, **keys: Any) -> Any:
        """Sum of weights × state: a Pyomo variable; the state of a cell is 1 where it spends, else 0.

        From then on each of these cells spends nothing, or at least `least`, which is above 0.
        """
        ...

    def switch(self, where: Any = None, **keys: Any) -> Any:
        """A binary variable that is 1 wherever the cells spend anything together; it may be 1 where they do not."""
        ...


@runtime_checkable
class Term(Protocol):
    """An objective term that is linear in totals and its own variables."""

    def build(self, block: Any, totals: Totals) -> Any:
        """Return a Pyomo expression in currency, more is better; own variables, rows and binaries go on `block`."""
        ...

    def value(self, plan: Evaluation) -> float:
        """The numpy twin: what the term is worth on a given plan, currency."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """The standard form of a separable concave function, which a verifier can recompute without the plugin.

    ``constant + sum_j scale_j * h(vector_j / unit_j)`` with scale_j >= 0, unit_j > 0 and h one of

    ``negative-square`` -t², ``entropy`` -t ln t, ``saturation`` 1 - e^(-t), ``root`` √t, ``log1p`` ln(1 + t).
    """

    kind: str
    scale: Floats
    unit: Floats
    constant: float = 0.0


@runtime_checkable
class ConcaveTerm(Protocol):
    """An objective term that is a concave function of a vector of totals."""

    def totals(self, totals: Totals) -> Sequence[Any]:
        """The totals it reads, in the order of the vector."""
        ...

    def value_and_gradient(self, vector: Floats) -> tuple[float, Floats]:
        """Value in currency and gradient at a vector of totals; finite wherever totals are >= 0."""
        ...

    def ceiling(self) -> float:
        """A value the term never exceeds, currency; ``inf`` where only the bounds of its totals cap it."""
        ...

    def value(self, plan: Evaluation) -> float:
        """The numpy twin on a given plan, currency."""
        ...


@runtime_checkable
class Separable(Protocol):
    """A concave term that can state its standard form; optional, it makes the proof independent of the plugin."""

    def atom(self) -> Atom:
        """The standard form of ``value_and_gradient``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Where a plan stands against one row of a rule.

    Parameters
    ----------
    row : str
        Name of the Pyomo constraint on the rule's block, with its index where it has one: ``cap`` or ``share[north]``.
    value : float
        What the plan has.
    at_least, at_most : float or None
        The limits, in the same unit.
    unit : str
        ``currency``, ``share``, or the unit of a weights column.
    scale : float
        How far the row's own right-hand side moves when the limit moves by one unit: 1 where the row is in the limit's
        unit, the base's spend for a share that stands as a row in money. Turns the row's multiplier into the price
        of the limit.
    """

    row: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    unit: str = "currency"
    scale: float = 1.0


@runtime_checkable
class Rule(Protocol):
    """A constraint on totals and its own variables."""

    def build(self, block: Any, totals: Totals) -> None:
        """Put the rule's variables and rows on `block`."""
        ...

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """The numpy twin: one level per row that limits the plan."""
        ...

    def sentence(self) -> str:
        """The rule as a person would say it: ``spend on tv is at least 500,000``. No full stop."""
        ...


@runtime_checkable
class Costing(Protocol):
    """A rule that costs money to keep; optional. Its cost joins the objective of every plan that has the rule."""

    def cost(self) -> Term | None:
        """A term of at most 0, currency: it counts with weight 1. None where nothing is to pay."""
        ...


@runtime_checkable
class Measure(Protocol):
    """A number that describes a plan, for the contrast."""

    def value(self, plan: Evaluation) -> float:
        """The measure on a given plan; ``nan`` where it does not apply."""
        ...


@runtime_checkable
class Importer(Protocol):
    """Reads the file of another tool."""

    def read(self) -> Mapping[str, pd.DataFrame]:
        """The tables of a config, by name: ``cells`` at least, and ``points`` where a curve is tabulated.

        Raises :class:`mixopt.TableError` for what cannot be read.
        """
        ...

    def replay(self) -> float:
        """The largest relative error of the imported curves against what the source itself predicts or observed."""
        ...


@runtime_checkable
class ConfigImporter(Importer, Protocol):
    """Reads a file that holds a whole config: an importer whose entry names the endings of such files."""

    def document(self) -> Mapping[str, Any]:
        """The config as a plain document; what its ``data`` has no path for stands in ``read()``."""
        ...

    def places(self) -> Mapping[tuple[str | int, ...], str]:
        """Where values of the document stand, in words, in the order of the file.

        ``{("budget", "total"): "plan.xlsx: sheet Input, cell C4"}``.
        """
        ...


@runtime_checkable
class Report(Protocol):
    """Renders a result; the core writes what it returns."""

    def render(self, result: Any) -> Mapping[str, bytes]:
        """Files by plain name (``report.html``), made of a :class:`mixopt.Result`; reads and writes nothing."""
        ...
