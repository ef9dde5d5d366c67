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
    given = (1 if parts.query else 0) | (2 if parts.fragment else 0) | (4 if sub else 0)
    for rule, patterns in platform.candidates(path[1:cut] if cut > 0 else path[1:], given):
        for pattern in patterns:
            hit = pattern.fullmatch(path)
            if hit is not None:
                captured = Captured(hit.groupdict())
                if _rest(rule, parts, captured, sub, platform, generic):
                    return rule, captured
                break
    return None


def _rest(
    rule: Rule, parts: Parts, captured: Captured, sub: str, platform: Platform, generic: GenericRules
) -> bool:
    """Whether everything but the path fits; captures on the way."""
    if rule.sub is not None:
        if not rule.sub.fullmatch(sub):
            return False
        captured["sub"] = sub
    if rule.search is not None:
        hit = rule.search.fullmatch(without_tracking(parts.query, generic, platform.tracking))
        if hit is None:
            return False
        captured.update(hit.groupdict())
    if rule.query and not _query(rule, parts.query, captured):
        return False
    if rule.fragments and not _fragment(rule, parts.fragment, captured):
        return False
    return not (rule.lower or rule.convert) or _spell(rule, captured)


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
