"""The page: words from the result, HTML that is complete without scripts, a policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import numpy as np
import pytest
from mixopt_report.facts import facts_of
from mixopt_report.page.render import page
from mixopt_report.page.sections import sections
from mixopt_report.tables.measures import all_measures, group_of
from mixopt_report.tables.rules import rules

from mixopt.report import decision, headline, money, money_alike, tell

INVISIBLE = "\N{WORD JOINER}"


def test_every_sentence_stands_on_the_page(result, html, read):
    seen = read(html).seen.replace(INVISIBLE, "")
    story = tell(result)
    for said in (
        *headline(story),
        *(text for one in decision(story) for text in (one.label, one.text, *one.lines)),
    ):
        assert " ".join(said.split()) in seen
    assert len(decision(story)) == 5


def test_the_numbers_of_the_sentences_are_those_of_the_plans(result, html, read):
    seen = read(html).seen.replace(INVISIBLE, "")
    a, b = (result.plans[name].evaluated for name in ("pure-roi", "balanced"))
    coin = tell(result).coin
    difference = float(b.returns.sum() - a.returns.sum())
    share = abs(difference) / float(a.returns.sum())
    assert (
        f"Balanced returns {money(float(b.returns.sum()), coin)}, {money(abs(difference), coin)} ({share:.1%})"
        in seen
    )
    changes = {
        c: b.by(b.spend, "channel")[c]
        - result.references["today"].by(result.references["today"].spend, "channel")[c]
        for c in ("tv", "search", "social", "print")
    }
    top = max(changes, key=lambda c: abs(changes[c]))
    assert f"{top} {money(abs(changes[top]), coin)}" in seen


def test_tables_hold_what_the_result_holds(result):
    facts = facts_of(result)
    spend = next(f for s in sections(facts) for f in s.figures if f.name == "channels").table
    balanced = result.plans["balanced"].evaluated
    by_channel = balanced.by(balanced.spend, "channel")
    written = money_alike([by_channel[row[0].text] for row in spend.rows], facts.coin)
    assert [row[3].text for row in spend.rows] == written
    names = [row[0].text for row in all_measures(facts).rows]
    assert len(names) == len(set(names))
    shown, folded = rules(facts)
    assert folded is None
    assert [row[0].text for row in shown.rows] == ["tv-floor", "budget"]
    assert [cell.kind for cell in shown.rows[1]].count("binds") == 2


def test_waterfall_and_price_add_up(result):
    from mixopt_report.charts.price import bars_of
    from mixopt_report.charts.waterfall import steps_of

    facts = facts_of(result)
    assert sum(step.change for step in steps_of(facts)) == pytest.approx(facts.pair.d, rel=1e-12)
    bars = bars_of(facts)
    assert sum(bar.amount for bar in bars[:-1]) == pytest.approx(bars[-1].amount, rel=1e-12)
    assert bars[-1].amount == pytest.approx(facts.pair.net)


def test_the_structure_serves_those_who_listen(html, read):
    page_read = read(html)
    tags = [tag for tag, _ in page_read.elements]
    assert tags.count("h1") == 1
    assert tags.index("h1") < tags.index("h2") < tags.index("h3")
    ids = [a["id"] for _, a in page_read.attributes if "id" in a]
    assert len(ids) == len(set(ids))
    for tag, attributes in page_read.attributes:
        if tag in {"figure", "section"}:
            assert attributes["aria-labelledby"] in ids
        if tag == "th":
            assert attributes["scope"] in {"col", "row", "rowgroup"}
        if attributes.get("href"):
            assert attributes["href"].startswith("#")
            assert attributes["href"][1:] in ids
        assert "src" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
    assert tags.count("caption") == tags.count("table")
    assert ("html", "en") in [(tag, a.get("lang")) for tag, a in page_read.attributes]


def test_the_policy_lets_run_only_the_two_scripts(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    sums = [
        "'sha256-" + base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() + "'" for s in scripts
    ]
    assert len(sums) == 2
    assert re.search(r"script-src ([^;]+)", policy)[1].split() == sums


def test_the_page_is_small_and_asks_for_nothing(html):
    assert len(html.encode()) < 2_000_000
    own = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert "http" not in own.replace("http-equiv", "")
    assert "url(" not in own
    assert "@import" not in own


def test_the_same_result_gives_the_same_bytes(result, html):
    assert page(result) == html


def test_charts_come_as_data_that_cannot_end_their_element(html):
    text = re.search(r'<script type="application/json" id="charts">(.*?)</script>', html, flags=re.DOTALL)[1]
    assert not set("<>&\u2028\u2029") & set(text)
    charts = json.loads(text)
    assert list(charts) == ["price", "waterfall", "channels", "segments", "next", "curves", "shocks"]
    assert all(chart["wide"]["description"] for chart in charts.values())


def names_of(result):
    return [section.name for section in sections(facts_of(result))], [
        figure.name for section in sections(facts_of(result)) for figure in section.figures
    ]


def test_absent_data_leave_no_hole(case):
    assert names_of(case(segments=["all"]).result())[1] == [
        "price",
        "waterfall",
        "channels",
        "next",
        "curves",
        "shocks",
    ]
    without = case(shocks=False).result()
    assert "wrong" not in names_of(without)[0]
    assert "could go wrong" not in page(without)
    one = case(plans={"only": {"objective": [{"kind": "response"}]}}).result()
    assert names_of(one)[0] == ["where", "why", "wrong", "measures", "proof", "assumed"]
    assert "Difference" not in page(one)
    unknown = case(today=False).result()
    text = page(unknown)
    assert "Against today" not in text
    assert "Equal split" in text
    single = case(channels=["tv"], segments=["all"]).result()
    assert "channels" not in names_of(single)[1]


def test_plans_that_are_the_same_show_no_charts_of_differences(case):
    made = case()
    problem = made.problem()
    spend = made.spends(problem)["pure-roi"]
    found = made.result({"pure-roi": spend, "balanced": spend})
    sections_found, figures = names_of(found)
    assert "balance" not in sections_found
    assert "segments" not in figures
    assert "are the same plan for all practical purposes" in page(found)


def test_a_plan_that_cannot_exist_is_told_and_the_other_is_shown(case, read):
    from mixopt.plan import Clashing, Conflict

    nothing = {
        "evaluation": None,
        "objective": None,
        "bound": None,
        "gap": None,
        "rule_levels": (),
        "term_values": (),
    }
    clash = Clashing(
        name="tv-floor",
        sentence="spend on tv is at least 900",
        unit="currency",
        relaxation=20.0,
        alone=20.0,
        worth=1.0,
    )
    conflict = Conflict(rules=(clash, clash), total=20.0, relaxed=(clash,))
    found = case().result(balanced={**nothing, "status": "infeasible", "conflict": conflict})
    seen = read(page(found)).seen
    assert "No Balanced keeps all rules. These clash:" in seen
    assert "Smallest change that makes room: tv-floor gives way by £20." in seen
    assert "Pure ROI returns" in seen
    late = case().result(
        **{
            name: {**nothing, "status": "no-plan", "reason": "time-limit"}
            for name in ("pure-roi", "balanced")
        }
    )
    assert "No Pure ROI was found." in read(page(late)).seen


def test_a_plan_stopped_by_a_limit_says_so(case, read):
    found = case().result(balanced={"status": "feasible", "reason": "time-limit", "missing": 0.4})
    seen = read(page(found)).seen
    assert "Pure ROI and Balanced cannot be ranked yet." in seen
    assert "1 of 2 plans proven as asked" in seen
    assert "longer runs can only shrink this" in seen


def test_ties_are_tagged_and_hollow(case, read):
    found = case().result(balanced={"missing": 0.5})
    text = page(found)
    assert '<span class="tag">tie</span>' in text
    charts = json.loads(re.search(r'id="charts">(.*?)</script>', text, flags=re.DOTALL)[1])
    looks = {row["look"] for row in _data(charts["price"]["wide"])}
    assert looks <= {"a-tie", "b-tie"}


def _data(spec):
    return [row for rows in spec["datasets"].values() for row in rows if "said" in row]


def test_more_than_two_plans_are_all_marked(case, read):
    plans = {
        name: {"objective": [{"kind": "response"}, {"kind": "brand", "weight": w}]}
        for name, w in zip("abcd", (0.1, 0.4, 0.8, 1.2), strict=True)
    }
    found = case(plans=plans).result()
    key = re.search(r'<ul class="key".*?</ul>', page(found), flags=re.DOTALL)[0]
    assert [color in key for color in ("fill-first", "fill-second", "fill-third", "fill-fourth")] == [
        True
    ] * 4


def test_many_rules_are_folded(case):
    rules_asked = [
        {"name": f"r{k}", "kind": "spend", "where": {"channel": "tv"}, "at_least": 1 + k} for k in range(14)
    ]
    shown, folded = rules(facts_of(case(constraints=rules_asked).result()))
    assert [row[0].text for row in shown.rows] == ["budget"]
    assert len(folded.rows) == 14


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("return", "Return now"),
        ("brand", "Return later"),
        ("long-run-roi", "Return later"),
        ("effective-number", "Spread"),
        ("cvar-kept", "When things go wrong"),
        ("reach-1", "Reach and simplicity"),
        ("carbon", "Further measures"),
    ],
)
def test_measures_stand_in_their_group(name, group):
    assert group_of(name) == group


def test_no_sentence_speaks_the_language_of_solvers(html, read):
    seen = read(html).seen.lower()
    for word in ("dual", "milp", " bound ", "optimal", "shadow price", "nan", "inf ", "none"):
        assert word not in seen, word


def test_the_theme_can_be_set(result):
    assert '<html lang="en" data-theme="dark">' in page(result, theme="dark")


def test_large_runs_stay_readable_and_small(case):
    channels, segments = (
        [f"{what} {k:02d}" for k in range(n)] for what, n in (("channel", 40), ("segment", 30))
    )
    large = case(channels=channels, segments=segments, shocks=False)
    total = large.problem().scope.budget.total
    rising = np.arange(1.0, 1201.0)
    spends = {"pure-roi": total * rising / rising.sum(), "balanced": total * rising[::-1] / rising.sum()}
    text = page(large.result(spends))
    assert len(text.encode()) < 5_000_000
    charts = json.loads(re.search(r'id="charts">(.*?)</script>', text, flags=re.DOTALL)[1])
    rows = {row["row"] for row in _data(charts["channels"]["wide"])}
    assert len(rows) == 20
    assert "Other (20)" in text
    segments = {row["segment"] for row in _data(charts["segments"]["wide"])}
    assert len(segments) == 31
    narrow = {row["segment"] for row in _data(charts["segments"]["narrow"])}
    assert len(narrow) == 8
    assert "Other (24)" in narrow


def test_numbers_stay_numbers_at_the_ends_of_the_curves(case):
    made = case(channels=["a", "b"], segments=["all"])
    problem = made.problem()
    total = problem.scope.budget.total
    found = made.result({"pure-roi": np.array([total, 0.0]), "balanced": np.array([0.0, total])})
    text = page(found)
    assert "NaN" not in text.split('id="charts">')[1].split("</script>")[0]
