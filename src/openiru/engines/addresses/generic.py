"""The careful rules for any site: what may be dropped from an address, and what kind of place it seems to be."""

from __future__ import annotations

from typing import NamedTuple

from openiru.core.intake.extent import REASON_OF_EXTENT, extent_of
from openiru.core.vocabulary import Extent, Kind
from openiru.engines.addresses.generic_rules import GenericRules, without_tracking
from openiru.engines.addresses.hosts import HostFacts
from openiru.engines.addresses.split import Parts


class Spelling(NamedTuple):
    """The parts of a web address that name content: ``tail`` is path, query and fragment."""

    key: str
    canonical: str
    query: str
    fragment: str


class Verdict(NamedTuple):
    """What the generic rules say of a place."""

    kind: Kind
    extent: Extent
    why: str


def meaningful(fragment: str) -> str:
    """The fragment where it names content (``#!...`` and ``#/...`` of one-page sites), else empty."""
    return fragment if len(fragment) > 1 and fragment[0] in "!/" and fragment not in {"!/", "!"} else ""


def spell(parts: Parts, facts: HostFacts, rules: GenericRules, *, whole_fragment: bool = False) -> Spelling:
    """Key and canonical form of any web address.

    http and https are one place. ``//`` in the path, a slash at its end, order and repetition of parameters are
    kept: each names other content on some site. ``whole_fragment``: what follows ``#`` is kept whatever it is.
    """
    platform = facts.platform
    query = without_tracking(parts.query, rules, platform.tracking if platform else frozenset())
    fragment = parts.fragment if whole_fragment else meaningful(parts.fragment)
    tail = parts.path
    if query:
        tail += "?" + query
    if fragment:
        tail += "#" + fragment
    if parts.port:
        # Beside the default ports the scheme is the only one that answers there.
        return Spelling(
            f"web:{facts.name}:{parts.port}{tail}",
            f"{parts.scheme}://{facts.shown}:{parts.port}{tail}",
            query,
            fragment,
        )
    return Spelling(f"web:{facts.name}{tail}", f"https://{facts.shown}{tail}", query, fragment)


def judge(parts: Parts, facts: HostFacts, spelling: Spelling, rules: GenericRules) -> Verdict:
    """Kind and extent of a place on a site that no platform's rules describe."""
    kind, why = _kind(parts, facts, spelling, rules)
    extent = extent_of(kind)
    if facts.sensitive:
        return Verdict(kind, Extent.SENSITIVE, f"{REASON_OF_EXTENT[Extent.SENSITIVE]} ({facts.sensitive})")
    if extent is not Extent.ITEM:
        why = f"{why}: {REASON_OF_EXTENT[extent]}"
    return Verdict(kind, extent, why)


def _kind(parts: Parts, facts: HostFacts, spelling: Spelling, rules: GenericRules) -> tuple[Kind, str]:
    path = parts.path
    if not (spelling.query or spelling.fragment) and path.strip("/").lower() in rules.index_pages:
        return (Kind.HOST, "a host") if facts.is_ip or parts.port else (Kind.SITE, "front page")
    segments = path.lower().strip("/").split("/")
    if _is_search(segments, spelling.query, rules):
        return Kind.SEARCH, "search page"
    if segments[0] in rules.collection_segments and not spelling.query:
        return Kind.COLLECTION, f"archive page “/{segments[0]}”"
    kind = rules.kinds_of_ending.get(segments[-1].rpartition(".")[2]) if "." in segments[-1] else None
    return (kind, f"file of kind {kind.value}") if kind else (Kind.PAGE, "page of a site")


def _is_search(segments: list[str], query: str, rules: GenericRules) -> bool:
    if not query:
        return False
    if segments[0] in rules.search_segments or segments[-1] in rules.search_segments:
        return True
    return segments == [""] and any(p.partition("=")[0] in rules.search_parameters for p in query.split("&"))
