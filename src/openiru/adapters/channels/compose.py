"""From a letter to the bytes that are sent or written to disk: one way for both, so they are the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from openiru.core.errors import SettingError
from openiru.core.vocabulary import Environment
from openiru.egress.mail_message import MailFile, OutgoingMail, serialise
from openiru.ports.channel import Letter


def environment(config: Mapping[str, str]) -> Environment:
    """The kind of instance; :class:`SettingError` when it is not said, because the rules differ."""
    value = config.get("environment", "")
    try:
        return Environment(value)
    except ValueError:
        raise SettingError(
            "a channel must know what kind of instance this is",
            where="environment",
            hint=f"Set one of {', '.join(Environment)}.",
        ) from None


def wire_bytes(letter: Letter, sender_address: str, now: datetime | None = None) -> bytes:
    """The message of ``letter`` in RFC 5322 form.

    ``sender_address`` is the organisation's mailbox: the author when the letter names none, else the Sender.
    ``now`` is used only when the letter has no date.
    """
    return serialise(
        OutgoingMail(
            message_id=letter.message_id,
            date=letter.date or now or datetime.now(UTC),
            from_name=letter.sender_name,
            from_address=letter.sender_address or sender_address,
            sender_address=sender_address,
            to_address=letter.recipient,
            subject=letter.subject,
            text=letter.text,
            reply_to=letter.reply_to,
            in_reply_to=letter.in_reply_to,
            references=letter.references,
            extra=_extra(letter),
            files=tuple(MailFile(one.name, one.media_type, one.content) for one in letter.attachments),
        )
    )


def _extra(letter: Letter) -> dict[str, str]:
    extra = dict(letter.headers)
    if letter.reference:
        extra.setdefault("X-OpenIRU-Reference", letter.reference)
    return extra
