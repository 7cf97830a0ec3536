"""Published problems with known answers; tests that use them skip where the files are not there."""

import json
from pathlib import Path

import pandas as pd
import pytest

import mixopt

PLACE = Path(__file__).parents[3] / "shared" / "cases"


@pytest.fixture(scope="session")
def case():
    """Return case(name): the content of one published problem."""

    def read(name):
        path = PLACE / f"{name}.json"
        if not path.is_file():
            pytest.skip(f"the published case {name} is not beside the checkout: {path}")
        return json.loads(path.read_text())

    return read


@pytest.fixture
def solve():
    """Return solve(cells, budget, ...): one plan through the whole pipeline, proven to 1e-6."""

    def run(cells, budget, *, objective="response", rules=(), spend="at-most", gap=1e-6, **tables):
        document = {
            "mixopt": 1,
            "name": "case",
            "currency": "USD",
            "budget": {"total": budget, "rule": spend},
            "data": {"cells": "cells", **{name: name for name in tables}},
            "constraints": list(rules),
            "plans": {
                "best": {"objective": [{"kind": objective}] if isinstance(objective, str) else objective}
            },
            "solver": {"gap": gap},
        }
        result = mixopt.run(document, tables={"cells": pd.DataFrame(cells), **tables})
        return result, result.plans["best"]

    return run
