"""A new column makes a new shape: rows of earlier releases still hold, and nothing that a leaf covered can be changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from hypothesis import given
from hypothesis import strategies as st
from tests.foundation.ledger.test_verify import behind
from tests.people import action_day

from openiru.core.vocabulary import LegalProfile
from openiru.foundation.database.acting import SERVICE
from openiru.foundation.ledger import rows
from openiru.foundation.ledger.rows import UNWATCHED_APPS, UNWATCHED_TABLES, digest, digest_sql, watched
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.shapes import LEFT_OUT, SHAPES, Plain, Shape, then
from openiru.foundation.ledger.verify import verify
from openiru.foundation.people.commands import NewUnit, add_units

#: The first eight hex digits of SHA-256 over each shape that was ever committed. Lines are added, never changed.
FIXED = {
    "database_instance 1": "c2ee5a52",
    "database_clock 1": "512a98b7",
    "database_clock 2": "c9e8f530",
    "people_unit 1": "6caec7e1",
    "people_person 1": "bde48059",
    "people_token 1": "23cacba7",
    "people_token 2": "96af5e99",
    "operations_mandate 1": "6fe93314",
    "operations_operation 1": "30f184e7",
    "operations_phasewindow 1": "a73bfb63",
    "operations_participant 1": "842f70cc",
    "directory_provider 1": "d8fed0fa",
    "directory_platform 1": "cd230005",
    "directory_organisation 1": "f6b9213e",
    "registry_item 1": "9d7128c1",
    "registry_alias 1": "5fba56bb",
    "registry_work 1": "8040eb61",
    "registry_operationitem 1": "01ab6293",
    "intake_import 1": "8784cec0",
    "intake_refusedrow 1": "1375a728",
    "intake_contribution 1": "12e05490",
    "intake_hold 1": "a58574ab",
    "intake_override 1": "e22c24ee",
    "intake_round 1": "b8ac676a",
    "intake_roundanswer 1": "98e16e4f",
    "assessment_assessment 1": "c314a492",
    "assessment_wideproposal 1": "c4153f73",
    "assessment_languagerequest 1": "acc73013",
    "assessment_translation 1": "63ce47d7",
    "assessment_alarm 1": "1f91e67b",
    "referral_referral 1": "3b06231e",
    "referral_referral 2": "4dce857f",
    "referral_line 1": "d75d4c3d",
    "referral_link 1": "6b868017",
    "referral_message 1": "fc4f5a91",
    "referral_delivery 1": "99349dd2",
    "referral_answer 1": "aeb970ed",
    "referral_strayanswer 1": "8eed9e24",
    "referral_transfer 1": "d8da7ecc",
    "verification_check 1": "45585d30",
    "verification_controlrun 1": "53915420",
    "impact_statement 1": "834d8f90",
    "impact_release 1": "dc1f135e",
    "impact_signoff 1": "69970d10",
    "impact_recommendation 1": "e0b9579a",
    "operations_notice 1": "262b10f0",
}


def printed(field: models.Field[object, object]) -> str:
    """How a column has to be printed, by its model."""
    if isinstance(field, models.DateTimeField):
        return "time"
    if isinstance(field, models.BinaryField):
        return "hex"
    return "json" if isinstance(field, ArrayField | models.JSONField) else ""


def spelt(columns: dict[str, str]) -> str:
    return " ".join(f"{name}@{kind}" if kind else name for name, kind in sorted(columns.items()))


def modelled() -> dict[str, str]:
    """Table -> its columns today, spelt as a shape is."""
    found = {}
    for model in apps.get_models():
        meta = model._meta
        if meta.app_label not in UNWATCHED_APPS and meta.db_table not in UNWATCHED_TABLES:
            found[meta.db_table] = spelt({str(f.column): printed(f) for f in meta.local_concrete_fields})
    return found


def mark(shape: Shape) -> str:
    text = f"{spelt(dict(shape.columns))}|{sorted(shape.before.items())}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@pytest.mark.usefixtures("template")
def test_the_newest_shape_of_each_table_is_what_its_model_has() -> None:
    today, newest = modelled(), {table: spelt(dict(shapes[-1].columns)) for table, shapes in SHAPES.items()}
    assert set(today) == set(newest), "a new watched table: give it its first shape in ledger/shapes.py"
    for table, columns in today.items():
        assert newest[table] == columns, (
            f"the columns of {table} have changed. Append to its list in ledger/shapes.py, and edit no shape that is there:\n"
            f'    then("{columns}", {{"NEW COLUMN": "what the migration gives to rows that are there"}})\n'
            "A column that was renamed or is printed otherwise: keep the old one (db_column), or see docs/decisions/0012."
        )


def test_each_shape_goes_on_from_the_one_before() -> None:
    for table, shapes in SHAPES.items():
        gone = LEFT_OUT.get(table, frozenset())
        for shape in shapes:
            assert list(shape.columns) == sorted(shape.columns), table
        assert not shapes[0].before, table
        for old, new in pairwise(shapes):
            added = new.columns.keys() - old.columns.keys()
            assert new.before.keys() == added, f"{table}: say what rows from before have in {sorted(added)}"
            assert old.columns.keys() - gone <= new.columns.keys(), (
                f"{table}: a watched column may not go; old leaves cover it. See docs/decisions/0012."
            )
            both = old.columns.keys() & new.columns.keys()
            assert [old.columns[name] for name in both] == [new.columns[name] for name in both], table


def test_no_shape_that_was_committed_is_ever_edited() -> None:
    marks = {f"{table} {n}": mark(one) for table, shapes in SHAPES.items() for n, one in enumerate(shapes, 1)}
    changed = {name for name, said in FIXED.items() if marks.get(name) != said}
    assert changed == set(), "restore these shapes in ledger/shapes.py: leaves were written under them"
    new = {name: said for name, said in marks.items() if name not in FIXED}
    assert new == {}, "add these lines to FIXED in this test"


ROW = {
    "id": UUID(int=7),
    "handle": "ana",
    "colour": "red",
}
SALT = bytes(range(32))
ONE, TWO = Shape({"handle": "", "id": ""}), then("colour handle id", {"colour": ""})


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHAPES, "made_up", (ONE, TWO))


@pytest.mark.usefixtures("made_up")
def test_the_first_shape_prints_what_it_always_did_and_later_ones_their_number() -> None:
    text = '["made_up","ana","00000000-0000-0000-0000-000000000007"]'
    assert digest("made_up", ROW, SALT, 1) == hashlib.sha256(SALT + text.encode()).hexdigest()
    text = '["made_up/2","red","ana","00000000-0000-0000-0000-000000000007"]'
    assert digest("made_up", ROW, SALT) == hashlib.sha256(SALT + text.encode()).hexdigest()
    assert "'made_up', t.\"handle\"" in digest_sql("made_up", "t", "s", 1)
    assert "'made_up/2', t.\"colour\"" in digest_sql("made_up", "t", "s")


texts = st.text(max_size=5)
made_rows = st.fixed_dictionaries({"id": st.uuids(), "handle": texts, "colour": texts})


@given(one=made_rows, other=made_rows)
def test_a_digest_says_the_shape_and_every_column_of_it_and_no_other(
    one: dict[str, object], other: dict[str, object]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SHAPES, "made_up", (ONE, TWO))
        marks = {
            (n, i): digest("made_up", row, SALT, n) for n in (1, 2) for i, row in enumerate((one, other))
        }
    assert not {marks[1, 0], marks[1, 1]} & {marks[2, 0], marks[2, 1]}
    old = all(one[name] == other[name] for name in ONE.columns)
    assert (marks[1, 0] == marks[1, 1]) is old
    assert (marks[2, 0] == marks[2, 1]) is (one == other)


def unit(code: str) -> NewUnit:
    return NewUnit(
        code=code,
        name=f"Unit {code} (invented)",
        country="XX",
        legal_profile=LegalProfile.AGENCY,
        legal_ground="",
        zone="UTC",
        contact="",
    )


def later_release(patch: pytest.MonkeyPatch, name: str, kind: str, before: Plain) -> None:
    """What a later release does: one column more in people_unit, and its shape."""
    (first,) = SHAPES["people_unit"]
    columns = spelt({**first.columns, name: kind})
    patch.setitem(SHAPES, "people_unit", (first, then(columns, {name: before})))
    watched.cache_clear()


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    watched.cache_clear()


@pytest.mark.parametrize(
    ("name", "kind", "column", "before", "otherwise"),
    [
        ("colour", "", "text NOT NULL DEFAULT 'it''s 5%'", "it's 5%", "'red'"),
        ("left_at", "time", "timestamptz", None, "'2026-01-01Z'"),
        ("seats", "", "bigint NOT NULL DEFAULT 3", 3, "4"),
    ],
)
def test_rows_of_an_earlier_release_hold_and_new_columns_are_covered(
    owned: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    kind: str,
    column: str,
    before: Plain,
    otherwise: str,
) -> None:
    old = action_day().units["RS"]
    sequence()
    with behind(owned) as database:
        database.execute(f"ALTER TABLE people_unit ADD COLUMN {name} {column}")
        assert verify().problems == []  # a release that knows nothing of the column
        later_release(monkeypatch, name, kind, before)
        assert verify().problems == []
        new = add_units(by=SERVICE, units=[unit("NEW")])["NEW"]
        sequence()
        assert verify().problems == []
        for changed, what in (
            (new, f"{name} = {otherwise}"),  # covered by its leaf
            (old, f"{name} = {otherwise}"),  # covered by none: it must be what the migration gave
            (old, "name = 'another'"),
            (new, "name = 'another'"),
        ):
            database.execute("CREATE TABLE kept AS TABLE people_unit")
            database.execute(f"UPDATE people_unit SET {what} WHERE id = %s", [changed])
            (problem,) = verify().problems
            assert (problem.table, problem.row) == ("people_unit", str(changed)), what
            database.execute(
                "DELETE FROM people_unit; INSERT INTO people_unit SELECT * FROM kept; DROP TABLE kept"
            )
        assert verify().problems == []


def test_a_row_that_was_told_in_a_newer_shape_cannot_pass_in_an_older(
    owned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    action_day()
    with behind(owned) as database:
        database.execute("ALTER TABLE people_unit ADD COLUMN colour text NOT NULL DEFAULT ''")
        later_release(monkeypatch, "colour", "", "")
        new = add_units(by=SERVICE, units=[unit("NEW")])["NEW"]
        sequence()
        cursor = database.execute("SELECT * FROM people_unit WHERE id = %s", [new])
        names = [one.name for one in cursor.description or ()]
        (found,) = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for shape in (1, 2):
            asked = database.execute(
                f"SELECT {digest_sql('people_unit', 't', '%s', shape)} FROM people_unit t WHERE id = %s",
                [SALT, new],
            ).fetchone()
            assert asked == (digest("people_unit", found, SALT, shape),)
        assert digest("people_unit", found, SALT, 1) != digest("people_unit", found, SALT, 2)


def test_a_shape_with_a_column_that_was_left_out_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = (Shape({"gone": "", "id": ""}), then("id", {}), then("id new", {"new": None}))
    monkeypatch.setitem(SHAPES, "made_up", shapes)
    said = rows.fits_sql("made_up", "t", "v.salt", "v.digest")
    assert '"gone"' not in said
    assert said.count(" = v.digest") == 2
