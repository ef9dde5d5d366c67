"""Writes about links to the provider's page: a new one for whoever lost theirs, the end of one that got into wrong hands."""

from __future__ import annotations

from uuid import UUID

from openiru.core.errors import ConflictError, NotFoundError, SettingError, UsageError
from openiru.core.events import EventType
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import dicts
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.stages.referral import links
from openiru.stages.referral.rows import one_locked

S = DeliveryState
#: The provider has the letter, or may have it.
OUTSIDE = frozenset({S.SENDING.value, S.SENT.value, S.UNKNOWN.value, S.TRANSCRIBED.value})


def new_link(*, by: By, referral: UUID, why: str) -> links.Given:
    """A new link to the provider's page of a letter that left, to be handed on; the one before it ends. Shown this once."""
    with acting(by) as now:
        require(now, "referral.link")
        if not links.offered():
            raise SettingError(
                "this desk has no address that a provider could open",
                where="OPENIRU_ORIGIN",
                hint="Set OPENIRU_ORIGIN to https://name, as browsers reach the desk.",
            )
        row = one_locked(now, referral)
        if row["kind"] != "referral" or row["state"] not in OUTSIDE:
            raise ConflictError(
                f"{row['reference']} is {row['kind']}, {row['state']}: there is nothing to answer",
                where=str(row["reference"]),
                hint="A letter gets its link when it leaves.",
            )
        if links.working(now, referral):
            _end(now, referral, why)
        made = links.make(now, [(referral, row["reference"])])[referral]
        entry = Entry(EventType.LINK_MADE, made, {"referral": str(referral)}, (("referral_link", made),))
        record(now, [entry])
        now.cursor.execute("SELECT * FROM referral_link WHERE id = %s", [made])
        return links.given(dicts(now.cursor)[0])


def withdraw_link(*, by: By, referral: UUID, why: str) -> None:
    """End the link of a letter: nobody comes in by it from now on. NotFoundError when none works."""
    with acting(by) as now:
        require(now, "referral.link")
        row = one_locked(now, referral)
        if links.working(now, referral) is None:
            raise NotFoundError(f"{row['reference']} has no link that works", where=str(row["reference"]))
        _end(now, referral, why)


def _end(now: Now, referral: UUID, why: str) -> None:
    if not why.strip() or "\x00" in why:
        raise UsageError("a link ends for a reason", where="--why")
    now.cursor.execute(
        "UPDATE referral_link SET withdrawn_at = %s, withdrawn_why = %s"
        " WHERE referral_id = %s AND withdrawn_at IS NULL RETURNING id",
        [now.at, why[:2_000], referral],
    )
    (link,) = (row[0] for row in now.cursor.fetchall())
    payload = {"referral": str(referral), "why": why[:2_000]}
    record(now, [Entry(EventType.LINK_WITHDRAWN, link, payload, (("referral_link", link),))])
