"""The guarded client reads the played internet: where control pairs hold, and where they rightly do not."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from tests.examples.played_internet import ROOT, Played

lookers = pytest.importorskip("openiru.adapters.lookers.http", reason="the looker is not there yet")
outcome = pytest.importorskip("openiru.core.verification.outcome", reason="decisions are not there yet")
reader = pytest.importorskip("openiru.engines.probes.reader", reason="the engine of probes is not there yet")
spec = pytest.importorskip("openiru.engines.probes.spec", reason="the engine of probes is not there yet")
siblings = pytest.importorskip("openiru.engines.probes.siblings", reason="siblings are not there yet")

#: nobody can tell from outside whether content is there: the whole batch stays inconclusive
UNREADABLE = {
    "facebook",
    "clipshare.example",
    "cloudnest.example",
    "tubeway.example",
    "chatring.example",
    "pixwall.example",
}


def judge(played: Played, url: str, known_alive: str) -> object:
    """One look, and a look at a sibling where that could settle it."""
    look = lookers.HttpLooker.build(
        {"environment": "demo", "names_table": str(played.state / "table.json")}
    ).look
    text = (ROOT / "examples/action-day/probes.toml").read_text("utf-8")
    specs = spec.built_in().with_more(spec.parse_specs(text, "probes.toml"))
    seen = look(url)
    signals = reader.read_signals(seen, specs.for_host(urlsplit(url).hostname or ""), specs.generic)
    decision = outcome.decide(outcome.Facts(look=seen, signals=signals))
    if decision.wants_sibling:
        beside, control = look(siblings.sibling_url(url, "seed")), look(known_alive)
        facts = outcome.Facts(
            look=seen,
            signals=signals,
            sibling=beside,
            to_sibling=siblings.similarity(seen.body, beside.body),
            control_to_sibling=siblings.similarity(control.body, beside.body),
        )
        decision = outcome.decide(facts)
    return decision


def test_control_pairs_hold_on_all_platforms_but_those_that_hide_everything(played: Played) -> None:
    misread = set()
    for slug, platform in played.platforms.items():
        alive, dead = platform["control"]["alive"], platform["control"]["dead"]
        if not outcome.control_holds(judge(played, alive, alive), judge(played, dead, alive)):
            misread.add(slug)
    assert misread == UNREADABLE
