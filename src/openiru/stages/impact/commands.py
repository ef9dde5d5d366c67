"""Figures for somebody who may have them, and their publication: what was said stands in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openiru.core.errors import NotFoundError, PermissionDeniedError, UsageError
from openiru.core.events import EventType
from openiru.core.impact.digest import figures_digest
from openiru.core.impact.report import Report
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import SERVICE_PERSON, By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.stages.impact import queries
from openiru.stages.impact.building import build


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the id of the statement, the digest of its figures (hex SHA-256), the report."""

    id: UUID
    digest: str
    report: Report


def report(
    *,
    by: By,
    operations: Sequence[UUID] | None = None,
    as_of: int | datetime | None = None,
    language: str = "en",
) -> Report:
    """The report of some operations as of a size of the log or a time (the last checkpoint before it); it writes nothing.

    ``operations``: None for the acting operation or, outside any, for all time: every operation that the acting unit took part in
    by then (the service: every one). In several an item counts once. ``language``: how the statement writes numbers. The same
    as-of gives the same report. PermissionDeniedError for an operation that the unit takes no part in.
    """
    with acting(by) as now:
        require(now, "report")
        with queries.snapshot() as cursor:
            at = queries.as_of(cursor, as_of)
            ids = _asked(now, operations, cursor, at.size)
            return build(
                queries.counted(cursor, ids, at),
                operations=queries.operations(cursor, ids),
                environment=Environment(now.environment),
                at=at,
                language=language,
            )


def publish(
    *,
    by: By,
    operations: Sequence[UUID] | None = None,
    as_of: int | datetime | None = None,
    language: str = "en",
) -> Published:
    """A report that goes out in the name of the acting operation: a statement is kept, and the log has the digest of its figures."""
    if by.operation is None:
        raise UsageError("a statement is published in the name of an operation", where="--operation")
    with acting(by) as now:
        made = report(by=by, operations=operations, as_of=as_of, language=language)
        ids = list(operations or [by.operation])
        statement, digest = new_id(), figures_digest(made)
        row = {
            "id": statement,
            "operation_id": by.operation,
            "operations": sorted(str(one) for one in ids),
            "as_of": made.as_of.size,
            "digest": digest,
            "made_by": by.person,
            "made_at": now.at,
        }
        insert(now.cursor, "impact_statement", [row])
        payload = {
            "unit": str(by.unit),
            "label": digest,
            "as_of": made.as_of.size,
            "operations": list(made.operations),
        }
        record(now, [Entry(EventType.REPORTED, statement, payload, (("impact_statement", statement),))])
        return Published(statement, digest, made)


def _asked(now: Now, wanted: Sequence[UUID] | None, cursor: object, size: int) -> list[UUID]:
    """The operations meant, each of which the acting unit takes part in."""
    everything = now.by.person == SERVICE_PERSON
    if wanted is None and now.by.operation is None:
        return queries.joined(cursor, size, None if everything else now.by.unit)
    ids = sorted(set(wanted)) if wanted is not None else [UUID(str(now.by.operation))]
    if not ids:
        raise UsageError("a report needs at least one operation", where="--operation")
    now.cursor.execute("SELECT id FROM operations_operation WHERE id = ANY(%s)", [ids])
    if len(now.cursor.fetchall()) != len(ids):
        raise NotFoundError("no such operation", hint="openiru operation list shows them.")
    now.cursor.execute(
        "SELECT DISTINCT operation_id FROM operations_participant WHERE unit_id = %s AND operation_id = ANY(%s)",
        [now.by.unit, ids],
    )
    if not everything and len(now.cursor.fetchall()) != len(ids):
        raise PermissionDeniedError(
            "this unit takes no part in one of these operations",
            hint="Ask the lead of the operation for its figures.",
        )
    return ids
