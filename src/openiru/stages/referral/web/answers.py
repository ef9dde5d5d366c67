"""What providers said: the list, an answer that a person enters, a file with its dry run, strays, silence, transfers."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import ngettext

from openiru.core.errors import InputError, UsageError
from openiru.core.referral.answers import EFFECTS, Answer, Effect, Reading
from openiru.core.vocabulary import AnswerDecision
from openiru.foundation.database.acting import acting
from openiru.foundation.directory.queries import providers
from openiru.foundation.operations.desk import PAGE, Desk, done, field, once_form, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of
from openiru.foundation.people.permissions import require
from openiru.stages.referral import commands, queries, shown
from openiru.stages.referral.answering import Answers, try_answers
from openiru.stages.referral.preparing import MOST_LINES
from openiru.stages.referral.reading import read_answers, source_of
from openiru.stages.referral.web.asked import choice, named, numbers, text

#: Bytes of an answer file that the desk takes; larger ones go through the interface or the command line.
MOST_BYTES: Final = 2_000_000
#: Rows of a kind that the dry run shows.
SHOWN: Final = 50
HOURS: Final = (24, 48, 72, 168)


@page("item.read")
def answers(desk: Desk) -> HttpResponse:
    """Answers, newest first."""
    effect = choice(desk, "effect", {one.value for one in Effect})
    provider, reference = text(desk, "provider"), text(desk, "reference")
    with acting(desk.by):
        found = shown.answers(
            provider=provider,
            decisions=[one.value for one, what in EFFECTS.items() if what.value == effect],
            reference=reference,
            before=id_of(desk.request.GET.get("cursor", "")),
            limit=PAGE + 1,
        )
        known = providers()
    return show(
        desk,
        "referral/answers.html",
        list=paged(desk, found, by_id),
        effect=effect,
        effects=[one.value for one in Effect],
        provider=provider,
        providers=known,
        reference=reference,
        may_answer=desk.may("referral.answer"),
    )


@page("referral.answer", methods=("GET", "POST"))
def enter(desk: Desk, reference: str) -> HttpResponse:
    """An answer that came by telephone or a web form, entered for lines."""
    reference = named(reference)
    if desk.request.method == "GET":
        with acting(desk.by):
            head = queries.by_reference(reference)
            lines = shown.lines(head["id"], after=0, limit=MOST_LINES)
        return show(desk, "referral/enter.html", head=head, lines=lines, decisions=list(AnswerDecision))
    cells = {
        "decision": field(desk, "decision"),
        "ground": field(desk, "ground", needed=False),
        "ground_reference": field(desk, "ground_reference", needed=False),
        "explanation": field(desk, "explanation", longest=5_000, needed=False),
    }
    given, why = dict.fromkeys(numbers(desk.request.POST.getlist("line")), cells), field(desk, "why")

    def do() -> Any:
        return _told(commands.answer_lines(by=desk.by, reference=reference, lines=given, why=why))

    told = once_form(desk, "answer_lines", [reference, sorted(given), cells, why], do)
    return done(desk, desk.url("referral-show", reference=reference), _said(told))


def _told(made: Answers) -> dict[str, Any]:
    first = next((row.message for row in made.rows if row.reading is Reading.REFUSED), "")
    return {**made.counts, "first": first}


def _said(told: dict[str, Any]) -> str:
    taken = ngettext("%(count)d answer was recorded.", "%(count)d answers were recorded.", told["taken"])
    parts = [taken % {"count": told["taken"]}]
    if told["repeated"]:
        known = ngettext("%(count)d was known already.", "%(count)d were known already.", told["repeated"])
        parts.append(known % {"count": told["repeated"]})
    if told["refused"]:
        stray = ngettext(
            "%(count)d could not be applied and is kept among the strays.",
            "%(count)d could not be applied and are kept among the strays.",
            told["refused"],
        )
        parts.append(stray % {"count": told["refused"]})
    return " ".join(parts)


@page("referral.answer", methods=("GET", "POST"))
def upload(desk: Desk) -> HttpResponse:
    """A provider's file: first a dry run that writes nothing, then the same file taken."""
    with acting(desk.by):
        known = providers()
    if desk.request.method == "GET":
        return show(desk, "referral/upload.html", providers=known, most=MOST_BYTES)
    provider = field(desk, "provider", needed=False)
    if provider and provider not in {one["slug"] for one in known}:
        raise UsageError("there is no such provider", where="provider")
    if desk.request.POST.get("content"):
        return _take(desk, provider)
    return _try(desk, provider, known)


def _try(desk: Desk, provider: str, known: list[dict[str, Any]]) -> HttpResponse:
    file = desk.request.FILES.get("file")
    if file is None or not file.size:
        raise UsageError(
            "no file was chosen, or it is empty", where="file", hint="Choose the provider's CSV or JSON."
        )
    if file.size > MOST_BYTES:
        raise InputError(
            f"a file of more than {MOST_BYTES:,} bytes is not taken here",
            where=str(file.name),
            hint="Use openiru referral answer FILE, or the programming interface.",
        )
    content = file.read()
    rows = read_answers(content)
    with acting(desk.by) as now:
        require(now, "referral.answer")
        tried, new = try_answers(now, rows, provider)
    return show(
        desk,
        "referral/dry_run.html",
        counts=tried.counts,
        name=file.name,
        digest=source_of(content),
        content=base64.b64encode(content).decode(),
        provider=provider,
        providers=known,
        new=[_row(one) for one in new[:SHOWN]],
        new_more=max(0, len(new) - SHOWN),
        refused=[row for row in tried.rows if row.reading is Reading.REFUSED][:SHOWN],
        refused_more=max(0, tried.counts["refused"] - SHOWN),
    )


def _row(answer: Answer) -> dict[str, Any]:
    return {
        "reference": answer.reference,
        "line": answer.line,
        "decision": answer.decision,
        "explanation": answer.explanation,
        "decided_at": answer.decided_at,
    }


def _take(desk: Desk, provider: str) -> HttpResponse:
    digest = field(desk, "digest")
    try:
        content = base64.b64decode(desk.request.POST["content"], validate=True)
    except binascii.Error as error:
        raise UsageError(
            "this is not the file of the dry run", where="content", hint="Upload it again."
        ) from error
    if source_of(content) != digest:
        raise UsageError("this is not the file of the dry run", where="digest", hint="Upload it again.")

    def do() -> Any:
        return _told(
            commands.answer(by=desk.by, rows=read_answers(content), source=digest, provider=provider)
        )

    told = once_form(desk, "take_answer_file", {"file": digest, "provider": provider}, do)
    where = "referral-strays" if told["refused"] and not told["taken"] else "referral-answers"
    return done(desk, desk.url(where), _said(told))


@page("item.read")
def strays(desk: Desk) -> HttpResponse:
    """Answers that could not be applied, each with the reason."""
    with acting(desk.by):
        found = shown.strays(before=id_of(desk.request.GET.get("cursor", "")), limit=PAGE + 1)
    return show(desk, "referral/strays.html", list=paged(desk, found, by_id))


@page("item.read")
def silent(desk: Desk) -> HttpResponse:
    """Providers that have not said a word of lines that they were sent so long ago."""
    hours = int(choice(desk, "hours", {str(one) for one in HOURS}, "24"))
    provider = text(desk, "provider")
    with acting(desk.by):
        found = queries.silent(after=timedelta(hours=hours))
        lines = shown.silent_lines(provider, PAGE) if provider else []
        known = {one["slug"]: one for one in providers()}
    rows = [{**row, "about": known.get(row["provider"], {})} for row in found]
    return show(
        desk,
        "referral/silent.html",
        rows=rows,
        hours=hours,
        choices=HOURS,
        lines=lines,
        provider=provider,
        most=PAGE,
    )


@page("item.read")
def transfers(desk: Desk) -> HttpResponse:
    """Disclosures to third countries, each with its ground."""
    with acting(desk.by):
        found = shown.transfers(before=id_of(desk.request.GET.get("cursor", "")), limit=PAGE + 1)
    return show(desk, "referral/transfers.html", list=paged(desk, found, by_id))
