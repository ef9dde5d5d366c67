"""A draft to and from plain JSON values: the form it has in a command, in the database and in exports.

Strict on the way in: an unknown or missing field is an error, so that nothing is filled in by silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

from openiru.core.assessment.tests import Availability, Draft, ExceptionAnswer, GroundClaim
from openiru.core.errors import InputError
from openiru.core.vocabulary import Ground, ProtectedPurpose, Verdict

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


def draft_to_plain(draft: Draft) -> dict[str, Any]:
    """``draft`` as JSON values (str, int, bool, list, dict, None)."""
    return {
        "availability": draft.availability and draft.availability.value,
        "claims": [{"ground": c.ground.value, "facts": c.facts, "danger": c.danger} for c in draft.claims],
        "exceptions": [
            {"exception": a.exception.value, "applies": a.applies, "reason": a.reason}
            for a in draft.exceptions
        ],
        "group": draft.group,
        "brand": draft.brand,
        "proportionality": draft.proportionality,
        "provider_rule": draft.provider_rule,
        "reasons": draft.reasons,
        "confidence": draft.confidence,
        "verdict": draft.verdict and draft.verdict.value,
    }


def draft_from_plain(data: Mapping[str, Any]) -> Draft:
    """The draft that ``data`` states. Raises :class:`InputError` naming the field at fault."""
    _exactly(data, {f.name for f in fields(Draft)}, "assessment")
    return Draft(
        availability=_choice(Availability, data["availability"], "availability"),
        claims=tuple(_claim(each) for each in _list(data["claims"], "claims")),
        exceptions=tuple(_answer(each) for each in _list(data["exceptions"], "exceptions")),
        group=_text(data["group"], "group"),
        brand=_text(data["brand"], "brand"),
        proportionality=_text(data["proportionality"], "proportionality"),
        provider_rule=_text(data["provider_rule"], "provider_rule"),
        reasons=_text(data["reasons"], "reasons"),
        confidence=_whole(data["confidence"]),
        verdict=_choice(Verdict, data["verdict"], "verdict"),
    )


def _claim(data: Any) -> GroundClaim:
    _exactly(data, {"ground", "facts", "danger"}, "claims")
    danger = data["danger"]
    return GroundClaim(
        ground=_needed(_choice(Ground, data["ground"], "claims.ground"), "claims.ground"),
        facts=_text(data["facts"], "claims.facts"),
        danger=None if danger is None else _text(danger, "claims.danger"),
    )


def _answer(data: Any) -> ExceptionAnswer:
    _exactly(data, {"exception", "applies", "reason"}, "exceptions")
    if not isinstance(data["applies"], bool):
        raise InputError("an exception applies or does not: true or false", where="exceptions.applies")
    return ExceptionAnswer(
        exception=_needed(_choice(ProtectedPurpose, data["exception"], "exceptions"), "exceptions"),
        applies=data["applies"],
        reason=_text(data["reason"], "exceptions.reason"),
    )


def _exactly(data: Any, names: set[str], where: str) -> None:
    if not isinstance(data, Mapping):
        raise InputError("an object with named fields is expected", where=where)
    missing, unknown = sorted(names - set(data)), sorted(set(map(str, data)) - names)
    if missing or unknown:
        raise InputError(
            f"fields missing: {', '.join(missing) or 'none'}; unknown: {', '.join(unknown)[:200] or 'none'}",
            where=where,
            hint=f"Every field is written out: {', '.join(sorted(names))}; null where one does not apply.",
        )


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise InputError("a list is expected", where=where)
    return list(value)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise InputError("text is expected", where=where)
    return value


def _whole(value: Any) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise InputError("a whole number from 0 to 100 is expected", where="confidence")


def _choice(kind: type[E], value: Any, where: str) -> E | None:
    if value is None:
        return None
    try:
        return kind(value)
    except ValueError:
        choices = ", ".join(kind)
        raise InputError("not one of the choices", where=where, hint=f"One of: {choices}.") from None


def _needed(value: T | None, where: str) -> T:
    if value is None:
        raise InputError("a value is needed", where=where)
    return value
