"""What stands against referring an item now: asked when a batch is prepared, and again, under lock, before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from openiru.core.errors import ExtentError, RefusedError
from openiru.core.intake.extent import Route, require_route, route_of
from openiru.core.intake.marking import Use, decide
from openiru.core.lifecycle import State
from openiru.core.referral.countries import is_third_country
from openiru.core.referral.rules import ensure_instrument
from openiru.core.vocabulary import Extent, Instrument, LegalProfile, Pap, ProtectedPurpose, Tlp
from openiru.stages.referral.known import Known, Row


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item that is not referred. ``code`` is stable; ``earlier`` shows what became of it before."""

    item: UUID
    key: str
    code: str
    reason: str
    earlier: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """How items are to be referred: by whom, with what, and why again what was referred before."""

    sending_unit: UUID
    instrument: Instrument
    again_reason: str = ""


def stands(known: Known, item: UUID, sending_unit: UUID) -> str:
    """What has changed under a line that is prepared: empty when nothing has. For the moment before sending."""
    if known.pair(item) is None:
        return "two refer verdicts of two people on its basis do not stand any more"
    if problem := wide(known, item, sending=True):
        return problem
    if item in known.blocked:
        return known.blocked[item].reason
    for check in (reinstated, marking):
        if refusal := check(known, item, Request(sending_unit, Instrument.REFERRAL)):
            return refusal.reason
    return ""


def against(known: Known, item: UUID, request: Request) -> Refusal | None:
    """The first reason, in the order in which a person would ask, why ``item`` is not referred; None when it is."""
    for check in _CHECKS:
        if refusal := check(known, item, request):
            return refusal
    return None


def _no(known: Known, item: UUID, code: str, reason: str) -> Refusal:
    return Refusal(item, str(known.items[item]["key"]), code, reason)


def _state(known: Known, item: UUID, _: Request) -> Refusal | None:
    state = known.items[item]["state"]
    if state == State.DECIDED.value:
        return None
    return _no(known, item, "state", f"it is {state.replace('_', ' ')}, not decided")


def _extent(known: Known, item: UUID, _: Request) -> Refusal | None:
    row = known.items[item]
    if row["needs_resolving"]:
        return _no(known, item, "unresolved", "a shortener hides what it leads to: follow it first")
    extent = Extent(row["extent"])
    try:
        require_route(
            extent, Route.WIDE if route_of(extent) is Route.WIDE else Route.ORDINARY, where=row["key"]
        )
    except ExtentError as error:
        return _no(known, item, "extent", error.message)
    return None


def _persons(known: Known, item: UUID, _: Request) -> Refusal | None:
    if known.pair(item) is None:
        return _no(
            known, item, "two-persons", "it does not stand on two refer verdicts of two people on one basis"
        )
    return None


def wide(known: Known, item: UUID, *, sending: bool) -> str:
    """What stands against referring more than one piece of content; before sending the overseer may still be told."""
    if route_of(Extent(known.items[item]["extent"])) is not Route.WIDE:
        return ""
    if item not in known.proposals:
        return "nobody has proposed to refer the whole of it"
    problems = known.wide.get(item, [])
    return " ".join(one.message for one in problems if sending or one.code != "overseer-not-told")


def _wide(known: Known, item: UUID, _: Request) -> Refusal | None:
    problem = wide(known, item, sending=False)
    return _no(known, item, "wide", problem) if problem else None


def _on_batch(known: Known, item: UUID, _: Request) -> Refusal | None:
    if item in known.on_batch:
        return _no(
            known, item, "on-batch", f"it still stands on {known.on_batch[item]}: give that back first"
        )
    return None


def _held(known: Known, item: UUID, _: Request) -> Refusal | None:
    blocked = known.blocked.get(item)
    return _no(known, item, blocked.code, blocked.reason) if blocked else None


def reinstated(known: Known, item: UUID, _: Request) -> Refusal | None:
    """Against what a provider put back after a complaint: it is not referred again, here or anywhere."""
    if any(row["state"] == State.REINSTATED.value for row in known.earlier.get(item, [])):
        return _before(
            known, item, "reinstated", "it was lawfully reinstated; such an item is not referred again"
        )
    return None


def _again(known: Known, item: UUID, request: Request) -> Refusal | None:
    if request.again_reason.strip() or not any(not row["here"] for row in known.earlier.get(item, [])):
        return None
    return _before(known, item, "referred-before", "it was referred before; say why again if you must")


def _before(known: Known, item: UUID, code: str, reason: str) -> Refusal:
    return Refusal(item, str(known.items[item]["key"]), code, reason, tuple(known.earlier.get(item, [])))


def _provider(known: Known, item: UUID, _: Request) -> Refusal | None:
    if known.provider(item) is None:
        platform = known.items[item]["platform"]
        return _no(
            known, item, "provider-unknown", f"nobody is known who answers for the platform {platform}"
        )
    return None


def _instrument(known: Known, item: UUID, request: Request) -> Refusal | None:
    pair = known.pair(item)
    if pair is None:
        return None
    unit = known.deciding_unit(pair)
    try:
        ensure_instrument(LegalProfile(unit["legal_profile"]), request.instrument)
    except RefusedError as error:
        return _no(known, item, "instrument", f"{unit['code']}: {error.message}")
    return None


def third_country(known: Known, item: UUID, sending_unit: UUID) -> bool:
    """Whether a letter on this item discloses to a third country: its provider's, or that of a unit that signs or sends."""
    provider, pair = known.provider(item), known.pair(item)
    units = {sending_unit} | ({known.deciding_unit(pair)["id"]} if pair else set())
    return (provider is not None and is_third_country(str(provider["country"]))) or any(
        known.units[unit]["legal_profile"] == LegalProfile.THIRD_COUNTRY_UNIT.value for unit in units
    )


def marking(known: Known, item: UUID, request: Request) -> Refusal | None:
    """Against what a contributor did not let go to this provider, or to a third country where that is one."""
    uses = [Use.PROVIDER_LETTER]
    if third_country(known, item, request.sending_unit):
        uses.append(Use.THIRD_COUNTRY)
    for mark in known.markings.get(item, []):
        for use in uses:
            decision = decide(
                use, tlp=Tlp(mark["tlp"]), pap=Pap(mark["pap"]), restriction=str(mark["restriction"])
            )
            if not decision.allowed:
                return _no(known, item, "marking", decision.reason)
    return None


def _form(known: Known, item: UUID, _: Request) -> Refusal | None:
    for problem in _missing(known, item):
        return _no(known, item, "assessment", problem)
    return None


def _missing(known: Known, item: UUID) -> Iterator[str]:
    facts = [row["facts"] for row in known.facts.get(item, [])]
    if not any(claim for one in facts for claim in one.get("claims", [])):
        yield "its assessments name no ground of Art. 2(7)"
    for one in facts:
        denied = {answer["exception"] for answer in one.get("exceptions", []) if not answer["applies"]}
        if denied != {each.value for each in ProtectedPurpose}:
            yield "its assessments do not say of every exception of Art. 1(3) that it does not apply"


_CHECKS: tuple[Callable[[Known, UUID, Request], Refusal | None], ...] = (
    _state,
    _extent,
    _persons,
    _wide,
    _on_batch,
    reinstated,
    _again,
    _held,
    _provider,
    _instrument,
    marking,
    _form,
)
