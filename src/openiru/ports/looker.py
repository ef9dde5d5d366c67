"""What a looker promises: one look at one address, at one time, from one place, without judging it.

Don'ts: no login, no cookies kept, no credentials, no request to anyone but the address's own host, no verdict.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar


class Trouble(StrEnum):
    """Why a look brought no answer."""

    NONE = ""
    REFUSED_BY_GUARD = "refused_by_guard"
    NAME_UNKNOWN = "name_unknown"  # NXDOMAIN, said so by the resolver
    NAME_FAILURE = "name_failure"  # SERVFAIL, time-out of the resolver
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
    """What was seen, raw. ``body`` is decoded text, cut at the looker's cap; ``status`` 0 = no answer."""

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


class Looker(ABC):
    """Looks at addresses. Registered as an entry point of the group ``openiru.lookers``."""

    name: ClassVar[str]

    @abstractmethod
    def look(self, url: str) -> Observation:
        """One look. Never raises for what the outside does: that is what the observation is for."""

    @abstractmethod
    def resolve(self, url: str) -> Observation:
        """Follows redirects to the end and keeps every hop (for shorteners); the body may stay empty."""
