"""Totals stand for sums over cells: one variable each, bounded by the cells, linked by matrices."""

import numpy as np
import pyomo.environ as pyo
import pytest

from mixopt import ConfigError, FormulationError
from mixopt.model.totals import Book


@pytest.fixture
def book(scope, curves):
    model = pyo.ConcreteModel()
    model.totals = pyo.Block()
    return Book(scope, curves, model.totals)


def test_the_same_request_gets_the_same_variable(book):
    assert book.spend(channel="a") is book.spend({"channel": "a"})
    assert book.spend(channel="a") is not book.spend(channel="b")
    assert book.returns() is not book.response()


def test_bounds_come_from_the_cells(book, scope, curves):
    spend = book.spend(weights=np.array([1.0, -1.0, 0.0, 0.0, 0.0, 2.0]))
    assert (spend.lb, spend.ub) == (-20.0, 10.0 - 1.0 + 120.0)
    returns = book.returns(channel="b")
    assert returns.lb == 0.0
    assert returns.ub == pytest.approx(2.0 * curves.value(scope.upper)[2:4].sum(), rel=1e-15)


def test_keywords_narrow_a_selection(book):
    book.spend({"channel": ["a", "b"]}, segment="x")
    assert book.spends[0].cells.tolist() == [0, 2]


def test_links_reproduce_the_totals(book, scope, curves):
    rng = np.random.default_rng(3)
    price = np.array([1.0, 1.0, 1.25, 1.0, 1.6, 1.0])
    book.spend(channel="a")
    book.spend(weights=scope.weights["carbon"])
    book.returns()
    book.response(channel=["b", "c"], price=price)
    book.response(segment="x", price=np.where(price > 1, price, 1.1))
    links = book.links()
    spend = rng.uniform(scope.lower, scope.upper)
    f = links.curves.value(spend[links.component_cell])
    assert links.spend_matrix @ spend == pytest.approx([spend[:2].sum(), scope.weights["carbon"] @ spend])
    stretched = curves.value(spend / price)
    other = curves.value(spend / np.where(price > 1, price, 1.1))
    assert links.response_matrix @ f == pytest.approx(
        [2.0 * curves.value(spend).sum(), stretched[2:].sum(), other[[0, 2, 4]].sum()]
    )


def test_equal_states_of_a_cell_share_a_component(book):
    price = np.array([1.0, 1.0, 1.25, 1.25, 1.0, 1.0])
    book.response(price=price)
    book.returns(channel="b", price=price)
    links = book.links()
    assert links.component_cell.tolist() == [0, 1, 2, 3, 4, 5, 2, 3]
    assert links.component_price.tolist() == [1, 1, 1, 1, 1, 1, 1.25, 1.25]


def test_a_price_of_one_needs_no_component(book):
    assert book.response(price=np.ones(6)) is book.response()


@pytest.mark.parametrize(
    ("ask", "problem"),
    [
        (lambda book: book.response(weights=-np.ones(6)), "a weight below 0 on response"),
        (lambda book: book.response(price=np.zeros(6)), "a price factor that is not above 0"),
        (
            lambda book: book.spend(weights=np.ones(5)),
            r"weights of shape \(5,\), wanted one per cell: \(6,\)",
        ),
        (lambda book: book.spend(weights=np.full(6, np.nan)), "a weight that is not a finite number"),
    ],
)
def test_what_no_total_can_be_made_of_is_refused(book, ask, problem):
    with pytest.raises(FormulationError, match=problem):
        ask(book)


def test_a_selection_of_nothing_is_an_error(book):
    with pytest.raises(ConfigError, match="no cell has channel 'z'"):
        book.spend(channel="z")
