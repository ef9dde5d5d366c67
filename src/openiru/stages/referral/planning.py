"""What a preparation would do now: the same judgement as the real one, without a lock and without a letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openiru.core.errors import OpenIruError
from openiru.core.intake.extent import Route, route_of
from openiru.core.referral.hours import hours_of
from openiru.core.referral.rules import send_window
from openiru.core.vocabulary import Extent
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.people.permissions import require
from openiru.stages.referral import channels
from openiru.stages.referral.fitness import Refusal, third_country
from openiru.stages.referral.known import Known, Row, know
from openiru.stages.referral.preparing import Wanted, channel_of, concerns, decided, most_lines, sort_out


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one provider for which one unit decided. ``fault``: why their channel cannot be used; empty: it can."""

    provider: Row
    unit: Row
    items: int
    batches: int
    most_lines: int
    channel: str
    fault: str
    not_before: datetime
    abroad: int
    wide: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be prepared, and what would be left out. ``more``: there are further items beyond the bound."""

    groups: tuple[Group, ...]
    refused: tuple[Refusal, ...]
    more: bool

    @property
    def items(self) -> int:
        """Items that would go on a batch."""
        return sum(one.items for one in self.groups)

    @property
    def batches(self) -> int:
        """Batches that would be written."""
        return sum(one.batches for one in self.groups)


def plan(*, by: By, wanted: Wanted, most: int) -> Plan:
    """Judge at most ``most`` decided items of the acting operation as a preparation would."""
    with acting(by) as now:
        require(now, "referral.prepare")
        ids = decided(now, most + 1)
        more, ids = len(ids) > most, ids[:most]
        known = know(now, ids)
        asked = [item for item in ids if item in known.items and concerns(known, item, wanted.provider)]
        groups, refused = sort_out(known, asked, wanted)
        made = [_group(now, known, key, items, wanted) for key, items in groups.items()]
        made.sort(key=lambda one: (str(one.provider["name"]), str(one.unit["code"])))
        return Plan(tuple(made), tuple(refused), more)


def _group(now: Now, known: Known, key: tuple[UUID, UUID], items: list[UUID], wanted: Wanted) -> Group:
    provider, unit = known.providers[key[0]], known.units[key[1]]
    most, channel = most_lines(provider), channel_of(provider, wanted)
    return Group(
        provider=provider,
        unit=unit,
        items=len(items),
        batches=-(-len(items) // most),
        most_lines=most,
        channel=channel,
        fault=fault_of(channel),
        not_before=send_window(
            hours_of(provider["hours"], provider["zone"]), urgent=wanted.urgent, now=now.at
        ),
        abroad=sum(third_country(known, item, wanted.request.sending_unit) for item in items),
        wide=sum(route_of(Extent(known.items[item]["extent"])) is Route.WIDE for item in items),
    )


def fault_of(channel: str) -> str:
    """Why a channel cannot be used now; empty when it can."""
    try:
        channels.channel(channel)
    except OpenIruError as error:
        return error.message
    return ""
