"""E2 and E7: whatever the spelling, nothing but what was checked is connected to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.egress.http_clients import client_for, ports
from tests.egress.http_servers import dns_serving, page, serving

from openiru.core.verification.observation import Trouble
from openiru.egress.http import GuardedClient
from openiru.egress.names import LiveNames
from openiru.egress.targets import TargetRefusedError, read_target

SPELLINGS = [
    *(
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0",
        "0.0.0.0",  # noqa: S104 - data, nothing is bound
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0x7F.0x0.0x0.0x1",
    ),
    *(
        "0177.0.0.1",
        "017700000001",
        "0177.1",
        "127.0.0.1.",
        "127.000.000.001",
        "127.0x0.1",
        "3232235521",
        "10.1",
    ),
    *(
        "１２７.0.0.1",
        "127。0。0。1",
        "127．0．0．1",
        "127｡0｡0｡1",
        "①②⑦.⓪.⓪.①",
        "%31%32%37.0.0.1",
        "127%2e0%2e0%2e1",
    ),
    *(
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
    ),
    *(
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fe80::1%25lo]",
        "[::1%lo]",
        "[fd00::1]",
        "[ff02::1]",
        "[::ffff:0:127.0.0.1]",
    ),
    *(
        "localhost",
        "LOCALHOST",
        "localhost.",
        "foo.localhost",
        "ip6-localhost",
        "ⓛocalhost",
        "localhoſt",
        "loc\u00adalhost",
    ),
    *(
        "127.0.0.1.nip.example.com",
        "lvh.example.com",
        "user@127.0.0.1",
        "a.example@127.0.0.1",
        "a.example:80@127.0.0.1",
    ),
    *(
        "127.0.0.1#@a.example",
        "a.example\\@127.0.0.1",
        "127.0.0.1\\.a.example",
        "a.example\t@127.0.0.1",
        "127.0.0.1\n",
    ),
    *(
        "127.0.0.1%00.a.example",
        "127.0.0.1 .a.example",
        "[127.0.0.1]",
        "[::1].a.example",
        "a.example:x@127.0.0.1",
        "//127.0.0.1",
    ),
    *(
        "xn--127.0.0.1",
        "metadata.internal",
        "printer.local",
        "router.home.arpa",
        "a.onion",
        "-a.example",
        "a_.example-",
    ),
    *("169.254.169.254", "[fd00:ec2::254]", "168.63.129.16", "100.100.100.200", "host.docker.internal"),
]


def test_the_catalogue_is_as_long_as_promised() -> None:
    assert len(SPELLINGS) >= 60


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_reaches_the_canary(host: str) -> None:
    """By a table and by a lying resolver that answers loopback for every name."""
    with serving(page(b"canary")) as canary, dns_serving(lambda *_: (0, ["A 127.0.0.1"])) as liar:
        limits = ports(canary.port)
        live = GuardedClient(LiveNames([liar.place]), limits)
        for client in (client_for(canary.port, limits), live):
            for url in (f"http://{host}:{canary.port}/", f"http://{host}/"):
                seen = client.get(url)
                assert (seen.status, seen.trouble) == (0, Trouble.REFUSED_BY_GUARD), (url, seen.detail)
    assert canary.connections == 0


@pytest.mark.parametrize(
    ("text", "host", "port", "path"),
    [
        ("HTTP://A.Example", "a.example", 80, "/"),
        ("https://a.example.:8443/x", "a.example", 8443, "/x"),
        ("http://bücher.example/ü?ß#f", "xn--bcher-kva.example", 80, "/%C3%BC?%C3%9F"),
        ("http://a.example/?q=user@host", "a.example", 80, "/?q=user@host"),
        ("http://8.8.8.8/", "8.8.8.8", 80, "/"),
        ("http://[2606:4700:4700::1111]:8080/", "2606:4700:4700::1111", 8080, "/"),
    ],
)
def test_ordinary_addresses_are_read_as_browsers_read_them(
    text: str, host: str, port: int, path: str
) -> None:
    target = read_target(text, ports=frozenset({80, 443, 8080, 8443}))
    assert (target.host, target.port, target.path) == (host, port, path)


@given(st.text(max_size=60))
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    every = frozenset(range(1, 65_536))
    for url in (text, f"http://{text}", f"https://a.example/{text}"):
        try:
            target = read_target(url, ports=every)
        except TargetRefusedError:
            continue
        again = read_target(target.url, ports=every)
        assert again == target
        assert again.url.isascii()
        assert not set(target.host) & set(" @/\\?#%\x00\r\n")
