"""Units, the people of one's own unit, and access tokens; each change says what it will do before it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from openiru.core.errors import ConflictError, UsageError
from openiru.core.vocabulary import LegalProfile, Role
from openiru.entrypoints.web.frame import ROLES
from openiru.entrypoints.web.reading import an_id, choice
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import (
    PAGE,
    SIGNED_IN,
    Desk,
    done,
    field,
    once_form,
    page,
    paged,
    show,
)
from openiru.foundation.operations.doorway import by_id, id_of, parts_of
from openiru.foundation.operations.fresh import needs_fresh
from openiru.foundation.people import commands, commands_changes, commands_signin, queries
from openiru.foundation.people.permissions import require

#: The roles that a person can be given, with their words.
GIVEN: Final = tuple(
    (role.value, ROLES[role.value]) for role in Role if role not in {Role.SERVICE, Role.PROVIDER}
)
Made = TypeVar("Made")
OVERLAP: Final = timedelta(hours=24)


@page(SIGNED_IN, methods=("GET", "POST"))
def units(desk: Desk) -> HttpResponse:
    """Every unit; posted: add one."""
    if desk.request.method == "POST":
        new = commands.NewUnit(
            **{
                name: field(desk, name, longest=300)
                for name in ("code", "name", "country", "legal_ground", "zone", "contact")
            },
            legal_profile=choice(desk, "legal_profile", LegalProfile),
        )
        once_form(desk, "add_unit", repr(new), lambda: _texts(commands.add_units(by=desk.by, units=[new])))
        return done(desk, reverse("units"), _("The unit is there."))
    (after,) = parts_of(desk.request.GET.get("cursor", ""), [str])
    with acting(desk.by):
        found = queries.units(after=after, limit=PAGE + 1)
    listed = paged(desk, found, lambda row: [row["code"]])
    return show(desk, "desk/units.html", list=listed, profiles=list(LegalProfile))


def _texts(ids: dict[str, UUID]) -> dict[str, str]:
    return {name: str(one) for name, one in ids.items()}


@page("person.add", methods=("GET", "POST"))
def people(desk: Desk) -> HttpResponse:
    """The people of the unit; posted: add one."""
    if desk.request.method == "POST":
        if asked := needs_fresh(desk, back=reverse("people")):
            return asked
        new = commands.NewPerson(
            handle=field(desk, "handle", longest=80),
            display_name=field(desk, "name", longest=200),
            roles=_roles(desk),
        )
        ids = once_form(
            desk, "add_person", repr(new), lambda: _texts(commands.add_people(by=desk.by, people=[new]))
        )
        place = reverse("person", kwargs={"person": ids[new.handle]})
        return done(desk, place, _("The person is a member. A code lets them enrol: make one here."))
    with acting(desk.by) as now:
        require(now, "person.add")
        found = queries.people(after=id_of(desk.request.GET.get("cursor", "")), limit=PAGE + 1)
    return show(desk, "desk/people.html", list=paged(desk, found, by_id), given=GIVEN, words=ROLES)


def _roles(desk: Desk) -> tuple[Role, ...]:
    try:
        return tuple(Role(one) for one in desk.request.POST.getlist("roles")[: len(GIVEN)])
    except ValueError:
        raise UsageError("there is no such role", where="roles") from None


@page("person.add", methods=("GET", "POST"))
def person(desk: Desk, person: UUID) -> HttpResponse:
    """One person of the unit: roles, the end of the membership, a code to enrol; each with what it will do."""
    if desk.request.method == "POST":
        here = reverse("person", kwargs={"person": person})
        return needs_fresh(desk, back=here) or _change(desk, person, here)
    return _person(desk, person)


def _secret(desk: Desk, command: str, body: Any, make: Callable[[], Made]) -> Made:
    """What is shown once and kept nowhere: the answer of the post is the page that bears it. ConflictError when it is posted again."""
    kept: list[Made] = []

    def do() -> bool:
        kept.append(make())
        return True

    once_form(desk, command, body, do)
    if not kept:
        raise ConflictError(
            "this was done already, and what it made was shown once",
            hint="Make another one if you have lost it.",
        )
    return kept[0]


def _person(desk: Desk, who: UUID, code: Any = None) -> HttpResponse:
    with acting(desk.by) as now:
        require(now, "person.add")
        row, held = queries.person(who), queries.tokens([who])
    return show(
        desk,
        "desk/person.html",
        row=row,
        code=code,
        own=who == desk.by.person,
        tokens=[one for one in held if one["works"]],
        given=GIVEN,
        words=ROLES,
    )


def _change(desk: Desk, who: UUID, here: str) -> HttpResponse:
    act = field(desk, "act", longest=9)
    if act == "invite":
        made = _secret(desk, "invite", str(who), lambda: commands_signin.invite(by=desk.by, people=[who])[0])
        return _person(desk, who, made)
    if act == "roles":
        roles = _roles(desk)

        def set_roles() -> list[str]:
            return list(commands_changes.set_roles(by=desk.by, people=[(who, roles)])[0].after)

        once_form(desk, "set_roles", [str(who), sorted(roles)], set_roles)
        return done(desk, here, _("The roles hold from the next act on."))
    if act != "revoke":
        raise UsageError("this page knows no such act", where="act", hint="Open the page again.")

    def revoke() -> list[str]:
        return [str(one) for one in commands_changes.revoke_people(by=desk.by, people=[who])]

    ended = once_form(desk, "revoke_person", str(who), revoke)
    return done(desk, here, _("The membership has ended, and %(n)s tokens with it.") % {"n": len(ended)})


@page(SIGNED_IN, methods=("GET", "POST"))
def tokens(desk: Desk) -> HttpResponse:
    """Access tokens: one's own, and for administrators the unit's; posted: issue, rotate, withdraw."""
    if desk.request.method == "POST":
        return _token(desk, field(desk, "act", longest=9))
    return _tokens(desk)


def _tokens(desk: Desk, made: commands.Issued | None = None) -> HttpResponse:
    whole = desk.may("token.issue")
    with acting(desk.by):
        mine = () if whole else (desk.by.person,)
        found = queries.tokens(mine, after=id_of(desk.request.GET.get("cursor", "")), limit=PAGE + 1)
        members = [one for one in queries.people(limit=500) if one["active_to"] is None] if whole else []
    return show(
        desk, "desk/tokens.html", list=paged(desk, found, by_id), members=members, made=made, whole=whole
    )


def _token(desk: Desk, act: str) -> HttpResponse:
    if act == "withdraw":
        which = an_id(field(desk, "token", longest=40))

        def withdraw() -> list[str]:
            return [str(one) for one in commands_changes.withdraw_tokens(by=desk.by, tokens=[which])]

        once_form(desk, "withdraw_token", str(which), withdraw)
        return done(desk, reverse("tokens"), _("The token has ended: nothing can use it any more."))
    if asked := needs_fresh(desk, back=reverse("tokens")):
        return asked
    if act == "issue":
        whose, label = an_id(field(desk, "person", longest=40)), field(desk, "label", longest=100)

        def issue() -> commands.Issued:
            return commands.new_token(by=desk.by, person=whose, label=label)

        return _tokens(desk, _secret(desk, "issue_token", [str(whose), label], issue))
    if act == "rotate":
        which = an_id(field(desk, "token", longest=40))

        def rotate() -> commands.Issued:
            return commands.rotate_token(by=desk.by, token=which, overlap=OVERLAP)

        return _tokens(desk, _secret(desk, "rotate_token", str(which), rotate))
    raise UsageError("this page knows no such act", where="act", hint="Open the page again.")
