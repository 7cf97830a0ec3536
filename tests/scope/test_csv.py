"""CSV as pure text: forty nasty files, each refused with its place or read without a loss."""

# ruff: noqa: E501 - messages stand whole

from __future__ import annotations

import contextlib
import gzip
import os

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt.errors import TableError
from mixopt.report.table import csv_bytes
from mixopt.scope.frames import parse_frame, read_frame

REFUSED = {
    "nothing": (b"", "t.csv: the file is empty; wanted: a line with the names of the columns"),
    "a blank line": (b"\n\n", "t.csv: the file is empty; wanted: a line with the names of the columns"),
    "only a byte order mark": (b"\xef\xbb\xbf", "t.csv: the file is empty; wanted: a line with the names of the columns"),
    "one field more": (b"a,b\n1,2\n1,2,3\n", "t.csv: line 3: 3 fields; wanted: 2 fields, as in the header; try: quotes around text that holds commas"),
    "one field more in every row": (b"a,b\nx,1,2\ny,3,4\n", "t.csv: line 2: 3 fields; wanted: 2 fields, as in the header; try: quotes around text that holds commas"),
    "a comma at the end of every row": (b"a,b\n1,2,\n3,4,\n", "t.csv: line 2: 3 fields; wanted: 2 fields, as in the header; try: quotes around text that holds commas"),
    "a comma at the end of the header": (b"a,b,\n1,2,3\n", "t.csv: line 1: column 3 has no name; wanted: a name"),
    "one field less": (b"a,b\n1\n", "t.csv: line 2: 1 fields; wanted: 2 fields, as in the header"),
    "one field less, quoted": (b'a,b\n"1\n2",3\n4\n', "t.csv: line 4: 1 fields; wanted: 2 fields, as in the header"),
    "a thousands separator": (b"a,b\nx,1,000\n", "t.csv: line 2: 3 fields; wanted: 2 fields, as in the header; try: quotes around text that holds commas"),
    "semicolons": (b"a;b\n1;2\n", "t.csv: line 1: the columns are separated by ';'; wanted: commas"),
    "tabs": (b"a\tb\n1\t2\n", "t.csv: line 1: the columns are separated by tabs; wanted: commas"),
    "bars": (b"a|b\n1|2\n", "t.csv: line 1: the columns are separated by '|'; wanted: commas"),
    "sep= of Excel": (b"sep=;\na;b\n1;2\n", "t.csv: line 1: the columns are separated by ';'; wanted: commas"),
    "a column twice": (b"a,b,a\n1,2,3\n", "t.csv: line 1: the column 'a' stands twice, in places 1 and 3; wanted: each column once"),
    "a column twice but for spaces": (b"a, a\n1,2\n", "t.csv: line 1: the column 'a' stands twice, in places 1 and 2; wanted: each column once"),
    "a column twice in two normal forms": ("caf\u00e9,cafe\u0301\n1,2\n".encode(), "t.csv: line 1: the column 'café' stands twice, in places 1 and 2; wanted: each column once"),
    "a column without a name": (b"a,,c\n1,2,3\n", "t.csv: line 1: column 2 has no name; wanted: a name"),
    "latin-1": (b"a,b\nx,1\ncaf\xe9,2\n", "t.csv: line 3: byte 0xe9 is not UTF-8; wanted: UTF-8; try: save it as 'CSV UTF-8'"),
    "UTF-16": ("a,b\n1,2\n".encode("utf-16"), "t.csv: the file is UTF-16; wanted: UTF-8; try: save it as 'CSV UTF-8'"),
    "UTF-16 big-endian": (b"\xfe\xff\x00a", "t.csv: the file is UTF-16; wanted: UTF-8; try: save it as 'CSV UTF-8'"),
    "a surrogate": (b"a\n\xed\xa0\xbd\n", "t.csv: line 2: byte 0xed is not UTF-8; wanted: UTF-8; try: save it as 'CSV UTF-8'"),
    "a NUL": (b"a,b\n1,\x00\n", "t.csv: line 2: a NUL character; wanted: text"),
    "a zip": (b"PK\x03\x04abc", "t.csv: the file is no text; wanted: a CSV file, not compressed"),
    "a gzip": (gzip.compress(b"a,b\n1,2\n"), "t.csv: the file is no text; wanted: a CSV file, not compressed"),
    "a Parquet file": (b"PAR1abc", "t.csv: the file is no text; wanted: a CSV file, not compressed"),
    "an open quote": (b'a,b\n1,"2\n3,4\n', "t.csv: line 3: no CSV: unexpected end of data"),
    "text after a quote": (b'a,b\n1,"2"x\n', "t.csv: line 2: no CSV: ',' expected after '\"'"),
    "a field of 200,000 characters in quotes": (b'a,b\n1,"' + b"x" * 200_000 + b'"\n', "t.csv: line 2: no CSV: field larger than field limit (131072)"),
    "a page of HTML": (b"<!doctype html>\n<p>a,b</p>\n", "t.csv: line 2: 2 fields; wanted: 1 fields, as in the header; try: quotes around text that holds commas"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_no_table_is_refused(what):
    content, said = REFUSED[what]
    with pytest.raises(TableError) as caught:
        parse_frame(content, "t.csv")
    assert str(caught.value).splitlines()[0] == said


READ = {
    "names that look like nothing": (b"a,b\nNA,null\nNone,nan\nN/A,-inf\n,true\n", [["NA", "null"], ["None", "nan"], ["N/A", "-inf"], ["", "true"]]),
    "numbers with zeros in front": (b"a,b\n01,1\n1,1.0\n", [["01", "1"], ["1", "1.0"]]),
    "a byte order mark": (b"\xef\xbb\xbfa,b\n1,2\n", [["1", "2"]]),
    "Windows line ends": (b"a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]),
    "old Mac line ends": (b"a,b\r1,2\r3,4", [["1", "2"], ["3", "4"]]),
    "no line end at the end": (b"a,b\n1,2", [["1", "2"]]),
    "blank lines": (b"\na,b\n\n1,2\n\n\n3,4\n\n", [["1", "2"], ["3", "4"]]),
    "quotes around commas": (b'a,b\n"x, y",2\n', [["x, y", "2"]]),
    "quotes in quotes": (b'a,b\n"say ""tv""",2\n', [['say "tv"', "2"]]),
    "a line end in quotes": (b'a,b\n"x\ny",2\n3,4\n', [["x\ny", "2"], ["3", "4"]]),
    "spaces": (b"a, b\n x ,2 \n", [[" x ", "2 "]]),
    "a formula": (b'a,b\n=HYPERLINK(1),"@x"\n', [["=HYPERLINK(1)", "@x"]]),
    "other scripts": ("a,b\nقناة,渠道\nकन्नड़,🦊\n".encode(), [["قناة", "渠道"], ["कन्नड़", "🦊"]]),
    "a separator of Unicode in a name": ("a,b\nx\u2028y,1\n".encode(), [["x\u2028y", "1"]]),
    "a header alone": (b"a,b\n", []),
    "a header alone, quoted": (b'"a","b"\n', []),
    "one column": (b"a\nx\n\ny\n", [["x"], ["y"]]),
    "big numbers": (b"a,b\n123456789012345678901234567890,1e400\n", [["123456789012345678901234567890", "1e400"]]),
}  # fmt: skip


@pytest.mark.parametrize("what", READ)
def test_a_file_is_read_as_it_is_written(what):
    content, rows = READ[what]
    frame = parse_frame(content, "t.csv")
    assert frame.to_numpy(dtype=object).tolist() == rows
    assert frame.attrs == {"source": "t.csv"}


@pytest.mark.parametrize(
    ("content", "lines"),
    [(b"a,b\n\n1,2\n\n3,4\n", [3, 5]), (b'a,b\n"x\ny",2\n\n3,4\n', [3, 5]), (b"a,b\r\n1,2\r\n", [2])],
)
def test_every_row_knows_its_line(content, lines):
    frame = parse_frame(content, "t.csv")
    assert frame.index.name == "line"
    assert frame.index.tolist() == lines


def test_many_wrong_rows_are_counted():
    with pytest.raises(TableError) as caught:
        parse_frame(b"a,b\n" + b"1,2,3\n" * 1_000, "t.csv")
    assert len(caught.value.faults) == 21
    assert str(caught.value.faults[-1]) == "t.csv: and 980 or more rows like these"


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8),
            min_size=2,
            max_size=2,
        ),
        max_size=8,
    )
)
def test_what_pandas_writes_is_read_back(rows):
    written = pd.DataFrame(rows, columns=["a", "b"], dtype=str).to_csv(
        index=False, lineterminator="\n", quoting=1
    )
    frame = parse_frame(written.encode(), "t.csv")
    assert frame.to_numpy(dtype=object).tolist() == rows


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_table_error(content):
    for name in ("t.csv", "t.parquet"):
        with contextlib.suppress(TableError):
            parse_frame(content, name)


@given(
    st.lists(
        st.sampled_from(["a,b\n", "1,2\n", "\n", '"', ",", "x", "\r", "\r\n", " ", "\u2028", "é"]),
        max_size=30,
    )
)
def test_both_ways_of_reading_agree(parts):
    from mixopt.scope.csv_text import _quoted, _unquoted

    text = "".join(parts).replace('"', "")

    def fields(blocks):
        return [
            (line, row)
            for block in list(blocks)[1:]
            for line, row in zip(
                block.lines.tolist(), [line.split(",") for line in block.plain] or block.rows, strict=True
            )
        ]

    assert fields(_unquoted(text)) == fields(_quoted(text, "t"))


def test_the_mark_of_our_own_files_is_taken_off_again():
    written = [["'=x", "'-1+1"], ["''quoted'", "'@x"], ["'90s radio", "o'clock"], ["'", "'tv"]]
    frame = parse_frame(b"a,'=b\n" + "".join(",".join(row) + "\n" for row in written).encode(), "t.csv")
    assert list(frame.columns) == ["a", "=b"]
    assert frame.to_numpy().tolist() == [
        ["=x", "-1+1"],
        ["'quoted'", "@x"],
        ["'90s radio", "o'clock"],
        ["'", "'tv"],
    ]


def test_a_run_s_table_is_read_as_it_was():
    names = ["=HYPERLINK(1)", "+1", "-1", "@x", "'quoted'", "''", "tv", "＝x", "a,b", 'say "x"', "'90s"]
    table = pd.DataFrame({"channel": names, "x": range(len(names))})
    assert parse_frame(csv_bytes(table), "t.csv")["channel"].tolist() == names


@pytest.mark.parametrize("name", ["cells.xls", "cells.tsv", "cells", "cells.csv.gz", "cells.pickle"])
def test_other_formats_say_what_to_do(name):
    ending = "." + name.rpartition(".")[2] if "." in name else ""
    with pytest.raises(TableError) as caught:
        parse_frame(b"x", name)
    assert str(caught.value) == (
        f"{name}: '{ending}' is no ending of a table that this version reads; wanted: .csv, .xlsx or .parquet; try: save it as CSV (UTF-8)"
    )


def test_only_regular_files_are_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "cells.csv").write_bytes(b"a\n1\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "cells.csv")
    assert len(read_frame(tmp_path / "link.csv")) == 1
    for path, said in [
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.csv", "is no regular file"),
        (tmp_path / "cels.csv", "try: 'cells.csv'"),
        ("/dev/null/x.csv", "there is no file"),
        ("https://example.org/cells.csv", "is a network address; wanted: a local file"),
        ("s3://bucket/cells.csv", "is a network address; wanted: a local file"),
        ("a\0.csv", "is no file name"),
    ]:
        with pytest.raises(TableError, match=said):
            read_frame(path)


def test_a_file_above_the_cap_is_not_read(tmp_path, monkeypatch):
    from mixopt.scope import frames

    monkeypatch.setattr(frames, "BYTES", 10)
    (tmp_path / "cells.csv").write_bytes(b"a\n" + b"1\n" * 100)
    with pytest.raises(TableError, match="has 202 bytes; wanted: at most 10 bytes"):
        read_frame(tmp_path / "cells.csv")
