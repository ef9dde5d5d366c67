"""Lists go out with stable keys or keyed hashes, without what its marking keeps in, and come back as hits and no hits."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import START, World, action_day
from tests.stages.intake.helpers import ADDRESS, KEY, NOISE, bring, hold

from openiru.core.errors import ConflictError, InputError, OpenIruError, PermissionDeniedError, UsageError
from openiru.core.intake.deconfliction import blind
from openiru.core.vocabulary import HoldScope
from openiru.foundation.database.acting import acting
from openiru.stages.intake import queries
from openiru.stages.intake.answers import read_answers, read_holds
from openiru.stages.intake.holds import place_holds
from openiru.stages.intake.lists import Form, Returned, answer_list, export_holds, export_items, secret_from
from openiru.stages.intake.rounds import open_round

SECRET = b"an invented secret of enough bytes"


def day() -> World:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS, *NOISE)
    bring(world.by("RS/ana"), "https://t.me/openiru_demo_secret/1", tlp="red")
    bring(world.by("RS/ana"), "https://t.me/openiru_demo_secret/2", restriction="own_unit_only")
    return world


def returned(text: str, **more: object) -> Returned:
    plain: dict[str, object] = {
        "data": text.encode(),
        "form": Form.CSV,
        "expires_at": START + timedelta(days=3),
        "reason": "a hit of a unit without access",
    }
    return Returned(**(plain | more))  # type: ignore[arg-type]  # the keywords are those of the dataclass


@pytest.mark.usefixtures("database")
def test_a_list_of_items_leaves_out_what_is_marked_and_counts_it() -> None:
    world = day()
    listing = export_items(by=world.by("HR/dora"), form=Form.CSV)
    rows = list(csv.DictReader(io.StringIO(listing.text)))
    assert [row["key"] for row in rows] == sorted(
        [KEY, "telegram:post:openiru_demo_noise/7", "web:pages.test/noise"]
    )
    # Another unit does not even learn that there is more; the contributor's own list says what it leaves out.
    assert (listing.rows, listing.left_out) == (3, 0)
    assert "secret" not in listing.text
    own = export_items(by=world.by("RS/deda"), form=Form.CSV)
    assert (own.rows, own.left_out) == (3, 2)
    assert "secret" not in own.text
    with pytest.raises(PermissionDeniedError):
        export_items(by=world.by("HR/hana"), form=Form.CSV)


@pytest.mark.usefixtures("database")
def test_a_keyed_list_names_nothing_and_is_the_same_each_time() -> None:
    world = day()
    first = export_items(by=world.by("HR/dora"), form=Form.JSON_LINES, secret=SECRET)
    again = export_items(by=world.by("RS/deda"), form=Form.JSON_LINES, secret=SECRET)
    assert first.text == again.text
    lines = [json.loads(line) for line in first.text.splitlines()]
    assert {line["hash"] for line in lines} >= {blind(KEY, SECRET)}
    assert "openiru_demo" not in first.text
    assert all(set(line) == {"hash", "hit"} for line in lines)


@pytest.mark.usefixtures("database")
def test_holds_go_out_without_reasons_and_patterns_have_no_hash() -> None:
    world = day()
    place_holds(
        by=world.by("MK/duma"), holds=[hold(), hold("telegram:post:openiru_demo_*", HoldScope.PATTERN)]
    )
    plain = export_holds(by=world.by("MK/duma"), form=Form.CSV)
    keyed = export_holds(by=world.by("MK/duma"), form=Form.CSV, secret=SECRET)
    assert (plain.rows, plain.left_out, keyed.rows, keyed.left_out) == (2, 0, 1, 1)
    assert "inquiry" not in plain.text + keyed.text
    assert blind(KEY, SECRET) in keyed.text
    assert export_holds(by=world.by("HR/dora"), form=Form.CSV).rows == 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_unit_without_access_answers_a_round_by_file(secret: bytes | None) -> None:
    world = day()
    opened = open_round(by=world.by("AG/coordinator"), due_at=START + timedelta(hours=6))
    listing = export_items(by=world.by("AG/coordinator"), form=Form.CSV, secret=secret, round_id=opened.id)
    bring(world.by("HR/hana"), "https://t.me/openiru_demo_late/1")
    rows = list(csv.DictReader(io.StringIO(listing.text)))
    name = "hash" if secret else "key"
    mine = blind(KEY, SECRET) if secret else KEY
    text = f"{name},hit\n" + "".join(f"{row[name]},{'yes' if row[name] == mine else 'no'}\n" for row in rows)
    file = returned(text, secret=secret, for_unit=world.units["MK"])
    with pytest.raises(PermissionDeniedError):
        answer_list(by=world.by("HR/hana"), returned=file, round_id=opened.id)
    done = answer_list(by=world.by("AG/coordinator"), returned=file, round_id=opened.id)
    assert (done.hits, done.no_hits, done.unknown, done.refused) == (1, 2, 0, ())
    (placed,) = done.placed
    with acting(world.by("RS/ana")):
        assert queries.round_state(opened.id).answered == {"MK": 1}
        (item,) = placed.items
        assert queries.told([item])[item][0].call == "duty desk MK, +000 MK"


@pytest.mark.usefixtures("database")
def test_a_file_that_leaves_items_open_is_no_answer() -> None:
    world = day()
    opened = open_round(by=world.by("AG/coordinator"), due_at=START + timedelta(hours=6))
    file = returned(f"key,hit\n{KEY},no\nweb:pages.test/noise,\n")
    with pytest.raises(ConflictError, match="2 items"):
        answer_list(by=world.by("MK/duma"), returned=file, round_id=opened.id)
    with acting(world.by("MK/duma")):
        assert queries.round_state(opened.id).answered == {}


@pytest.mark.usefixtures("database")
def test_outside_a_round_hits_are_held_and_strange_rows_are_counted() -> None:
    world = day()
    text = f"key,hit\n{KEY},da\nweb:pages.test/never-seen,yes\nweb:pages.test/strange,no\n{'0' * 64},yes\nx,maybe\n,yes\n"
    done = answer_list(by=world.by("MK/duma"), returned=returned(text))
    assert (done.hits, done.no_hits, done.unknown) == (2, 0, 2)
    assert [number for number, _ in done.refused] == [6, 7]
    with acting(world.by("MK/duma")):
        assert sorted(row["subject"] for row in queries.holds()) == [KEY, "web:pages.test/never-seen"]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"key,hit\nx,yes\nx,no\n",
        b'key,hit\n"x,yes\n',
        b"key,hit\n" + b"x" * 200_000 + b",yes\n",
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(data: bytes) -> None:
    with pytest.raises(InputError):
        read_answers(data, json_lines=False)


@given(st.binary(max_size=300), st.booleans())
def test_reading_a_list_ends_in_answers_or_in_an_error_of_ours(data: bytes, lines: bool) -> None:  # noqa: FBT001 - hypothesis hands both over
    read = 0
    with contextlib.suppress(OpenIruError):
        answers, refused = read_answers(data, json_lines=lines)
        read = len(answers) + len(refused)
    assert read <= len(data)


def test_holds_are_read_from_a_file_row_by_row() -> None:
    head = b"kind,scope,value,unit,authority,reason,contact,expires_at\n"
    found, refused = read_holds(
        head
        + b"unit,pattern,telegram:post:openiru_demo_a/*,RS,,invented,desk@unit-rs.example,2026-12-16T08:00:00Z\n"
        + b"judicial,key,youtube:video:oi-demo0017,SI,Invented judge,invented,,\n"
        + b"unit,planet,earth,RS,,invented,,\n"
        + b"unit,key,a:b,RS,,invented,,2026-12-16T08:00:00\n"
    )
    assert [one.scope for one in found] == [HoldScope.PATTERN, HoldScope.KEY]
    assert [number for number, _ in refused] == [4, 5]


def test_a_secret_lies_in_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(SECRET + b"\n")
    path.chmod(0o644)
    with pytest.raises(UsageError):
        secret_from(path)
    path.chmod(0o600)
    assert secret_from(path) == SECRET
