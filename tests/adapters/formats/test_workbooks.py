"""Workbooks are read in a child; hostile ones end in a clear error."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from tests.adapters.formats.sheets import read, said, sheet_xml, workbook, write, zipped

from openiru.adapters.formats import _xlsx_child, _zip
from openiru.adapters.formats.xlsx import XlsxReader
from openiru.core.errors import InputError

GOOD = sheet_xml([["URL", "Datum", "Razlog"], ["https://a.example/1", "1.10.2020", "poziv"]])


def _book(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B2"] = "Pregled naslova za dan akcije"
    sheet.merge_cells("B2:E2")
    for place, name in enumerate(["Povezava", "Datum zaznave", "Razlog", "Število ogledov"]):
        sheet.cell(4, 2 + place, name)
    for line in (5, 6):
        sheet.cell(line, 2, f"https://a.example/{line}")
        sheet.cell(line, 3, datetime(2020, 10, 1, line))  # noqa: DTZ001 - a sheet has no zones
        sheet.cell(line, 4, "poziv, označen")
        sheet.cell(line, 5, 1000 * line)
    sheet["B7"] = '=HYPERLINK("https://a.example/7","klik")'
    sheet["B8"] = "glej"
    sheet["B8"].hyperlink = "https://a.example/8"
    sheet["D8"] = "=SUM(1,2)"
    sheet["B11"] = "ni naslov"
    sheet["C11"] = "x"
    sheet["B12"] = "https://a.example/12"
    sheet["B14"] = "Opomba: izmišljeno"
    other = book.create_sheet("Drugi")
    other["A1"] = "URL"
    other["A2"] = "https://b.example/1"
    path = tmp_path / "a.xlsx"
    book.save(path)
    return path


def test_a_sheet_with_titles_dates_formulas_and_links_is_read_by_its_lines(tmp_path: Path) -> None:
    rows, refused, notes = read(_book(tmp_path))
    assert [(row.number, row.address) for row in rows] == [
        (line, f"https://a.example/{line}") for line in (5, 6, 7, 8, 12)
    ]
    assert rows[0].seen_at == datetime(2020, 10, 1, 5, tzinfo=UTC)
    assert rows[1].views == 6000
    assert [item.number for item in refused] == [11]
    words = said(notes)
    for piece in (
        "Line 2 above the header",
        "formulas",
        "Not read: Drugi",
        "Line 14 below",
        "“Sheet” is read",
    ):
        assert piece in words


def test_another_sheet_is_chosen_by_name_and_a_wrong_name_lists_them(tmp_path: Path) -> None:
    path = _book(tmp_path)
    rows, _, _ = read(path, sheet="Drugi")
    assert [row.address for row in rows] == ["https://b.example/1"]
    with pytest.raises(InputError, match="no sheet") as caught:
        read(path, sheet="Treći")
    assert "Drugi" in caught.value.hint


def test_it_is_understood_before_it_is_read(tmp_path: Path) -> None:
    found = XlsxReader().understand(_book(tmp_path))
    assert found.columns["Povezava"] == "address"
    assert any("formulas" in note for note in found.notes)


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
def test_entities_are_refused(tmp_path: Path, before: str) -> None:
    with pytest.raises(InputError, match="entities"):
        read(write(tmp_path, workbook(sheet_xml([["URL"], ["x"]], before)), "a.xlsx"))


def test_a_zip_bomb_is_refused_quickly(tmp_path: Path) -> None:
    bomb = workbook(GOOD, {"xl/media/x.bin": b"\0" * (64 << 20)})
    begin = time.monotonic()
    with pytest.raises(InputError, match="unfolds"):
        read(write(tmp_path, bomb, "a.xlsx"))
    assert time.monotonic() - begin < 10


def test_a_size_that_lies_is_refused(tmp_path: Path) -> None:
    data = bytearray(workbook(GOOD, {"xl/media/x.bin": b"\0" * 100_000}))
    for sign, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rfind(sign)
        data[at + place : at + place + 4] = struct.pack("<L", 10)
    with pytest.raises(InputError, match=r"larger than it says|damaged"):
        read(write(tmp_path, bytes(data), "a.xlsx"))


def test_too_many_members_and_members_of_one_name_are_refused(tmp_path: Path) -> None:
    many = zipped({f"x{n}": b"" for n in range(_zip.MEMBERS + 1)})
    with pytest.raises(InputError, match="members"):
        read(write(tmp_path, many, "a.xlsx"), "xlsx")
    out = io.BytesIO(workbook(GOOD))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", GOOD)
    with pytest.raises(InputError, match="one name"):
        read(write(tmp_path, out.getvalue(), "b.xlsx"))


def test_members_that_overlap_are_refused() -> None:
    data = bytearray(zipped({"a": bytes(range(256)) * 40, "b": bytes(range(255, -1, -1)) * 40}))
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 20 : second + 24] = struct.pack("<L", len(data))
    with pytest.raises(InputError, match="overlap"):
        _zip.Archive(bytes(data))


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(workbook(GOOD))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(InputError, match="encrypted"):
        read(write(tmp_path, bytes(data), "a.xlsx"))


def test_macros_and_links_outwards_are_said_and_not_followed(tmp_path: Path) -> None:
    more = {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    rows, _, notes = read(write(tmp_path, workbook(GOOD, more), "a.xlsx"))
    assert len(rows) == 1
    assert "macros; they are not run" in said(notes)
    assert "they are not followed" in said(notes)


def test_a_cell_in_the_last_corner_takes_no_memory_of_ours(tmp_path: Path) -> None:
    corner = GOOD.replace(
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>',
    )
    with pytest.raises(InputError, match="memory"):
        read(write(tmp_path, workbook(corner), "a.xlsx"))


@pytest.mark.campaign
def test_rows_above_the_limit_are_an_error_and_a_few_empty_ones_are_not(tmp_path: Path) -> None:
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>URL</t></is></c></row>'
    cell = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>https://a.example/{0}</t></is></c></row>'
    for count, fine in ((_xlsx_child.ROWS - 2, True), (_xlsx_child.ROWS, False)):
        rows = "".join(map(cell.format, range(2, count + 2)))
        xml = GOOD[: GOOD.index(b"<sheetData>")] + f"<sheetData>{head}{rows}</sheetData></worksheet>".encode()
        path = write(tmp_path, workbook(xml), "a.xlsx")
        if fine:
            assert sum(1 for _ in XlsxReader().read(path)) >= count
        else:
            with pytest.raises(InputError, match="more than 200,000 rows"):
                read(path)


def test_many_empty_rows_are_counted(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 50_000))
    last = '<row r="50000"><c r="A50000" t="inlineStr"><is><t>https://a.example/2</t></is></c></row>'
    xml = GOOD.replace(b"</sheetData>", f"{empty}{last}</sheetData>".encode())
    rows, _, notes = read(write(tmp_path, workbook(xml), "a.xlsx"))
    assert [row.number for row in rows] == [2, 50_000]
    assert "49,997 empty lines" in said(notes)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({"readme.txt": b"x"}), "no workbook"),
        (workbook(GOOD)[:-200], "damaged|complete ZIP"),
        (workbook(b"<worksheet><sheetData><row"), "damaged|empty"),
        (workbook(sheet_xml([])), "empty"),
        (b"URL\nhttps://a.example/1\n", "plain text"),
        (b"<html><body>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
    ],
)
def test_what_is_no_sound_workbook_says_what_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(write(tmp_path, data, "a.xlsx"), "xlsx")
