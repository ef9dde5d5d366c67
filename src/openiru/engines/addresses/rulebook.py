"""The rules of all platforms, read from TOML once. The schema stands in ``rules/__init__.py``.

The rules of a platform are compiled when the first of its addresses is met: one address asks for one platform of ninety.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from importlib import resources
from typing import Any, Final

from openiru.core.errors import SettingError
from openiru.core.vocabulary import Kind
from openiru.engines.addresses.cells import Cell, index_of
from openiru.engines.addresses.generic_rules import GenericRules
from openiru.engines.addresses.rule import Rule, check_fields, read_rule
from openiru.engines.addresses.templates import SIGNS, WILD, any_word

_PLATFORM_FIELDS: Final = frozenset(
    [
        "id",
        "hosts",
        "suffixes",
        "ignored_sub",
        "any_host",
        "fold_path",
        "otherwise",
        "tracking",
        "types",
        "rule",
    ]
)


@dataclass(frozen=True)
class Platform:
    """One platform: its hosts and, by the first segment of the path, the rules that can fit."""

    id: str
    hosts: tuple[str, ...]
    suffixes: tuple[str, ...]
    ignored_sub: re.Pattern[str] | None
    any_host: bool
    fold_path: bool
    otherwise: Kind
    tracking: frozenset[str]
    read: Callable[[], tuple[Rule, ...]] = field(repr=False, compare=False)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in their order. ``SettingError`` when first asked and one is wrong."""
        return self.read()

    @cached_property
    def index(self) -> Mapping[str, tuple[Cell, ...]]:
        """The rules by first segment (:func:`index_of`)."""
        return index_of(self.rules)

    @cached_property
    def reads_fragments(self) -> bool:
        """Some rule reads what follows ``#``: where fragments name content, one that no rule reads may name some too."""
        return any(rule.fragments for rule in self.rules)

    def cell(self, segment: str, given: int) -> Cell:
        """The rules that can fit a path with this first segment, in their order.

        ``given``: 1 when there is a query, plus 2 for a fragment, plus 4 for a part before a suffix.
        """
        if self.fold_path:
            segment = segment.lower()
        hit = self.index.get(segment)
        if hit is None:
            hit = self.index[segment[0] if segment[:1] in SIGNS else WILD]
        return hit[given]


class Rulebook:
    """All platforms, what every site shares, and a memory of the hosts met (bounded)."""

    def __init__(self, platforms: Sequence[Platform], generic: GenericRules) -> None:
        self.platforms = tuple(platforms)
        self.generic = generic
        self.by_host: dict[str, Platform] = {}
        self.by_suffix: dict[str, Platform] = {}
        for platform in reversed(self.platforms):  # the first platform to name a host keeps it
            self.by_host.update(dict.fromkeys(platform.hosts, platform))
            self.by_suffix.update(dict.fromkeys(platform.suffixes, platform))
        self.facts: dict[str, Any] = {}

    @cached_property
    def shapes(self) -> Platform:
        """All platforms that are known by the shape of the path alone, as one: their rules are tried in one go."""
        rules = tuple(r for p in self.platforms if p.any_host for r in p.rules)
        return Platform("", (), (), None, True, False, Kind.PAGE, frozenset(), lambda: rules)

    def with_rules(self, toml: str, *, source: str = "an organisation's rules") -> Rulebook:
        """A new rulebook in which the platforms of this TOML text come before all others.

        All of them are compiled here: what is wrong with an organisation's rules is told when it gives them.
        """
        own = read_platforms(toml, source)
        for platform in own:
            platform.rules  # noqa: B018 - compiled by being asked for
        return Rulebook((*own, *self.platforms), self.generic)


@cache
def default_rulebook() -> Rulebook:
    """The rules that come with the package; read once per process (some 50 ms)."""
    folder = resources.files("openiru.engines.addresses.rules")
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".toml")}
    generic = GenericRules.read(texts.pop("generic.toml"), texts.pop("sensitive.toml"))
    platforms = [p for name in sorted(texts) for p in read_platforms(texts[name], name)]
    return Rulebook(platforms, generic)


def read_platforms(toml: str, source: str) -> list[Platform]:
    """The platforms of one rule file; ``SettingError`` names the file and what is wrong, of a rule when it is compiled."""
    with _blaming(source):
        return [_platform(data, source) for data in tomllib.loads(toml)["platform"]]


@contextmanager
def _blaming(source: str) -> Iterator[None]:
    try:
        yield
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as err:
        raise SettingError(f"The address rules cannot be read: {err}", where=source) from err
    except SettingError as err:
        err.where = f"{source}: {err.where}" if err.where else source
        raise


def _platform(data: Mapping[str, Any], source: str) -> Platform:
    check_fields(data, _PLATFORM_FIELDS, f"platform {data['id']!r}")
    ignored = data.get("ignored_sub")
    return Platform(
        id=data["id"],
        hosts=tuple(data.get("hosts", ())),
        suffixes=tuple(data.get("suffixes", ())),
        ignored_sub=re.compile(ignored) if ignored else None,
        any_host=bool(data.get("any_host", False)),
        fold_path=bool(data.get("fold_path", False)),
        otherwise=Kind(data.get("otherwise", "other")),
        tracking=frozenset(data.get("tracking", ())),
        read=partial(_rules, data, source),
    )


def _rules(data: Mapping[str, Any], source: str) -> tuple[Rule, ...]:
    with _blaming(source):
        types = dict(data.get("types", {}))
        if {"name", "service"} <= set(types):
            # The platform's own pages are nobody's name, in whichever form of address they stand.
            types["name"] = f"(?!{any_word(types['service'])}(?:/|$))(?:{types['name']})"
        fold = bool(data.get("fold_path", False))
        return tuple(read_rule(rule, data["id"], types, fold=fold) for rule in data.get("rule", ()))
