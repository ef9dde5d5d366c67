"""Hostile and broken text: a clear error, or careful handling that says what it did."""

from __future__ import annotations

import pytest

from openiru.core.errors import InputError, SettingError
from openiru.engines.addresses import (
    Address,
    AddressError,
    canonicalise,
    canonicalise_many,
    default_rulebook,
    try_canonicalise,
)

REFUSED = [
    ("", "no address"),
    ("   ", "no address"),
    ("hello", "neither a scheme nor a host"),
    ("report.pdf", "No host ends in"),
    ("1.2.3", "No host ends in"),
    ("https://example.org/" + "a" * 100_000, "too long"),
    ("https://example.org/\x00", "control character"),
    ("https://example.org/a\tb", "line break or tab"),
    ("https://example.org/a\nhttps://example.org/b", "line break or tab"),
    ("https://example.org/a b", "blank"),
    ("https://example.org/\u202egpj.exe", "direction mark"),
    ("data:text/html,x", "does not lead"),
    ("javascript:alert(1)", "does not lead"),
    ("file:///etc/passwd", "does not lead"),
    ("mailto:a@example.org", "does not lead"),
    ("a@example.org", "e-mail"),
    ("http://", "not a valid"),
    ("https:///", "not a valid"),
    ("http://intranet/x", "without a dot"),
    ("https://exa mple.org/", "blank"),
    ("https://[::1/", "not a valid"),
    ("https://a..example.org/", "empty or too long"),
    (f"https://{'a' * 64}.example.org/", "empty or too long"),
    ("https://example.org:99999/", "not a valid"),
    ("unknown://example.org/", "does not lead"),
]


@pytest.mark.parametrize(("raw", "reason"), REFUSED, ids=[repr(r[0][:30]) for r in REFUSED])
def test_what_is_no_address_is_refused_with_a_reason(raw: str, reason: str) -> None:
    with pytest.raises(AddressError, match=reason) as caught:
        canonicalise(raw)
    assert isinstance(caught.value, InputError)
    assert caught.value.code == "OIRU-4100"
    assert len(caught.value.where) < 700
    assert caught.value.where.isprintable()


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("  https://example.org/a \n", "web:example.org/a"),
        ("\u200ehttps://example.org/a\u200f", "web:example.org/a"),
        ("https://exam\u200bple.org/a", "web:example.org/a"),
        ("https://exam\u00adple.org/a", "web:example.org/a"),
        ("https://youtube.com:x@example.org/a", "web:example.org/a"),
        ("https:\\\\example.org\\a", "web:example.org/a"),
        ("https://example．org/a", "web:example.org/a"),
        ("https://ｅｘａｍｐｌｅ.org/a", "web:example.org/a"),
        ("http://0x7f000001.1/", None),
        ("http://3221225985/a", "web:192.0.2.1/a"),
    ],
)
def test_what_can_be_put_right_is_put_right_as_browsers_do(raw: str, key: str | None) -> None:
    answer = try_canonicalise(raw)
    assert (answer.key if isinstance(answer, Address) else None) == key


def test_many_addresses_get_one_answer_each_in_their_order() -> None:
    answers = canonicalise_many(["https://t.me/x/1", "nonsense", "https://t.me/x/2"])
    assert [a.key if isinstance(a, Address) else a.code for a in answers] == [
        "telegram:post:x/1",
        "OIRU-4100",
        "telegram:post:x/2",
    ]


def test_a_redirecting_page_inside_itself_comes_to_an_end() -> None:
    raw = "https://l.facebook.com/l.php?u=" * 9 + "https://example.org/"
    with pytest.raises(AddressError, match="inside itself"):
        canonicalise(raw)


def test_an_organisation_adds_rules_of_its_own() -> None:
    book = default_rulebook().with_rules(
        """
        [[platform]]
        id = "house"
        hosts = ["videos.example"]
        [[platform.rule]]
        name = "film"
        path = "/film/{id:digits}"
        kind = "video"
        key = "film:{id}"
        canonical = "https://videos.example/film/{id}"
        """
    )
    assert canonicalise("http://www.videos.example/film/7?x=1", rules=book).key == "house:film:7"
    assert canonicalise("http://www.videos.example/film/7").key == "web:videos.example/film/7"
    assert canonicalise("https://t.me/x/1", rules=book).key == "telegram:post:x/1"


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("[[platform]]\nid = 1\nhosts = 3", "cannot be read"),
        ('[[platform]]\nid = "a"\nstrange = 1', "Unknown fields"),
        (
            '[[platform]]\nid = "a"\n[[platform.rule]]\nname = "n"\nkind = "post"\npath = "/{x:nothing}"',
            "nothing defines",
        ),
        (
            '[[platform]]\nid = "a"\n[[platform.rule]]\nname = "n"\nkind = "nonsense"\npath = "/"',
            "cannot be read",
        ),
        ("not toml at all", "cannot be read"),
    ],
)
def test_a_wrong_rule_file_is_refused_and_named(toml: str, reason: str) -> None:
    with pytest.raises(SettingError, match=reason) as caught:
        default_rulebook().with_rules(toml, source="ours.toml")
    assert "ours.toml" in caught.value.where
