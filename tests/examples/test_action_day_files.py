"""What the units hand in: the same bytes for the same seed, invented throughout, and as the truth beside it says."""

from __future__ import annotations

import csv
import email
import io
import json
import re
import subprocess
import sys
import time
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.examples.played_internet import ROOT

HERE = ROOT / "examples" / "action-day"
PLAYED = {
    h
    for p in json.loads((ROOT / "examples/loopback/platforms.json").read_text("utf-8"))["platforms"]
    for h in p["hosts"]
}
PLAYED |= {"bit.ly", "t.co"}
RESERVED = re.compile(r"(^|\.)(example|test|invalid)$|^openiru-demo\.(europa\.eu|edu)$")
LINK = re.compile(r"https?://([\w.-]+)")


def make(out: Path, *options: str) -> dict[str, bytes]:
    command = [sys.executable, "-m", "examples.action_day.make", "--out", str(out), *options]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (our own program)
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((HERE / "expected.json").read_text("utf-8"))
    return data


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make(tmp_path_factory.mktemp("made"))


def test_the_committed_files_are_what_the_generator_writes(made: dict[str, bytes]) -> None:
    committed = {str(p.relative_to(HERE)): p.read_bytes() for p in HERE.rglob("*") if p.is_file()}
    for by_hand in ("README.md", "scenario.json"):
        committed.pop(by_hand, None)
    assert set(committed) == set(made)
    assert [name for name in made if committed[name] != made[name]] == []


def test_another_seed_gives_another_day(made: dict[str, bytes], tmp_path: Path) -> None:
    other = make(tmp_path, "--seed", "7")
    assert set(other) == set(made)
    assert other["rs-prilog.csv"] != made["rs-prilog.csv"]


def test_the_figures_are_those_of_the_action_day(expected: dict[str, Any]) -> None:
    assert (expected["rows"], expected["taken"], len(expected["refused"])) == (1204, 1193, 11)
    assert (expected["distinct"], expected["duplicates"], len(expected["holds"])) == (902, 291, 9)
    assert expected["counts"]["verdict"]["refer"] == 815
    exceptions = Counter(p["exception"] for p in expected["plan"].values())
    assert (exceptions["journalism"], exceptions["research"]) == (9, 4)
    assert expected["counts"]["verdict"]["outside_mandate"] == 24
    assert len(expected["counts"]["platform"]) == 27
    assert len(expected["counts"]["provider"]) == 9
    assert len(expected["counts"]["language"]) == 10


def test_the_truth_adds_up(expected: dict[str, Any]) -> None:
    files = expected["files"].values()
    assert sum(f["rows"] for f in files) == expected["rows"]
    assert sum(f["taken"] for f in files) == expected["taken"]
    assert sum(len(p["contributors"]) for p in expected["plan"].values()) == expected["taken"]
    assert all(len(set(p["contributors"])) == len(p["contributors"]) for p in expected["plan"].values())
    assert set(expected["spellings"].values()) <= set(expected["plan"])
    assert set(expected["holds"]) <= set(expected["plan"])


def test_every_platform_and_provider_has_something_to_refer(expected: dict[str, Any]) -> None:
    refer = [p for p in expected["plan"].values() if p["verdict"] == "refer" and not p["held"]]
    assert len({p["platform"] for p in refer}) == 27
    assert len({p["provider"] for p in refer}) == 9


def test_the_plan_names_two_different_verdicts_only_with_a_third_person(expected: dict[str, Any]) -> None:
    plans = [p for p in expected["plan"].values() if p["extent"] == "item"]
    differing = [p for p in plans if len(set(p["assessors"][:2])) == 2]
    assert differing
    assert all(len(p["assessors"]) == 3 and p["assessors"][2] == p["verdict"] for p in differing)
    assert all(p["assessors"] == [p["verdict"]] * 2 for p in plans if p not in differing and not p["held"])


def text_of(name: str, data: bytes) -> str:
    if name.endswith((".png", ".xlsx")):
        return data.decode("latin-1")
    for encoding in ("utf-8-sig", "cp1251" if name.startswith("rs") else "cp1250"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError(name)


@pytest.mark.parametrize("name", sorted(str(p.relative_to(HERE)) for p in HERE.rglob("*") if p.is_file()))
def test_every_file_says_that_it_is_invented_and_names_no_real_place(name: str) -> None:
    text = text_of(name, (HERE / name).read_bytes())
    said = ("invented", "izmišljen", "измишљен", "shpikur", "измислен", "izmiÅ¡ljen")
    assert any(word in text.lower() for word in said)
    plain = re.sub(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)", ".", text.replace("[:]", ":"))
    found = LINK.findall(re.sub(r"h[xX]{2}p", "http", plain))
    hosts = {host.lower() for host in found} - {"schemas.openxmlformats.org"}
    assert {h for h in hosts if h not in PLAYED and not RESERVED.search(h)} == set()


def test_every_address_carries_a_reserved_name_or_an_invented_handle(expected: dict[str, Any]) -> None:
    marks = re.compile(r"openiru_demo|openiru-demo|oi-demo|oi_demo|openirudemo|^https://filebay\.example/$")
    assert [a for a in expected["plan"] if not marks.search(a)] == []
    assert all(
        int(m) > 2**63 for a in expected["plan"] for m in re.findall(r"/(?:status|posts|video)/(\d+)", a)
    )


def test_the_serbian_file_is_cp1251_with_semicolons_and_notes_around_it(expected: dict[str, Any]) -> None:
    lines = (HERE / "rs-prilog.csv").read_bytes().decode("cp1251").split("\r\n")
    assert lines[0].startswith("Јединица РС")
    assert lines[1] == ""
    assert lines[2].split(";")[1] == "Адреса"
    assert lines[-2].startswith("Напомена")
    for refused in (
        r for r in expected["refused"] if r["file"] == "rs-prilog.csv" and r["why"] == "no address"
    ):
        assert lines[refused["row"] - 1].split(";")[1] == ""


def test_row_numbers_of_the_croatian_file_count_lines_inside_cells(expected: dict[str, Any]) -> None:
    text = (HERE / "hr-doprinosi.csv").read_bytes().decode("cp1250")
    lines = text.replace("\r\n", "\n").split("\n")
    huge = next(r["row"] for r in expected["refused"] if r["why"] == "100 kB address")
    assert len(lines[huge - 1]) > 100_000
    reader = csv.reader(io.StringIO(text), delimiter=";")
    assert sum("\n" in cell for row in reader for cell in row) == 2
    assert sum("=HYPERLINK(" in line for line in lines) == 1


def test_the_albanian_file_has_a_byte_order_mark_and_commas() -> None:
    data = (HERE / "al-kontribute.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert next(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1] == "Lidhja"


def test_the_slovene_sheet_opens_with_titles_above_and_notes_below(expected: dict[str, Any]) -> None:
    sheet = openpyxl.load_workbook(HERE / "si-prispevki.xlsx")["Prispevki"]
    assert [sheet.cell(r, 1).value for r in (1, 2, 4)] == [
        "Enota SI: prispevki za dan prijav",
        "Izmišljeni podatki",
        "Zap. št.",
    ]
    assert isinstance(sheet.cell(5, 3).value, datetime)
    assert sheet.cell(sheet.max_row, 1).value == "Opomba: vsi podatki so izmišljeni."
    empty = next(
        r["row"] for r in expected["refused"] if r["file"].startswith("si") and r["why"] == "no address"
    )
    assert sheet.cell(empty, 2).value is None
    assert zipfile.ZipFile(HERE / "si-prispevki.xlsx").testzip() is None


def test_the_bosnian_export_has_service_messages_parts_and_a_path_never_to_follow() -> None:
    export = json.loads((HERE / "ba/result.json").read_text("utf-8"))
    posts = [m for m in export["messages"] if m["type"] == "message"]
    assert len(posts) == 140
    assert [m["action"] for m in export["messages"] if m["type"] == "service"] == ["create_channel"]
    assert {type(m["text"]) for m in posts} == {str, list}
    assert (HERE / "ba" / next(m["photo"] for m in posts if "photo" in m)).read_bytes().startswith(b"\x89PNG")
    assert sorted(m["file"][:3] for m in posts if "file" in m) == ["(Fi", "../"]


def test_the_macedonian_export_is_one_object_a_line_with_the_columns_of_4cat() -> None:
    posts = [json.loads(line) for line in (HERE / "mk-4cat.ndjson").read_text("utf-8").splitlines()]
    assert len(posts) == 150
    assert {p["id"].startswith(f"{p['chat']}-") for p in posts} == {True}
    assert {"thread_id", "body", "unix_timestamp", "link_attached"} <= set(posts[0])


def test_the_montenegrin_mail_carries_ninety_defanged_addresses() -> None:
    mail = email.message_from_bytes((HERE / "me-poruka.eml").read_bytes())
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    text = body.decode()
    assert len(re.findall(r"h(?:tt|xx|XX)ps?(?:\[:\]|:)//", text)) == 90
    assert {mark for mark in ("[.]", "(.)", "[dot]", "(dot)", "{.}") if mark in text} == {
        "[.]",
        "(.)",
        "[dot]",
        "(dot)",
        "{.}",
    }


def test_the_agencys_export_has_american_dates_and_addresses_without_scheme() -> None:
    rows = list(csv.DictReader(io.StringIO((HERE / "agency-tcap.csv").read_text("utf-8"))))
    assert len(rows) == 64
    assert all(re.fullmatch(r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d", r["Created On"]) for r in rows)
    assert not any("://" in r["URL"] for r in rows)


def test_nine_providers_and_thirteen_roles_stand_in_the_directory() -> None:
    directory = json.loads((HERE / "directory.json").read_text("utf-8"))
    units = json.loads((HERE / "units.json").read_text("utf-8"))["units"]
    assert (len(directory["providers"]), len(directory["platforms"])) == (9, 27)
    assert [u["code"] for u in units] == ["RS", "HR", "SI", "AL", "BA", "MK", "ME", "AGY"]
    assert all(u["contact"].endswith(".example") for u in units)
    roles = Counter(role for u in units for p in u["people"] for role in p["roles"])
    assert (roles["coordinator"], roles["overseer"], roles["deconfliction_officer"]) == (1, 1, 8)


@pytest.mark.parametrize("items", [400, 5_000, pytest.param(26_000, marks=pytest.mark.campaign)])
def test_the_same_shape_is_made_at_any_scale(tmp_path: Path, items: int) -> None:
    started = time.monotonic()
    files = make(tmp_path, "--items", str(items))
    took = time.monotonic() - started
    truth = json.loads(files["expected.json"])
    assert truth["distinct"] == items == len(truth["plan"])
    assert len(truth["counts"]["platform"]) == 27
    assert len(truth["counts"]["contributors"]) == (8 if items < 5000 else 13)
    assert took < 20  # the target is 10 s on an idle machine
