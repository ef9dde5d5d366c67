"""Whether the desk has what it needs, for ``openiru status``: style sheets, catalogues, and an address that signing in can rest on.

Each answers (``ok``, ``warn`` or ``fail``; what was found; what to do).
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

from openiru.core.vocabulary import Environment
from openiru.entrypoints.web.assets import NEEDED
from openiru.entrypoints.web.catalogues import MADE_FROM, stale
from openiru.settings import CONFIG, Config

Answer = tuple[str, str, str]


def files() -> Answer:
    """Style sheets and scripts were built; a server collects them when it starts."""
    if finders.find(NEEDED) is None:
        return (
            "fail",
            "the style sheets and scripts of the desk were never built: no page can be shown",
            "make setup",
        )
    return "ok", "style sheets and scripts are built", ""


def texts(*, serving: bool) -> Answer:
    """The catalogues are compiled as they stand in the package. A server does that when it starts."""
    old = stale()
    if old and not serving:
        return "ok", "catalogues are compiled when the web server starts", ""
    if old:
        known = "not compiled, or older than the package"
        return (
            "warn",
            f"{', '.join(old)}: {known}; its pages are in English until then",
            "openiru down, then openiru up",
        )
    return "ok", f"{len(MADE_FROM)} catalogues are compiled", ""


def signing_in(config: Config = CONFIG) -> Answer:
    """Passkeys belong to the host name of OPENIRU_ORIGIN, and limits count whoever the proxies say."""
    where = urlsplit(config.origin)
    host, live = where.hostname or "", config.environment is Environment.LIVE
    if _is_address(host):
        return (
            "fail",
            f"browsers refuse passkeys at the bare address {host}",
            "Set OPENIRU_ORIGIN to https://name, as browsers reach the desk",
        )
    if host == "localhost":
        if not live and _on_loopback(config.bind[0]):
            return "ok", f"passkeys belong to {host}; {config.origin}", ""
        why = "letters bear no link" if live else "the server listens beyond it"
        return (
            "warn",
            f"{config.origin}: passkeys work on this machine alone, and {why}",
            "Set OPENIRU_ORIGIN to https://name: docs/howto/serve.md",
        )
    if not config.proxies:
        return (
            "warn",
            f"{config.origin} has TLS, so a proxy stands before the web server, and tries are counted by its address",
            "Set OPENIRU_PROXIES to how many proxies append to X-Forwarded-For, usually 1",
        )
    if not _on_loopback(config.bind[0]):
        return (
            "warn",
            f"the web server listens in the clear at {config.bind[0]}: whoever reaches it past the proxy may say who they are",
            "Set OPENIRU_BIND to 127.0.0.1, or let nobody but the proxy reach the port",
        )
    return "ok", f"passkeys belong to {host}; proxies before the web server: {config.proxies}", ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _on_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
