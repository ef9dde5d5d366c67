"""Who asks: the person whose token the request bears (RFC 6750). The database checks the token again with every act."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from openiru.core.errors import NotFoundError
from openiru.foundation.database.acting import By
from openiru.foundation.people.queries import by_token

#: No token is longer; what is longer is not looked up.
LONGEST = 200


class Bearer(HttpBearer):
    """``Authorization: Bearer oiru_…``."""

    openapi_name = "token"

    def authenticate(self, request: HttpRequest, token: str) -> By | None:  # noqa: ARG002 - ninja's signature
        """The person who holds the token, or None when it is unknown, withdrawn or expired."""
        if len(token) > LONGEST or "\x00" in token:
            return None
        try:
            return by_token(token)
        except NotFoundError:
            return None
