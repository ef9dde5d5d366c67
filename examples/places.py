"""The invented places of the played internet: how their addresses are made, and recognised in any spelling.

Every identifier carries a check, so that a place exists or does not by arithmetic alone: no list of 26,000
addresses is kept, and a random sibling of an address that exists is, as on the real net, a dead one.
The forms of identifiers are chosen so that no real service can ever have given one out:

* ``eleven``  ``oi-demo`` and four characters: for sites with eleven-character ids of 64 bits, the first
  or the last character of which makes the value impossible there;
* ``number``  message numbers within an invented channel;
* ``big``     nineteen digits above 2^63;
* ``word``    an invented word, then four characters and two of check.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from examples.texts import number

DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
LAST_OF_ELEVEN: Final = "1235679"  # never the last character of a real 64-bit id
WORDS: Final = (
    "recept",
    "vreme",
    "autobus",
    "utakmica",
    "kuhinja",
    "jezero",
    "klub",
    "voz",
    "jutro",
    "pazar",
)
BIG: Final = 9_900_000_000_000_000_000
MODULUS: Final = 97


def base36(value: int, width: int) -> str:
    """A number in base 36 with leading zeros."""
    text = ""
    for _ in range(width):
        value, digit = divmod(value, 36)
        text = DIGITS[digit] + text
    return text


def _check(slug: str, body: str) -> str:
    return base36(number("check", slug, body) % 1296, 2)


def make_id(form: str, slug: str, n: int, prefix: str = "oi-demo") -> str:
    """The identifier of the n-th place of a platform (n from 0)."""
    if form == "eleven":
        body = "oi-demo" + base36(n, 3)
        return body + LAST_OF_ELEVEN[number("check", slug, body) % len(LAST_OF_ELEVEN)]
    if form == "number":
        return str(n * MODULUS + 1)
    if form == "big":
        start = BIG + number("big", slug) * MODULUS
        return str(start - start % MODULUS + n * MODULUS + 1)
    mark = "_" if "_" in prefix else "-"
    body = f"{prefix}{mark}{WORDS[n % len(WORDS)]}{mark}{base36(n, 4)}"
    return body + _check(slug, body)


def is_id(form: str, slug: str, text: str) -> bool:
    """Whether such a place exists."""
    if form == "eleven":
        good = LAST_OF_ELEVEN[number("check", slug, text[:-1]) % len(LAST_OF_ELEVEN)]
        return len(text) == len("oi-demo") + 4 and text[-1] == good
    if form in {"number", "big"}:
        return text.isdecimal() and int(text) % MODULUS == 1 and (form == "number" or int(text) > BIG)
    return text[-2:] == _check(slug, text[:-2])


@dataclass(frozen=True, slots=True)
class Place:
    """One place: ``token`` names it whatever the spelling of the address."""

    platform: str
    account: str
    ident: str
    exists: bool
    kind: str = "item"

    @property
    def token(self) -> str:
        """The place's name in state and logs."""
        return (
            f"{self.platform}:{self.account}/{self.ident}"
            if self.account
            else f"{self.platform}:{self.ident}"
        )


@dataclass(frozen=True)
class Platform:
    """One entry of platforms.json; the README of the folder explains each member."""

    slug: str
    name: str
    hosts: tuple[str, ...]
    provider: str
    behaviour: str
    form: str
    kind: str
    place: str
    match: tuple[re.Pattern[str], ...]
    sort: str = ""  # what units call it, where the address alone does not tell
    weight: int = 10
    prefix: str = "oi-demo"
    identity: str = "id"  # or "account/id": the account is part of what tells two places apart
    accounts: tuple[str, ...] = ("",)
    account_page: str = ""
    account_kind: str = ""
    spellings: tuple[str, ...] = ()
    wide: tuple[tuple[str, str], ...] = ()  # (kind, address) of places that are more than one item
    control: dict[str, str] = field(default_factory=dict)
    probe: tuple[dict[str, Any], ...] = ()

    def values(self, n: int, account: str | None = None) -> dict[str, str]:
        """What the templates of addresses are filled with for the n-th place."""
        chosen = self.accounts[n % len(self.accounts)] if account is None else account
        ident = make_id(self.form, self.slug, n, self.prefix)
        shard = "s2." if n and number("shard", ident) % 9 == 0 else ""  # the host whose name server fails
        return {"id": ident, "account": chosen, "ACCOUNT": chosen.upper(), "s2": shard}

    def address(self, n: int, account: str | None = None) -> str:
        """The plain address of the n-th place."""
        return self.place.format(**self.values(n, account))

    def recognise(self, location: str) -> Place | None:
        """The place at ``host/path?query``; None when this platform has nothing of that shape."""
        for pattern in self.match:
            if found := pattern.match(location):
                groups = found.groupdict()
                account = (groups.get("account") or "").lower()
                ident = groups["id"]
                known = not account or account in self.accounts
                kept = account if self.identity == "account/id" else ""
                return Place(self.slug, kept, ident, known and is_id(self.form, self.slug, ident))
        return None


class Catalogue:
    """All platforms, providers and shorteners."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.platforms = {p["slug"]: _platform(p) for p in data["platforms"]}
        self.providers: dict[str, dict[str, Any]] = {p["slug"]: p for p in data["providers"]}
        self.shorteners: dict[str, dict[str, str]] = data["shorteners"]
        self.dead_names: tuple[str, ...] = tuple(data["dead_names"])
        self.failing_names: tuple[str, ...] = tuple(data["failing_names"])
        self._by_host = {host: p for p in self.platforms.values() for host in p.hosts}

    def platform_of(self, host: str) -> Platform | None:
        """The platform that answers for a host; ``*.name`` covers one more label."""
        return self._by_host.get(host) or self._by_host.get("*." + host.partition(".")[2])

    def find(self, url: str) -> Place | None:
        """The place an address means, in any of its spellings."""
        try:
            parts = urlsplit(url)
        except ValueError:  # brackets that hold no address
            return None
        host = parts.hostname or ""
        platform = self.platform_of(host)
        query = f"?{parts.query}" if parts.query else ""
        return platform.recognise(f"{host}{unquote(parts.path)}{query}") if platform else None


def _platform(data: dict[str, Any]) -> Platform:
    lists: dict[str, Any] = {
        k: tuple(data[k]) for k in ("hosts", "accounts", "spellings", "probe") if k in data
    }
    rest: dict[str, Any] = {k: v for k, v in data.items() if k not in {*lists, "match", "wide", "documents"}}
    return Platform(
        **rest,
        **lists,
        match=tuple(re.compile(m) for m in data["match"]),
        wide=tuple((w["kind"], w["address"]) for w in data.get("wide", ())),
    )


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The world as it stands in loopback/platforms.json, read once."""
    text = (Path(__file__).parent / "loopback" / "platforms.json").read_text("utf-8")
    return Catalogue(json.loads(text))
