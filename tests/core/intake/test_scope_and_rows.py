from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.intake.contribution import check, kind_of, language_tag
from openiru.core.intake.names import LANGUAGES
from openiru.core.intake.scope import Facts, Scope, flags
from openiru.core.vocabulary import Kind

NOW = datetime(2030, 5, 1, tzinfo=UTC)


def test_an_item_outside_the_scope_is_flagged_once_a_reason() -> None:
    scope = Scope(
        platforms=frozenset({"p1"}),
        languages=frozenset({"sr", "sq"}),
        mandate_kinds=frozenset({Kind.VIDEO}),
        themes=frozenset({"t1"}),
    )
    facts = Facts(platform="p2", language="ar", kind=Kind.APP, group="g1", theme="t2")
    codes = ["theme-outside", "platform-outside", "language-outside", "kind-outside"]
    assert [flag.code for flag in flags(facts, scope)] == codes


def test_unknown_is_not_outside_and_an_empty_scope_is_no_limit() -> None:
    assert flags(Facts(), Scope(platforms=frozenset({"p1"}), mandate_kinds=frozenset({Kind.APP}))) == []
    assert flags(Facts(platform="p2", kind=Kind.APP, language="ar"), Scope()) == []


def test_a_language_covers_its_scripts_but_not_the_other_way() -> None:
    assert flags(Facts(language="sr-Latn"), Scope(languages=frozenset({"sr"}))) == []
    assert flags(Facts(language="sr"), Scope(languages=frozenset({"sr-Latn"}))) != []


def codes(address: str = "https://example.org", seen: datetime | None = None, **texts: str) -> list[str]:
    return [flaw.code for flaw in check(address=address, seen_at=seen, texts=texts, now=NOW)]


def test_a_good_row_has_no_flaw() -> None:
    assert codes(seen=NOW, reason="invented") == []
    assert codes(seen=NOW + timedelta(minutes=4)) == []


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (codes(address="  "), "address-missing"),
        (codes(address="x" * 100_000), "address-long"),
        (codes(address="a\x00b"), "nul"),
        (codes(seen=NOW + timedelta(days=1)), "seen-future"),
        (codes(seen=datetime(1970, 1, 1, tzinfo=UTC)), "seen-long-ago"),
        (codes(seen=datetime(2030, 1, 1)), "seen-zone"),  # noqa: DTZ001 - the fault under test
        (codes(reason="x" * 20_001), "too-long"),
        (codes(title="a\x00"), "nul"),
    ],
)
def test_each_flaw_has_its_code(found: list[str], code: str) -> None:
    assert found == [code]


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("sq", "sq"),
        ("Shqip", "sq"),
        ("gjuha shqipe", "sq"),
        ("Bosanski", "bs"),
        ("hrvatski", "hr"),
        ("Српски", "sr"),
        ("sr-Cyrl", "sr"),
        ("sr_latn_RS", "sr-Latn"),
        ("sr-RS", "sr"),
        ("Srpski (latinica)", "sr-Latn"),
        ("crnogorski", "cnr"),
        ("Македонски", "mk"),
        ("slovenščina", "sl"),
        ("العربية", "ar"),
        ("EN-GB", "en"),
        ("en-Latn", "en"),
        ("deu", "de"),
        ("", ""),
        ("Klingon", ""),
        ("english and french", ""),
        ("xx", ""),
    ],
)
def test_languages_as_people_write_them(written: str, tag: str) -> None:
    assert language_tag(written) == tag


@given(st.sampled_from(sorted(LANGUAGES)) | st.text(max_size=12))
def test_a_tag_is_its_own_tag(written: str) -> None:
    tag = language_tag(written)
    assert tag == "" or language_tag(tag) == tag


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Video", Kind.VIDEO),
        ("kanal", Kind.CHANNEL),
        ("llogari", Kind.ACCOUNT),
        ("објава", Kind.POST),
        ("slika", Kind.IMAGE),
        ("PDF", Kind.DOCUMENT),
        ("web stranica", Kind.PAGE),
        ("invite_link", Kind.INVITE),
        ("thing", None),
    ],
)
def test_kinds_as_people_write_them(written: str, kind: Kind | None) -> None:
    assert kind_of(written) is kind
