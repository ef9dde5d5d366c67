"""The log of the web server names routes, never addresses: one below /p/ is a secret."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest

from openiru.entrypoints.web.quiet import LOGGER, RoutesOnly, keep_addresses_out

SECRET = "/p/abcdefghijklmnopqrstuvwxyz234567"


def record(status: int, route: str = "") -> logging.LogRecord:
    made = logging.LogRecord(LOGGER, logging.WARNING, "", 0, "%s: %s", ("Not Found", SECRET), None)
    made.status_code = status
    made.request = SimpleNamespace(
        path=SECRET, resolver_match=SimpleNamespace(route=route) if route else None
    )
    return made


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429])
def test_what_a_visitor_mistyped_is_no_line(status: int) -> None:
    assert RoutesOnly().filter(record(status)) is False


@pytest.mark.parametrize(("route", "said"), [("p/<str:secret>", "p/<str:secret>"), ("", "no route")])
def test_a_fault_of_ours_is_told_by_its_route(route: str, said: str) -> None:
    line = record(500, route)
    assert RoutesOnly().filter(line) is True
    assert line.getMessage() == f"a request failed at {said}"


def test_the_filter_is_put_before_the_log_once() -> None:
    logger = logging.getLogger(LOGGER)
    before = list(logger.filters)
    try:
        keep_addresses_out()
        keep_addresses_out()
        assert sum(isinstance(one, RoutesOnly) for one in logger.filters) == 1
    finally:
        logger.filters[:] = before
