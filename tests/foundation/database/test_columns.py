"""What is sent by column arrives as it was given, whatever stands in it; and what is hashed here is what the database hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from openiru.foundation.database.columns import BETWEEN, GAP, Ids, as_column
from openiru.foundation.database.prepare import admin_connection
from openiru.foundation.ledger.digests import column_digests
from openiru.foundation.ledger.rows import digest, digest_sql
from openiru.foundation.ledger.shapes import SHAPES, Shape
from openiru.settings import CONFIG

#: Controls, DEL, the separators themselves, what JSON and PostgreSQL escape, line separators, other planes.
NASTY = "\x01\x08\t\n\x0b\f\r\x1b\x1c\x1d\x1e\x1f\x7f\x80\x85\"\\/{},'% \u2028\u2029\ufeffжđ😀"
texts = st.text(
    st.one_of(st.sampled_from(NASTY), st.characters(exclude_characters="\0", codec="utf-8")), max_size=12
)
Link = psycopg.Connection[Any]
usual = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def link(database: str) -> Iterator[Link]:
    with admin_connection(CONFIG, database) as connection:
        yield connection


@usual
@example(given_texts=[""])
@example(given_texts=["", ""])
@example(given_texts=[None])
@example(given_texts=[])
@example(given_texts=[BETWEEN, GAP, BETWEEN + GAP, None, ""])
@example(given_texts=[GAP])
@given(given_texts=st.lists(st.one_of(texts, st.none()), max_size=6))
def test_texts_and_gaps_arrive_as_they_were_given(link: Link, given_texts: list[str | None]) -> None:
    found = link.execute("SELECT iru.cut(%s)", [as_column(given_texts)]).fetchone()
    kept = link.execute("SELECT unnest(iru.cut(%s))", [as_column(given_texts)]).fetchall()
    assert found == (given_texts,)
    assert kept == [(text,) for text in given_texts]


@usual
@given(given_ids=st.lists(st.one_of(st.uuids(), st.none()), max_size=6))
def test_ids_and_gaps_arrive_as_they_were_given(link: Link, given_ids: list[UUID | None]) -> None:
    for column in (given_ids, [None if one is None else str(one) for one in given_ids]):
        assert link.execute("SELECT %s::uuid[]", [Ids(column)]).fetchone() == (given_ids,)


def test_numbers_truths_and_times_are_spelt_as_the_database_reads_them(link: Link) -> None:
    noon = datetime(2026, 1, 2, 12, 0, 0, 7, tzinfo=UTC)
    given_columns: dict[str, list[object]] = {
        "bigint": [1, None, -(2**62)],
        "boolean": [True, False, None],
        "timestamptz": [noon, None, noon],
        "uuid": [UUID(int=7), None],
    }
    for kind, column in given_columns.items():
        found = link.execute(f"SELECT unnest(iru.cut(%s))::{kind}", [as_column(column)]).fetchall()
        assert [one for (one,) in found] == column


rows = st.fixed_dictionaries(
    {
        "free": st.one_of(texts, st.none()),
        "id": st.uuids(),
        "moment": st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
        "number": st.one_of(st.integers(-(2**63), 2**63 - 1), st.none()),
        "some": st.lists(texts, max_size=3),
        "truth": st.booleans(),
    }
)
SHAPE = Shape({"free": "", "id": "", "moment": "time", "number": "", "some": "json", "truth": ""})


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHAPES, "made_up", (SHAPE,))


@pytest.mark.usefixtures("made_up")
@usual
@given(stored=st.lists(rows, min_size=1, max_size=3), salt=st.binary(min_size=32, max_size=32))
def test_a_digest_is_the_same_here_there_and_by_a_third(
    link: Link, stored: list[dict[str, object]], salt: bytes
) -> None:
    columns = {name: [row[name] for row in stored] for name in SHAPE.columns}
    fixed = {name: values[0] for name, values in columns.items() if values.count(values[0]) == len(values)}
    varying = {name: values for name, values in columns.items() if name not in fixed}
    salts = [hashlib.sha256(salt + bytes([n])).digest() for n, _ in enumerate(stored)]
    made = column_digests("made_up", varying, fixed, salts)
    assert made == [digest("made_up", row, one) for row, one in zip(stored, salts, strict=True)]
    types = {
        "free": "text",
        "id": "uuid",
        "moment": "timestamptz",
        "number": "bigint",
        "some": "text[]",
        "truth": "boolean",
    }
    one = ", ".join(f'%({name})s::{kind} AS "{name}"' for name, kind in types.items())
    asked = f"SELECT {digest_sql('made_up', 't', '%(salt)s')} FROM (SELECT {one}) t"
    found = [
        link.execute(asked, {**row, "salt": mine}).fetchone() for row, mine in zip(stored, salts, strict=True)
    ]
    assert found == [(told,) for told in made]
