"""Every address declares who may see it: a new route without a policy fails here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django
from django.urls import URLPattern, URLResolver, get_resolver

#: Below these the views are not pages: the interface asks for a token by itself (main.py), and its tests ask each operation.
INTERFACE = "api/v1/"


def routes(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for one in resolver.url_patterns:
        place = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, place)
        elif isinstance(one, URLPattern) and not place.startswith(INTERFACE):
            yield place, one.callback


def test_every_route_declares_its_policy() -> None:
    django.setup()
    from openiru.foundation.operations.desk import Policy

    found = dict(routes(get_resolver("openiru.entrypoints.web.urls")))
    assert len(found) > 10
    silent = [place for place, view in found.items() if not isinstance(getattr(view, "policy", None), Policy)]
    assert silent == []


def test_a_page_of_an_operation_is_not_public() -> None:
    django.setup()
    found = dict(routes(get_resolver("openiru.entrypoints.web.urls")))
    inside = {place: view for place, view in found.items() if "<slug:operation>" in place}
    assert inside
    assert [place for place, view in inside.items() if view.policy.public] == []


def test_every_operation_of_the_interface_asks_who_it_is() -> None:
    django.setup()
    from openiru.entrypoints.api.main import api

    open_to_all = [
        operation.operation_id
        for _, router in api._routers
        for path in router.path_operations.values()
        for operation in path.operations
        if operation.auth_param is None
    ]
    assert api.auth
    assert open_to_all == []


def test_every_operation_of_the_interface_declares_its_verb() -> None:
    django.setup()
    from openiru.entrypoints.api.main import api, policies
    from openiru.foundation.operations.asking import Asks

    found = list(policies(api))
    assert len(found) > 50
    assert all(isinstance(policy, Asks) for _, _, policy in found)
    told = api.get_openapi_schema()["paths"]
    silent = [
        one["operationId"]
        for methods in told.values()
        for one in methods.values()
        if "x-openiru-verbs" not in one
    ]
    assert silent == []
    changing = [one.operation_id for _, one, policy in found if "GET" not in one.methods and not policy.verbs]
    # Reads addresses and keeps nothing; everybody withdraws their own tokens, and the command asks for those of others.
    assert changing == ["read_addresses", "withdraw_tokens"]
