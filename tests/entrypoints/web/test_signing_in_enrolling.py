"""People come in by a code of their administrator, once; then with a passkey or with password and code, never with less."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections
from tests.entrypoints.web.visiting import visiting, visitor
from tests.people import World, action_day

from openiru.core.errors import ConflictError, PermissionDeniedError
from openiru.foundation.database.acting import SERVICE
from openiru.foundation.people.commands_signin import invite, link_organisation

pytestmark = pytest.mark.usefixtures("database")
PASSWORD = "a long sentence that nobody guesses"


def code_for(world: World, name: str) -> str:
    who = world.outside(name)
    (made,) = invite(by=replace(SERVICE, unit=who.unit), people=[who.person])
    return made.code


def app_code(secret: str) -> str:
    """What an app would show now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    return str(format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1])))


def enrolled(world: World, name: str = "RS/ana") -> tuple[Any, str]:
    """A browser that has enrolled with password and code app, and the secret of the app."""
    client = visitor()
    assert client.post("/signin/enrol", {"code": code_for(world, name)})["Location"] == "/signin/enrol/how"
    page = client.get("/me/keys/app").content.decode()
    secret = re.search(r"<code dir=.ltr.>([A-Z2-7]+)</code>", page)
    assert secret
    form = {"password1": PASSWORD, "password2": PASSWORD, "code": app_code(secret[1])}
    answer = client.post("/me/keys/app", form)
    assert answer["Location"] == "/me/keys/codes", answer.content
    return client, secret[1]


def test_a_code_opens_the_choice_and_nothing_else_until_the_choice_is_made() -> None:
    world = action_day()
    client = visitor()
    client.post("/signin/enrol", {"code": code_for(world, "RS/ana").lower().replace("-", " ")})
    assert client.get("/signin/enrol/how").status_code == 200
    for path in ("/me/sessions", "/me/keys", "/signin/again", "/me/keys/codes"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/signin"), path


def test_with_password_and_code_somebody_enrols_sees_the_recovery_codes_once_and_acts() -> None:
    client, _ = enrolled(action_day())
    codes = re.findall(r"<li><code>(\d{8})</code>", client.get("/me/keys/codes").content.decode())
    assert len(set(codes)) == 10
    assert re.findall(r"<li><code>(\d{8})</code>", client.get("/me/keys/codes").content.decode()) == []
    assert client.get("/me/sessions").status_code == 200


def test_signing_in_takes_the_password_and_then_the_code_and_a_code_works_once() -> None:
    _, secret = enrolled(action_day())
    client = visitor()
    form = {"login": "RS/ana", "password": PASSWORD, "next": "/me/sessions"}
    assert client.post("/signin", form)["Location"] == "/signin/code"
    assert client.get("/me/sessions").status_code == 302
    assert client.post("/signin/code", {"code": "000000"}).status_code == 200
    assert client.get("/me/sessions").status_code == 302
    assert client.post("/signin/code", {"code": app_code(secret)}).status_code == 302
    assert client.get("/me/sessions").status_code == 200
    second = visitor()
    second.post("/signin", form)
    assert second.post("/signin/code", {"code": app_code(secret)}).status_code == 200
    assert second.get("/me/sessions").status_code == 302


def test_the_secret_of_the_app_and_the_password_lie_in_no_table() -> None:
    _, secret = enrolled(action_day())
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        factors = "".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT password FROM people_account")
        passwords = [row[0] for row in cursor.fetchall()]
    assert factors
    assert secret not in factors
    assert [one.partition("$")[0] for one in passwords] == ["argon2"]


def test_a_code_works_once_and_a_wrong_one_gets_the_same_answer() -> None:
    world = action_day()
    code = code_for(world, "RS/ana")
    first = visitor().post("/signin/enrol", {"code": code})
    again = visitor().post("/signin/enrol", {"code": code})
    wrong = visitor().post("/signin/enrol", {"code": "AAAAA-AAAAA-AAAAA-AAAAA"})
    assert [one.status_code for one in (first, again, wrong)] == [302, 422, 422]
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert len({token.sub("", one.content.decode()) for one in (again, wrong)}) == 1


def test_a_code_is_over_after_three_days_and_with_the_membership() -> None:
    world = action_day()
    code = code_for(world, "RS/ana")
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE people_invitation SET expires_at = issued_at")
    assert visitor().post("/signin/enrol", {"code": code}).status_code == 422


def test_whoever_gets_a_new_code_loses_what_opened_the_account_before() -> None:
    world = action_day()
    old, secret = enrolled(world)
    client = visitor()
    client.post("/signin/enrol", {"code": code_for(world, "RS/ana")})
    tried = visitor().post("/signin", {"login": "RS/ana", "password": PASSWORD})
    assert tried.status_code == 200
    page = client.get("/me/keys/app").content.decode()
    fresh = re.search(r"<code dir=.ltr.>([A-Z2-7]+)</code>", page)
    assert fresh
    assert fresh[1] != secret
    form = {"password1": PASSWORD, "password2": PASSWORD, "code": app_code(fresh[1])}
    assert client.post("/me/keys/app", form).status_code == 302
    assert old.get("/me/sessions").status_code == 302
    assert client.get("/me/sessions").status_code == 200


def test_a_short_or_common_password_and_two_that_differ_are_refused() -> None:
    world = action_day()
    client = visitor()
    client.post("/signin/enrol", {"code": code_for(world, "RS/ana")})
    for one, two in (("short", "short"), (PASSWORD, PASSWORD + "!"), ("", "")):
        page = client.get("/me/keys/app").content.decode()
        secret = re.search(r"<code dir=.ltr.>([A-Z2-7]+)</code>", page)
        assert secret
        form = {"password1": one, "password2": two, "code": app_code(secret[1])}
        assert client.post("/me/keys/app", form).status_code == 200
    assert client.get("/me/sessions").status_code == 302


def test_a_password_alone_signs_nobody_in_and_an_unknown_name_is_answered_like_a_known_one() -> None:
    from openiru.foundation.people.models import Account

    world = action_day()
    enrolled(world)
    boro = world.outside("RS/boro")
    account = Account(login="RS/boro", unit_id=boro.unit, person_id=boro.person)
    account.set_password(PASSWORD)
    account.save(force_insert=True)
    client = visitor()
    assert client.post("/signin", {"login": "RS/boro", "password": PASSWORD})["Location"] == "/signin"
    assert client.get("/me/sessions").status_code == 302
    known = visitor().post("/signin", {"login": "RS/ana", "password": "wrong"})
    unknown = visitor().post("/signin", {"login": "RS/nobody", "password": "wrong"})
    cut = re.compile(r'value="[^"]*"')
    assert known.status_code == unknown.status_code == 200
    assert cut.sub("", known.content.decode()) == cut.sub("", unknown.content.decode())


def test_a_name_is_not_tried_for_long() -> None:
    enrolled(action_day())
    for _ in range(6):
        visitor().post("/signin", {"login": "RS/ana", "password": "wrong"})
    answer = visitor().post("/signin", {"login": "RS/ana", "password": PASSWORD})
    assert answer.status_code == 200
    assert "Location" not in answer


def test_only_an_administrator_invites_and_only_people_of_the_own_unit() -> None:
    world = action_day()
    ana = world.outside("RS/ana")
    with pytest.raises(PermissionDeniedError):
        invite(by=ana, people=[ana.person])
    with pytest.raises(ConflictError):
        invite(by=world.outside("AG/admin"), people=[ana.person])


def test_an_organisation_leads_to_somebody_by_its_own_name_for_them_and_only_once() -> None:
    world = action_day()
    admin = world.outside("AG/admin")
    officer, deputy = world.outside("AG/officer").person, world.outside("AG/deputy").person
    link_organisation(by=admin, person=officer, provider="agency", subject="u-17")
    with pytest.raises(ConflictError):
        link_organisation(by=admin, person=deputy, provider="agency", subject="u-17")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT provider, uid, login FROM socialaccount_socialaccount s JOIN people_account a ON a.id = s.user_id"
        )
        assert cursor.fetchall() == [("agency", "u-17", "AG/officer")]


@pytest.mark.parametrize(
    "path",
    [
        *("signup", "accounts/signup", "accounts/signup/", "signin/signup", "accounts/email/", "me/email"),
        *(
            "accounts/password/reset/",
            "password/reset",
            "accounts/social/connections/",
            "signin/with/nobody/x",
        ),
        *("accounts/login/", "accounts/confirm-email/", "accounts/3rdparty/", "accounts/2fa/"),
    ],
)
def test_what_the_library_has_beside_these_pages_has_no_address(path: str) -> None:
    assert visitor().get(f"/{path}").status_code == 404


def test_a_demo_account_cannot_exist_outside_a_demonstration() -> None:
    from django.db import Error, transaction

    world = action_day()
    visiting(world.by("RS/ana"))
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM database_clock")
        cursor.execute("UPDATE database_instance SET environment = 'exercise'")
        with pytest.raises(Error, match="cannot exist here"), transaction.atomic(using="owner"):
            cursor.execute(
                "INSERT INTO people_account (id, login, unit_id, person_id, demo, password)"
                " SELECT gen_random_uuid(), 'x', unit_id, id, true, '!' FROM people_person LIMIT 1"
            )
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM iru.demo_cast()")
        assert cursor.fetchone() == (0,)
