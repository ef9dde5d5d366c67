"""One item: everything a verdict stands on, and the verdict. Submitting opens the next one in the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from openiru.core.errors import ConflictError, NotFoundError, OpenIruError
from openiru.core.vocabulary import Verdict
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import Desk, field, once_form, page, show
from openiru.foundation.operations.words import VERDICTS
from openiru.stages.assessment.commands import assess
from openiru.stages.assessment.commands_claims import claim, claim_next, hand_back, leave, open_item
from openiru.stages.assessment.commands_language import ask_language
from openiru.stages.assessment.deciding import BasisChangedError, Draft, DraftError
from openiru.stages.assessment.web import form, seen, words
from openiru.stages.assessment.web.queue import filters_of, go_on

ITEM = "assessment/item.html"
PART = "assessment/_item.html"


@page("assess", methods=("GET", "POST"))
def assess_item(desk: Desk, item: UUID) -> HttpResponse:
    """The item; by POST one's verdict on it."""
    if desk.request.method == "POST":
        return _submit(desk, item)
    return _shown(desk, item)


def _shown(
    desk: Desk,
    item: UUID,
    *,
    typed: Mapping[str, Any] | None = None,
    status: int = 200,
    part: bool = False,
    **more: Any,
) -> HttpResponse:
    # One transaction: what is not there was not opened either.
    with acting(desk.by):
        open_item(by=desk.by, item=item)
        context = seen.context(desk, item)
    like = context["same"] if typed is None and desk.request.GET.get("like") == "1" else None
    filters = filters_of(desk.request.POST if desk.request.method == "POST" else desk.request.GET)
    return show(
        desk,
        PART if part else ITEM,
        status=status,
        form=form.shown(typed, like[1] if like else None),
        likened=like is not None,
        hidden=sorted(filters.plain().items()),
        tongues=words.LANGUAGES,
        **context,
        **more,
    )


def _submit(desk: Desk, item: UUID) -> HttpResponse:
    fragment = desk.request.headers.get("HX-Request") == "true"
    typed = {name: desk.request.POST.get(name, "") for name in desk.request.POST}
    try:
        facts = form.read(desk)
        draft = Draft(
            item=item, basis=field(desk, "basis", longest=200), facts=facts, seen=form.seen_of(desk, item)
        )
        filters = filters_of(desk.request.POST)
        body = {name: value for name, value in typed.items() if name != "csrfmiddlewaretoken"}
        answer = once_form(desk, "assessment.assess", body, lambda: _give(desk, draft, filters))
    except BasisChangedError as error:
        return _shown(desk, item, typed=typed, status=412, part=fragment, changed=error)
    except DraftError as error:
        return _shown(
            desk, item, typed=typed, status=422, part=fragment, problems=form.problems(error.problems)
        )
    except NotFoundError:
        raise
    except OpenIruError as error:
        return _shown(desk, item, typed=typed, status=409, part=fragment, refused=error)
    if fragment and answer["next"]:
        following = UUID(answer["next"])
        shown = _shown(desk, following, part=True, given=VERDICTS[Verdict(answer["verdict"])])
        shown["HX-Push-Url"] = desk.url("assessment-item", item=following)
        return shown
    return go_on(desk, answer["next"], filters)


def _give(desk: Desk, draft: Draft, filters: Any) -> dict[str, str]:
    (done_,) = assess(by=desk.by, drafts=[draft])
    if done_.refused is not None:
        raise done_.refused
    verdict = draft.facts.verdict or Verdict.NEEDS_EXPERT
    leave(
        by=desk.by,
        item=draft.item,
        how="verdict",
        severe=verdict is Verdict.REFER,
        assessment=done_.assessment,
    )
    following = claim_next(by=desk.by, filters=filters, besides=draft.item)
    return {"next": str(following) if following else "", "verdict": verdict.value}


@page("assess", methods=("POST",))
def claim_item(desk: Desk, item: UUID) -> HttpResponse:
    """Claim this item, whatever comes first in the queue."""
    (one,) = claim(by=desk.by, items=[item])
    if one.until is None:
        raise ConflictError(
            _("somebody else has this item in hand, or nothing is left to assess"),
            hint=_("Take the next one from the queue."),
        )
    return go_on(desk, str(item), filters_of(desk.request.POST))


@page("assess", methods=("POST",))
def back(desk: Desk, item: UUID) -> HttpResponse:
    """Not for me: it is offered to others, and counts nothing against anybody."""
    filters = filters_of(desk.request.POST)

    def do() -> dict[str, str]:
        if not hand_back(by=desk.by, items=[item]):
            leave(by=desk.by, item=item, how="back")
        following = claim_next(by=desk.by, filters=filters, besides=item)
        return {"next": str(following) if following else ""}

    return go_on(desk, once_form(desk, "assessment.back", {"item": str(item)}, do)["next"], filters)


@page("assess", methods=("POST",))
def ask(desk: Desk, item: UUID) -> HttpResponse:
    """Ask for the words in another language, and go on with the next item. It is no verdict."""
    filters = filters_of(desk.request.POST)
    wanted = field(desk, "wanted", longest=20)
    note = field(desk, "note", longest=2_000, needed=False)

    def do() -> dict[str, str]:
        ask_language(by=desk.by, items=[item], wanted=wanted, note=note)
        leave(by=desk.by, item=item, how="language")
        following = claim_next(by=desk.by, filters=filters, besides=item)
        return {"next": str(following) if following else ""}

    body = {"item": str(item), "wanted": wanted, "note": note}
    return go_on(desk, once_form(desk, "assessment.ask", body, do)["next"], filters)
