"""Who may what, asked of every way in: each route × each role × own unit, other unit, other operation, revoked, nobody.

What is expected is not written here: it is what the route declares (``@page("verb")``, ``auth=Asks("verb")``) and the one table of who
may do what. A route that declares nothing fails in tests/house/test_routes_declare_their_policy.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from tests.conftest import cloned
from tests.entrypoints.matrix import Asking, Whoever, rows
from tests.entrypoints.routes import ROLES, WORDS, Place, Route, operations, pages, placed
from tests.entrypoints.web.visiting import visitor
from tests.people import CAST

from openiru.core.vocabulary import Role
from openiru.entrypoints.web import rates
from openiru.foundation.database.acting import SERVICE, By
from openiru.foundation.people.commands_changes import revoke_people

#: Ends the session of whoever asks, so that nothing could be asked after it.
ENDS: Final = {"/signout"}
#: Answered before it is known which route is meant: 401 or the page of signing in, which a person without a key meets too.
AWAY: Final = {301, 302, 303}
FAULT: Final = 500
#: What one person did to many items is theirs or nothing: that nothing was taken back is an answer too, and takes nothing back.
OWN: Final = {"/o/<slug:operation>/queue/many/<uuid:batch>/undo"}
#: Where the cast is offered for signing in, in a demonstration only, and before anybody is anybody.
CAST_SHOWN: Final = "/signin/demo"
#: Names and handles of people of other units than MK; the handles of the agency are words of every page (coordinator, overseer).
NAMED: Final = re.compile(
    r"\b(?:"
    + "|".join(handle for unit in ("RS", "HR") for handle in CAST[unit])
    + "|"
    + "|".join(f"{handle.title()} \\(invented\\)" for unit in ("AG", "RS", "HR") for handle in CAST[unit])
    + r"|(?:rs|zz)-[a-z]+|Somebody of (?:RS|ZZ))(?!\w)"
)


@pytest.fixture(scope="module")
def place(template: str) -> Iterator[Place]:
    """One world for all of them: who is refused changes nothing, who is not sends nothing that can be done."""
    with cloned(template), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rates, "KNOWN", 10**9)
        patch.setattr(rates, "UNKNOWN", 10**9)
        yield placed()


def every() -> list[Route]:
    return [*pages(), *operations()]


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode("utf-8", "replace")))[:400]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_may_not_is_refused_everywhere_and_nothing_changes(place: Place, role: Role) -> None:
    ask, before, wrong = Asking(place, f"RS/{role}"), rows(), []
    refused = [route for route in every() if not route.may(role)]
    assert len(refused) > 10
    for route in refused:
        answer = ask(route, place.ids)
        if answer.status_code != 403:
            wrong.append((str(route), answer.status_code, said(answer)))
    assert not wrong, "\n".join(map(str, wrong))
    assert rows() == before


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_may_is_let_in(place: Place, role: Role) -> None:
    ask, wrong = Asking(place, f"RS/{role}"), []
    for route in every():
        if route.role is not role or route.place in ENDS:
            continue
        answer = ask(route, place.ids)
        if answer.status_code >= FAULT or (
            route.method == "GET" and route.verbs and answer.status_code == 403
        ):
            wrong.append((str(route), answer.status_code, said(answer)))
    assert not wrong, "\n".join(map(str, wrong))


def test_an_operation_of_others_is_not_there(place: Place) -> None:
    ask, before, wrong = Whoever(place, "ZZ"), rows(), []
    for route in every():
        if route.inside:
            answer = ask(route, place.ids, key=True)
            known = {404, 422} if route.api and route.method != "GET" else {404}
            if answer.status_code not in known:
                wrong.append((str(route), answer.status_code, said(answer)))
    assert not wrong, "\n".join(map(str, wrong))
    assert rows() == before


def test_no_list_tells_of_an_operation_of_others(place: Place) -> None:
    ask = Whoever(place, "ZZ", part=False)
    lists = [
        route
        for route in every()
        if not route.inside and route.method == "GET" and route.place not in ENDS | {CAST_SHOWN}
    ]
    met = [
        str(route)
        for route in lists
        if route.verbs is not None and "A day of tests" in _text(ask(route, place.ids))
    ]
    assert met == []


@pytest.mark.parametrize("operation", ["unknown", "elsewhere"])
def test_what_is_not_there_is_said_not_to_be_there(place: Place, operation: str) -> None:
    ask, before, wrong = Whoever(place, "RS"), rows(), []
    ids = place.unknown() if operation == "unknown" else place.elsewhere()
    for route in every():
        if route.place in OWN and operation == "unknown":
            continue
        if route.verbs is None or not (route.inside if operation == "elsewhere" else _names(route)):
            continue
        answer = ask(route, ids, key=True)
        known = (
            {404} if route.method == "GET" else {400, 404, 409, 422} if operation == "unknown" else {404, 422}
        )
        if answer.status_code not in known:
            wrong.append((str(route), answer.status_code, said(answer)))
    assert not wrong, "\n".join(map(str, wrong))
    assert rows() == before


def _names(route: Route) -> bool:
    """Whether it names one thing by an id."""
    kept = r"operation|kind|form|pk|provider_id|secret|digest"
    return bool(re.sub(rf"<\w+:(?:{kept})>|{{(?:{kept})}}", "", route.place).count("{")) or bool(
        re.search(r"<(?:uuid|str|int|slug):(?!(?:" + kept + r")>)", route.place)
    )


def test_what_belongs_to_one_unit_is_not_there_for_another(place: Place) -> None:
    ask, before, wrong = Whoever(place, "MK"), rows(), []
    own = ("import_id", "person>", "{person", "{token", "hold>", "search", "batch")
    for route in every():
        if any(name in route.place for name in own) and route.place not in OWN:
            answer = ask(route, place.ids, key=True)
            known = {404} if route.method == "GET" else {400, 404, 409, 422}
            if answer.status_code not in known:
                wrong.append((str(route), answer.status_code, said(answer)))
    assert not wrong, "\n".join(map(str, wrong))
    assert rows() == before


def test_nobody_meets_the_page_of_signing_in_or_401(place: Place) -> None:
    expect_turned_away(Asking(place, "", part=False), place)


def test_somebody_revoked_is_out_with_the_next_request(place: Place) -> None:
    ask = Asking(place, "RS/gone", part=False)
    assert ask.client.get("/o/day/items").status_code == 200
    gone = place.cast["RS/gone"]
    revoke_people(by=By(person=SERVICE.person, unit=gone.unit, using="worker"), people=[gone.person])
    answer = ask.client.get("/o/day/items")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/signin")
    expect_turned_away(ask, place)


def expect_turned_away(ask: Asking, place: Place) -> None:
    before, wrong = rows(), []
    for route in every():
        if route.verbs is None:
            continue
        answer = ask(route, place.ids)
        away = answer.status_code in AWAY and answer["Location"].startswith("/signin")
        if not (answer.status_code == 401 if route.api else away):
            wrong.append((str(route), answer.status_code, answer.get("Location", "")))
    assert not wrong, "\n".join(map(str, wrong))
    assert rows() == before


def test_who_administers_never_meets_content(place: Place) -> None:
    ask, met, seen = Asking(place, f"RS/{Role.ADMINISTRATOR}", part=False), [], 0
    for route in every():
        if route.method == "GET" and route.place not in ENDS and route.verbs is not None:
            text = _text(ask(route, place.ids))
            seen += 1
            met += [(str(route), word) for word in WORDS if word in text]
    assert seen > 100
    assert not met, "\n".join(map(str, met))


def test_other_units_and_the_provider_read_no_name(place: Place) -> None:
    other, guest, met = Whoever(place, "MK", part=False), visitor(), []
    assert guest.get(place.link, follow=True).status_code == 200
    for route in every():
        if route.method != "GET" or route.place in ENDS | {CAST_SHOWN}:
            continue
        asks = (other,) if not route.place.startswith("/p/") else ()
        texts = [_text(ask(route, place.ids)) for ask in asks]
        if route.place.startswith("/p/letter"):
            texts.append(_text(guest.get(route.at(place.ids))))
        for text in texts:
            met += [
                (str(route), found[0], text[max(0, found.start() - 80) : found.end() + 40])
                for found in NAMED.finditer(text)
            ]
    assert not met, "\n".join(map(str, met))


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode("utf-8", "replace"))


def test_the_help_page_shows_the_ways_under_each_verb(place: Place) -> None:
    text = _text(Asking(place, f"RS/{Role.ANALYST}", part=False).client.get("/help/roles"))
    assert "POST /o/&lt;slug:operation&gt;/holds/new" in text
    assert "POST /api/v1/operations/{operation}/holds" in text
