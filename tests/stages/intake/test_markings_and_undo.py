"""A marking that is not understood is never lost; an undo restores the counts; the same file twice adds nothing, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.people import World, action_day
from tests.stages.intake.hardships import ask, counted, grown, source

from openiru.core.vocabulary import Pap, Tlp
from openiru.foundation.database.acting import acting
from openiru.ports.formats import Refused, Row
from openiru.stages.intake import rows as preparation
from openiru.stages.intake.commands import import_rows, undo_import

pytestmark = pytest.mark.usefixtures("database")
A = "https://t.me/openiru_demo_a/1"


WAYS = [*Tlp, *(f"TLP:{one.value.upper()}" for one in Tlp), "white", " Green "]


def test_every_way_to_write_a_marking_of_tlp_2_is_kept() -> None:
    world = action_day()
    rows = [Row(at, f"{A}{at}", tlp=tlp) for at, tlp in enumerate(WAYS)]
    done = import_rows(by=world.by("RS/ana"), source=source(rows))
    assert done.counts["taken"] == len(WAYS)
    wanted = [
        {"white": "clear", " Green ": "green"}.get(tlp, tlp.lower().removeprefix("tlp:")) for tlp in WAYS
    ]
    assert ask("SELECT tlp FROM intake_contribution ORDER BY number") == [(tlp,) for tlp in wanted]


def test_an_unknown_marking_refuses_its_row() -> None:
    world = action_day()
    marks = [
        ("purple", ""),
        ("amber strict!", ""),
        ("", "blue"),
        ("red", "?"),
        ("ored", "green"),
        ("TLP:RED:", ""),
    ]
    rows = [Row(at, f"{A}{at}", tlp=tlp, pap=pap) for at, (tlp, pap) in enumerate(marks)]
    rows += [Row(99, A, tlp="green", pap=Pap.GREEN.value), Row(100, f"{A}100", restriction="legs only")]
    done = import_rows(by=world.by("RS/ana"), source=source(rows))
    assert [number for number, _ in done.refused] == list(range(len(marks)))
    assert done.counts["taken"] == 2


def test_a_restriction_is_kept_word_for_word_and_makes_a_row_of_its_own() -> None:
    world = action_day()
    rows = [
        Row(2, A, restriction="not to the provider"),
        Row(3, A),
        Row(4, A, restriction="not to the provider"),
    ]
    done = import_rows(by=world.by("RS/ana"), source=source(rows))
    assert done.counts["taken"] == 2
    assert ask("SELECT restriction FROM intake_contribution ORDER BY number") == [
        ("not to the provider",),
        ("",),
    ]


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
addresses = st.sampled_from(
    [f"https://t.me/openiru_demo_a/{n}" for n in range(4)]
    + ["http://telegram.me/s/openiru_demo_a/1", "https://pages.test/a", "nothing", "https://bit.ly/openiru"]
)
lists = st.lists(
    st.builds(
        Row,
        st.integers(2, 99),
        addresses,
        reason=words,
        language=st.sampled_from(["", "srpski", "?"]),
        tlp=st.sampled_from(["", "red", "puce"]),
        digest=st.sampled_from(["", "sha256:" + "0" * 64]),
        restriction=st.sampled_from(["", "here only"]),
    ),
    min_size=1,
    max_size=12,
)
STANDING = (
    "SELECT i.key, oi.state, oi.milestones & 16384 > 0, (SELECT count(*) FROM intake_contribution c"
    " WHERE c.item_id = i.id AND c.undone_at IS NULL)"
    " FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id ORDER BY i.key"
)


@contextmanager
def nothing_kept(world: World) -> Iterator[None]:
    """One example, and then the database as it was: hypothesis makes many of them in one test."""
    with acting(world.by("RS/ana")):
        yield
        connections["default"].set_rollback(True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=lists, size=st.integers(1, 12))
def laws(world: World, rows: list[Row], size: int) -> None:
    by = world.by("RS/ana")
    preparation.CHUNK = size
    with nothing_kept(world), connections["default"].cursor() as cursor:

        def standing() -> list[tuple[object, ...]]:
            cursor.execute(STANDING)
            return list(cursor.fetchall())

        first = import_rows(by=by, source=source(rows))
        assert first.counts["rows"] == len(rows)
        after = standing()
        assert sum(int(str(row[3])) for row in after) == first.counts["taken"]
        again = import_rows(by=by, source=source(rows))
        assert (again.counts["taken"], again.counts["new"]) == (0, 0)
        assert again.counts["refused"] == first.counts["refused"]
        assert standing() == after
        assert first.import_id is not None
        undone = undo_import(by=by, import_id=first.import_id)
        assert undone["contributions"] == first.counts["taken"]
        assert [row[1:] for row in standing()] == [("undone", False, 0)] * len(after)
        third = import_rows(by=by, source=source(rows))
        assert third.counts["taken"] == first.counts["taken"]
        assert standing() == after


def test_import_undo_and_import_again_restore_the_counts_for_any_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preparation, "CHUNK", preparation.CHUNK)  # put back afterwards
    world = action_day()
    before = counted()
    laws(world)
    assert grown(before) == {}


def test_a_row_that_a_reader_refused_keeps_its_number_and_reason() -> None:
    world = action_day()
    rows: list[Row | Refused] = [Refused(7, "an invented fault", "OIRU-4000", "x\u202ey"), Row(8, A)]
    done = import_rows(by=world.by("RS/ana"), source=source(rows))
    assert done.refused == ((7, "an invented fault"),)
    assert done.counts["rows"] == 2
