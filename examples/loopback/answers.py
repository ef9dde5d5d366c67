"""Answers of the providers, as files under ``answers/<provider>/`` and as mails in a maildir."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict, fields
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from examples.loopback.world import Answer, AnswerLine

COLUMNS = tuple(f.name for f in fields(AnswerLine))
NOTICE = "Invented data: a played answer of a played provider."


def safe(text: str) -> str:
    """A reference as part of a file name."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", text).strip(".")[:100] or "no-reference"


class AnswerWriter:
    """Writes each answer once, first beside and then in its place, so that no half file is ever seen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mail = folder / "mail"
        for name in ("tmp", "new", "cur"):
            (self._mail / name).mkdir(parents=True, exist_ok=True)

    def write(self, answer: Answer, moment: datetime) -> None:
        """Puts one answer where the referring side reads it; an answer that is there stays as it is."""
        name = f"{safe(answer.reference)}-{answer.no}"
        if answer.form == "mail":
            self._put(self._mail / "new" / f"{answer.provider}.{name}", bytes(_mail(answer, name, moment)))
            return
        data = _csv(answer) if answer.form == "csv" else _json(answer)
        self._put(self._folder / answer.provider / f"{name}.{answer.form}", data.encode())

    def taken(self, provider: str, reference: str, number: int) -> bool:
        """Whether an answer file of that number is there."""
        return any((self._folder / provider).glob(f"{safe(reference)}-{number}.*"))

    def _put(self, path: Path, data: bytes) -> None:
        if path.exists() or (self._mail / "cur" / path.name).exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        half = self._mail / "tmp" / f"{path.parent.name}.{path.name}"
        half.write_bytes(data)
        half.replace(path)


def _csv(answer: Answer) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(asdict(line) for line in answer.lines)
    return out.getvalue()


def _json(answer: Answer) -> str:
    lines = [asdict(line) for line in answer.lines]
    head = {
        "notice": NOTICE,
        "provider": answer.provider,
        "reference": answer.lines[0].reference if lines else "",
    }
    return json.dumps({**head, "answers": lines}, ensure_ascii=False, indent=1) + "\n"


def _mail(answer: Answer, name: str, moment: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"referrals@{answer.provider}.example"
    mail["To"] = answer.recipient or "unknown@unit.example"
    mail["Subject"] = f"Re: {safe(answer.reference)}"
    mail["Date"] = format_datetime(moment)
    mail["Message-ID"] = f"<answer-{name}@{answer.provider}.example>"
    if re.fullmatch(r"<[^<>\s]+>", answer.in_reply_to):
        mail["In-Reply-To"] = answer.in_reply_to
        mail["References"] = answer.in_reply_to
    mail.set_content(f"{NOTICE}\nOur decisions are in the attached file.\n")
    mail.add_attachment(_csv(answer).encode(), maintype="text", subtype="csv", filename=f"{name}.csv")
    mail.set_boundary(f"=_{safe(name)[:50]}")
    return mail
