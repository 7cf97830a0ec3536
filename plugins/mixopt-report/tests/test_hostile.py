"""Names are text, whatever they are called: the page of hostile names has the very elements of a harmless one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import pytest
from mixopt_report.page.render import page, reads_leftwards

from mixopt.plan.result import make_result

HEBREW = "\u05e2\u05d1\u05e8\u05d9\u05ea"
PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</SCRIPT ><img src=x onerror=alert(1)>",
    "<!--<script>",
    "--><svg onload=alert(1)>",
    "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><input name=q>",
    "<a href=javascript:alert(1)>x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<style>*{background:url(//evil.example)}</style>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "` onmouseover=alert(1)",
    "x onfocus=alert(1) autofocus",
    '" style="position:fixed;inset:0',
    '" aria-label="x" id="theme',
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/x.png",
    "https://evil.example/x.png",
    "url(https://evil.example)",
    "{{7*7}}",
    "{% raw %}{{ config }}",
    "${alert(1)}",
    "{{ ''.__class__.__mro__ }}",
    "#{7*7}",
    "<%= 7*7 %>",
    "'+alert(1)+'",
    "\\u003cscript\\u003ealert(1)",
    "\\x3cscript\\x3e",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "%3Cscript%3E",
    "\u2028alert(1)\u2029",
    "a\u202ereversed\u202c",
    "\u2066isolate\u2069",
    "\u200b\u200czero\u200d",
    "\ufeffbom",
    HEBREW,
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 123",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "datum.value",
    "signal(width)",
    "__proto__",
    "constructor",
    "toString",
    "null",
    "undefined",
    "NaN",
    "\U0001f469\u200d\U0001f680 crew",
    "x\u0301combining",
    "\u6d4b\u8bd5",
    "x" * 200,
    "long name " * 19 + "long name",
)
CHUNK = 8


def test_the_corpus_is_large():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


def hostile(case, names):
    """Return a result whose run, channels, segments, plans, rules and terms all bear the names.

    They are put in after the config is read, which would refuse some of them: the page trusts nobody.
    """
    plans = {
        "one": {"objective": [{"kind": "response"}]},
        "two": {"objective": [{"kind": "response"}, {"kind": "brand", "weight": 0.5}]},
    }
    channels = [f"c{k}" for k in range(len(names))]
    rules = [{"name": "rule", "kind": "share", "where": {"kind": "brand"}, "at_least": "1%"}]
    made = case(channels=channels, segments=["s0", "s1"], plans=plans, constraints=rules, shocks=False)
    problem = renamed(made.problem(), names)
    spends = dict(zip(problem.plans, made.spends(problem).values(), strict=True))
    result = make_result(problem, {name: made.plan(problem, name, spend) for name, spend in spends.items()})
    return replace(result, name=f"run {names[0]}")


def renamed(problem, names):
    cells = problem.scope.cells.copy()
    cells["channel"] = [names[int(name[1:])] for name in cells["channel"]]
    cells["segment"] = [f"segment {names[int(name[1:])]}" for name in cells["segment"]]
    plans = {
        f"plan {names[k]}": replace(
            plan,
            name=f"plan {names[k]}",
            rules=tuple(replace(rule, name=f"rule {names[1]}") for rule in plan.rules),
            terms=tuple(replace(term, name=f"aim {n} {names[0]}") for n, term in enumerate(plan.terms)),
        )
        for k, plan in enumerate(problem.plans.values())
    }
    configs = problem.config.plans.values()
    config = replace(
        problem.config,
        plans={name: replace(plan, name=name) for name, plan in zip(plans, configs, strict=True)},
    )
    return replace(problem, scope=replace(problem.scope, cells=cells), plans=plans, config=config)


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), CHUNK))
def test_names_add_no_element_and_no_attribute(case, read, start):
    names = list(PAYLOADS[start : start + CHUNK])
    found = read(page(hostile(case, names)))
    isolated = [element for element in found.elements if element[0] != "bdi"]
    assert isolated == harmless(case, read, len(names))


@cache
def harmless(case, read, count):
    return read(page(hostile(case, [f"name {k}" for k in range(count)]))).elements


@pytest.mark.parametrize("name", [PAYLOADS[0], '"><script>alert(1)</script>', HEBREW])
def test_names_come_out_as_they_are(case, read, name):
    parser = read(page(hostile(case, [name, "b", "c"])))
    assert name in parser.seen
    charts = json.loads(next(text for _, text in parser.texts if text.startswith('{"price"')))
    rows = [row for data in charts["channels"]["wide"]["datasets"].values() for row in data]
    assert name in {row.get("row") for row in rows}


def test_names_that_read_leftwards_are_kept_to_themselves(case):
    text = page(hostile(case, [HEBREW, "b", "c"]))
    assert f"<bdi>{HEBREW}</bdi>" in text
    assert reads_leftwards(HEBREW)
    assert not reads_leftwards("tv")


def test_direction_marks_and_controls_are_gone(case):
    text = page(hostile(case, ["a\u202eb\u2066", "x\u200by", "c"]))
    own = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert not re.findall("[\u202a-\u202e\u2066-\u2069\u200b]", own)


@pytest.mark.slow
def test_nothing_runs_in_a_browser(case, watch, tmp_path):
    faults = []
    for start in range(0, len(PAYLOADS), 20):
        path = tmp_path / f"{start}.html"
        path.write_text(page(hostile(case, list(PAYLOADS[start : start + 20]))), encoding="utf-8")
        for width in (400, 1200):
            with watch(width) as seen:
                seen.open(path)
                seen.tab.locator("#chart-channels path[aria-label]").last.hover(force=True)
                faults += [*seen.faults, *(url for url in seen.requests if url != path.as_uri())]
                assert seen.tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
                drawn = seen.tab.evaluate(
                    "[...document.querySelectorAll('.chart')].map(c => c.dataset.drawn)"
                )
                assert "failed" not in drawn
                assert len(drawn) >= 5
    assert not faults
