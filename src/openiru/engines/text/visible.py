"""Text from outside, made harmless and visible before a person or a terminal sees it."""

from __future__ import annotations

import re

# C0, DEL, C1, zero-width and bidirectional controls, line separators, BOM, lone surrogates, tags:
# everything that changes what a person believes to be reading, or what a terminal does.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_PICTURES = 0x2400
_DELETE = 0x7F


def visible(text: str, limit: int = 80) -> str:
    """``text`` in at most ``limit`` characters, with every hidden character written out.

    C0 controls become their Unicode control pictures (U+2400 ...), all others ``⟨U+202E⟩``. A cut is marked
    with an ellipsis. Bounded work: no more than ``limit`` characters of the input are looked at.
    """
    shown = _HIDDEN.sub(_picture, text[:limit])
    if len(text) <= limit and len(shown) <= limit:
        return shown
    return shown[: limit - 1] + "…"


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < ord(" "):
        return chr(_PICTURES + code)
    if code == _DELETE:
        return "␡"
    return f"⟨U+{code:04X}⟩"
