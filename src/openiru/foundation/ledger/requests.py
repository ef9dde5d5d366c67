"""Request ids: the same id with the same body is answered again and not done again; with another body it is refused.

A command that takes a ``request_id`` asks :func:`answered` first and calls :func:`store` last, in its own transaction. A job uses the id
of its batch in the same way: it may run twice (a worker died between the commit and the receipt) and has one effect.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import orjson

from openiru.core.errors import ConflictError
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import insert


def answered(now: Now, request_id: UUID, command: str, body: Any) -> Any:
    """The stored answer of this unit's request, or None when it is to be done now.

    Until the transaction ends, a second request with this id waits. ConflictError when the id was used for something else.
    """
    now.cursor.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"request {now.by.unit} {request_id}"]
    )
    now.cursor.execute(
        "SELECT command, body_digest, answer::text FROM ledger_request WHERE id = %s AND unit_id = %s",
        [request_id, now.by.unit],
    )
    row = now.cursor.fetchone()
    if row is None:
        return None
    stored_command, stored_digest, answer = row
    if (stored_command, stored_digest) != (command, _digest(body)):
        raise ConflictError(
            "this request id was used for another request already",
            where=str(request_id),
            hint="Give every new request an id of its own; repeat an id only with the very same body.",
        )
    return orjson.loads(answer)


def store(now: Now, request_id: UUID, command: str, body: Any, answer: Any) -> None:
    """Keep the answer (anything but None that JSON can say) for as long as the request may come again."""
    if answer is None:
        raise ValueError("an answer of None could not be told from no answer")
    insert(
        now.cursor,
        "ledger_request",
        [
            {
                "unit_id": now.by.unit,
                "id": request_id,
                "command": command,
                "body_digest": _digest(body),
                "answer": answer,
            }
        ],
    )


def _digest(body: Any) -> str:
    """SHA-256 of the body in one spelling: keys sorted, whatever JSON cannot say as text."""
    text = orjson.dumps(body, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(text).hexdigest()
