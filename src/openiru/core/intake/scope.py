"""What an operation is about. An item outside is flagged, never dropped; people decide what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openiru.core.vocabulary import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The limits of an operation. An empty set is no limit. ``mandate_kinds`` stand in the mandate."""

    themes: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    mandate_kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an item. Empty is unknown, and unknown is never outside."""

    theme: str = ""
    platform: str = ""
    language: str = ""
    group: str = ""
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason why an item lies outside. ``code`` is stable."""

    code: str
    message: str


def flags(facts: Facts, scope: Scope) -> list[Flag]:
    """Why ``facts`` lie outside ``scope``; empty when nothing known does."""
    return list(_flags(facts, scope))


def _flags(facts: Facts, scope: Scope) -> Iterator[Flag]:
    for name, value, allowed in (
        ("theme", facts.theme, scope.themes),
        ("platform", facts.platform, scope.platforms),
        ("group", facts.group, scope.groups),
    ):
        if value and allowed and value not in allowed:
            yield Flag(f"{name}-outside", f"The {name} {value} is not in the operation's scope.")
    if facts.language and scope.languages and not _covers(scope.languages, facts.language):
        yield Flag("language-outside", f"The language {facts.language} is not in the operation's scope.")
    if facts.kind is not None and scope.mandate_kinds and facts.kind not in scope.mandate_kinds:
        yield Flag("kind-outside", f"The mandate does not cover the kind {facts.kind}.")


def _covers(languages: frozenset[str], tag: str) -> bool:
    """``sr`` covers ``sr-Latn``; ``sr-Latn`` does not cover ``sr``."""
    return tag in languages or tag.split("-", 1)[0] in languages
