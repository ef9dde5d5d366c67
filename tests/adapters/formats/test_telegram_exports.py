"""Telegram Desktop exports: one post, one contribution; bystanders stay out; hostile paths are not followed."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.formats.sheets import read, said, write

from openiru.adapters.formats.telegram import TelegramReader
from openiru.core.errors import InputError

NEW: dict[str, Any] = {
    "id": 7,
    "type": "message",
    "date": "2020-10-01T12:00:00",
    "date_unixtime": "1601546400",
}


def export(folder: Path, *messages: dict[str, Any], **root: Any) -> Path:
    head = {"name": "Izmišljeni kanal", "type": "public_channel", "id": 1234567890, **root}
    return write(
        folder, json.dumps({**head, "messages": list(messages)}, ensure_ascii=False, indent=1), "result.json"
    )


def test_a_post_is_addressed_by_number_or_by_the_name_that_is_given(tmp_path: Path) -> None:
    path = export(tmp_path, {**NEW, "text": "a"})
    rows, _, _ = read(path)
    assert (rows[0].number, rows[0].address) == (7, "https://t.me/c/1234567890/7")
    assert rows[0].posted_at == datetime(2020, 10, 1, 10, tzinfo=UTC)
    assert rows[0].seen_at is None
    for name in ("izmisljen_kanal", "@izmisljen_kanal", "https://t.me/izmisljen_kanal"):
        rows, _, _ = read(path, channel=name)
        assert rows[0].address == "https://t.me/izmisljen_kanal/7"
    rows, _, _ = read(export(tmp_path, {**NEW, "text": "a"}, username="iz_datoteke"))
    assert rows[0].address == "https://t.me/iz_datoteke/7"
    with pytest.raises(InputError, match="user name"):
        read(path, channel="../x y")


def test_old_exports_have_other_ids_and_local_times(tmp_path: Path) -> None:
    old = {
        "id": 8,
        "type": "message",
        "date": "2019-11-21T12:00:00",
        "edited": "1970-01-01T01:00:00",
        "from_id": 4333,
        "text": "a",
    }
    path = export(tmp_path, old, id=-1001234567890)
    rows, _, notes = read(path, zone="Europe/Sarajevo")
    assert rows[0].address == "https://t.me/c/1234567890/8"
    assert rows[0].posted_at == datetime(2019, 11, 21, 11, tzinfo=UTC)
    assert "zone" not in said(notes)
    assert "exporter" in said(read(path)[2])


def test_text_may_be_a_list_and_phones_are_dropped(tmp_path: Path) -> None:
    text = [
        "Pogledaj ",
        {"type": "text_link", "text": "ovdje", "href": "https://a.example/1"},
        {"type": "phone", "text": "+000 111"},
    ]
    rows, _, _ = read(export(tmp_path, {**NEW, "text": text}))
    assert rows[0].quote == "Pogledaj ovdje (https://a.example/1)"


def test_members_reactions_and_service_messages_stay_out(tmp_path: Path) -> None:
    person = {
        "from": "Izmišljena Osoba",
        "from_id": "user999",
        "reactions": [{"recent": [{"from": "Druga Osoba"}]}],
    }
    path = export(
        tmp_path,
        {**NEW, **person, "text": "a", "forwarded_from": "Treća Osoba", "forwarded_from_id": "user5"},
        {
            "id": 9,
            "type": "service",
            "actor": "Četvrta Osoba",
            "action": "invite_members",
            "members": ["Peta Osoba"],
        },
        {**NEW, "id": 10, "text": "b", "forwarded_from": "Drugi kanal", "forwarded_from_id": "channel5"},
        type="public_supergroup",
    )
    rows, _, notes = read(path)
    assert "Osoba" not in repr(rows) + said(notes)
    assert [row.number for row in rows] == [7, 10]
    assert rows[1].note == "forwarded from Drugi kanal"
    assert "1 service messages" in said(notes)


def test_a_media_file_that_lies_beside_it_gives_its_digest(tmp_path: Path) -> None:
    (tmp_path / "video_files").mkdir()
    (tmp_path / "video_files" / "clip.mp4").write_bytes(b"not really a clip")
    message = {**NEW, "text": "", "file": "video_files/clip.mp4", "media_type": "video_file"}
    rows, _, _ = read(export(tmp_path, message))
    assert rows[0].digest == "sha256:" + hashlib.sha256(b"not really a clip").hexdigest()
    assert rows[0].kind == "video"


@pytest.mark.parametrize(
    "file",
    [
        "../secret",
        "a/../../secret",
        "/etc/passwd",
        "C:\\secret",
        "..\\secret",
        "link",
        "dir/link",
        "linkdir/secret",
        "pipe",
        "a\x00b",
    ],
)
def test_paths_that_lead_elsewhere_are_not_followed(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "export"
    (folder / "dir").mkdir(parents=True)
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "dir" / "link").symlink_to("/etc/passwd")
    (folder / "linkdir").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    rows, _, notes = read(export(folder, {**NEW, "text": "a", "file": file}))
    assert rows[0].digest == ""
    assert "names" in said(notes)


@pytest.mark.parametrize(
    "file", ["(File not included. Change data exporting settings to download.)", "photos/missing.jpg"]
)
def test_files_left_out_are_no_fault(tmp_path: Path, file: str) -> None:
    rows, _, notes = read(export(tmp_path, {**NEW, "text": "a", "photo": file}))
    assert (rows[0].digest, rows[0].kind) == ("", "image")
    assert "names" not in said(notes)


@pytest.mark.parametrize("kind", ["personal_chat", "saved_messages", "private_group"])
def test_private_conversations_are_refused_whole(tmp_path: Path, kind: str) -> None:
    with pytest.raises(InputError, match="private conversation"):
        read(export(tmp_path, {**NEW, "text": "a"}, type=kind))


def test_a_whole_account_gives_its_channels_only(tmp_path: Path) -> None:
    chats = [
        {"name": "A", "type": "personal_chat", "id": 1, "messages": [{**NEW, "text": "private"}]},
        {"name": "B", "type": "private_channel", "id": 22, "messages": [{**NEW, "text": "b"}]},
        {"name": "C", "type": "public_channel", "id": 33, "messages": [{**NEW, "id": 8, "text": "c"}]},
    ]
    account = {
        "about": "x",
        "contacts": {"list": [{"phone_number": "+000"}]},
        "chats": {"about": "", "list": chats},
    }
    rows, _, _ = read(write(tmp_path, json.dumps(account), "result.json"), "telegram")
    assert [row.address for row in rows] == ["https://t.me/c/22/7", "https://t.me/c/33/8"]


PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body><div class="page_wrap">
<div class="page_header"><div class="content"><div class="text bold">Izmišljeni kanal</div></div></div>
<div class="page_body chat_page"><div class="history">
<div class="message service" id="message-1"><div class="body details">1 October 2020</div></div>
{posts}
</div></div></div></body></html>"""
POST = """<div class="message default clearfix" id="message{number}"><div class="body">
<div class="pull_right date details" title="01.10.2020 12:00:00 UTC+02:00">12:00</div>
<div class="from_name">Izmišljeni kanal</div>
<div class="forwarded body">
<div class="from_name">Drugi kanal <span class="date details" title="30.09.2020 10:00:00"> 30.09.2020</span></div>
<div class="media_wrap clearfix"><a class="photo_wrap clearfix pull_left" href="{file}"><img class="photo"/></a></div>
<div class="text">Prva &amp; <a href="https://a.example/1">druga</a><br>treća</div></div></div></div>"""


def test_pages_of_html_are_read_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "p.jpg").write_bytes(b"x")
    for number in (10, 2, 1):
        name = f"messages{number if number > 1 else ''}.html"
        write(tmp_path, PAGE.format(posts=POST.format(number=number, file="photos/p.jpg")), name)
    path = tmp_path / "messages.html"
    assert TelegramReader().sniff(path.read_bytes(), path.name) > 0.9
    rows, _, notes = read(path, channel="izmisljen")
    assert [row.address for row in rows] == [f"https://t.me/izmisljen/{n}" for n in (1, 2, 10)]
    assert rows[0].posted_at == datetime(2020, 10, 1, 10, tzinfo=UTC)
    assert rows[0].quote == "Prva & https://a.example/1 druga\ntreća"
    assert rows[0].digest == "sha256:" + hashlib.sha256(b"x").hexdigest()
    assert rows[0].note == "forwarded from Drugi kanal"
    assert "3 pages" in said(notes)
    assert "3 service messages" in said(notes)


def test_a_page_without_a_known_channel_asks_for_it(tmp_path: Path) -> None:
    path = write(tmp_path, PAGE.format(posts=POST.format(number=1, file="../../x")), "messages.html")
    with pytest.raises(InputError, match="does not say where") as caught:
        read(path)
    assert "--map channel" in caught.value.hint
    rows, _, notes = read(path, channel="izmisljen")
    assert rows[0].digest == ""
    assert "outside the export" in said(notes)
