"""Batches are made: items that two people decided on, grouped by provider and deciding unit, each with its letter, committed whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from openiru.core.errors import UsageError
from openiru.core.events import EventType
from openiru.core.lifecycle import State, Step
from openiru.core.referral.letter import LetterFacts, Line, Sender
from openiru.core.referral.rules import batches
from openiru.core.vocabulary import (
    DeliveryState,
    Environment,
    Ground,
    Instrument,
    Kind,
    LegalProfile,
    ProtectedPurpose,
)
from openiru.engines.addresses import defang
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.registry.transitions import Move, Moved, lock, transition
from openiru.settings import CONFIG
from openiru.stages.referral import letters, links
from openiru.stages.referral.fitness import Refusal, Request, against
from openiru.stages.referral.known import Known, Row, know

MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Batch:
    """A referral that was prepared."""

    id: UUID
    reference: str
    provider: str
    deciding_unit: str
    lines: int
    channel: str


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a preparation made, and what it left, each with the reason."""

    batches: tuple[Batch, ...] = ()
    refused: tuple[Refusal, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``openiru referral prepare --json``."""
        return {
            "batches": [
                {
                    "referral": str(one.id),
                    "reference": one.reference,
                    "provider": one.provider,
                    "deciding_unit": one.deciding_unit,
                    "lines": one.lines,
                    "channel": one.channel,
                }
                for one in self.batches
            ],
            "refused": [
                {"key": one.key, "code": one.code, "reason": one.reason, "earlier": _earlier(one)}
                for one in self.refused
            ],
        }


def _earlier(refusal: Refusal) -> list[dict[str, Any]]:
    names = ("state", "referred_at", "answer", "outcome")
    return [{name: str(row[name]) for name in names} for row in refusal.earlier]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a preparation asks for, beside the items."""

    provider: str
    channel: str
    urgent: bool
    request: Request


@dataclass(slots=True)
class _Draft:
    """A batch on its way: its rows and its letter."""

    id: UUID
    reference: str
    provider: Row
    unit: Row
    items: Sequence[UUID]
    channel: str
    letter: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    link: UUID | None = None


def prepare_items(now: Now, items: Sequence[UUID] | None, wanted: Wanted) -> Preparation:
    """Lock the items, judge each, and write the batches. ``items`` None: everything that is decided."""
    ids = sorted(set(items)) if items is not None else decided(now)
    lock(now, ids)
    known = know(now, ids)
    asked = [item for item in ids if item in known.items and concerns(known, item, wanted.provider)]
    if items is None:
        # Another preparation may have taken some while we waited for the lock: they are its business.
        asked = [item for item in asked if known.items[item]["state"] == State.DECIDED.value]
    refused = [
        Refusal(item, "", "not-here", "no such item in this operation")
        for item in ids
        if item not in known.items
    ]
    groups, left = sort_out(known, asked, wanted)
    refused += left
    if groups or not refused:  # what the law says of the units was said before
        _ensure_writable(wanted.request.instrument)
    made = _write(now, known, _drafts(now, known, groups, wanted), wanted)
    return Preparation(tuple(made), tuple(refused))


def sort_out(
    known: Known, items: Sequence[UUID], wanted: Wanted
) -> tuple[dict[tuple[UUID, UUID], list[UUID]], list[Refusal]]:
    """(provider, deciding unit) -> items by key, and what cannot go, each with its first reason."""
    groups: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    refused = []
    for item in sorted(items, key=lambda one: str(known.items[one]["key"])):
        refusal = against(known, item, wanted.request) or _unreachable(known, item, wanted)
        if refusal is not None:
            refused.append(refusal)
        else:
            groups[_group(known, item)].append(item)
    return groups, refused


def decided(now: Now, limit: int | None = None) -> list[UUID]:
    """Items of the operation that are decided and on no batch."""
    now.cursor.execute(
        "SELECT item_id FROM registry_operationitem WHERE state = 'decided' ORDER BY item_id LIMIT %s",
        [limit],
    )
    return [row[0] for row in now.cursor.fetchall()]


def concerns(known: Known, item: UUID, provider: str) -> bool:
    """Whether an item goes to the provider that is asked for; empty: any."""
    found = known.provider(item)
    return not provider or (found is not None and found["slug"] == provider)


def _unreachable(known: Known, item: UUID, wanted: Wanted) -> Refusal | None:
    provider = known.provider(item)
    if provider is None or provider["address"] or channel_of(provider, wanted) != "email":
        return None
    return Refusal(item, known.items[item]["key"], "no-address", f"no address of {provider['slug']} is known")


def channel_of(provider: Row, wanted: Wanted) -> str:
    """The way to a provider: the one that is asked for, else its own."""
    return wanted.channel or provider["channel"] or "transcript"


def most_lines(provider: Row) -> int:
    """How many lines a provider takes in one letter."""
    return int(min(provider["max_lines"] or MOST_LINES, MOST_LINES))


def _group(known: Known, item: UUID) -> tuple[UUID, UUID]:
    provider, pair = known.provider(item), known.pair(item)
    if provider is None or pair is None:
        raise LookupError("an item was let through without provider or verdicts")
    return provider["id"], known.deciding_unit(pair)["id"]


def _drafts(
    now: Now, known: Known, groups: Mapping[tuple[UUID, UUID], Sequence[UUID]], wanted: Wanted
) -> list[_Draft]:
    """One draft a batch, numbered. Heads are locked in one order, so that two preparations never wait in a circle."""
    last: dict[UUID, int] = {}
    heads: dict[UUID, str] = {}
    for unit in sorted({unit for _, unit in groups}, key=lambda one: str(known.units[one]["code"])):
        row = known.units[unit]
        year = now.at.astimezone(ZoneInfo(row["zone"] or "UTC")).year
        heads[unit] = f"{row['code']}-{year}-"
        now.cursor.execute("SELECT iru.last_reference(%s, %s)", [unit, heads[unit]])
        last[unit] = now.cursor.fetchone()[0]
    drafts = []
    for provider_id, unit in sorted(
        groups, key=lambda pair: (known.providers[pair[0]]["slug"], heads[pair[1]])
    ):
        provider, items = known.providers[provider_id], groups[provider_id, unit]
        for part in batches(items, limit=most_lines(provider)):
            last[unit] += 1
            reference = f"{heads[unit]}{last[unit]:06d}"
            channel = channel_of(provider, wanted)
            drafts.append(_Draft(new_ids(1)[0], reference, provider, known.units[unit], part, channel))
    return drafts


def _write(now: Now, known: Known, drafts: Sequence[_Draft], wanted: Wanted) -> list[Batch]:
    for draft in drafts:
        facts = _facts(now, known, draft, wanted)
        letter = letters.compose(
            facts, recipient=draft.provider["address"], sender_address=CONFIG.sender_address
        )
        draft.letter = letters.to_plain(letter)
        draft.lines = _line_rows(now, known, draft)
    insert(now.cursor, "referral_referral", [_referral_row(now, draft, wanted) for draft in drafts])
    rows = [row for draft in drafts for row in draft.lines]
    insert(now.cursor, "referral_line", rows)
    if links.offered():
        made = links.make(now, [(draft.id, draft.reference) for draft in drafts])
        for draft in drafts:
            draft.link = made[draft.id]
    moved, failed = transition(
        now, [Move(row["item_id"], Step.PREPARE, notes={"line_id": row["id"]}) for row in rows]
    )
    for error in failed.values():
        raise error
    record(now, [entry for draft in drafts for entry in _entries(draft, wanted, moved)])
    return [
        Batch(
            draft.id,
            draft.reference,
            draft.provider["slug"],
            draft.unit["code"],
            len(draft.lines),
            draft.channel,
        )
        for draft in drafts
    ]


def _entries(draft: _Draft, wanted: Wanted, moved: Mapping[UUID, Moved]) -> list[Entry]:
    shared = {"unit": str(draft.unit["id"]), "label": draft.provider["slug"]}
    again = {"again": wanted.request.again_reason} if wanted.request.again_reason.strip() else {}
    payload = {
        **shared,
        "sending": str(wanted.request.sending_unit),
        "reference": draft.reference,
        "lines": len(draft.lines),
        "letter": letters.digest(draft.letter),
    }
    link = (("referral_link", draft.link),) if draft.link else ()
    head = Entry(EventType.REFERRAL_PREPARED, draft.id, payload, (("referral_referral", draft.id), *link))
    return [head] + [
        moved[row["item_id"]].entry(
            EventType.LINE_PREPARED,
            row["id"],
            (("referral_line", row["id"]),),
            referral=str(draft.id),
            **shared,
            **again,
        )
        for row in draft.lines
    ]


def _referral_row(now: Now, draft: _Draft, wanted: Wanted) -> dict[str, Any]:
    return {
        "id": draft.id,
        "operation_id": now.by.operation,
        "provider_id": draft.provider["id"],
        "kind": "referral",
        "reference": draft.reference,
        "deciding_unit_id": draft.unit["id"],
        "sending_unit_id": wanted.request.sending_unit,
        "instrument": wanted.request.instrument.value,
        "channel": draft.channel,
        "state": DeliveryState.PREPARED.value,
        "urgent": wanted.urgent,
        "message_id": draft.letter["message_id"],
        "fence": 0,
        "not_before": now.at,
        "letter_digest": letters.digest(draft.letter),
        "letter": draft.letter,
        "prepared_by": now.by.person,
        "prepared_at": now.at,
        "released_by": None,
        "released_at": None,
        "undo_until": None,
        "sent_at": None,
        "replaces": None,
    }


def _line_rows(now: Now, known: Known, draft: _Draft) -> list[dict[str, Any]]:
    rows = []
    for number, (item, new) in enumerate(zip(draft.items, new_ids(len(draft.items)), strict=True), 1):
        row, pair = known.items[item], known.pair(item)
        if pair is None:
            raise LookupError("an item was let through without two verdicts")
        wide = known.proposals.get(item) if row["extent"] != "item" else None
        sides = {
            f"{side}_{name}": verdict[source]
            for side, verdict in zip("ab", pair, strict=True)
            for name, source in (
                ("unit_id", "unit_id"),
                ("id", "id"),
                ("person_id", "person_id"),
                ("verdict", "verdict"),
            )
        }
        rows.append(
            {
                "id": new,
                "operation_id": now.by.operation,
                "referral_id": draft.id,
                "item_id": item,
                "number": number,
                "extent": row["extent"],
                "needs_resolving": row["needs_resolving"],
                "wide_unit_id": wide["unit_id"] if wide else None,
                "wide_id": wide["id"] if wide else None,
                "basis_digest": row["basis_digest"],
                **sides,
                "withdrawn_at": None,
                "withdrawn_why": "",
            }
        )
    return rows


def sender_of(unit: Row) -> Sender:
    """A unit as the visible sender of a letter: a function and its contact, no person."""
    return Sender(
        unit=unit["name"],
        authority=" ".join(dict.fromkeys(part for part in (unit["code"], unit["country"]) if part)),
        profile=LegalProfile(unit["legal_profile"]),
        own_ground=f"{unit['legal_ground'].rstrip('.')}." if unit["legal_ground"] else "",
        contact=unit["contact"] or CONFIG.sender_address,
        hours="",
    )


def _facts(now: Now, known: Known, draft: _Draft, wanted: Wanted) -> LetterFacts:
    finders = sorted({code for item in draft.items for code in known.finders.get(item, ())})
    names = {row["code"]: row["name"] for row in known.units.values()}
    return LetterFacts(
        reference=draft.reference,
        operation=known.operation["title"],
        provider=draft.provider["name"],
        sender=sender_of(draft.unit),
        contributors=tuple(names.get(code, code) for code in finders),
        lines=tuple(_line(known, draft.provider, item, number) for number, item in enumerate(draft.items, 1)),
        written_at=now.at,
        urgent=wanted.urgent,
        environment=Environment(now.environment),
        answer_at=links.answer_at(),
    )


def _line(known: Known, provider: Row, item: UUID, number: int) -> Line:
    row = known.items[item]
    facts = [one["facts"] for one in known.facts.get(item, [])]
    words = known.words.get(item, [])
    spoken = next((one for one in words if one["quote"]), None)
    grounds = {claim["ground"] for one in facts for claim in one.get("claims", [])}
    return Line(
        line=number,
        key=row["key"],
        url=row["canonical"],
        defanged=defang(row["canonical"]),
        kind=Kind(row["kind"]),
        place=_first(words, "place"),
        quote=spoken["quote"] if spoken else "",
        translation=spoken["translation"] if spoken else "",
        rule=_first(facts, "provider_rule") or provider["rule"],
        grounds=tuple(ground for ground in Ground if ground.value in grounds),
        national_law="",
        exceptions=tuple(ProtectedPurpose),
        captured_at=None,
        capture_digest=None,
        group=_first(facts, "group") or row["organisation"],
        brand=_first(facts, "brand") or row["brand"],
    )


def _first(rows: Sequence[Row], name: str) -> str:
    return next((str(row[name]) for row in rows if row.get(name)), "")


def _ensure_writable(instrument: Instrument) -> None:
    """UsageError for an instrument that has a form of its own: this letter says that it is no order and no notice."""
    if instrument is not Instrument.REFERRAL:
        raise UsageError(
            f"a {instrument.value.replace('_', ' ')} has a form of its own and is not written as a referral",
            where="instrument",
        )
