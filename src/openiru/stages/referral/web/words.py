"""What the pages of referral say: one word for each state of a letter, each decision, each rule and each reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from openiru.core.verification.confirm import Standing
from openiru.core.vocabulary import DeliveryState, Instrument, LegalProfile, Outcome

Words = Mapping[str, Any]
S = DeliveryState

#: State of a letter -> (word, what it means, the shape of desk.css).
DELIVERY: Final[Mapping[str, tuple[Any, Any, str]]] = {
    S.PREPARED: (_("prepared"), _("Written, and waits for a person to let it go."), "inconclusive"),
    S.SENDING: (_("being sent"), _("A machine has it; in a moment it is known how it went."), "restricted"),
    S.SENT: (_("sent"), _("The provider's server has taken it."), "gone"),
    S.DEFERRED: (
        _("deferred"),
        _("The provider's server asked to come again later; it is tried again by itself."),
        "restricted",
    ),
    S.BOUNCED: (_("came back"), _("The letter did not arrive."), "live"),
    S.UNKNOWN: (_("unknown"), _("Nobody knows whether it left. A person finds out and settles it."), "live"),
    S.WITHDRAWN: (_("given back"), _("It never arrived; its items are free again."), "neutral"),
    S.TRANSCRIBED: (
        _("written to disk"),
        _("Written to a file and sent to nobody; nothing counts as referred."),
        "neutral",
    ),
}
KINDS: Final[Words] = {
    "referral": _("referral"),
    "correction": _("correction"),
    "withdrawal": _("withdrawal"),
}
CHANNELS: Final[Words] = {"email": _("e-mail"), "transcript": _("file on disk")}
INSTRUMENTS: Final[Words] = {
    Instrument.REFERRAL: _("referral"),
    Instrument.NOTICE: _("notice"),
    Instrument.REMOVAL_ORDER: _("removal order"),
}
PROFILES: Final[Words] = {
    LegalProfile.EU_COMPETENT_AUTHORITY: _("a competent authority of a Member State"),
    LegalProfile.MEMBER_STATE_UNIT: _("a unit of a Member State"),
    LegalProfile.THIRD_COUNTRY_UNIT: _("a unit of a third country"),
    LegalProfile.AGENCY: _("an agency"),
}
#: Why an item cannot go (fitness.Refusal.code) -> (in words, what to do).
REFUSALS: Final[Mapping[str, tuple[Any, Any]]] = {
    "state": (_("Not decided"), _("Two people assess it first.")),
    "unresolved": (
        _("A shortener that was not followed"),
        _("Follow it: the item then stands for where it leads."),
    ),
    "extent": (_("Covers too much"), _("Refer the single pieces; there is no way for the whole.")),
    "two-persons": (_("Two verdicts do not stand"), _("Two people assess it anew on what is known now.")),
    "wide": (
        _("More than one piece of content"),
        _("Complete the proposal: proof, a second unit, the overseer told."),
    ),
    "on-batch": (_("Still on another batch"), _("Give that batch back, or withdraw its line.")),
    "reinstated": (_("Lawfully put back before"), _("Nothing: such an item is not referred again.")),
    "referred-before": (
        _("Referred before"),
        _("Read what became of it; if it must go again, say why below."),
    ),
    "hold": (_("A hold stands on it"), _("Call the unit that holds it.")),
    "round": (_("A deconfliction round is open on it"), _("Wait for the answers, or close the round.")),
    "provider-unknown": (
        _("Nobody is known who answers for the platform"),
        _("Name the provider of the platform in the directory."),
    ),
    "instrument": (_("The deciding unit may not use this instrument"), _("Let a unit decide that may.")),
    "marking": (_("A marking keeps it back"), _("Ask the unit that contributed it to change the marking.")),
    "assessment": (
        _("The assessment is not complete"),
        _("The assessors name the ground and answer each exception."),
    ),
    "no-address": (_("No address of the provider is known"), _("Add its address to the directory.")),
    "not-here": (_("Not in this operation"), _("Open the page again.")),
}
OTHER_REFUSAL: Final = (_("Something stands against it"), _("Read the reason beside it."))
#: Rules of sending (checklist.Rule.code).
RULES: Final[Words] = {
    "lines": _("There is a line left on it"),
    "people": _("Every line stands on two verdicts of two people"),
    "unchanged": _("Nothing that the assessors were shown has changed"),
    "held": _("No hold and no open round stands against a line"),
    "reinstated": _("Nothing on it was lawfully put back before"),
    "marking": _("Every marking lets its line go to this provider"),
    "wide": _("What covers more than one piece has its proposal, and the overseer was told"),
    "abroad": _("Disclosures to third countries are written down when it is sent"),
    "letter": _("The letter is the one that was prepared"),
    "channel": _("The way to the provider can be used"),
}
STANDINGS: Final[Words] = {
    "": _("all"),
    "open": _("not answered"),
    "acted": _("acted on"),
    "refused": _("refused"),
    "other": _("answered otherwise"),
    "withdrawn": _("withdrawn"),
}
#: What an answer may be asked for by on the list of answers.
EFFECTS: Final[Words] = {
    "acted": _("acted on"),
    "refused": _("refused"),
    "neither": _("nothing decided"),
    "reinstated": _("put back"),
}
READINGS: Final[Words] = {
    "new": _("new"),
    "new_version": _("another word than before"),
    "same": _("known already"),
    "refused": _("cannot be applied"),
}


#: What the looks say of an item, or of one look -> (word, the shape of desk.css). The pages of verification say it so too.
OUTCOMES: Final[Mapping[str, tuple[Any, str]]] = {
    Outcome.GONE: (_("gone"), "gone"),
    Outcome.LIVE: (_("live"), "live"),
    Outcome.RESTRICTED: (_("restricted"), "restricted"),
    Outcome.MOVED: (_("moved"), "restricted"),
    Outcome.INCONCLUSIVE: (_("inconclusive"), "inconclusive"),
    Standing.UNSEEN: (_("not known"), "inconclusive"),
    Standing.UNCONFIRMED: (_("gone once, not confirmed"), "inconclusive"),
    Standing.RETURNED: (_("is back"), "live"),
    Standing.FLAPPING: (_("gone and back again"), "live"),
}


def outcome(value: object) -> tuple[Any, str]:
    """Word and shape of an outcome."""
    key = str(getattr(value, "value", value))
    return OUTCOMES.get(key or Standing.UNSEEN.value, (key, "inconclusive"))


def delivery(value: object) -> tuple[Any, Any, str]:
    """Word, meaning and shape of a state of delivery."""
    key = str(getattr(value, "value", value))
    return DELIVERY.get(key, (key, "", "neutral"))


def refusal(code: str) -> tuple[Any, Any]:
    """In words why an item cannot go, and what to do."""
    return REFUSALS.get(code, OTHER_REFUSAL)
