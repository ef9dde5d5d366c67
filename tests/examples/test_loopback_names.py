"""The played name server knows its own names and no others."""

from __future__ import annotations

import dns.rcode
import pytest
from tests.examples.played_internet import Played


@pytest.mark.parametrize("tcp", [False, True])
@pytest.mark.parametrize(
    "name", ["t.me", "www.youtube.com", "filebay.example", "openiru-demo-blog.quillpress.example"]
)
def test_names_of_played_platforms_lead_to_loopback(played: Played, name: str, *, tcp: bool) -> None:
    answer = played.resolve(name, tcp=tcp)
    assert answer.rcode() == dns.rcode.NOERROR
    assert [str(record) for record in answer.answer[0]] == ["127.0.0.1"]


def test_there_is_no_address_of_the_sixth_version(played: Played) -> None:
    answer = played.resolve("t.me", "AAAA")
    assert answer.rcode() == dns.rcode.NOERROR
    assert not answer.answer


@pytest.mark.parametrize(
    "name", ["closed.example", "mirrorhut-old.example", "never-heard.test", "www.iana.org"]
)
def test_dead_and_unknown_names_do_not_exist(played: Played, name: str) -> None:
    assert played.resolve(name).rcode() == dns.rcode.NXDOMAIN


def test_one_name_fails_without_saying_whether_it_exists(played: Played) -> None:
    assert played.resolve("s2.linkleaf.example").rcode() == dns.rcode.SERVFAIL


def test_a_mirror_host_exists_only_as_long_as_its_content(played: Played) -> None:
    control = played.platforms["mirrorhut.example"]["control"]
    alive = control["alive"].partition("://")[2].partition("/")[0]
    label, _, rest = alive.partition(".")
    dead = f"{label[:-1]}{'5' if label.endswith('4') else '4'}.{rest}"
    assert played.resolve(alive).rcode() == dns.rcode.NOERROR
    assert played.resolve(dead).rcode() == dns.rcode.NXDOMAIN
