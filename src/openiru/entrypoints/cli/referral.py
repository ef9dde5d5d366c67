"""openiru referral: prepared, read exactly as it will be sent, let go by a person, answered, settled, taken back."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from openiru.core.errors import NotFoundError, UsageError
from openiru.core.vocabulary import DeliveryState, Instrument
from openiru.entrypoints.cli.files import read_bytes
from openiru.entrypoints.cli.item import key_of
from openiru.entrypoints.cli.links import link, messages
from openiru.entrypoints.cli.options import As, Json, Operation, Reason
from openiru.entrypoints.cli.output import ATTENTION, Output
from openiru.entrypoints.cli.session import person, reading, start, within

if TYPE_CHECKING:
    from openiru.foundation.database.acting import By
    from openiru.stages.referral.answering import Answers

app = typer.Typer(help="Referrals to providers, and their answers.", no_args_is_help=True)
References = Annotated[list[str], typer.Argument(metavar="REFERENCE...", help="As referral list shows them.")]
Reference = Annotated[str, typer.Argument(metavar="REFERENCE")]
Provider = Annotated[str, typer.Option("--provider", help="Slug of the provider.")]
COLUMNS = (
    "reference",
    "provider",
    "state",
    "channel",
    "lines",
    "deciding_unit",
    "sending_unit",
    "not_before",
    "sent_at",
)


@app.command("prepare")
def prepare(  # noqa: PLR0913 - every option is one property of a batch
    which: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY|URL]...", help="None: all decided.")
    ] = None,
    *,
    provider: Provider = "",
    instrument: Annotated[Instrument, typer.Option("--instrument")] = Instrument.REFERRAL,
    urgent: Annotated[
        bool, typer.Option("--urgent", help="Skips the provider's hours, never a person.")
    ] = False,
    channel: Annotated[str, typer.Option("--channel", help="Else the provider's: email, transcript.")] = "",
    again: Annotated[
        str, typer.Option("--again", metavar="REASON", help="Why what was referred before goes once more.")
    ] = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Put what two people decided on batches, letters written. Exit 3 when items were left out; each with its reason."""
    start()
    from openiru.stages.referral.commands import prepare as make

    by = within(person(as_), operation)
    items = [_item(by, one) for one in which] if which else None
    done = make(
        by=by,
        provider=provider,
        items=items,
        instrument=instrument,
        urgent=urgent,
        channel=channel,
        again_reason=again,
    )
    out = Output(as_json=json)
    lines = [f"{one.reference}  {one.provider}: {one.lines} lines by {one.channel}" for one in done.batches]
    lines += [f"left out: {one.key or one.item}: {one.reason}" for one in done.refused]
    out.answer(done.as_dict(), *(lines or ["nothing is decided and waits"]))
    if done.batches:
        first = done.batches[0].reference
        out.next(
            f"openiru referral show {first}      reads what will be sent", f"openiru referral send {first}"
        )
    if done.refused:
        raise typer.Exit(ATTENTION)


def _item(by: By, which: str) -> UUID:
    from openiru.foundation.database.acting import acting
    from openiru.foundation.registry.queries import by_key

    with acting(by):
        return UUID(str(by_key(key_of(which))["id"]))


def _ids(by: By, references: list[str]) -> list[UUID]:
    from openiru.foundation.database.acting import acting
    from openiru.stages.referral.queries import ids_of

    with acting(by):
        return ids_of(references)


@app.command("list")
def list_(
    *,
    states: Annotated[list[DeliveryState] | None, typer.Option("--state", help="Only these.")] = None,
    provider: Provider = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Every batch, and where it stands."""
    start()
    from openiru.stages.referral.queries import batches

    with reading(as_, operation):
        found = batches(states=states or (), provider=provider)
    Output(as_json=json).rows(found, COLUMNS, empty="no referral yet: openiru referral prepare")


@app.command("show")
def show(reference: Reference, *, operation: Operation = "", as_: As = "", json: Json = False) -> None:
    """Exactly what will be, or was, sent; every line, every try, every answer."""
    start()
    from openiru.stages.referral import queries

    with reading(as_, operation):
        head = queries.by_reference(reference)
        letter, lines = queries.letter(reference), queries.lines(head["id"])
        tries, answers = queries.deliveries([head["id"]]), queries.answers(reference=reference)
    out = Output(as_json=json)
    if json:
        out.answer({**head, "letter": letter, "lines": lines, "tries": tries, "answers": answers})
        return
    for name in ("recipient", "subject", "message_id"):
        if letter.get(name):
            out.line(f"{name.replace('_', ' ')}: {letter[name]}")
    out.line()
    out.block(str(letter.get("text") or letter.get("body") or ""))
    out.line()
    out.line(
        "attached: "
        + ", ".join(f"{one['name']} ({len(one['text']):,} characters)" for one in letter["attachments"])
    )
    out.rows(lines, ("number", "key", "state", "answer", "outcome", "withdrawn_at"))
    out.rows(tries, ("at", "state", "detail"), empty="no try to send yet")


@app.command("send")
def send(
    references: References,
    *,
    urgent: Annotated[bool, typer.Option("--urgent", help="Skips the provider's hours.")] = False,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Let batches go: a worker sends them, now or when the provider reads its mail next."""
    start()
    from openiru.stages.referral.commands import send as let_go

    by = within(person(as_), operation)
    done = let_go(by=by, referrals=_ids(by, references), urgent=urgent)
    out = Output(as_json=json)
    rows = [{"reference": one.reference, "not_before": one.not_before, "referral": one.id} for one in done]
    out.rows(rows, ("reference", "not_before"))
    out.next("openiru referral list      openiru status shows whether a worker runs")


@app.command("recall")
def recall(references: References, *, operation: Operation = "", as_: As = "", json: Json = False) -> None:
    """Take batches back that were let go, before a machine has them."""
    start()
    from openiru.stages.referral.commands import recall as take_back

    by = within(person(as_), operation)
    count = take_back(by=by, referrals=_ids(by, references))
    Output(as_json=json).answer({"letters": count}, f"{count} letters taken back; nothing has left.")


@app.command("unprepare")
def unprepare(
    references: References, *, why: Reason = "", operation: Operation = "", as_: As = "", json: Json = False
) -> None:
    """Give the items of batches that never left back."""
    start()
    from openiru.stages.referral.commands import unprepare as give_back

    by = within(person(as_), operation)
    count = give_back(by=by, referrals=_ids(by, references), why=why)
    Output(as_json=json).answer({"items": count}, f"{count} items given back.")


@app.command("answer")
def answer(  # noqa: PLR0913 - a file, or each part of a typed answer
    file: Annotated[Path | None, typer.Argument(help="The provider's CSV or JSON; - for stdin.")] = None,
    *,
    provider: Provider = "",
    reference: Annotated[str, typer.Option("--reference", help="Typed answer: of this referral ...")] = "",
    line: Annotated[int, typer.Option("--line", min=0, help="... this line ...")] = 0,
    decision: Annotated[str, typer.Option("--decision", help="... in the words of the DSA database.")] = "",
    why: Reason = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Take a provider's answers, line by line, from a file or typed. Exit 3 when rows were refused, each with why."""
    start()
    from openiru.stages.referral.commands import answer as take
    from openiru.stages.referral.commands import answer_lines
    from openiru.stages.referral.reading import read_answers, source_of

    by = within(person(as_), operation)
    if (file is None) == (not reference):
        raise UsageError("give a file, or --reference, --line, --decision and --why", where="FILE")
    if file is not None:
        data = read_bytes(file)
        done = take(by=by, rows=read_answers(data), source=source_of(data), provider=provider)
    else:
        cells = {"decision": decision}
        done = answer_lines(by=by, reference=reference, lines={line: cells}, why=why)
    _say_answers(Output(as_json=json), done)


def _say_answers(out: Output, done: Answers) -> None:
    told = done.as_dict()
    counts = done.counts
    lines = [
        f"{counts['rows']} rows: {counts['taken']} taken, {counts['repeated']} known, {counts['refused']} refused"
    ]
    lines += [f"  row {one['row']} refused: {one['reason']}" for one in told["refused_rows"]]
    out.answer(told, *lines)
    if counts["refused"]:
        raise typer.Exit(ATTENTION)


@app.command("collect")
def collect(
    directory: Annotated[str, typer.Argument(help="The mailbox's directory.")],
    *,
    kind: Annotated[str, typer.Option("--kind", help="maildir or files.")] = "maildir",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Take what came back by mail: bounces and attached answers. Exit 3 when mails wait for a person to read them."""
    start()
    from openiru.stages.referral.mail import collect as take
    from openiru.stages.referral.mail import mailbox

    done = take(by=within(person(as_), operation), box=mailbox(kind, directory))
    told: dict[str, Any] = {
        "mails": done.mails,
        "bounced": done.bounced,
        "answers": [one.as_dict() for one in done.answers],
        "automatic": done.automatic,
        "for_people": [{"place": place, "what": what} for place, what in done.for_people],
    }
    lines = [
        f"{done.mails} mails: {len(done.answers)} with answers, {len(done.bounced)} bounced, {done.automatic} automatic"
    ]
    lines += [f"  for a person: {place}: {what}" for place, what in done.for_people]
    Output(as_json=json).answer(told, *lines)
    if done.for_people or any(one.counts["refused"] for one in done.answers):
        raise typer.Exit(ATTENTION)


@app.command("settle")
def settle(
    reference: Reference,
    *,
    sent: Annotated[bool | None, typer.Option("--sent/--not-sent", help="What you found out.")] = None,
    why: Reason = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Say whether a batch of which nobody knows was sent. No machine does that."""
    start()
    from openiru.stages.referral.commands import settle as say

    if sent is None:
        raise UsageError("say --sent or --not-sent", where="--sent")
    by = within(person(as_), operation)
    say(by=by, referral=_ids(by, [reference])[0], was_sent=sent, why=why)
    told = "was sent" if sent else "was not sent"
    Output(as_json=json).answer({"reference": reference, "was_sent": sent}, f"{reference} {told}.")


@app.command("withdraw")
def withdraw(
    reference: Reference,
    *,
    lines: Annotated[
        list[int] | None, typer.Option("--line", help="Only these lines; several times.")
    ] = None,
    why: Reason = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Take back a referral that was sent, or some of its lines; the letter that says so is prepared."""
    start()
    from openiru.stages.referral.commands import withdraw as take_back

    by = within(person(as_), operation)
    made = take_back(by=by, referral=_ids(by, [reference])[0], lines=lines, why=why)
    _say_letter(Output(as_json=json), by, made)


@app.command("correct")
def correct(
    reference: Reference,
    *,
    texts: Annotated[
        list[str], typer.Option("--line", metavar="NUMBER=TEXT", help="What is said of a line.")
    ],
    why: Reason = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Prepare a letter that corrects lines of a referral that was sent."""
    start()
    from openiru.stages.referral.commands import correct as mend

    said = {}
    for text in texts:
        number, equals, rest = text.partition("=")
        if not (number.isdigit() and equals and rest.strip()):
            raise UsageError("--line takes NUMBER=TEXT", where="--line")
        said[int(number)] = rest
    by = within(person(as_), operation)
    made = mend(by=by, referral=_ids(by, [reference])[0], texts=said, why=why)
    _say_letter(Output(as_json=json), by, made)


def _say_letter(out: Output, by: By, made: UUID) -> None:
    from openiru.foundation.database.acting import acting
    from openiru.stages.referral.queries import batches

    with acting(by):
        found = [one for one in batches() if one["id"] == made]
    if not found:
        raise NotFoundError("the letter is not there")
    reference = found[0]["reference"]
    out.answer({"letter": made, "reference": reference}, f"The letter {reference} is prepared.")
    out.next(f"openiru referral show {reference}", f"openiru referral send {reference}")


@app.command("silent")
def silent(
    *,
    hours: Annotated[int, typer.Option("--hours", min=0, help="Referred so long ago or longer.")] = 24,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Providers that have not said a word about lines they were sent."""
    start()
    from openiru.stages.referral.queries import silent as who

    with reading(as_, operation):
        found = who(after=timedelta(hours=hours))
    Output(as_json=json).rows(found, ("provider", "lines", "since", "batches"), empty="nobody is silent")


app.command("link")(link)
app.command("messages")(messages)
