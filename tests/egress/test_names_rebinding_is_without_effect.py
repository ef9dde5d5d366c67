"""E3: resolvers that lie, change their mind, or mix good and bad. Nothing inside is ever dialled."""

from collections.abc import Callable
from ipaddress import ip_network

import pytest
from tests.egress.http_clients import ROOMY, Dialled, dialled
from tests.egress.http_servers import Zone, dns_serving

from openiru.core.verification.observation import Trouble
from openiru.egress.addresses import refusal
from openiru.egress.http import GuardedClient
from openiru.egress.names import LiveNames

__all__ = ["dialled"]
GOOD, GOOD6 = "93.184.215.14", "2606:4700:4700::1111"


def _by_kind(a: list[str], aaaa: list[str]) -> Zone:
    return lambda _name, kind, _count: (0, a if kind == "A" else aaaa)


def _flip(after: int) -> Zone:
    """Good at first, then inside."""
    return lambda _name, kind, count: (
        0,
        [f"A {GOOD if count <= after else '127.0.0.1'}"] if kind == "A" else [],
    )


def _alternating(_name: str, kind: str, count: int) -> tuple[int, list[str]]:
    return (0, [f"A {'10.0.0.1' if count % 4 > 1 else GOOD}"] if kind == "A" else [])


def _unknown_then_private(_name: str, kind: str, count: int) -> tuple[int, list[str]]:
    return (3, []) if count <= 2 else (0, ["A 192.168.0.1"] if kind == "A" else [])


PATTERNS: dict[str, tuple[Callable[[], Zone], bool]] = {
    # name -> (zone, whether a lookup may be good at all)
    "flip after one lookup": (lambda: _flip(2), True),
    "flip between the two kinds": (lambda: _flip(1), True),
    "loopback at once": (lambda: _by_kind(["A 127.0.0.1"], []), False),
    "one good and one bad": (lambda: _by_kind([f"A {GOOD}", "A 10.0.0.1"], []), False),
    "bad first, good second": (lambda: _by_kind(["A 169.254.169.254", f"A {GOOD}"], []), False),
    "good A and bad AAAA": (lambda: _by_kind([f"A {GOOD}"], ["AAAA ::1"]), False),
    "good A and mapped AAAA": (lambda: _by_kind([f"A {GOOD}"], ["AAAA ::ffff:127.0.0.1"]), False),
    "bad A and good AAAA": (lambda: _by_kind(["A 127.0.0.1"], [f"AAAA {GOOD6}"]), False),
    "NAT64 of loopback": (lambda: _by_kind([], ["AAAA 64:ff9b::7f00:1"]), False),
    "chain to an inside name": (lambda: _by_kind(["CNAME cdn.example.com.", "A 172.16.0.1"], []), False),
    "sixty-four answers, one bad": (
        lambda: _by_kind([*(f"A 93.184.215.{n}" for n in range(63)), "A 127.0.0.1"], []),
        False,
    ),
    "more answers than are checked": (lambda: _by_kind([f"A 93.184.215.{n}" for n in range(70)], []), False),
    "unknown, then private": (lambda: _unknown_then_private, False),
    "alternating": (lambda: _alternating, True),
}


def expect_nothing_inside(pattern: str, dialled: Dialled, runs: int) -> None:
    zone, may_be_good = PATTERNS[pattern]
    with dns_serving(zone()) as dns:
        client = GuardedClient(LiveNames([dns.place]), ROOMY)
        seen = [client.get("http://rebind.example.com/") for _ in range(runs)]
    assert not [address for address, _ in dialled.wanted if refusal(address)]
    assert bool(dialled.wanted) <= may_be_good
    assert all(one.status == 0 and one.trouble is not Trouble.NONE for one in seen)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_of_answers_dials_anything_inside(pattern: str, dialled: Dialled) -> None:
    expect_nothing_inside(pattern, dialled, runs=4)


@pytest.mark.campaign
@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_of_answers_dials_anything_inside_in_fifty_runs(pattern: str, dialled: Dialled) -> None:
    expect_nothing_inside(pattern, dialled, runs=50)


def test_what_was_looked_up_is_what_is_dialled_however_the_answer_changes_meanwhile(dialled: Dialled) -> None:
    with dns_serving(_flip(2)) as dns:
        GuardedClient(LiveNames([dns.place]), ROOMY).get("http://rebind.example.com/")
        assert len(dns.asked) == 2
    assert dialled.wanted == [(GOOD, 80)]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_nothing_inside_is_dialled_within_a_round_that_keeps_answers(pattern: str, dialled: Dialled) -> None:
    zone, may_be_good = PATTERNS[pattern]
    with dns_serving(zone(), ttl=300) as dns, GuardedClient(LiveNames([dns.place]), ROOMY).round() as client:
        for _ in range(4):
            client.get("http://rebind.example.com/")
    assert not [address for address, _ in dialled.wanted if refusal(address)]
    assert bool(dialled.wanted) <= may_be_good


def test_a_kept_answer_is_held_against_the_denied_networks_at_every_use(dialled: Dialled) -> None:
    with dns_serving(_flip(2), ttl=300) as dns:
        names = LiveNames([dns.place])
        with GuardedClient(names, ROOMY).round() as client:
            client.get("http://rebind.example.com/")
            names._table._networks.append(ip_network(f"{GOOD}/32"))
            seen = client.get("http://rebind.example.com/")
    assert dialled.wanted == [(GOOD, 80)]
    assert seen.trouble is Trouble.REFUSED_BY_GUARD
