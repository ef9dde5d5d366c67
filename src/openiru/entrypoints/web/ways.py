"""Which ways lead to an act: every page, form and operation of the interface under the verb that it declares."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from django.urls import URLPattern, get_resolver

from openiru.entrypoints.api.main import api, policies
from openiru.foundation.operations.desk import Policy

INTERFACE = "api/v1/"


@cache
def ways() -> dict[str, tuple[str, ...]]:
    """Verb -> ``METHOD /address`` of pages, then of the interface; ``""``: whoever is signed in or has a token.

    Public pages are not among them.
    """
    found: dict[str, list[str]] = {}
    for verb, way in (*_of_pages(), *_of_interface()):
        found.setdefault(verb, []).append(way)
    return {verb: tuple(each) for verb, each in found.items()}


def _of_pages() -> Iterator[tuple[str, str]]:
    for place, policy in _views(get_resolver("openiru.entrypoints.web.urls")):
        if not policy.public:
            yield from ((policy.verb, f"{method} /{place}") for method in policy.methods)


def _views(resolver: Any, before: str = "") -> Iterator[tuple[str, Policy]]:
    for one in resolver.url_patterns:
        place = before + str(one.pattern)
        if place.startswith(INTERFACE):
            continue
        if isinstance(one, URLPattern):
            yield place, cast("Any", one.callback).policy
        else:
            yield from _views(one, place)


def _of_interface() -> Iterator[tuple[str, str]]:
    for place, operation, policy in policies(api):
        for verb in policy.verbs or ("",):
            yield from ((verb, f"{method} /{INTERFACE}{place.lstrip('/')}") for method in operation.methods)
