"""Delivery reports: the form of RFC 3464, and the letters that older servers write instead.

Sources: RFC 3464 §2.2-2.3 (fields), RFC 3463 (status codes), RFC 6522 (multipart/report), the bounce texts of
qmail (QSBMF, cr.yp.to/proto/qsbmf.txt), Exim and Postfix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import Final

from openiru.adapters.mailbox import parts
from openiru.egress import mail_headers
from openiru.ports.mailbox import Failure

MAX_RECIPIENTS: Final = 50
_SHOWN: Final = 500
_LOOKED_AT: Final = 20_000
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE: Final = re.compile(r"\b([45]\d\d)[ -]")
_RETURNED_ID: Final = re.compile(r"(?im)^(?:> ?)?message-id:[ \t]{0,8}(?:\n[ \t]{1,8})?(<[^<>\s]{3,250}>)")
_BOUNCED_TO: Final = re.compile(
    r"(?m)^[ \t]{0,8}<?([A-Za-z0-9.!#$%&'*+/=^_{|}~-]{1,64}@[A-Za-z0-9.-]{1,190})>?:?[ \t]{0,8}(.{0,500})$"
)
_DAEMON: Final = re.compile(r"(?i)^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)(?:@|$)")
_BOUNCE_WORDS: Final = re.compile(
    r"(?i)qmail-send program|undelivered mail returned|undeliver(?:ed|able)|delivery (?:has )?failed"
    r"|could not be delivered|failure notice|returned mail|delivery status notification ?\(failure\)"
    r"|unzustellbar|nicht zugestellt|non remis|no se ha podido entregar"
)
_DELAY_WORDS: Final = re.compile(
    r"(?i)\bdelayed\b|status notification ?\(delay\)|will (?:keep|continue) trying|still (?:be )?(?:re)?tr(?:y|ied)"
    r"|could not send message for past|do not need to resend"
)
_FAILED, _DELAYED = "failed", "delayed"
_HEADERS_ONLY: Final = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})


@dataclass(frozen=True, slots=True)
class Report:
    """What a server says about a mail: ``action`` as in RFC 3464 §2.3.3, and whom it speaks of."""

    action: str
    failures: tuple[Failure, ...]
    original_ids: tuple[str, ...]


def delivery_report(opened: parts.Opened) -> Report | None:
    """The report in a mail of the form of RFC 3464, or ``None`` when it holds none that can be read."""
    status = next((leaf for leaf in opened.leaves if leaf.media_type == "message/delivery-status"), None)
    if status is None:
        return None
    groups = _groups(status.message)
    rows = [(_word(group["action"]), _failure(group)) for group in groups if "action" in group]
    if not rows:
        return None
    actions = [action for action, _ in rows]
    # A failure is never hidden behind a success for somebody else in the same report.
    action = next((one for one in (_FAILED, _DELAYED) if one in actions), actions[0])
    failures = tuple(failure for said, failure in rows if said == action)[:MAX_RECIPIENTS]
    carried = [_unxtext(group["original-envelope-id"]) for group in groups if "original-envelope-id" in group]
    return Report(
        action, failures, _unique([*_returned(opened), *filter(mail_headers.is_identifier, carried)])
    )


def plain_report(opened: parts.Opened, body: str) -> Report | None:
    """The report in a mail without form, or ``None``.

    A person's letter may quote a bounce, so the words alone are not enough: the sender must be a mail daemon,
    the return path empty, or Exim's ``X-Failed-Recipients`` must stand there.
    """
    top = opened.top
    named = parts.header(top, "X-Failed-Recipients")
    if not (named or null_return_path(top) or _DAEMON.match(parts.sender(top))):
        return None
    said = f"{parts.header(top, 'Subject')}\n{body[:_LOOKED_AT]}"
    delayed = _DELAY_WORDS.search(said) is not None
    if not delayed and not named and _BOUNCE_WORDS.search(said) is None:
        return None
    failures = _named(named, said) or _listed(body)
    return Report(_DELAYED if delayed else _FAILED, failures, _unique([*_returned(opened), *_ids_in(body)]))


def null_return_path(message: parts.Mail) -> bool:
    """Whether the mail was sent with the empty sender, as reports and automatic replies are (RFC 5321 §4.5.5)."""
    return str(message.get("Return-Path", "")).strip() == "<>"


def _groups(message: parts.Mail) -> list[dict[str, str]]:
    """The groups of fields of a delivery-status part; the parser makes a message of each group."""
    payload = message.get_payload()
    groups = payload if isinstance(payload, list) else []
    return [
        {name.lower(): parts.decoded(value) for name, value in group.items()}
        for group in groups[: MAX_RECIPIENTS + 1]
        if isinstance(group, Message)
    ]


def _failure(group: dict[str, str]) -> Failure:
    recipient = group.get("original-recipient") or group.get("final-recipient", "")
    status = _STATUS.search(group.get("status", ""))
    return Failure(
        recipient=recipient.rpartition(";")[2].strip()[:254],
        status=status[1] if status else "",
        diagnostic=group.get("diagnostic-code", "").partition(";")[2].strip()[:_SHOWN],
        remote=group.get("remote-mta", "").partition(";")[2].strip()[:254],
    )


def _word(value: str) -> str:
    return value.split(" ", 1)[0].split("(", 1)[0].lower()


def _returned(opened: parts.Opened) -> list[str]:
    """The identifiers of the mails that were sent back, whole or as headers only."""
    found: list[str] = []
    for leaf in opened.leaves:
        payload = leaf.message.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        if leaf.media_type == "message/rfc822" and isinstance(inner, Message):
            found += parts.identifiers(inner, "Message-ID")
        elif leaf.media_type in _HEADERS_ONLY:
            found += _ids_in(_headers_text(leaf.message, inner))
    return found


def _headers_text(message: parts.Mail, inner: object) -> str:
    return inner.as_string() if isinstance(inner, Message) else parts.text(message)


def _ids_in(body: str) -> list[str]:
    return [one for one in _RETURNED_ID.findall(body)[: parts.MAX_IDS] if mail_headers.is_identifier(one)]


def _code(said: str) -> str:
    found = _STATUS.search(said) or _CODE.search(said)
    return found[1] if found else ""


def _named(named: str, said: str) -> tuple[Failure, ...]:
    addresses = [one.strip() for one in named.split(",") if one.strip()]
    return tuple(Failure(one[:254], _code(said), "") for one in addresses[:MAX_RECIPIENTS])


def _listed(body: str) -> tuple[Failure, ...]:
    """``<address>:`` and what stands behind it up to the next blank line, as qmail and Postfix write it."""
    head = body.split("--- Below this line", 1)[0][:_LOOKED_AT]
    found = []
    for match in list(_BOUNCED_TO.finditer(head))[:MAX_RECIPIENTS]:
        said = mail_headers.clean(head[match.start(2) : match.start(2) + _SHOWN].split("\n\n", 1)[0])
        found.append(Failure(match[1], _code(said), said))
    return tuple(found)


def _unxtext(value: str) -> str:
    return re.sub(r"\+([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), value)


def _unique(ids: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
