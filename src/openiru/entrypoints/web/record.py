"""The record of one item: all that the asking person may know of it, out of every stage.

It stands here because a stage may not look ahead, and a record is made of all of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import orjson
from django.http import HttpResponse

from openiru.core.errors import NotFoundError
from openiru.core.vocabulary import Pap, Tlp
from openiru.engines.addresses.anatomy import anatomy
from openiru.entrypoints.api.ledger import export_ledger
from openiru.foundation.database.acting import acting
from openiru.foundation.operations import words
from openiru.foundation.operations.desk import Desk, page, show
from openiru.foundation.registry.queries import earlier, items, timeline
from openiru.stages.assessment.queries import verdicts_visible
from openiru.stages.intake import finding, records
from openiru.stages.intake.queries import blocking, told
from openiru.stages.referral.queries import answers
from openiru.stages.verification.queries import looks

#: Parts of an event that are shown beside it: words, and neither ids nor digests.
SAID: Final = (
    "label",
    "verdict",
    "outcome",
    "decision",
    "instrument",
    "reference",
    "channel",
    "why",
    "reason",
    "detail",
)
#: Looks that the record shows, the last ones.
LOOKS: Final = 12


@page("item.read")
def record(desk: Desk, item: UUID) -> HttpResponse:
    """Where it stands, what was contributed, what became of it, every event with its index in the ledger."""
    with acting(desk.by):
        found = items([item]).get(item)
        if found is None:
            raise NotFoundError(
                "there is no such item in this operation",
                where=str(item),
                hint="It may be in another operation, or for other units alone.",
            )
        context: dict[str, Any] = {
            "item": found,
            "parts": anatomy(found["canonical"]),
            "passed": words.passed(found["milestones"]),
            "own": records.own_contributions(item),
            "words": records.words_of(item),
            "marking": finding.markings(item),
            "contents": finding.contents(item),
            "names": finding.names(item),
            "beside": finding.beside(item, found["account_key"]),
            "holds": told([item]).get(item, []),
            "kept": blocking([item]).get(item),
            "earlier": [one for one in earlier([item]) if not one["here"]],
            "verdicts": verdicts_visible(item),
            "answers": answers(item=item, limit=50),
            "looks": looks(item)[-LOOKS:],
            "events": _events(timeline(item)),
        }
    return show(
        desk,
        "desk/record.html",
        tlps=[(tlp.value, words.TLPS[tlp]) for tlp in Tlp],
        paps=[(pap.value, words.PAPS[pap]) for pap in Pap],
        **context,
    )


def _events(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The timeline; a state is said where it changed."""
    told, before = [], ""
    for one in map(_event, rows):
        state = one["state"]
        told.append(one | {"state": state if state != before else ""})
        before = state or before
    return told


def _event(row: dict[str, Any]) -> dict[str, Any]:
    """An event for the timeline: what, when, who by pseudonym, and its words."""
    body, payload = orjson.loads(row["body"]), row["payload"] or {}
    return {
        "index": row["index"],
        "id": row["id"],
        "type": row["type"],
        "at": body.get("occurred_at", ""),
        "moment": _moment(body.get("occurred_at")),
        "actor": body.get("actor", ""),
        "state": payload.get("state", ""),
        "said": [str(payload[name]) for name in SAID if isinstance(payload.get(name), str) and payload[name]],
    }


def _moment(written: object) -> datetime | None:
    """The time of an event, as a leaf writes it."""
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return at if at.tzinfo else None


@page("ledger.read")
def proof(desk: Desk) -> HttpResponse:
    """The log with the leaves of this operation opened, and a verifier that needs no OpenIRU."""
    return cast("HttpResponse", export_ledger(desk.request, operation=desk.slug))
