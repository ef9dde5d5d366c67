"""What a contributed row must hold, and its words for language and kind brought into the trade's terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from openiru.core.intake.names import DEFAULT_SCRIPT, KINDS, LANGUAGES
from openiru.core.vocabulary import Kind

#: Longest address and longest other text of a row, in characters.
LONGEST_ADDRESS: Final = 8_192
LONGEST_TEXT: Final = 20_000
#: Clocks differ: a row seen this much later than now is still believed.
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
#: Before this nothing that a row could point to existed: a date there is a slip (1900, 1970).
EARLIEST_YEAR: Final = 1995


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row is refused. ``code`` is stable; ``field`` is the field of the row."""

    code: str
    field: str
    message: str


def check(*, address: str, seen_at: datetime | None, texts: Mapping[str, str], now: datetime) -> list[Flaw]:
    """Everything wrong with a row; empty when it can be taken. ``texts`` are its other fields by name.

    Language, kind and marking are no reason to refuse a row: unknown words stay as written.
    """
    return [*_address(address), *_seen(seen_at, now), *_texts(texts)]


def _address(address: str) -> Iterator[Flaw]:
    if not address.strip():
        yield Flaw("address-missing", "address", "The row has no address.")
    elif len(address) > LONGEST_ADDRESS:
        yield Flaw(
            "address-long",
            "address",
            f"The address has {len(address):,} characters; at most {LONGEST_ADDRESS:,} are taken.",
        )
    if "\x00" in address:
        yield Flaw("nul", "address", "A NUL character stands in the address.")


def _seen(seen_at: datetime | None, now: datetime) -> Iterator[Flaw]:
    if seen_at is None:
        return
    if seen_at.tzinfo is None:
        yield Flaw("seen-zone", "seen_at", "The time has no zone.")
    elif seen_at > now + CLOCK_TOLERANCE:
        yield Flaw("seen-future", "seen_at", f"The row says it was seen in the future ({seen_at:%Y-%m-%d}).")
    elif seen_at.year < EARLIEST_YEAR:
        yield Flaw("seen-long-ago", "seen_at", f"The row says it was seen in {seen_at.year}.")


def _texts(texts: Mapping[str, str]) -> Iterator[Flaw]:
    for field, text in texts.items():
        if len(text) > LONGEST_TEXT:
            yield Flaw(
                "too-long",
                field,
                f"The field has {len(text):,} characters; at most {LONGEST_TEXT:,} are taken.",
            )
        if "\x00" in text:
            yield Flaw("nul", field, "A NUL character stands in the field.")


def language_tag(written: str) -> str:
    """The BCP 47 tag of a language as people write it: ``shqip`` → ``sq``, ``SR_Latn`` → ``sr-Latn``.

    The region is dropped; the script is kept where it says something (``sr`` is Cyrillic, as in CLDR). Empty
    when the words are not known: better no language than a wrong one.
    """
    folded = _fold(written)
    if folded in LANGUAGES:
        return LANGUAGES[folded]
    parts = folded.replace(" ", "-").split("-")
    base = LANGUAGES.get(parts[0], "") if len(parts[0]) in (2, 3) else ""
    if not base or not all(part.isalnum() for part in parts):
        return ""
    script = next((part.capitalize() for part in parts[1:] if len(part) == 4), "")  # noqa: PLR2004 - ISO 15924
    return base if script in ("", DEFAULT_SCRIPT.get(base)) else f"{base}-{script}"


def kind_of(written: str) -> Kind | None:
    """The kind that a word in English or a language of the Western Balkans means; None if unknown."""
    return KINDS.get(_fold(written))


def _fold(written: str) -> str:
    return " ".join(written.replace("_", "-").casefold().split()).strip(" .:;")
