"""The morning before: units, people, directory, a mandate by two persons, the operation with its phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from openiru.core.errors import TwoPersonError
from openiru.core.vocabulary import LegalProfile, OperationKind, ParticipantRole, Phase, Role
from openiru.entrypoints.demo.days import Day
from openiru.entrypoints.demo.scenario import read_json
from openiru.foundation.database.acting import SERVICE
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.operations.commands import (
    NewMandate,
    NewOperation,
    NewParticipant,
    confirm_mandate,
    open_operation,
    propose_mandate,
)
from openiru.foundation.people.commands import NewPerson, NewUnit, add_people, add_units

ALL_DAY: Final = "00:00-24:00"


def found(day: Day) -> UUID:
    """Everything that stands before the first contribution; the id of the operation."""
    _units(day)
    _directory(day)
    slug = _mandate(day)
    day.operation = made = open_as(day, day.scenario.operation, slug)
    return made


def _units(day: Day) -> None:
    rows = read_json(day.scenario.files / "units.json")["units"]
    day.units = add_units(by=SERVICE, units=[_unit(row) for row in rows])
    for row in rows:
        more = day.scenario.data["people"].get(row["code"], ())
        by = replace(SERVICE, unit=day.units[row["code"]])
        add_people(by=by, people=[_person(one) for one in [*row["people"], *more]])


def _unit(row: Mapping[str, Any]) -> NewUnit:
    return NewUnit(
        code=row["code"],
        name=row["name"],
        country=row["country"],
        legal_profile=LegalProfile(row["legal_profile"]),
        legal_ground=row["legal_ground"],
        zone=row["zone"],
        contact=row["contact"],
    )


def _person(row: Mapping[str, Any]) -> NewPerson:
    return NewPerson(
        handle=row["login"], display_name=row["name"], roles=tuple(Role(role) for role in row["roles"])
    )


def _directory(day: Day) -> None:
    data = read_json(day.scenario.files / "directory.json")
    counts = load_directory(
        by=day.by(day.scenario.who("directory")),
        providers=[_provider(row) for row in data["providers"]],
        platforms=[_platform(row) for row in data["platforms"]],
        organisations=[
            *({**row, "kind": "group"} for row in data["organisations"]),
            *({**row, "kind": "outlet", "parent": row["organisation"]} for row in data["outlets"]),
        ],
    )
    day.say(
        f"{len(day.units)} units; {counts['providers']} providers and {counts['platforms']} platforms in the directory"
    )


def _provider(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "slug": row["slug"],
        "name": row["name"],
        "country": row["country"],
        "zone": row["zone"],
        "hours": _hours(row["hours"]),
        "channel": "email",
        "address": row["email"],
        "languages": row["languages"],
        "max_lines": row["max_per_batch"],
    }


def _hours(given: Mapping[str, str]) -> str:
    """``{"mon-fri": "09:00-18:00"}`` as the directory writes it: ``Mo-Fr 09:00-18:00``."""
    ((days, span),) = given.items()
    if span == ALL_DAY:
        return "always"
    return "-".join(name[:2].capitalize() for name in days.split("-")) + f" {span}"


def _platform(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "slug": row["slug"],
        "name": row["name"],
        "provider": row["provider"],
        "control_alive": row["control"]["alive"],
        "control_dead": row["control"]["dead"],
    }


def _mandate(day: Day) -> str:
    """One proposes, tries to confirm it too, and is refused; another confirms."""
    row = day.scenario.operation["mandate"]
    first, second = day.by(day.scenario.who("second")), day.by(day.scenario.who("lead"))
    propose_mandate(
        by=first,
        mandate=NewMandate(
            slug=row["slug"],
            act=row["act"],
            article=row["article"],
            authority=row["authority"],
            kinds=tuple(row["kinds_of_content"]),
        ),
    )
    try:
        confirm_mandate(by=first, slug=row["slug"])
    except TwoPersonError as error:
        day.catch("one person proposing and confirming a mandate", error.message)
    confirm_mandate(by=second, slug=row["slug"])
    return str(row["slug"])


def open_as(day: Day, row: Mapping[str, Any], mandate: str) -> UUID:
    """Open an operation as ``row`` describes it, under a confirmed mandate; its id."""
    made = open_operation(
        by=day.by(day.scenario.who("lead")),
        operation=NewOperation(
            slug=row["code"],
            title=row["title"],
            kind=OperationKind(row["kind"]),
            mandate=mandate,
            zone="UTC",
            opens_at=datetime.fromisoformat(row["starts_at"]),
            closes_at=datetime.fromisoformat(row["ends_at"]),
            themes=tuple(row["themes"]),
            platforms=tuple(row["platforms"]),
            languages=tuple(row["languages"]),
            groups=tuple(row["groups"]),
            participants=tuple(_participants(day, row["participants"])),
            phases=_phases(row),
        ),
    )
    day.say(f"operation {row['code']} is open: {row['title']}, with {len(row['phases'])} phases")
    return made


def _participants(day: Day, rows: Sequence[Mapping[str, str]]) -> list[NewParticipant]:
    units = [
        NewParticipant(role=ParticipantRole(row["role"]), unit=day.units[row["unit"]])
        for row in rows
        if row["role"] != ParticipantRole.LEAD
    ]
    others = [
        NewParticipant(role=ParticipantRole(row["role"]), authority=row["authority"])
        for row in day.scenario.data["authorities"]
    ]
    return units + others


def _phases(row: Mapping[str, Any]) -> dict[Phase, tuple[datetime, datetime]]:
    """Each phase begins when the one before it ends."""
    begins = datetime.fromisoformat(row["starts_at"])
    phases: dict[Phase, tuple[datetime, datetime]] = {}
    for one in row["phases"]:
        ends = datetime.fromisoformat(one["deadline"])
        phases[Phase(one["phase"])] = (begins, ends)
        begins = ends
    return phases
