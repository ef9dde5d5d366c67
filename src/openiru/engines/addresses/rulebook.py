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
from openiru.core.intake.extent import REASON_OF_EXTENT, extent_of
from openiru.core.vocabulary import Extent, Kind
from openiru.engines.addresses.convert import CONVERTERS
from openiru.engines.addresses.generic_rules import GenericRules
from openiru.engines.addresses.templates import SIGNS, WILD, compile_template, compile_type, first_segment

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
#: Parts that any template may name beside what it captured.
WHOLE: Final = ("host", "scheme", "fullpath", "fullquery", "rawquery", "meaning")
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
    firsts: tuple[str, ...]
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
    #: What follows saves work for every address: reasons and needs worked out once.
    said: str
    asks_query: bool
    asks_fragment: bool
    asks_whole: bool
    trims: bool


#: A rule with those of its path templates that can fit some first segment.
Candidate = tuple[Rule, tuple[re.Pattern[str], ...]]


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
    index: Mapping[str, tuple[tuple[Candidate, ...], ...]] = field(repr=False)

    def candidates(self, segment: str, given: int) -> tuple[Candidate, ...]:
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
    _known(data, _PLATFORM_FIELDS, f"platform {data['id']!r}")
    fold = bool(data.get("fold_path", False))
    types = dict(data.get("types", {}))
    if {"name", "service"} <= set(types):
        # The platform's own pages are nobody's name, in whichever form of address they stand.
        types["name"] = f"(?!(?i:{types['service']})(?:/|$))(?:{types['name']})"
    rules = tuple(_rule(r, data["id"], types, fold=fold) for r in data.get("rule", ()))
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
    firsts = tuple(first_segment(p) for p in paths)
    extent = Extent(data["extent"]) if "extent" in data else extent_of(kind)
    search = compile_template(data["search"], types) if "search" in data else None
    fragments = tuple(compile_template(f, types) for f in _many(data.get("fragment", ())))
    texts = "".join(data.get(name, "") for name in ("key", "canonical", "account"))
    return Rule(
        platform=platform,
        name=data["name"],
        kind=kind,
        extent=extent,
        paths=tuple(compile_template(p, types, fold=fold, path=True) for p in paths),
        firsts=tuple(f.lower() for f in firsts) if fold else firsts,
        sub=compile_type(data["sub"], types) if "sub" in data else None,
        query=tuple((k, compile_type(v, types)) for k, v in data.get("query", {}).items()),
        search=search,
        fragments=fragments,
        key=data.get("key", ""),
        canonical=data.get("canonical", ""),
        account=data.get("account", ""),
        lower=tuple(data.get("lower", ())),
        convert=tuple((k, CONVERTERS[v]) for k, v in data.get("convert", {}).items()),
        why=data.get("why", ""),
        resolve=bool(data.get("resolve", False)),
        unwrap=data.get("unwrap", ""),
        keep_query=bool(data.get("keep_query", False)),
        said=_said(platform, data, extent),
        asks_query=bool(data.get("query")) or (search is not None and not search.fullmatch("")),
        asks_fragment=bool(fragments) and not any(f.fullmatch("") for f in fragments),
        trims=re.search(r"#\{\w+\}$", data.get("canonical", "")) is not None,
        asks_whole=any("{" + name + "}" in texts for name in WHOLE),
    )


def _said(platform: str, data: Mapping[str, Any], extent: Extent) -> str:
    reason = "" if extent is Extent.ITEM else REASON_OF_EXTENT[extent]
    return "; ".join(part for part in (f"{platform}: {data['name']}", data.get("why", ""), reason) if part)


def _index(rules: Sequence[Rule]) -> dict[str, tuple[tuple[Candidate, ...], ...]]:
    """By first segment: "/@{user}" is met under "@" whatever the user is called, "/{x}" under everything."""
    words = {first for rule in rules for first in rule.firsts} | {WILD, *SIGNS}
    index: dict[str, tuple[tuple[Candidate, ...], ...]] = {}
    for word in words:
        fits = {word, WILD} | ({word[0]} if word[:1] in SIGNS else set())
        pairs = [(r, tuple(p for p, f in zip(r.paths, r.firsts, strict=True) if f in fits)) for r in rules]
        usable = [(rule, paths) for rule, paths in pairs if paths]
        index[word] = tuple(tuple(c for c in usable if _can_fit(c[0], given)) for given in range(8))
    return index


def _can_fit(rule: Rule, given: int) -> bool:
    """Whether a rule can fit an address with these parts (see ``Platform.candidates``)."""
    if (rule.asks_query and not given & 1) or (rule.asks_fragment and not given & 2):
        return False
    return (rule.sub is not None) == bool(given & 4)


def _shapes(platforms: Sequence[Platform]) -> Platform:
    """All platforms that are known by the shape of the path alone, as one: their rules are tried in one go."""
    rules = tuple(r for p in platforms for r in p.rules)
    return Platform("", (), (), None, True, False, Kind.PAGE, frozenset(), rules, _index(rules))


def _many(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _known(data: Mapping[str, Any], fields: frozenset[str], where: str) -> None:
    strange = set(data) - fields
    if strange:
        raise SettingError(f"Unknown fields in the address rules: {', '.join(sorted(strange))}.", where=where)
