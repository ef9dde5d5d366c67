"""What may go to whom: Traffic Light Protocol 2.0 (FIRST, 2022), PAP (MISP taxonomy), own restriction.

A "no" of TLP or of a restriction can be lifted by the contributor, item by item, as TLP 2.0 provides ("obtain
explicit permission from the source"); this is the ``consents`` of :func:`decide`. A "no" of PAP concerns
deeds that the other side can notice and is lifted in the same way.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from openiru.core.errors import MarkingError
from openiru.core.vocabulary import Pap, Tlp


class Use(StrEnum):
    """To whom a contribution goes, or what is done with it."""

    OWN_UNIT = "own_unit"
    OPERATION = "operation"
    PROVIDER_LETTER = "provider_letter"
    PUBLIC_STATEMENT = "public_statement"
    THIRD_COUNTRY = "third_country"
    LOOK_ONLINE = "look_online"


class Restriction(StrEnum):
    """The restrictions that a contributor can write so that a machine understands them."""

    NONE = ""
    OWN_UNIT_ONLY = "own_unit_only"
    NO_PROVIDER = "no_provider"
    NO_THIRD_COUNTRY = "no_third_country"
    NO_PUBLIC = "no_public"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may go, and if not, by what rule, in plain words."""

    allowed: bool
    reason: str = ""


_OPEN: Final = frozenset(Use)
_CLOSED: Final = frozenset({Use.OWN_UNIT, Use.LOOK_ONLINE})

#: TLP → uses it allows without asking. LOOK_ONLINE is PAP's business.
TLP_ALLOWS: Final[dict[Tlp, frozenset[Use]]] = {
    Tlp.CLEAR: _OPEN,
    Tlp.GREEN: _OPEN - {Use.PUBLIC_STATEMENT},
    Tlp.AMBER: _CLOSED | {Use.OPERATION},
    Tlp.AMBER_STRICT: _CLOSED,
    Tlp.RED: _CLOSED,
}

#: PAP → uses it forbids: what the other side can notice. A referral is noticed; so is a look of ours.
PAP_FORBIDS: Final[dict[Pap, frozenset[Use]]] = {
    Pap.CLEAR: frozenset(),
    Pap.GREEN: frozenset(),
    Pap.AMBER: frozenset({Use.PROVIDER_LETTER, Use.LOOK_ONLINE}),
    Pap.RED: frozenset({Use.PROVIDER_LETTER, Use.LOOK_ONLINE}),
}

RESTRICTION_FORBIDS: Final[dict[Restriction, frozenset[Use]]] = {
    Restriction.NONE: frozenset(),
    Restriction.OWN_UNIT_ONLY: _OPEN - _CLOSED,
    Restriction.NO_PROVIDER: frozenset({Use.PROVIDER_LETTER}),
    Restriction.NO_THIRD_COUNTRY: frozenset({Use.THIRD_COUNTRY}),
    Restriction.NO_PUBLIC: frozenset({Use.PUBLIC_STATEMENT}),
}

#: Words that no machine understands keep the contribution inside the operation until a person has read them.
UNREAD_FORBIDS: Final = _OPEN - _CLOSED - {Use.OPERATION}


def decide(
    use: Use, *, tlp: Tlp, pap: Pap, restriction: str = "", consents: AbstractSet[Use] = frozenset()
) -> Decision:
    """Whether a contribution marked so may be put to ``use``. The first rule that forbids it is named."""
    if use in consents:
        return Decision(True, "the contributor agreed")
    if use not in TLP_ALLOWS[tlp]:
        return Decision(False, f"TLP:{tlp.name.replace('_', '+')} does not go to {_plain(use)}")
    if use in PAP_FORBIDS[pap]:
        return Decision(False, f"PAP:{pap.name} forbids {_plain(use)}: the other side would notice")
    return _restricted(use, restriction)


def _restricted(use: Use, restriction: str) -> Decision:
    wording = restriction.strip().lower()
    try:
        forbidden = RESTRICTION_FORBIDS[Restriction(wording)]
    except ValueError:
        if use in UNREAD_FORBIDS:
            return Decision(False, "the contributor wrote a restriction that a person must read first")
        return Decision(True)
    if use in forbidden:
        return Decision(False, f"the contributor's restriction forbids {_plain(use)}")
    return Decision(True)


def ensure(
    use: Use, *, tlp: Tlp, pap: Pap, restriction: str = "", consents: AbstractSet[Use] = frozenset()
) -> None:
    """Raise :class:`MarkingError` when :func:`decide` says no."""
    decision = decide(use, tlp=tlp, pap=pap, restriction=restriction, consents=consents)
    if not decision.allowed:
        raise MarkingError(decision.reason, hint="Ask the contributor for consent to this use of this item.")


def _plain(use: Use) -> str:
    return {
        Use.OWN_UNIT: "the own unit",
        Use.OPERATION: "the operation",
        Use.PROVIDER_LETTER: "a letter to a provider",
        Use.PUBLIC_STATEMENT: "a public statement",
        Use.THIRD_COUNTRY: "a third country",
        Use.LOOK_ONLINE: "a look online",
    }[use]
