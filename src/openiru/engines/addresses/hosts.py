"""What is known of a host: its ASCII form, registrable domain, platform, and whether it is sensitive."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import can_ada
from publicsuffixlist import PSLFILE, PublicSuffixList

from openiru.engines.addresses.model import AddressError, shown
from openiru.engines.addresses.rulebook import Platform, Rulebook

_LETTERS: Final = re.compile(r"[a-z0-9._-]+")
_MEMORY: Final = 65_536
_LONGEST_NAME: Final = 253
_LONGEST_LABEL: Final = 63


@dataclass(frozen=True, slots=True)
class HostFacts:
    """``shown`` as written in ASCII; ``name`` without a ``www.`` that names nothing; ``sub`` before a suffix."""

    shown: str
    name: str
    registrable: str
    platform: Platform | None
    sub: str
    sensitive: str
    is_ip: bool


@cache
def suffix_list() -> PublicSuffixList:
    """The public suffix list that comes with its package (private section included), for hosts in ASCII."""
    return PublicSuffixList(_suffixes(), accept_unknown=True, accept_encoded_idn=False)


def _suffixes() -> Iterator[str]:
    """The lines of the list, in ASCII. The package would encode all of them, and nineteen of twenty are ASCII already."""
    for line in Path(PSLFILE).read_text("utf-8").splitlines():
        if line.isascii():
            yield line
        elif not line.startswith("//"):
            yield line.split()[0].encode("idna").decode("ascii")


def facts_of(host: str, book: Rulebook) -> HostFacts:
    """The facts of one host (any spelling); remembered. Raises ``AddressError``."""
    known = book.facts.get(host)
    if known is None:
        if len(book.facts) >= _MEMORY:
            book.facts.clear()
        known = book.facts[host] = _facts(host, book)
    found: HostFacts = known
    return found


def has_known_ending(host: str, book: Rulebook) -> bool:
    """Whether a bare word with dots ends like a host: a listed public suffix or a reserved name."""
    last = host.rsplit(".", 1)[-1].lower()
    return last in book.generic.reserved_endings or _is_listed(last)


@lru_cache(maxsize=4096)
def _is_listed(last: str) -> bool:
    try:
        label = last if last.isascii() else ascii_host(f"x.{last}").rpartition(".")[2]
        return suffix_list().publicsuffix(f"x.{label}", accept_unknown=False) is not None
    except AddressError:
        return False


def ascii_host(host: str) -> str:
    """The host by the rules of browsers (UTS 46, WHATWG URL): lower case, punycode, plain IPv4."""
    try:
        name: str = can_ada.parse(f"https://{host}/").hostname
    except ValueError as err:
        raise AddressError("The host name is not valid.", where=shown(host)) from err
    return name.rstrip(".")


def _facts(raw: str, book: Rulebook) -> HostFacts:
    host = ascii_host(raw)
    ip = _ip(host)
    if ip:
        return HostFacts(host, host, host, None, "", "", is_ip=True)
    _check(host)
    registrable = suffix_list().privatesuffix(host) or host
    platform, sub = _platform(host.removeprefix("www."), book)
    if platform is None and host.endswith(".onion"):
        raise AddressError(
            "An onion address has 56 letters and digits (a-z, 2-7) before .onion.", where=shown(host)
        )
    if platform is None:
        platform, sub = _platform(host, book)
    # www. names the same site only directly before a registrable domain: www.gov.example is a host of its own.
    plain = host.removeprefix("www.")
    name = plain if platform is not None or plain == registrable else host
    sensitive = "" if platform is not None else book.generic.sensitive(host)
    return HostFacts(host, name, registrable, platform, sub, sensitive, is_ip=False)


def _platform(host: str, book: Rulebook) -> tuple[Platform | None, str]:
    platform = book.by_host.get(host)
    if platform is not None:
        return platform, ""
    sub, _, tail = host.partition(".")
    while tail:
        platform = book.by_suffix.get(tail)
        if platform is not None:
            if platform.ignored_sub and platform.ignored_sub.fullmatch(sub):
                return platform, ""
            takes_sub = any(r.sub is not None and r.sub.fullmatch(sub) for r in platform.rules)
            return (platform, sub) if takes_sub else (None, "")
        label, _, tail = tail.partition(".")
        sub = f"{sub}.{label}"
    return None, ""


def _ip(host: str) -> bool:
    if host.startswith("["):
        return True
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _check(host: str) -> None:
    if "." not in host:
        raise AddressError("A host without a dot is no place on the public net.", where=shown(host))
    if not _LETTERS.fullmatch(host):
        raise AddressError("The host name holds characters that no host has.", where=shown(host))
    if len(host) > _LONGEST_NAME or any(not 0 < len(label) <= _LONGEST_LABEL for label in host.split(".")):
        raise AddressError("The host name has an empty or too long part.", where=shown(host))
