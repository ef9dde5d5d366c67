"""Invented letters for the tests of mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from openiru.egress.mail_message import MailFile, OutgoingMail

PLAIN = OutgoingMail(
    message_id="<ref-1.7f3a@unit.example>",
    date=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    from_name="Example Unit",
    from_address="referrals@unit.example",
    to_address="abuse@provider.example",
    subject="Referral REF-2026-0001 (2 items)",
    text="Dear colleagues,\n\nplease look at hxxps://video[.]example/v/1.\n",
)
CSV = MailFile("items.csv", "text/csv; charset=utf-8", b"line,address\r\n1,https://video.example/v/1\r\n")


def mail(**changes: Any) -> OutgoingMail:
    return replace(PLAIN, **changes)
