"""One rule of a platform: read from its table in TOML and compiled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from openiru.core.errors import SettingError
from openiru.core.intake.extent import REASON_OF_EXTENT, extent_of
from openiru.core.vocabulary import Extent, Kind
from openiru.engines.addresses.convert import CONVERTERS
from openiru.engines.addresses.templates import compile_template, compile_texts, compile_type, first_segment

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
#: With one of these a rule needs more than the path.
_BESIDE_PATH: Final = frozenset({"sub", "query", "search", "fragment", "convert", "unwrap"})
_OWN_ACCOUNT: Final = frozenset({Kind.ACCOUNT, Kind.CHANNEL})
#: Parts that any template may name beside what it captured.
WHOLE: Final = ("host", "scheme", "fullpath", "fullquery", "rawquery", "meaning")


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
    #: Key, canonical form and account as one format, and the parts it takes; without ``key`` the account alone.
    text: str
    names: tuple[str, ...]
    pick: Callable[[Mapping[str, str]], object]
    #: The path alone decides and says everything.
    plain: bool
    #: What it describes is an account or channel itself.
    own: bool


def read_rule(data: Mapping[str, Any], platform: str, types: Mapping[str, str], *, fold: bool) -> Rule:
    """Compile one rule; ``types``: of its platform. Raises ``SettingError``, ``KeyError``, ``ValueError``."""
    check_fields(data, _RULE_FIELDS, f"platform {platform!r}, rule {data.get('name')!r}")
    kind = Kind(data["kind"]) if "kind" in data else Kind.OTHER
    paths = many(data["path"])
    firsts = tuple(first_segment(p) for p in paths)
    extent = Extent(data["extent"]) if "extent" in data else extent_of(kind)
    search = compile_template(data["search"], types) if "search" in data else None
    fragments = tuple(compile_template(f, types) for f in many(data.get("fragment", ())))
    texts = "".join(data.get(name, "") for name in ("key", "canonical", "account"))
    asks_whole = any("{" + name + "}" in texts for name in WHOLE)
    text, names = compile_texts(_written(data, platform))
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
        asks_whole=asks_whole,
        text=text,
        names=names,
        pick=itemgetter(*names),
        plain=bool(data.get("key")) and not asks_whole and not _BESIDE_PATH & set(data),
        own=kind in _OWN_ACCOUNT,
    )


def _written(data: Mapping[str, Any], platform: str) -> list[str]:
    """The templates of what a rule writes, each with the platform before it where that belongs."""
    head = platform.replace("{", "{{").replace("}", "}}") + ":"
    account = head + data["account"] if data.get("account") else ""
    return [head + data["key"], data.get("canonical", ""), account] if data.get("key") else [account]


def _said(platform: str, data: Mapping[str, Any], extent: Extent) -> str:
    reason = "" if extent is Extent.ITEM else REASON_OF_EXTENT[extent]
    return "; ".join(part for part in (f"{platform}: {data['name']}", data.get("why", ""), reason) if part)


def many(value: str | Sequence[str]) -> tuple[str, ...]:
    """One or more texts as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


def check_fields(data: Mapping[str, Any], fields: frozenset[str], where: str) -> None:
    """Refuse a table with fields that nothing reads."""
    strange = set(data) - fields
    if strange:
        raise SettingError(f"Unknown fields in the address rules: {', '.join(sorted(strange))}.", where=where)
