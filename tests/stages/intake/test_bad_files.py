"""Bad files end to end, by the readers' entry points into the database: refused rows with numbers, or a clear error and nothing."""

from __future__ import annotations

import json
import random
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from tests.people import START, World, action_day
from tests.stages.intake.hardships import ask, bring_file, counted, grown, keys, log_holds

from openiru.core.errors import OpenIruError
from openiru.stages.intake.commands import Outcome, undo_import

pytestmark = pytest.mark.usefixtures("database")
A, B = "https://t.me/openiru_demo_a/1", "https://t.me/openiru_demo_a/2"
KEY_A, KEY_B = "telegram:post:openiru_demo_a/1", "telegram:post:openiru_demo_a/2"


def table(*rows: str, header: str = "url,reason") -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def workbook(cells: str, *, prologue: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    """A small workbook with one sheet, by hand: what no program would write can be put into it."""
    kind = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{kind}/package/2006/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName='
        '"/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="rId1" Type='
        f'"{kind}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{kind}/spreadsheetml/2006/main" xmlns:r='
        f'"{kind}/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{kind}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{prologue}<worksheet xmlns="{kind}/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>",
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
        for name, data in (extra or {}).items():
            package.writestr(name, data)
    return out.getvalue()


def line(number: int, *cells: str) -> str:
    written = "".join(
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for at, cell in enumerate(cells)
    )
    return f'<row r="{number}">{written}</row>'


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def bring(world: World, path: Path) -> Outcome:
    done = bring_file(world.by("RS/ana"), path)
    assert done.counts["rows"] == done.counts["taken"] + done.counts["refused"] + (
        done.counts["known"] - (done.counts["taken"] - done.counts["new"])
    )
    return done


#: name, bytes, keys that must be taken, numbers of the rows that must be refused
CASES: dict[str, tuple[str, bytes, set[str], list[int]]] = {
    "a ragged row": ("a.csv", table(f"{A},x", "short", f"{B},x,y,z"), {KEY_A}, [3, 4]),
    "a cell of 10 MB": ("a.csv", table(f"{A},x", f"{B},{'m' * 10_000_000}"), {KEY_A}, [3]),
    "a NUL in an address": (
        "a.csv",
        table(f"{A},{'x' * 300}", "https://t.me/openiru\x00_demo/2,x"),
        {KEY_A},
        [3],
    ),
    "a date in the future": (
        "a.csv",
        table(f"{A},2020-10-06", f"{B},2031-01-01", header="url,seen at"),
        {KEY_A},
        [3],
    ),
    "an address of 100 kB": ("a.csv", table(f"{A},x", f"https://pages.test/{'a' * 100_000},x"), {KEY_A}, [3]),
    "an address of 10 kB": ("a.csv", table(f"{A},x", f"https://pages.test/{'a' * 10_000},x"), {KEY_A}, [3]),
    "paths with ..": (
        "a.csv",
        table("../../../etc/passwd,x", f"{A},x", "file:///etc/../shadow,x"),
        {KEY_A},
        [2, 4],
    ),
    "a formula": (
        "a.csv",
        table(f"{A},x", '"=CMD(""calc"")",x', f'"=HYPERLINK(""{B}"",""x"")",x'),
        {KEY_A, KEY_B},
        [3],
    ),
    "an unknown marking": ("a.csv", table(f"{A},GREEN", f"{B},ULTRAVIOLET", header="url,tlp"), {KEY_A}, [3]),
    "cp1250": (
        "a.csv",
        f"url;razlog\n{A};žalba i šapat čuda, još\nnije;žalba\n".encode("cp1250"),
        {KEY_A},
        [3],
    ),
    "cp1251": ("a.csv", f"url;разлог\n{A};објава на српском\nније;објава\n".encode("cp1251"), {KEY_A}, [3]),
    "utf-16": ("a.csv", f"url;razlog\n{A};čuda\nnije;x\n".encode("utf-16"), {KEY_A}, [3]),
    "a broken byte in an address": (
        "a.csv",
        table(f"{A},{'čšž poročilo ' * 40}") + b"https://t.me/openiru_\xe8/1,x\n",
        {KEY_A},
        [3],
    ),
    "a broken line of JSON": ("a.jsonl", f'{{"url": "{A}"}}\n{{"url": \n'.encode(), {KEY_A}, [2]),
    "a sheet": (
        "a.xlsx",
        workbook(line(1, "url", "reason") + line(2, A, "x") + line(3, "no", "x")),
        {KEY_A},
        [3],
    ),
}


def keys_in(done: Outcome) -> set[str]:
    text = "SELECT i.key FROM registry_item i JOIN intake_contribution c ON c.item_id = i.id WHERE c.import_id = %s"
    return {key for (key,) in ask(text, [done.import_id])}


def test_what_cannot_be_read_is_refused_with_its_number_and_the_rest_is_taken(tmp_path: Path) -> None:
    world = action_day()
    found = {}
    for case, (name, data, _, _) in CASES.items():
        done = bring(world, put(tmp_path, name, data))
        assert all(reason for _, reason in done.refused), case
        told = ask(
            "SELECT number FROM intake_refusedrow WHERE import_id = %s ORDER BY number", [done.import_id]
        )
        found[case] = (keys_in(done), [number for (number,) in told])
        assert [number for number, _ in done.refused] == found[case][1], case
        assert done.import_id is not None
        undo_import(by=world.by("RS/ana"), import_id=done.import_id)  # the next file may say the same
    assert found == {case: (taken, refused) for case, (_, _, taken, refused) in CASES.items()}
    assert log_holds()


ENTITIES = '<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
BOMB = "a packed bomb in a workbook"
BAD: dict[str, Callable[[], tuple[str, bytes]]] = {
    "nothing": lambda: ("a.csv", b""),
    "a page that calls itself CSV": lambda: (
        "a.csv",
        b"<!DOCTYPE html><html><body><p>log in</p></body></html>",
    ),
    "an XML bomb in a workbook": lambda: (
        "a.xlsx",
        workbook(line(1, "url") + line(2, "&j;"), prologue=ENTITIES + "]>"),
    ),
    BOMB: lambda: (
        "a.xlsx",
        workbook(line(1, "url") + line(2, A), extra={"xl/sharedStrings.xml": b"\0" * 300_000_000}),
    ),
    "a workbook cut in half": lambda: ("a.xlsx", workbook(line(1, "url") + line(2, A))[:600]),
}


def test_a_file_that_is_none_is_a_clear_error_and_nothing_is_written(tmp_path: Path) -> None:
    world = action_day()
    before = counted()
    for case in set(BAD) - {BOMB}:
        with pytest.raises(OpenIruError) as told:
            bring(world, put(tmp_path, *BAD[case]()))
        assert str(told.value), case
        assert grown(before) == {}, case


def test_noise_that_calls_itself_csv_is_refused_row_by_row_or_whole(tmp_path: Path) -> None:
    world = action_day()
    before = counted()
    path = put(tmp_path, "a.csv", random.Random(7).randbytes(20_000))  # noqa: S311 - noise, no secret
    try:
        done = bring(world, path)
    except OpenIruError:
        assert grown(before) == {}
    else:
        assert done.counts["refused"] == done.counts["rows"]
        assert keys() == set()


def test_a_packed_bomb_in_a_workbook_ends_in_bounds(tmp_path: Path) -> None:
    world = action_day()
    path = put(tmp_path, *BAD[BOMB]())
    before = counted()
    try:
        bring(world, path)
    except OpenIruError:
        assert grown(before) == {}
    else:
        assert keys() == {KEY_A}  # the swollen part was never needed


def test_an_error_in_the_middle_of_a_file_takes_back_what_came_before_it(tmp_path: Path) -> None:
    world = action_day()
    before = counted()
    rows = [f"{A[:-1]}{number},x" for number in range(6_000)]
    path = put(tmp_path, "a.csv", table(*rows, *([f'"{"x" * 140_000}\n'] * 101)))
    with pytest.raises(OpenIruError):
        bring(world, path)
    assert grown(before) == {}


def test_two_columns_of_one_name_are_said_or_refused(tmp_path: Path) -> None:
    world = action_day()
    before = counted()
    path = put(tmp_path, "a.csv", table(f"{A},{B},x", header="url,url,reason"))
    with pytest.raises(OpenIruError, match="url"):
        bring(world, path)
    assert grown(before) == {}
    same = put(tmp_path, "b.csv", table(f"{A},,x", f"{B},,y", header="url,url,reason"))
    assert bring(world, same).counts["taken"] == 2  # only one of them holds addresses


def test_signs_that_turn_the_direction_of_writing_neither_vanish_nor_merge(tmp_path: Path) -> None:
    world = action_day()
    turned = "https://pages.test/\u202egpj.exe"
    done = bring(
        world, put(tmp_path, "a.csv", table(f"{turned},a\u202ereason", "https://pages.test/gpj.exe,x"))
    )
    assert done.counts["taken"] + done.counts["refused"] == 2
    assert len(keys()) == done.counts["taken"]
    assert all("\u202e" not in note for note in done.notes)
    assert all("\u202e" not in reason for _, reason in done.refused)


def test_half_a_surrogate_pair_is_no_end_of_the_import(tmp_path: Path) -> None:
    world = action_day()
    text = f'{{"url": "{A}", "reason": "half \\ud800 a letter"}}\n{{"url": "{B}", "reason": "and a \\u0000 NUL"}}\n'
    done = bring(world, put(tmp_path, "a.jsonl", text.encode()))
    assert done.counts["rows"] == 2
    assert KEY_B in keys() or done.counts["refused"]
    assert log_holds()


def many_empty_rows(folder: Path, count: int) -> None:
    world = action_day()
    path = put(folder, "a.csv", table(f"{A},x") + b",\n" * count + f"{B},x\n".encode())
    tracemalloc.start()
    try:
        done = bring(world, path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert keys() == {KEY_A, KEY_B}
    assert done.counts["taken"] == 2
    assert peak < 80_000_000


def test_twenty_thousand_empty_rows_are_passed_over(tmp_path: Path) -> None:
    many_empty_rows(tmp_path, 20_000)
    assert ask("SELECT max(number) FROM intake_contribution") == [(20_003,)]


@pytest.mark.campaign
def test_a_million_empty_rows_are_passed_over(tmp_path: Path) -> None:
    many_empty_rows(tmp_path, 1_000_000)
    assert ask("SELECT max(number) FROM intake_contribution") == [(1_000_003,)]


def test_words_from_outside_stand_in_the_database_as_they_came(tmp_path: Path) -> None:
    world = action_day()
    reason = '\'); DROP TABLE intake_hold; -- {"x": [1, null]} \\ \t \u202e \U0001f9ff'
    rows = [{"url": A, "reason": reason, "title": "null"}, {"url": B, "reason": "{}", "title": "\\x00"}]
    bring(world, put(tmp_path, "a.jsonl", "\n".join(map(json.dumps, rows)).encode()))
    said = ask("SELECT reason, title FROM intake_contribution ORDER BY number")
    assert [title for _, title in said] == ["null", "\\x00"]
    assert said[0][0].replace("\t", " ").startswith("'); DROP TABLE intake_hold; -- ")
    assert said[1][0] == "{}"
    assert log_holds()


def test_the_clock_of_the_operation_decides_what_lies_in_the_future(tmp_path: Path) -> None:
    world = action_day()
    rows = (f"{A},{START:%Y-%m-%d %H:%M}", f"{B},{START:%Y}-12-31")
    done = bring(world, put(tmp_path, "a.csv", table(*rows, header="url,seen at")))
    assert [number for number, _ in done.refused] == [3]
