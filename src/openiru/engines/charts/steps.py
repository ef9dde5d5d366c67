"""A survival curve as steps with its band: between two looks nobody knows, and the drawing says so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from openiru.engines.charts.svg import num, open_svg, text

_WIDTH: Final = 760.0
_HEIGHT: Final = 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 60.0, 20.0, 14.0, 44.0


def steps(curve: Sequence[tuple[float, float, float]], *, title: str, horizon: float, unit: str = "h") -> str:
    """``curve`` rows (time, lowest S, highest S) from 0 to ``horizon`` as one SVG element.

    The upper line falls at the end of each interval and the lower one at its beginning; the band lies
    between. Times after ``horizon`` are left out, and both
    lines end at the last look: later nobody knows. S is drawn from 0 to 1.
    """
    rows = [row for row in curve if row[0] <= horizon]
    parts = [open_svg(_WIDTH, _HEIGHT, title), *_axes(horizon, unit)]
    if rows:
        upper = _late([(t, high) for t, _, high in rows])
        lower = _early([(t, low) for t, low, _ in rows])
        outline = [*upper, *reversed(lower)]
        parts.append(f'<polygon class="band" points="{_points(outline, horizon)}"/>')
        parts.extend(
            f'<polyline class="line" fill="none" points="{_points(line, horizon)}"/>'
            for line in (upper, lower)
        )
    return "".join(parts) + "</svg>"


def _late(rows: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Level until the next time, then down."""
    out = [rows[0]]
    for (_, before), (time, now) in pairwise(rows):
        out += [(time, before), (time, now)]
    return out


def _early(rows: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Down at once to the value that holds at the next time, then level."""
    out = [(rows[0][0], rows[0][1])]
    for (time, _), (later, then) in pairwise(rows):
        out += [(time, then), (later, then)]
    return out


def _points(line: Sequence[tuple[float, float]], horizon: float) -> str:
    return " ".join(f"{num(_x(time, horizon))},{num(_y(share))}" for time, share in line)


def _x(time: float, horizon: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * time / horizon


def _y(share: float) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - min(1.0, max(0.0, share)))


def _axes(horizon: float, unit: str) -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        y = _y(tenth / 10)
        parts.append(
            f'<line class="axis" x1="{num(_LEFT)}" x2="{num(_WIDTH - _RIGHT)}" y1="{num(y)}" y2="{num(y)}"/>'
        )
        parts.append(text(f"{tenth * 10}\u00a0%", x=_LEFT - 8, y=y + 4, kind="label", anchor="end"))
    for part in range(8):
        time = horizon * part / 7
        label = f"{num(time)}\u00a0{unit}"
        parts.append(text(label, x=_x(time, horizon), y=_HEIGHT - 22, kind="label", anchor="middle"))
    return parts
