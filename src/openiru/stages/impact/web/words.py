"""Words for what figures are called in the programs and the database: marked for translation, once."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from openiru.foundation.operations.words import DECISIONS, VERDICTS

STEPS: Final[dict[str, Any]] = {
    "contributed": _("Contributed"),
    "distinct": _("Distinct items"),
    "first_verdict": _("First verdict in"),
    "assessed": _("Second verdict in"),
    "not_referred": _("Not referred"),
    "decided": _("Decided"),
    "referred": _("Referred"),
    "answered": _("Answered"),
    "acted": _("Acted on"),
    "refused": _("Refused"),
    "gone": _("Verified gone"),
    "silent": _("Silent"),
    "held": _("Held"),
    "already_gone": _("Already gone"),
    "prepared": _("Prepared"),
    "transcribed": _("Transcribed"),
    "withdrawn": _("Withdrawn"),
    "restricted": _("Restricted"),
    "inconclusive": _("Inconclusive"),
    "reinstated": _("Reinstated"),
    "duplicates_prevented": _("Duplicates prevented"),
}
REASONS: Final[dict[str, Any]] = {
    "named by another contribution": _("named by another contribution already"),
    "needs an expert or another language": _("needs an expert or another language"),
    "one verdict is in": _("one verdict is in"),
    "not begun": _("nobody has begun"),
    "already gone": _("already gone"),
    "written to disk only": _("written to disk only"),
    "not prepared yet": _("not prepared yet"),
    "still there": _("still there"),
    "in dispute": _("in dispute"),
    "no reason stated": _("no reason stated"),
    "outside_mandate": _("outside the mandate"),
    "education": _("education"),
    "journalism": _("journalism"),
    "art": _("art"),
    "research": _("research"),
    "counter_speech": _("counter-speech"),
    "public_debate": _("public debate"),
}
#: What an item in a state waits for.
WAITS: Final[dict[str, Any]] = {
    "seen": _("wait for a first verdict"),
    "in_assessment": _("wait for a second verdict"),
    "disputed": _("wait for a third person"),
    "parked": _("wait for an expert or another language"),
    "wait:decided": _("wait to be prepared"),
    "wait:prepared": _("wait to be sent"),
    "wait:referred": _("wait for an answer of the provider"),
}
DELIVERY: Final[dict[str, Any]] = {
    "sending": _("being sent"),
    "sent": _("sent"),
    "deferred": _("deferred"),
    "bounced": _("came back"),
    "unknown": _("nobody knows"),
}
OTHERS: Final[dict[str, Any]] = {
    "platform": _("Platform"),
    "provider": _("Provider"),
    "unit": _("Unit"),
    "language": _("Language"),
    "kind": _("Kind"),
    "group": _("Group"),
    "not stated": _("not stated"),
    "works": _("Works"),
    "platforms": _("Platforms"),
    "providers": _("Providers"),
    "units": _("Units"),
    "languages": _("Languages"),
    "kinds": _("Kinds"),
    "groups": _("Groups"),
    "removal_rate": _("Removal rate"),
}
#: What providers answered, as figures name it: without the beginning of the register, in small letters.
ANSWERS: Final[dict[str, Any]] = {
    name.removeprefix("DECISION_").replace("_", " ").lower(): said for name, said in DECISIONS.items()
}
WORDS: Final[dict[str, Any]] = {**ANSWERS, **VERDICTS, **OTHERS, **DELIVERY, **REASONS, **WAITS, **STEPS}


def of(name: str) -> str:
    """The word for ``name``; itself without underscores where there is none."""
    return str(WORDS[name]) if name in WORDS else name.replace("_", " ")


def waits(state: str) -> str:
    """What an item in ``state`` waits for."""
    return of(f"wait:{state}" if f"wait:{state}" in WORDS else state)
