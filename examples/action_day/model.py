"""What the generator speaks of: items, contributions and files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from examples.texts import language_of

NOTICE: Final = "Invented data."
OPENS: Final = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)  # the first contribution was seen then
SEEN_MINUTES: Final = 6 * 24 * 60


@dataclass(slots=True)
class Item:
    """One place on the played net, and what the played assessors will say of it."""

    platform: str
    provider: str
    address: str
    token: str
    kind: str
    sort: str = ""  # what a unit calls it
    extent: str = "item"
    spellings: tuple[str, ...] = ()
    verdict: str = "refer"
    ground: str = ""
    exception: str = ""
    assessors: tuple[str, ...] = ()
    group: str = ""
    brand: str = ""
    held: str = ""
    ident: str = ""
    account: str = ""
    contributors: list[str] = field(default_factory=list)

    @property
    def language(self) -> str:
        """BCP 47."""
        return language_of(self.token)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file: an item as one unit wrote it down, or something that must be refused."""

    address: str
    item: Item | None
    seen_at: datetime
    refused: str = ""  # why, when it must be


@dataclass(frozen=True, slots=True)
class Source:
    """One file that is handed in."""

    path: str
    unit: str
    form: str
    zone: str
    language: str
    rows: int  # of 1,204 in the action day; a share at any other scale
    refused: tuple[str, ...] = ()
    fixed: str = ""  # the only channel it can hold, for exports of one
    mapping: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"


SOURCES: Final = (
    Source(
        "rs-prilog.csv",
        "RS",
        "csv",
        "Europe/Belgrade",
        "sr",
        170,
        ("no address", "broken address", "future date"),
        encoding="cp1251",
    ),
    Source(
        "hr-doprinosi.csv",
        "HR",
        "csv",
        "Europe/Zagreb",
        "hr",
        160,
        ("100 kB address", "no address"),
        encoding="cp1250",
    ),
    Source("si-prispevki.xlsx", "SI", "xlsx", "Europe/Ljubljana", "sl", 150, ("future date", "no address")),
    Source(
        "al-kontribute.csv",
        "AL",
        "csv",
        "Europe/Tirane",
        "sq",
        150,
        ("broken address",),
        encoding="utf-8-sig",
    ),
    Source(
        "ba/result.json",
        "BA",
        "telegram",
        "Europe/Sarajevo",
        "bs",
        140,
        fixed="openiru_demo_bilten",
        mapping={"channel": "openiru_demo_bilten"},
    ),
    Source("mk-4cat.ndjson", "MK", "4cat_ndjson", "Europe/Skopje", "mk", 150, fixed="openiru_demo_kanal"),
    Source("me-poruka.eml", "ME", "text", "Europe/Podgorica", "cnr", 90),
    Source("agency-items.jsonl", "AGY", "jsonl", "UTC", "en", 130, ("file address", "script address")),
    Source("agency-tcap.csv", "AGY", "tcap", "UTC", "en", 64, ("no address",)),
)
#: who joins for the scale of November 2019: twelve units
FURTHER: Final = tuple(
    Source(f"{code.lower()}-items.csv", code, "csv", zone, "en", 180)
    for code, zone in (
        ("BE", "Europe/Brussels"),
        ("BG", "Europe/Sofia"),
        ("DE", "Europe/Berlin"),
        ("ES", "Europe/Madrid"),
        ("FR", "Europe/Paris"),
    )
)
