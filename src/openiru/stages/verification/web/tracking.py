"""Removal tracking: by platform and outcome, the items behind each number, every look at one item, and asking for a run."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext, ngettext

from openiru.core.errors import NotFoundError, UsageError
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import PAGE, Desk, done, once_form, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of, parts_of
from openiru.stages.verification import jobs, queries, shown
from openiru.stages.verification.web.words import GROUPS

DUE: Final = 1_000


@page("item.read")
def tracking(desk: Desk) -> HttpResponse:
    """What became of everything that was referred."""
    with acting(desk.by):
        rows = queries.tracking()
        context: dict[str, Any] = {
            "times": shown.times(),
            "next_due": queries.next_due(),
            "due": shown.due_count(desk.at, DUE),
            "run": queries.run_on_its_way(jobs.LOOK),
            "misread": [one for one in shown.controls() if not one["sound"]],
        }
    table, totals = _table(rows)
    return show(
        desk,
        "verification/tracking.html",
        table=table,
        totals=totals,
        all=sum(totals.values()),
        groups=list(GROUPS),
        due_most=DUE,
        may_verify=desk.may("verify"),
        **context,
    )


def _table(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """A row for each platform with a number for each group, and the totals."""
    found: dict[str, dict[str, int]] = {}
    totals = dict.fromkeys(GROUPS, 0)
    for row in rows:
        group = shown.group_of(row["outcome"])
        each = found.setdefault(row["platform"], dict.fromkeys(GROUPS, 0))
        each[group] += row["items"]
        totals[group] += row["items"]
    table = [
        {"platform": name, "cells": list(each.items()), "all": sum(each.values())}
        for name, each in found.items()
    ]
    return sorted(table, key=lambda one: (-one["all"], one["platform"])), totals


@page("item.read")
def items(desk: Desk) -> HttpResponse:
    """The items behind a number of the tracking."""
    group, platform = desk.request.GET.get("group", ""), desk.request.GET.get("platform", "")
    if (group and group not in GROUPS) or "\x00" in platform:
        raise UsageError("there is no such group", where="group")
    at, item = parts_of(desk.request.GET.get("cursor", ""), [str, str])
    with acting(desk.by):
        found = shown.tracked(group=group, platform=platform, after=_place(at, item), limit=PAGE + 1)
    return show(
        desk,
        "verification/items.html",
        list=paged(desk, found, lambda row: [row["referred_at"].isoformat(), str(row["id"])]),
        group=group,
        platform=platform,
        groups=[(name, word) for name, (word, _, _) in GROUPS.items()],
    )


def _place(at: str, item: str) -> tuple[datetime, UUID] | None:
    try:
        return (datetime.fromisoformat(at), UUID(item)) if at else None
    except ValueError as error:
        raise UsageError("this is no cursor of this list", where="cursor") from error


@page("item.read")
def looks(desk: Desk, item: UUID) -> HttpResponse:
    """Every look at one item, and what they add up to."""
    with acting(desk.by):
        found = shown.one(item)
        if found is None:
            raise NotFoundError("no such item in this operation")
        seen = shown.looks(item, before=id_of(desk.request.GET.get("cursor", "")), limit=PAGE + 1)
    return show(desk, "verification/looks.html", row=found, list=paged(desk, seen, by_id))


@page("verify", methods=("POST",))
def ask(desk: Desk) -> HttpResponse:
    """Ask for a run; one that is on its way already is enough."""

    def do() -> Any:
        asked = jobs.ask(by=desk.by)
        return {"planned": asked.planned, "new": asked.new}

    asked = once_form(desk, "ask_for_run", desk.slug, do)
    said = gettext("A run was asked for.") if asked["new"] else gettext("A run is on its way already.")
    if asked["planned"]:
        first = ngettext(
            "%(count)d first look was planned.", "%(count)d first looks were planned.", asked["planned"]
        )
        said = f"{said} {first % {'count': asked['planned']}}"
    return done(desk, desk.url("verification-tracking"), said)


@page("item.read")
def run(desk: Desk) -> HttpResponse:
    """Asked again and again while a run is on its way: nothing as long as it is, else the page anew."""
    with acting(desk.by):
        there = queries.run_on_its_way(jobs.LOOK)
    answer = HttpResponse(status=204)
    if (there["state"] if there else "") != desk.request.GET.get("state", ""):
        answer["HX-Refresh"] = "true"
    return answer
