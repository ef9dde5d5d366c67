"""Writes of other languages: ask for the words of items in a language, take a request on, give the translation.

A request is no verdict: who asked may assess the item once it can be read. It names the item, never its words: whoever takes it on
sees of them what the markings let their unit see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from openiru.core.errors import ConflictError, NotFoundError, UsageError
from openiru.core.events import EventType
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_id, new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.operations.queries import require_open
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment.bench import require_assessor
from openiru.stages.assessment.languages import request
from openiru.stages.assessment.queries import ASSESSABLE

LONGEST: Final = 20_000
#: A language tag (BCP 47), as far as we ask: ``ar``, ``sr-Latn``.
TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one item: the request, or None where it was asked for already or nothing is left to assess."""

    item: UUID
    request: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTranslation:
    """The words in another language. ``machine``: the program that made it, empty for a person. No field has a default."""

    wanted: str
    text: str
    machine: str
    own_unit: bool


def ask_language(
    *, by: By, items: Sequence[UUID], wanted: str, note: str = "", batch: UUID | None = None
) -> list[Asked]:
    """Ask for the words of items in a language; one answer for each. The items stay open and wait."""
    _tag(wanted)
    if len(note) > LONGEST or "\x00" in note:
        raise UsageError("the note is too long, or no text", where="note")
    with acting(by) as now:
        require_assessor(now)
        _inside(by)
        known = items_by_id(items)
        open_ = {item for item, row in known.items() if row["state"] in {one.value for one in ASSESSABLE}}
        rows = [
            _row(now, new, known[item], wanted, note, batch)
            for new, item in zip(new_ids(len(open_)), sorted(open_), strict=True)
        ]
        made = insert(
            now.cursor,
            "assessment_languagerequest",
            rows,
            conflict="(operation_id, item_id, wanted) WHERE withdrawn_at IS NULL AND done_at IS NULL DO NOTHING",
            returning="id, item_id",
        )
        record(now, [_entry(EventType.LANGUAGE_ASKED, new, item, wanted=wanted) for new, item in made])
        ids = {item: new for new, item in made}
        return [Asked(item, ids.get(item)) for item in items]


def _tag(wanted: str) -> None:
    if not TAG.fullmatch(wanted):
        raise UsageError("this is no language tag", where="wanted", hint="Like en, sr or sr-Latn.")


def _inside(by: By) -> None:
    if by.operation is None:
        raise UsageError("a request belongs to an operation", where="--operation")
    require_open(by.operation)


def _row(
    now: Now, new: UUID, item: dict[str, Any], wanted: str, note: str, batch: UUID | None
) -> dict[str, Any]:
    return {
        "id": new,
        "operation_id": now.by.operation,
        "item_id": item["id"],
        "unit_id": now.by.unit,
        "person_id": now.by.person,
        "pseudonym": now.pseudonym,
        "language": item["language"],
        "wanted": wanted,
        "note": note.strip(),
        "batch": batch,
        "requested_at": now.at,
        "withdrawn_at": None,
        "taken_unit_id": None,
        "taken_person_id": None,
        "taken_at": None,
        "done_at": None,
    }


def _entry(event: EventType, row: UUID, item: UUID, **more: Any) -> Entry:
    payload = {"item": str(item), **more}
    return Entry(event, row, payload, (("assessment_languagerequest", row),), item=item)


def withdraw_requests(*, by: By, requests: Sequence[UUID] = (), batch: UUID | None = None) -> int:
    """Take one's own requests back as long as nobody has taken them on; how many. ``batch``: those of one act on many items."""
    with acting(by) as now:
        require_assessor(now)
        _inside(by)
        now.cursor.execute(
            "UPDATE assessment_languagerequest SET withdrawn_at = %s WHERE operation_id = %s AND person_id = %s"
            " AND (id = ANY(%s) OR batch = %s) AND taken_at IS NULL AND withdrawn_at IS NULL AND done_at IS NULL"
            " RETURNING id, item_id",
            [now.at, by.operation, by.person, list(requests), batch],
        )
        gone = now.cursor.fetchall()
        record(now, [_entry(EventType.LANGUAGE_WITHDRAWN, one, item) for one, item in gone])
        return len(gone)


def take_request(*, by: By, which: UUID) -> None:
    """Take a request on: whoever comes first. ConflictError when somebody has it, or it is over."""
    with acting(by) as now:
        require(now, "translate")
        _inside(by)
        request(which)
        now.cursor.execute(
            "UPDATE assessment_languagerequest SET taken_unit_id = %s, taken_person_id = %s, taken_at = %s"
            " WHERE id = %s AND taken_at IS NULL AND withdrawn_at IS NULL AND done_at IS NULL RETURNING id, item_id",
            [by.unit, by.person, now.at, which],
        )
        _told(now, "somebody has taken this request on already, or it is over")


def give_up_request(*, by: By, which: UUID) -> None:
    """Give a request that one has taken on back to all."""
    with acting(by) as now:
        require(now, "translate")
        _inside(by)
        now.cursor.execute(
            "UPDATE assessment_languagerequest SET taken_unit_id = NULL, taken_person_id = NULL, taken_at = NULL"
            " WHERE id = %s AND taken_person_id = %s AND done_at IS NULL RETURNING id, item_id",
            [which, by.person],
        )
        _told(now, "this request is not in your hands")


def _told(now: Now, refused: str) -> None:
    """The row as it stands now into the ledger: who has it in hand is a part of it."""
    found = now.cursor.fetchall()
    if not found:
        raise ConflictError(refused, hint="Look at the list again.")
    record(now, [_entry(EventType.LANGUAGE_ASKED, one, item) for one, item in found])


def translate(*, by: By, item: UUID, translation: NewTranslation, which: UUID | None = None) -> UUID:
    """Give the words of an item in another language; ``which``: the request that it answers, which is over then.

    ``own_unit`` keeps it inside the unit; so does the program where every word that the unit can see is marked for it alone.
    """
    _tag(translation.wanted)
    text = translation.text.strip()
    if not text or len(text) > LONGEST or "\x00" in text:
        raise UsageError(f"a translation has 1 to {LONGEST:,} characters", where="text")
    with acting(by) as now:
        require(now, "translate")
        _inside(by)
        if item not in items_by_id([item]):
            raise NotFoundError("no such item in this operation", where=str(item))
        new = new_id()
        row = {
            "id": new,
            "operation_id": by.operation,
            "item_id": item,
            "request_id": which,
            "unit_id": by.unit,
            "person_id": by.person,
            "pseudonym": now.pseudonym,
            "wanted": translation.wanted,
            "text": text,
            "machine": translation.machine.strip()[:200],
            "own_unit": translation.own_unit or _closed_words(now, item),
            "made_at": now.at,
        }
        insert(now.cursor, "assessment_translation", [row])
        rows: list[tuple[str, UUID]] = [("assessment_translation", new)]
        if which is not None:
            _answer(now, which, item)
            rows.append(("assessment_languagerequest", which))
        payload = {"item": str(item), "wanted": translation.wanted, "machine": bool(row["machine"])}
        record(now, [Entry(EventType.TRANSLATED, new, payload, tuple(rows), item=item)])
        return new


def _answer(now: Now, which: UUID, item: UUID) -> None:
    now.cursor.execute(
        "UPDATE assessment_languagerequest SET done_at = %s WHERE id = %s AND item_id = %s AND operation_id = %s"
        " AND (taken_person_id = %s OR taken_at IS NULL) AND withdrawn_at IS NULL AND done_at IS NULL RETURNING id",
        [now.at, which, item, now.by.operation, now.by.person],
    )
    if not dicts(now.cursor):
        raise ConflictError(
            "this request is over, or in somebody else's hands",
            hint="The text is still in the form: copy it.",
        )


def _closed_words(now: Now, item: UUID) -> bool:
    """Whether there are words, and all that the unit can see of them are its own and marked for it alone."""
    now.cursor.execute(
        "SELECT (SELECT count(*) FROM iru.shown(ARRAY[%s::uuid]) s WHERE s.quote <> '' OR s.title <> ''),"
        " (SELECT count(*) FROM intake_contribution c WHERE c.item_id = %s AND c.operation_id = %s AND c.undone_at IS NULL"
        "  AND (c.quote <> '' OR c.title <> '') AND NOT (c.restriction = '' AND c.tlp IN ('clear', 'green', 'amber')))",
        [item, item, now.by.operation],
    )
    shown, closed = now.cursor.fetchone()
    return bool(shown) and shown == closed
