"""A row in every watched table, written as its room writes it: by somebody who acts, with the leaf that tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from tests.foundation.things import bring
from tests.people import World

from openiru.core.events import EventType
from openiru.core.vocabulary import Phase
from openiru.foundation.database.acting import SERVICE, By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.operations.commands import set_phases
from openiru.foundation.people.commands import issue_token

#: What belongs to statements, oversight and notices.
_STATEMENTS = ("impact_release", "impact_signoff", "impact_recommendation", "operations_notice")


def a_row(table: str, now: Now, **values: Any) -> dict[str, Any]:
    """A row of a table: what is given, and something plain for every other column."""
    (model,) = [model for model in apps.get_models() if model._meta.db_table == table]
    row: dict[str, Any] = {}
    for field in model._meta.local_concrete_fields:
        assert field.column is not None
        if field.column == "unit_id":
            row[field.column] = now.by.unit
        elif field.column == "operation_id":
            row[field.column] = now.by.operation
        elif field.null:
            row[field.column] = None
        else:
            row[field.column] = _plain(field, now)
    return row | values


def _plain(field: models.Field[Any, Any], now: Now) -> Any:
    made: dict[type[models.Field[Any, Any]], Any] = {
        models.UUIDField: new_id(),
        models.TextField: f"x{new_id().hex[-8:]}",
        models.IntegerField: 1,
        models.BigIntegerField: 1,
        models.DateTimeField: now.at,
        models.BooleanField: False,
        models.JSONField: {},
        models.BinaryField: b"\x01",
    }
    return made.get(type(field), [])


def write(by: By, table: str, **values: Any) -> UUID:
    """Write one row and tell the ledger; its id."""
    with acting(by) as now:
        row = a_row(table, now, **values)
        insert(now.cursor, table, [row])
        record(now, [Entry(EventType.LOOKED_UP, row["id"], {}, ((table, row["id"]),))])
        return UUID(str(row["id"]))


@dataclass(frozen=True, slots=True)
class Writers:
    """Who writes the rows of a day: two assessors of one unit, and the coordinator; all in one operation."""

    first: By
    second: By
    coordinator: By


def a_full_day(
    world: World, writers: Writers | None = None, keys: tuple[str, ...] = ("one", "two")
) -> dict[str, UUID]:
    """One row or more in every watched table; the items of the day by key."""
    who = writers or Writers(world.by("RS/ana"), world.by("RS/boro"), world.by("AG/coordinator"))
    coordinator = who.coordinator
    assert coordinator.operation is not None
    items = bring(who.first, keys)
    item = items[keys[-1]]
    load_directory(
        by=coordinator,
        providers=[{"slug": "host"}],
        platforms=[{"slug": "telegram", "provider": "host"}],
        organisations=[{"slug": "group"}],
    )
    with acting(coordinator) as now:
        now.cursor.execute("SELECT id FROM directory_provider")
        provider = now.cursor.fetchone()[0]
        moment = now.at
    phases = {Phase.CONTRIBUTION: (moment, moment.replace(hour=20))}
    set_phases(by=coordinator, operation=coordinator.operation, phases=phases)
    issue_token(
        by=By(SERVICE.person, who.first.unit, using="worker"), person=who.first.person, label="a program"
    )
    _intake(who.first, item)
    _referral(who, item, provider)
    for table in ("registry_alias", "registry_work"):
        write(coordinator, table, item_id=item)
    write(coordinator, "verification_check", item_id=item)
    for table in ("verification_controlrun", "impact_statement", *_STATEMENTS):
        write(coordinator, table)
    with acting(coordinator) as now:  # a plan, which the ledger does not watch
        insert(now.cursor, "verification_due", [a_row("verification_due", now, item_id=item)])
    with acting(who.first) as now:  # a code, which is used before anybody acts
        insert(now.cursor, "people_invitation", [a_row("people_invitation", now, person_id=who.first.person)])
    return items


def _intake(ana: By, item: UUID) -> None:
    imported = write(ana, "intake_import", person_id=ana.person)
    write(ana, "intake_refusedrow", import_id=imported)
    write(ana, "intake_contribution", import_id=imported, item_id=item)
    write(ana, "intake_hold", kind="judicial", scope="key", placed_by=ana.person)
    write(ana, "intake_override", item_id=item)
    opened = write(ana, "intake_round")
    write(ana, "intake_roundanswer", round_id=opened, person_id=ana.person)


def _referral(who: Writers, item: UUID, provider: UUID) -> None:
    coordinator, one, two = who.coordinator, who.first, who.second
    given = {"item_id": item, "basis_digest": "b", "verdict": "refer"}
    first = write(one, "assessment_assessment", person_id=one.person, slot="A", **given)
    second = write(two, "assessment_assessment", person_id=two.person, slot="B", **given)
    write(one, "assessment_wideproposal", item_id=item, person_id=one.person)
    _desk(one, item)
    units = {"deciding_unit_id": coordinator.unit, "sending_unit_id": coordinator.unit}
    referral = write(coordinator, "referral_referral", provider_id=provider, **units)
    verdicts = {
        "extent": "item",
        "needs_resolving": False,
        "a_unit_id": one.unit,
        "a_id": first,
        "a_person_id": one.person,
        "a_verdict": "refer",
        "b_unit_id": two.unit,
        "b_id": second,
        "b_person_id": two.person,
        "b_verdict": "refer",
    }
    line = write(
        coordinator, "referral_line", referral_id=referral, item_id=item, basis_digest="b", **verdicts
    )
    write(coordinator, "referral_delivery", referral_id=referral)
    write(coordinator, "referral_answer", line_id=line)
    write(coordinator, "referral_strayanswer")
    write(coordinator, "referral_transfer")
    digest = new_id().bytes
    link = write(coordinator, "referral_link", referral_id=referral, digest=digest)
    write(coordinator, "referral_message", referral_id=referral, link_id=link)


def _desk(one: By, item: UUID) -> None:
    given = {"item_id": item, "person_id": one.person}
    for table, more in (
        ("assessment_languagerequest", {}),
        ("assessment_translation", {}),
        ("assessment_alarm", {"kind": "life"}),
    ):
        write(one, table, **given, **more)
    with acting(one) as now:  # leases and one's own, which the ledger does not watch
        for table in ("assessment_claim", "assessment_savedsearch", "assessment_opened"):
            insert(now.cursor, table, [a_row(table, now, person_id=one.person) | _of(table, item)])


def _of(table: str, item: UUID) -> dict[str, UUID]:
    return {} if table == "assessment_savedsearch" else {"item_id": item}
