"""Whoever asks too often waits, is told how long, and costs nobody else anything."""

from __future__ import annotations

from threading import Thread

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from openiru.entrypoints.web.rates import KNOWN, UNKNOWN, rates
from openiru.foundation.operations.buckets import BUCKETS, Buckets


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def asked(path: str = "/api/v1/operations", token: str = "", address: str = "192.0.2.1") -> HttpRequest:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return RequestFactory().get(path, headers=headers, REMOTE_ADDR=address)


def fine(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("fine")


def nobody(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=401)


def test_a_full_bucket_empties_says_so_and_fills_again() -> None:
    clock = Clock()
    answer = rates(fine, Buckets(clock))
    statuses = [answer(asked()).status_code for _ in range(UNKNOWN)]
    assert set(statuses) == {200}
    refused = answer(asked())
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert int(refused["Retry-After"]) >= 1
    assert refused["RateLimit"].startswith('"requests";r=0;')
    clock.now += int(refused["Retry-After"])
    assert answer(asked()).status_code == 200


def test_each_asker_has_a_bucket_and_tokens_a_bigger_one() -> None:
    answer = rates(fine, Buckets(Clock()))
    for _ in range(UNKNOWN + 1):
        answer(asked())
    assert answer(asked()).status_code == 429
    assert answer(asked(address="192.0.2.2")).status_code == 200
    known = answer(asked(token="one"))
    assert known["RateLimit-Policy"] == f'"requests";q={KNOWN};w=60'
    assert known["RateLimit"] == f'"requests";r={KNOWN - 1};t=0'


def test_tokens_that_nobody_holds_cost_the_address() -> None:
    answer = rates(nobody, Buckets(Clock()))
    statuses = [answer(asked(token=f"made up {number}")).status_code for number in range(UNKNOWN + 1)]
    assert statuses[-1] == 429
    assert statuses[0] == 401


def test_pages_that_are_not_the_interface_are_not_counted() -> None:
    answer = rates(fine, Buckets(Clock()))
    assert all("RateLimit" not in answer(asked("/alive")) for _ in range(UNKNOWN + 5))


def test_memory_is_bounded_and_threads_take_each_token_once() -> None:
    kept = Buckets(Clock())
    for number in range(BUCKETS + 100):
        kept.take(b"%d" % number, 10)
    assert len(kept._levels) == BUCKETS
    taken: list[bool] = []
    threads = [
        Thread(target=lambda: taken.extend(kept.take(b"one", 50)[0] for _ in range(20))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 50


@pytest.mark.parametrize("header", ["Bearer \udcff", "Bearer " + "x" * 10_000])
def test_a_strange_header_is_no_fault(header: str) -> None:
    request = asked()
    request.META["HTTP_AUTHORIZATION"] = header
    assert rates(fine, Buckets(Clock()))(request).status_code == 200
