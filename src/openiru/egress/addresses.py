"""Which IP addresses may be connected to: an own table, because the standard library's opinion changes.

``ipaddress.is_global`` of CPython 3.11 lets 27 of 63 hostile addresses through and answers otherwise in
3.13, so it cannot be the policy. Source of the table: IANA IPv4 and IPv6 Special-Purpose Address Registries
(RFC 6890 and its updates), the IPv6 Global Unicast registry (only 2000::/3 is given out), and the metadata
address of one cloud outside them. An IPv4 address inside an IPv6 address (RFC 4291, 2765, 6052, 8215, 3056,
4380, 5214) is read out and judged too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from openiru.core.errors import SettingError

_V4: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network (RFC 791)"),
    ("10.0.0.0/8", "private (RFC 1918)"),
    ("100.64.0.0/10", "shared by carriers (RFC 6598)"),
    ("127.0.0.0/8", "loopback (RFC 1122)"),
    ("168.63.129.16/32", "metadata of a cloud (Azure)"),
    ("169.254.0.0/16", "link-local and metadata (RFC 3927)"),
    ("172.16.0.0/12", "private (RFC 1918)"),
    ("192.0.0.0/24", "protocol assignments (RFC 6890)"),
    ("192.0.2.0/24", "documentation (RFC 5737)"),
    ("192.31.196.0/24", "AS112 (RFC 7535)"),
    ("192.52.193.0/24", "AMT (RFC 7450)"),
    ("192.88.99.0/24", "6to4 relay (RFC 7526)"),
    ("192.168.0.0/16", "private (RFC 1918)"),
    ("192.175.48.0/24", "AS112 (RFC 7534)"),
    ("198.18.0.0/15", "benchmarks (RFC 2544)"),
    ("198.51.100.0/24", "documentation (RFC 5737)"),
    ("203.0.113.0/24", "documentation (RFC 5737)"),
    ("224.0.0.0/4", "multicast (RFC 5771)"),
    ("240.0.0.0/4", "reserved and broadcast (RFC 1112)"),
)
_V6: tuple[tuple[str, str], ...] = (
    ("::/128", "unspecified (RFC 4291)"),
    ("::1/128", "loopback (RFC 4291)"),
    ("::ffff:0:0/96", "IPv4-mapped (RFC 4291)"),
    ("::ffff:0:0:0/96", "IPv4-translated (RFC 2765)"),
    ("::/96", "IPv4-compatible (RFC 4291)"),
    ("64:ff9b:1::/48", "local NAT64 (RFC 8215)"),
    ("100::/64", "discard (RFC 6666)"),
    ("100:0:0:1::/64", "dummy prefix (RFC 9780)"),
    ("2001::/32", "Teredo (RFC 4380)"),
    ("2001::/23", "protocol assignments (RFC 2928)"),
    ("2001:db8::/32", "documentation (RFC 3849)"),
    ("2002::/16", "6to4 (RFC 3056)"),
    ("2620:4f:8000::/48", "AS112 (RFC 7534)"),
    ("3ffe::/16", "returned test network (RFC 3701)"),
    ("3fff::/20", "documentation (RFC 9637)"),
    ("5f00::/16", "segment routing (RFC 9602)"),
    ("fc00::/7", "unique local (RFC 4193)"),
    ("fe80::/10", "link-local (RFC 4291)"),
    ("fec0::/10", "site-local (RFC 3879)"),
    ("ff00::/8", "multicast (RFC 4291)"),
)
_NAT64 = IPv6Network("64:ff9b::/96")  # the one translation that stands: judged by the address inside
_GIVEN_OUT = IPv6Network("2000::/3")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_LOW = 0xFFFFFFFF
# name, prefix, how far to shift right, what to flip: where an IPv4 address sits inside
_CARRIERS: tuple[tuple[str, IPv6Network, int, int], ...] = (
    ("IPv4-compatible", IPv6Network("::/96"), 0, 0),
    ("IPv4-mapped", IPv6Network("::ffff:0:0/96"), 0, 0),
    ("IPv4-translated", IPv6Network("::ffff:0:0:0/96"), 0, 0),
    ("NAT64", _NAT64, 0, 0),
    ("NAT64", _LOCAL_NAT64, 0, 0),
    ("6to4", IPv6Network("2002::/16"), 80, 0),
    ("Teredo server", IPv6Network("2001::/32"), 64, 0),
    ("Teredo client", IPv6Network("2001::/32"), 0, _LOW),
)
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})

_Table = Sequence[tuple[int, int, str]]


def _table(rows: Iterable[tuple[str, str]]) -> list[tuple[int, int, str]]:
    nets = ((ip_network(net), why) for net, why in rows)
    return [(int(net.network_address), int(net.netmask), f"{why}, {net}") for net, why in nets]


DENIED_V4 = _table(_V4)
DENIED_V6 = _table(_V6)


def _find(value: int, table: _Table) -> str:
    return next((why for net, mask, why in table if value & mask == net), "")


def embedded_ipv4(address: IPv6Address) -> tuple[tuple[str, IPv4Address], ...]:
    """Every IPv4 address that an IPv6 address can be read as, with the name of the reading."""
    value = int(address)
    found = [
        (name, IPv4Address((value >> shift & _LOW) ^ flip))
        for name, net, shift, flip in _CARRIERS
        if address in net and value > 1
    ]
    if address in _LOCAL_NAT64:  # RFC 6052 /48: bits 48-63 and 72-87, around the u octet
        found.append(("NAT64 /48", IPv4Address((value >> 64 & 0xFFFF) << 16 | value >> 40 & 0xFFFF)))
    if value >> 32 & _LOW in _ISATAP:
        found.append(("ISATAP", IPv4Address(value & _LOW)))
    return tuple(found)


def _refusal_v6(address: IPv6Address) -> str:
    if address.scope_id is not None:
        return f"{address} carries a zone"
    inside = "".join(f"; {name} {ipv4}" for name, ipv4 in embedded_ipv4(address))
    if why := _find(int(address), DENIED_V6):
        return f"{why}{inside}"
    for name, ipv4 in embedded_ipv4(address):
        if why := _find(int(ipv4), DENIED_V4):
            return f"{name} carries {ipv4}: {why}"
    if address not in _GIVEN_OUT and address not in _NAT64:
        return "not global unicast (IANA gives out 2000::/3 only)"
    return ""


def refusal(address: str | IPv4Address | IPv6Address) -> str:
    """Why ``address`` must not be connected to, or an empty text when it is public.

    Text that is no address in its plain spelling (``127.1``, ``0x7f.1``, brackets) is refused as such.
    """
    if isinstance(address, str):
        try:
            address = ip_address(address)
        except ValueError:
            return f"{address!r} is no IP address"
    if isinstance(address, IPv4Address):
        return _find(int(address), DENIED_V4)
    return _refusal_v6(address)


class ExtraDenied:
    """Networks that an organisation refuses beside the table (its own, a local NAT64 prefix)."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        for text in networks:
            try:
                self._networks.append(ip_network(text.strip()))
            except ValueError as error:
                raise SettingError(f"{text!r} is no network.", where="denied_networks") from error

    def refusal(self, address: str) -> str:
        """As :func:`refusal`, with these networks too."""
        if why := refusal(address):
            return why
        one = ip_address(address)
        inside = [v4 for _, v4 in embedded_ipv4(one)] if isinstance(one, IPv6Address) else []
        for network in self._networks:
            if one in network or any(v4 in network for v4 in inside):
                return f"refused by this organisation, {network}"
        return ""
