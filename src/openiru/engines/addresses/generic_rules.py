"""What every site shares, as data: tracking parameters, archive and search paths, sensitive hosts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from openiru.core.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class GenericRules:
    """The compiled ``generic.toml`` and ``sensitive.toml``."""

    tracking: frozenset[str]
    tracking_prefixes: tuple[str, ...]
    kinds_of_ending: Mapping[str, Kind]
    collection_segments: frozenset[str]
    search_segments: frozenset[str]
    search_parameters: frozenset[str]
    index_pages: frozenset[str]
    reserved_endings: frozenset[str]
    sensitive_hosts: Mapping[str, str]
    sensitive_patterns: tuple[tuple[re.Pattern[str], str], ...]

    @classmethod
    def read(cls, generic: str, sensitive: str) -> GenericRules:
        """From the texts of the two files."""
        g, s = tomllib.loads(generic), tomllib.loads(sensitive)
        return cls(
            tracking=frozenset(g["tracking"]["names"]),
            tracking_prefixes=tuple(g["tracking"]["prefixes"]),
            kinds_of_ending={e: Kind(kind) for kind, endings in g["endings"].items() for e in endings},
            collection_segments=frozenset(g["paths"]["collection"]),
            search_segments=frozenset(g["paths"]["search"]),
            search_parameters=frozenset(g["paths"]["search_parameters"]),
            index_pages=frozenset(g["paths"]["index_pages"]),
            reserved_endings=frozenset(g["hosts"]["reserved_endings"]),
            sensitive_hosts={h: word for word, part in s.items() for h in part.get("hosts", ())},
            sensitive_patterns=tuple(
                (re.compile(p), word) for word, part in s.items() for p in part.get("patterns", ())
            ),
        )

    def sensitive(self, host: str) -> str:
        """``press``, ``science``, ``library`` or ``government`` when the host is one of theirs, else empty."""
        tail = host
        while tail:
            word = self.sensitive_hosts.get(tail)
            if word:
                return word
            tail = tail.partition(".")[2]
        return next((word for pattern, word in self.sensitive_patterns if pattern.search(host)), "")


def without_tracking(query: str, rules: GenericRules, more: frozenset[str] = frozenset()) -> str:
    """The query without parameters that only say where a visitor came from; order and repetitions stay."""
    if not query:
        return ""
    kept = []
    for piece in query.split("&"):
        name = piece.partition("=")[0]
        if not piece or name in rules.tracking or name in more or name.startswith(rules.tracking_prefixes):
            continue
        kept.append(piece)
    return "&".join(kept)
