"""openiru assess: what waits for a verdict, verdicts given, one's own and, after that, the others'."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from openiru.core.errors import InputError, NotFoundError, OpenIruError, UsageError
from openiru.core.vocabulary import Ground, ProtectedPurpose, Verdict
from openiru.entrypoints.cli.files import read_bytes
from openiru.entrypoints.cli.item import key_of
from openiru.entrypoints.cli.options import After, As, Json, Key, Limit, Operation
from openiru.entrypoints.cli.output import ATTENTION, Output
from openiru.entrypoints.cli.session import person, reading, start, within

if TYPE_CHECKING:
    from openiru.foundation.database.acting import By
    from openiru.stages.assessment.deciding import Draft

app = typer.Typer(help="Assessment: two people, every item by itself.", no_args_is_help=True)


@app.command("next")
def next_(
    *,
    limit: Limit = 10,
    after: After = "",
    disputed: Annotated[bool, typer.Option("--disputed", help="Only what waits for a third person.")] = False,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """What you can assess now, nobody's verdict shown. --json: a form an item, to be filled in and given back."""
    start()
    from openiru.engines.addresses import defang
    from openiru.entrypoints.cli.drafts import form
    from openiru.stages.assessment.queries import open_for, words

    with reading(as_, operation, "assess"):
        found = open_for(limit=limit, after_key=after, disputed=disputed)
        said = words([one["id"] for one in found])
    rows = [
        {
            "key": one["key"],
            "item": one["id"],
            "basis": one["shown"].digest,
            "canonical": one["canonical"],
            "defanged": defang(one["canonical"]),
            "kind": one["kind"],
            "extent": one["extent"],
            "language": one["language"],
            "mandate": one["shown"].mandate,
            "words": said.get(one["id"], []),
            "assessment": form(),
        }
        for one in found
    ]
    out = Output(as_json=json)
    out.rows(rows, ("key", "kind", "extent", "language", "defanged"), empty="nothing waits for you")
    if rows:
        out.next(
            "openiru assess next --json > forms.jsonl      fill in, then: openiru assess give forms.jsonl"
        )


@app.command("give")
def give(
    file: Annotated[Path, typer.Argument(help="JSON, JSON lines or CSV of assessments; - for stdin.")],
    *,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Give your verdicts. Each is taken or refused with its reason; exit 3 when one was refused."""
    start()
    from openiru.entrypoints.cli.drafts import read_drafts

    by = within(person(as_), operation)
    data = read_bytes(file)
    heads: list[tuple[int, dict[str, Any]]] = []
    drafts: list[Draft] = []
    refused: list[tuple[int, dict[str, Any], OpenIruError]] = []
    found = list(read_drafts(data, str(file)))
    items = _items(by, [row for _, row, _ in found])
    for number, row, facts in found:
        if isinstance(facts, InputError):
            refused.append((number, row, facts))
            continue
        try:
            drafts.append(_draft(row, facts, items))
            heads.append((number, row))
        except OpenIruError as error:
            refused.append((number, row, error))
    _assess(Output(as_json=json), by, drafts, heads, refused)


def _items(by: By, rows: Sequence[dict[str, Any]]) -> dict[str, UUID]:
    from openiru.foundation.database.acting import acting
    from openiru.foundation.registry.queries import by_key

    found = {}
    with acting(by):
        for key in sorted(
            {key_of(str(row["key"])) for row in rows if row.get("key") and not row.get("item")}
        ):
            try:
                found[key] = UUID(str(by_key(key)["id"]))
            except NotFoundError:
                continue  # its row is refused with its number
    return found


def _draft(row: dict[str, Any], facts: Any, items: dict[str, UUID]) -> Draft:
    from openiru.stages.assessment.deciding import Draft

    try:
        item = UUID(str(row["item"])) if row.get("item") else items[key_of(str(row.get("key", "")))]
    except (ValueError, KeyError) as error:
        raise NotFoundError(
            "no such item in this operation", where=str(row.get("key") or row.get("item"))[:200]
        ) from error
    basis = str(row.get("basis", ""))
    if not basis:
        raise InputError("the assessment does not say on which basis it stands", where="basis")
    return Draft(item=item, basis=basis, facts=facts)


def _assess(
    out: Output,
    by: By,
    drafts: Sequence[Draft],
    heads: Sequence[tuple[int, dict[str, Any]]],
    refused: Sequence[tuple[int, dict[str, Any], OpenIruError]],
) -> None:
    from openiru.stages.assessment.commands import assess

    bad = len(refused)
    for number, row, error in refused:
        key = row.get("key") or row.get("item") or ""
        out.answer(
            {"row": number, "key": key, "refused": error.as_dict()},
            f"row {number} refused: {f'{error.where}: ' if error.where else ''}{error.message}",
            *([f"  {error.hint}"] if error.hint else []),
        )
    for (number, row), one in zip(heads, assess(by=by, drafts=drafts), strict=True):
        key = row.get("key") or str(one.item)
        told = {
            "row": number,
            "key": key,
            "assessment": one.assessment,
            "outcome": one.outcome,
            "state": one.state,
            "refused": one.refused.as_dict() if one.refused else None,
            "problems": one.problems,
        }
        if one.refused is None:
            out.answer(told, f"{key}: taken; the item is {one.state}")
            continue
        bad += 1
        out.answer(
            told,
            f"{key}: refused: {one.refused.message}",
            *(f"  {p.field}: {p.message}" for p in one.problems),
        )
    if bad:
        raise typer.Exit(ATTENTION)
    out.next("openiru assess next      openiru referral prepare")


@app.command("one")
def one_(  # noqa: PLR0913 - a structured assessment has so many parts, and none may be guessed
    which: Key,
    *,
    basis: Annotated[str, typer.Option("--basis", help="The digest of what was shown (assess next).")],
    verdict: Annotated[Verdict, typer.Option("--verdict")],
    reasons: Annotated[str, typer.Option("--reasons", help="Free reasons.")],
    confidence: Annotated[int, typer.Option("--confidence", min=0, max=100)],
    availability: Annotated[str, typer.Option("--availability", help="How a stranger gets to it.")] = "",
    ground: Annotated[Ground | None, typer.Option("--ground", help="Of Art. 2(7).")] = None,
    facts: Annotated[str, typer.Option("--facts", help="The facts that bear the ground.")] = "",
    danger: Annotated[str, typer.Option("--danger", help="For 2(7)(a): the danger it causes.")] = "",
    exceptions: Annotated[
        list[str] | None,
        typer.Option("--exception", metavar="NAME=yes|no:REASON", help="Each of Art. 1(3); several times."),
    ] = None,
    group: Annotated[str, typer.Option("--group")] = "",
    brand: Annotated[str, typer.Option("--brand")] = "",
    proportionality: Annotated[str, typer.Option("--proportionality")] = "",
    rule: Annotated[str, typer.Option("--provider-rule", help="The provider's own rule.")] = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Give your verdict on one item by options; nothing is filled in for you."""
    start()
    from openiru.core.assessment.plain import draft_from_plain

    claims = [{"ground": ground.value, "facts": facts, "danger": danger or None}] if ground else []
    said = draft_from_plain(
        {
            "availability": availability or None,
            "claims": claims,
            "exceptions": [_exception(text) for text in exceptions or ()],
            "group": group,
            "brand": brand,
            "proportionality": proportionality,
            "provider_rule": rule,
            "reasons": reasons,
            "confidence": confidence,
            "verdict": verdict.value,
        }
    )
    by = within(person(as_), operation)
    row = {"key": which, "basis": basis}
    draft = _draft(row, said, _items(by, [row]))
    _assess(Output(as_json=json), by, [draft], [(1, row)], [])


def _exception(text: str) -> dict[str, Any]:
    name, _, rest = text.partition("=")
    word, _, reason = rest.partition(":")
    if name not in set(ProtectedPurpose) or word not in {"yes", "no"}:
        names = ", ".join(ProtectedPurpose)
        raise UsageError(
            f"this is no answer to an exception: {text[:60]}", where="--exception", hint=f"One of {names}"
        )
    return {"exception": name, "applies": word == "yes", "reason": reason.strip()}


@app.command("show")
def show(which: Key, *, operation: Operation = "", as_: As = "", json: Json = False) -> None:
    """The verdicts on an item that you may see: your own, and the others' once you have spoken."""
    start()
    from openiru.foundation.registry.queries import by_key
    from openiru.stages.assessment.queries import verdicts_visible

    with reading(as_, operation):
        found = verdicts_visible(by_key(key_of(which))["id"])
    Output(as_json=json).rows(found, ("slot", "unit", "verdict", "own"), empty="no verdict that you may see")


@app.command("wide")
def wide(  # noqa: PLR0913 - the two kinds of proof have so many parts
    which: Key,
    *,
    why_not_items: Annotated[str, typer.Option("--why-not-items", help="Why single items do not suffice.")],
    outlet: Annotated[str, typer.Option("--outlet", help="The outlet whose official place it is.")] = "",
    source: Annotated[str, typer.Option("--source", help="Where that is said.")] = "",
    seed: Annotated[str, typer.Option("--seed", help="The sample: its printed seed.")] = "",
    population: Annotated[int, typer.Option("--population", min=0, help="Items inside.")] = 0,
    drawn: Annotated[int, typer.Option("--drawn", min=0, help="Items drawn.")] = 0,
    terrorist: Annotated[int, typer.Option("--terrorist", min=0, help="Of them found terrorist.")] = 0,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Propose an account, channel, app or site: by its official brand or a random sample. The overseer is told."""
    start()
    from openiru.core.assessment.wide import Brand, Sample
    from openiru.stages.assessment.commands_wide import NewWide, propose_wide

    if bool(outlet) == bool(seed):
        raise UsageError(
            "give --outlet and --source, or --seed, --population, --drawn and --terrorist", where="--outlet"
        )
    proof: Brand | Sample = (
        Brand(outlet=outlet, source=source)
        if outlet
        else Sample(seed=seed, population=population, drawn=drawn, terrorist=terrorist)
    )
    by = within(person(as_), operation)
    item = _items(by, [{"key": which}]).get(key_of(which))
    if item is None:
        raise NotFoundError("no such item in this operation", where=which[:200])
    (done,) = propose_wide(by=by, proposals=[NewWide(item=item, proof=proof, why_not_items=why_not_items)])
    if done.refused is not None:
        raise done.refused
    Output(as_json=json).answer(
        {"item": done.item, "proposal": done.proposal},
        "Proposed; a second unit must assess it, and the overseer is told.",
    )
