"""A day that is ready for referral: providers in the directory, items that two people decided on, mail servers that listen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.people import START, World, action_day
from tests.stages.assessment.helpers import drafts, facts

from openiru.core.vocabulary import DeliveryState, Verdict
from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.database.bulk import dicts
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.operations.clock import set_clock
from openiru.foundation.registry.queries import items as items_by_id
from openiru.foundation.registry.queries import page
from openiru.ports.channel import Channel, Letter, Receipt
from openiru.ports.formats import Row
from openiru.settings import CONFIG
from openiru.stages.assessment.commands import assess
from openiru.stages.intake.commands import Source, import_rows
from openiru.stages.referral import channels
from openiru.stages.referral.commands import deliver, prepare, send
from openiru.stages.referral.delivering import Tried
from openiru.stages.referral.preparing import Batch

PROVIDERS: list[dict[str, Any]] = [
    {
        "slug": "host",
        "name": "Host (invented)",
        "country": "HR",
        "address": "desk@host.example",
        "channel": "email",
        "max_lines": 3,
        "rule": "clause 4 of the invented terms",
    },
    {
        "slug": "far",
        "name": "Far (invented)",
        "country": "US",
        "address": "desk@far.example",
        "channel": "email",
    },
]
PLATFORMS = [{"slug": "telegram", "provider": "host"}, {"slug": "far.example", "provider": "far"}]


def post(number: int) -> str:
    return f"https://t.me/openiru_demo_a/{number}"


def far(number: int) -> str:
    return f"https://www.far.example/page-{number}"


def ready_day(slug: str = "day") -> World:
    world = action_day(slug)
    load_directory(by=world.by("AG/coordinator"), providers=PROVIDERS, platforms=PLATFORMS)
    return world


def bring(by: By, urls: Iterable[str], **row: Any) -> list[UUID]:
    """A unit contributes addresses; the items, in their order."""
    urls = list(dict.fromkeys(urls))
    rows = [Row(at, url, **row) for at, url in enumerate(urls, 2)]
    import_rows(
        by=by, source=Source(rows=rows, file_name="rows.csv", file_digest=f"sha256:{rows}", format="csv")
    )
    with acting(by):
        by_url = {found["canonical"]: found["id"] for found in page(limit=1_000_000)}
    return [by_url[url] for url in urls]


def decided(
    world: World, urls: Sequence[str], *, first: str = "HR/hana", second: str = "HR/ivo", **row: Any
) -> list[UUID]:
    """Items that two people decided to refer."""
    items = bring(world.by(first), urls, **row)
    for name in (first, second):
        said = assess(by=world.by(name), drafts=drafts(world.by(name), items, facts(Verdict.REFER)))
        assert [one.refused for one in said] == [None] * len(items)
    return items


def prepared(world: World, count: int = 1, **wanted: Any) -> Batch:
    """One batch of ``count`` lines to the provider *host*."""
    decided(world, [post(number) for number in range(1, count + 1)])
    made = prepare(by=world.by("AG/deputy"), **wanted)
    assert made.refused == ()
    (batch,) = made.batches
    return batch


def let_go(world: World, batch: UUID) -> None:
    send(by=world.by("AG/officer"), referrals=[batch], urgent=True)


def delivered(world: World, batch: UUID) -> Tried:
    """As the job does it."""
    return deliver(by=SERVICE.within(world.operation), referral=batch)


def sent(world: World, count: int = 1) -> Batch:
    batch = prepared(world, count)
    let_go(world, batch.id)
    assert delivered(world, batch.id).state == "sent"
    return batch


def standing(world: World, item: UUID) -> dict[str, Any]:
    with acting(world.by("AG/coordinator")):
        return items_by_id([item])[item]


def states(world: World) -> dict[str, str]:
    """Key -> state."""
    with acting(world.by("AG/coordinator")):
        return {row["key"]: row["state"] for row in page()}


def rows(world: World, query: str) -> list[dict[str, Any]]:
    with acting(world.by("AG/coordinator")) as now:
        now.cursor.execute(query)
        return dicts(now.cursor)


def later(hours: float) -> None:
    """The clock stands so much after the beginning of the day."""
    set_clock(by=SERVICE, business=START + timedelta(hours=hours), rate=Decimal(0))


class Post:
    """A channel for tests: keeps what it was given and says what it is told to say."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.letters: list[Letter] = []
        self.says: list[Receipt | BaseException] = []
        outer = self
        real = dict(channels._classes())

        class Way(Channel):
            name = "email"
            title = "Post"
            reaches_provider = True

            @classmethod
            def build(cls, _config: object) -> Way:
                return cls()

            def usable(self) -> str:
                return ""

            def send(self, letter: Letter) -> Receipt:
                outer.letters.append(letter)
                said = outer.says.pop(0) if outer.says else Receipt(DeliveryState.SENT, "250 ok")
                if isinstance(said, BaseException):
                    raise said
                return said

        monkeypatch.setattr(channels, "_classes", lambda: {**real, "email": Way})


def mail_to(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """The e-mail channel sends to a server of the test."""
    monkeypatch.setattr(
        channels,
        "CONFIG",
        replace(
            CONFIG,
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_tls="none",
            sender_address="desk@unit.example",
        ),
    )
