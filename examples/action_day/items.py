"""Which places there are, and what will be said of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from examples.action_day.model import Item
from examples.places import Catalogue, Platform
from examples.texts import number

GROUNDS: Final = ("2(7)(a)", "2(7)(b)", "2(7)(c)", "2(7)(d)", "2(7)(e)")
GROUPS: Final = (
    ("invented-group-1", "invented-outlet-alef"),
    ("invented-group-1", "invented-outlet-bet"),
    ("invented-group-2", "invented-outlet-gimel"),
    ("invented-group-3", ""),
)
GENERAL_TELEGRAM: Final = 4  # the first so many channels hold what anybody may come across
HELD_CHANNEL: Final = "openiru_demo_cekanje"
SENSITIVE: Final = (
    "https://openiru-demo.europa.eu/invented/notice-1",
    "https://openiru-demo.edu/invented/reader-1",
)
SHORT: Final = (
    "https://bit.ly/openiru-demo1",
    "https://bit.ly/openiru-demo2",
    "https://bit.ly/openiru-demo3",
    "https://bit.ly/openiru-demo4",
    "https://t.co/openiru-demo5",
    "https://t.co/openiru-demo6",
)
ENOUGH: Final = 12  # platforms with fewer items keep them all, so that each is referred something
NEVER: Final = frozenset({"collection", "playlist", "search", "site"})


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of what: the figures of the action day, or the same shape at another scale."""

    items: int
    bilten: int
    kanal: int
    held: int
    duplicates: int
    press: int
    research: int
    outside: int
    expert: int
    language: int

    @classmethod
    def of(cls, items: int) -> Sizes:
        """The action day has 902 items; everything else follows in proportion, never below one."""

        def share(figure: int) -> int:
            return max(1, round(figure * items / 902))

        return cls(items, *(share(figure) for figure in (140, 150, 8, 291, 9, 4, 24, 5, 4)))


def make_items(world: Catalogue, sizes: Sizes, dice: random.Random) -> list[Item]:
    """All items, those of the two channel exports first."""
    telegram = world.platforms["telegram"]
    items = [_item(telegram, n, "openiru_demo_bilten") for n in range(1, sizes.bilten + 1)]
    items += [_item(telegram, n, "openiru_demo_kanal") for n in range(1, sizes.kanal + 1)]
    held = [_item(telegram, n, HELD_CHANNEL) for n in range(1, sizes.held + 1)]
    for item in held:
        item.held = "unit"
    items += held
    wide = _wide(world)
    items += _spread(world, sizes.items - len(items) - len(wide))
    _plan(items, sizes, dice)
    items += wide
    return items


def _item(platform: Platform, n: int, account: str | None = None) -> Item:
    values = platform.values(n, account)
    group, brand = GROUPS[number("group", platform.slug, n, values["account"]) % len(GROUPS)]
    account_of = f"{values['account']}/" if platform.identity == "account/id" else ""
    return Item(
        platform.slug,
        platform.provider,
        platform.place.format(**values),
        f"{platform.slug}:{account_of}{values['id']}",
        platform.kind,
        spellings=tuple(s.format(**values) for s in platform.spellings),
        sort=platform.sort or platform.kind,
        group=group,
        brand=brand,
        ident=values["id"],
        account=values["account"],
    )


def _spread(world: Catalogue, count: int) -> list[Item]:
    """So many items over all platforms, by weight, the largest remainders rounded up."""
    platforms = list(world.platforms.values())
    total = sum(p.weight for p in platforms)
    shares = {p.slug: count * p.weight / total for p in platforms}
    taken = {slug: int(share) for slug, share in shares.items()}
    by_rest = sorted(shares, key=lambda slug: (taken[slug] - shares[slug], slug))
    for slug in by_rest[: count - sum(taken.values())]:
        taken[slug] += 1
    return [
        _item(p, n, p.accounts[n % GENERAL_TELEGRAM] if p.slug == "telegram" else None)
        for p in platforms
        for n in range(1, taken[p.slug] + 1)
    ]


def _wide(world: Catalogue) -> list[Item]:
    """Addresses of more than one item, sensitive hosts and short links: 32, at every scale."""
    made = [
        _special(p.slug, p.provider, address, kind, "never" if kind in NEVER else "wide")
        for p in world.platforms.values()
        for kind, address in p.wide
    ]
    for platform in world.platforms.values():
        known = {item.address for item in made}
        pages = (platform.account_page.format(account=a) for a in platform.accounts if a)
        made += [
            _special(platform.slug, platform.provider, page, platform.account_kind, "wide")
            for page in dict.fromkeys(pages)
            if "{" not in page and page not in known and "cekanje" not in page and "kontrola" not in page
        ]
    made = made[:24]
    made += [_special("", "", address, "page", "sensitive") for address in SENSITIVE]
    made += [_special("", "", address, "shortener", "shortener") for address in SHORT]
    return made


def _special(platform: str, provider: str, address: str, kind: str, extent: str) -> Item:
    return Item(platform, provider, address, f"special:{address}", kind, extent=extent, verdict="")


def _plan(items: list[Item], sizes: Sizes, dice: random.Random) -> None:
    """What the played assessors say: two by two, with a third where they differ."""
    for item in items:
        item.ground = GROUNDS[number("ground", item.token) % len(GROUNDS)]
        item.assessors = ("refer", "refer")
    next(item for item in items if item.platform == "youtube").held = "judicial"
    small = {slug for slug in {i.platform for i in items} if sum(i.platform == slug for i in items) < ENOUGH}
    free = [item for item in items if not item.held and item.platform not in small]
    figures = (sizes.press, sizes.research, sizes.outside, sizes.expert, sizes.language, sizes.research)
    chosen = iter(dice.sample(free, sum(figures)))
    for verdict, exception, count in (
        ("do_not_refer", "journalism", sizes.press),
        ("do_not_refer", "research", sizes.research),
        ("outside_mandate", "", sizes.outside),
        ("needs_expert", "", sizes.expert),
        ("needs_language", "", sizes.language),
    ):
        for no in range(count):
            item = next(chosen)
            item.verdict, item.exception = verdict, exception
            item.ground = item.group = item.brand = ""
            # every third exception is seen by the second assessor only, and a third person settles it
            differ = exception and no % 3 == 0
            item.assessors = ("refer", verdict, verdict) if differ else (verdict, verdict)
    for item in chosen:
        item.assessors = ("refer", "do_not_refer", "refer")
