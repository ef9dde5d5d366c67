"""Requests that nobody's browser sends: every form with fields of the wrong kind, broken bytes, bodies too big. No fault of ours.

Seeded: what fails once fails again. The long run is part of the campaign.
"""

from __future__ import annotations

import inspect
import random
import re
import sys
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote_from_bytes
from uuid import uuid4

import pytest
from django.urls import resolve
from tests.conftest import cloned
from tests.entrypoints.matrix import Whoever
from tests.entrypoints.routes import Place, Route, operations, pages, placed
from tests.entrypoints.web.visiting import visitor

from openiru.entrypoints.web import rates

SEED: Final = 20_201_006
ENDS: Final = {"/signout"}
#: Where the code of a room reads a field of a form.
READS: Final = re.compile(
    r"""(?:POST(?:\.get|\.getlist)?[\[(]|field\(desk, |FILES(?:\.get)?[\[(])["']([\w-]+)["']"""
)
FORM: Final = "application/x-www-form-urlencoded"
WRONG: Final = (
    b"",
    b"\x00",
    b"a\x00b",
    b"\xff\xfe\xc3",
    b"\xed\xa0\x80",
    "\u202e\u2066\U000e0001".encode(),
    b"-1",
    b"99999999999999999999999",
    b"1e400",
    b"NaN",
    b"[]",
    b'{"a": 1}',
    b"0001-01-01T00:00",
    b"9999-12-31T23:59:59+14:00",
    b"2020-13-45",
    b"<script>alert(1)</script>",
    b"{{ 7*7 }}{% debug %}",
    b"=1+1",
    b"' OR 1=1 --",
    b"%s%n%(x)s",
    b"../../../etc/passwd",
    b"x" * 5_000,
    "ж".encode() * 2_100,
    b"00000000-0000-0000-0000-000000000000",
    b"https://t.me/openiru_demo_a/21",
    b"[" * 3_000,
)


@pytest.fixture(scope="module")
def place(template: str) -> Iterator[Place]:
    with cloned(template), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rates, "KNOWN", 10**9)
        patch.setattr(rates, "UNKNOWN", 10**9)
        yield placed()


def names(route: Route, ids: dict[str, str]) -> list[str]:
    """Every field that the room of a form reads anywhere."""
    view: Any = inspect.unwrap(resolve(route.at(ids)).func)
    room = view.__module__.rpartition(".")[0]
    known = [
        module for name, module in sys.modules.items() if name.startswith(room) and name.startswith("openiru")
    ]
    return sorted({name for module in known for name in READS.findall(inspect.getsource(module))})


def forms() -> list[Route]:
    return [route for route in pages() if route.method == "POST" and route.place not in ENDS]


def broken(place: Place, times: int) -> list[tuple[Any, ...]]:
    """Send each form so many times with some of its fields wrong; where the answer was a fault."""
    chance, ask, guest, faults = random.Random(SEED), Whoever(place, "RS"), visitor(), []  # noqa: S311 - seeded on purpose
    guest.get(place.link, follow=True)
    for route in forms():
        known = names(route, place.ids)
        client = guest if route.verbs is None else ask.asks[route.role].client
        good = [value.encode() for value in place.ids.values()]
        for _ in range(times):
            chosen = chance.sample(known, chance.randint(0, len(known)))
            pairs = [(name, chance.choice(WRONG if chance.random() < 0.7 else good)) for name in chosen]
            pairs += [("request_id", str(uuid4()).encode())] * (chance.random() < 0.8)
            body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
            answer = client.post(route.at(place.ids), body, content_type=FORM)
            if answer.status_code >= 500 and answer.status_code != 503:
                faults.append((str(route), answer.status_code, [(name, value[:30]) for name, value in pairs]))
                break
    return faults


def test_no_form_meets_a_fault(place: Place) -> None:
    faults = broken(place, 2)
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.campaign
def test_no_form_meets_a_fault_in_the_long_run(place: Place) -> None:
    faults = broken(place, 300)
    assert not faults, "\n".join(map(str, faults))


BODIES: Final = {
    "too big": (b"text=" + b"x" * 6_000_000, FORM),
    "broken multipart": (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    "multipart without boundary": (b"--x", "multipart/form-data"),
    "json for a form": (b'{"a": 1}', "application/json"),
    "no content type": (b"\xff\x00", ""),
    "unknown charset": (b"text=%ff", f"{FORM}; charset=nonsense"),
    "utf-7": (b"text=+ADw-", f"{FORM}; charset=utf-7"),
    "many fields": (b"&".join(b"a%d=1" % n for n in range(20_000)), FORM),
    "broken gzip": (b"\x1f\x8b\x00", "application/gzip"),
}


@pytest.mark.parametrize("kind", BODIES)
def test_no_body_meets_a_fault(place: Place, kind: str) -> None:
    body, content_type = BODIES[kind]
    ask, faults = Whoever(place, "RS"), []
    chosen = [route for route in (*forms(), *operations()) if route.method == "POST"]
    some = random.Random(kind).sample(chosen, 40 if len(body) < 1_000_000 else 15)  # noqa: S311 - seeded on purpose
    for route in some:
        if route.verbs is None:
            continue
        who = ask.asks[route.role]
        head = who.token | {"Idempotency-Key": str(uuid4())} if route.api else {}
        answer = who.client.generic(
            "POST", route.at(place.ids), body, content_type=content_type, headers=head
        )
        expected = {413, 400, 404, 409, 422} if kind == "too big" else set(range(200, 500)) | {503}
        if answer.status_code not in expected:
            faults.append((str(route), answer.status_code))
    assert not faults, "\n".join(map(str, faults))
