"""openiru person invite and link: how somebody comes to sign in to the desk."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from typing import Annotated

import typer

from openiru.core.errors import UsageError
from openiru.entrypoints.cli.members import Names, named_people
from openiru.entrypoints.cli.options import As, Json
from openiru.entrypoints.cli.output import Output
from openiru.entrypoints.cli.people import person
from openiru.entrypoints.cli.session import start

__all__ = ["person"]


@person.command("invite")
def person_invite(names: Names, *, as_: As = "", json: Json = False) -> None:
    """Make codes with which these people enrol at the desk, once, within 72 hours. They are shown once: hand them over."""
    start()
    from openiru.foundation.people.commands_signin import invite
    from openiru.settings import CONFIG

    by, ids = named_people(as_, names)
    made = {one.person: one for one in invite(by=by, people=list(ids.values()))}
    told = [
        {"person": name, "code": made[one].code, "expires_at": made[one].expires_at}
        for name, one in ids.items()
    ]
    Output(as_json=json).answer(
        {"invited": told, "at": f"{CONFIG.origin}/signin/enrol"},
        *(f"{one['person']}  {one['code']}" for one in told),
        f"They open {CONFIG.origin}/signin/enrol",
    )


@person.command("link")
def person_link(
    name: Annotated[str, typer.Argument(metavar="UNIT/HANDLE", help="Who comes from the organisation.")],
    *,
    organisation: Annotated[
        str, typer.Option("--organisation", help="Its id in OPENIRU_ORGANISATIONS_FILE.")
    ],
    subject: Annotated[str, typer.Option("--subject", help="What the organisation calls the person (sub).")],
    as_: As = "",
    json: Json = False,
) -> None:
    """Let the sign-in of an organisation lead to a person, by issuer and subject; never by an address of mail."""
    start()
    from allauth.socialaccount import app_settings as social

    from openiru.foundation.people.commands_signin import link_organisation

    known = {one["provider_id"] for one in social.PROVIDERS["openid_connect"]["APPS"]}
    if organisation not in known:
        raise UsageError(
            f"there is no organisation {organisation}",
            where="--organisation",
            hint="OPENIRU_ORGANISATIONS_FILE names those whose sign-in is taken.",
        )
    by, ids = named_people(as_, [name])
    link_organisation(by=by, person=ids[name], provider=organisation, subject=subject)
    Output(as_json=json).answer(
        {"person": name, "organisation": organisation}, f"{name} comes from {organisation}."
    )
