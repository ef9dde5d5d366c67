"""ledger verify --projections: the tables that figures are read from say what the log says, or it is told where not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from tests.foundation.ledger.test_verify import behind
from tests.foundation.registry.test_projector import a_life, content
from tests.people import action_day

from openiru.foundation.registry import checking
from openiru.foundation.registry.checking import check_projections

Problem = tuple[str, str, int | None, str]


def check() -> tuple[int, list[Problem]]:
    found: list[Problem] = []
    rows = check_projections(lambda t, row, index, what: found.append((t, str(row), index, what)), said([]))
    return rows, found


def said(told: list[tuple[str, int, int]]) -> Callable[[str, int, int], None]:
    return lambda what, done, of: told.append((what, done, of))


def test_untouched_projections_hold_and_are_left_as_they_are(
    owned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_life(action_day())
    before = content()
    assert check() == (len(before[0]) + len(before[1]), [])
    monkeypatch.setattr(checking, "SLICE", 3)
    told: list[tuple[str, int, int]] = []
    assert check_projections(lambda *_: pytest.fail("nothing is wrong"), said(told)) == sum(map(len, before))
    assert told[-1][1] == told[-1][2] > 3
    assert content() == before
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.registry_mark')")
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize(
    ("change", "table", "what"),
    [
        (
            "UPDATE registry_standing SET state = 'removed' WHERE id = (SELECT max(id) FROM registry_standing)",
            "registry_standing",
            "not what the log gives",
        ),
        (
            "UPDATE registry_mark SET unit_id = gen_random_uuid() WHERE what = 'hold'",
            "registry_mark",
            "not what the log gives",
        ),
        ("DELETE FROM registry_mark WHERE what = 'hold'", "registry_mark", "is not there"),
        (
            (
                "INSERT INTO registry_mark (operation_id, what, subject_id, label, from_index)"
                " SELECT operation_id, what, subject_id, label, 0 FROM registry_mark LIMIT 1"
            ),
            "registry_mark",
            "no event",
        ),
        (
            (
                "INSERT INTO registry_mark (operation_id, what, subject_id, item_id, unit_id, label, from_index, to_index)"
                " SELECT operation_id, what, subject_id, item_id, unit_id, label, from_index, to_index FROM registry_mark"
                " WHERE what = 'hold'"
            ),
            "registry_mark",
            "no event",
        ),
        (
            "UPDATE registry_standing SET work = 'x' WHERE id = (SELECT max(id) FROM registry_standing)",
            "registry_standing",
            "not what the log gives",
        ),
    ],
)
def test_a_projection_that_was_changed_is_named(owned: str, change: str, table: str, what: str) -> None:
    a_life(action_day())
    with behind(owned) as database:
        count: Any = database.execute(change).rowcount
        assert count == 1
    (problem,) = check()[1]
    assert problem[0] == table
    assert what in problem[3]
