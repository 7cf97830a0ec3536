"""Every kind of tampering is refused, each for its own reason, also by a forger who writes all hashes anew."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt.errors import ProofError
from mixopt.proof import ARRAYS, PROBLEM, Certificate, read, verify, write
from mixopt.proof.document import SEAL, content_hash

FORGERIES = []


class Forgery(NamedTuple):
    """The case, what is done to it, the check that refuses it; `raw` where it cannot even be written."""

    case: str
    forge: Callable
    check: str
    raw: bool = False


def forgery(number, case, check, **options):
    """Register ``forge(record, arrays, case)``, which changes copies of both in place or returns a new record."""

    def register(forge):
        name = forge.__name__.removeprefix("_").replace("_", "-")
        FORGERIES.append(pytest.param(Forgery(case, forge, check, **options), id=f"{number}-{name}"))
        return forge

    return register


def plan_of(record, k=-1, **changes):
    plans = list(record.plans)
    plans[k] = dataclasses.replace(plans[k], **changes)
    return dataclasses.replace(record, plans=tuple(plans))


# --- numbers


@forgery(1, "planted", "objective")
def _objective_raised(record, arrays, case):
    return plan_of(record, objective=record.plans[0].objective * 1.001)


@forgery(2, "planted", "negative-gap")
def _bound_below_a_feasible_value(record, arrays, case):
    return plan_of(record, bound=record.plans[0].objective * (1 - 1e-6))


@forgery(2, "s_curves", "bound")
def _bound_between_the_plan_and_the_truth(record, arrays, case):
    plan = record.plans[0]
    bound = 0.5 * (plan.objective + plan.bound)
    return plan_of(record, bound=bound, gap=(bound - plan.objective) / plan.objective)


@forgery(3, "s_curves", "gap")
def _gap_changed(record, arrays, case):
    return plan_of(record, gap=record.plans[0].gap * 0.5)


@forgery(4, "s_curves", "status")
def _feasible_called_optimal(record, arrays, case):
    return plan_of(record, status="optimal")


@forgery(6, "planted", "budget")
def _spend_raised(record, arrays, case):
    arrays["plan0/plan_spend"][0] += 1e-3 * case.draft.budget


@forgery(7, "planted", "spend-total")
def _money_moved_between_cells(record, arrays, case):
    move = 1e-3 * case.draft.budget
    arrays["plan0/plan_spend"][:2] += move, -move


@forgery(7, "bare", "response-total")
def _money_moved_and_totals_with_it(record, arrays, case):
    arrays["plan0/plan_spend"][:2] += 1.0, -1.0


@forgery(8, "floored", "cell-bounds")
def _below_lower(record, arrays, case):
    arrays["plan0/plan_spend"][:2] += -1e-3, 1e-3


@forgery(8, "planted", "cell-bounds")
def _above_upper(record, arrays, case):
    arrays["plan0/plan_spend"][0] = case.program.upper[0] * 1.01


@forgery(9, "planted", "cell-bounds")
def _negative(record, arrays, case):
    arrays["plan0/plan_spend"][0] = -1e-12


@forgery(10, "planted", "not-a-number", raw=True)
def _nan_spend(record, arrays, case):
    arrays["plan0/plan_spend"][0] = np.nan


@forgery(11, "planted", "not-finite", raw=True)
def _infinite_spend(record, arrays, case):
    arrays["plan0/plan_spend"][0] = np.inf


@forgery(12, "planted", "array-dtype", raw=True)
def _float32_spend(record, arrays, case):
    arrays["plan0/plan_spend"] = arrays["plan0/plan_spend"].astype(np.float32)


@forgery(12, "planted", "budget")
def _spend_rounded_to_float32(record, arrays, case):
    arrays["plan0/plan_spend"][:] = arrays["plan0/plan_spend"].astype(np.float32)


# --- multipliers


def row_of(case, part):
    return next(k for k, name in enumerate(case.program.row_names) if name.startswith(part))


@forgery(13, "planted", "bound")
def _sign_of_the_budget_flipped(record, arrays, case):
    arrays["plan0/multiplier_row"][0, 0] *= -1


@forgery(13, "impossible", "multiplier-sign")
def _sign_of_a_floor_flipped(record, arrays, case):
    arrays["plan0/multiplier_row"][0, 1] *= -1


@forgery(13, "planted", "multiplier-sign")
def _worth_of_a_response_flipped(record, arrays, case):
    arrays["plan0/multiplier_response"][0, 0] *= -1


@forgery(13, "diverse", "multiplier-sign")
def _worth_of_a_concave_term_flipped(record, arrays, case):
    arrays["plan0/multiplier_concave"][0, 0] *= -1


@forgery(14, "planted", "bound")
def _all_multipliers_smaller(record, arrays, case):
    for name in ("row", "spend", "response"):
        arrays[f"plan0/multiplier_{name}"] *= 0.9


@forgery(14, "impossible", "empty-leaf")
def _one_multiplier_smaller(record, arrays, case):
    arrays["plan0/multiplier_row"][0, 1] *= 0.9


@forgery(14, "planted", "multiplier-scale")
def _objective_scaled_down(record, arrays, case):
    for name in ("row", "spend", "response", "scale"):
        arrays[f"plan0/multiplier_{name}"] *= 0.9


@forgery(15, "planted", "not-a-number", raw=True)
def _nan_multiplier(record, arrays, case):
    arrays["plan0/multiplier_row"][0, 0] = np.nan


@forgery(15, "impossible", "not-a-number", raw=True)
def _nan_multiplier_of_an_empty_leaf(record, arrays, case):
    arrays["plan0/multiplier_row"][0, 0] = np.nan


@forgery(16, "planted", "array-shape", raw=True)
def _multipliers_short(record, arrays, case):
    arrays["plan0/multiplier_row"] = arrays["plan0/multiplier_row"][:, :-1]


@forgery(16, "impossible", "array-shape", raw=True)
def _multipliers_long(record, arrays, case):
    arrays["plan0/multiplier_row"] = np.append(arrays["plan0/multiplier_row"], [[0.0]], axis=1)


@forgery(17, "two_rules", "bound")
def _rows_permuted(record, arrays, case):
    row = arrays["plan0/multiplier_row"]
    row[:, 1:3] = row[:, [2, 1]]


@forgery(17, "impossible", "multiplier-sign")
def _rows_of_an_empty_leaf_permuted(record, arrays, case):
    arrays["plan0/multiplier_row"][:] = np.roll(arrays["plan0/multiplier_row"], 1, axis=1)


@forgery(18, "kept", "array-shape", raw=True)
def _multipliers_of_another_plan(record, arrays, case):
    arrays["plan0/multiplier_row"] = arrays["plan1/multiplier_row"]


# --- tree


@forgery(19, "two_leaves", "tree")
def _leaf_dropped(record, arrays, case):
    arrays["plan0/node_right"][0] = 1


@forgery(19, "two_leaves", "bound")
def _harder_half_never_looked_at(record, arrays, case):
    # the tree is cut down to its better leaf, which now stands for the whole box
    at = case.solution.proof.node_at[0]
    program = case.program
    bounds = [
        case.small.dual(program, each, {0: ends})
        for each, ends in zip(case.sets, ((0, at), (at, 120)), strict=True)
    ]
    better = int(np.argmin(bounds))
    sizes = dataclasses.replace(record.plans[0].sizes, nodes=1)
    for name in ("kind", "index", "at", "left", "right"):
        arrays[f"plan0/node_{name}"] = arrays[f"plan0/node_{name}"][1 + better : 2 + better]
    plan = record.plans[0]
    bound = max(bounds[better], plan.objective) * (1 + 1e-7)
    gap = (bound - plan.objective) / plan.objective
    return plan_of(record, sizes=sizes, source="multipliers", bound=bound, gap=gap)


@forgery(20, "two_leaves", "split")
def _gap_between_boxes(record, arrays, case):
    arrays["plan0/node_at"][0] = 130.0


@forgery(20, "switch", "split")
def _whole_number_split_in_between(record, arrays, case):
    arrays["plan0/node_at"][0] = 0.5


@forgery(20, "switch", "split")
def _column_split_that_need_not_be_whole(record, arrays, case):
    arrays["plan0/node_index"][0] = case.draft.at("second")


@forgery(20, "two_leaves", "split")
def _cell_split_that_does_not_exist(record, arrays, case):
    arrays["plan0/node_index"][0] = 2


@forgery(20, "two_leaves", "split")
def _unknown_kind_of_split(record, arrays, case):
    arrays["plan0/node_kind"][0] = 3


@forgery(20, "two_leaves", "tree")
def _tree_in_a_circle(record, arrays, case):
    arrays["plan0/node_left"][0] = 0


@forgery(20, "two_leaves", "tree")
def _child_out_of_the_tree(record, arrays, case):
    arrays["plan0/node_left"][0] = -2


@forgery(20, "two_leaves", "tree")
def _node_never_reached(record, arrays, case):
    arrays["plan0/node_kind"][0] = 0
    arrays["plan0/node_index"][0] = 0


@forgery(21, "two_leaves", "leaf")
def _multipliers_that_are_not_there(record, arrays, case):
    arrays["plan0/node_index"][2] = 2


@forgery(21, "two_leaves", "bound")
def _multipliers_of_the_other_leaf(record, arrays, case):
    arrays["plan0/node_index"][1:] = 1, 0


@forgery(22, "two_leaves", "bound")
def _worse_leaf_left_out_of_the_maximum(record, arrays, case):
    at = case.solution.proof.node_at[0]
    ends = ((0, at), (at, 120))
    bounds = [case.small.dual(case.program, s, {0: e}) for s, e in zip(case.sets, ends, strict=True)]
    plan = record.plans[0]
    bound = max(min(bounds), plan.objective)
    return plan_of(record, bound=bound, gap=(bound - plan.objective) / plan.objective)


@forgery(22, "two_leaves", "empty-leaf")
def _worse_leaf_called_empty(record, arrays, case):
    arrays["plan0/multiplier_scale"][0] = 0.0


@forgery(23, "switch", "whole-number")
def _switch_half_on(record, arrays, case):
    arrays["plan0/plan_columns"][case.draft.at("on")] = 0.5


@forgery(24, "two_leaves", "bound")
def _leaves_of_another_cell(record, arrays, case):
    arrays["plan0/node_index"][0] = 1


# --- problem


@forgery(25, "bare", "response-total")
def _curve_scale_lowered(record, arrays, case):
    arrays["curve0/parameter0"] *= 0.999


@forgery(25, "bare", "bound")
def _curve_of_an_idle_cell_raised(record, arrays, case):
    # the plan itself is worth the same: a cell that gets nothing
    arrays["curve0/parameter0"][-1] *= 3.0


@forgery(25, "bare", "curve-value")
def _curve_that_falls(record, arrays, case):
    arrays["curve0/parameter0"][0] *= -1.0


@forgery(25, "planted", "curve-cells")
def _cell_with_two_curves(record, arrays, case):
    arrays["curve0/cells"][0] = arrays["curve1/cells"][0]


@forgery(26, "bare", "bound")
def _family_renamed(record, arrays, case):
    curve = dataclasses.replace(record.curves[0], kind="log", parameters=("scale", "spend_scale"))
    return dataclasses.replace(record, curves=(curve,))


@forgery(26, "bare", "curve-parameters")
def _parameters_renamed(record, arrays, case):
    return dataclasses.replace(record, curves=(dataclasses.replace(record.curves[0], parameters=("a", "b")),))


@forgery(27, "two_rules", "bound")
def _binding_rule_loosened(record, arrays, case):
    arrays["plan0/row_upper"][row_of(case, "rule:cap")] *= 1.01


@forgery(27, "two_rules", "row")
def _rule_tightened(record, arrays, case):
    arrays["plan0/row_upper"][row_of(case, "rule:cap")] *= 0.99


@forgery(28, "two_rules", "bound")
def _rule_emptied(record, arrays, case):
    k = row_of(case, "rule:cap")
    arrays["plan0/matrix_data"][case.program.matrix.indptr[k] : case.program.matrix.indptr[k + 1]] = 0.0


@forgery(28, "two_rules", "bound")
def _rule_removed(record, arrays, case):
    k = row_of(case, "rule:cap")
    keep = np.arange(case.program.n_rows) != k
    matrix = case.program.matrix[keep]
    for name, values in (("data", matrix.data), ("indices", matrix.indices), ("indptr", matrix.indptr)):
        arrays[f"plan0/matrix_{name}"] = values.astype(arrays[f"plan0/matrix_{name}"].dtype)
    for name in ("row_lower", "row_upper"):
        arrays[f"plan0/{name}"] = arrays[f"plan0/{name}"][keep]
    arrays["plan0/multiplier_row"] = arrays["plan0/multiplier_row"][:, keep]
    plan = record.plans[0]
    rows = tuple(row for j, row in enumerate(plan.rows) if j != k)
    return plan_of(record, rows=rows, sizes=dataclasses.replace(plan.sizes, matrix_entries=matrix.nnz))


@forgery(29, "planted", "budget-row")
def _spend_all_turned_into_at_most(record, arrays, case):
    return dataclasses.replace(record, budget=dataclasses.replace(record.budget, rule="at-most"))


@forgery(29, "planted", "budget-row")
def _budget_row_turned_into_at_most(record, arrays, case):
    arrays["plan0/row_lower"][0] = -np.inf


@forgery(29, "planted", "budget-row")
def _budget_that_leaves_a_cell_out(record, arrays, case):
    # the money of the last cell is no longer counted
    arrays["plan0/spend_data"][case.program.n_cells - 1] = 0.0
    arrays["plan0/plan_columns"][0] -= case.solution.spend[-1]


@forgery(29, "planted", "budget-row")
def _no_budget_among_the_rows(record, arrays, case):
    rows = record.plans[0].rows
    return plan_of(record, rows=(dataclasses.replace(rows[0], part="rule:other"), *rows[1:]))


@forgery(30, "planted", "budget-row")
def _budget_in_thousands(record, arrays, case):
    return dataclasses.replace(
        record, budget=dataclasses.replace(record.budget, total=record.budget.total / 1000)
    )


@forgery(31, "diverse", "tangent")
def _cut_that_is_not_the_terms(record, arrays, case):
    arrays["plan0/tangent_gradient"] *= 0.9


@forgery(31, "secret", "tangent")
def _stated_cut_below_the_term(record, arrays, case):
    arrays["plan0/tangent_value"] -= 0.1


@forgery(31, "diverse", "tangent")
def _cuts_that_do_not_sum_to_one(record, arrays, case):
    arrays["plan0/tangent_weight"] *= 0.5


@forgery(31, "diverse", "tangent")
def _negative_cut(record, arrays, case):
    arrays["plan0/tangent_weight"][:] = -1.0, 2.0


@forgery(31, "diverse", "tangent")
def _cut_of_a_term_that_is_not_there(record, arrays, case):
    arrays["plan0/tangent_term"][0] = 1


@forgery(31, "diverse", "concave-term")
def _convex_term(record, arrays, case):
    arrays["plan0/concave0_scale"] *= -1.0


@forgery(31, "diverse", "concave-value")
def _theta_above_its_function(record, arrays, case):
    arrays["plan0/plan_columns"][case.program.concave[0].theta] += 0.1


@forgery(31, "diverse", "concave-term")
def _unknown_atom(record, arrays, case):
    return plan_of(record, concave=(dataclasses.replace(record.plans[0].concave[0], atom="cube"),))


@forgery(32, "kept", "keep-reference")
def _reference_missing(record, arrays, case):
    keep = dataclasses.replace(record.plans[1].keeps[0], of="nobody")
    return plan_of(record, keeps=(keep,))


@forgery(32, "kept", "keep-reference")
def _keeping_something_of_itself(record, arrays, case):
    keep = dataclasses.replace(record.plans[1].keeps[0], of="balanced")
    return plan_of(record, keeps=(keep,))


@forgery(32, "kept", "keep-reference")
def _keep_without_a_reference(record, arrays, case):
    return plan_of(record, keeps=())


@forgery(32, "kept", "keep-level")
def _reference_lowered(record, arrays, case):
    keep = record.plans[1].keeps[0]
    return plan_of(record, keeps=(dataclasses.replace(keep, reference=keep.reference * 0.9),))


@forgery(32, "kept", "keep-level")
def _share_lowered(record, arrays, case):
    keep = record.plans[1].keeps[0]
    return plan_of(record, keeps=(dataclasses.replace(keep, at_least=0.5),))


@forgery(32, "kept", "keep-level")
def _level_lowered(record, arrays, case):
    arrays["plan1/row_lower"][row_of(case, "keep:floor")] *= 0.9


# --- structure


@forgery(33, "kept", "plan-names")
def _two_plans_of_one_name(record, arrays, case):
    return plan_of(record, name="pure-roi")


@forgery(33, "planted", "index")
def _cell_out_of_range(record, arrays, case):
    arrays["plan0/spend_indices"][0] = case.program.n_cells


@forgery(33, "planted", "matrix")
def _matrix_rows_out_of_order(record, arrays, case):
    arrays["plan0/matrix_indptr"][1] = arrays["plan0/matrix_indptr"][-1] + 1


@forgery(33, "planted", "columns-overlap")
def _column_that_is_two_things(record, arrays, case):
    arrays["plan0/response_columns"][0] = arrays["plan0/spend_columns"][0]


@forgery(33, "planted", "response-sign")
def _response_punished(record, arrays, case):
    arrays["plan0/response_data"][0] *= -1.0


@forgery(33, "priced", "price")
def _price_of_nothing(record, arrays, case):
    arrays["plan0/extra_price"][0] = 0.0


@forgery(33, "planted", "bounds")
def _bounds_crossed(record, arrays, case):
    arrays["plan0/lower"][0] = arrays["plan0/upper"][0] + 1.0


@forgery(33, "planted", "source")
def _source_that_is_not_true(record, arrays, case):
    return plan_of(record, source="leaves")


@forgery(33, "planted", "status")
def _plan_called_infeasible(record, arrays, case):
    return plan_of(record, status="infeasible")


@forgery(33, "impossible", "status")
def _status_that_does_not_exist(record, arrays, case):
    return plan_of(record, status="perfect")


@forgery(33, "impossible", "status")
def _open_leaf_called_infeasible(record, arrays, case):
    arrays["plan0/multiplier_scale"][0] = 1.0


@forgery(33, "planted", "cell-names")
def _cell_without_a_segment(record, arrays, case):
    return dataclasses.replace(record, segments=record.segments[:-1])


@pytest.fixture(scope="module")
def cases(small):
    """Return cases by name, each made once."""
    made = {}

    def bare(rng):
        case = small.planted(rng, 4, 0, ("michaelis-menten",))
        tables, program = case.draft.tables, case.program
        # a last cell so dear that it gets nothing
        draft = small.Draft(tables, np.zeros(5), [*program.upper, 50.0], case.draft.budget)
        cheap = {**tables[0].parameters}
        price = case.solution.proof.row[0, 0]
        cheap["scale"] = np.append(cheap["scale"], 0.9 * price * 50.0)
        cheap["half_saturation"] = np.append(cheap["half_saturation"], 50.0)
        draft.tables = [small.Table("michaelis-menten", np.arange(5), cheap)]
        draft.response("return", np.ones(5), 1.0)
        program = draft.program()
        each = small.multipliers(program, {"budget/limit": price})
        spend = np.append(case.solution.spend, 0.0)
        bound = small.raised(small.dual(program, each))
        return small.Case(draft, program, small.answer(program, spend, small.proof(each), bound))

    def floored(rng):
        case = small.planted(rng, 4, 0)
        case.draft.lower = case.solution.spend.copy()
        case.program = small.replace(case.program, lower=case.draft.lower)
        return case

    def two_rules(rng):
        spend = np.array([20.0, 30.0, 40.0])
        tables = [small.table("michaelis-menten", range(3), half_saturation=[20.0, 40.0, 60.0], scale=1.0)]
        price = np.array([1.0 + 0.5, 1.0 + 0.5 + 0.25, 1.0 + 0.25])
        half = tables[0].parameters["half_saturation"]
        tables[0].parameters["scale"] = price * (half + spend) ** 2 / half
        draft = small.Draft(tables, np.zeros(3), np.full(3, 100.0), 90.0)
        draft.response("return", np.ones(3), 1.0)
        draft.spend("first", [1, 1, 0])
        draft.spend("second", [0, 1, 1])
        draft.row("rule:cap", {"first": 1.0}, -np.inf, 50.0)
        draft.row("rule:other", {"second": 1.0}, -np.inf, 70.0)
        program = draft.program()
        rows = {"budget/limit": 1.0, "rule:cap/limit": 0.5, "rule:other/limit": 0.25}
        each = small.multipliers(program, rows)
        bound = small.raised(small.dual(program, each))
        return small.Case(draft, program, small.answer(program, spend, small.proof(each), bound))

    def secret(rng):
        return small.diverse(rng, known=False)

    own = {"bare": bare, "floored": floored, "two_rules": two_rules, "secret": secret}

    def case(name):
        if name not in made:
            made[name] = (own.get(name) or getattr(small, name))(np.random.default_rng(11))
            proof = made[name].solution.proof
            made[name].small = small
            made[name].sets = [set_of(proof, j) for j in range(len(proof.scale))]
        return made[name]

    return case


def set_of(proof, j):
    class Set:
        scale, row, spend = proof.scale[j], proof.row[j], proof.spend[j]
        response, concave, touches = proof.response[j], proof.concave[j], ()

    return Set


def copies(certificate):
    return {name: array.copy() for name, array in certificate.arrays.items()}


def forged_of(forgery, case):
    certificate = case.certificate()
    arrays = {name: array.copy() for name, array in certificate.arrays.items()}
    record = forgery.forge(certificate.problem, arrays, case) or certificate.problem
    return Certificate(problem=record, arrays=arrays)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forger_who_writes_all_hashes_anew_is_found_out(small, cases, forgery):
    case = cases(forgery.case)
    verify(case.certificate(), small.curves_of)
    forged = forged_of(forgery, case)
    attempt = write if forgery.raw else lambda made: verify(read(write(made)), small.curves_of)
    with pytest.raises(ProofError) as caught:
        attempt(forged)
    assert caught.value.check == forgery.check
    assert str(caught.value).startswith(f"{forgery.check}: ")


@pytest.mark.parametrize("forgery", [p for p in FORGERIES if not p.values[0].raw])
def test_a_clumsy_forger_is_found_out_by_the_hashes(small, cases, forgery):
    files = write(cases(forgery.case).certificate())
    forged = write(forged_of(forgery, cases(forgery.case)))
    for mixed in ({**files, ARRAYS: forged[ARRAYS]}, {**files, PROBLEM: forged[PROBLEM]}):
        if mixed == files:
            continue
        with pytest.raises(ProofError):
            verify(read(mixed), small.curves_of)


# --- files


def repacked(data, change):
    """Return an archive whose members, by name, went through `change`: bytes, None to drop, or (bytes, compression)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            content = change(member.filename, old.read(member))
            if isinstance(content, tuple):
                new.writestr(member.filename, content[0], compress_type=content[1])
            elif content is not None:
                new.writestr(member.filename, content)
    return out.getvalue()


def npy(array, **options):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, **options)
    return out.getvalue()


def claiming(shape, dtype="<f8"):
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, {"descr": dtype, "fortran_order": False, "shape": shape})
    return out.getvalue()


def only(member, content):
    return lambda name, data: content if name == f"{member}.npy" else data


SPEND = "plan0/plan_spend"
MEMBERS = {
    "34-member-missing": (lambda data: repacked(data, only(SPEND, None)), "member-missing"),
    "35-object-array": (
        lambda data: repacked(data, only(SPEND, npy(np.array([{}] * 6, dtype=object), allow_pickle=True))),
        "array-dtype",
    ),
    "35-big-endian": (lambda data: repacked(data, only(SPEND, npy(np.ones(6, dtype=">f8")))), "array-dtype"),
    "35-complex": (lambda data: repacked(data, only(SPEND, npy(np.ones(6, dtype=complex)))), "array-dtype"),
    "35-shape-of-ten-billion": (lambda data: repacked(data, only(SPEND, claiming((10**10,)))), "array-shape"),
    "35-columns-first": (
        lambda data: repacked(data, only("plan0/multiplier_row", npy(np.asfortranarray(np.ones((2, 3)))))),
        "array-shape",
    ),
    "36-fewer-bytes-than-shape": (lambda data: repacked(data, only(SPEND, claiming((6,)))), "member-size"),
    "36-not-an-array": (lambda data: repacked(data, only(SPEND, b"\x93NUMPY")), "array-header"),
    "36-header-that-is-code": (
        lambda data: repacked(data, only(SPEND, b"\x93NUMPY\x01\x00\x10\x00__import__('os')")),
        "array-header",
    ),
    "36-truncated": (lambda data: data[: len(data) // 2], "archive-unreadable"),
    "36-empty": (lambda data: b"", "archive-unreadable"),
    "36-bomb": (
        lambda data: repacked(
            data, only(SPEND, (claiming((10**7,)) + bytes(8 * 10**7), zipfile.ZIP_DEFLATED))
        ),
        "member-compressed",
    ),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_damaged_archive_is_refused(cases, name):
    damage, check = MEMBERS[name]
    files = write(cases("planted").certificate())
    with pytest.raises(ProofError) as caught:
        read({**files, ARRAYS: damage(files[ARRAYS])})
    assert caught.value.check == check


def test_34_an_extra_member_is_refused(cases):
    files = write(cases("planted").certificate())
    out = io.BytesIO(files[ARRAYS])
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("../../etc/passwd", b"")
    with pytest.raises(ProofError, match=r"member-unknown: certificate.npz: '../../etc/passwd'"):
        read({**files, ARRAYS: out.getvalue()})


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_34_a_duplicate_member_is_refused(cases):
    files = write(cases("planted").certificate())
    out = io.BytesIO(files[ARRAYS])
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(f"{SPEND}.npy", b"")
    with pytest.raises(ProofError, match="member-duplicate"):
        read({**files, ARRAYS: out.getvalue()})


def test_36_a_broken_checksum_is_refused(cases):
    files = write(cases("planted").certificate())
    data = bytearray(files[ARRAYS])
    spend = np.ascontiguousarray(cases("planted").solution.spend).tobytes()
    data[data.index(spend)] ^= 1
    with pytest.raises(ProofError, match="member-damaged"):
        read({**files, ARRAYS: bytes(data)})


def test_33_arrays_of_an_older_run_are_refused(small, cases):
    new, old = cases("planted"), small.planted(np.random.default_rng(12))
    files = {**write(new.certificate()), ARRAYS: write(old.certificate())[ARRAYS]}
    with pytest.raises(ProofError) as caught:
        read(files)
    assert caught.value.check in {"arrays-hash", "array-shape", "member-unknown", "member-missing"}


def document(files, change, *, sealed=True):
    plain = json.loads(files[PROBLEM])
    change(plain)
    if sealed:
        plain[SEAL]["content"] = content_hash(plain)
    return {**files, PROBLEM: json.dumps(plain).encode()}


def put(value, *path):
    def change(plain):
        for key in path[:-1]:
            plain = plain[key]
        plain[path[-1]] = value

    return change


DOCUMENTS = {
    "34-format-unknown": (put(2, "format"), "format-version"),
    "34-format-is-true": (put(True, "format"), "format-version"),  # noqa: FBT003
    "34-unknown-key": (put(1, "extra"), "problem-content"),
    "34-missing-key": (lambda plain: plain.pop("name"), "problem-content"),
    "wrong-type": (put("12", "budget", "total"), "problem-content"),
    "flag-for-a-number": (put(True, "budget", "total"), "problem-content"),  # noqa: FBT003
    "text-for-a-list": (put("abc", "plans"), "problem-content"),
    "number-for-a-name": (put(3, "plans", 0, "name"), "problem-content"),
    "negative-count": (put(-1, "plans", 0, "sizes", "nodes"), "problem-content"),
    "huge-count": (put(10**30, "plans", 0, "sizes", "nodes"), "problem-content"),
    "more-nodes-than-arrays-hold": (put(7, "plans", 0, "sizes", "nodes"), "array-shape"),
    "one-curve-fewer": (lambda plain: plain["curves"].pop(), "member-unknown"),
    "one-plan-fewer": (lambda plain: plain["plans"].pop(), "member-unknown"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_cannot_be_is_refused(cases, name):
    change, check = DOCUMENTS[name]
    with pytest.raises(ProofError) as caught:
        read(document(write(cases("planted").certificate()), change))
    assert caught.value.check == check


def test_30_another_currency_is_found_by_the_hash(cases):
    files = write(cases("planted").certificate())
    with pytest.raises(ProofError, match="problem-hash"):
        read(document(files, put("kEUR", "currency"), sealed=False))


NONSENSE = {
    "empty": b"",
    "list": b"[]",
    "cut": b"{",
    "no-utf8": b"\xff",
    "nan": b'{"format": NaN}',
    "infinite": b'{"format": 1e400}',
    "key-twice": b'{"format": 1, "format": 1}',
    "deep": b"[" * 100_000,
    "long-number": b'{"format": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("text", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_for_a_document_is_refused(cases, text):
    files = write(cases("planted").certificate())
    with pytest.raises(ProofError) as caught:
        read({**files, PROBLEM: text})
    assert caught.value.check == "json-unreadable"


def test_a_missing_file_is_named(tmp_path, cases):
    files = write(cases("planted").certificate())
    (tmp_path / PROBLEM).write_bytes(files[PROBLEM])
    with pytest.raises(ProofError, match=r"file-missing: there is no certificate.npz"):
        read(tmp_path)


@given(data=st.data())
def test_a_flipped_bit_anywhere_is_refused_or_changes_nothing(cases, data):
    certificate = cases("two_leaves").certificate()
    files = write(certificate)
    name = data.draw(st.sampled_from([ARRAYS, PROBLEM]))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    flipped = bytearray(files[name])
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = read({**files, name: bytes(flipped)})
    except ProofError:
        return
    assert found.problem == certificate.problem
    assert all(np.array_equal(found.arrays[key], array) for key, array in certificate.arrays.items())


NASTY = (0.0, -1.0, 1e-300, 1e300, -1e300, 2.0**53, 0.5, -0.0, 7.0, np.inf, -np.inf, np.nan)


@given(data=st.data())
def test_whatever_number_is_changed_nothing_but_a_named_check_speaks(small, cases, data):
    case = cases(
        data.draw(st.sampled_from(["planted", "two_leaves", "switch", "diverse", "secret", "priced", "kept"]))
    )
    certificate = case.certificate()
    arrays = {name: array.copy() for name, array in certificate.arrays.items()}
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(name for name, array in arrays.items() if array.size)))
        at = data.draw(st.integers(0, arrays[name].size - 1))
        value = data.draw(st.sampled_from(NASTY))
        with np.errstate(invalid="ignore"):
            arrays[name].flat[at] = np.array(value).astype(arrays[name].dtype)
    try:
        found = verify(read(write(Certificate(problem=certificate.problem, arrays=arrays))), small.curves_of)
    except ProofError:
        return
    # what is accepted claims what the honest certificate claims
    assert [plan.plan for plan in found.plans] == [plan.name for plan in certificate.problem.plans]
