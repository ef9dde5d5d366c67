"""The truth of the demonstration and the engine of addresses agree: platform, extent, and one key for one place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.examples.played_internet import ROOT

addresses = pytest.importorskip(
    "openiru.engines.addresses", reason="the engine of addresses is not there yet"
)
PLAN: dict[str, dict[str, Any]] = {}
SPELLINGS: dict[str, str] = {}
_truth = json.loads((ROOT / "examples/action-day/expected.json").read_text("utf-8"))
PLAN |= _truth["plan"]
SPELLINGS |= _truth["spellings"]
NEVER = {"collection", "playlist", "search", "site", "root"}


def test_different_places_have_different_keys() -> None:
    keys = {addresses.canonicalise(address).key for address in PLAN}
    assert len(keys) == len(PLAN)


def test_every_spelling_that_was_handed_in_has_the_key_of_its_place() -> None:
    wrong = [
        (raw, address)
        for raw, address in SPELLINGS.items()
        if addresses.canonicalise(raw).key != addresses.canonicalise(address).key
    ]
    assert wrong == []


def test_platforms_are_named_as_the_engine_names_them() -> None:
    found = {a: addresses.canonicalise(a) for a, p in PLAN.items() if p["extent"] == "item"}
    named = {a: r.registrable if r.platform == "web" else r.platform for a, r in found.items()}
    assert {a: got for a, got in named.items() if got != PLAN[a]["platform"]} == {}


def test_kinds_are_those_that_the_address_tells() -> None:
    kinds = {a: str(addresses.canonicalise(a).kind) for a in PLAN}
    assert {a: got for a, got in kinds.items() if got != PLAN[a]["kind"]} == {}


def test_the_probe_specs_are_read_by_the_engine_and_say_both_sides() -> None:
    probes = pytest.importorskip(
        "openiru.engines.probes.spec", reason="the engine of probes is not there yet"
    )
    specs = probes.parse_specs((ROOT / "examples/action-day/probes.toml").read_text("utf-8"), "probes.toml")
    assert len(specs) == 27
    assert all(spec.control for spec in specs)


def test_what_is_more_than_one_item_is_seen_to_be_so() -> None:
    extents = {a: str(addresses.canonicalise(a).extent) for a in PLAN}
    items = {a for a, extent in extents.items() if extent == "item"}
    assert {
        a for a, p in PLAN.items() if p["extent"] in {"wide", "never", "sensitive"} and a in items
    } == set()
    assert {a for a, p in PLAN.items() if p["extent"] == "item"} <= items
    assert {extents[a] for a, p in PLAN.items() if p["extent"] == "sensitive"} == {"sensitive"}


def test_holds_match_the_keys_they_are_meant_for() -> None:
    keys = {address: addresses.canonicalise(address).key for address, p in PLAN.items() if p["held"]}
    text = (ROOT / "examples/action-day/holds.csv").read_text("utf-8")
    values = [line.split(",")[2] for line in text.splitlines()[1:]]
    prefixes = tuple(value.removesuffix("*") for value in values)
    assert {a for a, key in keys.items() if not key.startswith(prefixes)} == set()
    everything = [addresses.canonicalise(a).key for a in PLAN]
    assert sum(key.startswith(prefixes) for key in everything) == len(keys)
