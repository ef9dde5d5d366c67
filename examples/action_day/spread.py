"""Who hands in what: each item once at first, some again by another unit in another spelling."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from examples.action_day.items import Sizes
from examples.action_day.model import OPENS, SEEN_MINUTES, Entry, Item, Source
from examples.texts import number

FUTURE: Final = datetime(2062, 1, 1, 12, 0, tzinfo=OPENS.tzinfo)
REFUSED: Final = {
    "no address": "",
    "broken address": "https://[openiru-demo/invented",
    "future date": "https://filebay.example/f/oi-demo-future",
    "100 kB address": "https://filebay.example/f/oi-demo-" + "x" * 100_000,
    "file address": "file:../../openiru_demo/invented.txt",
    "script address": "javascript:openiru_demo_invented()",
}


def spread(
    items: list[Item], sources: tuple[Source, ...], sizes: Sizes, dice: random.Random
) -> dict[str, list[Entry]]:
    """The rows of every file. A unit never hands in the same item twice."""
    rows: dict[str, list[Entry]] = {source.path: [] for source in sources}
    fixed = {source.fixed: source for source in sources if source.fixed}
    free = [source for source in sources if not source.fixed]
    others: list[Item] = []
    for item in items:
        if owner := fixed.get(item.account):
            _hand_in(rows, owner, item, item.address)
        else:
            others.append(item)
    slots = _slots(free, len(others) + sizes.duplicates, dice)
    dice.shuffle(others)
    for item, source in zip(others, slots, strict=False):
        _hand_in(rows, source, item, _spelling(item, source, dice, first=True))
    assessable = [item for item in items if item.extent == "item"]
    for source in slots[len(others) :]:
        item = dice.choice(assessable)
        while source.unit in item.contributors:
            item = dice.choice(assessable)
        _hand_in(rows, source, item, _spelling(item, source, dice, first=False))
    for source in free:
        dice.shuffle(rows[source.path])
        _refused(rows[source.path], source, dice)
    return rows


def _slots(free: list[Source], count: int, dice: random.Random) -> list[Source]:
    """One source a row, in proportion to what each unit hands in."""
    weights = {source.path: source.rows - len(source.refused) for source in free}
    total = sum(weights.values())
    slots = [s for s in free for _ in range(count * weights[s.path] // total)]
    slots += free[: count - len(slots)]
    dice.shuffle(slots)
    return slots


def _hand_in(rows: dict[str, list[Entry]], source: Source, item: Item, address: str) -> None:
    item.contributors.append(source.unit)
    minutes = number("seen", item.token, source.unit) % SEEN_MINUTES
    rows[source.path].append(Entry(address, item, OPENS + timedelta(minutes=minutes)))


def _spelling(item: Item, source: Source, dice: random.Random, *, first: bool) -> str:
    """How this unit wrote it down. A second unit rather writes it otherwise."""
    if source.form == "text":
        return _defanged(item.address, dice)
    if source.form == "tcap":
        return item.address.partition("://")[2]
    choices = item.spellings
    if not choices or dice.random() < (0.7 if first else 0.15):
        return item.address
    return dice.choice(choices)


def _defanged(address: str, dice: random.Random) -> str:
    """In one of the ways in which people make an address harmless in a mail."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    dot = dice.choice(("[.]", "(.)", "[dot]", "(dot)", "{.}"))
    head = dice.choice(("hxxps://", "hXXps://", "https[:]//", f"{scheme}://"))
    return head + host.replace(".", dot) + slash + path


def _refused(rows: list[Entry], source: Source, dice: random.Random) -> None:
    for why in source.refused:
        seen = FUTURE if why == "future date" else OPENS
        rows.insert(dice.randrange(5, len(rows)), Entry(REFUSED[why], None, seen, why))


def counted(items: list[Item]) -> dict[str, dict[str, int]]:
    """How many items by what, as the figures must find them before any short link is followed."""
    real = [item for item in items if item.extent == "item"]
    return {
        "platform": dict(sorted(Counter(i.platform for i in real).items())),
        "provider": dict(sorted(Counter(i.provider for i in real).items())),
        "language": dict(sorted(Counter(i.language for i in real).items())),
        "kind": dict(sorted(Counter(i.kind for i in real).items())),
        "extent": dict(sorted(Counter(i.extent for i in items).items())),
        "verdict": dict(sorted(Counter(i.verdict for i in real if not i.held).items())),
        "held": dict(sorted(Counter(i.held for i in real if i.held).items())),
        "contributors": dict(sorted(Counter(u for i in items for u in i.contributors).items())),
    }
