"""A hold keeps items back; others learn only that it stands and whom to call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.people import START, World, action_day
from tests.stages.intake.helpers import ADDRESS, KEY, NOISE, bring, hold, ident, items, leaves, wait

from openiru.core.errors import HeldError, NotFoundError, PermissionDeniedError, UsageError
from openiru.core.lifecycle import Milestone
from openiru.core.vocabulary import HoldKind, HoldScope, ParticipantRole
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.operations.commands import NewParticipant, join_operation
from openiru.ports.formats import Row
from openiru.stages.intake import queries
from openiru.stages.intake.commands import Source, import_rows
from openiru.stages.intake.holds import expire_holds, override, place_holds, release_holds, subject_of
from openiru.stages.intake.preview import preview

pytestmark = pytest.mark.usefixtures("database")


def day() -> World:
    """RS and HR bring one place, MK brings noise."""
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS, NOISE[0])
    bring(world.by("HR/hana"), ADDRESS)
    bring(world.by("MK/mila"), NOISE[1])
    return world


def held(world: World) -> set[str]:
    return {
        key
        for key, row in items(world.by("AG/coordinator")).items()
        if int(str(row["milestones"])) & Milestone.HELD
    }


def test_a_hold_meets_the_items_of_other_units_and_no_noise() -> None:
    world = day()
    duma, item = world.by("MK/duma"), ident(world.by("MK/duma"))
    for scope, subject in (
        (HoldScope.KEY, ADDRESS),
        (HoldScope.KEY, KEY),
        (HoldScope.ACCOUNT, ADDRESS),
        (HoldScope.ACCOUNT, "telegram:channel:openiru_demo_a"),
        (HoldScope.PATTERN, "telegram:post:openiru_demo_?/*"),
    ):
        (placed,) = place_holds(by=duma, holds=[hold(subject, scope)])
        assert placed.hold is not None
        assert placed.items == (item,)
        assert held(world) == {KEY}
        with acting(world.by("RS/ana")):
            assert queries.blocking([item])[item].code == "hold"
            (told,) = queries.told([item])[item]
            assert told.call == "duty desk MK, +000 MK"
            assert queries.holds() == []
        release_holds(by=duma, holds=[placed.hold], why="the next one is tried")
        assert held(world) == set()


def test_a_hold_on_the_operation_meets_everything_in_it() -> None:
    world = day()
    place_holds(by=world.by("MK/duma"), holds=[hold("day", HoldScope.OPERATION)])
    assert held(world) == set(items(world.by("MK/duma")))


def test_what_is_brought_under_a_hold_is_held_from_the_start() -> None:
    world = action_day()
    place_holds(by=world.by("MK/duma"), holds=[hold()])
    bring(world.by("RS/ana"), ADDRESS, *NOISE)
    assert held(world) == {KEY}


def test_a_hold_on_a_work_meets_the_first_item_that_brings_it_and_a_dry_run_says_so() -> None:
    world = action_day()
    digest = "sha256:" + "ab" * 32
    place_holds(by=world.by("MK/duma"), holds=[hold(digest.upper(), HoldScope.WORK)])
    rows = [Row(2, ADDRESS, digest=digest), Row(3, NOISE[0], digest="md5:" + "cd" * 16), Row(4, NOISE[1])]
    shown = preview(by=world.by("RS/ana"), rows=rows)
    assert shown.counts["held"] == 1
    assert [one.held for one in shown.sample] == [True, False, False]
    done = import_rows(
        by=world.by("RS/ana"),
        source=Source(rows=rows, file_name="a.csv", file_digest="sha256:00", format="csv"),
    )
    assert done.counts == shown.counts
    assert held(world) == {KEY}


def test_a_hold_on_a_work_meets_an_item_that_is_there_when_its_content_becomes_known() -> None:
    world = day()
    digest = "sha256:" + "ab" * 32
    place_holds(by=world.by("MK/duma"), holds=[hold(digest, HoldScope.WORK)])
    assert held(world) == set()
    rows = [Row(2, ADDRESS, digest=digest, note="a file lies beside it")]
    import_rows(
        by=world.by("MK/mila"),
        source=Source(rows=rows, file_name="b.csv", file_digest="sha256:01", format="csv"),
    )
    assert held(world) == {KEY}


def test_each_hold_is_placed_or_refused_by_itself() -> None:
    world = day()
    answers = place_holds(
        by=world.by("MK/duma"),
        holds=[
            hold(expires_at=None),
            hold("tel*", HoldScope.PATTERN),
            hold("not an address"),
            hold(kind=HoldKind.JUDICIAL, authority="Invented court"),
            hold(kind=HoldKind.JUDICIAL),
            hold("a\x00:b"),
            hold(expires_at=START),
            hold(),
        ],
    )
    assert [type(one.refused) for one in answers[:-1]] == [
        UsageError, UsageError, UsageError, PermissionDeniedError, UsageError, UsageError, UsageError,
    ]  # fmt: skip
    assert answers[-1].refused is None
    with acting(world.by("MK/duma")):
        assert len(queries.holds()) == 1


def test_only_those_who_may_place_and_release() -> None:
    world = day()
    with pytest.raises(PermissionDeniedError):
        place_holds(by=world.by("AG/coordinator"), holds=[hold()])
    (placed,) = place_holds(by=world.by("MK/mila"), holds=[hold()])
    assert placed.hold is not None
    with pytest.raises(PermissionDeniedError):
        release_holds(by=world.by("MK/mila"), holds=[placed.hold], why="over")
    with pytest.raises(NotFoundError) as refused:
        release_holds(by=world.by("RS/deda"), holds=[placed.hold], why="another unit's")
    assert refused.value.hint == "Another unit placed it and ends it: call duty desk MK, +000 MK."
    with pytest.raises(NotFoundError) as refused:
        release_holds(by=world.by("RS/deda"), holds=[new_id()], why="nobody's")
    assert refused.value.hint == "openiru hold list shows yours."
    assert held(world) == {KEY}


def test_an_item_stays_held_until_the_last_hold_is_released() -> None:
    world = day()
    (first,) = place_holds(by=world.by("MK/duma"), holds=[hold()])
    (second,) = place_holds(by=world.by("RS/deda"), holds=[hold(KEY, HoldScope.ACCOUNT)])
    assert first.hold is not None
    assert second.hold is not None
    release_holds(by=world.by("MK/duma"), holds=[first.hold], why="the inquiry is over")
    assert held(world) == {KEY}
    release_holds(by=world.by("RS/deda"), holds=[second.hold], why="the inquiry is over")
    assert held(world) == set()
    with acting(world.by("RS/ana")):
        assert queries.blocking(list({ident(world.by("RS/ana"))})) == {}


def test_a_units_hold_runs_out_by_event_and_a_judicial_hold_only_warns() -> None:
    world = day()
    join_operation(
        by=world.by("AG/coordinator"),
        operation=world.operation,
        participants=[NewParticipant(role=ParticipantRole.JUDICIAL, authority="Invented Court of Tests")],
    )
    place_holds(
        by=world.by("MK/duma"),
        holds=[
            hold(),
            hold(NOISE[0], kind=HoldKind.JUDICIAL, authority="invented court of tests"),
            hold(NOISE[1], everywhere=True),
        ],
    )
    assert len(held(world)) == 3
    wait(timedelta(days=2))
    item = ident(world.by("RS/ana"))
    with acting(world.by("RS/ana")):
        assert queries.blocking([item]) == {}
    with pytest.raises(PermissionDeniedError):
        expire_holds(by=world.by("MK/duma"))
    assert expire_holds(by=SERVICE) == 2
    assert expire_holds(by=SERVICE) == 0
    assert held(world) == {"telegram:post:openiru_demo_noise/7"}
    assert leaves(SERVICE, "intake.hold_expired") == 2
    with acting(world.by("MK/duma")):
        assert [row["authority"] for row in queries.judicial_due()] == ["invented court of tests"]
    with acting(world.by("RS/deda")):
        assert queries.judicial_due() == []


def test_an_override_lifts_the_holds_it_knew_and_tells_their_holders_at_once() -> None:
    world = day()
    place_holds(by=world.by("MK/duma"), holds=[hold()])
    item = ident(world.by("RS/ana"))
    with pytest.raises(UsageError):
        override(by=world.by("AG/officer"), item=item, threat=" ")
    with pytest.raises(PermissionDeniedError):
        override(by=world.by("RS/ana"), item=item, threat="an invented threat")
    done = override(by=world.by("AG/officer"), item=item, threat="an invented threat to life")
    assert done.told == (("MK", "duty desk MK, +000 MK"),)
    with acting(world.by("RS/ana")):
        assert queries.blocking([item]) == {}
        assert queries.told([item])[item]
        assert queries.notices() == []
    with acting(world.by("MK/duma")):
        (notice,) = queries.notices()
        assert (notice["key"], notice["threat"], notice["unit_code"], notice["operation"]) == (
            KEY,
            "an invented threat to life",
            "AG",
            "day",
        )
    assert held(world) == {KEY}
    place_holds(by=world.by("HR/dora"), holds=[hold()])
    with acting(world.by("RS/ana")):
        assert queries.blocking([item])[item].reason.endswith("call duty desk HR, +000 HR")


def test_an_item_without_a_hold_needs_no_override() -> None:
    world = day()
    with pytest.raises(HeldError):
        override(by=world.by("AG/officer"), item=ident(world.by("RS/ana")), threat="an invented threat")


def test_keys_that_look_like_hosts_stay_keys() -> None:
    for key in ("archive.org:item:abc", "web:pages.test/a", "web:pages.test:8080/x?a=b", KEY, "x:post:1"):
        assert subject_of(HoldScope.KEY, key) == key
    with pytest.raises(UsageError):
        subject_of(HoldScope.ACCOUNT, "https://pages.test/a")
