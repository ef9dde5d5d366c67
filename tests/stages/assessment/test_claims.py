"""A claim keeps others away for a while, never for good, and tells nobody who has it."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import pytest
from django.db import connections
from tests.people import World, action_day
from tests.stages.assessment.helpers import say
from tests.stages.intake.helpers import bring, items

from openiru.core.errors import ConflictError, PermissionDeniedError
from openiru.core.vocabulary import Verdict
from openiru.foundation.database.acting import By, acting
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment.commands_claims import (
    MOST_CLAIMS,
    claim,
    claim_next,
    hand_back,
    leave,
    open_item,
    renew,
    undo_claims,
)
from openiru.stages.assessment.places import own_claims
from openiru.stages.assessment.waiting import Filters, arrived, filters_from, matching, waiting

pytestmark = pytest.mark.usefixtures("database")
ALL = Filters()


def day(count: int = 3) -> tuple[World, list[UUID]]:
    world = action_day()
    bring(world.by("RS/ana"), *(f"https://t.me/openiru_demo_a/{n}" for n in range(1, count + 1)))
    found = items(world.by("RS/ana"))
    keys = [f"telegram:post:openiru_demo_a/{n}" for n in range(1, count + 1)]
    rows = sorted((found[key] for key in keys), key=lambda row: str(row["row_id"]))  # in the order of arrival
    return world, [UUID(str(row["id"])) for row in rows]


def lapse(person: By) -> None:
    """The claims of somebody run out."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE assessment_claim SET until = until - interval '1 hour' WHERE person_id = %s",
            [person.person],
        )


def mine(by: By) -> set[UUID]:
    with acting(by):
        return set(own_claims())


def seen(by: By, filters: Filters = ALL) -> dict[UUID, str]:
    with acting(by):
        return {row.item: row.claim for row in waiting(filters).rows}


def test_two_people_share_the_two_places_of_an_item_and_a_third_finds_it_busy() -> None:
    world, (first, *_) = day()
    for name in ("RS/ana", "HR/hana"):
        (one,) = claim(by=world.by(name), items=[first])
        assert one.until is not None
    (third,) = claim(by=world.by("MK/mila"), items=[first])
    assert third.until is None
    assert seen(world.by("MK/mila"))[first] == "busy"
    assert seen(world.by("RS/ana"))[first] == "mine"


def test_a_claim_that_has_run_out_falls_back_by_itself() -> None:
    world, (first, *_) = day()
    for name in ("RS/ana", "HR/hana"):
        claim(by=world.by(name), items=[first])
    lapse(world.by("RS/ana"))
    assert mine(world.by("RS/ana")) == set()
    (one,) = claim(by=world.by("MK/mila"), items=[first])
    assert one.until is not None
    (late,) = claim(by=world.by("RS/ana"), items=[first])
    assert late.until is None
    assert renew(by=world.by("RS/ana"), items=[first]) == {}


def test_a_verdict_fills_one_place_so_that_one_person_more_may_claim() -> None:
    world, (first, *_) = day()
    say(world.by("RS/ana"), first, Verdict.REFER)
    assert first not in seen(world.by("RS/ana"))
    (one,) = claim(by=world.by("HR/hana"), items=[first])
    (two,) = claim(by=world.by("MK/mila"), items=[first])
    assert (one.until is not None, two.until) == (True, None)


def test_next_gives_the_oldest_first_and_to_three_people_no_item_more_than_twice() -> None:
    world, (first, second, _) = day()
    got = [claim_next(by=world.by(name), filters=ALL) for name in ("RS/ana", "HR/hana", "MK/mila")]
    assert got == [first, first, second]
    assert claim_next(by=world.by("RS/ana"), filters=ALL) == first


def test_many_at_the_same_moment_never_share_a_place() -> None:
    world, ids = day(2)
    names = ("RS/ana", "RS/boro", "HR/hana", "HR/ivo", "MK/mila", "MK/niko")
    got: dict[str, UUID | None] = {}
    begin = threading.Barrier(len(names))

    def one(name: str) -> None:
        begin.wait()
        got[name] = claim_next(by=world.by(name), filters=ALL)
        connections["default"].close()

    threads = [threading.Thread(target=one, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == len(names)
    taken = [item for item in got.values() if item is not None]
    assert sorted(taken) == sorted(ids * 2)


def test_what_one_hands_back_is_not_offered_again_but_can_be_taken() -> None:
    world, (first, second, _) = day()
    ana = world.by("RS/ana")
    assert claim_next(by=ana, filters=ALL) == first
    assert hand_back(by=ana, items=[first]) == [first]
    assert claim_next(by=ana, filters=ALL) == second
    assert claim_next(by=world.by("HR/hana"), filters=ALL) == first
    (again,) = claim(by=ana, items=[first])
    assert again.until is not None


def test_an_act_on_many_is_taken_back_as_a_whole() -> None:
    world, ids = day()
    ana, one, two = world.by("RS/ana"), uuid4(), uuid4()
    claim(by=ana, items=ids, batch=one)
    assert mine(ana) == set(ids)
    hand_back(by=ana, items=ids[:2], batch=two)
    assert mine(ana) == {ids[2]}
    assert set(undo_claims(by=ana, batch=two)) == set(ids[:2])
    assert mine(ana) == set(ids)
    bulk = uuid4()
    hand_back(by=ana, items=ids)
    claim(by=ana, items=ids, batch=bulk)
    assert set(undo_claims(by=ana, batch=bulk)) == set(ids)
    assert mine(ana) == set()


def test_nobody_hoards_and_nobody_who_leads_claims() -> None:
    world, ids = day(MOST_CLAIMS + 1)
    with pytest.raises(ConflictError):
        claim(by=world.by("RS/ana"), items=ids)
    assert mine(world.by("RS/ana")) == set()
    with pytest.raises(PermissionDeniedError):
        claim_next(by=world.by("AG/coordinator"), filters=ALL)


def test_a_search_finds_what_it_says_and_news_are_counted_to_a_bound() -> None:
    world, ids = day()
    ana = world.by("RS/ana")
    with acting(ana):
        newest = waiting(ALL).newest
        assert matching(Filters(platform="telegram")) == ids
        assert matching(Filters(platform="youtube")) == []
        assert arrived(ALL, after=newest) == 0
    bring(ana, "https://t.me/openiru_demo_b/1", "https://t.me/openiru_demo_b/2")
    with acting(ana):
        assert arrived(ALL, after=newest) == 2
        assert arrived(ALL, after=newest, most=1) == 2
        assert arrived(Filters(language="ar"), after=newest) == 0
    assert filters_from({"platform": "telegram", "own": "1", "evil": "x"}) == Filters(
        platform="telegram", own=True
    )


def test_pages_of_the_queue_show_every_item_once() -> None:
    world, ids = day(7)
    with acting(world.by("HR/hana")):
        (address,) = [one["canonical"] for one in items_by_id(ids[5:6]).values()]
    bring(world.by("HR/hana"), address)
    got: list[UUID] = []
    with acting(world.by("MK/mila")):
        page = waiting(ALL, limit=3)
        got += [row.item for row in page.rows]
        while page.after:
            page = waiting(ALL, limit=3, after=page.after)
            got += [row.item for row in page.rows]
    assert got[0] == ids[5], "what two units brought comes first"
    assert sorted(got) == sorted(ids)
    assert len(got) == len(ids)


def rows_of(by: By) -> list[tuple[str, bool]]:
    with acting(by) as now:
        now.cursor.execute("SELECT how, quick FROM assessment_opened ORDER BY id")
        return list(now.cursor.fetchall())


def test_a_verdict_sooner_than_a_glance_is_marked_for_the_overseer_and_seen_by_nobody_else() -> None:
    world, (first, *_) = day()
    ana = world.by("RS/ana")
    open_item(by=ana, item=first)
    done = say(ana, first, Verdict.REFER)
    leave(by=ana, item=first, how="verdict", severe=True, assessment=done.assessment)
    assert rows_of(ana) == [("verdict", True)]
    assert rows_of(world.by("RS/boro")) == []
    quick = "SELECT item_id FROM iru.quick_verdicts()"
    for name, told in (("AG/overseer", [(first,)]), ("AG/coordinator", []), ("RS/ana", [])):
        with acting(world.by(name)) as now:
            now.cursor.execute(quick)
            assert now.cursor.fetchall() == told, name
