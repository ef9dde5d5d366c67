"""What a row is about exists and never changes: held by triggers of whole statements, so shown here, not taken on trust."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.db.utils import IntegrityError
from tests.people import action_day
from tests.stages.intake.helpers import bring, items

from openiru.foundation.database.acting import acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.database.prepare import admin_connection
from openiru.settings import CONFIG

pytestmark = pytest.mark.usefixtures("database")


def copied(table: str, row: UUID, **changes: object) -> None:
    """Insert a copy of a row with other values in some columns."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [row])
        names = [column.name for column in cursor.description]
        values = dict(zip(names, cursor.fetchone(), strict=True)) | changes
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("%s" for _ in names)
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [values[name] for name in names])


def one(table: str, where: str = "true") -> UUID:
    """The id of a row that the acting person sees."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE {where} ORDER BY id LIMIT 1")
        found: UUID = cursor.fetchone()[0]
    return found


def test_a_contribution_belongs_to_an_import_of_its_unit_and_to_an_item_of_the_operation() -> None:
    world = action_day()
    by, other = world.by("RS/ana"), world.by("HR/hana")
    bring(by, "https://pages.test/one")
    theirs = bring(other, "https://pages.test/two")
    with acting(by):
        mine = one("intake_contribution")
    for changes in ({"import_id": theirs}, {"import_id": new_id()}, {"item_id": new_id()}):
        with pytest.raises(IntegrityError, match="no such") as refused, acting(by):
            copied("intake_contribution", mine, id=new_id(), fingerprint="another", **changes)
        assert isinstance(refused.value.__cause__, psycopg.errors.ForeignKeyViolation)
    with acting(by):
        copied("intake_contribution", mine, id=new_id(), fingerprint="another")


def test_an_item_stands_in_an_operation_and_both_exist() -> None:
    world = action_day()
    by = world.by("RS/ana")
    bring(by, "https://pages.test/one")
    with acting(by):
        row = one("registry_operationitem")
    with pytest.raises(IntegrityError, match="no such item"), acting(by):
        copied("registry_operationitem", row, id=new_id(), item_id=new_id())


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("registry_operationitem", "item_id"),
        ("intake_contribution", "item_id"),
        ("intake_contribution", "import_id"),
    ],
)
def test_what_a_row_is_about_never_changes(database: str, table: str, column: str) -> None:
    world = action_day()
    by = world.by("RS/ana")
    bring(by, "https://pages.test/one", "https://pages.test/two")
    with acting(by):
        row = one(table)
    # The program has no right to these columns at all; this is for whoever has it.
    with (
        admin_connection(CONFIG, database) as connection,
        pytest.raises(psycopg.errors.IntegrityError, match="never changes"),
    ):
        connection.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [new_id(), row])
    assert len(items(by)) == 2
