"""My work: what waits for whom, counted up to a bound, each row a way to the page where it is done."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.conftest import cloned
from tests.entrypoints.web.visiting import visiting
from tests.factories.referred import contributed
from tests.people import World, action_day

MANY = 52


@pytest.fixture(scope="module")
def world(template: str) -> Iterator[World]:
    with cloned(template):
        made = action_day()
        contributed(made.by("RS/ana"), [f"https://t.me/invented_work/{n}" for n in range(1, MANY + 1)])
        yield made


def rows(text: str) -> dict[str, str]:
    """Label -> count."""
    found = re.findall(r'class="count">([^<]+)</span><div>(?:<a [^>]*>)?([^<]+)', text)
    return {label.strip(): count for count, label in found}


def work(world: World, name: str) -> str:
    return str(visiting(world.outside(name)).get("/o/day/").content.decode())


def test_an_assessor_sees_that_items_wait_and_nobody_counts_them_all(world: World) -> None:
    assert rows(work(world, "RS/boro"))["Items that you can assess"] == "50+"
    assert rows(work(world, "HR/ivo"))["Items that you can assess"] == "50+"


def test_a_coordinator_assesses_nothing_and_an_administrator_waits_for_nothing(world: World) -> None:
    assert "Items that you can assess" not in rows(work(world, "AG/coordinator"))
    text = work(world, "AG/admin")
    assert rows(text) == {}
    assert "Nothing waits for you here." in text


def test_what_somebody_did_last_is_shown_to_them_only(world: World) -> None:
    assert "brought in" in work(world, "RS/ana")
    assert "You have done nothing here yet." in work(world, "RS/boro")


def test_the_page_asks_the_database_a_bounded_number_of_times(world: World) -> None:
    visitor = visiting(world.outside("AG/deputy"))
    visitor.get("/o/day/")
    with CaptureQueriesContext(connection) as asked:
        assert visitor.get("/o/day/").status_code == 200
    statements = [
        one["sql"] for one in asked if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    assert len(statements) <= 16


def test_a_pasted_address_a_key_or_an_id_leads_to_the_item(world: World) -> None:
    ana = visiting(world.outside("RS/ana"))
    for asked in ("https://t.me/invented_work/7", "hxxps://t[.]me/invented_work/7"):
        text = ana.get("/o/day/palette", {"q": asked}, headers={"HX-Request": "true"}).content.decode()
        hrefs = re.findall(r'href="(/o/day/items/[0-9a-f-]{36})"', text)
        assert len(hrefs) == 1
        assert (
            ana.get("/o/day/palette", {"q": hrefs[0].rpartition("/")[2]}).content.decode().count(hrefs[0])
            == 1
        )


def test_who_may_not_read_items_finds_none(world: World) -> None:
    admin = visiting(world.outside("AG/admin"))
    text = admin.get("/o/day/palette", {"q": "https://t.me/invented_work/7"}).content.decode()
    assert "/o/day/items/" not in text
    assert "Nothing that you may see has this name" in text


def test_pages_are_found_by_their_name_and_only_those_one_may_see(world: World) -> None:
    found = '<a href="/help">'
    for name in ("RS/ana", "AG/admin"):
        text = visiting(world.outside(name)).get("/palette", {"q": "hel"}, headers={"HX-Request": "true"})
        assert found in text.content.decode()
    hostile = visiting(world.outside("RS/ana")).get("/o/day/palette", {"q": "<script>\x00\u202e" * 500})
    assert hostile.status_code == 200
    assert "<script>\u202e" not in hostile.content.decode()


def test_the_matrix_of_the_help_is_that_of_the_program(world: World) -> None:
    from openiru.core.vocabulary import Role
    from openiru.foundation.people.permissions import MAY

    text = visiting(world.outside("RS/ana")).get("/help/roles").content.decode()
    columns = [role for role in Role if role is not Role.SERVICE]
    for verb, may in MAY.items():
        if not may - {Role.SERVICE}:
            continue
        named = text.partition(f'<code dir="ltr">{verb}</code>')[2]
        row = named.partition("</th>")[2].partition("</tr>")[0]
        marks = ["●" in cell for cell in row.split("</td>")[:-1]]
        assert marks == [role in may for role in columns], verb


def test_every_page_that_my_work_points_to_is_there(world: World) -> None:
    """The names of routes in the tables are guesses no more: each leads somewhere."""
    from uuid import uuid4

    from openiru.entrypoints.web.menu import MENU, address_of, reversed_or_nothing
    from openiru.entrypoints.web.waiting import _KINDS

    names = [kind.page for kind in _KINDS] + ["assessment-queue", "assessment-disagreements"]
    assert [name for name in names if not reversed_or_nothing(name, "day")] == []
    assert [line.url for line in MENU if not address_of(line, "day")] == []
    one = uuid4()
    assert reversed_or_nothing("referral-show", "day", reference="X-1")
    assert reversed_or_nothing("intake-import", "day", import_id=one)
    assert reversed_or_nothing("item", "day", item=one)
