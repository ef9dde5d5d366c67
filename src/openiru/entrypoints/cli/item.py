"""openiru item: one place on the net, its whole life, and where a shortener leads."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from typing import Annotated, Any

import orjson
import typer

from openiru.core.lifecycle import Milestone, State
from openiru.entrypoints.cli.marking import marking
from openiru.entrypoints.cli.options import After, As, Json, Key, Limit, Operation
from openiru.entrypoints.cli.output import ATTENTION, Output
from openiru.entrypoints.cli.session import person, reading, start, within

app = typer.Typer(help="Items: one place on the net each.", no_args_is_help=True)
COLUMNS = ("key", "state", "platform", "kind", "extent", "language", "outcome", "notes")
app.command("marking")(marking)


def key_of(text: str) -> str:
    """The key that an address has, or the text itself when it is a key already (``platform:...``)."""
    bare = ":" not in text.partition("/")[0]  # a host without a scheme: no key begins so
    if not bare and not text.lower().startswith(("http://", "https://", "hxxp", "tg:")):
        return text
    from openiru.engines.addresses import AddressError, try_canonicalise

    found = try_canonicalise(text)
    return text if isinstance(found, AddressError) else found.key


@app.command("list")
def list_(
    *,
    states: Annotated[list[State] | None, typer.Option("--state", help="Only these; several times.")] = None,
    platform: Annotated[str, typer.Option("--platform", help="Slug of the platform.")] = "",
    after: After = "",
    limit: Limit = 50,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Items of an operation, by key."""
    start()
    from openiru.foundation.registry.queries import earlier, page
    from openiru.stages.intake.queries import told

    with reading(as_, operation):
        found = page(states=states or (), platform=platform, after_key=after, limit=limit)
        ids = [one["id"] for one in found]
        held = told(ids)
        past = {one["item_id"] for one in earlier(ids) if not one["here"]}
    out = Output(as_json=json)
    rows = [
        {
            **one,
            "milestones": milestones(one["milestones"]),
            "held": one["id"] in held,
            "referred_before": one["id"] in past,
        }
        for one in found
    ]
    out.rows(rows if json else [one | {"notes": _notes(one)} for one in rows], COLUMNS, empty="no such item")
    if len(found) == limit:
        out.next(f"openiru item list --after '{found[-1]['key']}'")


def _outside(flags: list[str]) -> list[str]:
    return [f"{flag.removesuffix('-outside')} out of scope" for flag in flags]


def _notes(row: dict[str, Any]) -> list[str]:
    """What a person should see of an item in a list: outside the scope, under a hold, referred in another operation."""
    said = _outside(row["flags"])
    said += ["held"] if row["held"] else []
    return said + (["referred before"] if row["referred_before"] else [])


def became(row: dict[str, Any]) -> str:
    """An earlier referral of an item and what became of it, in words."""
    later = ", ".join(
        str(row[name]) for name in ("answer", "outcome") if row[name] and row[name] != row["state"]
    )
    place = " in this operation" if row["here"] else ""
    said = f"referred on {row['referred_at']:%Y-%m-%d}{place}, now {row['state'].replace('_', ' ')}"
    return f"{said} ({later})" if later else said


def milestones(value: int) -> list[str]:
    """The names of the milestones an item has passed."""
    return [one.name.lower() for one in Milestone(value) if one.name]


@app.command("show")
def show(
    which: Key,
    *,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """One item: where it stands, its holds, earlier referrals, and every event with its index in the ledger."""
    start()
    from openiru.engines.addresses import defang
    from openiru.foundation.registry.queries import by_key, earlier, timeline
    from openiru.stages.intake.queries import blocking, told

    with reading(as_, operation):
        item = by_key(key_of(which))
        holds = told([item["id"]]).get(item["id"], [])
        kept = blocking([item["id"]]).get(item["id"])
        past = [one for one in earlier([item["id"]]) if not one["here"]]
        events = [_event(one) for one in timeline(item["id"])]
    item |= {"milestones": milestones(item["milestones"]), "defanged": defang(item["canonical"])}
    out = Output(as_json=json)
    if json:
        out.answer({**item, "holds": holds, "kept_back": kept, "earlier": past, "timeline": events})
        return
    _say(out, item)
    for hold in holds:
        out.line(f"a hold stands: {hold.reference}, call {hold.call}")
    if kept is not None:
        out.line(f"not to be referred now: {kept.reason}")
    for one in past:
        out.line(f"before: {became(one)}")
    if any(one["state"] == State.REINSTATED.value for one in past):
        out.line("it was lawfully reinstated: such an item is not referred again")
    out.rows(events, ("index", "at", "type", "actor", "what"), empty="no event yet")


def _say(out: Output, item: dict[str, Any]) -> None:
    out.line(str(item["key"]))
    out.line(f"  {item['defanged']}")
    out.line(
        f"  {item['platform']}, {item['kind']}, extent {item['extent']}, language {item['language'] or 'not said'}"
    )
    out.line(f"  state {item['state']}; passed: {', '.join(item['milestones'])}")
    if item["flags"]:
        out.line(f"  {', '.join(_outside(item['flags']))}")


def _event(row: dict[str, Any]) -> dict[str, Any]:
    body = orjson.loads(row["body"])
    payload = row["payload"] or {}
    what = ", ".join(
        f"{name} {payload[name]}" for name in ("state", "label", "why", "reason") if payload.get(name)
    )
    return {
        "index": "waits" if row["index"] is None else row["index"],
        "at": str(body.get("occurred_at", ""))[:16],
        "type": row["type"],
        "actor": body.get("actor", ""),
        "what": what,
        "payload": payload,
    }


@app.command("resolve")
def resolve(
    which: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY|URL]...", help="None: every shortener.")
    ] = None,
    *,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Follow shorteners to their end through the guarded client; duplicates and holds are checked again."""
    start()
    from openiru.stages.intake.resolving import resolve_items

    by = within(person(as_), operation)
    found = resolve_items(by=by, keys=[key_of(one) for one in which or ()])
    out = Output(as_json=json)
    rows = []
    for one in found:
        told = {
            name: getattr(one, name)
            for name in ("key", "item", "leads_to", "final", "known", "held", "earlier", "hops")
        }
        rows.append(told | {"refused": one.refused.as_dict() if one.refused else None})
    shown = rows if json else [row | {"refused": (row["refused"] or {}).get("message")} for row in rows]
    out.rows(shown, ("key", "leads_to", "known", "held", "refused"), empty="no shortener waits")
    if any(one.refused for one in found):
        raise typer.Exit(ATTENTION)
