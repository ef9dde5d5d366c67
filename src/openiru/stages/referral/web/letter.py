"""One letter: exactly what is or was sent, its lines, every try; and what a person does with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext, ngettext

from openiru.core.errors import UsageError
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import Desk, done, field, once_form, page, paged, show
from openiru.foundation.operations.doorway import parts_of
from openiru.foundation.operations.fresh import needs_fresh
from openiru.stages.referral import commands, queries, shown
from openiru.stages.referral.checklist import rules
from openiru.stages.referral.preparing import MOST_LINES
from openiru.stages.referral.web.asked import choice, named, numbers
from openiru.stages.referral.web.outbox import window
from openiru.stages.referral.web.words import STANDINGS

S = DeliveryState
LINES: Final = 100
#: Characters of an attachment that the page shows; the digest is over all of it.
ATTACHED: Final = 20_000


@page("item.read")
def letter(desk: Desk, reference: str) -> HttpResponse:
    """A referral, a correction or a withdrawal."""
    standing = choice(desk, "standing", shown.STANDINGS)
    (after,) = parts_of(desk.request.GET.get("cursor", ""), [int])
    with acting(desk.by) as now:
        head = queries.by_reference(named(reference))
        (row,) = shown.whole([head["id"]])
        context: dict[str, Any] = {
            "head": head,
            "row": row,
            "counts": shown.line_counts(head["id"]),
            "tries": queries.deliveries([head["id"]]),
            "about": shown.letters_about(head["id"]),
            "mail": _mail(queries.letter(head["reference"])),
            "rules": rules(now, [row])[head["id"]] if head["state"] in commands.RELEASABLE else [],
        }
        lines = shown.lines(head["id"], standing=standing, after=after, limit=LINES + 1)
    return show(
        desk,
        "referral/letter.html",
        list=paged(desk, lines, lambda line: [line["number"]], LINES),
        standing=standing,
        tabs=_tabs(context["counts"]),
        alone=[head],
        leaves=window(row, urgent=False, at=desk.at),
        acts=_acts(desk, head),
        **context,
    )


def _tabs(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Lines by what became of them; what no line is, is left out."""
    return [
        {"name": name, "word": word, "count": counts[name or "all"]}
        for name, word in STANDINGS.items()
        if counts[name or "all"]
    ]


def _mail(letter: dict[str, Any]) -> dict[str, Any]:
    for one in letter["attachments"]:
        one["size"] = len(one["text"].encode())
        one["cut"] = len(one["text"]) > ATTACHED
        one["text"] = one["text"][:ATTACHED]
    return letter


def _acts(desk: Desk, head: Mapping[str, Any]) -> dict[str, bool]:
    """What this person may do with the letter as it stands."""
    state, released = head["state"], head["released_at"] is not None
    waits = state in commands.RELEASABLE
    later = waits and released and head["not_before"] > desk.at and not head["undo_left"]
    there = state == S.SENT.value and head["kind"] == "referral"
    return {
        "send": waits and not released and desk.may("referral.send"),
        "hurry": later and desk.may("referral.send"),
        "recall": waits and released and desk.may("referral.send"),
        "give_back": state in commands.RETURNABLE and not released and desk.may("referral.prepare"),
        "settle": state == S.UNKNOWN.value and desk.may("referral.settle"),
        "withdraw": there and head["lines"] > head["withdrawn"] and desk.may("referral.withdraw"),
        "answer": there and desk.may("referral.answer"),
    }


def _why(desk: Desk) -> str:
    return field(desk, "why")


def _post(desk: Desk, reference: str, command: str, body: Any, do: Any) -> Any:
    """A command about one letter, once; ``do`` gets its id."""

    def act() -> Any:
        with acting(desk.by):
            (referral,) = queries.ids_of([reference])
            return do(referral)

    return once_form(desk, command, {"reference": reference, "body": body}, act)


@page("referral.prepare", methods=("POST",))
def give_back(desk: Desk, reference: str) -> HttpResponse:
    """Take a batch apart that never left: its items are decided again."""
    reference, why = named(reference), _why(desk)

    def do(referral: Any) -> Any:
        return {"items": commands.unprepare(by=desk.by, referrals=[referral], why=why)}

    items = _post(desk, reference, "unprepare_referrals", why, do)["items"]
    said = ngettext("%(count)d item is free again.", "%(count)d items are free again.", items) % {
        "count": items
    }
    return done(desk, desk.url("referral-show", reference=reference), said)


@page("referral.settle", methods=("POST",))
def settle(desk: Desk, reference: str) -> HttpResponse:
    """Say whether a letter of which nobody knew has left."""
    reference, why, found = named(reference), _why(desk), field(desk, "was_sent")
    if found not in {"yes", "no"}:
        raise UsageError("say whether it was sent", where="was_sent")

    def do(referral: Any) -> Any:
        commands.settle(by=desk.by, referral=referral, was_sent=found == "yes", why=why)
        return {"was_sent": found == "yes"}

    _post(desk, reference, "settle_referral", [found, why], do)
    said = (
        gettext("Settled: it was sent. Its lines count as referred since the try.")
        if found == "yes"
        else gettext("Settled: it was not sent. It waits to be let go again.")
    )
    return done(desk, desk.url("referral-show", reference=reference), said)


@page("referral.withdraw", methods=("GET", "POST"))
def withdraw(desk: Desk, reference: str) -> HttpResponse:
    """Take lines back, or all: the items are withdrawn at once, the letter that says so waits to be let go."""
    reference = named(reference)
    if asked := needs_fresh(desk):
        return asked
    if desk.request.method == "GET":
        return _picker(desk, reference, "referral/withdraw.html")
    why, which = _why(desk), field(desk, "which")
    lines = None if which == "all" else numbers(desk.request.POST.getlist("line"))

    def do(referral: Any) -> Any:
        made = commands.withdraw(by=desk.by, referral=referral, lines=lines, why=why)
        return {"letter": queries.reference_of(made)}

    made = _post(desk, reference, "withdraw_referral", [lines, why], do)["letter"]
    said = gettext("Withdrawn. The provider does not know yet: read this letter and let it go.")
    return done(desk, desk.url("referral-show", reference=made), said)


@page("referral.withdraw", methods=("GET", "POST"))
def correct(desk: Desk, reference: str) -> HttpResponse:
    """Prepare a letter that corrects lines. First the lines are marked, then each gets its words."""
    reference = named(reference)
    if desk.request.method == "GET":
        marked = desk.request.GET.getlist("line")
        chosen = numbers(marked) if marked else []
        return _picker(desk, reference, "referral/correct.html", chosen=chosen)
    texts = {
        number: field(desk, f"text-{number}", longest=2_000)
        for number in numbers(desk.request.POST.getlist("line"))
    }
    why = field(desk, "why", needed=False)

    def do(referral: Any) -> Any:
        return {
            "letter": queries.reference_of(
                commands.correct(by=desk.by, referral=referral, texts=texts, why=why)
            )
        }

    made = _post(desk, reference, "correct_referral", [texts, why], do)["letter"]
    said = gettext("The correction is written. Read it and let it go.")
    return done(desk, desk.url("referral-show", reference=made), said)


def _picker(desk: Desk, reference: str, template: str, **more: Any) -> HttpResponse:
    """The standing lines of a referral, to mark some."""
    with acting(desk.by):
        head = queries.by_reference(reference)
        lines = shown.lines(head["id"], after=0, limit=MOST_LINES)
    standing = [line for line in lines if line["withdrawn_at"] is None]
    if chosen := more.get("chosen"):
        standing = [line for line in standing if line["number"] in chosen]
    return show(desk, template, head=head, lines=standing, **more)
