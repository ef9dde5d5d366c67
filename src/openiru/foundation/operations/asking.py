"""Who may ask a route of the programming interface: the policy beside each route, kept before its body is read.

``@router.post("/…", auth=Asks("hold.place"), …)`` is for the interface what ``@page("hold.place")`` is for pages. The command asks again;
here the answer is the same whatever the body says, so that a refusal tells nothing of what is there. A house test fails for a route
without a policy.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from ninja.security import HttpBearer

from openiru.core import errors
from openiru.foundation.database.acting import By, acting
from openiru.foundation.people.permissions import MAY, may, require
from openiru.foundation.people.queries import by_token

#: No token is longer; what is longer is not looked up.
LONGEST: Final = 200


class Asks(HttpBearer):
    """``Authorization: Bearer oiru_…`` of a person whose role may do one of ``verbs``; none: everybody who has a token."""

    openapi_name = "token"

    def __init__(self, *verbs: str) -> None:
        unknown = [verb for verb in verbs if verb not in MAY]
        if unknown:
            raise errors.UsageError(f"there is no verb {unknown[0]}", where="people/permissions.py")
        super().__init__()
        self.verbs: Final = verbs

    def authenticate(self, request: HttpRequest, token: str) -> By | None:  # noqa: ARG002 - ninja's signature
        """The person who holds the token, or None when it is unknown, withdrawn or expired.

        PermissionDeniedError when none of the person's roles may do what the route is for.
        """
        if len(token) > LONGEST or "\x00" in token:
            return None
        try:
            by = by_token(token)
        except errors.NotFoundError:
            return None
        if self.verbs:
            with acting(by) as now:
                if not any(may(now, verb) for verb in self.verbs):
                    require(now, self.verbs[0])
        return by
