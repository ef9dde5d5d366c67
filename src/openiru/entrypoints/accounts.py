"""Whom a demonstration can be seen as: one person for every role. Every other instance has none."""

from __future__ import annotations

from openiru.core.vocabulary import Environment, Role
from openiru.foundation.people.sessions import demo_cast
from openiru.settings import CONFIG

#: Where a click signs in as one of them.
DOOR = "/signin/demo"


def accounts(unit: str = "") -> dict[str, str]:
    """Role -> ``UNIT/handle`` of somebody who has it, of ``unit`` where it has such a person. Empty outside a demonstration."""
    if CONFIG.environment is not Environment.DEMO:
        return {}
    found: dict[str, str] = {}
    for one in sorted(demo_cast(), key=lambda one: one["unit_code"] != unit):
        for role in one["roles"]:
            found.setdefault(role, f"{one['unit_code']}/{one['handle']}")
    return {role.value: found[role.value] for role in Role if role.value in found}
