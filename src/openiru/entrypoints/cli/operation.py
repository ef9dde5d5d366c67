"""openiru mandate and openiru operation: under which law, who, when, about what."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from openiru.core.errors import UsageError
from openiru.core.vocabulary import OperationKind, ParticipantRole, Phase
from openiru.entrypoints.cli.options import As, Json
from openiru.entrypoints.cli.output import Output
from openiru.entrypoints.cli.session import moment, person, start
from openiru.entrypoints.cli.session import operation as find

app = typer.Typer(help="Operations: action days, crises, routine work.", no_args_is_help=True)
mandate = typer.Typer(help="The register of mandates; an entry needs two persons.", no_args_is_help=True)
DAYS = 4


@mandate.command("propose")
def mandate_propose(
    slug: Annotated[str, typer.Argument(help="Short name of the entry.")],
    *,
    act: Annotated[str, typer.Option("--act", help="The act, e.g. Regulation (EU) 2021/784.")],
    article: Annotated[str, typer.Option("--article", help="The article.")],
    authority: Annotated[str, typer.Option("--authority", help="Whose mandate it is.")],
    kinds: Annotated[list[str], typer.Option("--kind", help="Kinds of content in the words of the act.")],
    as_: As = "",
    json: Json = False,
) -> None:
    """Propose an entry. It has no effect until a second person confirms it."""
    start()
    from openiru.foundation.operations.commands import NewMandate, propose_mandate

    new = NewMandate(slug=slug, act=act, article=article, authority=authority, kinds=tuple(kinds))
    made = propose_mandate(by=person(as_), mandate=new)
    out = Output(as_json=json)
    out.answer(
        {"id": made, "slug": slug, "confirmed": False}, f"The mandate {slug} waits for a second person."
    )
    out.next(f"openiru mandate confirm {slug}      (somebody else)")


@mandate.command("confirm")
def mandate_confirm(slug: Annotated[str, typer.Argument()], *, as_: As = "", json: Json = False) -> None:
    """Confirm an entry as a second person."""
    start()
    from openiru.foundation.operations.commands import confirm_mandate

    made = confirm_mandate(by=person(as_), slug=slug)
    out = Output(as_json=json)
    out.answer({"id": made, "slug": slug, "confirmed": True}, f"The mandate {slug} is confirmed.")
    out.next(f"openiru operation create SLUG --title … --mandate {slug} --unit …")


@mandate.command("list")
def mandate_list(*, as_: As = "", json: Json = False) -> None:
    """The register: every entry, and whether a second person has confirmed it."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.operations.queries import mandates

    with acting(person(as_)):
        found = mandates()
    columns = ("slug", "act", "article", "authority", "kinds", "proposed_at", "confirmed_at")
    Output(as_json=json).rows(found, columns, empty="no mandate yet: openiru mandate propose")


@app.command("create")
def create(  # noqa: PLR0913 - every option is one property of an operation
    slug: Annotated[str, typer.Argument(help="Short name, e.g. my-day.")],
    *,
    title: Annotated[str, typer.Option("--title")],
    under: Annotated[str, typer.Option("--mandate", help="A confirmed entry of the register.")],
    kind: Annotated[OperationKind, typer.Option("--kind")] = OperationKind.ACTION_DAY,
    zone: Annotated[str, typer.Option("--zone", help="Time zone of the operation.")] = "Europe/Brussels",
    opens: Annotated[str, typer.Option("--opens", help="ISO 8601; now when left out.")] = "",
    closes: Annotated[str, typer.Option("--closes", help="ISO 8601; four days later when left out.")] = "",
    units: Annotated[
        list[str] | None, typer.Option("--unit", "-u", help="Supporting unit; several times.")
    ] = None,
    themes: Annotated[list[str] | None, typer.Option("--theme", help="In scope; none: everything.")] = None,
    platforms: Annotated[list[str] | None, typer.Option("--platform", help="In scope; none: all.")] = None,
    languages: Annotated[list[str] | None, typer.Option("--language", help="In scope; none: all.")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="In scope; none: all.")] = None,
    as_: As = "",
    json: Json = False,
) -> None:
    """Open an operation; your unit leads it."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.operations.commands import NewOperation, NewParticipant, open_operation
    from openiru.foundation.people.queries import unit_by_code

    by = person(as_)
    with acting(by) as now:
        ids = [UUID(str(unit_by_code(code)["id"])) for code in units or ()]
    start_at = moment(opens, zone, "--opens") if opens else now.at
    end_at = moment(closes, zone, "--closes") if closes else start_at + timedelta(days=DAYS)
    new = NewOperation(
        slug=slug,
        title=title,
        kind=kind,
        mandate=under,
        zone=zone,
        opens_at=start_at,
        closes_at=end_at,
        themes=tuple(themes or ()),
        platforms=tuple(platforms or ()),
        languages=tuple(languages or ()),
        groups=tuple(groups or ()),
        participants=tuple(NewParticipant(role=ParticipantRole.SUPPORTING, unit=one) for one in ids),
    )
    made = open_operation(by=by, operation=new)
    out = Output(as_json=json)
    span = f"{start_at:%Y-%m-%d %H:%M} to {end_at:%Y-%m-%d %H:%M %Z}"
    told = {"id": made, "slug": slug, "opens_at": start_at, "closes_at": end_at}
    out.answer(told, f"{slug} is open from {span}.")
    out.next(f"openiru intake import FILE --operation {slug} --unit CODE --dry-run")


@app.command("join")
def join(
    slug: Annotated[str, typer.Argument(help="The operation.")],
    *,
    unit: Annotated[str, typer.Option("--unit", "-u", help="Code of the unit that joins.")] = "",
    authority: Annotated[
        str, typer.Option("--authority", help="Name of an authority without a desk: a court, a coordinator.")
    ] = "",
    role: Annotated[ParticipantRole, typer.Option("--role")] = ParticipantRole.SUPPORTING,
    as_: As = "",
    json: Json = False,
) -> None:
    """Add a unit or an authority to an operation."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.operations.commands import NewParticipant, join_operation
    from openiru.foundation.people.queries import unit_by_code

    if bool(unit) == bool(authority):
        raise UsageError("give --unit or --authority", where="--unit")
    by = person(as_)
    found = find(by, slug)
    with acting(by):
        unit_id = UUID(str(unit_by_code(unit)["id"])) if unit else None
    joins = [NewParticipant(role=role, unit=unit_id, authority=authority)]
    join_operation(by=by, operation=UUID(str(found["id"])), participants=joins)
    name = unit or authority
    Output(as_json=json).answer(
        {"operation": slug, "joined": name, "role": role}, f"{name} takes part in {slug} as {role.value}."
    )


@app.command("phase")
def phase_(
    slug: Annotated[str, typer.Argument(help="The operation.")],
    phases: Annotated[
        list[str],
        typer.Argument(metavar="PHASE=FROM/TO...", help=f"ISO 8601. Phases: {', '.join(Phase)}."),
    ],
    *,
    as_: As = "",
    json: Json = False,
) -> None:
    """Set when phases begin and by when they end; times without an offset are of the operation's zone."""
    start()
    from openiru.foundation.operations.commands import set_phases

    by = person(as_)
    found = find(by, slug)
    windows = dict(_window(text, str(found["zone"])) for text in phases)
    set_phases(by=by, operation=UUID(str(found["id"])), phases=windows)
    told = {one.value: {"starts_at": begins, "ends_at": ends} for one, (begins, ends) in windows.items()}
    Output(as_json=json).answer({"operation": slug, "phases": told}, f"{len(told)} phases of {slug} are set.")


def _window(text: str, zone: str) -> tuple[Phase, tuple[datetime, datetime]]:
    name, equals, span = text.partition("=")
    begins, slash, ends = span.partition("/")
    if name not in set(Phase) or not (equals and slash):
        raise UsageError(
            f"this is no phase with its times: {text[:60]}",
            where="PHASE",
            hint=f"contribution=2026-11-16T08:00/2026-11-16T12:00; phases: {', '.join(Phase)}.",
        )
    return Phase(name), (moment(begins, zone, name), moment(ends, zone, name))


@app.command("list")
def list_(*, as_: As = "", json: Json = False) -> None:
    """All operations, newest first."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.operations.queries import every

    with acting(person(as_)):
        found = every()
    columns = ("slug", "title", "kind", "lead_code", "opens_at", "closes_at", "closed_at")
    Output(as_json=json).rows(found, columns, empty="no operation yet: openiru operation create")


@app.command("show")
def show(slug: Annotated[str, typer.Argument()] = "", *, as_: As = "", json: Json = False) -> None:
    """One operation with its phases and who takes part."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.operations.queries import participants, phases

    by = person(as_)
    found = find(by, slug)
    operation = UUID(str(found["id"]))
    with acting(by):
        units, windows = participants(operation), phases(operation)
    out = Output(as_json=json)
    if json:
        out.answer({**found, "participants": units, "phases": windows})
        return
    out.line(f"{found['slug']}  {found['title']}  ({found['kind']}, {found['environment']})")
    out.line(f"mandate {found['mandate']}: {found['act']}, {found['article']}")
    out.line(f"open {found['opens_at']:%Y-%m-%d %H:%M} – {found['closes_at']:%Y-%m-%d %H:%M %Z}")
    for scope in ("themes", "platforms", "languages", "groups"):
        out.line(f"{scope}: {', '.join(found[scope]) or 'all'}")
    out.rows([{**one, "code": one["code"] or one["authority"]} for one in units], ("code", "role", "contact"))
    out.rows(windows, ("phase", "starts_at", "ends_at"), empty="no phases are set")


@app.command("close")
def close(slug: Annotated[str, typer.Argument()], *, as_: As = "", json: Json = False) -> None:
    """Close an operation: nothing new comes in; answers and looks go on."""
    start()
    from openiru.foundation.operations.commands import close_operation

    by = person(as_)
    close_operation(by=by, operation=UUID(str(find(by, slug)["id"])))
    Output(as_json=json).answer({"slug": slug, "closed": True}, f"{slug} is closed.")
