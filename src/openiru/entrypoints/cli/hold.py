"""openiru hold: deconfliction. Others learn only that a hold stands, and whom to call."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from openiru.core.errors import NotFoundError, UsageError
from openiru.core.vocabulary import HoldKind, HoldScope
from openiru.entrypoints.cli.files import read_bytes, write_bytes
from openiru.entrypoints.cli.item import key_of
from openiru.entrypoints.cli.options import As, Json, Key, Operation, OutputFile, Reason, SecretFile
from openiru.entrypoints.cli.output import ATTENTION, Output
from openiru.entrypoints.cli.session import moment, person, reading, start, within

if TYPE_CHECKING:
    from openiru.foundation.database.acting import By
    from openiru.stages.intake.holds import NewHold, Placed

app = typer.Typer(help="Deconfliction: holds, lists out and back, rounds.", no_args_is_help=True)
rounds = typer.Typer(help="The deconfliction round: silence is never consent.", no_args_is_help=True)
app.add_typer(rounds, name="round")
Days = Annotated[int, typer.Option("--days", min=1, max=366, help="A unit's hold ends after so many days.")]
Lines = Annotated[bool, typer.Option("--jsonl", help="JSON lines instead of CSV.")]


@app.command("place")
def place(  # noqa: PLR0913 - every option is one property of a hold
    subject: Annotated[str, typer.Argument(help="Address, key, pattern, account, digest or operation.")] = "",
    *,
    why: Reason = "",
    scope: Annotated[HoldScope, typer.Option("--scope", help="What the subject is.")] = HoldScope.KEY,
    kind: Annotated[HoldKind, typer.Option("--kind", help="Who holds.")] = HoldKind.UNIT,
    days: Days = 30,
    authority: Annotated[
        str, typer.Option("--authority", help="The judicial authority, for a judicial hold.")
    ] = "",
    contact: Annotated[str, typer.Option("--contact", help="Whom to call; else the unit's own.")] = "",
    everywhere: Annotated[bool, typer.Option("--everywhere", help="In every operation.")] = False,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="A CSV of holds.")] = None,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Place a hold, or those of a file. Exit 3 when one was refused, or stands on something referred already."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.stages.intake.answers import read_holds
    from openiru.stages.intake.holds import NewHold, place_holds

    if bool(subject) == (file is not None):
        raise UsageError("give a subject, or --file", where="SUBJECT")
    by = within(person(as_), operation)
    refused: list[tuple[int, str]] = []
    if file is not None:
        holds, refused = read_holds(read_bytes(file))
    else:
        with acting(by) as now:
            until = None if kind is HoldKind.JUDICIAL else now.at + timedelta(days=days)
        holds = [
            NewHold(
                kind=kind,
                scope=scope,
                subject=subject,
                reason=why,
                expires_at=until,
                authority=authority,
                contact=contact,
                everywhere=everywhere,
            )
        ]
    placed = place_holds(by=by, holds=holds)
    _say_placed(Output(as_json=json), placed, refused)


def _say_placed(out: Output, placed: Sequence[Placed], refused: Sequence[tuple[int, str]]) -> None:
    for one in placed:
        told = {
            "subject": one.subject,
            "hold": one.hold,
            "items": one.items,
            "referred": one.referred,
            "refused": one.refused.as_dict() if one.refused else None,
        }
        if one.refused:
            out.answer(told, f"refused: {one.subject}: {one.refused.message}")
            continue
        out.answer(told, f"{one.hold}  {one.subject}: stands, meets {len(one.items)} items")
        for row in one.referred:
            out.line(f"  referred already on {row['referred_at']:%Y-%m-%d}: {row['state']}")
    for number, reason in refused:
        out.answer({"row": number, "reason": reason}, f"row {number} refused: {reason}")
    if refused or any(one.refused or one.referred for one in placed):
        raise typer.Exit(ATTENTION)


@app.command("release")
def release(
    holds: Annotated[list[str], typer.Argument(metavar="HOLD...", help="Their references or ids.")],
    *,
    why: Reason = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """End holds of your unit, with a reason."""
    start()
    from openiru.stages.intake.holds import release_holds

    by = within(person(as_), operation)
    ended = release_holds(by=by, holds=_meant(by, holds), why=why)
    Output(as_json=json).answer({"released": ended}, f"{len(ended)} holds released.")


def _meant(by: By, names: Sequence[str]) -> list[UUID]:
    """Holds by reference (``H-…``, what one quotes on the telephone) or by id. Of another unit's one is told whom to call."""
    from openiru.foundation.database.acting import acting
    from openiru.stages.intake.queries import holds, others_here

    with acting(by):
        known = others_here() | {row["reference"]: row["id"] for row in holds()}
    found = []
    for name in names:
        try:
            found.append(known.get(name.upper()) or UUID(name))
        except ValueError as error:
            raise NotFoundError(
                f"no standing hold {name[:60]} of this unit", hint="openiru hold list shows them."
            ) from error
    return found


@app.command("list")
def list_(
    *,
    ended: Annotated[bool, typer.Option("--ended", help="Those that have ended too.")] = False,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Your unit's own holds, and what it must know: reviews due, overrides of its holds."""
    start()
    from openiru.stages.intake.queries import holds, judicial_due, notices

    with reading(as_, operation):
        found, due, passed = holds(standing=not ended), judicial_due(), notices()
    out = Output(as_json=json)
    late = {one["id"] for one in due}
    found = [one | {"review_due": one["id"] in late} for one in found]
    columns = ("id", "reference", "kind", "scope", "subject", "expires_at", "reason", "review_due")
    out.rows(found, columns, empty="no hold stands")
    for one in passed:
        out.note(f"override of {one['reference']} by {one['unit_code']} on {one['key']}: {one['threat']}")


@app.command("override")
def override(
    which: Key,
    *,
    threat: Annotated[str, typer.Option("--threat", help="The facts of the imminent threat.")],
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Let one item pass its holds because of an imminent threat; it is recorded, and the holders are told at once."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.registry.queries import by_key
    from openiru.stages.intake.holds import override as pass_hold

    by = within(person(as_), operation)
    with acting(by):
        item = by_key(key_of(which))["id"]
    done = pass_hold(by=by, item=item, threat=threat)
    told = ", ".join(f"{code} ({contact})" for code, contact in done.told)
    Output(as_json=json).answer({"override": done.id, "told": done.told}, f"Recorded; told: {told}")


@app.command("export")
def export(
    what: Annotated[str, typer.Argument(help="items or holds.")] = "items",
    *,
    round_id: Annotated[UUID | None, typer.Option("--round", help="Only the list of this round.")] = None,
    secret_file: SecretFile = None,
    jsonl: Lines = False,
    output: OutputFile = None,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """A list for a unit without access: stable keys, plain or as keyed hashes; it comes back by hold answer."""
    start()
    from openiru.stages.intake.lists import Form, export_holds, export_items, secret_from

    by = within(person(as_), operation)
    form = Form.JSON_LINES if jsonl else Form.CSV
    secret = secret_from(secret_file) if secret_file else None
    if what == "items":
        made = export_items(by=by, form=form, secret=secret, round_id=round_id)
    elif what == "holds":
        made = export_holds(by=by, form=form, secret=secret)
    else:
        raise UsageError(f"there is no list of {what}", hint="items or holds")
    out = Output(as_json=json)
    if output is not None:
        write_bytes(output, made.text.encode())
    elif not json:
        sys.stdout.write(made.text)
    told: dict[str, Any] = {"rows": made.rows, "left_out": made.left_out, "digest": made.digest}
    if json:
        out.answer(told | ({"file": str(output)} if output else {"text": made.text}))
    out.note(f"{made.rows} rows; {made.left_out} kept back by their marking; {made.digest}")


@app.command("answer")
def answer(  # noqa: PLR0913 - every option says one thing about the list
    file: Annotated[Path, typer.Argument(help="The list that came back; - for stdin.")],
    *,
    round_id: Annotated[UUID | None, typer.Option("--round", help="It answers this round.")] = None,
    for_unit: Annotated[str, typer.Option("--for", help="The unit that filled it in, if not yours.")] = "",
    why: Reason = "hit in the unit's own data",
    days: Days = 30,
    secret_file: SecretFile = None,
    jsonl: Lines = False,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Take in a list that a unit has filled in: a hold for each hit. Exit 3 when rows could not be read."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.queries import unit_by_code
    from openiru.stages.intake.lists import Form, Returned, answer_list, secret_from

    by = within(person(as_), operation)
    with acting(by) as now:
        until = now.at + timedelta(days=days)
        unit = UUID(str(unit_by_code(for_unit)["id"])) if for_unit else None
    returned = Returned(
        data=read_bytes(file),
        form=Form.JSON_LINES if jsonl else Form.CSV,
        expires_at=until,
        reason=why,
        for_unit=unit,
        secret=secret_from(secret_file) if secret_file else None,
    )
    done = answer_list(by=by, returned=returned, round_id=round_id)
    refused = [{"row": number, "reason": reason} for number, reason in done.refused]
    told = {"hits": done.hits, "no_hits": done.no_hits, "unknown": done.unknown, "refused": refused}
    lines = [
        f"{done.hits} hits, {done.no_hits} without, {done.unknown} not known here, {len(refused)} rows refused"
    ]
    lines += [f"  row {number} refused: {reason}" for number, reason in done.refused]
    Output(as_json=json).answer(told, *lines)
    if done.refused or done.unknown:
        raise typer.Exit(ATTENTION)


@rounds.command("open")
def round_open(
    *,
    due: Annotated[str, typer.Option("--due", metavar="TIME", help="By when; ISO 8601.")],
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Ask every participating unit about the items that are there now. Referral waits for the answers."""
    start()
    from openiru.entrypoints.cli.session import operation as find
    from openiru.stages.intake.rounds import open_round

    by = person(as_)
    found = find(by, operation)
    made = open_round(by=by.within(UUID(str(found["id"]))), due_at=moment(due, str(found["zone"]), "--due"))
    out = Output(as_json=json)
    out.answer(
        made, f"round {made.id}: {made.items} items asked about, {made.left_out} kept off the list by marking"
    )
    out.next(f"openiru hold export items --round {made.id}", f"openiru hold round answer {made.id}")


@rounds.command("answer")
def round_answer(
    round_id: Annotated[UUID, typer.Argument(metavar="ROUND")],
    *,
    hits: Annotated[
        list[str] | None, typer.Option("--hit", metavar="KEY|URL", help="Ours; several times.")
    ] = None,
    why: Reason = "hit in the unit's own data",
    days: Days = 30,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Your unit has looked at the whole list: its hits, and no hit for all the rest."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.stages.intake.rounds import answer_round

    by = within(person(as_), operation)
    with acting(by) as now:
        until = now.at + timedelta(days=days)
    placed = answer_round(by=by, round_id=round_id, hits=[_hit(one, why, until) for one in hits or ()])
    Output(as_json=json).answer(
        {"round": round_id, "hits": len(placed)}, f"Answered with {len(placed)} hits."
    )


def _hit(subject: str, why: str, until: Any) -> NewHold:
    from openiru.stages.intake.holds import NewHold

    return NewHold(kind=HoldKind.UNIT, scope=HoldScope.KEY, subject=subject, reason=why, expires_at=until)


@rounds.command("show")
def round_show(*, operation: Operation = "", as_: As = "", json: Json = False) -> None:
    """Every round: who has answered, who is silent."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.stages.intake.queries import rounds as every

    with acting(within(person(as_), operation)):
        found = every()
    names = ("id", "items", "answered", "silent", "overdue", "closed", "closed_why", "list_digest")
    rows = [{name: getattr(one, name) for name in names} | {"blocks": one.blocks} for one in found]
    if not json:
        rows = [
            row | {"answered": ", ".join(f"{code} ({hits})" for code, hits in row["answered"].items())}
            for row in rows
        ]
    Output(as_json=json).rows(
        rows, ("id", "items", "answered", "silent", "overdue", "closed"), empty="no round yet"
    )


@rounds.command("close")
def round_close(
    round_id: Annotated[UUID, typer.Argument(metavar="ROUND")],
    *,
    why: Reason = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """End a round although units are silent, with a reason that everybody can see."""
    start()
    from openiru.stages.intake.rounds import close_round

    if not why.strip():
        raise UsageError("closing a round over silence needs a reason", where="--why")
    close_round(by=within(person(as_), operation), round_id=round_id, why=why)
    Output(as_json=json).answer({"round": round_id, "closed": True}, "The round is closed.")
