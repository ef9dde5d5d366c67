"""The rules of all platforms, read from TOML once and compiled. The schema stands in ``rules/__init__.py``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
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


@dataclass(frozen=True, slots=True)
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
    rules: tuple[Rule, ...]
    index: Mapping[str, tuple[Cell, ...]] = field(repr=False)
    #: Some rule reads what follows ``#``: where fragments name content, one that no rule reads may name some too.
    reads_fragments: bool = False

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
        self.shapes = _shapes([p for p in self.platforms if p.any_host])
        self.facts: dict[str, Any] = {}

    def with_rules(self, toml: str, *, source: str = "an organisation's rules") -> Rulebook:
        """A new rulebook in which the platforms of this TOML text come before all others."""
        return Rulebook((*read_platforms(toml, source), *self.platforms), self.generic)


@cache
def default_rulebook() -> Rulebook:
    """The rules that come with the package; read and compiled once per process (some 100 ms)."""
    folder = resources.files("openiru.engines.addresses.rules")
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".toml")}
    generic = GenericRules.read(texts.pop("generic.toml"), texts.pop("sensitive.toml"))
    platforms = [p for name in sorted(texts) for p in read_platforms(texts[name], name)]
    return Rulebook(platforms, generic)


def read_platforms(toml: str, source: str) -> list[Platform]:
    """Compile the platforms of one rule file; ``SettingError`` names the file and the rule that is wrong."""
    try:
        data = tomllib.loads(toml)
        return [_platform(p) for p in data["platform"]]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as err:
        raise SettingError(f"The address rules cannot be read: {err}", where=source) from err
    except SettingError as err:
        err.where = f"{source}: {err.where}" if err.where else source
        raise


def _platform(data: Mapping[str, Any]) -> Platform:
    check_fields(data, _PLATFORM_FIELDS, f"platform {data['id']!r}")
    fold = bool(data.get("fold_path", False))
    types = dict(data.get("types", {}))
    if {"name", "service"} <= set(types):
        # The platform's own pages are nobody's name, in whichever form of address they stand.
        types["name"] = f"(?!{any_word(types['service'])}(?:/|$))(?:{types['name']})"
    rules = tuple(read_rule(r, data["id"], types, fold=fold) for r in data.get("rule", ()))
    ignored = data.get("ignored_sub")
    return Platform(
        id=data["id"],
        hosts=tuple(data.get("hosts", ())),
        suffixes=tuple(data.get("suffixes", ())),
        ignored_sub=re.compile(ignored) if ignored else None,
        any_host=bool(data.get("any_host", False)),
        fold_path=fold,
        otherwise=Kind(data.get("otherwise", "other")),
        tracking=frozenset(data.get("tracking", ())),
        rules=rules,
        index=index_of(rules),
        reads_fragments=any(rule.fragments for rule in rules),
    )


def _shapes(platforms: Sequence[Platform]) -> Platform:
    """All platforms that are known by the shape of the path alone, as one: their rules are tried in one go."""
    rules = tuple(r for p in platforms for r in p.rules)
    return Platform("", (), (), None, True, False, Kind.PAGE, frozenset(), rules, index_of(rules))
