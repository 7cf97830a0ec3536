"""What is assumed: prices of the aims, the curves' families, inputs with their sums, versions, the config's hash."""

from __future__ import annotations

from collections import Counter

from mixopt.report import listed, phrase, range_note, safe, spoken
from mixopt_report.facts import LONGEST, Facts
from mixopt_report.figure import Cell, Table, row, table


def assumed_words(facts: Facts) -> tuple[str, ...]:
    """Return the paragraphs of the section.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of str
    """
    result = facts.result
    kinds = Counter({kind: len(cells) for kind, cells, _ in result.problem.curves.parts})
    curves = listed([f"{kind} in {_cells(count)}" for kind, count in kinds.most_common()])
    words = [
        f"The response curves are taken as given ({curves}), and so are the limits of the cells. "
        + range_note(facts.story),
        _prices(facts),
        "Multipliers, chances of shocks and prices are inputs, not facts of nature: the result changes with them.",
    ]
    if facts.today is not None:
        words.append("Today is the current spend in the cells table; no rule binds it.")
    return tuple(word for word in words if word)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"


def _prices(facts: Facts) -> str:
    said = []
    for plan in facts.result.problem.config.plans:
        terms = [
            f"{phrase(term.name)} × {term.weights[plan]:g}"
            for term in facts.result.distinct_terms
            if plan in term.weights
        ]
        if plan in facts.result.plans and terms:
            said.append(f"{spoken(plan)} scores {listed(terms)}")
    return f"{'; '.join(said)}, all in money." if said else ""


def sources(facts: Facts) -> Table:
    """Return inputs and versions.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Table
    """
    result = facts.result
    rows = [row("config and inputs", Cell(text=result.hash[:16], kind="code"))]
    rows += [
        row(f"input {safe(name, LONGEST)}", Cell(text=digest[:16], kind="code"))
        for name, digest in result.inputs.items()
    ]
    rows += [row(safe(name, LONGEST), safe(version, LONGEST)) for name, version in result.versions.items()]
    return table("Inputs by the start of their SHA-256, and versions", row("What", "Version or sum"), rows)
