"""A plan's Pyomo model becomes arrays, with every row's owner, every number gated, every column bounded."""

import dataclasses

import numpy as np
import pyomo.environ as pyo
import pytest

from mixopt import Atom, BoundRule, BoundTerm, FormulationError
from mixopt.builtin.rules import Linear, LinearSettings, Share, ShareSettings, Spend, SpendSettings
from mixopt.builtin.terms import Profit, ProfitSettings, Response, ResponseSettings
from mixopt.model import build_model
from mixopt.problem import Keep


@dataclasses.dataclass
class Own:
    """A term whose build is given."""

    make: object

    def build(self, block, totals):
        return self.make(block, totals)

    def value(self, plan):
        return 0.0


@dataclasses.dataclass
class Square:
    """A concave term on the spend of two channels, one through an expression."""

    scope: object

    def totals(self, totals):
        return [totals.spend(channel="a"), 2 * totals.spend(channel="b")]

    def value_and_gradient(self, vector):
        return float(-((vector / 100) ** 2).sum()), -2 * vector / 100**2

    def ceiling(self):
        return 0.0

    def value(self, plan):
        return 0.0

    def atom(self):
        return Atom(kind="negative-square", scale=np.ones(2), unit=np.full(2, 100.0))


@pytest.fixture
def compiled(problem):
    def make(*terms, rules=(), keeps=(), references=None):
        one = problem(*terms, rules=rules, keeps=keeps)
        return build_model(one, one.plans["plan"], references or {})

    return make


@pytest.fixture
def response(scope):
    return BoundTerm(name="response", kind="response", weight=1.0, term=Response(ResponseSettings(), scope))


def own(make, weight=1.0, name="own"):
    return BoundTerm(name=name, kind="own", weight=weight, term=Own(make))


def rows(model):
    return {(row.part, row.label, row.side): k for k, row in enumerate(model.rows)}


def test_rows_know_their_rules(compiled, response, scope):
    spend = Spend(
        SpendSettings.model_validate(
            {"where": {"channel": "a"}, "at_least": 3, "at_most": {"today": "130%"}}
        ),
        scope,
    )
    share = Share(ShareSettings.model_validate({"where": {"channel": "b"}, "equal": "40%"}), scope)
    linear = Linear(
        LinearSettings.model_validate({"weights": "carbon", "on": "response", "at_least": 2}), scope
    )
    model = compiled(
        response,
        rules=[
            BoundRule(name="tv: contract", kind="spend", rule=spend),
            BoundRule(name="cap", kind="share", rule=share),
            BoundRule(name="floor", kind="linear", rule=linear),
        ],
    )
    found = rows(model)
    assert set(found) == {
        ("budget", "limit", "both"),
        ("rule:tv: contract", "at_least", "lower"),
        ("rule:tv: contract", "at_most", "upper"),
        ("rule:cap", "limit", "both"),
        ("rule:floor", "at_least", "lower"),
    }
    program = model.program
    cap = found["rule:tv: contract", "at_most", "upper"]
    assert program.row_upper[cap] == pytest.approx(1.3 * 20.0)
    assert program.row_lower[cap] == -np.inf
    assert program.row_lower[found["budget", "limit", "both"]] == 100.0
    share_row = program.matrix[[found["rule:cap", "limit", "both"]], :].toarray().ravel()
    assert sorted(share_row[share_row != 0]) == pytest.approx([-0.4, 1.0])


def test_profit_rewards_return_and_charges_spend(compiled, scope):
    profit = BoundTerm(name="profit", kind="profit", weight=3.0, term=Profit(ProfitSettings(), scope))
    program = compiled(profit).program
    assert program.objective[program.response_columns].tolist() == [3.0]
    assert program.objective[program.spend_columns].tolist() == [-3.0]


def test_a_term_of_weight_zero_is_not_built(compiled, response):
    def never(block, totals):
        raise AssertionError("built")

    compiled(response, own(never, weight=0.0))


def test_own_variables_and_binaries_keep_their_bounds(compiled, response):
    def build(block, totals):
        block.z = pyo.Var(domain=pyo.Binary)
        block.v = pyo.Var(bounds=(-1.0, 4.0))
        block.link = pyo.Constraint(expr=block.v <= 4 * block.z)
        return block.v

    program = compiled(response, own(build)).program
    position = {name: k for k, name in enumerate(program.column_names)}
    z, v = position["term:own/z"], position["term:own/v"]
    assert program.integer[z]
    assert not program.integer[v]
    assert (program.column_lower[z], program.column_upper[z]) == (0.0, 1.0)
    assert (program.column_lower[v], program.column_upper[v]) == (-1.0, 4.0)


def test_open_bounds_are_closed_from_the_rows(compiled, response):
    def build(block, totals):
        block.v = pyo.Var()
        block.low = pyo.Constraint(expr=block.v >= -3)
        block.high = pyo.Constraint(expr=2 * block.v <= totals.spend(channel="a"))
        return block.v

    program = compiled(response, own(build)).program
    v = program.column_names.index("term:own/v")
    assert program.column_lower[v] == pytest.approx(-3.0)
    assert program.column_upper[v] == pytest.approx(15.0)


def test_a_variable_without_bounds_is_named(compiled, response):
    def build(block, totals):
        block.v = pyo.Var()
        block.high = pyo.Constraint(expr=block.v <= totals.spend())
        return block.v

    with pytest.raises(FormulationError, match="^v of term 'own': this variable has no finite bounds"):
        compiled(response, own(build))


def test_concave_terms_stand_as_theta_with_their_atom(compiled, response, scope):
    square = BoundTerm(name="square", kind="square", weight=2.0, term=Square(scope))
    program = compiled(response, square).program
    (concave,) = program.concave
    assert concave.atom == "negative-square"
    assert program.objective[concave.theta] == 2.0
    assert program.column_upper[concave.theta] == 0.0
    # on the box [1, 30] x [0, 140] the least value is at its far corner
    assert program.column_lower[concave.theta] == pytest.approx(-((30 / 100) ** 2) - (140 / 100) ** 2)
    assert len(concave.columns) == 2


def test_keep_reuses_the_term_it_keeps(compiled, response):
    keep = Keep(name="most", of="other", term=response, at_least=0.97)
    model = compiled(response, keeps=[keep], references={"most": 200.0})
    row = rows(model)["keep:most", "limit", "lower"]
    assert model.program.row_lower[row] == pytest.approx(194.0)
    assert model.keep_levels == {"most": pytest.approx(194.0)}
    assert len(model.program.response_columns) == 1


def test_keep_of_a_loss_gives_up_a_share_of_its_size(response):
    assert Keep(name="k", of="o", term=response, at_least=0.9).limit(-100.0) == pytest.approx(-110.0)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda block, totals: totals.spend() ** 2, "^term 'own': its expression is not linear"),
        (lambda block, totals: -totals.returns(), "^term 'own': it punishes response"),
        (lambda block, totals: float("nan") * totals.returns(), "not a finite number|failed"),
        (lambda block, totals: totals.nothing(), "^term 'own': its build failed: AttributeError"),
        (lambda block, totals: 1 / 0, "^term 'own': its build failed: ZeroDivisionError"),
    ],
)
def test_terms_that_cannot_be_planned_are_named(compiled, build, message):
    with pytest.raises(FormulationError, match=message):
        compiled(own(build))


def test_a_row_that_is_not_linear_is_named(compiled, response):
    def build(block, totals):
        block.bad = pyo.Constraint(expr=totals.spend() * totals.spend(channel="a") <= 5)
        return 0.0

    with pytest.raises(FormulationError, match="^term 'own': a row is not linear"):
        compiled(response, own(build))


def test_a_row_that_punishes_response_is_named(compiled, response):
    def build(block, totals):
        block.cap = pyo.Constraint(expr=totals.returns(channel="a") <= 5)
        return 0.0

    with pytest.raises(FormulationError, match="^term 'own': row cap punishes response"):
        compiled(response, own(build))
