"""Lists for units without access: items and holds go out as files with stable keys, answers come back as files.

Keys go out plain, or as keyed hashes (HMAC-SHA-256) under a secret that is shared for one exchange and read from a file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from openiru.core.errors import ConflictError, UsageError
from openiru.core.events import EventType
from openiru.core.intake.deconfliction import blind
from openiru.core.vocabulary import HoldKind, HoldScope
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.foundation.people.queries import unit as unit_row
from openiru.stages.intake.answers import read_answers
from openiru.stages.intake.holds import NewHold, Placed, place
from openiru.stages.intake.queries import holds as own_holds
from openiru.stages.intake.queries import listed
from openiru.stages.intake.rounds import answer

#: A secret that others of the machine can read is none.
OTHERS = 0o077
#: What a spreadsheet would take for a formula.
FORMULA = frozenset("=+-@\t\r")


class Form(StrEnum):
    """The shape of a list."""

    CSV = "csv"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to hand out: its text, its rows, what was kept off it (marking, or no hash possible), and its digest."""

    text: str
    rows: int
    left_out: int
    digest: str


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What a list that came back said. ``refused``: (row number, reason); ``unknown``: rows about things not known here."""

    hits: int
    no_hits: int
    unknown: int
    refused: tuple[tuple[int, str], ...]
    placed: tuple[Placed, ...]


def secret_from(path: Path) -> bytes:
    """The secret in a file of one's own (mode 0600), without the line end. Never from the command line: others see that."""
    if path.stat().st_mode & OTHERS:
        raise UsageError(
            "others on this machine can read the secret",
            where=str(path),
            hint="chmod 600 makes it yours alone.",
        )
    return path.read_bytes().rstrip(b"\r\n")


def export_items(*, by: By, form: Form, secret: bytes | None = None, round_id: UUID | None = None) -> Listing:
    """The operation's items to be looked up elsewhere, with an empty column ``hit`` to be filled in.

    With ``secret`` only hashes go out, and nothing else of the item. ``round_id``: only the list of that round.
    """
    with acting(by) as now:
        require(now, "list.export")
        rows, left_out = listed(round_id)
        if secret is None:
            lines = [
                {"key": row["key"], "platform": row["platform"], "kind": row["kind"], "hit": ""}
                for row in rows
            ]
        else:
            lines = sorted(({"hash": blind(row["key"], secret), "hit": ""} for row in rows), key=_first)
        names = ("hash", "hit") if secret is not None else ("key", "platform", "kind", "hit")
        return _told(now, "items", Listing(*_write(lines, names, form, left_out)), keyed=secret is not None)


def export_holds(*, by: By, form: Form, secret: bytes | None = None) -> Listing:
    """The acting unit's standing holds, without reasons. Under ``secret`` patterns and operations stay out: they have no hash."""
    with acting(by) as now:
        require(now, "list.export")
        standing = own_holds()
        rows = [
            row
            for row in standing
            if secret is None or row["scope"] not in {HoldScope.PATTERN, HoldScope.OPERATION}
        ]
        what = "subject" if secret is None else "hash"
        lines = [
            {
                "reference": row["reference"],
                "scope": row["scope"],
                what: row["subject"] if secret is None else blind(row["subject"], secret),
                "contact": row["contact"],
                "until": row["expires_at"].isoformat() if row["expires_at"] else "",
            }
            for row in rows
        ]
        names = ("reference", "scope", what, "contact", "until")
        listing = Listing(*_write(lines, names, form, len(standing) - len(rows)))
        return _told(now, "holds", listing, keyed=secret is not None)


def _first(line: dict[str, str]) -> str:
    return line["hash"]


def _write(
    lines: Sequence[dict[str, str]], names: Sequence[str], form: Form, left_out: int
) -> tuple[str, int, int, str]:
    if form is Form.JSON_LINES:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    else:
        out = io.StringIO()
        writer = csv.DictWriter(out, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: harmless(cell) for name, cell in line.items()} for line in lines)
        text = out.getvalue()
    return (
        text,
        len(lines),
        left_out,
        "sha256:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest(),
    )


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in FORMULA else cell


def _told(now: Now, what: str, listing: Listing, *, keyed: bool) -> Listing:
    payload = {
        "unit": str(now.by.unit),
        "list": what,
        "rows": listing.rows,
        "left_out": listing.left_out,
        "keyed": keyed,
        "digest": listing.digest,
    }
    record(now, [Entry(EventType.LIST_EXPORTED, new_id(), payload)])
    return listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A list that came back. ``for_unit``: the unit that filled it in, when it is not the acting one.

    ``expires_at`` is when the holds for its hits end; ``reason`` stands in them and is read by the acting unit only.
    """

    data: bytes
    form: Form
    expires_at: datetime
    reason: str
    for_unit: UUID | None = None
    secret: bytes | None = None


def answer_list(*, by: By, returned: Returned, round_id: UUID | None = None) -> ListOutcome:
    """Take in a list that a unit has filled in: a hold for each hit; in a round, its answer.

    An answer to a round must cover every item of the round's list: what a file leaves open is silence, and silence is
    never consent (ConflictError; nothing is saved). Rows that cannot be read are answered with number and reason.
    """
    with acting(by) as now:
        unit = returned.for_unit or by.unit
        require(now, _verb(own=returned.for_unit is None, in_round=round_id is not None))
        answers, refused = read_answers(returned.data, json_lines=returned.form is Form.JSON_LINES)
        known = _keys(listed(round_id)[0], returned.secret)
        said = {known.get(one.subject, one.subject): one for one in answers}
        strange = {key: one for key, one in said.items() if key == one.subject and key not in known.values()}
        unknown = {key: one for key, one in strange.items() if one.hashed or not one.hit}
        hits = [key for key, one in said.items() if one.hit and key not in unknown]
        if round_id is not None:
            _check_covered(set(known.values()) - set(said))
        contact = str(unit_row(unit)["contact"])
        new = [_hold(key, returned, contact) for key in hits]
        if round_id is not None:
            digest = "sha256:" + hashlib.sha256(returned.data).hexdigest()
            placed = answer(now, round_id, for_unit=unit, hits=new, file=digest)
        else:
            placed = place(now, new)
        no_hits = sum(1 for key, one in said.items() if not one.hit and key not in unknown)
        return ListOutcome(len(hits), no_hits, len(unknown), tuple(refused), tuple(placed))


def _verb(*, own: bool, in_round: bool) -> str:
    if not own:
        return "round.enter"
    return "round.answer" if in_round else "hold.place"


def _keys(rows: Sequence[dict[str, str]], secret: bytes | None) -> dict[str, str]:
    """What may stand in the file -> key."""
    found = {row["key"]: row["key"] for row in rows}
    if secret is not None:
        found |= {blind(key, secret): key for key in list(found)}
    return found


def _check_covered(missing: set[str]) -> None:
    if missing:
        raise ConflictError(
            f"{len(missing)} items of the round's list are not answered: silence is never consent",
            where=min(missing)[:200],
            hint="Answer each item with yes or no.",
        )


def _hold(key: str, returned: Returned, contact: str) -> NewHold:
    return NewHold(
        kind=HoldKind.UNIT,
        scope=HoldScope.KEY,
        subject=key,
        reason=returned.reason,
        expires_at=returned.expires_at,
        contact=contact,
    )
