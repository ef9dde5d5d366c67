"""Reads of the provider's page: where a link leads, the letter behind it with what was answered, is a notice genuine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from openiru.core.errors import IntegrityError, NotFoundError
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import SERVICE_UNIT, By, current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.people.permissions import require
from openiru.stages.referral import letters, links

#: The letter is recorded as sent: answers count.
ANSWERABLE: Final = DeliveryState.SENT.value
#: It left, or may have: who holds the link may read it.
READABLE: Final = frozenset({"sending", "sent", "unknown", "transcribed"})


@dataclass(frozen=True, slots=True)
class Door:
    """Where a link leads: the head of one letter, known to whoever shows the secret, and nothing on it."""

    link: UUID
    operation: UUID
    referral: UUID
    reference: str
    code_digest: bytes
    provider: str
    unit: str
    contact: str
    state: str
    sent_at: datetime | None
    lines: int
    expires_at: datetime
    withdrawn_at: datetime | None
    expired: bool

    @property
    def open(self) -> bool:
        """Whether somebody may come in."""
        return self.withdrawn_at is None and not self.expired and self.state in READABLE

    def guest(self, digest: bytes) -> By:
        """Who acts through it: the link itself, in its operation, for no unit. The database asks for the digest each time."""
        return By(person=self.link, unit=SERVICE_UNIT, operation=self.operation, token=digest)


def door(digest: bytes) -> Door | None:
    """Where the secret with this digest leads; None: nowhere. Nobody need act."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM iru.link(%s)", [digest])
        found = dicts(cursor)
    return Door(**{**found[0], "code_digest": bytes(found[0]["code_digest"])}) if found else None


def notice(reference: str, code: str) -> dict[str, Any] | None:
    """``unit``, ``country``, ``contact``, ``sent_at``, ``lines``, ``withdrawn`` of the letter with this reference and code; else None."""
    reference = reference.strip().upper()
    if not reference or "\x00" in reference:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM iru.notice(%s, %s)", [reference, links.code_digest(reference, code)])
        return next(iter(dicts(cursor)), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the letter has it, whether it was withdrawn since, and the last answer (None: none yet)."""

    number: int
    said: Mapping[str, Any]
    withdrawn: bool
    answer: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Opened:
    """The letter that a guest came for."""

    head: Mapping[str, Any]
    lines: Sequence[Shown]

    @property
    def reference(self) -> str:
        """Its number."""
        return str(self.head["reference"])

    @property
    def waiting(self) -> list[Shown]:
        """Lines that were not withdrawn and not answered."""
        return [line for line in self.lines if line.answer is None and not line.withdrawn]

    @property
    def answerable(self) -> bool:
        """Whether answers would count."""
        return bool(self.head["state"] == ANSWERABLE)


def opened() -> Opened:
    """The letter of the guest who acts: what was sent, and what is on record of it. Inside acting()."""
    now = current()
    require(now, "referral.portal")
    head = own(now.cursor)
    now.cursor.execute(
        "SELECT l.number, l.withdrawn_at IS NOT NULL AS withdrawn, a.decision, a.ground, a.ground_reference,"
        " a.explanation, a.decided_at, a.puid, a.received_at, a.version"
        " FROM referral_line l LEFT JOIN LATERAL (SELECT * FROM referral_answer n WHERE n.line_id = l.id"
        "   ORDER BY n.version DESC LIMIT 1) a ON true"
        " WHERE l.referral_id = %s ORDER BY l.number",
        [head["id"]],
    )
    told = {line["line"]: line for line in _file(head)["lines"]}
    return Opened(head, [_shown(row, told[row["number"]]) for row in dicts(now.cursor)])


def own(cursor: Any) -> dict[str, Any]:
    """The row of the guest's letter, with its provider's slug and its deciding unit. NotFoundError for anybody else."""
    cursor.execute(
        "SELECT r.id, r.reference, r.state, r.sent_at, r.prepared_at, r.urgent, r.letter, r.letter_digest, p.slug AS provider,"
        " p.name AS provider_name, u.name AS unit, u.country, u.contact, u.legal_ground, o.title AS operation"
        " FROM referral_referral r JOIN directory_provider p ON p.id = r.provider_id"
        " JOIN people_unit u ON u.id = r.deciding_unit_id JOIN operations_operation o ON o.id = r.operation_id"
        " WHERE r.id = iru.guest()"
    )
    found = dicts(cursor)
    if not found:
        raise NotFoundError("nobody came through the link of a letter")
    return found[0]


def _file(head: Mapping[str, Any]) -> dict[str, Any]:
    letter = letters.stored(head)
    for one in letter.attachments:
        if one.media_type == "application/json":
            document: dict[str, Any] = orjson.loads(one.content)
            return document
    raise IntegrityError("the stored letter has no file of its lines", where=str(head["reference"]))


def _shown(row: Mapping[str, Any], said: Mapping[str, Any]) -> Shown:
    answer = None if row["decision"] is None else row
    return Shown(row["number"], said, row["withdrawn"], answer)


def messages(
    *, reference: str = "", after: UUID | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """What was said on provider's pages beside answers, oldest first: of one letter, or of all of the acting operation."""
    cursor = current().cursor
    cursor.execute(
        "SELECT m.id, r.reference, p.slug AS provider, m.kind, m.text, m.name, m.contact, m.at FROM referral_message m"
        " JOIN referral_referral r ON r.id = m.referral_id JOIN directory_provider p ON p.id = r.provider_id"
        " WHERE (%s = '' OR r.reference = %s) AND (%s::uuid IS NULL OR m.id > %s::uuid) ORDER BY m.id LIMIT %s",
        [reference, reference, after, after, limit],
    )
    return dicts(cursor)
