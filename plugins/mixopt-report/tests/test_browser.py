"""The report of every example config in a real browser: nothing asked for, nothing logged, everything drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mixopt_report.page.render import page

import mixopt
from mixopt.report import decision, headline, tell

CONFIGS = sorted((Path(__file__).resolve().parents[3] / "configs").glob("*/config.yaml"))
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
CHARTS = """[...document.querySelectorAll('.chart')].map(c => ({
  name: c.dataset.chart, drawn: c.dataset.drawn, label: c.getAttribute('aria-label') || '',
  marks: c.querySelectorAll('svg .mark-symbol path, svg .mark-rect path').length,
  wide: c.querySelector('svg')?.getBoundingClientRect().width || 0, place: c.getBoundingClientRect().width}))"""
UNNAMED = """[...document.querySelectorAll('button, a, summary, figure, table, svg[role]')].filter(e =>
  !(e.textContent || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || '').trim())
  .map(e => e.outerHTML.slice(0, 80))"""
FAINT = """(() => {
const parts = c => (c.match(/[\\d.]+/g) || []).slice(0, 4).map(Number);
const light = c => parts(c).slice(0, 3).map(v => v / 255)
  .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, k) => sum + v * [.2126, .7152, .0722][k], 0);
const ground = e => { while (e && parts(getComputedStyle(e).backgroundColor)[3] === 0) e = e.parentElement;
  return getComputedStyle(e || document.body).backgroundColor; };
return [...document.querySelectorAll('main *, header *, footer *')]
  .filter(e => e.children.length === 0 && e.innerText &&
  !e.closest('svg') && e.getClientRects().length).map(e => {
  const [low, high] = [light(getComputedStyle(e).color), light(ground(e))].sort((p, q) => p - q);
  return [(high + .05) / (low + .05), e.innerText.slice(0, 40)]; }).filter(([ratio]) => ratio < 4.5); })()"""


@pytest.mark.slow
@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.parent.name)
def test_the_report_of_every_example_is_sound(config, watch, tmp_path):
    result = mixopt.run(config)
    path = tmp_path / "report.html"
    path.write_text(page(result), encoding="utf-8")
    for width in (400, 1600):
        for theme in ("light", "dark"):
            with watch(width, theme) as seen:
                seen.open(path)
                sound(seen, path, narrow=width < 500)
                if width > 500 and theme == "light":
                    told(seen, result)


def sound(seen, path, *, narrow):
    assert not seen.faults
    assert seen.requests == [path.as_uri()]
    assert seen.tab.evaluate(OVERFLOW) <= 0
    charts = seen.tab.evaluate(CHARTS)
    assert charts
    for chart in charts:
        assert chart["drawn"] == "narrow" or (chart["drawn"] == "wide" and not narrow), chart
        assert chart["marks"] > 0, chart
        assert len(chart["label"]) > 20, chart
        assert chart["wide"] <= chart["place"] + 1, chart
    assert seen.tab.evaluate(UNNAMED) == []
    assert seen.tab.evaluate(FAINT) == []


def told(seen, result):
    text = " ".join(seen.tab.inner_text("main").replace("\u2060", "").split())
    story = tell(result)
    for said in (*headline(story), *(one.text for one in decision(story))):
        assert " ".join(said.split()) in text


@pytest.fixture
def report(html, tmp_path):
    """Return the path of a small report."""
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    return path


def test_keyboard_and_theme_button(report, watch):
    with watch(1200) as seen:
        seen.open(report)
        seen.tab.keyboard.press("Tab")
        assert seen.tab.evaluate("document.activeElement.className") == "skip"
        seen.tab.focus("#theme")
        grounds = []
        for _ in range(3):
            seen.tab.keyboard.press("Enter")
            grounds.append(seen.tab.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert seen.tab.inner_text("#theme") == "Theme: auto"
        assert grounds == ["rgb(255, 255, 255)", "rgb(17, 22, 29)", "rgb(255, 255, 255)"]
        assert not seen.faults


def test_marks_tell_their_numbers_to_the_pointer(report, watch):
    with watch(1200) as seen:
        seen.open(report)
        seen.tab.hover("#chart-channels path[aria-label^='tv, Balanced']")
        said = seen.tab.inner_text("#vg-tooltip-element")
        assert re.fullmatch(r"tv, Balanced: £[\d.]+", said)


def test_charts_are_drawn_anew_when_the_window_gets_narrow(report, watch):
    with watch(1200) as seen:
        seen.open(report)
        seen.tab.set_viewport_size({"width": 400, "height": 900})
        seen.tab.wait_for_selector("#chart-channels[data-drawn=narrow]")
        seen.tab.wait_for_timeout(500)
        assert seen.tab.evaluate(OVERFLOW) <= 0
        assert not seen.faults


def test_without_scripts_sentences_and_tables_are_complete(report, result, watch):
    with watch(1200, java_script_enabled=False) as seen:
        seen.tab.goto(report.as_uri())
        text = " ".join(seen.tab.locator("main").inner_text().replace("\u2060", "").split())
        for one in decision(tell(result)):
            assert one.text in text
        assert text.count("This chart needs scripts; its numbers are in the table below.") == 7
        assert seen.tab.locator("details table tr").count() > 20
        assert not seen.tab.locator("#theme").is_visible()


def test_it_prints_on_paper(report, watch):
    with watch(1200, "dark") as seen:
        seen.open(report)
        seen.tab.emulate_media(media="print")
        assert seen.tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not seen.tab.locator("#theme").is_visible()
        pdf = seen.tab.pdf(prefer_css_page_size=True)
        assert 1 < len(re.findall(rb"/Type\s*/Page[^s]", pdf)) <= 14
        assert not seen.faults


def test_a_chart_that_fails_points_to_its_table(html, tmp_path, watch):
    broken = tmp_path / "broken.html"
    at = html.index('"channels":{"wide":{') + len('"channels":{"wide":{')
    broken.write_text(html[:at] + '"facet":7,' + html[at:], encoding="utf-8")
    with watch(1200) as seen:
        seen.open(broken)
        assert "its numbers are in the table below" in seen.tab.inner_text("#chart-channels")
        assert seen.tab.get_attribute("#chart-price", "data-drawn") == "wide"
