"""The days after: the clock goes from step to step; workers send, look and look again; answers come in."""

from __future__ import annotations

from collections import Counter
from typing import Any

from openiru.core.lifecycle import Milestone
from openiru.entrypoints.demo.days import Day
from openiru.entrypoints.demo.referring import Post, deferred, settle, work
from openiru.foundation.database.acting import acting


def follow(day: Day) -> None:
    """From the moment the batches are let go to the end of the operation."""
    with day.phase("letters"):
        work(day)
        _greylisted(day)
        settle(day)
    post, before = Post(day), Counter[str]()
    for moment in day.scenario.steps(day.now):
        day.move(moment)
        with day.phase("looks and letters"):
            work(day)
            settle(day)
        with day.phase("answers"):
            post.collect()
            day.log()
        before = _tell(day, before)
    with day.phase("looks and letters"):
        work(day)
    post.tell()
    if before["returned"]:
        day.catch(
            "content put back after a complaint",
            f"{before['returned']} reinstated, never referred again by itself",
        )


def _greylisted(day: Day) -> None:
    if count := deferred(day):
        day.catch(
            "a mail server that puts letters off", f"{count} wait and are sent again with the same Message-ID"
        )


def standing(day: Day) -> Counter[str]:
    """How many items of the operation are where, now."""
    with acting(day.by(day.scenario.who("lead"))) as now:
        now.cursor.execute("SELECT milestones, count(*) FROM registry_operationitem GROUP BY milestones")
        rows: list[tuple[Any, int]] = now.cursor.fetchall()
    counts: Counter[str] = Counter()
    for milestones, count in rows:
        for name, bit in (
            ("referred", Milestone.REFERRED),
            ("answered", Milestone.ANSWERED),
            ("gone", Milestone.GONE),
            ("returned", Milestone.REINSTATED),
        ):
            counts[name] += count if milestones & bit else 0
    return counts


def _tell(day: Day, before: Counter[str]) -> Counter[str]:
    """One line where something has changed."""
    now = standing(day)
    if now != before:
        day.say(
            f"referred {now['referred']:,} · answered {now['answered']:,} · verified gone {now['gone']:,}"
        )
    return now
