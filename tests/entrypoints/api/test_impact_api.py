"""Figures through the programming interface: the same bytes as everywhere, as of a size or a time; statements are kept."""

from __future__ import annotations

from uuid import uuid4

import orjson
import pytest
from tests.entrypoints.api.asking import Asker
from tests.people import action_day, another_operation
from tests.stages.impact.test_publishing import a_day

from openiru.foundation.ledger.sequencer import sequence
from openiru.stages.impact.api import ReportOut
from openiru.stages.impact.commands import report
from openiru.stages.impact.rendering import render

pytestmark = pytest.mark.usefixtures("database")
STATEMENTS = "/operations/day/statements"


def test_the_report_is_the_same_everywhere_and_fits_its_description() -> None:
    world = a_day()
    overseer = Asker(world, "AG/overseer")
    sequence()
    size = overseer.get("/ledger").json()["size"]
    answer = overseer.get("/report", operations=["day"], as_of=size)
    assert answer.status_code == 200, answer.content
    made = report(by=world.outside("AG/overseer"), operations=[world.operation], as_of=size)
    assert answer.content == render(made, "json")
    assert ReportOut.model_validate(orjson.loads(answer.content)).as_of.size == size
    assert overseer.get("/report", as_of=size).json()["figures"] == orjson.loads(answer.content)["figures"]
    said = overseer.get("/report/statement", operations="day", as_of=size, language="de").json()
    assert said["as_of"]["size"] == size
    assert said["sentences"]
    for form, kind in (("text", "text/plain"), ("csv", "text/csv"), ("html", "text/html")):
        document = overseer.get("/report/document", operations="day", as_of=size, form=form)
        assert document["Content-Type"].startswith(kind)
        assert document["Content-Disposition"].startswith("attachment")


def test_a_time_means_the_last_checkpoint_before_it() -> None:
    world = a_day()
    analyst = Asker(world, "RS/ana")
    sequence()
    now = analyst.get("/report", as_of="2020-10-06T07:00:00Z").json()
    assert now["as_of"]["size"] == analyst.get("/report").json()["as_of"]["size"]
    early = analyst.get("/report", as_of="2020-10-06T06:00:00+00:00")
    assert (early.status_code, early.json()["where"]) == (400, "as-of")
    assert analyst.get("/report", as_of=10**9).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {"as_of": "-1"},
        {"as_of": "9" * 40},
        {"as_of": "yesterday"},
        {"as_of": "2020-10-06T07:00:00"},
        {"as_of": "0001-01-01T00:00:00+14:00"},
        {"as_of": "\x00"},
        {"language": "xx"},
        {"language": "en\n"},
        {"operations": "\x00"},
        {"operations": ["a"] * 201},
    ],
)
def test_what_does_not_fit_is_refused(query: dict[str, object]) -> None:
    assert Asker(action_day(), "AG/overseer").get("/report", **query).status_code == 422


def test_a_statement_is_published_once_and_listed() -> None:
    world = a_day()
    coordinator, key = Asker(world, "AG/coordinator"), str(uuid4())
    sequence()
    said = coordinator.get("/report/statement", operations="day").json()
    made = coordinator.post(STATEMENTS, {"as_of": said["as_of"]["size"]}, key=key)
    assert made.status_code == 201, made.content
    assert made.json()["digest"] == said["digest"]
    assert coordinator.post(STATEMENTS, {"as_of": said["as_of"]["size"]}, key=key).json() == made.json()
    second = coordinator.post(STATEMENTS, {}).json()["id"]
    first = coordinator.get(STATEMENTS, limit=1).json()
    rest = coordinator.get(STATEMENTS, limit=1, cursor=first["next"]).json()
    assert [first["rows"][0]["id"], rest["rows"][0]["id"]] == [made.json()["id"], second]
    assert rest["next"] is None


def test_figures_are_for_those_who_take_part_and_may_have_them() -> None:
    world = a_day()
    another_operation(world, "HR", days=9)
    sequence()
    second, admin, outside = (Asker(world, who) for who in ("RS/boro", "AG/admin", "RS/ana"))
    assert second.get("/report").status_code == 403
    assert admin.get("/report/statement").status_code == 403
    assert second.post(STATEMENTS, {}).status_code == 403
    assert second.get(STATEMENTS).status_code == 403
    assert outside.get("/report", operations="other").status_code in {403, 404}
    assert outside.get("/report", operations="nowhere").status_code == 404
    assert outside.post(STATEMENTS, {"also": ["other"]}).status_code in {403, 404}
    assert outside.get(STATEMENTS).json()["rows"] == []
