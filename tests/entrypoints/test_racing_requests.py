"""The same act sent many times at once to a really running server, by a hundred impatient fingers: it has one effect."""

from __future__ import annotations

import http.client
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import orjson
import pytest
from tests.entrypoints.api.asking import Asker
from tests.entrypoints.api.test_assessment_api import draft
from tests.entrypoints.matrix import rows
from tests.pages.conftest import Served, served
from tests.people import World
from tests.stages.referral.helpers import bring, post, prepared, ready_day

DAY = "/operations/day"
#: As many as one server process takes at once in this test; the rest wait in line, as they would.
AT_ONCE = 25
__all__ = ["served"]


def several(world: World, name: str, many: int) -> list[Asker]:
    """One person with so many tokens that none asks too often a minute."""
    return [Asker(world, name) for _ in range(1 + many // 300)]


def burst(
    served: Served, askers: list[Asker], path: str, body: Any, keys: list[str]
) -> list[tuple[int, bytes]]:
    """Send the same body to the interface at once, with these request ids; what each was answered."""
    host = urlsplit(served.address)

    def ask(asker: Asker, key: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection(host.hostname or "", host.port, timeout=60)
        try:
            head = {
                "Authorization": f"Bearer {asker.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            }
            line.request("POST", f"/api/v1{path}", orjson.dumps(body), head)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, cycle(askers), keys))


def assert_once(
    served: Served,
    askers: list[Asker],
    path: str,
    body: Any,
    *,
    many: int,
    done: Callable[[int, bytes], bool],
    what: str,
) -> None:
    """``many`` times with one request id: one answer for all. As often with ids of their own: refused, or answered and not done again."""
    before = rows()
    same = burst(served, askers, path, body, [str(uuid4())] * many)
    after = rows()
    assert Counter(status for status, _ in same).keys() <= {200, 201, 202, 207}, Counter(same)
    assert len({answer for _, answer in same}) == 1
    assert done(*same[0])
    assert after[what] == before[what] + 1
    others = burst(served, askers, path, body, [str(uuid4()) for _ in range(many)])
    assert not [one for one in others if one[0] >= 500]
    assert {name: count for name, count in rows().items() if "request" not in name} == {
        name: count for name, count in after.items() if "request" not in name
    }


def send(served: Served, world: World, many: int) -> None:
    letter = prepared(world, 1, channel="transcript")
    askers = several(world, "AG/officer", many)
    body = {"references": [letter.reference], "urgent": True}
    assert_once(
        served,
        askers,
        f"{DAY}/referrals/send",
        body,
        many=many,
        done=lambda status, _: status == 202,
        what="procrastinate_jobs",
    )


def say(served: Served, world: World, many: int) -> None:
    (item,) = bring(world.by("RS/ana"), [post(90)])
    askers = several(world, "RS/ana", many)
    body = [draft(askers[0], str(item))]
    assert_once(
        served,
        askers,
        f"{DAY}/assessments",
        body,
        many=many,
        done=lambda status, answer: status == 207 and orjson.loads(answer)[0]["status"] == 201,
        what="assessment_assessment",
    )


def approve(served: Served, world: World, many: int) -> None:
    """The second person's yes to a mandate."""
    new = {
        "slug": "second",
        "act": "invented act",
        "article": "1",
        "authority": "invented",
        "kinds": ["terrorist"],
    }
    assert Asker(world, "AG/coordinator").post("/mandates", new).status_code == 201
    assert_once(
        served,
        several(world, "AG/deputy", many),
        "/mandates/second/confirm",
        None,
        many=many,
        done=lambda status, _: status == 200,
        what="ledger_pending",
    )


def expect_one_effect(served: Served, many: int) -> None:
    world = ready_day()
    approve(served, world, many)
    say(served, world, many)
    send(served, world, many)


def test_a_hundred_at_once_have_one_effect(served: Served) -> None:
    expect_one_effect(served, 100)


@pytest.mark.campaign
def test_a_thousand_at_once_have_one_effect(served: Served) -> None:
    expect_one_effect(served, 1_000)
