"""What plugins may leave to the model: a ceiling that only totals cap, weights of zero, names with odd characters."""

import dataclasses

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from mixopt import BoundRule, BoundTerm
from mixopt.builtin.terms import Response, ResponseSettings
from mixopt.model import build_model
from mixopt.model.totals import Book

ODD = ["paid social", "TV (linear)", "ooh, roadside", "x]", "o'neil", "1"]


class Root:
    """√(1 + X) - X/50 of the spend X on channel a: capped by X alone, and not rising throughout."""

    def totals(self, totals):
        return [totals.spend(channel="a")]

    def value_and_gradient(self, vector):
        x = float(vector[0])
        return np.sqrt(1 + x) - x / 50, np.array([0.5 / np.sqrt(1 + x) - 1 / 50])

    def ceiling(self):
        return float("inf")

    def value(self, plan):
        return self.value_and_gradient(np.array([plan.total(plan.spend, {"channel": "a"})]))[0]


def test_a_ceiling_left_open_comes_from_a_tangent_over_the_box(problem):
    given = problem(BoundTerm(name="root", kind="root", weight=1.0, term=Root()))
    program = build_model(given, given.plans["plan"], {}).program
    (oracle,) = program.concave
    top = program.column_upper[oracle.theta]
    low, high = program.column_lower[oracle.columns][0], program.column_upper[oracle.columns][0]
    values = [Root().value_and_gradient(np.array([x]))[0] for x in np.linspace(low, high, 200)]
    assert np.isfinite(top)
    assert max(values) <= top <= max(values) + 1.0


def test_cells_of_weight_zero_are_not_part_of_a_total(scope, curves):
    model = pyo.ConcreteModel()
    book = Book(scope, curves, model)
    mask = np.array([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    price = np.where(mask > 0, 1.5, 1.0)
    book.returns(weights=mask, price=price)
    book.spend(weights=mask)
    links = book.links()
    assert links.response_matrix.nnz == 2
    assert links.spend_matrix.nnz == 2
    assert len(links.component_cell) == scope.n_cells + 2


def test_nothing_but_zeros_is_a_total_of_nothing(scope, curves):
    book = Book(scope, curves, pyo.ConcreteModel())
    total = book.returns(weights=np.zeros(scope.n_cells))
    assert (total.lb, total.ub) == (0.0, 0.0)
    assert book.links().response_matrix.nnz == 0


@dataclasses.dataclass
class Floors:
    """A floor under every name."""

    names: list

    def build(self, block, totals):
        block.floor = pyo.Constraint(self.names, rule=lambda _, name: totals.spend(channel=name) >= 1)


def test_row_labels_carry_names_as_they_are(problem):
    given = problem()
    scope = dataclasses.replace(
        given.scope, cells=pd.DataFrame({"channel": ODD, "segment": ["x"] * 6, "curve": ["hill"] * 6})
    )
    response = BoundTerm(name="r", kind="response", weight=1.0, term=Response(ResponseSettings(), scope))
    plan = dataclasses.replace(
        given.plans["plan"],
        terms=(response,),
        rules=(BoundRule(name="floors", kind="floors", rule=Floors(ODD)),),
    )
    rows = build_model(dataclasses.replace(given, scope=scope, plans={"plan": plan}), plan, {}).rows
    assert [row.label for row in rows if row.part == "rule:floors"] == [f"floor[{name}]" for name in ODD]
