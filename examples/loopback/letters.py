"""The providers' inboxes: one SMTP server for nine domains."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from examples.loopback.clock import stamp
from examples.loopback.journal import LetterBook, RequestLog
from examples.loopback.providers import Case, Line, take_up
from examples.loopback.world import World

MAX_BYTES = 64 * 1024 * 1024


class Inboxes:
    """Accepts mail for ``referrals@<provider>``, defers where that is the provider's habit, refuses all else.

    A letter that comes a second time (same Message-ID) is counted and not acted upon, so that a test can
    show that nothing was sent twice.
    """

    def __init__(self, world: World, book: LetterBook, log: RequestLog, cut: str = "") -> None:
        self._world = world
        self._cut = cut  # the provider whose first letter is taken and never confirmed: the wire is cut
        self._book = book
        self._log = log
        self._greeted: set[tuple[str, str]] = set()
        self._seen: set[tuple[str, str]] = set()
        self._by_address = {p["email"]: p for p in world.catalogue.providers.values()}
        self.cases: list[dict[str, Any]] = []
        for letter in book.read():
            self._greeted.add((letter["sender"], letter["recipient"]))
            self._accept(letter)

    @property
    def duplicates(self) -> int:
        """How many letters came a second time."""
        return sum(1 for case in self.cases if case["duplicate"])

    async def handle_RCPT(  # noqa: N802 (the library calls it by this name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Takes, defers or refuses a recipient."""
        provider = self._by_address.get(address.lower())
        if provider is None:
            reply = "550 5.1.1 No such mailbox in the played internet"
        elif provider["behaviour"] == "greylisting" and self._is_new(
            envelope.mail_from or "", address.lower()
        ):
            reply = "451 4.7.1 Greylisted, please try again later"
        else:
            envelope.rcpt_tos.append(address)
            reply = "250 2.1.5 OK"
        self._log.write("smtp", step="RCPT", recipient=address, reply=reply)
        return reply

    def _is_new(self, sender: str, recipient: str) -> bool:
        pair = (sender, recipient)
        new = pair not in self._greeted
        self._greeted.add(pair)
        return new

    async def handle_DATA(  # noqa: N802 (the library calls it by this name)
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Takes a letter and plans what becomes of it."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        mail = message_from_bytes(raw, policy=policy.default)
        now = stamp(self._world.clock.now())
        for recipient in envelope.rcpt_tos:
            letter = _letter(mail, envelope.mail_from or "", recipient.lower(), now)
            self._book.add(letter)
            self._accept(letter)
            self._log.write(
                "smtp",
                step="DATA",
                recipient=recipient,
                message_id=letter["message_id"],
                reference=letter["reference"],
                lines=len(letter["lines"]),
                reply="250",
            )
        self._world.advance()
        if self._cut and any(self._by_address[each]["slug"] == self._cut for each in envelope.rcpt_tos):
            self._cut = ""
            if isinstance(server.transport, asyncio.WriteTransport):
                server.transport.abort()
        return "250 2.0.0 Taken by the played provider"

    def _accept(self, letter: dict[str, Any]) -> None:
        provider: str = self._by_address[letter["recipient"]]["slug"]
        mark = (letter["message_id"], provider)
        duplicate = bool(letter["message_id"]) and mark in self._seen
        self._seen.add(mark)
        shown = {k: letter[k] for k in ("reference", "message_id", "received_at", "subject")}
        self.cases.append(
            {"provider": provider, **shown, "lines": len(letter["lines"]), "duplicate": duplicate}
        )
        if duplicate or not letter["lines"]:
            return
        received_at = datetime.fromisoformat(letter["received_at"])
        self._world.advance(received_at)
        take_up(
            self._world,
            Case(
                provider,
                letter["reference"],
                received_at,
                tuple(Line(**line) for line in letter["lines"]),
                letter["message_id"],
                letter["sender"],
            ),
        )


def _letter(mail: EmailMessage, sender: str, recipient: str, received_at: str) -> dict[str, Any]:
    """What the provider understands of a mail: the first JSON attachment with a list called lines."""
    found: dict[str, Any] = next(_lists(mail), {})
    lines = [line for line in found.get("lines", ()) if isinstance(line, dict) and line.get("url")]
    return {
        "recipient": recipient,
        "sender": sender,
        "message_id": str(mail.get("Message-ID", "")).strip(),
        "subject": str(mail.get("Subject", "")),
        "reference": str(found.get("reference") or mail.get("Subject", "")),
        "received_at": received_at,
        "lines": [
            {"line": str(line.get("line", no)), "key": str(line.get("key", "")), "url": str(line["url"])}
            for no, line in enumerate(lines, start=1)
        ],
    }


def _lists(mail: EmailMessage) -> Iterator[dict[str, Any]]:
    for part in mail.walk():
        name = str(part.get_filename() or "")
        if part.get_content_type() != "application/json" and not name.endswith(".json"):
            continue
        payload = part.get_payload(decode=True)
        try:
            data = json.loads(payload if isinstance(payload, bytes) else b"")
        except ValueError:
            continue
        if isinstance(data, dict) and isinstance(data.get("lines"), list):
            yield data
