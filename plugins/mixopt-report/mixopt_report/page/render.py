"""The page as text: one file that asks for nothing, and whose policy lets run only the two scripts it was made with."""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup, escape

from mixopt import Result
from mixopt.report import decision, headline, listed, money, safe, spoken
from mixopt_report.facts import LONGEST, Facts, facts_of
from mixopt_report.figure import Figure
from mixopt_report.page.library import bundle
from mixopt_report.page.sections import assumptions, sections
from mixopt_report.palette import DARK, LIGHT
from mixopt_report.tables.measures import at_a_glance
from mixopt_report.tables.proof import share_missing

UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
NO_BREAK = "\N{WORD JOINER}"


def page(result: Result, *, theme: str = "auto") -> str:
    """Return the page of a result.

    Parameters
    ----------
    result : Result
    theme : {"auto", "light", "dark"}
        Colours when the page is opened.

    Returns
    -------
    str
        HTML; the same text for the same result.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        library = beside.submit(bundle)  # seconds of its own, beside the drawing
        return _page(result, theme, library)


def _page(result: Result, theme: str, library: Future[str]) -> str:
    facts = facts_of(result)
    found = sections(facts)
    charts = [figure for section in found for figure in section.figures]
    first, second = headline(facts.story)
    words = _Words(facts)
    code = f"(function(){{{_asset('page.js')}}})();"
    drawings = specs(charts)
    scripts = (library.result(), code) if charts else ("", code)
    return _template().render(
        facts=facts,
        title=safe(result.name, LONGEST),
        headline=(first, second),
        meta=meta(facts),
        said=decision(facts.story),
        glance=at_a_glance(facts),
        sections=found,
        assumptions=assumptions(facts),
        hash=result.hash[:8],
        theme=theme,
        light=LIGHT,
        dark=DARK,
        style=Markup(_asset("page.css")),  # noqa: S704 - our own file
        charts=Markup(embedded(drawings)),  # noqa: S704 - no <, > or & is left in it
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - our own file, and the library
        policy=policy(scripts),
        words=words,
    )


def specs(charts: Sequence[Figure]) -> dict[str, dict[str, Any]]:
    """Return the drawings of a page's charts: by name, wide and narrow.

    Parameters
    ----------
    charts : sequence of Figure

    Returns
    -------
    dict of str to dict
    """
    found = {}
    for chart in charts:
        wide, narrow = (_spec(chart, width) for width in (True, False))
        found[chart.name] = {"wide": wide} if wide == narrow else {"wide": wide, "narrow": narrow}
    return found


def _spec(chart: Figure, wide: bool) -> dict[str, Any]:
    spec = dict(chart.draw(wide).to_dict(validate=False))
    spec.pop("$schema", None)  # an address, and the page says which language it is
    return {**spec, "description": chart.said}


def embedded(content: Any) -> str:
    """Return plain values as JSON that may stand within a script element.

    Parameters
    ----------
    content : object

    Returns
    -------
    str
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(UNSAFE)


def policy(scripts: Sequence[str]) -> str:
    """Return the page's security policy.

    Parameters
    ----------
    scripts : sequence of str
        Their text, as it stands in the page.

    Returns
    -------
    str
    """
    sums = " ".join(f"'sha256-{_sum(script)}'" for script in scripts if script)
    return f"default-src 'none'; script-src {sums}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def _sum(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def meta(facts: Facts) -> tuple[str, str]:
    """Return what stands above the headline: budget and size, and how well the plans are proven.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of str
    """
    size = f"{len(facts.channels)} channel{'s' if len(facts.channels) > 1 else ''}"
    if len(facts.segments) > 1:
        size += f" × {len(facts.segments)} segments"
    return f"{money(facts.result.problem.scope.budget.total, facts.coin)} · {size}", _proven(facts)


def _proven(facts: Facts) -> str:
    plans = list(facts.result.plans.values())
    if any(plan.status != "optimal" for plan in plans):
        count = sum(plan.status == "optimal" for plan in plans)
        return f"{count} of {len(plans)} plans proven as asked" if len(plans) > 1 else "not proven as asked"
    worst = max(plans, key=lambda plan: plan.gap or 0.0)
    all_of = {1: "proven", 2: "both plans proven"}.get(len(plans), f"all {len(plans)} plans proven")
    return f"{all_of} best within {share_missing(worst)}"


class _Words:
    """Text as the page shows it: names that read from right to left kept to themselves, signs kept to their numbers."""

    def __init__(self, facts: Facts) -> None:
        scope = facts.result.problem.scope
        names = {name for column in ("channel", "segment") for name in scope.names(column)}
        names |= {
            rule
            for plan in facts.result.plans.values()
            for rule in (level.rule for level in plan.rule_levels)
        }
        names |= {*facts.result.plans, *(term.name for term in facts.result.distinct_terms)}
        said = {form for name in names for form in (safe(name), spoken(name), safe(name, LONGEST))}
        self.turned = sorted((name for name in said if reads_leftwards(name)), key=len, reverse=True)

    def __call__(self, text: str) -> Markup:
        """Return a text with its right-to-left names isolated."""
        pieces: list[Markup | str] = [text.replace("\N{MINUS SIGN}", f"\N{MINUS SIGN}{NO_BREAK}")]
        for name in self.turned:
            pieces = [part for piece in pieces for part in _split(piece, name)]
        return Markup("").join(escape(piece) for piece in pieces)

    def names(self, names: Sequence[str]) -> Markup:
        """Return names as a list in words."""
        return self(listed(list(names)))


def _split(piece: Markup | str, name: str) -> list[Markup | str]:
    if isinstance(piece, Markup) or name not in piece:
        return [piece]
    found: list[Markup | str] = []
    for k, part in enumerate(piece.split(name)):
        if k:
            found.append(Markup("<bdi>{}</bdi>").format(name))
        found.append(part)
    return found


def reads_leftwards(text: str) -> bool:
    """Return whether a text has letters that read from right to left.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in text)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_asset("page.html.j2"))


def _asset(name: str) -> str:
    return resources.files("mixopt_report.page").joinpath(name).read_text(encoding="utf-8")
