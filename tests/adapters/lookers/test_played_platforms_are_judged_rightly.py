"""From the wire to the outcome: played platforms that lie in all the usual ways, looked at, read, judged."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from tests.egress.http_servers import Play, page, raw, redirect, serving

from openiru.adapters.lookers.http import HttpLooker
from openiru.core.verification.outcome import Decision, Reason, control_holds, decide
from openiru.core.vocabulary import Outcome
from openiru.engines.probes import built_in, gather, sibling_url

BASE = "https://tube.example"
SORRY = b"<p>Sorry, what you are looking for could not be found here. Please try the search above.</p>"
CLIP = (
    b"<p>A clip about the keeping of gardens, the watering of roses and the building of low stone walls.</p>"
)
ABOUT = (
    b"<p>About us: this is a small place for films about gardens, run by three friends from the coast.</p>"
)


def judge(looker: HttpLooker, path: str) -> Decision:
    """As the stage does it: look, read, and when it would help, compare with a sibling and the known-alive page."""
    specs = built_in()
    url = BASE + path
    look = looker.look(url)
    first = decide(gather(look, specs, "tube.example"))
    if not first.wants_sibling:
        return first
    sibling, control = looker.look(sibling_url(url, "seed")), looker.look(f"{BASE}/about")
    return decide(gather(look, specs, "tube.example", sibling=sibling, control=control))


def always_200(sock: socket.socket, request: bytes) -> None:
    """A soft 404 that repeats the name it was asked for."""
    name = request.split(b" ", 2)[1].rpartition(b"/")[2]
    page(SORRY.replace(b"what you are looking for", name))(sock, request)


SHELL = page(b"<div id=app></div><script src=/app.js></script>")
PLATFORMS: dict[str, tuple[Play, Play, Outcome, Reason]] = {
    # name -> what answers for everything unknown, what answers for the item, outcome, reason
    "honest, gone": (page(SORRY, "404 No"), page(SORRY, "404 No"), Outcome.GONE, Reason.STATUS_GONE),
    "honest, 410": (page(SORRY, "404 No"), page(SORRY, "410 Gone"), Outcome.GONE, Reason.STATUS_GONE),
    "honest, there": (page(SORRY, "404 No"), page(CLIP), Outcome.LIVE, Reason.SIBLING_404),
    "always 200, gone": (always_200, always_200, Outcome.GONE, Reason.SOFT_404_BY_CONTROL),
    "always 200, there": (always_200, page(CLIP), Outcome.INCONCLUSIVE, Reason.UNTOLD),
    "home for all unknown": (redirect("/"), redirect("/"), Outcome.GONE, Reason.SOFT_404_BY_REDIRECT),
    "home for this one only": (page(SORRY, "404 No"), redirect("/"), Outcome.INCONCLUSIVE, Reason.HOME),
    "led to sign in": (page(SORRY, "404 No"), redirect("/login?next=x"), Outcome.RESTRICTED, Reason.LOGIN),
    "blocked by law": (page(SORRY, "404 No"), page(b"no", "451 Law"), Outcome.RESTRICTED, Reason.LEGAL),
    "geo-block": (page(SORRY, "404 No"), page(b"Not available in your country", "403 No"), Outcome.RESTRICTED, Reason.GEO),
    "forbidden": (page(SORRY, "404 No"), page(b"no", "403 No"), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    "too many questions": (page(SORRY, "404 No"), page(b"slow", "429 Slow"), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    "captcha": (page(SORRY, "404 No"), page(b"<title>Just a moment...</title>", "503 No"), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    "captcha on 404": (page(SORRY, "404 No"), page(b"Verify you are human", "404 No"), Outcome.INCONCLUSIVE, Reason.HIDDEN),
    "broken": (page(SORRY, "404 No"), raw(b"nonsense"), Outcome.INCONCLUSIVE, Reason.TROUBLE),
    "moved": (page(SORRY, "404 No"), redirect("/v/99", 301), Outcome.MOVED, Reason.REDIRECTED),
}  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_platform_is_judged_rightly_whatever_it_says(platform: str, tmp_path: Path) -> None:
    unknown, item, outcome, reason = PLATFORMS[platform]
    with serving(unknown) as server:
        server.routes |= {"/v/12": item, "/about": page(ABOUT), "/": page(b"front"), "/v/99": page(CLIP)}
        server.routes["/login?next=x"] = page(b"who are you?")
        table = tmp_path / "names.json"
        table.write_text(json.dumps({"names": {"tube.example": server.port}}))
        looker = HttpLooker.build({"environment": "demo", "names_table": str(table)})
        decision = judge(looker, "/v/12")
    assert (decision.outcome, decision.reason) == (outcome, reason)


def test_a_shell_for_everything_is_never_gone(tmp_path: Path) -> None:
    with serving(SHELL) as server:
        table = tmp_path / "names.json"
        table.write_text(json.dumps({"names": {"tube.example": server.port}}))
        looker = HttpLooker.build({"environment": "demo", "names_table": str(table)})
        alive, dead = judge(looker, "/about"), judge(looker, "/never")
    assert {alive.outcome, dead.outcome} == {Outcome.INCONCLUSIVE}
    assert not control_holds(alive, dead)
