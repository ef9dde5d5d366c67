"""Invented mails in the forms in which servers and people write them."""

from __future__ import annotations

from textwrap import dedent

OURS = "<ref-1.7f3a@unit.example>"


def raw(text: str) -> bytes:
    return dedent(text).lstrip("\n").replace("\n", "\r\n").encode()


def dsn(action: str = "failed", status: str = "5.1.1", *, second: str = "", returned: str = "") -> bytes:
    """A report in the form that Postfix writes."""
    returned = (
        returned
        or f"Content-Type: text/rfc822-headers\n\nFrom: a@unit.example\nMessage-ID: {OURS}\nSubject: Referral\n"
    )
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: outbox@unit.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"
Message-Id: <dsn.1@mx.example>

This is a MIME-encapsulated message.

--B1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4F2A9C01
Original-Envelope-Id: <ref-1.7f3a+2Bx@unit.example>

Final-Recipient: rfc822; nobody@provider.example
Original-Recipient: rfc822;abuse@provider.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.provider.example
Diagnostic-Code: smtp; 550 5.1.1 no such
    user here
{second}
--B1
{returned}
--B1--
""".replace("\n", "\r\n").encode()


SECOND = "\nFinal-Recipient: rfc822; other@provider.example\nAction: delivered\nStatus: 2.0.0\n"

QMAIL = raw(f"""
    Return-Path: <>
    From: MAILER-DAEMON@mx.example
    To: outbox@unit.example
    Subject: failure notice

    Hi. This is the qmail-send program at mx.example.
    I'm afraid I wasn't able to deliver your message to the following addresses.
    This is a permanent error; I've given up. Sorry it didn't work out.

    <abuse@provider.example>:
    Sorry, no mailbox here by that name. (#5.1.1)

    --- Below this line is a copy of the message.

    Return-Path: <outbox@unit.example>
    Message-ID: {OURS}
    Subject: Referral
    """)

EXIM = raw(f"""
    From: Mail Delivery System <Mailer-Daemon@mx.example>
    X-Failed-Recipients: abuse@provider.example, other@provider.example
    Auto-Submitted: auto-replied
    Subject: Mail delivery failed: returning message to sender

    This message was created automatically by mail delivery software.
    A message that you sent could not be delivered to one or more of its recipients.

      abuse@provider.example
        host mx.provider.example [192.0.2.7]: 550 5.7.1 refused

    ------ This is a copy of the message, including all the headers. ------
    Message-ID: {OURS}
    """)

EXIM_DELAY = raw(f"""
    From: Mail Delivery System <Mailer-Daemon@mx.example>
    Subject: Warning: message 1abc-0001 delayed 24 hours

    This message was created automatically by mail delivery software.
    A message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours.
    No action is required on your part. Delivery attempts will continue.

    Message-ID: {OURS}
    """)

VACATION = raw(f"""
    From: Abuse Desk <abuse@provider.example>
    Subject: Automatic reply: Referral REF-2026-0001
    Auto-Submitted: auto-replied
    In-Reply-To: {OURS}
    Message-ID: <v1@provider.example>

    I am out of the office. All reported content was removed.
    """)

UNMARKED_VACATION = raw(f"""
    From: abuse@provider.example
    Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Referral?=
    In-Reply-To: {OURS}

    Je suis absent.
    """)

TICKET = raw(f"""
    From: support@provider.example
    Subject: [Ticket 4711] We have received your request
    Precedence: bulk
    References: {OURS}

    Your request has been received.
    """)

TICKET_WITH_TABLE = raw(f"""
    From: support@provider.example
    Subject: [Ticket 4711] closed
    Auto-Submitted: auto-generated
    In-Reply-To: {OURS}
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="B"

    --B
    Content-Type: text/plain

    Closed.
    --B
    Content-Type: text/csv; name="answers.csv"
    Content-Disposition: attachment; filename="answers.csv"

    line,decision
    1,DECISION_VISIBILITY_CONTENT_REMOVED
    --B--
    """)

ANSWER = raw(f"""
    From: =?utf-8?b?SsO8cmdlbg==?= <desk@provider.example>
    To: referrals@unit.example
    Subject: Re: Referral REF-2026-0001
    Message-ID: <a1@provider.example>
    In-Reply-To: {OURS}
    References: <first@unit.example> {OURS}
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="B"

    --B
    Content-Type: multipart/alternative; boundary="C"

    --C
    Content-Type: text/plain; charset=iso-8859-1
    Content-Transfer-Encoding: quoted-printable

    F=FCr Zeile 1: entfernt.
    --C
    Content-Type: text/html

    <p>ignored</p>
    --C--
    --B
    Content-Type: application/octet-stream
    Content-Disposition: attachment; filename="../answers.CSV"
    Content-Transfer-Encoding: base64

    bGluZSxkZWNpc2lvbgoxLE5PX0FDVElPTgo=
    --B
    Content-Type: application/json; name="answers.csv"

    [1]
    --B
    Content-Type: application/pdf; name="letter.pdf"
    Content-Disposition: attachment

    %PDF
    --B--
    """)

QUOTED_BOUNCE = raw(f"""
    From: desk@provider.example
    Subject: Re: failure notice
    In-Reply-To: {OURS}

    Your earlier mail came back to you as "could not be delivered"; here is our answer instead.
    > Hi. This is the qmail-send program at mx.example.
    """)
