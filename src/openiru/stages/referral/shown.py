"""Reads that the pages of referral show: the newest first, bounded, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from openiru.core.referral.answers import Effect, effect
from openiru.core.vocabulary import AnswerDecision
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts
from openiru.stages.referral.queries import HEAD

ACTED = tuple(one.value for one in AnswerDecision if effect(one) is Effect.ACTED)
REFUSED = tuple(one.value for one in AnswerDecision if effect(one) is Effect.REFUSED)
#: What the lines of a letter can be asked for by.
STANDINGS = ("open", "acted", "refused", "other", "withdrawn")

_LAST = (
    "LEFT JOIN LATERAL (SELECT a.decision, a.ground, a.ground_reference, a.explanation, a.received_at"
    " FROM referral_answer a WHERE a.line_id = l.id ORDER BY a.version DESC LIMIT 1) n ON true"
)


def referrals(
    *, states: Sequence[str], provider: str, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Referrals and letters about them, newest first, with the last thing that was said of each and the number of tries."""
    cursor = current().cursor
    cursor.execute(
        f"WITH page AS ({HEAD} WHERE (%s::text[] = '{{}}' OR r.state = ANY(%s::text[])) AND (%s = '' OR p.slug = %s)"
        " AND (%s::uuid IS NULL OR r.id < %s::uuid) ORDER BY r.id DESC LIMIT %s)"
        " SELECT page.*, d.detail, d.at AS said_at, (SELECT count(*) FROM referral_delivery t"
        "   WHERE t.referral_id = page.id AND t.state = 'sending') AS tries"
        " FROM page LEFT JOIN LATERAL (SELECT detail, at FROM referral_delivery t WHERE t.referral_id = page.id"
        "   ORDER BY t.id DESC LIMIT 1) d ON true ORDER BY page.id DESC",
        [list(states), list(states), provider, provider, before, before, limit],
    )
    return dicts(cursor)


def by_ids(referrals: Sequence[UUID]) -> list[dict[str, Any]]:
    """Referrals and letters about them, by reference."""
    cursor = current().cursor
    cursor.execute(f"{HEAD} WHERE r.id = ANY(%s) ORDER BY r.reference", [list(referrals)])
    return dicts(cursor)


def leaving() -> list[dict[str, Any]]:
    """What was let go and can be taken back for some seconds still, the next to leave first."""
    cursor = current().cursor
    cursor.execute(
        f"SELECT * FROM ({HEAD} WHERE r.state IN ('prepared', 'deferred') AND r.released_at IS NOT NULL"
        "  AND r.undo_until IS NOT NULL) x WHERE x.undo_left > 0 ORDER BY x.undo_left, x.id LIMIT 200"
    )
    return dicts(cursor)


def states() -> dict[str, int]:
    """How many referrals and letters stand in each state of delivery."""
    cursor = current().cursor
    cursor.execute("SELECT state, count(*) FROM referral_referral GROUP BY state")
    return dict(cursor.fetchall())


def letters_about(referral: UUID) -> list[dict[str, Any]]:
    """Corrections and withdrawals of a referral, in the order of their making."""
    cursor = current().cursor
    cursor.execute(f"{HEAD} WHERE r.replaces = %s ORDER BY r.id", [referral])
    return dicts(cursor)


def whole(referrals: Sequence[UUID]) -> list[dict[str, Any]]:
    """The rows of referrals with letter and hours of the provider, by reference."""
    cursor = current().cursor
    cursor.execute(
        "SELECT r.*, p.slug AS provider, p.name AS provider_name, p.country AS provider_country, p.zone, p.hours,"
        " p.languages, o.reference AS about FROM referral_referral r JOIN directory_provider p ON p.id = r.provider_id"
        " LEFT JOIN referral_referral o ON o.id = r.replaces WHERE r.id = ANY(%s) ORDER BY r.reference",
        [list(referrals)],
    )
    return dicts(cursor)


def lines(referral: UUID, *, standing: str = "", after: int, limit: int) -> list[dict[str, Any]]:
    """Lines by number, each with its item, its last answer and what the looks say."""
    cursor = current().cursor
    cursor.execute(
        "SELECT l.id, l.number, l.item_id, i.key, i.canonical, i.kind, i.platform, l.extent, l.withdrawn_at,"
        " l.withdrawn_why, oi.state, oi.outcome, n.decision, n.explanation, n.ground, n.ground_reference, n.received_at"
        " FROM referral_line l JOIN registry_item i ON i.id = l.item_id"
        " JOIN registry_operationitem oi ON oi.item_id = l.item_id AND oi.operation_id = l.operation_id"
        f" {_LAST} WHERE l.referral_id = %s AND l.number > %s AND {_standing(standing)} ORDER BY l.number LIMIT %s",
        [referral, after, *_decisions(standing), limit],
    )
    return dicts(cursor)


def _standing(standing: str) -> str:
    return {
        "open": "l.withdrawn_at IS NULL AND n.decision IS NULL",
        "acted": "n.decision = ANY(%s)",
        "refused": "n.decision = ANY(%s)",
        "other": "n.decision <> ALL(%s)",
        "withdrawn": "l.withdrawn_at IS NOT NULL",
    }.get(standing, "true")


def _decisions(standing: str) -> list[list[str]]:
    found = {"acted": ACTED, "refused": REFUSED, "other": (*ACTED, *REFUSED)}.get(standing)
    return [] if found is None else [list(found)]


def line_counts(referral: UUID) -> dict[str, int]:
    """How many lines of a letter: all, open, acted, refused, other (answered, neither), withdrawn."""
    cursor = current().cursor
    cursor.execute(
        "SELECT count(*) AS all, count(*) FILTER (WHERE l.withdrawn_at IS NULL AND n.decision IS NULL) AS open,"
        " count(*) FILTER (WHERE n.decision = ANY(%s)) AS acted, count(*) FILTER (WHERE n.decision = ANY(%s)) AS refused,"
        " count(*) FILTER (WHERE n.decision <> ALL(%s)) AS other,"
        " count(*) FILTER (WHERE l.withdrawn_at IS NOT NULL) AS withdrawn"
        f" FROM referral_line l {_LAST} WHERE l.referral_id = %s",
        [list(ACTED), list(REFUSED), [*ACTED, *REFUSED], referral],
    )
    return dicts(cursor)[0]


def answers(
    *, provider: str, decisions: Sequence[str], reference: str, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Answers, newest first, every version; ``last``: the one that counts."""
    cursor = current().cursor
    cursor.execute(
        "SELECT a.*, r.reference, l.number, i.key, i.canonical, l.item_id, p.slug AS provider, p.name AS provider_name,"
        " NOT EXISTS (SELECT FROM referral_answer n WHERE n.line_id = a.line_id AND n.version > a.version) AS last"
        " FROM referral_answer a JOIN referral_line l ON l.id = a.line_id"
        " JOIN referral_referral r ON r.id = l.referral_id JOIN directory_provider p ON p.id = r.provider_id"
        " JOIN registry_item i ON i.id = l.item_id"
        " WHERE (%s = '' OR p.slug = %s) AND (%s::text[] = '{}' OR a.decision = ANY(%s::text[]))"
        " AND (%s = '' OR r.reference = %s) AND (%s::uuid IS NULL OR a.id < %s::uuid) ORDER BY a.id DESC LIMIT %s",
        [
            *(provider, provider, list(decisions), list(decisions)),
            *(reference, reference, before, before, limit),
        ],
    )
    return dicts(cursor)


def strays(*, before: UUID | None, limit: int) -> list[dict[str, Any]]:
    """Answers that could not be applied, newest first."""
    return _newest("referral_strayanswer", before, limit)


def transfers(*, before: UUID | None, limit: int) -> list[dict[str, Any]]:
    """Disclosures to third countries, newest first."""
    return _newest("referral_transfer", before, limit)


def _newest(table: str, before: UUID | None, limit: int) -> list[dict[str, Any]]:
    cursor = current().cursor
    cursor.execute(
        f"SELECT t.* FROM {table} t WHERE %s::uuid IS NULL OR t.id < %s::uuid ORDER BY t.id DESC LIMIT %s",
        [before, before, limit],
    )
    return dicts(cursor)


def silent_lines(provider: str, limit: int) -> list[dict[str, Any]]:
    """Lines that a provider has and never said a word about, longest waiting first."""
    cursor = current().cursor
    cursor.execute(
        "SELECT r.reference, l.number, i.key, i.canonical, r.sent_at FROM referral_line l"
        " JOIN referral_referral r ON r.id = l.referral_id AND r.state = 'sent'"
        " JOIN directory_provider p ON p.id = r.provider_id JOIN registry_item i ON i.id = l.item_id"
        " WHERE p.slug = %s AND l.withdrawn_at IS NULL"
        " AND NOT EXISTS (SELECT FROM referral_answer a WHERE a.line_id = l.id)"
        " ORDER BY r.sent_at, r.reference, l.number LIMIT %s",
        [provider, limit],
    )
    return dicts(cursor)


def response_history() -> dict[str, dict[str, Any]]:
    """Provider slug -> what it did with the lines it has from this operation.

    ``lines`` that it was sent and that were not withdrawn, of them ``answered`` (decided), ``acted`` and ``refused``;
    ``undecided``: it said something, and nothing that decides; ``median_h``: hours to the first answer of those that
    have one; ``last``: when it last said anything.
    """
    cursor = current().cursor
    cursor.execute(
        "WITH l AS (SELECT l.id, p.slug, r.sent_at FROM referral_line l"
        "  JOIN referral_referral r ON r.id = l.referral_id AND r.kind = 'referral' AND r.state = 'sent'"
        "  JOIN directory_provider p ON p.id = r.provider_id WHERE l.withdrawn_at IS NULL),"
        " said AS (SELECT DISTINCT ON (a.line_id) a.line_id, a.decision,"
        "  min(a.received_at) OVER (PARTITION BY a.line_id) AS first, a.received_at AS last"
        "  FROM referral_answer a ORDER BY a.line_id, a.version DESC)"
        " SELECT l.slug, count(*) AS lines, count(s.line_id) AS said,"
        "  count(*) FILTER (WHERE s.decision = ANY(%s)) AS acted, count(*) FILTER (WHERE s.decision = ANY(%s)) AS refused,"
        "  count(*) FILTER (WHERE s.decision <> ALL(%s)) AS other,"
        "  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.first - l.sent_at) / 3600)"
        "   FILTER (WHERE s.line_id IS NOT NULL) AS median_h, max(s.last) AS last, max(l.sent_at) AS sent_at"
        " FROM l LEFT JOIN said s ON s.line_id = l.id GROUP BY l.slug",
        [list(ACTED), list(REFUSED), [*ACTED, *REFUSED]],
    )
    return {row["slug"]: {**row, "silent": row["lines"] - row["said"]} for row in dicts(cursor)}
