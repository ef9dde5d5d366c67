"""One question to one nameserver: A and AAAA of a name, without search lists and hosts files."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver

_RECORDS = ("A", "AAAA")
_LONGEST_SECONDS = 8.0

Nameserver = tuple[str, int]


class Rcode(StrEnum):
    """What a nameserver said."""

    FOUND = "found"
    UNKNOWN = "unknown"  # NXDOMAIN
    EMPTY = "empty"  # the name exists and has no address
    FAILED = "failed"  # SERVFAIL, REFUSED, time-out, nonsense


@dataclass(frozen=True, slots=True)
class Answer:
    """``addresses`` as they came, all of them, A before AAAA."""

    rcode: Rcode
    detail: str = ""
    addresses: tuple[str, ...] = ()


def system_nameservers() -> tuple[Nameserver, ...]:
    """The nameservers of /etc/resolv.conf; none when it cannot be read."""
    try:
        servers = dns.resolver.Resolver().nameservers
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple((str(one), 53) for one in servers)


def _ask_one(name: dns.name.Name, record: str, nameserver: Nameserver, deadline: float) -> list[str] | None:
    """The addresses of one kind; None for NXDOMAIN."""
    lifetime = min(_LONGEST_SECONDS, deadline - time.monotonic())
    if lifetime <= 0:
        raise dns.exception.Timeout
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [dns.nameserver.Do53Nameserver(*nameserver)]
    try:
        found = resolver.resolve(name, record, lifetime=lifetime, search=False, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return None
    return [] if found.rrset is None else [str(one.address) for one in found.rrset]


def ask(name: str, nameserver: Nameserver, deadline: float) -> Answer:
    """A and AAAA of ``name``. ``deadline``: in seconds of ``time.monotonic``. Never raises for what it hears.

    Only NXDOMAIN to both questions is NXDOMAIN (some servers say it wrongly for AAAA). A failure of one
    question is a failure of both, because an answer that was not heard cannot be checked.
    """
    try:
        absolute = dns.name.from_text(name)
        heard = [_ask_one(absolute, record, nameserver, deadline) for record in _RECORDS]
    except dns.exception.Timeout:
        return Answer(Rcode.FAILED, "the resolver did not answer in time")
    except (dns.exception.DNSException, OSError, ValueError) as error:
        return Answer(Rcode.FAILED, f"the resolver failed ({type(error).__name__})")
    if all(one is None for one in heard):
        return Answer(Rcode.UNKNOWN, "the name does not exist")
    addresses = [address for one in heard for address in one or ()]
    if not addresses:
        return Answer(Rcode.EMPTY, "the name has no address")
    return Answer(Rcode.FOUND, "", tuple(dict.fromkeys(addresses)))
