"""One question to one nameserver: A and AAAA of a name at once, without search lists and hosts files."""

from __future__ import annotations

import secrets
import socket
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import dns.exception
import dns.flags
import dns.inet
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.resolver

_RECORDS = ("A", "AAAA")
_LONGEST_SECONDS: Final = 8.0
_AGAIN_SECONDS: Final = 2.0  # a datagram that is lost is sent again

Nameserver = tuple[str, int]


class Rcode(StrEnum):
    """What a nameserver said."""

    FOUND = "found"
    UNKNOWN = "unknown"  # NXDOMAIN
    EMPTY = "empty"  # the name exists and has no address
    FAILED = "failed"  # SERVFAIL, REFUSED, time-out, nonsense


@dataclass(frozen=True, slots=True)
class Answer:
    """``addresses`` as they came, all of them, A before AAAA. ``ttl``: seconds for which all of it may be kept."""

    rcode: Rcode
    detail: str = ""
    addresses: tuple[str, ...] = ()
    ttl: int = 0


@dataclass(frozen=True, slots=True)
class _Heard:
    """The answer to one of the two questions; ``addresses`` None: NXDOMAIN."""

    addresses: list[str] | None
    ttl: int


def system_nameservers() -> tuple[Nameserver, ...]:
    """The nameservers of /etc/resolv.conf; none when it cannot be read."""
    try:
        servers = dns.resolver.Resolver().nameservers
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple((str(one), 53) for one in servers)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise dns.exception.Timeout
    return left


def _exchange(
    questions: list[dns.message.QueryMessage], place: Nameserver, deadline: float
) -> list[dns.message.Message]:
    """All questions in one go, from a port of the system's choosing; the socket hears nobody but the server asked."""
    waiting = {one.id: one for one in questions}
    found: dict[int, dns.message.Message] = {}
    with socket.socket(dns.inet.af_for_address(place[0]), socket.SOCK_DGRAM) as sock:
        sock.connect(place)
        while waiting:
            again = min(deadline, time.monotonic() + _AGAIN_SECONDS)
            for one in waiting.values():
                sock.settimeout(_left(deadline))
                sock.send(one.to_wire())
            _hear(sock, waiting, found, again)
    for one in questions:
        if found[one.id].flags & dns.flags.TC:
            found[one.id] = dns.query.tcp(one, place[0], timeout=_left(deadline), port=place[1])
    return [found[one.id] for one in questions]


def _hear(
    sock: socket.socket,
    waiting: dict[int, dns.message.QueryMessage],
    found: dict[int, dns.message.Message],
    until: float,
) -> None:
    """Takes answers out of ``waiting`` until none is left or it is time to ask again."""
    while waiting and (left := until - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            heard = dns.message.from_wire(sock.recv(65_535), ignore_trailing=True)
        except TimeoutError:
            return
        except (dns.exception.DNSException, ValueError):
            continue  # no answer at all: whoever forges one badly must not end the question
        question = waiting.get(heard.id)
        if question is not None and question.is_response(heard):
            found[heard.id] = heard
            del waiting[heard.id]


def _read(message: dns.message.Message) -> _Heard:
    """What an answer says. Raises ValueError for anything but addresses, none, or NXDOMAIN."""
    code = message.rcode()
    if code == dns.rcode.NXDOMAIN:
        return _Heard(None, 0)
    if code != dns.rcode.NOERROR or not isinstance(message, dns.message.QueryMessage):
        raise ValueError(dns.rcode.to_text(code))
    chain = message.resolve_chaining()
    if chain.answer is None:
        return _Heard([], 0)
    return _Heard([str(one.address) for one in chain.answer], chain.minimum_ttl)


def ask(name: str, nameserver: Nameserver, deadline: float) -> Answer:
    """A and AAAA of ``name``. ``deadline``: in seconds of ``time.monotonic``. Never raises for what it hears.

    Only NXDOMAIN to both questions is NXDOMAIN (some servers say it wrongly for AAAA). A failure of one
    question is a failure of both, because an answer that was not heard cannot be checked.
    """
    until = min(deadline, time.monotonic() + _LONGEST_SECONDS)
    try:
        absolute = dns.name.from_text(name)
        questions = [
            dns.message.make_query(absolute, one, id=mark)
            for one, mark in zip(_RECORDS, _marks(), strict=True)
        ]
        heard = [_read(one) for one in _exchange(questions, nameserver, until)]
    except (dns.exception.Timeout, TimeoutError):
        return Answer(Rcode.FAILED, "the resolver did not answer in time")
    except (dns.exception.DNSException, OSError, ValueError) as error:
        return Answer(Rcode.FAILED, f"the resolver failed ({type(error).__name__})")
    if all(one.addresses is None for one in heard):
        return Answer(Rcode.UNKNOWN, "the name does not exist")
    addresses = [address for one in heard for address in one.addresses or ()]
    if not addresses:
        return Answer(Rcode.EMPTY, "the name has no address")
    # A kind of which there is no address says nothing of how long; the other kind's time is taken for both.
    ttl = min(one.ttl for one in heard if one.addresses)
    return Answer(Rcode.FOUND, "", tuple(dict.fromkeys(addresses)), ttl)


def _marks() -> tuple[int, int]:
    """Two identifiers that nobody outside can guess, and that differ."""
    first, second = secrets.randbelow(65_536), secrets.randbelow(65_535)
    return first, second + (second >= first)
