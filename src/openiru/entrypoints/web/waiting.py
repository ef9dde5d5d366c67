"""What waits for somebody in an operation, by what their roles may do: counted up to a bound, in one query.

Each row names the page where it is done; where this instance has no such page yet, the row stands without a link.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from openiru.core.lifecycle import State
from openiru.core.vocabulary import DeliveryState, Role
from openiru.entrypoints.web.menu import reversed_or_nothing
from openiru.foundation.database.acting import Now, acting, current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.operations.desk_frame import Desk
from openiru.stages.assessment.queries import disagreements, open_for

#: Nobody needs to know whether 51 or 5,100 wait to know where to begin.
MOST: Final = 50
#: Own acts that are shown, newest first.
RECENT: Final = 8


@dataclass(frozen=True, slots=True)
class Waits:
    """One row. ``page``: the name of its route; ``plain``: how many, up to MOST + 1."""

    plain: int
    label: Any
    hint: Any
    href: str

    @property
    def count(self) -> str:
        """As it is shown: ``50+`` for more than were counted."""
        return f"{MOST}+" if self.plain > MOST else str(self.plain)


@dataclass(frozen=True, slots=True)
class _Kind:
    verb: str
    label: Any
    hint: Any
    page: str
    sql: str
    roles: tuple[Role, ...] = ()


def _in_state(*states: State) -> str:
    named = ", ".join(f"'{state.value}'" for state in states)
    return f"SELECT FROM registry_operationitem WHERE operation_id = %(operation)s AND state IN ({named})"


def _referrals(*states: DeliveryState) -> str:
    named = ", ".join(f"'{state.value}'" for state in states)
    return f"SELECT FROM referral_referral WHERE operation_id = %(operation)s AND state IN ({named})"


_KINDS: Final = (
    _Kind(
        "item.resolve",
        _("Shorteners to be followed"),
        _("Nobody can assess them before it is known where they lead."),
        "intake-shorteners",
        "SELECT FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"
        " WHERE oi.operation_id = %(operation)s AND oi.state = 'seen' AND i.needs_resolving",
    ),
    _Kind(
        "round.answer",
        _("Deconfliction rounds that wait for your unit"),
        _("Say which items your unit needs to stay where they are."),
        "intake-rounds",
        "SELECT FROM intake_round r WHERE r.operation_id = %(operation)s AND r.closed_at IS NULL AND NOT EXISTS"
        " (SELECT FROM iru.round_state(r.id) s WHERE s.unit_id = %(unit)s AND s.answered_at IS NOT NULL)",
    ),
    _Kind(
        "hold.release",
        _("Judicial holds of your unit whose review is due"),
        _("They stand until somebody ends them."),
        "intake-holds",
        "SELECT FROM intake_hold WHERE kind = 'judicial' AND ended_at IS NULL AND expires_at <= %(at)s",
    ),
    _Kind(
        "referral.prepare",
        _("Items that two people decided to refer"),
        _("They can go into batches now."),
        "referral-prepare",
        _in_state(State.DECIDED),
    ),
    _Kind(
        "referral.send",
        _("Batches that wait for somebody to let them go"),
        _("Nothing leaves before."),
        "referral-outbox",
        _referrals(DeliveryState.PREPARED) + " AND released_at IS NULL",
    ),
    _Kind(
        "referral.settle",
        _("Batches of which nobody knows whether they arrived"),
        _("Only a person can settle that."),
        "referral-outbox",
        _referrals(DeliveryState.UNKNOWN, DeliveryState.BOUNCED),
    ),
    _Kind(
        "referral.answer",
        _("Answers that could not be applied"),
        _("Look what the provider meant, and enter it."),
        "referral-answers",
        "SELECT FROM referral_strayanswer WHERE operation_id = %(operation)s",
        (Role.PROVIDER_LIAISON, Role.COORDINATOR),
    ),
    _Kind(
        "verify",
        _("Items whose next look is due"),
        _("Whether they are gone is looked up by the machine; ask for a run."),
        "verification-tracking",
        "SELECT FROM verification_due WHERE operation_id = %(operation)s AND due_at <= %(at)s",
        (Role.COORDINATOR,),
    ),
)


def waiting(desk: Desk) -> list[Waits]:
    """Everything that waits for this person here, what can be done at once first; rows with nothing are left out."""
    with acting(desk.by) as now:
        found = [*_assessing(desk), *_counted(desk, now)]
    return [one for one in found if one.plain]


def _assessing(desk: Desk) -> Iterator[Waits]:
    if not desk.may("assess"):
        return
    yield Waits(
        len(open_for(limit=MOST + 1)),
        _("Items that you can assess"),
        _("Two people of different units look at each, and neither sees what the other said."),
        reversed_or_nothing("assessment-queue", desk.slug),
    )
    yield Waits(
        len(disagreements(limit=MOST + 1)),
        _("Disagreements that wait for a third person"),
        _("Both reasons stand side by side."),
        reversed_or_nothing("assessment-disagreements", desk.slug),
    )


def _counted(desk: Desk, now: Now) -> Iterator[Waits]:
    kinds = [kind for kind in _KINDS if desk.may(kind.verb) and (not kind.roles or desk.has(*kind.roles))]
    if not kinds:
        return
    asked = ", ".join(
        f"(SELECT count(*) FROM ({kind.sql} LIMIT {MOST + 1}) k{n})" for n, kind in enumerate(kinds)
    )
    now.cursor.execute(f"SELECT {asked}", {"operation": desk.here, "unit": desk.by.unit, "at": now.at})
    for kind, count in zip(kinds, now.cursor.fetchone(), strict=True):
        yield Waits(count, kind.label, kind.hint, reversed_or_nothing(kind.page, desk.slug))


@dataclass(frozen=True, slots=True)
class Did:
    """One own act: when, in words, of what, and where it is shown."""

    at: datetime
    label: Any
    what: str
    href: str


_RECENT: Final = """
SELECT * FROM (
  (SELECT imported_at AS at, 'import' AS kind, file_name AS what, id, '' AS reference FROM intake_import
   WHERE operation_id = %(operation)s AND person_id = %(person)s ORDER BY imported_at DESC LIMIT %(most)s)
  UNION ALL
  (SELECT a.assessed_at, 'assessment', i.key, a.item_id, '' FROM assessment_assessment a JOIN registry_item i ON i.id = a.item_id
   WHERE a.operation_id = %(operation)s AND a.person_id = %(person)s ORDER BY a.assessed_at DESC LIMIT %(most)s)
  UNION ALL
  (SELECT prepared_at, 'referral', reference, id, reference FROM referral_referral
   WHERE operation_id = %(operation)s AND prepared_by = %(person)s ORDER BY prepared_at DESC LIMIT %(most)s)
) acts ORDER BY at DESC LIMIT %(most)s
"""
_DID: Final = {
    "import": _("brought in"),
    "assessment": _("assessed"),
    "referral": _("prepared"),
}


def recent(desk: Desk) -> list[Did]:
    """What the person did here last, newest first; for the person's own eyes."""
    with acting(desk.by):
        cursor = current().cursor
        cursor.execute(_RECENT, {"operation": desk.here, "person": desk.by.person, "most": RECENT})
        rows = dicts(cursor)
    return [Did(row["at"], _DID[row["kind"]], row["what"], _where(desk.slug, row)) for row in rows]


def _where(slug: str, row: dict[str, Any]) -> str:
    if row["kind"] == "import":
        return reversed_or_nothing("intake-import", slug, import_id=row["id"])
    if row["kind"] == "referral":
        return reversed_or_nothing("referral-show", slug, reference=row["reference"])
    return reversed_or_nothing("item", slug, item=row["id"])
