"""Forty ways to smuggle a header line, in every field a letter has: refused, or harmless on the wire."""

from __future__ import annotations

import sys
from collections.abc import Callable
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.egress.mail_letters import CSV, mail

from openiru.core.errors import RefusedError
from openiru.egress import mail_headers
from openiru.egress.mail_message import MailFile, OutgoingMail, check, serialise

_ENDS = [
    "\r\n",
    "\n",
    "\r",
    "\n\r",
    "\r\r\n",
    "\v",
    "\f",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
    "\0\n",
]
PAYLOADS = [
    *[f"a{end}Bcc: x@evil.invalid" for end in _ENDS],
    *[f"a{end}{end}Bcc: x@evil.invalid" for end in ("\r\n", "\n", "\u2028")],
    "a\r\n\tBcc: x@evil.invalid",
    "a\r\n Bcc: x@evil.invalid",
    "a\r\nSubject: other",
    "a\r\nFrom: other@evil.invalid",
    "a\r\nMessage-ID: <other@evil.invalid>",
    "a\r\n.\r\nMAIL FROM:<x@evil.invalid>",
    "a\n.\nRCPT TO:<x@evil.invalid>",
    "=?utf-8?q?a=0D=0ABcc:_x?=",
    "=?utf-8?Q?a=0ABcc:_x?=",
    "=?utf-8?b?YQ0KQmNjOiB4?=",
    "=?UTF-8?B?YQpCY2M6IHg=?=",
    "=?us-ascii?q?a=0D=0ABcc:_x?=",
    "=?iso-8859-1*en?q?a=0D=0ABcc:_x?=",
    "=?utf-7?q?a+AA0ACg-Bcc:_x?=",
    "text =?utf-8?q?a=0D=0ABcc:_x?= text",
    "=?utf-8?q?a?==?utf-8?q?=0D=0ABcc:_x?=",
    "=\x00?utf-8?q?a=0D=0ABcc:_x?\x00=",
    "=\u202e?utf-8?q?a=0D=0ABcc:_x?=",
    "a\u202egnp.exe\r\nBcc: x",
    '"a"\r\nBcc: x',
    'a"; filename="evil.exe"\r\nBcc: x',
    "a@b.example>\r\nBcc: <x@evil.invalid",
    "a\ud800\r\nBcc: x",
    "å\r\nBcc: x@evil.invalid",
]

FIELDS: dict[str, Callable[[str], OutgoingMail]] = {
    "subject": lambda p: mail(subject=p),
    "from name": lambda p: mail(from_name=p),
    "from address": lambda p: mail(from_address=p),
    "sender address": lambda p: mail(sender_address=p),
    "to address": lambda p: mail(to_address=p),
    "reply to": lambda p: mail(reply_to=p),
    "message id": lambda p: mail(message_id=p),
    "in reply to": lambda p: mail(in_reply_to=p),
    "references": lambda p: mail(references=(p,)),
    "extra value": lambda p: mail(extra={"X-OpenIRU-Reference": p}),
    "extra name": lambda p: mail(extra={f"X-OpenIRU-{p}": "1"}),
    "auto submitted": lambda p: mail(extra={"Auto-Submitted": p}),
    "file name": lambda p: mail(files=(MailFile(p, "text/csv", b"1"),)),
    "media type": lambda p: mail(files=(MailFile("a.csv", p, b"1"),)),
}
ALLOWED = {
    *("date", "from", "sender", "reply-to", "to", "subject", "message-id", "in-reply-to", "references"),
    *("auto-submitted", "x-openiru-reference", "mime-version", "content-type", "content-transfer-encoding"),
}


def _names(raw: bytes) -> list[str]:
    """The header names, read as any receiver might: by CRLF, and by every other sign that ends a line."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    return [line.partition(":")[0].lower() for line in head.splitlines() if not line.startswith((" ", "\t"))]


def test_there_are_at_least_forty_payloads() -> None:
    assert len(set(PAYLOADS)) >= 40


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_makes_a_header_of_its_own(field: str, payload: str) -> None:
    try:
        raw = serialise(FIELDS[field](payload))
    except RefusedError:
        assert field  # refused is as good as harmless: nothing was written
        return
    names = _names(raw)
    assert len(names) == len(set(names))
    assert set(names) <= ALLOWED
    for reader in (policy.compat32, policy.SMTP, policy.default):
        read = BytesParser(policy=reader).parsebytes(raw)
        assert read["bcc"] is None
        assert [name.lower() for name in read] == names
        # A receiver that writes it out again must not make a header of it either.
        again = _names(read.as_bytes(policy=policy.compat32.clone(linesep="\r\n")))
        assert again == names


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if "=?" in p])
def test_encoded_words_in_peoples_text_are_refused(payload: str) -> None:
    with pytest.raises(RefusedError, match="encoded word"):
        serialise(mail(subject=payload))


@pytest.mark.skipif(sys.version_info[:3] != (3, 11, 7), reason="measured on CPython 3.11.7 only")
def test_the_standard_library_of_this_interpreter_leaks_where_ours_does_not() -> None:
    """Why the headers are written by us, and that the payloads of this file do bite."""
    theirs = EmailMessage()
    theirs["Subject"] = "=?utf-8?q?a=0D=0ABcc:_x?="
    assert "bcc" in _names(theirs.as_bytes(policy=policy.SMTP))
    with pytest.raises(RefusedError):
        serialise(mail(subject="=?utf-8?q?a=0D=0ABcc:_x?="))


@pytest.mark.parametrize(
    "value", ["see https://video.example/v/1", "www.video.example", "hxxps video", "video[.]example"]
)
def test_a_web_address_does_not_stand_in_a_header(value: str) -> None:
    with pytest.raises(RefusedError, match="web address"):
        serialise(mail(subject=value))


@pytest.mark.parametrize("name", ["Bcc", "To", "Cc", "Received", "Return-Path", "Content-Type", "X-Other"])
def test_a_letter_sets_no_header_but_its_own(name: str) -> None:
    with pytest.raises(RefusedError, match="cannot set"):
        serialise(mail(extra={name: "x"}))


@pytest.mark.parametrize(
    "value",
    [
        "a@b.example, c@d.example",
        "a@b.example;c@d.example",
        "<a@b.example>",
        "a",
        "",
        "a@",
        "@b",
        "ü@b.example",
        "a@b..example",
        "a b@c.example",
        "a@b.example SIZE=1",
        "a" * 65 + "@b.example",
    ],
)
def test_an_address_is_exactly_one_plain_address(value: str) -> None:
    with pytest.raises(RefusedError, match="mail address"):
        serialise(mail(to_address=value))


def test_bytes_with_a_header_too_many_do_not_pass_the_check() -> None:
    good = b"To: a\r\nSubject: b\r\n\r\nbody\r\n"
    check(good, ["To", "Subject"])
    for bad in (
        b"To: a\r\nTo: b\r\nSubject: b\r\n\r\nbody\r\n",
        b"To: a\r\nBcc: b\r\nSubject: b\r\n\r\nbody\r\n",
        b"To: a\nSubject: b\r\n\r\nbody\r\n",
        b"To: a\r\nSubject: b\r\n\r\nbo\ndy\r\n",
        b"To: a\r\nSubject: \0b\r\n\r\nbody\r\n",
        b"To: a\r\nSubject: \x1bb\r\n\r\nbody\r\n",
        b"To: a\r\nSubject: b\r\n\r\nbody",
        b"To: a\r\nSubject: b\r\n\r\n" + b"x" * 999 + b"\r\n",
    ):
        with pytest.raises(RefusedError):
            check(bad, ["To", "Subject"])


@given(st.text(max_size=120))
def test_any_subject_is_refused_or_reads_back_as_its_cleaned_self(subject: str) -> None:
    try:
        raw = serialise(mail(subject=subject, files=(CSV,)))
    except RefusedError:
        assert "=?" in mail_headers.clean(subject) or mail_headers._URL.search(mail_headers.clean(subject))
        return
    read = BytesParser(policy=policy.compat32).parsebytes(raw)
    assert str(make_header(decode_header(read["subject"].replace("\r\n", "")))) == mail_headers.clean(subject)
