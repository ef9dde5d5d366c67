"""Pairs that look alike and are two places; and the traps in which other libraries were caught."""

from __future__ import annotations

import pytest

from openiru.engines.addresses import canonicalise, find_links

PAIRS = [
    ("https://t.me/x/1", "https://t.me/x/2"),
    ("https://t.me/x/1", "https://t.me/x/1?comment=5"),
    ("https://t.me/c/1/2", "https://t.me/c/2/1"),
    ("https://t.me/x/1", "https://t.me/x/s/1"),
    ("https://t.me/+AbCdEfGhIj", "https://t.me/+abcdefghij"),
    ("https://youtu.be/aaaaaaaaaaA", "https://youtu.be/aaaaaaaaaaa"),
    ("https://youtube.com/c/name", "https://youtube.com/user/name"),
    ("https://x.com/a/status/1", "https://nitter.example/a/status/1"),
    ("https://www.facebook.com/photo.php?fbid=1", "https://www.facebook.com/watch/?v=1"),
    ("https://archive.org/details/a", "https://archive.org/details/A"),
    ("https://archive.org/details/a", "https://archive.org/details/a/f.mp4"),
    ("https://web.archive.org/web/2020/https://example.org/", "https://example.org/"),
    (
        "https://web.archive.org/web/2020/https://e.test/?a=1",
        "https://web.archive.org/web/2020/https://e.test/?a=2",
    ),
    ("https://pastebin.com/AbC", "https://pastebin.com/abc"),
    ("https://dpaste.com/a", "https://dpaste.org/a"),
    ("https://mega.nz/folder/a#K/file/b", "https://mega.nz/folder/a#K/file/c"),
    ("https://sites.google.com/view/a", "https://sites.google.com/site/a"),
    ("https://a.example.org/@u/1", "https://b.example.org/@u/1"),
    ("https://example.org/a", "https://example.org/a/"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a?x=1&y=2", "https://example.org/a?y=2&x=1"),
    ("https://example.org/a?x=1", "https://example.org/a?x=1&x=1"),
    ("https://example.org//a", "https://example.org/a"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/#/a", "https://example.org/#/b"),
    ("https://example.org/", "https://example.org:8443/"),
    ("http://example.org:8080/", "http://example.org:8081/"),
    ("https://example.org/?ref=1", "https://example.org/?ref=2"),
    ("https://www.deep.example.org/", "https://deep.example.org/"),
    ("dns:example.org", "https://example.org/"),
    ("https://rumble.com/c/a", "https://rumble.com/user/a"),
    ("https://x.com/i/lists/1", "https://x.com/i/events/1"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_places_have_two_keys(one: str, other: str) -> None:
    assert canonicalise(one).key != canonicalise(other).key


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("https://t.me/+AbCdEfGhIjKl", "telegram:invite:AbCdEfGhIjKl"),
        ("https://t.me/joinchat/AbCdEfGhIjKl", "telegram:invite:AbCdEfGhIjKl"),
        ("https://t.me/c/1234/56", "telegram:post:c/1234/56"),
        ("tg://resolve?domain=Name", "telegram:channel:name"),
        ("tg://resolve?domain=name&post=7", "telegram:post:name/7"),
        ("tg://join?invite=AbCdEfGhIjKl", "telegram:invite:AbCdEfGhIjKl"),
        ("https://name.t.me", "telegram:channel:name"),
        ("https://name.t.me/7", "telegram:post:name/7"),
        ("https://telegram.dog/name", "telegram:channel:name"),
        ("https://t.me/addlist/AbC", "telegram:folder:AbC"),
        ("https://t.me/boost/name", "telegram:channel:name"),
        ("https://t.me/boost?c=12", "telegram:channel:c/12"),
        ("https://t.me/s", "web:t.me/s"),
        ("https://www.youtube.com/live/aaaaaaaaaaA", "youtube:video:aaaaaaaaaaA"),
        ("https://www.youtube-nocookie.com/embed/aaaaaaaaaaA", "youtube:video:aaaaaaaaaaA"),
        ("https://x.com/i/web/status/12", "x:post:12"),
        ("hxxps://a[.]example/b", "web:a.example/b"),
        ("hxxps://a[.]b[.]test", "web:a.b.test/"),
        ("https://example.org:443/a", "web:example.org/a"),
        ("http://example.org:80/a", "web:example.org/a"),
        ("https://example.org/./b/../a", "web:example.org/a"),
        ("https://user:pass@example.org/a?utm_source=x", "web:example.org/a"),
        ("https://example.org/%7ea", "web:example.org/~a"),
    ],
)
def test_the_forms_on_which_other_libraries_fail_are_known(raw: str, key: str) -> None:
    assert canonicalise(raw).key == key


@pytest.mark.parametrize("text", ["see t.me/abc now", "see hxxps://t.me/abc now"])
def test_bare_and_defanged_addresses_are_found_in_text(text: str) -> None:
    assert [canonicalise(f.url).key for f in find_links(text)] == ["telegram:channel:abc"]
