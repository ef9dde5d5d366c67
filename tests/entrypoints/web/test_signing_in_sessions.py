"""A session acts while the database says so: ended, revoked or too old it does not, and the page says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connections
from tests.entrypoints.web.visiting import visiting, visitor
from tests.people import World, action_day

from openiru.core.errors import PermissionDeniedError
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.people.commands_changes import revoke_person

pytestmark = pytest.mark.usefixtures("database")


def kept(client: Any) -> dict[str, Any]:
    return dict(client.session["openiru"])


def here(client: Any) -> int:
    """What the page of one's sessions answers."""
    return int(client.get("/me/sessions").status_code)


def test_nobody_sees_the_page_without_signing_in_and_is_led_back_afterwards() -> None:
    action_day()
    answer = visitor().get("/me/sessions")
    assert (answer.status_code, answer["Location"]) == (302, "/signin?next=%2Fme%2Fsessions")


def test_the_cookie_is_in_no_table() -> None:
    client = visiting(action_day().by("RS/ana"))
    secret = client.cookies["openiru"].value
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT session_key || session_data FROM django_session")
        rows = [row[0] for row in cursor.fetchall()]
    assert rows
    assert [row for row in rows if secret in row] == []
    assert here(client) == 200


def test_a_session_that_was_ended_elsewhere_leads_to_signing_in_which_says_so() -> None:
    world = action_day()
    one, other = visiting(world.by("RS/ana")), visiting(world.by("RS/ana"))
    assert one.post("/me/sessions", {"end": "others"}).status_code == 303
    assert here(one) == 200
    assert other.get("/me/sessions").status_code == 302
    assert "has ended" in other.get("/signin").content.decode()


def test_one_may_be_ended_and_nobody_elses() -> None:
    world = action_day()
    mine, theirs = visiting(world.by("RS/ana")), visiting(world.by("RS/boro"))
    answer = mine.post("/me/sessions", {"end": kept(theirs)["id"]})
    assert answer.status_code == 400
    assert here(theirs) == 200
    assert mine.post("/me/sessions", {"end": "all"}).status_code == 303
    assert mine.get("/me/sessions").status_code == 302


def test_the_session_of_a_revoked_member_is_over_at_once() -> None:
    world = action_day()
    client = visiting(world.by("RS/ana"))
    revoke_person(by=replace(SERVICE, unit=world.units["RS"]), person=world.outside("RS/ana").person)
    assert client.get("/me/sessions").status_code == 302


def test_the_sixth_session_ends_the_oldest() -> None:
    world = action_day()
    clients = [visiting(world.by("RS/ana")) for _ in range(6)]
    assert [here(one) for one in clients] == [302, 200, 200, 200, 200, 200]


def test_a_session_is_over_after_twelve_hours_whatever_the_played_clock_says() -> None:
    world = action_day()
    client = visiting(world.by("RS/ana"))
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE people_token SET expires_at = clock_timestamp() - interval '1 second'")
    assert client.get("/me/sessions").status_code == 302


def test_a_session_that_was_not_used_for_two_hours_is_over() -> None:
    client = visiting(action_day().by("RS/ana"))
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE django_session SET expire_date = clock_timestamp() - interval '1 second'")
    assert client.get("/me/sessions").status_code == 302
    assert client.session.get_expiry_age() == 120 * 60


def test_the_database_refuses_a_token_that_was_withdrawn_even_in_a_demonstration() -> None:
    world = action_day()
    client = visiting(world.by("RS/ana"))
    by = replace(world.by("RS/ana"), token=bytes.fromhex(kept(client)["digest"]))
    with acting(by) as now:
        assert now.unit_code == "RS"
    client.post("/signout")
    with pytest.raises(PermissionDeniedError), acting(by):
        pass


def test_a_session_is_no_token_for_programs() -> None:
    client = visiting(action_day().by("RS/ana"))
    for text in (client.cookies["openiru"].value, kept(client)["digest"]):
        answer = visitor().get("/api/v1/tokens", headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 401
    assert client.get("/api/v1/tokens").status_code == 401


def test_signing_out_needs_a_form_of_ours() -> None:
    world: World = action_day()
    client = visiting(world.by("RS/ana"))
    assert client.get("/signout").status_code == 200
    assert here(client) == 200
    strict = visiting(world.by("RS/boro"))
    strict.handler.enforce_csrf_checks = True
    assert strict.post("/signout").status_code == 403
    assert here(strict) == 200


def test_dangerous_acts_ask_again_after_ten_minutes() -> None:
    from django.test import RequestFactory

    from openiru.foundation.operations.desk_frame import enter
    from openiru.foundation.operations.fresh import needs_fresh

    world = action_day()
    client = visiting(world.by("RS/ana"))
    request = RequestFactory().get("/o/day/send")
    request.session = client.session
    desk = enter(request, world.by("RS/ana"), None, "")
    assert needs_fresh(desk) is None
    request.session["openiru.shown"] -= 11 * 60
    asked = needs_fresh(desk)
    assert asked is not None
    assert asked["Location"] == "/signin/again?next=%2Fo%2Fday%2Fsend"
    request.session.save()
    assert "Is it still you" in client.get(asked["Location"]).content.decode()
    assert client.post("/signin/again", {"next": "/o/day/send"})["Location"] == "/o/day/send"
    request.session = client.session
    assert needs_fresh(desk) is None
