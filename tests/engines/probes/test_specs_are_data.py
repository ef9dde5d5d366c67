import re
import time

import pytest

from openiru.core.errors import InputError
from openiru.core.verification.signals import Says
from openiru.engines.probes import built_in, parse_specs, probe_url
from openiru.engines.probes.patterns import bounded
from openiru.engines.probes.spec import GENERIC

OWN = r"""
schema = 1

[[platform]]
name = "tube"
hosts = ["tube.example", "*.tube.example", "t.me"]
control_alive = "https://tube.example/about"
control_dead = "https://tube.example/never"

[[platform.ask]]
match = "^https://tube\\.example/v/([a-z0-9]{1,40})$"
url = "https://tube.example/api/{1}"

[[platform.ask]]
match = "^https://tube\\.example/out/([a-z0-9]{1,40})$"
url = "https://elsewhere.example/{1}"

[[platform.marker]]
id = "player"
says = "alive"
why = "present"
body = ["id=\"player\""]

[[platform.marker]]
id = "removed"
says = "gone"
why = "terms"
body = ["was removed"]
"""


def test_every_built_in_platform_knows_both_sides_and_says_when_and_from_what() -> None:
    specs = list(built_in())
    assert {"telegram", "youtube", "x", "internet-archive", "pastebin", "tiktok"} <= {
        spec.name for spec in specs
    }
    for spec in specs:
        sides = {marker.says for marker in spec.markers}
        assert spec.as_of
        assert len({marker.id for marker in spec.markers}) == len(spec.markers)
        assert spec.name == GENERIC or (Says.ALIVE in sides and sides & {Says.GONE, Says.RESTRICTED})
        assert spec.name == GENERIC or spec.hosts
    assert not [marker for marker in built_in().generic.markers if marker.says in {Says.GONE, Says.ALIVE}]


def test_control_addresses_are_of_their_own_platform() -> None:
    for spec in built_in():
        for url in spec.control or ():
            host = url.split("/")[2]
            assert built_in().for_host(host).name == spec.name


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("t.me", "telegram"),
        ("x.t.me", "telegram"),
        ("M.YouTube.com", "youtube"),
        ("youtube.com.", "youtube"),
        ("nott.me", GENERIC),
        ("a.example", GENERIC),
        ("me", GENERIC),
        ("", GENERIC),
    ],
)
def test_a_host_finds_its_spec(host: str, name: str) -> None:
    assert built_in().for_host(host).name == name


def test_an_organisations_own_file_adds_platforms_and_wins_for_its_hosts() -> None:
    specs = built_in().with_more(parse_specs(OWN, "own.toml"))
    assert specs.for_host("a.tube.example").name == "tube"
    assert specs.for_host("t.me").name == "tube"
    assert specs.for_host("telegram.me").name == "telegram"
    assert specs.for_host("other.example").name == GENERIC
    assert specs.generic.markers
    assert specs.for_host("tube.example").control == (
        "https://tube.example/about",
        "https://tube.example/never",
    )


def test_a_probe_address_stays_on_the_platform() -> None:
    (spec,) = parse_specs(OWN, "own.toml")
    assert probe_url("https://tube.example/v/ab1", spec) == "https://tube.example/api/ab1"
    assert probe_url("https://tube.example/out/ab1", spec) == "https://tube.example/out/ab1"
    assert probe_url("https://tube.example/other", spec) == "https://tube.example/other"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema = 1", "schema = 2"),
        ("schema = 1", "schema ="),
        ("[[platform]]", "[[site]]"),
        ('name = "tube"', 'name = "The Tube"'),
        ('name = "tube"', 'name = "generic"'),
        ("hosts = [", "homes = ["),
        ('"tube.example", ', '"http://tube.example/", '),
        ('hosts = ["tube.example", "*.tube.example", "t.me"]', "hosts = []"),
        ('control_dead = "https://tube.example/never"', ""),
        ('"https://tube.example/never"', '"https://tube.example/about"'),
        ('says = "alive"', 'says = "maybe"'),
        ('why = "terms"', 'why = "because"'),
        ('says = "gone"', 'says = "unclear"'),
        ('says = "alive"', 'says = "restricted"'),
        ('body = ["was removed"]', ""),
        ('body = ["was removed"]', 'body = "was removed"'),
        ('body = ["was removed"]', 'body = [""]'),
        ('body = ["was removed"]', 'status = ["404"]'),
        ('body = ["was removed"]', 'pattern = "(a+)+b"'),
        ('body = ["was removed"]', 'pattern = "["'),
        ('body = ["was removed"]', 'headers = ["x"]'),
        ('body = ["was removed"]', 'body = ["x"]\nlongest = "many"'),
        ('id = "removed"', 'id = ""'),
    ],
)
def test_a_spec_that_is_none_is_refused_with_its_place(old: str, new: str) -> None:
    assert old in OWN
    with pytest.raises(InputError) as caught:
        parse_specs(OWN.replace(old, new, 1), "own.toml")
    assert "own.toml" in caught.value.where


@pytest.mark.parametrize(
    "pattern",
    [
        "a*",
        "a+",
        "a{3,}",
        "(a){2}",
        "(a|b)?",
        "(a{0,9})*",
        r"(a)\1",
        "a{0,500}",
        "a{0,50}b{0,50}",
        "a?" * 20,
        ".{0,400}.{0,2}",
        "x" * 301,
        "^(a*)",
        "(?:ab){0,3}",
    ],
)
def test_patterns_whose_work_is_not_bounded_are_refused(pattern: str) -> None:
    with pytest.raises(InputError):
        bounded(pattern, "here")


@pytest.mark.parametrize(
    "pattern",
    [
        r"\*\+",
        "[*+]{1,9}",
        r"a{0,80}b",
        "^https?://a\\.example/([a-z]{1,40})/([0-9]{1,20})$",
        "x{3}",
        "a.{0,100}?b",
        "(?:a|b)c",
        r"\{\s?\}",
    ],
)
def test_bounded_patterns_are_taken(pattern: str) -> None:
    assert isinstance(bounded(pattern, "here"), re.Pattern)


def test_the_worst_permitted_pattern_on_the_worst_page_takes_seconds_at_most() -> None:
    pattern = bounded("a{0,298}b", "here")
    started = time.monotonic()
    assert pattern.search("a" * 131_072) is None
    assert time.monotonic() - started < 15
