"""The description keeps one shape for each name: two of one name would silently describe one another's bodies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ninja import Schema

from openiru.entrypoints.api.main import api


def below(kind: type[Any]) -> Iterator[type[Any]]:
    below_it: list[type[Any]] = kind.__subclasses__()
    for one in below_it:
        yield one
        yield from below(one)


def test_no_two_shapes_of_the_interface_have_one_name() -> None:
    named: dict[str, set[str]] = {}
    described = set(api.get_openapi_schema()["components"]["schemas"])
    for one in set(below(Schema)):
        if one.__module__.startswith("openiru.") and one.__name__ in described:
            named.setdefault(one.__name__, set()).add(one.__module__)
    assert len(named) > 20
    assert {name: sorted(found) for name, found in named.items() if len(found) > 1} == {}


def test_no_two_routes_have_one_name() -> None:
    names = [
        one["operationId"]
        for methods in api.get_openapi_schema()["paths"].values()
        for one in methods.values()
    ]
    assert sorted(names) == sorted(set(names))
