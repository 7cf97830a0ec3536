"""Parquet: the same table as CSV, damage found by checksums, claims checked before they are believed."""

from __future__ import annotations

import io
import random

import numpy as np
import pandas as pd
import pytest

from mixopt.errors import TableError
from mixopt.scope import parquet
from mixopt.scope.frames import parse_frame

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def written(table, **options):
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def test_texts_numbers_and_gaps_come_through():
    table = pa.table(
        {
            "channel": ["tv", "NA", None],
            "whole": [1, 2, 3],
            "number": pa.array([0.1, None, float("nan")], from_pandas=False),
            "word": pa.array(["a", "b", "a"]).dictionary_encode(),
        }
    )
    frame = parse_frame(written(table), "cells.parquet")
    assert frame["channel"].tolist()[:2] == ["tv", "NA"]
    assert frame["channel"].isna().tolist() == [False, False, True]
    assert frame["whole"].dtype == np.int64
    assert frame["number"].tolist()[:2] == [0.1, None]
    assert np.isnan(frame["number"].tolist()[2])
    assert frame["word"].tolist() == ["a", "b", "a"]
    assert frame.attrs == {"source": "cells.parquet"}


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" * 10, b"a,b\n1,2\n", b"\0" * 100])
def test_what_is_no_parquet_is_refused(content):
    with pytest.raises(TableError, match="^cells.parquet: no Parquet file: "):
        parse_frame(content, "cells.parquet")


def test_nested_columns_and_two_of_one_name_are_refused():
    nested = pa.table({"a": [[1, 2], [3]]})
    with pytest.raises(TableError, match="a column of list"):
        parse_frame(written(nested), "cells.parquet")
    twice = pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(TableError, match="two columns have one name"):
        parse_frame(written(twice), "cells.parquet")


def test_a_file_that_claims_too_many_cells_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(parquet, "CELLS", 10)
    with pytest.raises(TableError, match="20 cells, more than 10"):
        parse_frame(written(pa.table({"a": range(10), "b": range(10)})), "cells.parquet")


def test_flipped_bits_never_give_wrong_data_where_the_file_has_checksums():
    table = pa.table({"channel": [f"ch{i}" for i in range(500)], "scale": np.linspace(0, 1, 500)})
    content = written(table, write_page_checksum=True, compression="none", use_dictionary=False)
    right = parse_frame(content, "cells.parquet")
    rng = random.Random(7)
    refused = 0
    for _ in range(60):
        damaged = bytearray(content)
        damaged[rng.randrange(4, int(len(content) * 0.9))] ^= 1 << rng.randrange(8)
        try:
            frame = parse_frame(bytes(damaged), "cells.parquet")
        except TableError:
            refused += 1
        else:
            pd.testing.assert_frame_equal(frame, right)
    assert refused > 50


def test_without_pyarrow_the_answer_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(TableError) as caught:
        parse_frame(b"PAR1", "cells.parquet")
    assert (
        str(caught.value)
        == "cells.parquet: Parquet needs pyarrow; try: pip install 'mixopt[parquet]', or save it as CSV"
    )
