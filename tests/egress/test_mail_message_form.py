from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.egress.mail_letters import CSV, PLAIN, mail

from openiru.core.errors import RefusedError
from openiru.egress.mail_message import MailFile, OutgoingMail, safe_file_name, safe_file_names, serialise


def _read(letter: OutgoingMail) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(serialise(letter))
    assert isinstance(message, EmailMessage)
    return message


def test_the_same_letter_is_the_same_bytes() -> None:
    assert serialise(mail(files=(CSV,))) == serialise(mail(files=(CSV,)))


def test_the_message_id_stands_exactly_as_given() -> None:
    assert b"\r\nMessage-ID: <ref-1.7f3a@unit.example>\r\n" in serialise(PLAIN)


def test_the_date_is_the_one_passed_in_and_needs_a_zone() -> None:
    east = datetime(2026, 3, 2, 11, 30, tzinfo=timezone(timedelta(hours=2)))
    assert b"Date: Mon, 02 Mar 2026 09:30:00 +0000\r\n" in serialise(mail(date=east))
    with pytest.raises(RefusedError, match="time zone"):
        serialise(mail(date=datetime(2026, 3, 2, 9, 30, tzinfo=UTC).replace(tzinfo=None)))


def test_a_thread_is_carried_and_its_middle_may_go() -> None:
    ids = tuple(f"<m{number}@provider.example>" for number in range(50))
    read = _read(mail(in_reply_to=ids[-1], references=ids))
    kept = str(read["References"]).split()
    assert read["In-Reply-To"] == ids[-1]
    assert (kept[0], kept[-1], len(kept)) == (ids[0], ids[-1], 20)


def test_the_deciding_unit_is_the_visible_sender_and_the_mailbox_is_told_apart() -> None:
    read = _read(
        mail(
            from_name="Référence, «Unité»", sender_address="outbox@unit.example", reply_to="desk@unit.example"
        )
    )
    assert read["From"].addresses[0].display_name == "Référence, «Unité»"
    assert read["From"].addresses[0].addr_spec == "referrals@unit.example"
    assert (
        str(read["Sender"]) == "outbox@unit.example"
        or read["Sender"].address.addr_spec == "outbox@unit.example"
    )
    assert read["Reply-To"].addresses[0].addr_spec == "desk@unit.example"
    assert _read(mail(sender_address=PLAIN.from_address))["Sender"] is None


@pytest.mark.parametrize(
    "subject",
    ["Überweisung ünd mehr", "إحالة رقم ٧", "転送の件" * 20, "x" * 300, "word " * 60, "Смесь mixed 混合"],
)
def test_subjects_of_any_script_read_back(subject: str) -> None:
    raw = serialise(mail(subject=subject))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert _read(mail(subject=subject))["Subject"] == subject.strip()


def test_text_reads_back_and_control_characters_do_not() -> None:
    body = (
        _read(mail(text="Zeile 1\r\n.\r\nFrom here\rعربي\x00\x1b[31m\n" + "lang " * 300))
        .get_content()
        .replace("\r\n", "\n")
    )
    assert body.startswith("Zeile 1\n.\nFrom here\nعربي��[31m\nlang lang")
    assert body.rstrip("\n").endswith("lang ")


def test_attachments_come_back_byte_for_byte_under_safe_names() -> None:
    content = bytes(range(256)) * 40
    files = (
        CSV,
        MailFile("../../etc/Straße .JSON", "application/json", content),
        MailFile("empty.bin", "application/octet-stream", b""),
    )
    read = list(_read(mail(files=files)).iter_attachments())
    assert [one.get_filename() for one in read] == ["items.csv", "Stra_e_.JSON", "empty.bin"]
    assert [one.get_payload(decode=True) for one in read] == [CSV.content, content, b""]
    assert {one.get_content_disposition() for one in read} == {"attachment"}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b\\c.csv", "c.csv"),
        ("..", "file_"),
        ("CON.txt", "file_CON.txt"),
        (".htaccess", "htaccess"),
        ("x" * 300 + ".json", "x" * 95 + ".json"),
        ("a\r\nb.csv", "a_b.csv"),
        ("a\u202egpj.exe", "a_gpj.exe"),
    ],
)
def test_file_names_are_harmless(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


@given(st.lists(st.text(max_size=30), max_size=8))
def test_file_names_are_plain_and_told_apart_on_every_system(names: list[str]) -> None:
    safe = safe_file_names(names)
    assert len({name.casefold() for name in safe}) == len(names)
    assert all(
        name.isascii() and name[0] not in ".-" and "/" not in name and len(name) <= 110 for name in safe
    )


def test_what_is_too_big_or_too_many_is_refused() -> None:
    with pytest.raises(RefusedError, match="larger"):
        serialise(mail(files=(MailFile("a.bin", "application/octet-stream", bytes(20 * 1024 * 1024)),)))
    with pytest.raises(RefusedError, match="attachments"):
        serialise(mail(files=(CSV,) * 21))
    with pytest.raises(RefusedError, match="longer"):
        serialise(mail(subject="x" * 401))


def test_auto_submitted_says_one_of_the_words_of_its_standard() -> None:
    assert _read(mail(extra={"Auto-Submitted": "auto-generated"}))["Auto-Submitted"] == "auto-generated"
    with pytest.raises(RefusedError, match="Auto-Submitted"):
        serialise(mail(extra={"Auto-Submitted": "perhaps"}))
