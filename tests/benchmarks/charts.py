"""Curves over sizes on logarithmic axes, as plain SVG that is legible on light and dark pages."""

from __future__ import annotations

import math
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 320, 64, 44, 34, 150
COLORS = ("#2f6fb5", "#c0612b", "#3d8a55", "#8a4fa3", "#9a7b1c", "#777777", "#b5395a")


def lines(title: str, across: str, up: str, curves: dict[str, list[tuple[float, float]]]) -> str:
    """Return a chart of curves {name: [(x, y), …]}."""
    points = [point for curve in curves.values() for point in curve]
    (x0, x1), (y0, y1) = (_decades([point[axis] for point in points]) for axis in (0, 1))

    def at(x: float, y: float) -> tuple[float, float]:
        across_ = (math.log10(x) - x0) / (x1 - x0)
        up_ = (math.log10(y) - y0) / (y1 - y0)
        return LEFT + across_ * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up_ * (HEIGHT - BOTTOM - TOP)

    drawn = [_text(LEFT, 20, title, "start", 14)]
    for k in range(x0, x1 + 1):
        x, y = at(10.0**k, 10.0**y0)
        drawn += [_rule(x, TOP, x, y), _text(x, y + 16, _power(k))]
    for k in range(y0, y1 + 1):
        x, y = at(10.0**x0, 10.0**k)
        drawn += [_rule(x, y, WIDTH - RIGHT, y), _text(x - 6, y + 4, _power(k), "end")]
    drawn.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, across))
    drawn.append(_text(8, TOP - 6, up, "start"))
    for k, (name, curve) in enumerate(curves.items()):
        color = COLORS[k % len(COLORS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in sorted(curve)))
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        drawn += [f'<circle cx="{at(*p)[0]:.1f}" cy="{at(*p)[1]:.1f}" r="3" fill="{color}"/>' for p in curve]
        drawn.append(_text(WIDTH - RIGHT + 12, TOP + 10 + 18 * k, name, "start", 12, color))
    body = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif">\n{body}\n</svg>\n'
    )


def _decades(values: list[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _power(k: int) -> str:
    return f"{10**k:,}" if k >= 0 else f"{10.0**k:g}"


def _rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="#888" stroke-opacity="0.3"/>'
    )


def _text(x: float, y: float, said: str, anchor: str = "middle", size: int = 11, color: str = "#777") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f'<text {place} fill="{color}">{escape(said)}</text>'
