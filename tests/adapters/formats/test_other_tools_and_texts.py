"""TCAP, 4CAT, auto-archiver, pasted text and mails; and which reader a file is for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from tests.adapters.formats.sheets import read, said, sheet_xml, workbook, write

from openiru.adapters.formats.detect import BUILT_IN, detect, read_file
from openiru.core.errors import InputError, UsageError

TCAP = Path(__file__).resolve().parents[4] / "shared" / "data" / "tcap" / "fake_tcap_data.csv"


@pytest.mark.skipif(not TCAP.exists(), reason="the fixture of the design data is not here")
def test_the_tcap_fixture_is_read_whole() -> None:
    rows, refused, _ = read(TCAP)
    assert len(rows) == 9
    assert not refused
    assert all(row.address.startswith("https://") for row in rows)
    assert rows[0].seen_at == datetime(2022, 12, 21, 16, 41, 59, tzinfo=UTC)
    assert rows[4].seen_at == datetime(2024, 1, 21, 10, 39, 12, tzinfo=UTC)
    assert rows[0].note == "TCAP extreme content: NO"
    assert rows[0].source_ref == "38965"


def test_4cat_posts_get_their_address_from_chat_and_number(tmp_path: Path) -> None:
    head = "id,thread_id,chat,author,author_name,body,reactions,views,timestamp,unix_timestamp,author_forwarded_from_username\n"
    rows, _, _ = read(
        write(
            tmp_path,
            head + "izmisljen-12,c,izmisljen,1,Osoba,tekst,x,33,2020-10-01 12:00:00,1601553600,drugi\n",
        )
    )
    assert rows[0].address == "https://t.me/izmisljen/12"
    assert (rows[0].views, rows[0].note, rows[0].quote) == (33, "forwarded from drugi", "tekst")
    assert rows[0].posted_at == datetime(2020, 10, 1, 12, tzinfo=UTC)
    assert "Osoba" not in repr(rows)


def test_4cat_lines_are_read_as_exported_and_as_captured(tmp_path: Path) -> None:
    lines = [
        {
            "id": "izmisljen-12",
            "thread_id": "c",
            "chat": "izmisljen",
            "body": "a",
            "unix_timestamp": 1601553600,
            "author_name": "Osoba",
        },
        {
            "id": 13,
            "_chat": {"username": "izmisljen", "id": 5},
            "message": "b",
            "date": "2020-10-01T12:00:00+00:00",
            "views": 4,
        },
    ]
    rows, _, _ = read(write(tmp_path, "\n".join(map(json.dumps, lines)), "a.ndjson"))
    assert [row.address for row in rows] == ["https://t.me/izmisljen/12", "https://t.me/izmisljen/13"]
    assert {row.posted_at for row in rows} == {datetime(2020, 10, 1, 12, tzinfo=UTC)}
    assert "Osoba" not in repr(rows)


@pytest.mark.parametrize(
    "head",
    [
        "Link,Archive status,Archive date,Archive location,Upload timestamp,Upload title,Hash,WACZ",
        "URL,Status,Archived at,Archive URL,Timestamp,Title,Hashes,ReplayWebpage,Archive status",
    ],
)
def test_an_auto_archiver_sheet_is_read_whatever_its_names(tmp_path: Path, head: str) -> None:
    row = f"https://a.example/1,success,2020-10-01T12:00:00+00:00,https://b.example/x,2020-09-30T10:00+00:00,naslov,SHA3-512:{'ab' * 64},w"
    rows, refused, _ = read(write(tmp_path, f"{head}\n{row}{',' * (head.count(',') - 7)}\n"), "auto_archiver")
    assert not refused
    assert rows[0].digest == "sha3-512:" + "ab" * 64
    assert rows[0].seen_at == datetime(2020, 10, 1, 12, tzinfo=UTC)
    assert rows[0].posted_at == datetime(2020, 9, 30, 10, tzinfo=UTC)
    assert "success" in rows[0].note


def test_links_in_pasted_text_are_found_with_their_lines(tmp_path: Path) -> None:
    text = "Dobar dan,\n\nmolimo provjerite hxxps://video[.]example/watch?v=1 (poziv).\nt.me/izmisljen/2\nHvala, osoba@unit.example\n"
    rows, _, notes = read(write(tmp_path, text, "a.txt"))
    assert [(row.number, row.address) for row in rows] == [
        (3, "hxxps://video[.]example/watch?v=1"),
        (4, "t.me/izmisljen/2"),
    ]
    assert rows[0].reason.startswith("molimo provjerite")
    assert rows[1].reason == ""
    assert "2 lines hold no link" in said(notes)


def _mail(*, html: bool) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Osoba <osoba@unit.example>", "iru@unit.example", "Naslovi"
    mail["Date"] = "Thu, 01 Oct 2020 12:00:00 +0200"
    if html:
        mail.set_content(
            '<p>Glej <a href="https://a.example/1">tukaj</a></p><p>in https://a.example/2</p>', subtype="html"
        )
    else:
        mail.set_content(
            "Glej čšž:\nhxxps://a[.]example/1\n> https://a.example/2\n",
            cte="quoted-printable",
            charset="iso-8859-2",
        )
    mail.add_attachment(b"URL\nhttps://a.example/3\n", maintype="text", subtype="csv", filename="naslovi.csv")
    return mail.as_bytes()


@pytest.mark.parametrize("html", [False, True])
def test_a_mail_gives_the_links_of_its_text_and_nobody_s_name(tmp_path: Path, *, html: bool) -> None:
    rows, _, notes = read(write(tmp_path, _mail(html=html), "a.eml"))
    assert [row.address.replace("xx", "tt").replace("[.]", ".") for row in rows] == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    assert "naslovi.csv" in said(notes)
    assert "osoba" not in (repr(rows) + said(notes)).lower()


def test_each_file_finds_its_reader_by_asking_all(tmp_path: Path) -> None:
    files = {
        "csv": ("a.csv", "URL;Razlog\nhttps://a.example/1;x\n"),
        "json": ("a.json", '[{"url": "https://a.example/1"}]'),
        "jsonl": ("a.jsonl", '{"url": "https://a.example/1"}\n{"url": "https://a.example/2"}\n'),
        "text": ("a.txt", "glej https://a.example/1 in še kaj\n"),
        "telegram": ("result.json", '{"name":"x","type":"public_channel","id":1,"messages":[]}'),
        "4cat": ("b.csv", "id,thread_id,chat,body,unix_timestamp\n"),
        "4cat_ndjson": ("b.ndjson", '{"id":1,"thread_id":"x","body":"","unix_timestamp":1}\n'),
        "tcap": ("c.csv", "ID,Description,URL,Domain,Created On,Content Data Type,Extreme Content\n"),
        "auto_archiver": ("d.csv", "Link,Archive status,Archive date\n"),
    }
    for name, (file, text) in files.items():
        found = detect(write(tmp_path, text, file))
        assert found[0][1].name == name, [(score, reader.name) for score, reader in found]
    assert detect(write(tmp_path, workbook(sheet_xml([["URL"]])), "a.xlsx"))[0][1].name == "xlsx"
    assert len({reader.name for reader in BUILT_IN}) == len(BUILT_IN)


def test_a_file_nobody_knows_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="PDF"):
        list(read_file(write(tmp_path, b"%PDF-1.7", "a.csv")))
    with pytest.raises(InputError):
        list(read_file(write(tmp_path, b"", "nothing")))
    with pytest.raises(InputError, match="cannot be opened"):
        list(read_file(tmp_path / "missing.csv"))
    with pytest.raises(InputError, match="folder"):
        list(read_file(tmp_path))
    with pytest.raises(UsageError, match="no format"):
        list(read_file(write(tmp_path, "URL\n"), "docx"))
