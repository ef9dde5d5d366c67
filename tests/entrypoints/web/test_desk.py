"""The doorway of pages: who may see one, in which operation, once only, page by page, what went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from tests.conftest import cloned
from tests.entrypoints.web.visiting import visiting, visitor
from tests.people import World, action_day, another_operation

from openiru.core import errors
from openiru.foundation.database.acting import SERVICE, By
from openiru.foundation.database.ids import new_id
from openiru.foundation.operations.desk import (
    SIGNED_IN,
    Desk,
    Policy,
    done,
    field,
    once_form,
    page,
    paged,
    public,
    show,
)
from openiru.foundation.operations.doorway import parts_of

DONE: list[str] = []


@page(SIGNED_IN)
def anybody(desk: Desk) -> HttpResponse:
    return HttpResponse(f"{desk.unit_code} {desk.slug} {desk.name}")


@page("assess")
def assessors(desk: Desk, item: UUID) -> HttpResponse:
    return HttpResponse(f"{item} {desk.slug}")


@page("contribute", methods=("GET", "POST"))
def form(desk: Desk) -> HttpResponse:
    if desk.request.method == "GET":
        return show(desk, "desk/work.html")
    text = field(desk, "text", longest=20)

    def do() -> dict[str, str]:
        DONE.append(text)
        return {"id": str(new_id())}

    answer = once_form(desk, "test", text, do)
    return done(desk, desk.url("test-form"), f"done {answer['id']}")


@page(SIGNED_IN)
def numbers(desk: Desk) -> HttpResponse:
    (after,) = parts_of(desk.request.GET.get("cursor", ""), [int])
    found = [{"n": n} for n in range(after + 1, 8)]
    cut = paged(desk, found[:4], lambda row: [row["n"]], limit=3)
    return HttpResponse(f"{[row['n'] for row in cut['rows']]} after={cut['after']} first={cut['first']}")


@page(SIGNED_IN)
def fails(desk: Desk, kind: str) -> HttpResponse:
    if kind == "mistake":
        raise ZeroDivisionError
    raise getattr(errors, kind)(
        "it <b>went</b> wrong\u202e", saved="Two rows were saved.", hint="Look at row 3."
    )


@public
def everybody(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("everybody")


OURS = [
    path("anybody", anybody),
    path("o/<slug:operation>/anybody", anybody),
    path("o/<slug:operation>/assess/<uuid:item>", assessors),
    path("o/<slug:operation>/form", form, name="test-form"),
    path("numbers", numbers),
    path("fails/<str:kind>", fails),
    path("everybody", everybody),
]


class Routes:
    """The addresses of the desk, and ours beside them."""

    urlpatterns: ClassVar[list[Any]] = []
    handler404 = "openiru.entrypoints.web.faults.nothing_here"
    handler500 = "openiru.entrypoints.web.faults.broken"


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    DONE.clear()


@pytest.fixture(scope="module")
def world(template: str) -> Iterator[World]:
    from openiru.entrypoints.web import urls

    Routes.urlpatterns[:] = [*OURS, *urls.urlpatterns]
    with cloned(template), override_settings(ROOT_URLCONF=Routes):
        yield action_day()


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_view_knows_person_unit_and_operation(world: World) -> None:
    ana = visiting(world.outside("RS/ana"))
    assert text_of(ana.get("/anybody")) == "RS  Ana (invented)"
    assert text_of(ana.get("/o/day/anybody")) == "RS day Ana (invented)"


def test_only_who_may_do_the_verb_sees_its_page(world: World) -> None:
    item = uuid4()
    assert text_of(visiting(world.outside("RS/ana")).get(f"/o/day/assess/{item}")) == f"{item} day"
    refused = visiting(world.outside("AG/coordinator")).get(f"/o/day/assess/{item}")
    assert refused.status_code == 403
    assert "This is not open to you" in text_of(refused)
    assert "analyst, second assessor" in text_of(refused)


def test_nobody_sees_more_than_what_is_public(world: World) -> None:
    nobody = visitor()
    assert text_of(nobody.get("/everybody")) == "everybody"
    for path_ in ("/anybody", "/o/day/anybody", "/o/no-such/anybody", f"/o/day/assess/{uuid4()}"):
        answer = nobody.get(path_)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/signin")


def test_a_token_of_the_programming_interface_opens_no_page(world: World) -> None:
    answer = visitor().get("/anybody", headers={"Authorization": "Bearer oiru_whatever"})
    assert answer.status_code == 302


def test_an_operation_of_others_is_not_there(world: World) -> None:
    another_operation(world, "HR")
    ana = visiting(world.outside("RS/ana"))
    others, none = ana.get("/o/other/anybody"), ana.get("/o/no-such/anybody")
    assert (others.status_code, none.status_code) == (404, 404)
    assert "there is no operation" in text_of(others)
    assert visiting(world.outside("HR/hana")).get("/o/other/anybody").status_code == 200


def test_a_page_knows_its_methods_only(world: World) -> None:
    answer = visiting(world.outside("RS/ana")).delete("/o/day/form")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert "This address does something else" in text_of(answer)


def test_the_same_form_has_effect_once_and_says_so_both_times(world: World) -> None:
    ana = visiting(world.outside("RS/ana"))
    sent = {"request_id": str(uuid4()), "text": "one"}
    first, second = ana.post("/o/day/form", sent), ana.post("/o/day/form", sent)
    assert (first.status_code, first["Location"], second.status_code) == (303, "/o/day/form", 303)
    assert DONE == ["one"]
    assert len(set(re.findall(r"done ([0-9a-f-]{36})", text_of(ana.get("/o/day/form"))))) == 1


def test_a_request_id_serves_one_form_only(world: World) -> None:
    ana = visiting(world.outside("RS/ana"))
    sent = {"request_id": str(uuid4()), "text": "one"}
    ana.post("/o/day/form", sent)
    answer = ana.post("/o/day/form", sent | {"text": "two"})
    assert answer.status_code == 409
    assert DONE == ["one"]


@pytest.mark.parametrize(
    "sent",
    [
        {"text": "one"},
        {"request_id": "x", "text": "one"},
        {"request_id": str(uuid4())},
        {"request_id": str(uuid4()), "text": "n" * 21},
        {"request_id": str(uuid4()), "text": "a\0b"},
    ],
)
def test_a_form_that_says_too_little_or_too_much_does_nothing(world: World, sent: dict[str, str]) -> None:
    answer = visiting(world.outside("RS/ana")).post("/o/day/form", sent)
    assert answer.status_code == 400
    assert "Nothing was saved." in text_of(answer)
    assert DONE == []


def test_a_form_of_another_site_is_refused(world: World) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False, SERVER_NAME="localhost")
    strict.cookies = visiting(world.outside("RS/ana")).cookies
    answer = strict.post("/o/day/form", {"request_id": str(uuid4()), "text": "one"})
    assert answer.status_code == 403
    assert "was opened in this browser" in text_of(answer)
    assert DONE == []


def test_a_list_goes_on_where_its_page_ended(world: World) -> None:
    ana = visiting(world.outside("RS/ana"))
    first = text_of(ana.get("/numbers?order=up"))
    assert first.startswith("[1, 2, 3] after=/numbers?order=up&cursor=")
    assert first.endswith(" first=")
    second = text_of(ana.get(first.partition("after=")[2].partition(" ")[0]))
    assert second.startswith("[4, 5, 6] after=")
    assert second.endswith(" first=/numbers?order=up")
    third = text_of(ana.get(second.partition("after=")[2].partition(" ")[0]))
    assert third.startswith("[7] after= ")
    assert ana.get("/numbers?cursor=nonsense").status_code == 400


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("UsageError", 400),
        ("PermissionDeniedError", 403),
        ("NotFoundError", 404),
        ("ConflictError", 409),
        ("HeldError", 409),
        ("InputError", 422),
        ("OutsideError", 502),
        ("IntegrityError", 500),
    ],
)
def test_an_error_says_what_was_saved_and_what_to_do(world: World, kind: str, status: int) -> None:
    answer = visiting(world.outside("RS/ana")).get(f"/fails/{kind}")
    said = text_of(answer)
    assert answer.status_code == status
    for part in (
        "it &lt;b&gt;went&lt;/b&gt; wrong⟨U+202E⟩",
        "Two rows were saved.",
        "Look at row 3.",
        "OIRU-",
    ):
        assert part in said
    assert "it changes nothing" in said
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")


def test_htmx_gets_an_error_into_the_message_place(world: World) -> None:
    answer = visiting(world.outside("RS/ana")).get("/fails/ConflictError", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#message")
    assert "<html" not in text_of(answer)


def test_htmx_is_sent_on_by_its_own_header(world: World) -> None:
    ana = visiting(world.outside("RS/ana"))
    answer = ana.post(
        "/o/day/form", {"request_id": str(uuid4()), "text": "one"}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/o/day/form")
    assert visitor().get("/anybody", headers={"HX-Request": "true"})["HX-Redirect"].startswith("/signin?")


def test_a_mistake_of_ours_has_a_number_that_the_log_has_too(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    answer = visiting(world.outside("RS/ana")).get("/fails/mistake")
    number = re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}", text_of(answer))[0]
    assert answer.status_code == 500
    assert f"problem {number}: GET /fails/mistake" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in text_of(answer)


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(world: World) -> None:
    page_, problem = visiting(world.outside("RS/ana")).get("/no/such"), visitor().get("/api/v1/no/such")
    assert (page_.status_code, problem.status_code) == (404, 404)
    assert page_["Content-Type"].startswith("text/html")
    assert problem["Content-Type"] == "application/problem+json"


def test_a_page_is_not_declared_for_a_verb_that_nobody_knows() -> None:
    with pytest.raises(errors.UsageError, match="there is no verb fly"):
        page("fly")


def test_every_view_carries_its_policy() -> None:
    assert form.policy == Policy("contribute", methods=("GET", "POST"))  # type: ignore[attr-defined] # set by page
    assert everybody.policy == Policy(public=True, methods=())  # type: ignore[attr-defined]


def test_whoever_was_revoked_since_is_led_to_the_page_of_signing_in(world: World) -> None:
    from openiru.foundation.people.commands_changes import revoke_people

    boro = visiting(world.outside("RS/boro"))
    assert boro.get("/anybody").status_code == 200
    administrator = By(person=SERVICE.person, unit=world.units["RS"], using="worker")
    revoke_people(by=administrator, people=[world.outside("RS/boro").person])
    assert boro.get("/anybody").status_code == 302
