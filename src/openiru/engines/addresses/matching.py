"""Which rule of a platform fits the parts of an address, and what it captures."""

from __future__ import annotations

import re

from openiru.engines.addresses.generic_rules import GenericRules, without_tracking
from openiru.engines.addresses.rulebook import Platform, Rule
from openiru.engines.addresses.split import Parts


class Captured(dict[str, str]):
    """What a rule's templates captured; a part that this form of the address lacks is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def match(platform: Platform, parts: Parts, sub: str, generic: GenericRules) -> tuple[Rule, Captured] | None:
    """The first rule that fits, with what it captured; ``None`` when no rule describes this form."""
    path = parts.path
    cut = path.find("/", 1)
    for rule in platform.candidates(path[1:cut] if cut > 0 else path[1:]):
        captured = _fit(rule, parts, sub, platform, generic)
        if captured is not None:
            return rule, captured
    return None


def _fit(rule: Rule, parts: Parts, sub: str, platform: Platform, generic: GenericRules) -> Captured | None:
    if (rule.sub is None) == bool(sub):
        return None
    captured = _path(rule, parts.path)
    if captured is None:
        return None
    if rule.sub is not None:
        if not rule.sub.fullmatch(sub):
            return None
        captured["sub"] = sub
    if rule.search is not None:
        hit = rule.search.fullmatch(without_tracking(parts.query, generic, platform.tracking))
        if hit is None:
            return None
        captured.update(hit.groupdict())
    if not (_query(rule, parts.query, captured) and _fragment(rule, parts.fragment, captured)):
        return None
    return captured if _spell(rule, captured) else None


def _path(rule: Rule, path: str) -> Captured | None:
    for pattern in rule.paths:
        hit = pattern.fullmatch(path)
        if hit is not None:
            return Captured(hit.groupdict())
    return None


def _query(rule: Rule, query: str, captured: Captured) -> bool:
    return all(_parameter(name, pattern, query, captured) for name, pattern in rule.query)


def _parameter(name: str, pattern: re.Pattern[str], query: str, captured: Captured) -> bool:
    if name not in query:
        return False
    pairs = (piece.partition("=") for piece in query.split("&"))
    values = {value for key, _, value in pairs if key == name and pattern.fullmatch(value)}
    # Two values that would both do: nobody can tell which of them the platform shows, so the rule does not fit.
    if len(values) != 1:
        return False
    captured[name] = values.pop()
    return True


def _fragment(rule: Rule, fragment: str, captured: Captured) -> bool:
    if not rule.fragments:
        return True
    for pattern in rule.fragments:
        hit = pattern.fullmatch(fragment)
        if hit is not None:
            captured.update(hit.groupdict())
            return True
    return False


def _spell(rule: Rule, captured: Captured) -> bool:
    for name in rule.lower:
        captured[name] = captured[name].lower()
    for name, convert in rule.convert:
        if name not in captured:
            continue
        try:
            captured[name] = convert(captured[name])
        except ValueError:  # not of that kind after all: another rule, or none, describes it
            return False
    return True
