"""Files through the programming interface: streamed to disk, taken or refused row by row, never left behind."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from tests.entrypoints.api.asking import ROOT, Asker
from tests.people import action_day
from tests.stages.intake.hardships import counted, grown, keys
from tests.stages.intake.test_bad_files import BAD, BOMB, CASES, KEY_A, A, table

from openiru.stages.intake.api import uploads

pytestmark = pytest.mark.usefixtures("database")
PATH = "/operations/day/imports"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Where uploads go; empty at the end, whatever came."""
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path)):
        yield tmp_path
    assert list(tmp_path.rglob("*")) == []


def send(asker: Asker, name: str, data: bytes, *, key: str = "", query: str = "", **fields: str) -> Any:
    """Upload one file."""
    return raw(
        asker,
        encode_multipart(BOUNDARY, {"file": SimpleUploadedFile(name, data), **fields}),
        key=key,
        query=query,
    )


def raw(asker: Asker, body: bytes, kind: str = MULTIPART_CONTENT, *, key: str = "", query: str = "") -> Any:
    """Send a body as it is."""
    headers = asker._headers() | {"Idempotency-Key": key or str(uuid4())}
    return asker._client.generic("POST", f"{ROOT}{PATH}{query}", body, content_type=kind, headers=headers)


def test_a_file_is_taken_tried_and_taken_once(disk: Path) -> None:
    analyst, key = Asker(action_day(), "RS/ana"), str(uuid4())
    data, before = table(f"{A},x", "none,x", f"{A},y"), counted()
    tried = send(analyst, "weekend.csv", data, query="?dry_run=true")
    assert tried.status_code == 200, tried.content
    assert grown(before) == {}
    done = send(analyst, "weekend.csv", data, key=key, purpose="tested")
    assert done.status_code == 201, done.content
    found = done.json()
    assert (found["file"], found["format"], found["delimiter"]) == ("weekend.csv", "csv", "comma")
    assert found["columns"] == {"url": "address", "reason": "reason"}
    assert [one["row"] for one in found["refused"]] == [3]
    for name in ("rows", "taken", "new", "known", "held", "refused", "columns", "notes"):
        assert tried.json()[name] == found[name], name
    assert tried.json()["sample"][0]["key"] == KEY_A
    assert send(analyst, "weekend.csv", data, key=key, purpose="tested").json() == found
    assert send(analyst, "weekend.csv", data, key=key).status_code == 409
    (listed,) = analyst.get(PATH).json()["rows"]
    assert listed["file_digest"] == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_bad_rows_of_every_kind_are_refused_with_their_numbers(disk: Path) -> None:
    analyst = Asker(action_day(), "RS/ana")
    for case, (name, data, _, refused) in CASES.items():
        answer = send(analyst, name, data)
        assert answer.status_code == 201, (case, answer.content)
        found = answer.json()
        assert [one["row"] for one in found["refused"]] == refused, case
        assert analyst.post(f"{PATH}/{found['import']}/undo").status_code == 200


def test_a_file_that_is_none_is_a_problem_that_names_it(disk: Path) -> None:
    analyst = Asker(action_day(), "RS/ana")
    before = counted()
    for case, query in product(sorted(set(BAD) - {BOMB}), ("", "?dry_run=true")):
        name, data = BAD[case]()
        answer = send(analyst, name, data, query=query)
        assert answer.status_code == 422, (case, answer.content)
        document = answer.json()
        assert answer["Content-Type"] == "application/problem+json"
        assert document["code"].startswith("OIRU-4")
        assert name in document["where"] + document["detail"], case
        assert str(disk) not in answer.content.decode()
    assert grown(before) == {}


def test_an_error_in_the_middle_of_a_file_names_the_place_and_takes_back_what_came_before(disk: Path) -> None:
    analyst, before = Asker(action_day(), "RS/ana"), counted()
    data = table(*(f"{A[:-1]}{n},x" for n in range(2_000)), *([f'"{"x" * 140_000}\n'] * 101))
    answer = send(analyst, "a.csv", data)
    assert answer.status_code == 422, answer.content
    assert any(sign.isdigit() for sign in answer.json()["where"] + answer.json()["detail"])
    assert grown(before) == {}


def test_noise_is_refused_row_by_row_or_whole(disk: Path) -> None:
    analyst = Asker(action_day(), "RS/ana")
    answer = send(analyst, "a.csv", random.Random(7).randbytes(20_000))  # noqa: S311 - noise, no secret
    assert answer.status_code in {201, 422}
    assert keys() == set()


def test_columns_zone_and_markings_are_said_beside_the_file(disk: Path) -> None:
    analyst = Asker(action_day(), "RS/ana")
    data = f"where;when\n{A};2020-10-06 08:00\n".encode()
    mapping = {"address": "where", "seen_at": "when", "zone": "Europe/Belgrade"}
    answer = send(
        analyst, "a.csv", data, format="csv", mapping=json.dumps(mapping), tlp="red", language="hrvatski"
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["columns"] == {"where": "address", "when": "seen_at"}
    item = analyst.get("/operations/day/items").json()["rows"][0]
    (mine,) = analyst.get(f"/operations/day/items/{item['id']}").json()["contributions"]
    assert (mine["tlp"], mine["language"], mine["seen_at"]) == ("red", "hr", "2020-10-06T06:00:00Z")


#: Fields beside the file -> the status of the problem.
MISFITS: list[tuple[dict[str, str], int]] = [
    ({"tlp": "ultraviolet"}, 422),
    ({"tpl": "red"}, 422),
    ({"language": "klingon"}, 422),
    ({"purpose": "a\x00b"}, 422),
    ({"purpose": "x" * 2_001}, 422),
    ({"mapping": "{"}, 422),
    ({"mapping": "[1]"}, 422),
    ({"mapping": '{"a": 1}'}, 422),
    ({"mapping": "[" * 10_000}, 422),
    ({"mapping": '{"nonsense": "url"}'}, 400),
    ({"mapping": '{"address": "nowhere"}'}, 422),
    ({"mapping": '{"address": "\\u0000"}'}, 422),
    ({"mapping": '{"zone": "../../etc/passwd"}'}, 400),
    ({"mapping": '{"encoding": "undefined"}'}, 422),
    ({"mapping": '{"encoding": "hex"}'}, 422),
    ({"mapping": '{"encoding": "idna"}'}, 422),
    ({"mapping": '{"encoding": "none-such"}'}, 422),
    ({"mapping": '{"delimiter": "xx"}'}, 400),
    ({"format": "nonsense"}, 400),
    ({"digest": "sha256:00"}, 422),
    ({"digest": f"sha256:{'0' * 64}"}, 409),
]


def test_fields_that_do_not_fit_refuse_the_file(disk: Path) -> None:
    analyst = Asker(action_day(), "RS/ana")
    before = counted()
    for fields, status in MISFITS:
        answer = send(analyst, "a.csv", table(f"{A},x"), **fields)
        assert answer.status_code == status, (fields, answer.content)
        assert answer["Content-Type"] == "application/problem+json"
    assert grown(before) == {}


def test_a_body_that_is_no_form_or_was_cut_off_is_refused(disk: Path) -> None:
    analyst, before = Asker(action_day(), "RS/ana"), counted()
    whole = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.csv", table(*[f"{A},x"] * 50))})
    two = encode_multipart(BOUNDARY, {"file": [SimpleUploadedFile(n, b"x") for n in ("a", "b")]})
    stray = encode_multipart(BOUNDARY, {"other": SimpleUploadedFile("a.csv", b"x")})
    crooked = whole.replace(b"Content-Type:", b"Content-Transfer-Encoding: base64\r\nContent-Type:")
    for body, kind, status in (
        (b"{}", "application/json", 415),
        (whole, "text/csv", 415),
        (whole, "multipart/form-data", 422),
        (whole, "multipart/form-data; boundary=é", 422),
        (whole, f"multipart/form-data; boundary={'b' * 500}", 422),
        (whole, f"{MULTIPART_CONTENT}; charset=undefined", 422),
        (whole[: len(whole) // 2], MULTIPART_CONTENT, 422),
        (whole[:-10], MULTIPART_CONTENT, 422),
        (b" ", MULTIPART_CONTENT, 422),
        (b"\x00" * 5_000, MULTIPART_CONTENT, 422),
        (two, MULTIPART_CONTENT, 422),
        (stray, MULTIPART_CONTENT, 422),
        (crooked, MULTIPART_CONTENT, 422),
        (encode_multipart(BOUNDARY, {"purpose": "x"}), MULTIPART_CONTENT, 422),
        (encode_multipart(BOUNDARY, {f"f{n}": "x" for n in range(1_500)}), MULTIPART_CONTENT, 422),
    ):
        answer = raw(analyst, body, kind)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), (
            kind,
            body[:80],
        )
    assert grown(before) == {}


def test_a_body_that_is_too_big_is_refused_and_takes_no_room(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst, before = Asker(action_day(), "RS/ana"), counted()
    monkeypatch.setattr(uploads, "LARGEST", 200_000)
    answer = send(analyst, "a.csv", table(f"{A},{'x' * 1_000}") * 300)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    monkeypatch.undo()
    long = send(analyst, "a.csv", table(f"{A},x"), purpose="x" * 6_000_000)
    assert long.status_code == 413
    assert grown(before) == {}


def test_a_name_leads_nowhere_else(disk: Path) -> None:
    analyst = Asker(action_day(), "RS/ana")
    for name in ("../../etc/passwd", "..", "a/b\\c.csv", "č" * 200 + ".csv", "\u202egpj.csv", ".csv"):
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        answer = raw(analyst, head.encode() + table(f"{A},x") + f"\r\n--{BOUNDARY}--\r\n".encode())
        assert answer.status_code in {201, 422}, (name, answer.content)
        assert "/" not in answer.json().get("file", "")


def test_a_file_of_somebody_who_may_not_is_not_even_read(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = action_day()
    askers = [Asker(world, who) for who in ("AG/overseer", "AG/admin", "RS/ana")]
    askers[2].token = "oiru_nobody"
    before = counted()
    monkeypatch.setattr(uploads, "_received", lambda _: pytest.fail("it was read"))
    for asker, status in zip(askers, (403, 403, 401), strict=True):
        assert send(asker, "a.csv", table(f"{A},x")).status_code == status
    assert grown(before) == {}
