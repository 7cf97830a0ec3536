"""Checks of importers, on the small file that each writes itself: tables that make a problem, curves that replay."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mixopt import ConfigImporter, MixoptError, discover, read_config, read_problem
from mixopt.testing.kit import Skip, Subject, promise

CLOSE = 1e-6


@promise("importer", since="0.1")
def tables_make_a_problem(subject: Subject) -> None:
    """The tables that it reads are those of a config: it is read and bound without a fault."""
    with _sampled(subject) as settings:
        tables = dict(subject.entry.build(settings).read())
    assert "cells" in tables, f"no table cells among {sorted(tables)}"
    config = {
        "mixopt": 1,
        "name": "imported",
        "currency": "EUR",
        "budget": {"total": 100.0},
        "data": dict.fromkeys(tables),
        "plans": {"plan": {"objective": [{"kind": "response"}]}},
    }
    registry = discover()
    problem = read_problem(read_config(config, registry), registry, tables)
    assert problem.scope.n_cells == len(tables["cells"]), "cells were lost"


@promise("importer", since="0.1")
def curves_replay_their_source(subject: Subject) -> None:
    """The imported curves reproduce what the source says, to a millionth."""
    with _sampled(subject) as settings:
        importer = subject.entry.build(settings)
        importer.read()
        error = importer.replay()
    assert isinstance(error, float), f"replay returned a {type(error).__name__}, wanted float"
    assert 0.0 <= error <= CLOSE, f"the largest relative error is {error!r}"


@promise("importer", since="0.1")
def reading_repeats_itself(subject: Subject) -> None:
    """Read twice, the file gives the same tables, and it is left as it was."""
    with _sampled(subject) as settings:
        before = _sum(settings.file)
        once, again = (dict(subject.entry.build(settings).read()) for _ in range(2))
        assert _sum(settings.file) == before, "the file was changed"
        left = [path.name for path in settings.file.parent.iterdir() if path != settings.file]
        assert not [name for name in left if name not in _written(subject)], f"it left {', '.join(left)}"
    assert sorted(once) == sorted(again), f"{sorted(once)} is not {sorted(again)}"
    for name, table in once.items():
        assert table.equals(again[name]), f"the table {name} differs"


@promise("importer", since="0.1")
def whole_configs_are_read(subject: Subject) -> None:
    """Where it reads files that hold a whole config: that config is read, and every place is one of its values."""
    if not subject.entry.endings:
        raise Skip("its files hold tables alone")
    with _sampled(subject) as settings:
        found = settings.file.suffix.lower()
        assert found in subject.entry.endings, f"the sample ends in {found}, not in {subject.entry.endings}"
        importer = subject.entry.build(settings)
        assert isinstance(importer, ConfigImporter), f"{type(importer).__name__} lacks document or places"
        tables, document, places = dict(importer.read()), dict(importer.document()), importer.places()
    registry = discover()
    read_problem(read_config(document, registry), registry, tables)
    lost = [path for path in places if not _stands(document, path)]
    assert not lost, f"the place {lost[0]} is no value of the document"


def _stands(document: Any, path: Any) -> bool:
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


@promise("importer", since="0.1")
def damaged_files_get_a_message(subject: Subject) -> None:
    """A file that is missing, empty or cut is an error of mixopt's, not a traceback of something below."""
    with _sampled(subject) as settings:
        content = settings.file.read_bytes()
        for damaged in (b"", content[: len(content) // 3], b"\x00\xff" * 50, None):
            if damaged is None:
                settings.file.unlink()
            else:
                settings.file.write_bytes(damaged)
            said = "no file" if damaged is None else f"{len(damaged)} bytes"
            try:
                importer = subject.entry.build(settings)
                importer.read()
            except MixoptError:
                continue
            except Exception as reason:
                raise AssertionError(f"{type(reason).__name__} on {said}: {reason}") from reason
            assert damaged is not None, "it read a file that is not there"


@contextmanager
def _sampled(subject: Subject) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as folder:
        settings = subject.entry.sample(Path(folder))
        # the example's own choices, on the sample's file
        chosen = subject.example.model_dump(exclude={"file"}, exclude_unset=True)
        yield settings.model_copy(update=chosen)


def _written(subject: Subject) -> set[str]:
    with tempfile.TemporaryDirectory() as folder:
        subject.entry.sample(Path(folder))
        return {path.name for path in Path(folder).iterdir()}


def _sum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
