"""Items: the list with its filters, copies, and the marking of what one's own unit contributed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiru.core.errors import NotFoundError, UsageError
from openiru.core.lifecycle import State
from openiru.core.vocabulary import Kind, Pap, Tlp
from openiru.foundation.database.acting import acting
from openiru.foundation.operations import words
from openiru.foundation.operations.desk import PAGE, Desk, done, once_form, page, paged, show
from openiru.foundation.operations.doorway import parts_of
from openiru.foundation.registry.queries import earlier
from openiru.stages.intake import finding
from openiru.stages.intake.markings import LONGEST, Marking, change_marking
from openiru.stages.intake.queries import told
from openiru.stages.intake.rows import LONGEST_KEY
from openiru.stages.intake.web import asked


@page("item.read")
def items(desk: Desk) -> HttpResponse:
    """The list."""
    wanted = _wanted(desk)
    (after,) = parts_of(desk.request.GET.get("cursor", ""), [str])
    with acting(desk.by):
        rows = with_marks(finding.find(wanted, after=after, limit=PAGE + 1))
        facets: dict[str, Any] = {**finding.facets()}
    return show(
        desk,
        "intake/items.html",
        list=paged(desk, rows, lambda row: [row["key"]]),
        wanted=wanted,
        filtered=wanted != finding.Wanted(),
        state=wanted.states[0] if wanted.states else "",
        states=words.STATES.items(),
        kinds=words.KINDS.items(),
        **facets,
    )


def with_marks(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with what a person should see of an item in a list: held, referred before in another operation."""
    ids = [row["id"] for row in rows]
    held, past = told(ids), {one["item_id"] for one in earlier(ids) if not one["here"]}
    return [row | {"held": row["id"] in held, "before": row["id"] in past} for row in rows]


def _wanted(desk: Desk) -> finding.Wanted:
    """The filters; UsageError for one that nobody can mean."""
    given = desk.request.GET
    said = {
        name: given.get(name, "").strip()
        for name in ("state", "platform", "language", "kind", "text", "only")
    }
    if any("\x00" in text or len(text) > LONGEST_KEY for text in said.values()):
        raise UsageError(_("a filter is too long, or no text"))
    try:
        states = (State(said["state"]),) if said["state"] else ()
        kind = Kind(said["kind"]) if said["kind"] else ""
    except ValueError as error:
        raise UsageError(_("this is none of the choices"), where="filter") from error
    return finding.Wanted(
        states=states,
        platform=said["platform"],
        language=said["language"],
        kind=kind,
        own=said["only"] == "own",
        held=said["only"] == "held",
        text=said["text"],
    )


@page("item.read")
def copies(desk: Desk) -> HttpResponse:
    """Items that were contributed more than once."""
    (after,) = parts_of(desk.request.GET.get("cursor", ""), [str])
    with acting(desk.by):
        rows = finding.copies(after=after, limit=PAGE + 1)
    return show(desk, "intake/copies.html", list=paged(desk, rows, lambda row: [row["key"]]), tab="addresses")


@page("item.read")
def works(desk: Desk) -> HttpResponse:
    """Contents that stand at more than one address."""
    (after,) = parts_of(desk.request.GET.get("cursor", ""), [str])
    with acting(desk.by):
        rows = finding.works(after=after, limit=PAGE + 1)
    return show(
        desk, "intake/copies.html", list=paged(desk, rows, lambda row: [row["digest"]]), tab="contents"
    )


@page("item.read")
def work(desk: Desk, digest: str) -> HttpResponse:
    """One content: where it stands."""
    (after,) = parts_of(desk.request.GET.get("cursor", ""), [str])
    with acting(desk.by):
        spread = finding.spread(digest)
        if not spread:
            raise NotFoundError("no item of this operation holds this content", where=digest[:80])
        rows = with_marks(finding.of_work(digest, after=after, limit=PAGE + 1))
    total = sum(row["items"] for row in spread)
    return show(
        desk,
        "intake/work.html",
        digest=digest,
        spread=spread,
        total=total,
        list=paged(desk, rows, lambda row: [row["key"]]),
    )


@page("contribute.mark", methods=("POST",))
def marking(desk: Desk, item: UUID) -> HttpResponse:
    """Mark what one's own unit contributed to an item anew."""
    marks = Marking(
        tlp=asked.choice(desk, "tlp", Tlp) if desk.request.POST.get("tlp") else None,
        pap=asked.choice(desk, "pap", Pap) if desk.request.POST.get("pap") else None,
        restriction=asked.text(desk, "restriction", longest=LONGEST)
        if "change_restriction" in desk.request.POST
        else None,
    )
    reason = asked.text(desk, "reason", longest=LONGEST, needed=True)

    def do() -> dict[str, Any]:
        (changed,) = change_marking(by=desk.by, items=[item], marking=marks, reason=reason)
        return {"contributions": changed.contributions, "open": changed.open}

    answer = once_form(desk, "change_marking", [str(item), str(marks), reason], do)
    n = answer["contributions"]
    said = ngettext("%(n)d contribution is marked anew.", "%(n)d contributions are marked anew.", n) % {
        "n": n
    }
    if answer["open"] is not None:
        said += " " + (
            _("The whole operation sees the item now.")
            if answer["open"]
            else _("Only your unit sees the item now.")
        )
    return done(desk, desk.url("item", item=item), said)
