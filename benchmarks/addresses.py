"""How fast addresses get their key, on one core, beside a bare parse that knows nothing.

python -m benchmarks.addresses [--count 200000]
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import can_ada
from benchmarks.machine import write

from openiru.engines.addresses import Address, canonicalise_many, find_links

#: Shape and share of an action day's rows: mostly Telegram and film services, a tenth of them spelled carelessly.
SHAPES: Sequence[tuple[int, str]] = (
    (30, "https://t.me/{name}/{n}"),
    (5, "https://t.me/s/{name}/{n}"),
    (4, "https://t.me/+{code}"),
    (3, "t.me/{name}"),
    (8, "https://www.youtube.com/watch?v={film}&t=12s"),
    (4, "https://youtu.be/{film}?si={code}"),
    (8, "https://twitter.com/{name}/status/{n}?s=20"),
    (6, "https://www.facebook.com/{name}/posts/{n}"),
    (4, "https://www.tiktok.com/@{name}/video/{n}?lang=en"),
    (4, "https://archive.org/details/{name}_{n}"),
    (3, "https://justpaste.it/{code}"),
    (3, "https://drive.google.com/file/d/{code}{code}/view?usp=sharing"),
    (2, "https://soundcloud.com/{name}/{code}"),
    (4, "https://{name}.example.org/{n}/{code}.html?utm_source=x&id={n}"),
    (4, "http://WWW.Example{m}.ORG/%d8%a7%d9%84/{n}#top"),
    (4, "hxxps://t[.]me/{name}/{n}"),
    (2, "https://tube{m}.example.org/w/{film}{film}"),
    (2, "https://bit.ly/{code}"),
)
TARGET_PER_SECOND = 50_000


def addresses(count: int) -> list[str]:
    """``count`` invented addresses in the shapes above; the same for every run."""
    dice = random.Random(20191121)
    letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ123456789"
    names = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(2_000)]
    shapes = dice.choices([s for _, s in SHAPES], weights=[w for w, _ in SHAPES], k=count)
    return [
        shape.format(
            name=dice.choice(names),
            n=dice.randrange(1, 10**9),
            m=dice.randrange(50),
            code="".join(dice.choices(letters, k=16)),
            film="".join(dice.choices(letters, k=11)),
        )
        for shape in shapes
    ]


def rate(count: int, work: Callable[[], object]) -> float:
    """Addresses a second of processor time, best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    count = parser.parse_args().count
    raws = addresses(count)
    answers = canonicalise_many(raws)
    text = "\n".join(f"Row {i}: see {raw}, please." for i, raw in enumerate(raws))
    web = [r for r in raws if r.startswith("http")]
    ours = rate(count, lambda: canonicalise_many(raws))
    bare = rate(len(web), lambda: [can_ada.parse(r) for r in web])
    standard = rate(len(web), lambda: [urlsplit(r) for r in web])
    found = rate(count, lambda: find_links(text))
    figures = {
        "addresses": count,
        "taken": sum(isinstance(a, Address) for a in answers),
        "canonicalise_per_second_per_core": round(ours),
        "target_per_second_per_core": TARGET_PER_SECOND,
        "find_links_per_second_per_core": round(found),
        "bare_can_ada_parse_per_second": round(bare),
        "bare_urlsplit_per_second": round(standard),
        "time_ratio_to_can_ada": round(bare / ours, 1),
        "time_ratio_to_urlsplit": round(standard / ours, 1),
    }
    print(write("addresses", figures))


if __name__ == "__main__":
    main()
