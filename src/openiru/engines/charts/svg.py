"""What both charts share: escaped text, short numbers, and colours that follow the page's light or dark."""

from __future__ import annotations

import unicodedata
from typing import Final
from xml.sax.saxutils import escape, quoteattr

#: Classes used in the drawings; the page gives them colours for light and dark.
CLASSES: Final = ("bar", "track", "axis", "label", "value", "band", "line", "loss")
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def text(words: str, *, x: float, y: float, kind: str, anchor: str = "start") -> str:
    """A text element. Control and direction characters become U+FFFD: names come from outside."""
    return f'<text class="{kind}" x="{num(x)}" y="{num(y)}" text-anchor="{anchor}">{escape(harmless(words))}</text>'


def open_svg(width: float, height: float, title: str) -> str:
    """The opening tag with a view box and the title that screen readers say."""
    name = harmless(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" '
        f'role="img" aria-label={quoteattr(name)}><title>{escape(name)}</title>'
    )


def num(value: float) -> str:
    """A coordinate with at most two decimals, without trailing zeros."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else shown


def harmless(words: str) -> str:
    """``words`` without characters that steer a terminal or turn the direction of writing."""
    return "".join("\ufffd" if unicodedata.category(c) in _UNSAFE else c for c in words)
