"""Every route of the pages and of the interface with what it declares, and a small world in which each has something to lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from django.urls import URLResolver, get_resolver
from tests.people import START, World, another_operation
from tests.stages.assessment.helpers import drafts as drafted
from tests.stages.assessment.helpers import facts
from tests.stages.referral.helpers import Post, bring, post, ready_day, sent

from openiru.core.vocabulary import HoldKind, HoldScope, LegalProfile, Role, Verdict
from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.people.commands import NewPerson, NewUnit, add_people, add_units, new_token
from openiru.foundation.people.permissions import MAY
from openiru.stages.assessment.commands import assess
from openiru.stages.assessment.commands_alarms import raise_alarm
from openiru.stages.assessment.commands_language import ask_language
from openiru.stages.impact import releases
from openiru.stages.intake import queries as held
from openiru.stages.intake import records
from openiru.stages.intake.holds import NewHold, place_holds
from openiru.stages.intake.rounds import open_round

#: Every role that a person may have.
ROLES: Final = tuple(role for role in Role if role not in {Role.SERVICE, Role.PROVIDER})
#: Words of items, assessments and holds: who may not read content never meets them.
WORDS: Final = ("openiru_demo_a", "измишљене", "invented facts", "an inquiry of ours")


@dataclass(frozen=True, slots=True)
class Route:
    """One way in. ``verbs`` None: public, (): everybody who is signed in; else whose role may do one of them."""

    place: str
    method: str
    verbs: tuple[str, ...] | None
    api: bool

    @property
    def inside(self) -> bool:
        """Whether it belongs to an operation."""
        return "operation>" in self.place or "{operation}" in self.place

    def may(self, *roles: Role) -> bool:
        """What the declaration says of somebody with these roles."""
        return not self.verbs or any(set(roles) & MAY[verb] for verb in self.verbs)

    @property
    def role(self) -> Role:
        """One role that may: whoever has them all may less, for one account does not lead and assess."""
        return next(role for role in ROLES if self.may(role))

    def at(self, ids: dict[str, str]) -> str:
        """Its address, with these names in it."""
        return re.sub(r"<\w+:(\w+)>|{(\w+)}", lambda found: ids[found[1] or found[2]], self.place)

    def __str__(self) -> str:
        return f"{self.method} {self.place}"


def pages() -> Iterator[Route]:
    """Every page and form."""
    for place, view in _walk(get_resolver("openiru.entrypoints.web.urls")):
        policy = view.policy
        verbs = None if policy.public else (policy.verb,) if policy.verb else ()
        for method in policy.methods or ("GET", "POST"):
            yield Route(f"/{place}", method, verbs, api=False)


def _walk(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for one in resolver.url_patterns:
        place = before + str(one.pattern)
        if place.startswith("api/v1/"):
            continue
        if isinstance(one, URLResolver):
            yield from _walk(one, place)
        else:
            yield place, one.callback


def operations() -> Iterator[Route]:
    """Every operation of the interface."""
    from openiru.entrypoints.api.main import api, policies

    for path, one, policy in policies(api):
        for method in one.methods:
            yield Route(f"/api/v1{path}", method, policy.verbs, api=True)


@dataclass(frozen=True, slots=True)
class Place:
    """The world. ``ids``: what routes name, all of them of RS and AG. ``cast``: who asks, by what they are there for."""

    world: World
    ids: dict[str, str]
    cast: dict[str, By]
    tokens: dict[str, str]
    link: str

    def unknown(self) -> dict[str, str]:
        """The same operation, and nothing in it that there is."""
        kept = {name: self.ids[name] for name in ("operation", "kind", "form", "pk", "provider_id", "secret")}
        return {name: str(uuid4()) for name in self.ids} | {"number": "999", "digest": "sha256:00"} | kept

    def elsewhere(self) -> dict[str, str]:
        """Everything as it is, in an operation that there is not."""
        return self.ids | {"operation": "nowhere"}


def placed() -> Place:
    """Make the world: one of each thing; in RS, whose it is, in MK, and in ZZ, which takes no part, a person of each role."""
    with pytest.MonkeyPatch.context() as patch:
        way, world = Post(patch), ready_day()
        letter = sent(world, 2)
        link = next(iter(re.findall(r"(/p/[a-z2-7]{32})", way.letters[0].text)), "")
    another_operation(world)
    ids = _things(world) | {"reference": letter.reference, "operation": world.slug}
    cast, tokens = _cast(world), {}
    for name, by in cast.items():
        tokens[name] = new_token(
            by=By(person=SERVICE.person, unit=by.unit, using="worker"), person=by.person, label="t"
        ).token
    return Place(world, ids, cast, tokens, link)


def _cast(world: World) -> dict[str, By]:
    made = add_units(
        by=SERVICE,
        units=[
            NewUnit(
                code="ZZ",
                name="Unit ZZ (invented)",
                country="MT",
                legal_profile=LegalProfile.EU_COMPETENT_AUTHORITY,
                legal_ground="none",
                zone="UTC",
                contact="+000 ZZ",
            )
        ],
    )
    units = {"RS": world.units["RS"], "MK": world.units["MK"], "ZZ": made["ZZ"]}
    cast = {
        f"{code}/{name}": by
        for code, unit in units.items()
        for name, by in _people(code, unit, {role.value: (role,) for role in ROLES}).items()
    }
    return cast | {"RS/gone": _people("RS", units["RS"], {"gone": ROLES})["gone"]}


def _people(code: str, unit: UUID, wanted: dict[str, tuple[Role, ...]]) -> dict[str, By]:
    handles = {name: f"{code.lower()}-{name.replace('_', '-')}" for name in wanted}
    new = [
        NewPerson(handle=handles[name], display_name=f"Somebody of {code}", roles=roles)
        for name, roles in wanted.items()
    ]
    ids = add_people(by=By(person=SERVICE.person, unit=unit, using="worker"), people=new)
    return {name: By(person=ids[handles[name]], unit=unit) for name in wanted}


def _things(world: World) -> dict[str, str]:
    ana, deda = world.by("RS/ana"), world.by("RS/deda")
    items = bring(ana, [post(number) for number in range(21, 25)], quote="измишљене речи", language="sr")
    for name, verdict in (("RS/ana", Verdict.REFER), ("RS/boro", Verdict.DO_NOT_REFER)):
        (done,) = assess(by=world.by(name), drafts=drafted(world.by(name), items[:1], facts(verdict)))
        assert done.refused is None
    alarm = raise_alarm(by=ana, item=items[1], kind="life", note="invented")
    (asked,) = ask_language(by=ana, items=items[2:3], wanted="en", note="invented")
    hold = NewHold(
        kind=HoldKind.UNIT,
        scope=HoldScope.KEY,
        subject=post(24),
        reason="an inquiry of ours (invented)",
        expires_at=START + timedelta(days=2),
        authority="",
        everywhere=False,
        contact="desk",
    )
    place_holds(by=ana, holds=[hold])
    open_round(by=world.by("AG/coordinator"), due_at=START + timedelta(days=1))
    with acting(deda):
        found = {"hold": str(held.holds()[0]["id"]), "round_id": str(held.rounds()[0].id)}
    with acting(ana):
        found["import_id"] = str(records.imports(limit=1)[0]["id"])
    sequence()
    release = releases.propose(by=world.by("AG/coordinator"))
    token = new_token(by=world.outside("AG/admin"), person=world.people["AG/deputy"].person, label="t")
    return found | {
        "item": str(items[0]),
        "which": str(asked.request),
        "alarm": str(alarm),
        "release": str(release),
        "person": str(world.people["RS/ana"].person),
        "token": str(token.id),
        "batch": str(uuid4()),
        "search": str(uuid4()),
        "kind": "life",
        "form": "csv",
        "number": "1",
        "pk": "1",
        "digest": "sha256:" + "5a" * 32,
        "slug": "tco",
        "provider_id": "none",
        "secret": "a" * 32,
    }
