"""A frontier as named bytes: its points, where each puts the money, what it is between, and the proofs."""

from __future__ import annotations

from typing import Any

from mixopt.plan import Frontier
from mixopt.plan.frontier import COLUMNS
from mixopt.plan.provenance import FORMAT
from mixopt.proof.certificate import write
from mixopt.proof.frontier_files import ALLOCATION, CERTIFICATE, DOCUMENT, POINTS
from mixopt.report.summary import json_bytes
from mixopt.report.table import csv_bytes


def frontier_files(frontier: Frontier) -> dict[str, bytes]:
    """Return the files of a frontier in a run's folder.

    Parameters
    ----------
    frontier : Frontier

    Returns
    -------
    dict of str to bytes
        By file name: ``frontier.csv``, ``frontier-allocation.csv``, ``frontier.json``, and ``frontier-certificate.npz``
        with ``frontier-problem.json``. Seconds aside, the same config gives the same bytes, whatever the executor.
    """
    if not frontier.solves:
        return {DOCUMENT: json_bytes(frontier_document(frontier))}
    proofs = write(frontier.certificate)
    return {
        POINTS: csv_bytes(frontier.points.drop(columns="seconds")),
        ALLOCATION: csv_bytes(frontier.allocation),
        DOCUMENT: json_bytes(frontier_document(frontier)),
        **{CERTIFICATE[name]: data for name, data in proofs.items()},
    }


def frontier_document(frontier: Frontier) -> dict[str, Any]:
    """Return what a frontier is between and what was found, as plain values.

    Parameters
    ----------
    frontier : Frontier

    Returns
    -------
    dict
        Numbers that are not finite are ``None`` once it is written.
    """
    shown = [name for name in COLUMNS if name != "seconds"]
    points = frontier.points[shown].to_dict("records") if frontier.solves else []
    return {
        "format": FORMAT,
        "kind": frontier.kind,
        "between": list(frontier.between),
        "nested": frontier.nested,
        "asked": frontier.asked,
        "complete": frontier.complete,
        "hidden": frontier.hidden,
        "rules_left_out": list(frontier.left_out),
        "solves": len(frontier.solves),
        "points": points,
    }
