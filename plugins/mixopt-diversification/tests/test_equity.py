"""The rule ``equitable-share``: four-fifths of the greatest spend per head."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from mixopt_diversification.equity import EquitableShareSettings, build
from pydantic import ValidationError

from mixopt import ConfigError, TableError

HEADS = {"existing": 200, "prospects": 600}


@pytest.fixture
def scope(bench, grid_cells):
    return bench.scope(
        grid_cells, tables={"people": pd.DataFrame({"segment": list(HEADS), "heads": ["200", "600"]})}
    )


def rule(scope, **settings):
    return build(EquitableShareSettings.model_validate(settings), scope)


SOURCES = [{"heads": HEADS}, {"table": "people"}, {"column": "heads"}]


@pytest.mark.parametrize("source", SOURCES)
def test_heads_come_from_any_of_three_places(scope, source):
    assert rule(scope, **source).heads.tolist() == [200.0, 600.0]


def test_a_tag_counts_the_people_of_its_segments_once(bench):
    cells = pd.DataFrame(
        {
            "channel": ["tv", "tv", "tv", "radio", "radio"],
            "segment": ["a", "b", "c", "a", "c"],
            "region": ["north", "north", "south", "north", "south"],
            "heads": [10.0, 20.0, 40.0, 10.0, 40.0],
        }
    )
    assert rule(bench.scope(cells), over="region", column="heads").heads.tolist() == [30.0, 40.0]


@pytest.mark.parametrize("ratio", [0.2, 0.8, 1.0])
def test_rows_and_levels_agree_on_which_plans_are_allowed(bench, scope, ratio):
    built = rule(scope, heads=HEADS, ratio=ratio)
    curves = bench.hill(scope.n_cells)
    even = np.tile([25.0, 75.0], 4) / 4
    verdicts = []
    for spend in [*bench.spends(scope, 30, seed=11), even, even * [0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]:
        levels = built.levels(bench.plan(scope, curves, spend))
        verdicts.append(all(level.value >= level.at_least - 1e-9 for level in levels))
        model = bench.pinned(scope, curves, spend, rule=built)
        assert (model.value is not None) == verdicts[-1], levels
        assert {level.row for level in levels} <= set(model.rows)
    assert any(verdicts)
    assert not all(verdicts)


def test_numbers_by_hand(bench, scope):
    built = rule(scope, heads=HEADS)
    spend = np.tile([10.0, 15.0], 4)  # 40 for 200 people, 60 for 600: 0.2 and 0.1 a head
    existing, prospects = built.levels(bench.plan(scope, bench.hill(8), spend))
    assert (existing.row, prospects.row) == ("per_head[existing]", "per_head[prospects]")
    assert existing.value == pytest.approx(1.0)
    assert prospects.value == pytest.approx(0.5)
    assert prospects.at_least == 0.8


def test_the_unit_of_heads_does_not_matter(bench, scope):
    plan = bench.plan(scope, bench.hill(8), bench.spends(scope, 1, seed=1)[0])
    thousands = {name: heads / 1000 for name, heads in HEADS.items()}
    one, other = rule(scope, heads=HEADS).levels(plan), rule(scope, heads=thousands).levels(plan)
    assert [level.value for level in one] == pytest.approx([level.value for level in other])


def test_its_sentence(scope):
    assert (
        rule(scope, heads=HEADS).sentence()
        == "spend per head of every segment is at least 80% of the greatest"
    )


@pytest.mark.parametrize(
    "wrong", [{}, {"heads": HEADS, "column": "heads"}, {"heads": HEADS, "ratio": 0}, {"ratio": 2}]
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        EquitableShareSettings.model_validate(wrong)


def test_people_must_be_known_for_every_group_and_all_faults_come_at_once(scope):
    with pytest.raises(ConfigError) as caught:
        rule(scope, heads={"existing": 0})
    assert str(caught.value) == (
        "segment 'existing' has 0 heads; wanted: heads above 0 for every group\n"
        "segment 'prospects' has no heads; wanted: heads above 0 for every group"
    )


def test_an_unknown_group_is_named(scope):
    with pytest.raises(ConfigError, match="no cell has segment 'lapsed'"):
        rule(scope, heads={**HEADS, "lapsed": 3})


def test_a_segment_has_one_number_of_people(bench, grid_cells):
    grid_cells.loc[0, "heads"] = 5.0
    with pytest.raises(TableError, match="segment 'existing' has 5 in one row and 200 in another"):
        rule(bench.scope(grid_cells), column="heads")


def test_a_missing_column_names_those_there_are(scope):
    with pytest.raises(ConfigError, match=r"no numeric column 'people'.*try: heads, long_run_multiplier"):
        rule(scope, column="people")
