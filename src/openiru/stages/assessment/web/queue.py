"""The queue: what one may assess now, best first; searches with names; the news bar; the next item."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from openiru.core.assessment.order import hours_left
from openiru.core.errors import UsageError
from openiru.foundation.database.acting import acting
from openiru.foundation.directory.queries import platforms, providers
from openiru.foundation.operations.desk import PAGE, Desk, done, field, once_form, page, show
from openiru.foundation.operations.doorway import cursor_of, ids_of
from openiru.stages.assessment.bench import require_assessor
from openiru.stages.assessment.beside import own_exposure
from openiru.stages.assessment.commands_claims import claim_next
from openiru.stages.assessment.commands_searches import end_search, save_search
from openiru.stages.assessment.places import own_claims
from openiru.stages.assessment.waiting import (
    FIRST,
    Filters,
    arrived,
    choices,
    deadline,
    filters_from,
    searches,
    waiting,
)
from openiru.stages.assessment.web import words

#: News are counted up to so many.
MOST_NEWS = 50


@page("assess")
def queue(desk: Desk) -> HttpResponse:
    """The list. Which filters hold stands in the address, so that a search can be kept and shared."""
    filters = filters_of(desk.request.GET)
    after = ids_of(desk.request.GET.get("cursor", ""), 3) or (FIRST, FIRST, FIRST)
    with acting(desk.by) as now:
        require_assessor(now)
        listed = waiting(filters, limit=PAGE, after=after)
        context: dict[str, Any] = {
            "searches": [one | {"query": _query(filters_from(one["filters"]))} for one in searches()],
            "choices": choices(),
            "names": _names(),
            "mine": len(own_claims()),
            "left": hours_left(deadline(desk.here), at=now.at),
            "exposure": own_exposure(),
        }
    query = _query(filters)
    return show(
        desk,
        "assessment/queue.html",
        listed=listed,
        filters=filters,
        query=query,
        hidden=sorted(filters.plain().items()),
        after=_address(desk, filters, listed.after),
        first=_address(desk, filters, None) if any(one != FIRST for one in after) else "",
        tongues=words.LANGUAGES,
        **context,
    )


def filters_of(given: Any) -> Filters:
    """The filters of an address or a form; what is not known is left out."""
    return filters_from({name: given.get(name, "").strip() for name in Filters.__slots__})


def _query(filters: Filters) -> str:
    return urlencode(
        {name: "1" if value is True else value for name, value in sorted(filters.plain().items())}
    )


def _address(desk: Desk, filters: Filters, after: tuple[UUID, ...] | None) -> str:
    parts = [_query(filters)]
    if after is not None:
        parts.append(urlencode({"cursor": cursor_of([str(one) for one in after])}))
    elif filters.plain() == {}:
        return desk.request.path
    return f"{desk.request.path}?{'&'.join(part for part in parts if part)}"


def _names() -> dict[str, str]:
    """Platform -> the name of its provider."""
    names = {row["slug"]: row["name"] for row in providers()}
    return {row["slug"]: names.get(row["provider"], "") for row in platforms()}


@page("assess")
def news(desk: Desk) -> HttpResponse:
    """How many items came since the page was made. Nothing moves by itself: the bar offers to load the page again."""
    filters = filters_of(desk.request.GET)
    try:
        newest = UUID(desk.request.GET.get("newest", ""))
    except ValueError as error:
        raise UsageError("this is no item", where="newest") from error
    with acting(desk.by) as now:
        require_assessor(now)
        count = arrived(filters, after=newest, most=MOST_NEWS)
    tag = f'"{count}-{newest}"'
    if desk.request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    answer = show(
        desk,
        "assessment/_news.html",
        count=count,
        most=MOST_NEWS,
        again=_list(desk, filters),
    )
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _list(desk: Desk, filters: Filters) -> str:
    query = _query(filters)
    return desk.url("assessment-queue") + (f"?{query}" if query else "")


@page("assess", methods=("POST",))
def following(desk: Desk) -> HttpResponse:
    """Claim the best item, and open it; one's own claims first."""
    filters = filters_of(desk.request.POST)
    body = {"filters": filters.plain()}
    answer = once_form(
        desk,
        "assessment.next",
        body,
        lambda: {"item": _text(claim_next(by=desk.by, filters=filters))},
    )
    return go_on(desk, answer["item"], filters)


def _text(item: UUID | None) -> str:
    return str(item) if item else ""


def go_on(desk: Desk, item: str, filters: Filters) -> HttpResponse:
    """To the next item, or to the queue when nothing waits."""
    if not item:
        return done(desk, _list(desk, filters), _("Nothing more waits for you here."))
    query = _query(filters)
    return done(desk, desk.url("assessment-item", item=UUID(item)) + (f"?{query}" if query else ""))


@page("assess", methods=("POST",))
def save(desk: Desk) -> HttpResponse:
    """Give the filters of the page a name."""
    filters = filters_of(desk.request.POST)
    name = field(desk, "name", longest=60)
    shared = desk.request.POST.get("shared") == "1"
    once_form(
        desk,
        "assessment.save_search",
        {"filters": filters.plain(), "name": name, "shared": shared},
        lambda: {"id": save_search(by=desk.by, name=name, filters=filters, shared=shared)},
    )
    return done(desk, _list(desk, filters), _("The search was saved."))


@page("assess", methods=("POST",))
def end(desk: Desk, search: UUID) -> HttpResponse:
    """Take a search of one's own away."""
    end_search(by=desk.by, search=search)
    return done(desk, desk.url("assessment-queue"), _("The search was taken away. The items stay."))
