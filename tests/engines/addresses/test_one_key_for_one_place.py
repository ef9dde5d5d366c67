"""The catalogue: every spelling has the key, kind and extent that it should have."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from tests.engines.addresses.cases import CASES, Case

from openiru.engines.addresses import AddressError, canonicalise, default_rulebook, refang
from openiru.engines.addresses.matching import Hit, match


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.raw[:60])
def test_the_address_has_its_key_kind_and_extent(case: Case) -> None:
    address = canonicalise(case.raw)
    assert (address.key, address.kind.value, address.extent.value) == (case.key, case.kind, case.extent)
    assert address.input == case.raw


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.raw[:60])
def test_the_canonical_address_has_the_same_key_and_survives_defanging(case: Case) -> None:
    address = canonicalise(case.raw)
    again = canonicalise(address.canonical)
    assert (again.key, again.kind, again.extent) == (address.key, address.kind, address.extent)
    assert refang(address.defanged) == address.canonical
    assert canonicalise(address.defanged).key == address.key
    assert not address.defanged.startswith(("http:", "https:"))


def test_the_catalogue_is_as_large_as_promised() -> None:
    assert len({c.raw for c in CASES}) >= 400


def test_one_key_never_has_two_kinds_or_two_extents() -> None:
    seen: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for case in CASES:
        seen[case.key].add((case.kind, case.extent))
    assert {k: v for k, v in seen.items() if len(v) > 1} == {}


def test_every_rule_of_every_platform_is_exercised_by_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    met: set[int] = set()

    def noting(*args: Any) -> Hit | None:
        hit = match(*args)
        if hit is not None:
            met.add(id(hit[0]))
        return hit

    monkeypatch.setattr("openiru.engines.addresses.canonical.match", noting)
    for case in CASES:
        canonicalise(case.raw)
    silent = [
        f"{p.id} {p.hosts[:1]}: {r.name}"
        for p in default_rulebook().platforms
        for r in p.rules
        if id(r) not in met
    ]
    assert silent == []


def test_a_shortener_is_to_be_followed_before_anyone_decides() -> None:
    assert canonicalise("https://bit.ly/AbC").needs_resolving
    assert not canonicalise("https://t.me/x/1").needs_resolving


def test_content_names_the_account_it_belongs_to_and_an_account_names_itself() -> None:
    assert (
        canonicalise("https://t.me/x/1").account
        == canonicalise("https://t.me/s/X").key
        == "telegram:channel:x"
    )
    assert canonicalise("https://t.me/x").account == "telegram:channel:x"
    assert canonicalise("https://example.org/a").account == ""


def test_the_reason_says_in_plain_words_what_was_put_right() -> None:
    assert "name and password" in canonicalise("https://a:b@example.org/x").why
    assert (
        "redirecting page of l.facebook.com"
        in canonicalise("https://l.facebook.com/l.php?u=https://t.me/x/1").why
    )
    assert "front page of a platform" in canonicalise("https://youtube.com").why


def test_what_opens_an_encrypted_place_stays_in_the_address_and_out_of_the_key() -> None:
    mega = canonicalise("https://mega.nz/#!abcdefgh!SECRET")
    assert mega.canonical == "https://mega.nz/file/abcdefgh#SECRET"
    assert "SECRET" not in mega.key
    dropbox = canonicalise("https://www.dropbox.com/scl/fi/abc/n.pdf?rlkey=zz&dl=0")
    assert "rlkey=zz" in dropbox.canonical
    assert "zz" not in dropbox.key


def test_an_onion_address_with_a_wrong_checksum_or_of_the_dead_version_says_so() -> None:
    sound = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad"
    assert "checksum" not in canonicalise(f"http://{sound}.onion/").why
    assert "checksum" in canonicalise("http://" + "a" * 56 + ".onion/").why
    assert "2021" in canonicalise("http://" + "a" * 16 + ".onion/").why
    with pytest.raises(AddressError, match="56"):
        canonicalise("http://short.onion/")


def test_registrable_domains_follow_the_public_suffix_list() -> None:
    assert canonicalise("https://a.b.example.co.uk/x").registrable == "example.co.uk"
    assert canonicalise("https://name.github.io/x").registrable == "name.github.io"


def test_an_address_prints_as_one_flat_object() -> None:
    line = canonicalise("https://t.me/x/1").as_dict()
    assert set(line) >= {"input", "key", "platform", "kind", "canonical", "defanged", "extent", "why"}
    assert line["defanged"] == "hxxps://t[.]me/x/1"
