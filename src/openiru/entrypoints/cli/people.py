"""openiru unit, person, token, directory: who takes part, and whom letters go to."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import orjson
import typer

from openiru.core.errors import InputError, NotFoundError, UsageError
from openiru.core.vocabulary import LegalProfile, Role
from openiru.entrypoints.cli.options import As, Json
from openiru.entrypoints.cli.output import Output
from openiru.entrypoints.cli.session import founder, start
from openiru.entrypoints.cli.session import person as who

if TYPE_CHECKING:
    from openiru.foundation.people.commands import NewPerson, NewUnit

unit = typer.Typer(help="Units, agencies and authorities.", no_args_is_help=True)
person = typer.Typer(help="The people of a unit.", no_args_is_help=True)
token = typer.Typer(help="What a person logs in with.", no_args_is_help=True)
directory = typer.Typer(help="Providers, platforms, groups and outlets.", no_args_is_help=True)

LARGEST = 16 * 1024 * 1024


def read_json(path: Path) -> Any:
    """A JSON file of somebody's. Raises InputError naming the place."""
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"the file is larger than {LARGEST:,} bytes", where=str(path))
        return orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", where=str(path)) from error
    except orjson.JSONDecodeError as error:
        raise InputError(f"this is no JSON: {error}", where=str(path), code="OIRU-4030") from error


@unit.command("add")
def unit_add(  # noqa: PLR0913 - every option is one property of a unit
    code: Annotated[str, typer.Argument(help="Short code, e.g. RS. Left out with --file.")] = "",
    *,
    name: Annotated[str, typer.Option("--name", help="Its name.")] = "",
    country: Annotated[str, typer.Option("--country", help="ISO 3166 code; EU for an agency.")] = "",
    profile: Annotated[
        LegalProfile, typer.Option("--profile", help="What it is in law.")
    ] = LegalProfile.EU_COMPETENT_AUTHORITY,
    ground: Annotated[str, typer.Option("--ground", help="Its own ground in law, beside Art. 2(7).")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone, e.g. Europe/Zagreb.")] = "UTC",
    contact: Annotated[str, typer.Option("--contact", help="Whom to call: a function, not a person.")] = "",
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="JSON with units and their people.")
    ] = None,
    as_: As = "",
    json: Json = False,
) -> None:
    """Add a unit, or all units and people of a file. Those that are there already are left as they are."""
    from openiru.foundation.people.commands import NewUnit

    if bool(code) == (file is not None):
        raise UsageError("give a code, or --file", where="CODE")
    found: list[tuple[NewUnit, list[NewPerson]]] = []
    if file is not None:
        found = _units_of(read_json(file), str(file))
    else:
        found = [
            (
                NewUnit(
                    code=code,
                    name=name or code,
                    country=country,
                    legal_profile=profile,
                    legal_ground=ground,
                    zone=zone,
                    contact=contact,
                ),
                [],
            )
        ]
    start()
    _add(Output(as_json=json), as_, found)


def _add(out: Output, as_: str, found: list[tuple[NewUnit, list[NewPerson]]]) -> None:
    from openiru.foundation.people.commands import add_people, add_units

    units = add_units(by=founder(as_), units=[one for one, _ in found])
    people: dict[str, UUID] = {}
    for one, members in found:
        if members:
            ids = add_people(by=founder(as_, units[one.code]), people=members)
            people |= {f"{one.code}/{handle}": new for handle, new in ids.items()}
    out.answer({"units": units, "people": people}, f"{len(units)} units, {len(people)} people.")
    out.next("openiru person add --unit CODE …", "openiru token issue UNIT/HANDLE")


def _units_of(data: Any, where: str) -> list[tuple[NewUnit, list[NewPerson]]]:
    from openiru.foundation.people.commands import NewPerson, NewUnit

    units = data.get("units") if isinstance(data, dict) else data
    if not isinstance(units, list):
        raise InputError("the file holds no list of units", where=where, code="OIRU-4030")
    answer = []
    for number, one in enumerate(units, 1):
        try:
            new = NewUnit(
                code=str(one["code"]),
                name=str(one.get("name") or one["code"]),
                country=str(one.get("country", "")),
                legal_profile=LegalProfile(one["legal_profile"]),
                legal_ground=str(one.get("legal_ground", "")),
                zone=str(one.get("zone") or "UTC"),
                contact=str(one.get("contact", "")),
            )
            people = [
                NewPerson(
                    handle=str(p.get("handle") or p["login"]),
                    display_name=str(p.get("name", "")),
                    roles=tuple(Role(role) for role in p["roles"]),
                )
                for p in one.get("people", ())
            ]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                f"unit {number} cannot be read: {error}", where=where, code="OIRU-4031"
            ) from error
        answer.append((new, people))
    return answer


@unit.command("list")
def unit_list(*, as_: As = "", json: Json = False) -> None:
    """Every unit, by code."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.queries import units

    with acting(founder(as_)):
        found = units()
    Output(as_json=json).rows(found, ("code", "name", "country", "legal_profile", "zone", "contact"))


@person.command("add")
def person_add(
    handle: Annotated[str, typer.Argument(help="What colleagues call the account.")],
    *,
    of: Annotated[str, typer.Option("--unit", "-u", help="Code of the unit.")],
    roles: Annotated[list[Role], typer.Option("--role", help="May be given several times.")],
    name: Annotated[str, typer.Option("--name", help="Shown inside the unit only.")] = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Add somebody to a unit."""
    start()
    from openiru.foundation.people.commands import NewPerson, add_people

    by = founder(as_, unit_id(as_, of))
    ids = add_people(
        by=by, people=[NewPerson(handle=handle, display_name=name or handle, roles=tuple(roles))]
    )
    out = Output(as_json=json)
    out.answer({"unit": of, "people": ids}, f"{of}/{handle} is there.")
    out.next(f"openiru token issue {of}/{handle}")


def unit_id(as_: str, code: str) -> UUID:
    """A unit by its code."""
    from openiru.foundation.database.acting import SERVICE, acting
    from openiru.foundation.people.queries import unit_by_code

    with acting(SERVICE if not as_ else who(as_)):
        return UUID(str(unit_by_code(code)["id"]))


@person.command("list")
def person_list(*, as_: As = "", json: Json = False) -> None:
    """The people of your own unit; other units' people are not shown."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.queries import people

    with acting(who(as_)):
        found = people()
    Output(as_json=json).rows(
        found, ("handle", "display_name", "roles", "pseudonym", "active_from", "active_to")
    )


@token.command("issue")
def token_issue(
    name: Annotated[str, typer.Argument(metavar="UNIT/HANDLE", help="Whose token.")],
    *,
    label: Annotated[str, typer.Option("--label", help="What it is for.")] = "openiru",
    as_: As = "",
    json: Json = False,
) -> None:
    """Make a token for a person. It is shown once: hand it over, it is kept nowhere."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.commands import issue_token
    from openiru.foundation.people.queries import people

    code, _, handle = name.partition("/")
    by = founder(as_, unit_id(as_, code))
    with acting(by):
        ids = {one["handle"]: one["id"] for one in people()}
    if handle not in ids:
        raise NotFoundError(f"there is nobody {handle} in {code}", hint="openiru person add makes somebody.")
    made = issue_token(by=by, person=ids[handle], label=label)
    out = Output(as_json=json)
    out.answer({"person": name, "token": made}, made)
    out.next("openiru login asks for it")


@directory.command("load")
def directory_load(
    file: Annotated[Path, typer.Argument(help="JSON with providers, platforms, organisations.")],
    *,
    as_: As = "",
    json: Json = False,
) -> None:
    """Bring providers, platforms, groups and outlets into the directory; what is there is brought up to date."""
    start()
    from openiru.foundation.directory.commands import load_directory

    data = read_json(file)
    parts: dict[str, list[dict[str, Any]]] = {}
    for part in ("providers", "platforms", "organisations"):
        found = data.get(part, []) if isinstance(data, dict) else None
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise InputError(f"{part} is not a list of objects", where=str(file), code="OIRU-4031")
        parts[part] = found
    counts = load_directory(by=founder(as_), **parts)
    Output(as_json=json).answer(counts, ", ".join(f"{count} {what}" for what, count in counts.items()))


@directory.command("list")
def directory_list(
    what: Annotated[str, typer.Argument(help="providers, platforms or organisations.")] = "providers",
    *,
    as_: As = "",
    json: Json = False,
) -> None:
    """Show the directory."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.directory import queries

    readers = {
        "providers": (
            queries.providers,
            ("slug", "name", "country", "zone", "channel", "languages", "max_lines"),
        ),
        "platforms": (queries.platforms, ("slug", "name", "provider")),
        "organisations": (queries.organisations, ("slug", "name", "kind", "parent", "designated", "gap")),
    }
    if what not in readers:
        raise UsageError(f"the directory has no {what}", hint="providers, platforms or organisations")
    read, columns = readers[what]
    with acting(founder(as_)):
        found = read()
    Output(as_json=json).rows(found, columns)
