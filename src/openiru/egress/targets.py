"""From an address as text to what is connected to. One parser (WHATWG, can_ada); nothing is read twice.

The host that is looked up, checked, named to TLS and written into ``Host`` is the one in :class:`Target`:
there is no second reading that could disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address

import can_ada

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_PLAIN = re.compile(r"[\x21-\x7e\u00a1-\U0010ffff]+")
_AUTHORITY = re.compile(r"[^:/?#]+:[/\\]*([^/?#]*)")
_DEFAULT = {"http": 80, "https": 443}
_LONGEST_NAME = 253


class TargetRefusedError(Exception):
    """An address that is not looked at. The text says why; it never leaves egress as an exception."""


@dataclass(frozen=True, slots=True)
class Target:
    """One place to ask. ``host``: a lower-case ASCII name without final dot, or an IP address unbracketed."""

    url: str  # normalised, without fragment
    scheme: str
    host: str
    port: int
    path: str  # with query; ASCII
    literal: bool  # host is an IP address

    @property
    def host_header(self) -> str:
        """RFC 9110 §7.2: the host, with its port unless it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT[self.scheme] else f"{host}:{self.port}"


def _checked_text(text: str, longest: int) -> str:
    if len(text) > longest:
        raise TargetRefusedError(f"the address has more than {longest} characters")
    if not _PLAIN.fullmatch(text):
        raise TargetRefusedError("the address holds spaces or control characters")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise TargetRefusedError("the address holds half a character")
    return text


def _parse(text: str, base: Target | None) -> can_ada.URL:
    try:
        return can_ada.parse(text) if base is None else can_ada.parse(base.url) + text
    except ValueError as error:
        raise TargetRefusedError("the address cannot be read") from error


def _host(hostname: str) -> tuple[str, bool]:
    """The host and whether it is an IP address."""
    bare = (
        hostname[1:-1] if hostname.startswith("[") and hostname.endswith("]") else hostname.removesuffix(".")
    )
    try:
        return str(ip_address(bare)), True
    except ValueError:
        pass
    if len(bare) > _LONGEST_NAME or not _NAME.fullmatch(bare):
        raise TargetRefusedError("the host is no name that can be looked up")
    return bare, False


def read_target(
    text: str, *, ports: frozenset[int], base: Target | None = None, longest: int = 16_384
) -> Target:
    """The target of ``text``, absolute or (after a redirect) relative to ``base``.

    Raises TargetRefusedError for other schemes than http and https, user names, ports outside ``ports``,
    characters that programs read differently, and hosts that are no names.
    """
    parsed = _parse(_checked_text(text, longest), base)
    scheme = parsed.protocol.removesuffix(":")
    if scheme not in _DEFAULT:
        raise TargetRefusedError(f"only http and https are looked at, not {scheme[:32]!r}")
    authority = _AUTHORITY.match(text)
    if "\\" in text.split("?", 1)[0].split("#", 1)[0]:
        raise TargetRefusedError("the address holds a backslash, which programs read differently")
    if parsed.has_credentials() or (authority is not None and "@" in authority[1]):
        raise TargetRefusedError("the address carries a user name")
    host, literal = _host(parsed.hostname)
    port = int(parsed.port or _DEFAULT[scheme])
    if port not in ports:
        raise TargetRefusedError(f"port {port} is not looked at")
    path = (parsed.pathname or "/") + (parsed.search or "")
    shown = f"[{host}]" if ":" in host else host
    own_port = "" if port == _DEFAULT[scheme] else f":{port}"
    return Target(f"{scheme}://{shown}{own_port}{path}", scheme, host, port, path, literal)
