"""Exports of channels, and a mail with addresses pasted into it."""

from __future__ import annotations

import json
import zlib
from email.utils import format_datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from examples.action_day.model import NOTICE, Entry, Item, Source
from examples.action_day.tables import local
from examples.texts import sentences

CHANNEL_ID: Final = 9_000_000_000_001  # no such channel can exist
MEDIA: Final = "photos/photo_1@10-11-2026.png"
FOURCAT: Final = dict.fromkeys(
    (
        "reactions",
        "restriction_reason",
        "timestamp_edited",
        "author_forwarded_from_name",
        "author_forwarded_from_username",
        "author_forwarded_from_id",
        "entities_linked",
        "entities_mentioned",
        "all_connections",
        "timestamp_forwarded_from",
        "link_title",
        "link_description",
        "link_attached",
        "attachment_type",
        "attachment_data",
        "attachment_filename",
    ),
    "",
)


def telegram(source: Source, entries: list[Entry]) -> bytes:
    """``result.json`` as Telegram Desktop writes it: text as a string or as parts, service messages between."""
    messages: list[dict[str, Any]] = [_service(source, entries[0])]
    for no, entry in enumerate(entries):
        if entry.item:
            messages.append(_message(source, entry, entry.item, no))
    export = {
        "about": NOTICE,
        "name": "Izmišljeni bilten",
        "type": "public_channel",
        "id": CHANNEL_ID,
        "messages": messages,
    }
    return (json.dumps(export, ensure_ascii=False, indent=1) + "\n").encode()


def _service(source: Source, entry: Entry) -> dict[str, Any]:
    return {
        "id": 2,
        "type": "service",
        "date": local(entry, source).strftime("%Y-%m-%dT%H:%M:%S"),
        "actor": "Izmišljeni bilten",
        "actor_id": f"channel{CHANNEL_ID}",
        "action": "create_channel",
        "title": "Izmišljeni bilten",
        "text": "",
    }


def _message(source: Source, entry: Entry, item: Item, no: int) -> dict[str, Any]:
    words = sentences(item.token, item.language, 2)
    parts: Any = words[0] if no % 3 else [words[0] + " ", {"type": "bold", "text": words[1]}]
    message = {
        "id": int(item.ident),
        "type": "message",
        "date": local(entry, source).strftime("%Y-%m-%dT%H:%M:%S"),
        "date_unixtime": str(int(entry.seen_at.timestamp())),
        "from": "Izmišljeni bilten",
        "from_id": f"channel{CHANNEL_ID}",
        "text": parts,
    }
    return message | MEDIA_OF.get(no, {})


#: a picture beside the file, one that was not exported, and a path that must never be followed
MEDIA_OF: Final[dict[int, dict[str, Any]]] = {
    3: {"photo": MEDIA, "width": 8, "height": 8},
    5: {"file": "(File not included. Change data exporting settings to download.)", "mime_type": "video/mp4"},
    7: {"file": "../../izvan/openiru_demo.bin", "mime_type": "application/octet-stream"},
    9: {"forwarded_from": "Izmišljeni kanal", "reactions": []},
}


def picture() -> bytes:
    """Eight by eight grey dots, with the notice inside. Stored, not compressed: the same bytes everywhere."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = (8).to_bytes(4) + (8).to_bytes(4) + bytes((8, 0, 0, 0, 0))
    dots = b"".join(b"\x00" + bytes(range(row * 8, row * 8 + 8)) for row in range(8))
    parts = chunk(b"IHDR", head) + chunk(b"tEXt", b"Comment\x00Invented data.")
    return b"\x89PNG\r\n\x1a\n" + parts + chunk(b"IDAT", zlib.compress(dots, 0)) + chunk(b"IEND", b"")


def fourcat(_source: Source, entries: list[Entry]) -> bytes:
    """4CAT's NDJSON of a Telegram channel."""
    return "".join(_post(entry, entry.item) for entry in entries if entry.item).encode()


def _post(entry: Entry, item: Item) -> str:
    data = {
        "id": f"{item.account}-{item.ident}",
        "thread_id": item.account,
        "chat": item.account,
        "author": CHANNEL_ID + 1,
        "author_username": item.account,
        "author_name": "Измислен канал",
        "author_is_bot": False,
        "body": " ".join(sentences(item.token, item.language, 2)),
        "is_reply": False,
        "reply_to": "",
        "views": int(item.ident) % 900,
        "timestamp": entry.seen_at.strftime("%Y-%m-%d %H:%M:%S"),
        "unix_timestamp": int(entry.seen_at.timestamp()),
        **FOURCAT,
    }
    return json.dumps(data, ensure_ascii=False) + "\n"


def mail(source: Source, entries: list[Entry]) -> bytes:
    """A mail into which somebody pasted defanged addresses, as it lies on a disk."""
    zone = ZoneInfo(source.zone)
    sent = max(entry.seen_at for entry in entries).astimezone(zone)
    head = (
        "From: jedinica@unit-me.example\nTo: prilozi@unit-agy.example\n"
        "Subject: Prilog za dan prijava (izmisljeni podaci)\n"
        f"Date: {format_datetime(sent)}\nMessage-ID: <openiru-demo-prilog@unit-me.example>\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    )
    lines = [
        "Poštovani,",
        "",
        f"u nastavku su adrese, svi podaci su izmišljeni. {NOTICE}",
        "",
        *(_pasted(no, entry) for no, entry in enumerate(entries)),
        "",
        "Srdačan pozdrav",
        "Izmišljena jedinica ME",
    ]
    return (head + "\n".join(lines) + "\n").encode()


def _pasted(no: int, entry: Entry) -> str:
    words = sentences(entry.address, "cnr", 1)[0]
    forms = ("- {a}", "{n}. {a} ({w})", "<{a}>", "Vidi {a}, izmišljeno.", "{w} {a}")
    return forms[no % len(forms)].format(a=entry.address, n=no + 1, w=words)
