from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import SettingError
from openiru.egress.addresses import _V4, _V6, ExtraDenied, embedded_ipv4, refusal


def edges(net: str) -> list[str]:
    """First, last and one inside."""
    network = ip_network(net)
    size = network.num_addresses
    return sorted({str(network[0]), str(network[size // 2]), str(network[-1])})


HAND_PICKED = [
    "127.0.0.1",
    "127.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "255.255.255.255",
    "0.0.0.0",  # noqa: S104 - data, nothing is bound
    "224.0.0.251",
    "239.255.255.250",
    "198.18.0.1",
    "192.0.0.170",
    "::1",
    "::",
    "::127.0.0.1",
    "::10.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::a83f:8110",
    "64:ff9b:1::7f00:1",
    "64:ff9b:1:7f00:0:100::",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:808:808::1",
    "2002:a9fe:a9fe::",
    "2001:0:7f00:1::80ff:fffe",
    "2001:0:808:808::f5ff:fffe",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fe80::1",
    "fe80::5efe:a00:1",
    "2a00:1450::5efe:7f00:1",
    "2a00:1450::200:5efe:a00:1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2620:4f:8000::1",
    "4000::1",
    "8000::1",
    "1::1",
    "200::1",
    "3ffe::1",
]
DENIED = sorted({*HAND_PICKED, *(address for net, _ in (*_V4, *_V6) for address in edges(net))})
ALLOWED = [
    "1.0.0.1",
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.215.14",
    "99.255.255.255",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "140.82.121.4",
    "149.154.167.99",
    "151.101.1.69",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "185.199.108.153",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.31.195.255",
    "192.31.197.0",
    "192.52.192.255",
    "192.52.194.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "192.175.47.255",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2003::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "2620:4f:8001::1",
    "2620:fe::fe",
    "2400:cb00::1",
    "3ffd::1",
    "64:ff9b::808:808",
    "2a00:1450::5efe:808:808",
    "2001:db7:ffff::1",
    "2001:db9::1",
]


def test_the_catalogue_is_as_long_as_promised() -> None:
    assert len(DENIED) >= 120
    assert len(ALLOWED) >= 40


@pytest.mark.parametrize("address", DENIED)
def test_no_special_address_is_accepted(address: str) -> None:
    assert refusal(address), address


@pytest.mark.parametrize("address", ALLOWED)
def test_no_public_address_is_refused(address: str) -> None:
    assert refusal(address) == ""


@pytest.mark.parametrize(
    "text",
    [
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
        "fe80::1%eth0",
        "",
        "１２７.0.0.1",
        "a.example",
    ],
)
def test_other_spellings_are_refused_as_such(text: str) -> None:
    assert refusal(text)


@pytest.mark.parametrize(
    ("text", "name", "inside"),
    [
        ("::ffff:10.1.2.3", "IPv4-mapped", "10.1.2.3"),
        ("::10.1.2.3", "IPv4-compatible", "10.1.2.3"),
        ("::ffff:0:10.1.2.3", "IPv4-translated", "10.1.2.3"),
        ("64:ff9b::10.1.2.3", "NAT64", "10.1.2.3"),
        ("64:ff9b:1::10.1.2.3", "NAT64", "10.1.2.3"),
        ("64:ff9b:1:a01:2:300::", "NAT64 /48", "10.1.2.3"),
        ("2002:a01:203::", "6to4", "10.1.2.3"),
        ("2001:0:a01:203::", "Teredo server", "10.1.2.3"),
        ("2001::f5fe:fdfc", "Teredo client", "10.1.2.3"),
        ("2a00::5efe:a01:203", "ISATAP", "10.1.2.3"),
    ],
)
def test_every_embedding_is_read_out_and_named(text: str, name: str, inside: str) -> None:
    assert (name, IPv4Address(inside)) in embedded_ipv4(IPv6Address(text))
    assert inside in refusal(text)


@given(st.ip_addresses(v=4).filter(lambda one: not refusal(one)))
def test_a_public_ipv4_in_the_well_known_translation_stands_and_in_others_does_not(
    inside: IPv4Address,
) -> None:
    assert refusal(IPv6Address((0x0064FF9B << 96) | int(inside))) == ""
    for head in (0, 0xFFFF << 32, 0xFFFF << 48, 0x0064FF9B0001 << 80):
        assert refusal(IPv6Address(head | int(inside)))


@given(st.ip_addresses(v=4).filter(lambda one: bool(refusal(one))))
def test_a_denied_ipv4_is_denied_in_every_clothing(inside: IPv4Address) -> None:
    value = int(inside)
    clothes = [
        value,
        0xFFFF << 32 | value,
        0xFFFF << 48 | value,
        0x0064FF9B << 96 | value,
        0x2002 << 112 | value << 80,
    ]
    clothes += [0x2A00 << 112 | 0x5EFE << 32 | value, 0x20010000 << 96 | value ^ 0xFFFFFFFF]
    assert all(refusal(IPv6Address(one)) for one in clothes)


@given(st.ip_addresses(v=6))
def test_only_given_out_space_is_ever_accepted(address: IPv6Address) -> None:
    if not refusal(address):
        assert address in ip_network("2000::/3") or address in ip_network("64:ff9b::/96")


def test_an_organisation_can_refuse_more_but_not_less() -> None:
    more = ExtraDenied(["93.184.0.0/16", "2a00:1450::/32"])
    assert "organisation" in more.refusal("93.184.215.14")
    assert "organisation" in more.refusal("64:ff9b::5db8:d70e")
    assert more.refusal("127.0.0.1")
    assert not more.refusal("8.8.8.8")


def test_a_network_that_is_none_is_a_wrong_setting() -> None:
    with pytest.raises(SettingError):
        ExtraDenied(["10.0.0.0/99"])
