"""The operations room: the page, its JSON for conditional polling, and the rows behind every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language

from openiru.core.errors import UsageError
from openiru.core.impact.funnel import behind as counts_in
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import PAGE, Desk, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.impact import queries
from openiru.stages.impact.behind import Behind, codes_at, rows
from openiru.stages.impact.room import Snapshot, older_than, snapshot
from openiru.stages.impact.web import words

#: What a cell of units by platforms may show.
MEASURES: Final = ("distinct", "assessed", "referred", "answered", "gone")
COLUMNS: Final = ("distinct", "assessed", "not_referred", "referred", "answered", "gone")
#: Bars are drawn in thousandths of the longest.
FULL: Final = 1000
TOP: Final = 3
_HTML_KEPT: Final = 40
_html: dict[tuple[str, str, str], bytes] = {}


@page("report")
def room(desk: Desk) -> HttpResponse:
    """The room; ``?part=1``: only what changes; ``?wall=1``: for a screen on the wall."""
    wall = desk.request.GET.get("wall") == "1"
    shot = _shot(desk)
    if desk.request.GET.get("part") == "1":
        return _part(desk, shot, wall=wall)
    context = _context(desk, shot, wall=wall) if shot else {}
    template = "impact/wall.html" if wall else "impact/room.html"
    return show(desk, template, wall=wall, etag=shot.etag if shot else "", **context)


@page("report")
def room_json(desk: Desk) -> HttpResponse:
    """The figures as JSON, with an ETag: whoever has them already gets 304 and nothing else."""
    shot = snapshot(by=desk.by)
    if desk.request.headers.get("If-None-Match", "").removeprefix("W/") == shot.etag:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(shot.body, content_type="application/json")
    answer["ETag"] = shot.etag
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _shot(desk: Desk) -> Snapshot | None:
    """The snapshot, or None as long as nothing of the log has its index."""
    try:
        return snapshot(by=desk.by)
    except UsageError:
        return None


def _part(desk: Desk, shot: Snapshot | None, *, wall: bool) -> HttpResponse:
    """The changing part, made once for each state of the figures and language, however many watch."""
    if shot is None:
        return show(desk, "impact/room_empty.html")
    measure = desk.request.GET.get("measure", "")
    key = (f"{desk.slug}{shot.etag}{measure}{desk.zone}", get_language() or "", str(wall))
    if key not in _html:
        if len(_html) >= _HTML_KEPT:
            _html.clear()
        _html[key] = show(
            desk, "impact/room_figures.html", wall=wall, **_context(desk, shot, wall=wall)
        ).content
    answer = HttpResponse(_html[key])
    answer["ETag"] = shot.etag
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _context(desk: Desk, shot: Snapshot, *, wall: bool) -> dict[str, Any]:
    data = shot.data
    asked = desk.request.GET.get("measure", "")
    measure = asked if asked in MEASURES else "referred"
    return {
        "shot": shot,
        "data": data,
        "steps": _steps(desk, shot),
        "acted": [
            (name, data["figures"][name], to_rows(desk, shot, figure=name)) for name in ("acted", "refused")
        ],
        "waiting": _waiting(desk, shot),
        "bottlenecks": bottlenecks(data["waiting"]),
        "measure": measure,
        "measures": [(name, f"?{urlencode({'measure': name})}#units", name == measure) for name in MEASURES],
        "matrix": _matrix(desk, shot, measure),
        "tables": [_table(desk, shot, name) for name in ("platform", "language", "kind")],
        "columns": COLUMNS,
        "links": not wall,
        "json": desk.url("room-json"),
    }


def to_rows(desk: Desk, shot: Snapshot, **wanted: str) -> str:
    """The address of the rows behind a number, as of the size it was counted at."""
    return f"{desk.url('room-rows')}?{urlencode({'size': shot.at.size, **wanted})}"


def _bar(count: int, most: int) -> int:
    return FULL * count // most if most else 0


def _steps(desk: Desk, shot: Snapshot) -> list[dict[str, Any]]:
    most = max((step["count"] for step in shot.data["funnel"]), default=0)
    return [
        {
            **step,
            "bar": _bar(step["count"], most),
            "href": to_rows(desk, shot, figure=step["name"]),
            "losses": [{**loss, "href": _to_loss(desk, shot, loss)} for loss in step["losses"]],
        }
        for step in shot.data["funnel"]
    ]


def _to_loss(desk: Desk, shot: Snapshot, loss: Mapping[str, Any]) -> str:
    if loss["stage"] == "distinct":
        return to_rows(desk, shot, figure="duplicates_prevented")
    return to_rows(desk, shot, stage=loss["stage"], reason=loss["reason"])


def _waiting(desk: Desk, shot: Snapshot) -> list[dict[str, Any]]:
    most = max((row["count"] for row in shot.data["waiting"]), default=0)
    return [
        {
            **row,
            "words": words.waits(row["state"]),
            "bar": _bar(row["count"], most),
            "hrefs": {
                age: to_rows(desk, shot, state=row["state"], **({"older": age} if age != "count" else {}))
                for age in ("count", "hour", "day")
            },
        }
        for row in shot.data["waiting"]
    ]


def bottlenecks(waiting: Sequence[Mapping[str, Any]], most: int = TOP) -> list[dict[str, Any]]:
    """Where work stands still: steps with items that wait for more than an hour, the longest waits first."""
    slow = [row for row in waiting if row["hour"]]
    worst = sorted(slow, key=lambda row: (-row["day"], -row["hour"], row["state"]))[:most]
    return [{**row, "words": words.waits(row["state"])} for row in worst]


def _matrix(desk: Desk, shot: Snapshot, measure: str) -> dict[str, Any]:
    """Units by platforms, both in the order of the alphabet."""
    names = [row["name"] for row in shot.data["platforms"]]
    units = [
        {
            "name": unit["name"],
            "cells": [
                (
                    unit["platforms"].get(name, {}).get(measure, 0),
                    _cell(desk, shot, measure, unit["name"], name),
                )
                for name in names
            ],
            "all": (unit["all"][measure], _cell(desk, shot, measure, unit["name"])),
        }
        for unit in shot.data["units"]
    ]
    return {"platforms": [row["shown"] for row in shot.data["platforms"]], "units": units}


def _cell(desk: Desk, shot: Snapshot, measure: str, unit: str, platform: str | None = None) -> str:
    more = {} if platform is None else {"platform": platform}
    return to_rows(desk, shot, figure=measure, unit=unit, **more)


def _table(desk: Desk, shot: Snapshot, dimension: str) -> dict[str, Any]:
    found = shot.data[f"{dimension}s"]
    most = max((row["distinct"] for row in found), default=0)
    return {
        "dimension": dimension,
        "n": sum(row["distinct"] for row in found),
        "rows": [
            {
                "shown": row["shown"],
                "bar": _bar(row["distinct"], most),
                "part": _bar(row["referred"], most),
                "cells": [
                    (row[name], to_rows(desk, shot, figure=name, **{dimension: row["name"]}))
                    for name in COLUMNS
                ],
            }
            for row in found
        ],
    }


#: What an address of rows may name, and how it is put to the query.
_NAMES: Final = ("platform", "language", "kind", "unit", "state")


@page("report")
def room_rows(desk: Desk) -> HttpResponse:
    """The items behind a number, as of the size of the log at which it was counted."""
    given = desk.request.GET
    size = given.get("size", "")
    if not size.isascii() or not size.isdigit() or len(size) > 15:  # noqa: PLR2004 - more leaves than there can be
        raise UsageError(
            "a number of leaves is expected", where="size", hint="Open the number from the room."
        )
    with acting(desk.by) as now, queries.snapshot() as cursor:
        at = queries.as_of(cursor, int(size))
        wanted = _wanted(given, codes_at(cursor, desk.here, at))
        if given.get("older") in ("hour", "day"):
            wanted = Behind(**_fields(wanted) | {"before": older_than(cursor, now, at)[given["older"]]})
        found = rows(cursor, desk.here, at, wanted, after=id_of(given.get("cursor", "")), limit=PAGE + 1)
        known = items_by_id([UUID(str(row["id"])) for row in found])
    lines = [{**row, "item": known.get(row["id"])} for row in found]
    asked = {name: given[name] for name in (*_NAMES, "older") if name in given}
    return show(
        desk,
        "impact/rows.html",
        list=paged(desk, lines, by_id),
        at=at,
        figure=given.get("figure", ""),
        stage=given.get("stage", ""),
        reason=given.get("reason", ""),
        asked=asked,
        waits=words.waits(given["state"]) if "state" in given else "",
    )


def _fields(wanted: Behind) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Behind.__slots__}


def _wanted(given: Mapping[str, Any], codes: Sequence[int]) -> Behind:
    """What the address asks for; UsageError for a figure or a loss that there is none of."""
    figure, stage, reason = given.get("figure", ""), given.get("stage", ""), given.get("reason", "")
    if any("\x00" in given[name] for name in given):
        raise UsageError("this is no name of anything", where="?", hint="Open the number from the room.")
    try:
        test = counts_in(figure or "distinct", stage, reason)
        chosen = [code for code in codes if test(code)]
    except KeyError:
        raise UsageError(
            "there is no such figure", where=figure or stage, hint="Open the number from the room."
        ) from None
    labelled = stage == "decided" and reason != "in dispute"
    return Behind(
        codes=chosen,
        **{name: given.get(name) for name in _NAMES},
        reason=("" if reason == "no reason stated" else reason) if labelled else None,
        twice=figure == "duplicates_prevented",
    )
