"""The rules of all platforms, read from TOML once and compiled. The schema stands in ``rules/__init__.py``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

from openiru.core.errors import SettingError
from openiru.core.intake.extent import extent_of
from openiru.core.vocabulary import Extent, Kind
from openiru.engines.addresses.convert import CONVERTERS
from openiru.engines.addresses.generic_rules import GenericRules
from openiru.engines.addresses.templates import WILD, compile_template, compile_type, first_segment

_RULE_FIELDS: Final = frozenset(
    (
        *(
            "name",
            "path",
            "sub",
            "query",
            "search",
            "fragment",
            "kind",
            "extent",
            "key",
            "canonical",
            "account",
        ),
        *("lower", "convert", "why", "resolve", "unwrap", "keep_query"),
    )
)
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
class Rule:
    """One form of address of one platform."""

    platform: str
    name: str
    kind: Kind
    extent: Extent
    paths: tuple[re.Pattern[str], ...]
    firsts: frozenset[str]
    sub: re.Pattern[str] | None
    query: tuple[tuple[str, re.Pattern[str]], ...]
    search: re.Pattern[str] | None
    fragments: tuple[re.Pattern[str], ...]
    key: str
    canonical: str
    account: str
    lower: tuple[str, ...]
    convert: tuple[tuple[str, Callable[[str], str]], ...]
    why: str
    resolve: bool
    unwrap: str
    keep_query: bool


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
    index: Mapping[str, tuple[Rule, ...]] = field(repr=False)

    def candidates(self, segment: str) -> tuple[Rule, ...]:
        """The rules that can fit a path with this first segment, in their order."""
        if self.fold_path:
            segment = segment.lower()
        hit = self.index.get(segment)
        if hit is None:
            hit = self.index.get("@") if segment[:1] == "@" else None
        return self.index[WILD] if hit is None else hit


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
        self.any_host = tuple(p for p in self.platforms if p.any_host)
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
    _known(data, _PLATFORM_FIELDS, f"platform {data['id']!r}")
    fold = bool(data.get("fold_path", False))
    rules = tuple(_rule(r, data["id"], data.get("types", {}), fold=fold) for r in data.get("rule", ()))
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
        index=_index(rules),
    )


def _rule(data: Mapping[str, Any], platform: str, types: Mapping[str, str], *, fold: bool) -> Rule:
    _known(data, _RULE_FIELDS, f"platform {platform!r}, rule {data.get('name')!r}")
    kind = Kind(data["kind"]) if "kind" in data else Kind.OTHER
    paths = _many(data["path"])
    firsts = frozenset(first_segment(p) for p in paths)
    return Rule(
        platform=platform,
        name=data["name"],
        kind=kind,
        extent=Extent(data["extent"]) if "extent" in data else extent_of(kind),
        paths=tuple(compile_template(p, types, fold=fold, path=True) for p in paths),
        firsts=frozenset(f.lower() for f in firsts) if fold else firsts,
        sub=compile_type(data["sub"], types) if "sub" in data else None,
        query=tuple((k, compile_type(v, types)) for k, v in data.get("query", {}).items()),
        search=compile_template(data["search"], types) if "search" in data else None,
        fragments=tuple(compile_template(f, types) for f in _many(data.get("fragment", ()))),
        key=data.get("key", ""),
        canonical=data.get("canonical", ""),
        account=data.get("account", ""),
        lower=tuple(data.get("lower", ())),
        convert=tuple((k, CONVERTERS[v]) for k, v in data.get("convert", {}).items()),
        why=data.get("why", ""),
        resolve=bool(data.get("resolve", False)),
        unwrap=data.get("unwrap", ""),
        keep_query=bool(data.get("keep_query", False)),
    )


def _index(rules: Sequence[Rule]) -> dict[str, tuple[Rule, ...]]:
    words = {first for rule in rules for first in rule.firsts} | {WILD, "@"}
    # "/@{user}" is met under "@" whatever the user is called; a literal "@..." does not occur in the rules.
    return {w: tuple(r for r in rules if w in r.firsts or WILD in r.firsts) for w in words}


def _many(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _known(data: Mapping[str, Any], fields: frozenset[str], where: str) -> None:
    strange = set(data) - fields
    if strange:
        raise SettingError(f"Unknown fields in the address rules: {', '.join(sorted(strange))}.", where=where)
