"""Gathers what a decision needs from the looks that were made. It decides nothing."""

from __future__ import annotations

from openiru.core.verification.observation import Observation
from openiru.core.verification.outcome import Facts
from openiru.engines.probes.reader import read_signals
from openiru.engines.probes.siblings import similarity, words_of_url
from openiru.engines.probes.spec import Specs


def gather(
    look: Observation,
    specs: Specs,
    host: str,
    *,
    sibling: Observation | None = None,
    control: Observation | None = None,
    capture: str = "",
    same_key: bool | None = None,
) -> Facts:
    """The facts of one look at an address of ``host``.

    ``sibling``: the look at ``sibling_url(look.url, seed)``. ``control``: the look at the platform's known-alive
    address. ``capture``: the body that was stored when the content was seen, empty if none. ``same_key``: the
    final address has the same key as the one looked at (None: unknown). A body that did not come (status 0)
    is compared with nothing.
    """
    forget = words_of_url(look.url, *([sibling.url] if sibling else []))

    def alike(one: Observation | None, other: Observation | None) -> float | None:
        if one is None or other is None or not one.status or not other.status:
            return None
        return similarity(one.body, other.body, forget=forget)

    return Facts(
        look,
        read_signals(look, specs.for_host(host), specs.generic),
        sibling,
        to_sibling=alike(look, sibling),
        to_capture=similarity(look.body, capture, forget=forget) if capture and look.status else None,
        control_to_sibling=alike(control, sibling),
        same_key=same_key,
    )
