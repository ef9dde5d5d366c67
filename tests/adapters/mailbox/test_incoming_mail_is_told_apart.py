from __future__ import annotations

import pytest
from tests.adapters.mailbox import incoming_mails as mails

from openiru.adapters.mailbox.reading import read_mail
from openiru.ports.mailbox import Answer, AutoKind, AutoReply, Bounce, Delay, Failure, Unreadable


def test_a_bounce_in_standard_form_names_the_letter_the_recipient_and_the_reason() -> None:
    read = read_mail(mails.dsn())
    assert isinstance(read, Bounce)
    assert read.head.matches == (mails.OURS, "<ref-1.7f3a+x@unit.example>")
    assert read.failures == (
        Failure("abuse@provider.example", "5.1.1", "550 5.1.1 no such user here", "mx.provider.example"),
    )


def test_a_returned_mail_as_a_whole_also_gives_its_identifier() -> None:
    returned = (
        f"Content-Type: message/rfc822\n\nMessage-ID: {mails.OURS}\nIn-Reply-To: <x@unit.example>\n\nbody\n"
    )
    read = read_mail(mails.dsn(returned=returned))
    assert read.head.matches[0] == mails.OURS
    assert "<x@unit.example>" not in read.head.matches


def test_a_delay_is_no_bounce() -> None:
    read = read_mail(mails.dsn("delayed", "4.2.0"))
    assert isinstance(read, Delay)
    assert read.failures[0].status == "4.2.0"


def test_a_failure_is_not_hidden_behind_a_success() -> None:
    read = read_mail(mails.dsn(second=mails.SECOND))
    assert isinstance(read, Bounce)
    assert [one.recipient for one in read.failures] == ["abuse@provider.example"]


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_delivery_is_neither_bounce_nor_answer(action: str) -> None:
    read = read_mail(mails.dsn(action, "2.0.0"))
    assert isinstance(read, AutoReply)
    assert read.kind is AutoKind.DELIVERED


def test_bounces_of_older_servers_are_read() -> None:
    qmail, exim = read_mail(mails.QMAIL), read_mail(mails.EXIM)
    assert isinstance(qmail, Bounce)
    assert isinstance(exim, Bounce)
    assert (qmail.failures[0].recipient, qmail.failures[0].status) == ("abuse@provider.example", "5.1.1")
    assert [one.recipient for one in exim.failures] == ["abuse@provider.example", "other@provider.example"]
    assert qmail.head.matches == exim.head.matches == (mails.OURS,)


def test_a_delay_in_plain_words_is_a_delay() -> None:
    read = read_mail(mails.EXIM_DELAY)
    assert isinstance(read, Delay)
    assert read.head.matches == (mails.OURS,)


@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        (mails.VACATION, AutoKind.VACATION),
        (mails.UNMARKED_VACATION, AutoKind.VACATION),
        (mails.TICKET, AutoKind.ACKNOWLEDGEMENT),
        (mails.TICKET_WITH_TABLE, AutoKind.ACKNOWLEDGEMENT),
    ],
)
def test_an_automatic_reply_is_never_a_decision(mail: bytes, kind: AutoKind) -> None:
    read = read_mail(mail)
    assert isinstance(read, AutoReply)
    assert read.kind is kind
    assert read.head.matches == (mails.OURS,)
    assert not hasattr(read, "tables")


def test_files_of_an_automatic_reply_are_named_for_a_person_and_not_read() -> None:
    assert read_mail(mails.TICKET_WITH_TABLE).head.notes == (
        "files that came with an automatic reply were not read: answers.csv",
    )


def test_a_read_receipt_is_an_automatic_reply() -> None:
    mail = mails.dsn().replace(b"message/delivery-status", b"message/disposition-notification")
    read = read_mail(
        mail.replace(b"Undelivered Mail Returned to Sender", b"Read: x").replace(
            b"could not be delivered", b"was read"
        )
    )
    assert isinstance(read, AutoReply)
    assert read.kind is AutoKind.RECEIPT


def test_an_answer_gives_its_tables_and_its_thread() -> None:
    read = read_mail(mails.ANSWER)
    assert isinstance(read, Answer)
    assert read.head.sender == "desk@provider.example"
    assert read.head.matches == (mails.OURS, "<first@unit.example>")
    assert read.text.strip() == "Für Zeile 1: entfernt."
    assert [(one.name, one.content.strip()) for one in read.tables] == [
        ("answers.CSV", b"line,decision\n1,NO_ACTION"),
        ("2_answers.csv", b"[1]"),
    ]
    assert read.other_files == ("letter.pdf",)


def test_a_person_who_quotes_a_bounce_is_still_a_person() -> None:
    assert isinstance(read_mail(mails.QUOTED_BOUNCE), Answer)


def test_an_answer_in_html_is_read_without_tags_and_scripts() -> None:
    read = read_mail(
        mails.raw("""
        From: desk@provider.example
        Content-Type: text/html

        <style>x</style><p>Line&nbsp;1</p><script>alert(1)</script><br>gone&#27;[31m &#8238;x
        """)
    )
    assert isinstance(read, Answer)
    assert "alert" not in read.text
    assert "Line\xa01\ngone" in read.text
    assert "\x1b" not in read.text
    assert "\u202e" not in read.text


def test_an_encrypted_mail_is_for_a_person() -> None:
    read = read_mail(mails.ANSWER.replace(b"application/json", b"application/pkcs7-mime"))
    assert isinstance(read, Unreadable)
    assert read.head.matches[0] == mails.OURS
