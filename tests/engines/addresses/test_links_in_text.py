"""Addresses in pasted text and mail bodies, in any usual defanging, in any script around them."""

from __future__ import annotations

import time

import pytest

from openiru.engines.addresses import defang, find_links, refang

FOUND = [
    ("https://t.me/x/1, and more", ["https://t.me/x/1"]),
    ("hxxps://t[.]me/x/1.", ["https://t.me/x/1"]),
    ("hXXps[:]//t(.)me/x/1!", ["https://t.me/x/1"]),
    ("hxxp[://]t{dot}me/x/1", ["http://t.me/x/1"]),
    ("t [.] me/x/1", ["t.me/x/1"]),
    ("t(dot)me/x/1", ["t.me/x/1"]),
    ("t dot me/x/1", ["t.me/x/1"]),
    ("bare t.me/abc here", ["t.me/abc"]),
    ("at www.example.org now", ["www.example.org"]),
    ("example[.]org is the site", ["example.org"]),
    ("example.org\nexample.net", ["example.org", "example.net"]),
    ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
    ("<https://example.org/a>", ["https://example.org/a"]),
    ("[text](https://example.org/a)", ["https://example.org/a"]),
    ("[https://a.test/1](https://a.test/2)", ["https://a.test/1", "https://a.test/2"]),
    ("**https://example.org/a**", ["https://example.org/a"]),
    ("“https://example.org/a”", ["https://example.org/a"]),
    ("„https://example.org/a“", ["https://example.org/a"]),
    (
        "https://a.test/1,https://a.test/2;https://a.test/3",
        ["https://a.test/1", "https://a.test/2", "https://a.test/3"],
    ),
    ("Погледај https://t.me/x/1, хвала", ["https://t.me/x/1"]),
    ("https://t.me/x/1погледај", ["https://t.me/x/1"]),
    ("انظر https://t.me/x/1، شكرا", ["https://t.me/x/1"]),
    ("https://t.me/x/1؟", ["https://t.me/x/1"]),
    ("https://example.org/чланак/1", ["https://example.org/чланак/1"]),
    ("https://пример.test/a", ["https://пример.test/a"]),
    ("https://t.me/\u200bx/1", ["https://t.me/x/1"]),
    ("https://t.\u00adme/x/1", ["https://t.me/x/1"]),
    (r'{"u": "https:\/\/t.me\/x\/1"}', ["https://t.me/x/1"]),
    ("tg://resolve?domain=x", ["tg://resolve?domain=x"]),
    ("https://example.org/{at}name/1", ["https://example.org/@name/1"]),
    ("https://example.org/[at]name/1", ["https://example.org/@name/1"]),
    ("192[.]0[.]2[.]1/x", []),
    ("user@example.org and user[at]example[.]org", []),
    ("This ends.It begins e.g. here, i.e. now; report.pdf and main.py, v1.2.3", []),
    ("no links at all", []),
]


@pytest.mark.parametrize(("text", "urls"), FOUND, ids=[t[0][:40] for t in FOUND])
def test_the_links_are_found_and_made_whole(text: str, urls: list[str]) -> None:
    found = find_links(text)
    assert [f.url for f in found] == urls
    assert all(text[f.start : f.end] == f.raw for f in found)


@pytest.mark.parametrize(
    ("raw", "whole"),
    [
        ("hxxps://example[.]org/a", "https://example.org/a"),
        ("hxxps[:]//example[dot]org", "https://example.org"),
        ("example(.)org", "example.org"),
        ("tg[:]//resolve?domain=x", "tg://resolve?domain=x"),
        ("https://example.org/(dot)", "https://example.org/(dot)"),
        ("http://[2001:db8::1]/a", "http://[2001:db8::1]/a"),
        ("hxxps://thxxp[.]example/x", "https://thxxp.example/x"),
        ("hxxp[.]example/x", "hxxp.example/x"),
        ("hxxps[:]//go-hxxp[.]example/hxxp.html", "https://go-hxxp.example/hxxp.html"),
        ("hxxps://example[.]org/2020/hxxps://a[.]test/", "https://example.org/2020/https://a.test/"),
    ],
)
def test_a_defanged_address_is_made_whole(raw: str, whole: str) -> None:
    assert refang(raw) == whole
    assert refang(defang(whole)) == whole


HOSTILE = [
    "a.",
    "a[.]",
    "a dot ",
    "https://",
    "hxxps[:]//",
    "[",
    " [ ",
    "a@",
    "www.a ",
    "(",
    "\u200b",
    "https://a.test/(",
    "t.me/x,",
    "](",
]


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size] + " @"
        started = time.process_time()
        find_links(text)
        return time.process_time() - started

    small, large = min(seconds(20_000), seconds(20_000)), seconds(200_000)
    # Ten times the text: a quadratic search would take a hundred times as long.
    assert large < 40 * small + 0.2


def test_ten_megabytes_of_one_word_and_of_prose_are_read_through() -> None:
    started = time.process_time()
    assert find_links("a" * 10_000_000) == []
    assert find_links("https://a.test/" + ")" * 10_000_000)[0].url == "https://a.test/"
    assert time.process_time() - started < 60
