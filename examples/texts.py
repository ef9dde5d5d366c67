"""Neutral invented text in ten languages and scripts, always the same for the same seed."""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

LANGUAGES: Final = ("sq", "bs", "hr", "mk", "cnr", "sr", "sr-Latn", "sl", "ar", "en")


@lru_cache(maxsize=1)
def bank() -> dict[str, Any]:
    """The sentences, read once."""
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "texts.json").read_text("utf-8"))
    return loaded


def number(*parts: object) -> int:
    """A 32-bit number that depends on nothing but the parts: the dice of every example."""
    return zlib.crc32("\x1f".join(map(str, parts)).encode())


def language_of(place: str) -> str:
    """In which language the content at a place is written."""
    return LANGUAGES[number("language", place) % len(LANGUAGES)]


def title(place: str, language: str) -> str:
    """A heading, such as a recipe's name."""
    titles: list[str] = bank()[language]["titles"]
    return f"{titles[number('title', place) % len(titles)]} {number('no', place) % 900 + 100}"


def reason(place: str, language: str) -> str:
    """Why a unit contributes it: a short neutral phrase that says it is invented."""
    reasons: list[str] = bank()[language]["reason"]
    return reasons[number("reason", place) % len(reasons)]


def sentences(place: str, language: str, count: int) -> list[str]:
    """So many sentences, with figures of the place's own in them."""
    source: list[str] = bank()[language]["sentences"]
    start = number("start", place)
    return [
        source[(start + i) % len(source)].format(
            a=number("a", place, i) % 89 + 10, b=number("b", place, i) % 8 + 2
        )
        for i in range(count)
    ]


def invented(language: str) -> str:
    """The notice that stands on everything."""
    notice: str = bank()[language]["invented"]
    return notice if language == "en" else f"{notice} Invented data."
