"""From facts to the letter that is stored exactly, and back. Addresses in words are defanged here; live ones stand in the files."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from openiru.core.errors import IntegrityError
from openiru.core.referral.attachments import answer_form, csv_attachment, json_attachment
from openiru.core.referral.letter import LetterFacts
from openiru.core.referral.notices import Notice, notice_letter
from openiru.core.referral.plain_letter import plain_letter
from openiru.core.vocabulary import Environment
from openiru.engines.addresses import defang, find_links
from openiru.ports.channel import Attachment, Letter

#: Stands for an address in a transcript to a provider of whom none is known. ``invalid`` leads nowhere (RFC 6761).
NO_ADDRESS: Final = "address-unknown@provider.invalid"
_PREFIX: Final = {Environment.LIVE: "", Environment.EXERCISE: "EXERCISE ", Environment.DEMO: "INVENTED DATA "}


def message_id(reference: str, sender_address: str) -> str:
    """``<reference@domain>``: made once, when the batch is prepared, and never anew."""
    return f"<{reference}@{sender_address.rpartition('@')[2]}>"


def defang_words(text: str) -> str:
    """``text`` with every address in it written so that no program opens it."""
    out, at = [], 0
    for found in find_links(text):
        out += [text[at : found.start], defang(found.url)]
        at = found.end
    return "".join([*out, text[at:]])


def compose(facts: LetterFacts, *, recipient: str, sender_address: str) -> Letter:
    """The letter of a referral: plain words without a live address, and the files that have them."""
    count = f"{len(facts.lines)} line" + ("s" if len(facts.lines) > 1 else "")
    return Letter(
        reference=facts.reference,
        message_id=message_id(facts.reference, sender_address),
        recipient=recipient or NO_ADDRESS,
        sender_name=facts.sender.unit,
        sender_address=sender_address,
        subject=f"{_PREFIX[facts.environment]}Referral {facts.reference}: {count}",
        text=plain_letter(_for_people(facts)),
        attachments=(
            Attachment(f"{facts.reference}.json", "application/json", json_attachment(facts).encode()),
            Attachment(f"{facts.reference}.csv", "text/csv", csv_attachment(facts).encode()),
            Attachment(f"{facts.reference}-answers.csv", "text/csv", answer_form(facts).encode()),
        ),
        date=facts.written_at,
        reply_to=sender_address,
    )


def _for_people(facts: LetterFacts) -> LetterFacts:
    lines = [
        replace(
            line,
            place=defang_words(line.place),
            quote=defang_words(line.quote),
            translation=defang_words(line.translation),
            rule=defang_words(line.rule),
            group=defang_words(line.group),
            brand=defang_words(line.brand),
        )
        for line in facts.lines
    ]
    return replace(facts, lines=tuple(lines))


def compose_notice(notice: Notice, *, reference: str, to: Letter) -> Letter:
    """A correction or withdrawal, in the thread of the letter it is about. ``reference``: its own."""
    said = replace(
        notice,
        reason=defang_words(notice.reason),
        lines=[(number, defang_words(text)) for number, text in notice.lines],
    )
    what = "Withdrawal" if notice.withdrawal else "Correction"
    return Letter(
        reference=notice.reference,
        message_id=message_id(reference, to.sender_address),
        recipient=to.recipient,
        sender_name=to.sender_name,
        sender_address=to.sender_address,
        subject=f"{_PREFIX[notice.environment]}{what} of referral {notice.reference}",
        text=notice_letter(said),
        attachments=(_notice_file(notice),),
        in_reply_to=to.message_id,
        references=(to.message_id,),
        date=notice.written_at,
        reply_to=to.reply_to,
    )


def _notice_file(notice: Notice) -> Attachment:
    document = {
        "format": "openiru-referral-notice/1",
        "kind": "withdrawal" if notice.withdrawal else "correction",
        "reference": notice.reference,
        "environment": notice.environment.value,
        "reason": notice.reason,
        "lines": [{"line": number, "text": text} for number, text in notice.lines],
    }
    content = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return Attachment(f"{notice.reference}-{document['kind']}.json", "application/json", content.encode())


def to_plain(letter: Letter) -> dict[str, Any]:
    """``letter`` as JSON values: the form in which it is stored, whole."""
    return {
        "reference": letter.reference,
        "message_id": letter.message_id,
        "recipient": letter.recipient,
        "sender_name": letter.sender_name,
        "sender_address": letter.sender_address,
        "subject": letter.subject,
        "text": letter.text,
        "attachments": [
            {"name": one.name, "media_type": one.media_type, "base64": base64.b64encode(one.content).decode()}
            for one in letter.attachments
        ],
        "in_reply_to": letter.in_reply_to,
        "references": list(letter.references),
        "headers": dict(letter.headers),
        "date": letter.date.isoformat() if letter.date else None,
        "reply_to": letter.reply_to,
    }


def from_plain(plain: Mapping[str, Any]) -> Letter:
    """The letter that was stored."""
    return Letter(
        **{
            name: plain[name]
            for name in ("reference", "message_id", "recipient", "sender_name", "sender_address")
        },
        subject=plain["subject"],
        text=plain["text"],
        attachments=tuple(
            Attachment(one["name"], one["media_type"], base64.b64decode(one["base64"], validate=True))
            for one in plain["attachments"]
        ),
        in_reply_to=plain["in_reply_to"],
        references=tuple(plain["references"]),
        headers=dict(plain["headers"]),
        date=datetime.fromisoformat(plain["date"]) if plain["date"] else None,
        reply_to=plain["reply_to"],
    )


def digest(plain: Mapping[str, Any]) -> str:
    """``sha256:<hex>`` of the stored letter: what was committed is what is sent."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def stored(row: Mapping[str, Any]) -> Letter:
    """The letter of a row of referral_referral. IntegrityError when it is not the one that was committed."""
    plain = row["letter"]
    if digest(plain) != row["letter_digest"]:
        raise IntegrityError(
            "the stored letter is not the one that was prepared", where=str(row["reference"])
        )
    return from_plain(plain)
