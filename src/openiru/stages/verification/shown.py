"""Reads that the pages of removal tracking show: items by what the looks say, bounded, a page at a time; times as bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any, Final
from uuid import UUID

from openiru.core.lifecycle import Milestone
from openiru.core.verification.confirm import Standing
from openiru.engines.survival import coarsen, turnbull
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts

#: How the outcomes of registry_operationitem are shown together; no item is in two groups.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "gone": (Standing.GONE.value,),
    "back": (Standing.RETURNED.value, Standing.FLAPPING.value),
    "live": (Standing.LIVE.value,),
    "restricted": (Standing.RESTRICTED.value, Standing.MOVED.value),
    "unsure": (Standing.UNCONFIRMED.value,),
    "unseen": ("", Standing.UNSEEN.value),
}
#: Hours after the referral of which it is said what share was gone by then.
MARKS: Final = (1, 4, 24, 72, 168)
QUANTILES: Final = (0.25, 0.5, 0.75, 0.9)
#: Bounds are widened outwards to quarters of an hour, as in the report.
STEP: Final = 0.25
#: Fewer items than that say nothing about a share.
FEWEST: Final = 5


def group_of(outcome: str) -> str:
    """The group of an outcome."""
    return next((name for name, outcomes in GROUPS.items() if outcome in outcomes), "unsure")


def tracked(
    *, group: str, platform: str, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Referred items, referred longest ago first, each with its last look and its next one."""
    cursor = current().cursor
    outcomes = list(GROUPS.get(group, ()))
    at, item = after or (None, None)
    cursor.execute(
        "SELECT oi.item_id AS id, i.key, i.canonical, i.platform, oi.state, oi.outcome, oi.referred_at, oi.milestones,"
        " oi.live_until, oi.gone_from, d.due_at, d.step, c.at, c.outcome AS look, c.reason, c.status, c.vantage"
        " FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"
        " LEFT JOIN verification_due d ON d.item_id = oi.item_id AND d.operation_id = oi.operation_id"
        " LEFT JOIN LATERAL (SELECT * FROM verification_check v WHERE v.operation_id = oi.operation_id"
        "   AND v.item_id = oi.item_id ORDER BY v.at DESC, v.id DESC LIMIT 1) c ON true"
        " WHERE oi.referred_at IS NOT NULL AND (%s::text[] = '{}' OR oi.outcome = ANY(%s::text[]))"
        " AND (%s = '' OR i.platform = %s)"
        " AND (%s::timestamptz IS NULL OR (oi.referred_at, oi.item_id) > (%s::timestamptz, %s::uuid))"
        " ORDER BY oi.referred_at, oi.item_id LIMIT %s",
        [outcomes, outcomes, platform, platform, at, at, item, limit],
    )
    return [
        {
            **row,
            "group": group_of(row["outcome"]),
            "doubt": bool(row["milestones"] & Milestone.INCONCLUSIVE and row["at"]),
            "already": bool(row["milestones"] & Milestone.ALREADY_GONE),
        }
        for row in dicts(cursor)
    ]


def one(item: UUID) -> dict[str, Any] | None:
    """One item of the operation with what the looks say of it; None when there is none."""
    cursor = current().cursor
    cursor.execute(
        "SELECT i.id, i.key, i.canonical, i.platform, i.kind, oi.state, oi.outcome, oi.referred_at, oi.milestones,"
        " oi.live_until, oi.gone_from, d.due_at, d.step FROM registry_operationitem oi"
        " JOIN registry_item i ON i.id = oi.item_id"
        " LEFT JOIN verification_due d ON d.item_id = oi.item_id AND d.operation_id = oi.operation_id"
        " WHERE oi.item_id = %s",
        [item],
    )
    found = dicts(cursor)
    return {**found[0], "group": group_of(found[0]["outcome"])} if found else None


def looks(item: UUID, *, before: UUID | None, limit: int) -> list[dict[str, Any]]:
    """Looks at an item, newest first, each with whether its platform was read rightly in that run (None: no control pair)."""
    cursor = current().cursor
    cursor.execute(
        "SELECT c.*, c.run_id::text AS run, r.sound FROM verification_check c JOIN registry_item i ON i.id = c.item_id"
        " LEFT JOIN verification_controlrun r ON r.operation_id = c.operation_id AND r.run_id = c.run_id AND r.platform = i.platform"
        " WHERE c.item_id = %s AND (%s::uuid IS NULL OR c.id < %s::uuid) ORDER BY c.id DESC LIMIT %s",
        [item, before, before, limit],
    )
    return dicts(cursor)


def controls() -> list[dict[str, Any]]:
    """The last reading of each platform's control pair."""
    cursor = current().cursor
    cursor.execute(
        "SELECT DISTINCT ON (platform) platform, sound, alive_outcome, dead_outcome, at FROM verification_controlrun"
        " ORDER BY platform, id DESC"
    )
    return dicts(cursor)


def due_count(at: datetime, most: int) -> int:
    """How many looks are due, counted up to one more than ``most``."""
    cursor = current().cursor
    cursor.execute(
        "SELECT count(*) FROM (SELECT 1 FROM verification_due WHERE due_at <= %s LIMIT %s) x", [at, most + 1]
    )
    found: int = cursor.fetchone()[0]
    return found


@dataclass(frozen=True, slots=True)
class Times:
    """Time from referral to removal, of n items, in hours. A removal is only known to lie between two looks: everything is a band.

    ``quantiles``: (share, L, R), R = inf while so many are not known gone. ``shares``: (hours, least, most) gone by then;
    marks without a look before them are left out.
    """

    n: int
    left_out: int
    quantiles: tuple[tuple[float, float, float], ...]
    shares: tuple[tuple[int, float, float], ...]


def times() -> Times:
    """Over all referred items of the operation that were looked at, those still there included; already gone ones are left out."""
    cursor = current().cursor
    cursor.execute(
        "SELECT greatest(extract(epoch FROM oi.live_until - oi.referred_at) / 3600, 0)::float8,"
        " (extract(epoch FROM oi.gone_from - oi.referred_at) / 3600)::float8, count(*),"
        " oi.milestones & %s <> 0 FROM registry_operationitem oi"
        " WHERE oi.referred_at IS NOT NULL AND oi.outcome <> ALL(%s) GROUP BY 1, 2, 4",
        [int(Milestone.ALREADY_GONE), list(GROUPS["unseen"])],
    )
    rows: Sequence[tuple[float | None, float | None, int, bool]] = cursor.fetchall()
    counted = [
        (low or 0.0, inf if high is None else high, n) for low, high, n, already in rows if not already
    ]
    left_out = sum(n for _, _, n, already in rows if already)
    n = sum(many for _, _, many in counted)
    if n < FEWEST:
        return Times(n, left_out, (), ())
    low, high = coarsen([one for one, _, _ in counted], [max(one, two) for one, two, _ in counted], STEP)
    fit = turnbull(low, high, counts=[many for _, _, many in counted])
    sums = fit.p.cumsum()
    cells = [min(int(sums.searchsorted(share - 1e-9)), len(sums) - 1) for share in QUANTILES]
    return Times(
        n,
        left_out,
        tuple(
            (share, float(fit.left[at]), float(fit.right[at]))
            for share, at in zip(QUANTILES, cells, strict=True)
        ),
        tuple((mark, *band) for mark in MARKS if (band := fit.share_within(float(mark))) is not None),
    )
