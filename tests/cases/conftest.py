"""Published problems with known answers; tests that use them skip where the files are not there."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

import mixopt

PLACES = (os.environ.get("MIXOPT_CASES", ""), str(Path(__file__).parents[3] / "shared" / "cases"))


@pytest.fixture(scope="session")
def case():
    """Return case(name): the content of one published problem."""

    def read(name):
        for place in filter(None, PLACES):
            path = Path(place) / f"{name}.json"
            if path.is_file():
                return json.loads(path.read_text())
        pytest.skip(f"the published case {name} is not here: set MIXOPT_CASES to the folder that holds it")

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
