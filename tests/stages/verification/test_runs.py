"""A run looks at what is due and believes only positive evidence, twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.factories.referred import contributed, walk
from tests.people import START, World, action_day
from tests.stages.verification.conftest import PROSE, Site

from openiru.core.lifecycle import Milestone, State, Step
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.directory.lookers import http_looker
from openiru.foundation.operations.clock import set_clock
from openiru.foundation.registry.queries import items as read_items
from openiru.foundation.registry.queries import timeline
from openiru.ports.formats import Row
from openiru.stages.intake.commands import Source, import_rows
from openiru.stages.verification import commands
from openiru.stages.verification.commands import Run, plan_looks, run

pytestmark = pytest.mark.usefixtures("database")
A = "https://pages.example/a"
B = "https://other.example/b"


class Day:
    """A day with referred items whose clock the test moves."""

    def __init__(self, addresses: list[str], *, until: Step = Step.REFER, pair: bool = False) -> None:
        self.world: World = action_day()
        self.by = self.world.by("AG/coordinator")
        if pair:
            platform = {
                "slug": "pages.example",
                "control_alive": "https://pages.example/alive",
                "control_dead": "https://pages.example/dead",
            }
            load_directory(by=self.world.outside("AG/coordinator"), platforms=[platform])
        self.items = contributed(self.world.by("RS/ana"), addresses)
        walk(self.by, list(self.items.values()), until=until)
        self.minutes = 0
        plan_looks(by=SERVICE.within(self.world.operation))

    def later(self, minutes: int) -> Run:
        """Let business time go on, and run."""
        self.minutes += minutes
        set_clock(
            by=self.world.outside("AG/coordinator"),
            business=START + timedelta(minutes=self.minutes),
            rate=Decimal(0),
        )
        return run(by=SERVICE.within(self.world.operation))

    def stands(self, address: str) -> tuple[State, Milestone, str]:
        """State, milestones and outcome."""
        item: UUID = self.items[address]
        with acting(self.by):
            row = read_items([item])[item]
        return State(row["state"]), Milestone(row["milestones"]), row["outcome"]


def test_gone_needs_two_looks_and_dates_from_the_first(site: Site) -> None:
    site.says("/a", 200)
    day = Day([A])
    assert day.later(6).outcomes == {"live": 1}
    site.says("/a", 404)
    assert day.later(30).outcomes == {"gone": 1}
    state, milestones, outcome = day.stands(A)
    assert (state, outcome) == (State.REFERRED, "unconfirmed")
    assert Milestone.INCONCLUSIVE in milestones
    assert day.later(15).confirmed_gone == 1
    state, milestones, outcome = day.stands(A)
    assert (state, outcome) == (State.GONE, "gone")
    assert Milestone.GONE in milestones
    assert Milestone.INCONCLUSIVE not in milestones
    with acting(day.by):
        row = read_items([day.items[A]])[day.items[A]]
        labels = [event["payload"].get("label") for event in timeline(day.items[A])]
    assert row["live_until"] == START + timedelta(minutes=6)
    assert row["gone_from"] == START + timedelta(minutes=36)
    assert "360|2160" in labels


def test_what_comes_back_is_seen_and_the_removal_stays_in_the_history(site: Site) -> None:
    site.says("/a", 410)
    day = Day([A])
    day.later(6)
    assert day.later(30).confirmed_gone == 1
    site.says("/a", 200)
    assert day.later(60).returned == 1
    assert day.stands(A)[0] is State.ANSWERED


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_refusal_to_answer_is_never_gone(site: Site, status: int) -> None:
    site.says("/a", status)
    day = Day([A])
    for minutes in (6, 30, 60, 600):
        day.later(minutes)
    state, milestones, _ = day.stands(A)
    assert state is State.REFERRED
    assert Milestone.GONE not in milestones
    assert Milestone.INCONCLUSIVE in milestones


def test_legal_block_is_restricted_not_gone(site: Site) -> None:
    site.says("/a", 451)
    day = Day([A])
    day.later(6)
    day.later(30)
    state, milestones, outcome = day.stands(A)
    assert (state, outcome) == (State.REFERRED, "restricted")
    assert Milestone.RESTRICTED in milestones


def test_a_misread_control_pair_makes_the_whole_platform_inconclusive_and_no_other(site: Site) -> None:
    site.says("/a", 404)
    site.says("/b", 404)
    site.says(
        "/dead", 200, f"<html>{PROSE}</html>"
    )  # what never was reads as live: nothing here can be believed
    site.says("/alive", 200)
    day = Day([A, B], pair=True)
    done = day.later(6)
    assert done.misread == ("pages.example",)
    day.later(30)
    assert day.stands(A)[0] is State.REFERRED
    assert day.stands(B)[0] is State.GONE


def test_gone_before_the_referral_is_counted_apart(site: Site) -> None:
    site.says("/a", 404)
    day = Day([A], until=Step.PREPARE)
    set_clock(by=day.world.outside("AG/coordinator"), business=START + timedelta(minutes=1), rate=Decimal(0))
    run(by=SERVICE.within(day.world.operation), before=True)
    set_clock(by=day.world.outside("AG/coordinator"), business=START + timedelta(minutes=20), rate=Decimal(0))
    assert run(by=SERVICE.within(day.world.operation), before=True).already_gone == 1
    assert Milestone.ALREADY_GONE in day.stands(A)[1]


def test_two_runs_at_once_look_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.says("/a", 200)
    day = Day([A])
    inside, go = threading.Event(), threading.Event()
    real = http_looker

    def slow() -> object:
        inside.set()
        go.wait(10)
        return real()

    monkeypatch.setattr(commands, "http_looker", slow)
    set_clock(by=day.world.outside("AG/coordinator"), business=START + timedelta(minutes=6), rate=Decimal(0))
    first: list[Run] = []
    by = SERVICE.within(day.world.operation)

    def work() -> None:
        from django.db import connections

        first.append(run(by=by))
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    assert inside.wait(10)
    assert run(by=by).busy
    go.set()
    thread.join()
    assert first[0].looks == 1
    assert site.asked.count("/a") == 1


def test_a_run_that_dies_leaves_its_items_due(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.says("/a", 200)
    day = Day([A])
    with monkeypatch.context() as patch:
        patch.setattr(commands, "_write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            day.later(6)
    assert run(by=SERVICE.within(day.world.operation)).looks == 1


def test_what_pap_hides_is_not_looked_at_before_the_referral(site: Site) -> None:
    site.says("/a", 200)
    day = Day([A, B], until=Step.PREPARE)
    rows = [Row(2, A, pap="amber")]
    source = Source(rows=rows, file_name="p.csv", file_digest="sha256:00", format="csv")
    import_rows(by=day.world.by("HR/hana"), source=source)
    assert run(by=SERVICE.within(day.world.operation), before=True).looks == 1
    assert "/a" not in site.asked
