"""Which rule of a platform fits the parts of an address, and what it captures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openiru.engines.addresses.generic_rules import GenericRules, without_tracking
from openiru.engines.addresses.rule import Rule
from openiru.engines.addresses.rulebook import Platform
from openiru.engines.addresses.split import Parts

#: A rule that fits, what its templates captured, and the text it writes when the path alone says it (else empty).
Hit = tuple[Rule, "Captured", str]


class Captured(dict[str, str]):
    """What a rule's templates captured; a part that this form of the address lacks is empty."""

    def __missing__(self, name: str) -> str:
        return ""


_NOTHING: Final = Captured()


def match(platform: Platform, parts: Parts, sub: str, generic: GenericRules) -> Hit | None:
    """The first rule that fits, with what it captured; ``None`` when no rule describes this form."""
    path = parts.path
    cut = path.find("/", 1)
    given = (1 if parts.query else 0) | (2 if parts.fragment else 0) | (4 if sub else 0)
    cell = platform.cell(path[1:cut] if cut > 0 else path[1:], given)
    while cell.candidates:
        hit = (cell.pattern or cell.prepare()).fullmatch(path)
        if hit is None:
            return None
        form = cell.forms[hit.lastindex]
        values: Sequence[str] = hit.group(*form.groups)
        rule = form.rule
        if rule.plain:
            if form.lowered and not path.islower():
                values = _lowered(values, form.lowered)
            return rule, _NOTHING, rule.text % form.pick(values)
        # Behind the names stands the empty group.
        captured = Captured(zip(form.names, values, strict=False)) if form.names else Captured()
        if _rest(rule, parts, captured, sub, platform, generic):
            return rule, captured, ""
        cell = cell.after(form.place)
    return None


def _lowered(values: Sequence[str], places: tuple[int, ...]) -> Sequence[str]:
    out = list(values)
    for place in places:
        out[place] = out[place].lower()
    return out


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
    for name, pattern in rule.query:
        if not _parameter(name, pattern, parts.query, captured):
            return False
    if rule.fragments and not _fragment(rule, parts.fragment, captured):
        return False
    return not (rule.lower or rule.convert) or _spell(rule, captured)


def _parameter(name: str, pattern: re.Pattern[str], query: str, captured: Captured) -> bool:
    if name not in query:
        return False
    found: str | None = None
    for piece in query.split("&"):
        key, _, value = piece.partition("=")
        if key != name or value == found or not pattern.fullmatch(value):
            continue
        if found is not None:
            # Two values that would both do: nobody can tell which of them the platform shows.
            return False
        found = value
    if found is None:
        return False
    captured[name] = found
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
