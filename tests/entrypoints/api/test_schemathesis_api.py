"""The whole description against the whole interface: no fault of ours, no answer that the description does not know.

Schemathesis makes requests out of the description, good and bad; a coordinator with every right in the operation asks them. The long
run is part of the campaign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.entrypoints.api.asking import Asker
from tests.people import action_day

from openiru.entrypoints.web import rates
from openiru.entrypoints.web.wsgi import application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOST = {"Host": "localhost"}


@pytest.fixture(autouse=True)
def _as_often_as_one_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else most answers would say only that these are too many requests."""
    monkeypatch.setattr(rates, "KNOWN", 10**9)
    monkeypatch.setattr(rates, "UNKNOWN", 10**9)


@pytest.fixture
def asker(database: str) -> Asker:
    """Somebody who may do nearly everything here."""
    del database
    return Asker(action_day(), "AG/deputy")


def every_operation() -> Iterator[Any]:
    """Each operation of the description."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=HOST)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def assert_holds(asker: Asker, examples: int) -> int:
    """Ask every operation so many times; how many requests there were."""
    asked = 0
    for operation in every_operation():

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            if "operation" in case.path_parameters and asked % 2:
                case.path_parameters["operation"] = "day"
            case.call_and_validate(headers={**HOST, "Authorization": f"Bearer {asker.token}"}, checks=CHECKS)

        ask()
    return asked


def test_no_request_that_the_description_allows_meets_a_fault_or_an_unknown_answer(asker: Asker) -> None:
    assert assert_holds(asker, 8) >= 8


@pytest.mark.campaign
def test_the_long_run_meets_none_either(asker: Asker) -> None:
    assert assert_holds(asker, 300) >= 300


def test_nobody_gets_in_without_a_token_anywhere_but_at_the_description(database: str) -> None:
    del database
    open_doors = []
    for operation in every_operation():
        names = re.findall(r"{(\w+)}", operation.path)
        case = operation.Case(path_parameters=dict.fromkeys(names, "anything"))
        answer = case.call(headers=HOST)
        if answer.status_code != 401:
            open_doors.append((operation.method, operation.path, answer.status_code))
    assert open_doors == []
