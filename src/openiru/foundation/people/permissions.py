"""Who may do what, on one page. Commands ask here; docs/reference/permissions.md is made from this table.

Nobody may switch off the two persons, the exceptions, the ledger or the overseer: there is no verb for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openiru.core.errors import PermissionDeniedError, UsageError
from openiru.core.vocabulary import Role
from openiru.foundation.database.acting import Now

R = Role

#: verb -> the roles that may do it.
MAY: Final[dict[str, frozenset[Role]]] = {
    "unit.add": frozenset({R.ADMINISTRATOR, R.SERVICE}),
    "person.add": frozenset({R.ADMINISTRATOR, R.SERVICE}),
    "person.revoke": frozenset({R.ADMINISTRATOR, R.SERVICE}),
    "person.roles": frozenset({R.ADMINISTRATOR, R.SERVICE}),
    "token.issue": frozenset({R.ADMINISTRATOR, R.SERVICE}),
    # Of somebody else; everybody sees and withdraws their own.
    "token.withdraw": frozenset({R.ADMINISTRATOR, R.SERVICE}),
    "directory.edit": frozenset({R.COORDINATOR, R.PROVIDER_LIAISON, R.ADMINISTRATOR, R.SERVICE}),
    "mandate.propose": frozenset({R.COORDINATOR, R.ISSUING_OFFICER}),
    "mandate.confirm": frozenset({R.COORDINATOR, R.ISSUING_OFFICER}),
    "operation.open": frozenset({R.COORDINATOR}),
    "operation.close": frozenset({R.COORDINATOR}),
    "operation.join": frozenset({R.COORDINATOR}),
    "clock.set": frozenset({R.COORDINATOR, R.SERVICE}),
    "contribute": frozenset({R.ANALYST, R.SECOND_ASSESSOR, R.COORDINATOR}),
    "contribute.undo": frozenset({R.ANALYST, R.SECOND_ASSESSOR, R.COORDINATOR}),
    # The marking of what one's own unit contributed.
    "contribute.mark": frozenset({R.ANALYST, R.SECOND_ASSESSOR, R.COORDINATOR}),
    "item.read": frozenset(set(R) - {R.ADMINISTRATOR, R.PROVIDER, R.DATA_PROTECTION_OFFICER}),
    "item.resolve": frozenset({R.ANALYST, R.SECOND_ASSESSOR, R.COORDINATOR, R.SERVICE}),
    "hold.place": frozenset({R.ANALYST, R.DECONFLICTION_OFFICER}),
    "hold.release": frozenset({R.DECONFLICTION_OFFICER}),
    "hold.override": frozenset({R.ISSUING_OFFICER, R.DECONFLICTION_OFFICER}),
    "hold.expire": frozenset({R.SERVICE}),
    "list.export": frozenset({R.DECONFLICTION_OFFICER, R.COORDINATOR}),
    "round.open": frozenset({R.COORDINATOR, R.DECONFLICTION_OFFICER}),
    "round.answer": frozenset({R.DECONFLICTION_OFFICER}),
    # For a unit without access: its answer comes as a file and is entered by a desk that takes part.
    "round.enter": frozenset({R.DECONFLICTION_OFFICER, R.COORDINATOR}),
    "round.close": frozenset({R.COORDINATOR}),
    # The coordinator assesses nothing and settles no disagreement.
    "assess": frozenset({R.ANALYST, R.SECOND_ASSESSOR}),
    "assess.wide": frozenset({R.ANALYST, R.SECOND_ASSESSOR}),
    "assess.void": frozenset({R.SERVICE}),
    # To take on what needs another language, and to give the words in it.
    "translate": frozenset({R.ANALYST, R.SECOND_ASSESSOR, R.DECONFLICTION_OFFICER}),
    # To see what was raised, and to say to whom it was handed over.
    "alarm.hand_over": frozenset({R.ANALYST, R.SECOND_ASSESSOR, R.ISSUING_OFFICER, R.COORDINATOR}),
    "referral.prepare": frozenset({R.COORDINATOR, R.ISSUING_OFFICER}),
    "referral.send": frozenset({R.ISSUING_OFFICER, R.COORDINATOR, R.SERVICE}),
    "referral.settle": frozenset({R.ISSUING_OFFICER, R.COORDINATOR}),
    "referral.withdraw": frozenset({R.ISSUING_OFFICER, R.COORDINATOR}),
    "referral.answer": frozenset({R.PROVIDER_LIAISON, R.COORDINATOR, R.SERVICE}),
    # A new link to the provider's page, or the end of one; who has it may answer one letter and write about it.
    "referral.link": frozenset({R.ISSUING_OFFICER, R.PROVIDER_LIAISON, R.COORDINATOR}),
    "referral.portal": frozenset({R.PROVIDER}),
    "verify": frozenset({R.COORDINATOR, R.ANALYST, R.SERVICE}),
    "report": frozenset(
        {
            R.COORDINATOR,
            R.OVERSEER,
            R.ANALYST,
            R.ISSUING_OFFICER,
            R.PROSECUTOR,
            R.DATA_PROTECTION_OFFICER,
            R.SERVICE,
        }
    ),
    "statement.read": frozenset(
        {R.COORDINATOR, R.ISSUING_OFFICER, R.DECONFLICTION_OFFICER, R.ANALYST, R.PROSECUTOR, R.OVERSEER}
    ),
    "statement.propose": frozenset({R.COORDINATOR}),
    # For one's own unit; the coordinator also enters what an authority without a desk said.
    "statement.sign": frozenset({R.COORDINATOR, R.ISSUING_OFFICER, R.DECONFLICTION_OFFICER}),
    "statement.release": frozenset({R.COORDINATOR, R.ISSUING_OFFICER}),
    # Events without content: what happened, when, by which pseudonym.
    "event.read": frozenset({R.OVERSEER, R.DATA_PROTECTION_OFFICER}),
    # Samples of decisions, recommendations that must be answered.
    "oversee": frozenset({R.OVERSEER}),
    "oversee.answer": frozenset({R.COORDINATOR}),
    "notice.post": frozenset({R.COORDINATOR}),
    "system.read": frozenset({R.ADMINISTRATOR, R.OVERSEER}),
    "ledger.read": frozenset(
        {R.OVERSEER, R.COORDINATOR, R.ADMINISTRATOR, R.PROSECUTOR, R.DATA_PROTECTION_OFFICER, R.SERVICE}
    ),
}


def may(now: Now, verb: str) -> bool:
    """Whether one of the acting person's roles may do ``verb``."""
    return bool(now.roles & {role.value for role in MAY[verb]})


def require(now: Now, verb: str) -> None:
    """PermissionDeniedError unless one of the acting person's roles may do ``verb``."""
    if not may(now, verb):
        names = ", ".join(sorted(role.value.replace("_", " ") for role in MAY[verb]))
        raise PermissionDeniedError(
            f"this person may not do that ({verb})", where=verb, hint=f"It takes one of these roles: {names}."
        )


def check_roles(roles: Sequence[Role]) -> None:
    """UsageError unless a person may have these roles: at least one, not that of the machine, nor that of a link."""
    if not roles or {Role.SERVICE, Role.PROVIDER} & set(roles):
        raise UsageError(
            "a person has no role of the machine or of a link" if roles else "a person needs a role",
            where="--role",
            hint="docs/reference/permissions.md shows what each role may do.",
        )
