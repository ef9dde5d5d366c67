"""The deconfliction round: referral waits until every unit has answered, or a coordinator closes it with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.people import START, action_day
from tests.stages.intake.helpers import ADDRESS, KEY, NOISE, bring, hold, ident, wait

from openiru.core.errors import ConflictError, NotFoundError, PermissionDeniedError, UsageError
from openiru.foundation.database.acting import acting
from openiru.foundation.database.ids import new_id
from openiru.stages.intake import queries
from openiru.stages.intake.rounds import answer_round, close_round, open_round

pytestmark = pytest.mark.usefixtures("database")


def test_a_round_blocks_until_the_last_unit_has_answered() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS, *NOISE)
    bring(world.by("RS/ana"), "https://t.me/openiru_demo_secret/1", tlp="red")
    item = ident(world.by("RS/ana"))
    opened = open_round(by=world.by("RS/deda"), due_at=START + timedelta(hours=6))
    assert (opened.items, opened.left_out) == (3, 1)
    (placed,) = answer_round(by=world.by("MK/duma"), round_id=opened.id, hits=[hold()])
    assert placed.items == (item,)
    answer_round(by=world.by("HR/dora"), round_id=opened.id)
    with pytest.raises(ConflictError):
        answer_round(by=world.by("HR/dora"), round_id=opened.id)
    wait(timedelta(hours=7))
    with acting(world.by("AG/coordinator")):
        state = queries.round_state(opened.id)
        assert state.silent == ("AG", "RS")
        assert state.answered == {"HR": 0, "MK": 1}
        assert state.overdue
        other = ident(world.by("AG/coordinator"), "telegram:post:openiru_demo_noise/7")
        assert queries.blocking([item, other])[other].reason.endswith("not answered by AG, RS")
        assert queries.blocking([item, other])[item].code == "hold"
    with pytest.raises(PermissionDeniedError):
        close_round(by=world.by("RS/deda"), round_id=opened.id, why="enough")
    with pytest.raises(UsageError):
        close_round(by=world.by("AG/coordinator"), round_id=opened.id, why=" ")
    close_round(by=world.by("AG/coordinator"), round_id=opened.id, why="AG and RS are the ones who asked")
    with pytest.raises(ConflictError):
        close_round(by=world.by("AG/coordinator"), round_id=opened.id, why="again")
    with pytest.raises(ConflictError):
        answer_round(by=world.by("RS/deda"), round_id=opened.id)
    with acting(world.by("AG/coordinator")):
        assert set(queries.blocking([item, other])) == {item}


def test_an_answer_with_a_hit_that_cannot_be_held_saves_nothing() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS)
    opened = open_round(by=world.by("RS/deda"), due_at=START + timedelta(hours=6))
    with pytest.raises(UsageError):
        answer_round(by=world.by("MK/duma"), round_id=opened.id, hits=[hold(), hold(KEY, expires_at=None)])
    with acting(world.by("MK/duma")):
        assert queries.round_state(opened.id).answered == {}
        assert queries.holds() == []


def test_nobody_answers_a_round_that_is_not_there_or_due_before_it_begins() -> None:
    world = action_day()
    with pytest.raises(NotFoundError):
        answer_round(by=world.by("MK/duma"), round_id=new_id())
    with pytest.raises(UsageError):
        open_round(by=world.by("RS/deda"), due_at=START)
    with pytest.raises(PermissionDeniedError):
        open_round(by=world.by("RS/ana"), due_at=START + timedelta(hours=1))
