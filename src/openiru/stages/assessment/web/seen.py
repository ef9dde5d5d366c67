"""What stands on the page of one item. Nobody's verdict is among it unless both are known to the third person in a dispute."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from openiru.core.assessment.order import hours_left
from openiru.core.assessment.said import SENTENCES
from openiru.core.assessment.tests import Availability
from openiru.core.errors import NotFoundError
from openiru.core.lifecycle import State
from openiru.core.vocabulary import Ground, ProtectedPurpose
from openiru.foundation.database.acting import current
from openiru.foundation.operations.desk import Desk
from openiru.foundation.operations.words import VERDICTS
from openiru.foundation.registry.queries import earlier
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment.bench import require_assessor
from openiru.stages.assessment.beside import alike, both_reasons, decided_of_work, own_exposure, rules_of
from openiru.stages.assessment.languages import translations
from openiru.stages.assessment.places import asked_for, own_claims
from openiru.stages.assessment.queries import ASSESSABLE, basis_for
from openiru.stages.assessment.queries import words as said_of
from openiru.stages.assessment.waiting import deadline
from openiru.stages.assessment.web import words


def context(desk: Desk, item: UUID) -> dict[str, Any]:
    """What the page shows of an item; NotFoundError when it is not of this operation or not visible."""
    now = current()
    require_assessor(now)
    row, shown = items_by_id([item]).get(item), basis_for([item]).get(item)
    if row is None or shown is None:
        raise NotFoundError("no such item in this operation", where=str(item))
    disputed = row["state"] == State.DISPUTED
    return {
        "item": item,
        "shown": shown,
        "row": {
            name: row[name]
            for name in ("platform", "host", "account_key", "language", "organisation", "brand", "flags")
        },
        "open": row["state"] in {one.value for one in ASSESSABLE} and not _spoke(item),
        "words": said_of([item]).get(item, []),
        "translations": translations([item]).get(item, []),
        "alike": alike(item),
        "same": decided_of_work(item),
        "earlier": earlier([item]),
        "rules": rules_of(row["platform"]),
        "both": both_reasons(item) if disputed and not _spoke(item) else [],
        "until": own_claims([item]).get(item),
        "asked": item in asked_for([item]),
        "exposure": own_exposure(),
        "left": hours_left(deadline(desk.here), at=now.at),
        **choices(),
    }


def _spoke(item: UUID) -> bool:
    """Whether the acting person has given a verdict on it that stands."""
    now = current()
    now.cursor.execute(
        "SELECT EXISTS (SELECT FROM assessment_assessment WHERE operation_id = %s AND item_id = %s AND person_id = %s"
        " AND voided_at IS NULL)",
        [now.by.operation, item, now.by.person],
    )
    return bool(now.cursor.fetchone()[0])


def choices() -> dict[str, Any]:
    """What can be said, in words."""
    return {
        "sentences": [
            (key, name, words.SAID[name], SENTENCES[name].reasons) for key, name in words.KEYS.items()
        ],
        "sure": [(key, percent, word) for key, (percent, word) in words.SURE.items()],
        "grounds": [(one.value, words.GROUNDS[one], one is Ground.INCITES) for one in Ground],
        "purposes": [(one.value, words.PURPOSES[one]) for one in ProtectedPurpose],
        "availabilities": [(one.value, words.AVAILABILITIES[one]) for one in Availability],
        "verdicts": [(str(one), word) for one, word in VERDICTS.items() if str(one) != "needs_language"],
    }
