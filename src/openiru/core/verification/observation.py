"""One look at one address, as raw facts: the looker fills it (ports/looker.py), this room judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Trouble(StrEnum):
    """Why a look brought no answer."""

    NONE = ""
    REFUSED_BY_GUARD = "refused_by_guard"
    NAME_UNKNOWN = "name_unknown"  # NXDOMAIN, said so by at least two resolvers
    NAME_FAILURE = "name_failure"  # SERVFAIL, time-out of the resolver, one resolver's NXDOMAIN alone
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    PROTOCOL = "protocol"
    TOO_MANY_REDIRECTS = "too_many_redirects"


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer on the way. ``address`` is the IP that was connected to."""

    url: str
    status: int
    address: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen, raw. ``body`` is decoded text, cut at the looker's cap; ``status`` 0 = no answer.

    A ``trouble`` beside a ``status`` means that the head of the answer came and its body failed.
    """

    url: str
    status: int
    trouble: Trouble = Trouble.NONE
    detail: str = ""
    final_url: str = ""
    hops: tuple[Hop, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names, ≤ 100
    body: str = ""
    body_digest: str = ""  # "sha256:<hex>" of the decoded bytes that were read
    vantage: str = ""
    took_ms: int = 0
    cut: bool = False  # the body was longer than the cap; what was read is the beginning
