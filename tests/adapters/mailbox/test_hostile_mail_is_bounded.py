from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.mailbox import incoming_mails as mails

from openiru.adapters.mailbox.reading import read_mail
from openiru.ports.mailbox import Answer, AutoReply, Bounce, Delay, Incoming, Unreadable

KINDS = (Answer, AutoReply, Bounce, Delay, Unreadable)


def _nested(depth: int, kind: str = "mixed") -> bytes:
    out = b"From: a@b.example\r\n"
    for level in range(depth):
        out += f'Content-Type: multipart/{kind}; boundary="b{level}"\r\n\r\n--b{level}\r\n'.encode()
    return out + b"\r\nbody\r\n"


HOSTILE = {
    "empty": b"",
    "one line feed": b"\n",
    "nothing but noughts": bytes(100_000),
    "nothing but line feeds": b"\n" * 290_000,
    "more lines than allowed": b"\n" * 400_000,
    "more bytes than allowed": b"x" * (10 * 1024 * 1024 + 1),
    "a header without end": b"Subject: " + b"x" * 5_000_000,
    "a million header lines": b"X: y\r\n" * 200_000,
    "nested nine deep": _nested(9),
    "nested a hundred deep": _nested(99),
    "nested ten thousand deep": _nested(10_000),
    "digests nested deep": _nested(60, "digest"),
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 90 + b"\r\nbody",
    "reports in reports": _nested(50, "report; report-type=delivery-status"),
    "many parts": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 20_000,
    "a boundary of nothing": b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n' * 50,
    "a strange character set": b"Content-Type: text/plain; charset=zlib_codec\r\n\r\nx",
    "punycode": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 200_000,
    "idna": b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"a" * 200_000,
    "unicode escape": b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\u202e\\x1b[2J",
    "half a base64": b"Content-Transfer-Encoding: base64\r\n\r\nabc",
    "broken uuencode": b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\nM\xff\xff\r\nend",
    "broken encoded words": b"From: =?utf-8?b?====?= =?x?q?=ZZ?= <a\r\nSubject: =?utf-8?q?a=0D=0ABcc:_x?=\r\n\r\nx",
    "raw eight bits": b"From: \xff\xfe <\x00@\xff>\r\nSubject: \x80\x81\r\nIn-Reply-To: <\xff@\xff>\r\n\r\n\xff",
    "broken file name": b"Content-Disposition: attachment; filename*=x'y'%ff%zz; filename*0*=a; filename*2=b\r\n\r\nx",
    "broken mark-up": b"Content-Type: text/html\r\n\r\n<![bad[ <!DOCTYPE [<!x> <p>x",
    "mark-up without end": b"Content-Type: text/html\r\n\r\n" + b"<a " * 100_000,
    "scripts without end": b"Content-Type: text/html\r\n\r\n" + b"<script>" * 100_000,
    "many addresses": b"Return-Path: <>\r\nSubject: failure notice\r\n\r\n" + b"<a@b.example>:\r\n" * 100_000,
    "blank lines in a bounce": b"Return-Path: <>\r\nSubject: failure notice\r\n\r\n" + b" \t\r\n" * 200_000,
    "many identifiers": b"References: " + b"<a@b.example> " * 4000 + b"\r\n\r\nx",
    "angle brackets": b"From: " + b"<" * 60_000 + b"\r\n\r\nx",
}


def _texts(read: Incoming) -> list[str]:
    head = read.head
    texts = [head.sender, head.subject, head.message_id, *head.matches, *head.notes]
    if isinstance(read, Bounce | Delay):
        texts += [
            text for one in read.failures for text in (one.recipient, one.status, one.diagnostic, one.remote)
        ]
    return texts


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_mail_is_read_or_left_in_bounded_time(name: str) -> None:
    started = time.process_time()
    read = read_mail(HOSTILE[name])
    assert isinstance(read, KINDS)
    assert time.process_time() - started < 5
    assert all(text.isprintable() and len(text) <= 2000 for text in _texts(read))


def test_what_passes_a_limit_is_unreadable_and_says_which() -> None:
    for name, limit in (
        ("more lines than allowed", "lines"),
        ("more bytes than allowed", "bytes"),
        ("a header without end", "headers"),
        ("nested nine deep", "nested"),
        ("nested ten thousand deep", "parts"),
    ):
        read = read_mail(HOSTILE[name])
        assert isinstance(read, Unreadable)
        assert limit in read.reason


def test_parts_beyond_the_limit_are_left_out_and_that_is_said() -> None:
    assert "left out" in read_mail(HOSTILE["many parts"]).head.notes[0]


def test_control_characters_do_not_come_through_a_named_codec() -> None:
    read = read_mail(HOSTILE["unicode escape"])
    assert isinstance(read, Answer)
    assert "\u202e" not in read.text
    assert "\x1b" not in read.text


@given(st.binary(max_size=3000))
def test_any_bytes_give_a_result(data: bytes) -> None:
    assert isinstance(read_mail(data), KINDS)


@settings(max_examples=150)
@given(
    st.sampled_from(
        [mails.dsn(), mails.QMAIL, mails.EXIM, mails.VACATION, mails.TICKET_WITH_TABLE, mails.ANSWER]
    ),
    st.lists(
        st.tuples(
            st.integers(0, 2500),
            st.sampled_from([b"", b"\0", b"\r\n", b"\xff", b"--B\r\n", b'"', b"<", b"=?utf-8?q?=0A?=", b";"]),
        ),
        max_size=12,
    ),
)
def test_any_damage_to_a_mail_gives_a_result(mail: bytes, damage: list[tuple[int, bytes]]) -> None:
    for place, piece in damage:
        mail = mail[:place] + piece + mail[place + len(piece) // 2 + 1 :]
    read = read_mail(mail)
    assert isinstance(read, KINDS)
    assert all(text.isprintable() for text in _texts(read))
