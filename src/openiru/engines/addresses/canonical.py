"""One key for one place on the net.

The law of this module: the same thing has the same key, a different thing has a different key, and what nobody can
tell is kept apart. The address as it came is always kept beside the key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from openiru.core.intake.extent import REASON_OF_EXTENT, extent_of
from openiru.core.vocabulary import Extent, Kind
from openiru.engines.addresses.convert import onion_is_sound
from openiru.engines.addresses.generic import judge, meaningful, spell
from openiru.engines.addresses.generic_rules import GenericRules, without_tracking
from openiru.engines.addresses.hosts import HostFacts, facts_of
from openiru.engines.addresses.matching import Captured, Hit, match
from openiru.engines.addresses.model import Address, AddressError, shown
from openiru.engines.addresses.rule import Rule
from openiru.engines.addresses.rulebook import Platform, Rulebook, default_rulebook
from openiru.engines.addresses.split import Parts, split
from openiru.engines.addresses.templates import BETWEEN

_DEEPEST: Final = 3
#: Schemes that are written without "//".
_OPAQUE: Final = frozenset({"matrix:", "magnet:", "dns:"})
_ONION_V3: Final = 56


def canonicalise(raw: str, *, rules: Rulebook | None = None) -> Address:
    """The one address of a place, from any usual spelling of it (defanged ones too).

    ``raw``: one address, as somebody wrote it. ``rules``: another rulebook than the package's own.
    Raises :class:`AddressError` when the text names no place on the net.
    """
    book = rules or default_rulebook()
    return _address(raw, split(raw, book), book, 0)


def try_canonicalise(raw: str, *, rules: Rulebook | None = None) -> Address | AddressError:
    """As :func:`canonicalise`, but the error comes back as a value, for lists in which each row gets its answer."""
    try:
        return canonicalise(raw, rules=rules)
    except AddressError as err:
        return err


def canonicalise_many(raws: Iterable[str], *, rules: Rulebook | None = None) -> list[Address | AddressError]:
    """One answer per text, in their order: the address, or the error that says why there is none."""
    book = rules or default_rulebook()
    out: list[Address | AddressError] = []
    for raw in raws:
        try:
            out.append(_address(raw, split(raw, book), book, 0))
        except AddressError as err:
            out.append(err)
    return out


def _address(raw: str, parts: Parts, book: Rulebook, depth: int) -> Address:
    if parts.host[-1:] == ":":
        return _app_link(raw, parts, book)
    facts = facts_of(parts.host, book)
    platform = facts.platform
    if platform is not None and not parts.port:
        hit = match(platform, parts, facts.sub, book.generic)
        if hit is not None:
            return _by_rule(raw, parts, facts, hit, book, depth)
        return _unknown_form(raw, parts, facts, platform, book)
    hit = match(book.shapes, parts, "", book.generic)
    if hit is not None:
        return _by_rule(raw, parts, facts, hit, book, depth)
    return _generic(raw, parts, facts, book)


def _by_rule(raw: str, parts: Parts, facts: HostFacts, hit: Hit, book: Rulebook, depth: int) -> Address:
    rule, captured, text = hit
    if rule.unwrap:
        return _unwrapped(raw, facts, captured[rule.unwrap], book, depth)
    if rule.key:
        key, canonical, account = (text or _text(rule, captured, parts, facts, book)).split(BETWEEN)
        if rule.trims:
            canonical = canonical.removesuffix("#")
    else:
        spelling = spell(parts if rule.keep_query else parts._replace(query=""), facts, book.generic)
        key, canonical, account = spelling.key, spelling.canonical, rule.text % rule.pick(captured)
    extent, why = rule.extent, rule.said
    if facts.sensitive:
        extent, why = Extent.SENSITIVE, f"{why}; {REASON_OF_EXTENT[Extent.SENSITIVE]}"
    if rule.platform == "onion":
        why = _onion_note(why, captured["sub"])
    fields = (
        raw,
        key,
        rule.platform,
        rule.kind,
        canonical,
        extent,
        f"{why}; {parts.note}" if parts.note else why,
        account or (key if rule.own else ""),
        facts.shown,
        facts.registrable,
        rule.resolve,
    )
    # Past the constructor of named tuples, which takes twice as long.
    return tuple.__new__(Address, fields)


def _text(rule: Rule, captured: Captured, parts: Parts, facts: HostFacts, book: Rulebook) -> str:
    """What a rule writes from all that it captured."""
    if rule.asks_whole:
        _whole(captured, parts, facts, book.generic)
    return rule.text % rule.pick(captured)


def _whole(captured: Captured, parts: Parts, facts: HostFacts, rules: GenericRules) -> None:
    captured["host"] = f"{facts.name}:{parts.port}" if parts.port else facts.name
    captured["scheme"] = parts.scheme if parts.port else "https"
    captured["fullpath"] = parts.path
    query = without_tracking(parts.query, rules)
    captured["fullquery"] = "?" + query if query else ""
    captured["rawquery"] = "?" + parts.query if parts.query else ""
    fragment = meaningful(parts.fragment)
    captured["meaning"] = "#" + fragment if fragment else ""


def _unwrapped(raw: str, facts: HostFacts, inner: str, book: Rulebook, depth: int) -> Address:
    target = unquote(inner)
    if depth >= _DEEPEST:
        raise AddressError("The address redirects inside itself too often.", where=shown(raw))
    found = _address(raw, split(target, book), book, depth + 1)
    return Address(
        raw,
        found.key,
        found.platform,
        found.kind,
        found.canonical,
        found.extent,
        f"{found.why}; taken out of a redirecting page of {facts.shown}",
        found.account,
        found.host,
        found.registrable,
        found.needs_resolving,
    )


def _unknown_form(raw: str, parts: Parts, facts: HostFacts, platform: Platform, book: Rulebook) -> Address:
    spelling = spell(parts, facts, book.generic, whole_fragment=platform.reads_fragments)
    key, canonical = spelling.key, spelling.canonical
    if parts.path == "/" and not spelling.fragment and not facts.sub:
        kind, extent = Kind.SITE, Extent.ROOT
        if not spelling.query:
            key, canonical = f"web:{platform.hosts[0]}/", f"https://{platform.hosts[0]}/"
        why = REASON_OF_EXTENT[extent]
    else:
        kind = platform.otherwise
        extent = extent_of(kind)
        why = (
            "a page of the platform"
            if extent is Extent.ITEM
            else f"no rule knows this form: {REASON_OF_EXTENT[extent]}"
        )
    why = _noted(f"{platform.id}: {why}", parts.note)
    return Address(raw, key, platform.id, kind, canonical, extent, why, "", facts.shown, facts.registrable)


def _generic(raw: str, parts: Parts, facts: HostFacts, book: Rulebook) -> Address:
    spelling = spell(parts, facts, book.generic)
    kind, extent, why = judge(parts, facts, spelling, book.generic)
    note = parts.note
    return Address(
        raw,
        spelling.key,
        "web",
        kind,
        spelling.canonical,
        extent,
        f"web: {why}; {note}" if note else f"web: {why}",
        "",
        facts.shown,
        facts.registrable,
    )


def _app_link(raw: str, parts: Parts, book: Rulebook) -> Address:
    platform = book.by_host.get(parts.host)
    if platform is None:
        raise AddressError(f"No rule knows links of the scheme “{parts.host}”.", where=shown(raw))
    facts = HostFacts("", parts.host, "", platform, "", "", is_ip=False)
    hit = match(platform, parts, "", book.generic)
    if hit is not None:
        return _by_rule(raw, parts, facts, hit, book, 0)
    tail = parts.path[1:] + ("?" + parts.query if parts.query else "")
    why = _noted(f"{platform.id}: no rule knows this form: {REASON_OF_EXTENT[Extent.COLLECTION]}", parts.note)
    text = f"{parts.host}{tail}"
    canonical = text if parts.host in _OPAQUE else f"{parts.host}//{tail}"
    return Address(
        raw, f"{platform.id}:{text}", platform.id, Kind.OTHER, canonical, Extent.COLLECTION, why, "", "", ""
    )


def _onion_note(why: str, sub: str) -> str:
    label = sub.rpartition(".")[2]
    if len(label) != _ONION_V3:
        return why + "; version 2 addresses stopped working in 2021"
    return why if onion_is_sound(label) else why + "; its checksum does not hold, a character may be mistyped"


def _noted(why: str, note: str) -> str:
    return f"{why}; {note}" if note else why
