"""Bars of a funnel, each with the reasons why items did not go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openiru.engines.charts.svg import num, open_svg, text

_LEFT: Final = 150.0
_WIDTH: Final = 760.0
_BAR: Final = 22.0
_PITCH: Final = 50.0
#: About as many characters as fit under a bar; the table beside the chart has them all.
_FITTING: Final = 84


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage: its name, its count, the count as written, and what was lost on the way, in words."""

    name: str
    count: int
    shown: str
    losses: str = ""


def funnel(bars: Sequence[Bar], *, title: str) -> str:
    """The bars as one SVG element, to one scale from zero. No bars give an empty drawing."""
    most = max((bar.count for bar in bars), default=0) or 1
    room = _WIDTH - _LEFT - 90
    parts = [open_svg(_WIDTH, _PITCH * len(bars) + 10, title)]
    for place, bar in enumerate(bars):
        top = 8 + place * _PITCH
        width = room * max(0, bar.count) / most
        parts.append(text(bar.name, x=_LEFT - 10, y=top + 16, kind="label", anchor="end"))
        parts.append(_rect("track", _LEFT, top, room))
        parts.append(_rect("bar", _LEFT, top, width))
        parts.append(text(bar.shown, x=_LEFT + room + 8, y=top + 16, kind="value"))
        if bar.losses:
            parts.append(text(_fitting(bar.losses), x=_LEFT, y=top + _BAR + 14, kind="loss"))
    return "".join(parts) + "</svg>"


def _fitting(words: str) -> str:
    return words if len(words) <= _FITTING else words[: _FITTING - 1].rstrip(" ·") + "…"


def _rect(kind: str, x: float, y: float, width: float) -> str:
    return (
        f'<rect class="{kind}" x="{num(x)}" y="{num(y)}" width="{num(width)}" height="{num(_BAR)}" rx="3"/>'
    )
