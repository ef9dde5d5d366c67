"""Reads one observation by one spec: which markers are met. It decides nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

from openiru.core.verification.observation import Observation
from openiru.core.verification.signals import Sign, Signals
from openiru.engines.probes.spec import EMPTY, Marker, ProbeSpec

_WINDOW = 131_072  # characters of a body that patterns are tried on; plain texts are sought in all of it
_LONGEST_URL = 2048


def _body_holds(marker: Marker, body: str) -> bool:
    """``body`` in lower case."""
    return (
        all(text in body for text in marker.body)
        and (not marker.body_any or any(text in body for text in marker.body_any))
        and not any(text in body for text in marker.absent)
        and (marker.longest is None or len(body) <= marker.longest)
        and (marker.pattern is None or marker.pattern.search(body, 0, _WINDOW) is not None)
    )


def _head_holds(marker: Marker, look: Observation) -> bool:
    final = (look.final_url or look.url)[:_LONGEST_URL]
    return (
        (not marker.status or look.status in marker.status)
        and (marker.final_url is None or marker.final_url.search(final) is not None)
        and all(text in look.headers.get(name, "").lower() for name, text in marker.headers)
    )


def read_signals(look: Observation, spec: ProbeSpec, generic: ProbeSpec = EMPTY) -> Signals:
    """The markers of ``spec``, then of ``generic``, that ``look`` shows. No answer shows none."""
    if not look.status:
        return Signals(spec.name)
    body = look.body.lower()
    sources = (spec,) if spec.name == generic.name else (spec, generic)
    signs = tuple(
        Sign(marker.says, marker.why, f"{source.name}/{marker.id}")
        for source in sources
        for marker in source.markers
        if _head_holds(marker, look) and _body_holds(marker, body)
    )
    return Signals(spec.name, signs)


def probe_url(url: str, spec: ProbeSpec) -> str:
    """The address to ask for ``url``: that of the first matching ``ask`` of the spec, else ``url`` itself.

    An ask that leads to a host the spec does not cover is not followed: nobody but the platform is asked.
    """
    for ask in spec.asks:
        found = ask.match.search(url[:_LONGEST_URL])
        if found is None:
            continue
        asked = ask.url
        for number, part in enumerate(found.groups(), start=1):
            asked = asked.replace(f"{{{number}}}", part or "")
        host = (urlsplit(asked).hostname or "").lower()
        if any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in spec.hosts):
            return asked
    return url
