"""Who may sit on the bench: whoever assesses, and nobody who leads, serves or watches."""

from __future__ import annotations

from openiru.core.errors import PermissionDeniedError
from openiru.core.vocabulary import Role
from openiru.foundation.database.acting import Now
from openiru.foundation.people.permissions import require

#: Whoever has one of these roles leads, serves, prosecutes or watches and assesses nothing, whatever other role they have.
NEVER = frozenset(
    role.value
    for role in (
        Role.COORDINATOR,
        Role.ADMINISTRATOR,
        Role.PROSECUTOR,
        Role.OVERSEER,
        Role.DATA_PROTECTION_OFFICER,
        Role.SERVICE,
    )
)


def require_assessor(now: Now) -> None:
    """PermissionDeniedError unless the acting person assesses, and neither leads, serves nor watches."""
    require(now, "assess")
    if now.roles & NEVER:
        raise PermissionDeniedError(
            "whoever coordinates, administers, prosecutes or oversees assesses nothing",
            hint="Give the assessor an account of their own.",
        )
