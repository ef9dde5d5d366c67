"""The link and the code: in the letter that leaves, and nowhere else."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from tests.people import START, World
from tests.stages.referral.helpers import (
    Post,
    decided,
    delivered,
    let_go,
    post,
    prepared,
    ready_day,
    rows,
    sent,
)

from openiru.core.errors import ConflictError, NotFoundError, PermissionDeniedError, SettingError, UsageError
from openiru.core.referral.letter import CODE_PLACE, LINK_PLACE
from openiru.core.vocabulary import DeliveryState, Environment
from openiru.foundation.database.acting import acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.ports.channel import Receipt
from openiru.settings import CONFIG
from openiru.stages.referral import links
from openiru.stages.referral.commands import prepare
from openiru.stages.referral.commands_links import new_link, withdraw_link
from openiru.stages.referral.portal import queries
from openiru.stages.referral.queries import letter as stored_letter

pytestmark = pytest.mark.usefixtures("database")
LINK = re.compile(r"^  (http://localhost:\d+)/p/([a-z2-7]{32})$", re.MULTILINE)
CODE = re.compile(r"^  Code: ([0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4})$", re.MULTILINE)


def read(text: str) -> tuple[str, str]:
    """(secret, code) of a letter as it left."""
    (link,), (code,) = LINK.findall(text), CODE.findall(text)
    return link[1], code


def everything(world: World) -> str:
    """Every row of every table that a person of the operation may read, and every leaf, as one text."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            found.append(cursor.fetchone()[0])
    return " ".join(found)


def test_the_letter_that_leaves_has_link_and_code_and_no_table_ever_has_them(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 2)
    secret, code = read(way.letters[0].text)
    kept = everything(world)
    assert secret not in kept
    assert code not in kept
    assert code.replace("-", "").lower() not in kept.lower()
    with acting(world.by("AG/officer")):
        text = stored_letter(batch.reference)["text"]
    assert (text.count(LINK_PLACE), text.count(CODE_PLACE)) == (1, 1)
    assert LINK_PLACE not in way.letters[0].text
    assert CODE_PLACE not in way.letters[0].text


def test_all_but_two_lines_is_what_was_committed(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 1)
    with acting(world.by("AG/officer")):
        before = stored_letter(batch.reference)["text"].splitlines()
    after = way.letters[0].text.splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [old for old, _ in changed] == [f"  {LINK_PLACE}", f"  Code: {CODE_PLACE}"]


def test_the_digest_of_the_secret_opens_and_nothing_else_does(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 2)
    secret, code = read(way.letters[0].text)
    (row,) = rows(world, "SELECT * FROM referral_link")
    assert bytes(row["digest"]) == hashlib.sha256(secret.encode()).digest()
    found = queries.door(links.digest_of(secret.upper()))
    assert found is not None
    assert (found.reference, found.lines, found.open) == (batch.reference, 2, True)
    assert links.code_digest(batch.reference, code.lower().replace("-", " ")) == found.code_digest
    for wrong in (secret[:-1], secret[::-1], "", "\x00", "\ud800", secret * 9):
        assert queries.door(links.digest_of(wrong)) is None


def test_without_the_secret_nobody_acts_as_the_guest_of_a_link(way: Post) -> None:
    world = ready_day()
    sent(world, 1)
    secret, _ = read(way.letters[0].text)
    found = queries.door(links.digest_of(secret))
    assert found is not None
    guest = found.guest(links.digest_of(secret))
    with acting(guest) as now:
        assert (now.pseudonym, now.roles) == ("provider", frozenset({"provider"}))
    for other in (
        replace(guest, token=b""),
        replace(guest, token=b"\x00" * 32),
        replace(guest, operation=None),
        replace(guest, person=world.by("RS/ana").person),
        replace(guest, unit=world.units["RS"]),
    ):
        with pytest.raises(PermissionDeniedError), acting(other):
            pass


def test_a_guest_sees_one_letter_of_the_operation_and_may_do_nothing_else(way: Post) -> None:
    world = ready_day()
    sent(world, 2)
    decided(world, [post(7)])
    (other,) = prepare(by=world.by("AG/deputy")).batches
    let_go(world, other.id)
    delivered(world, other.id)
    secret, _ = read(way.letters[0].text)
    found = queries.door(links.digest_of(secret))
    assert found is not None
    guest = found.guest(links.digest_of(secret))
    counted: dict[str, Any] = {}
    with acting(guest) as now:
        for table in (
            "referral_referral",
            "referral_line",
            "referral_link",
            "people_person",
            "intake_contribution",
        ):
            now.cursor.execute(f"SELECT count(*) FROM {table}")
            counted[table] = now.cursor.fetchone()[0]
        assert queries.opened().reference == found.reference
    assert counted == {
        "referral_referral": 1, "referral_line": 2, "referral_link": 1, "people_person": 0, "intake_contribution": 0,
    }  # fmt: skip
    with pytest.raises(PermissionDeniedError):
        prepare(by=guest)


def test_a_letter_that_goes_once_more_is_the_same_to_the_byte(way: Post) -> None:
    world = ready_day()
    batch = prepared(world, 1)
    way.says = [Receipt(DeliveryState.DEFERRED, "later"), Receipt(DeliveryState.SENT, "ok")]
    let_go(world, batch.id)
    delivered(world, batch.id)
    let_go(world, batch.id)
    with acting(world.by("AG/officer")) as now:
        now.cursor.execute("UPDATE referral_referral SET not_before = %s", [START])
    delivered(world, batch.id)
    first, second = way.letters
    assert first == second


def test_a_new_link_ends_the_one_before_and_both_are_told(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 1)
    secret, code = read(way.letters[0].text)
    made = new_link(by=world.by("AG/officer"), referral=batch.id, why="they lost it")
    old, new = (queries.door(links.digest_of(one)) for one in (secret, made.address.rpartition("/")[2]))
    assert old is not None
    assert new is not None
    assert (old.open, new.open) == (False, True)
    assert made.code != code
    withdraw_link(by=world.by("AG/officer"), referral=batch.id, why="wrong hands")
    with pytest.raises(NotFoundError):
        withdraw_link(by=world.by("AG/officer"), referral=batch.id, why="again")
    # What bears the first code is a letter of ours all the same.
    assert queries.notice(batch.reference, code) is not None
    sequence()
    assert verify().problems == []


@pytest.mark.parametrize("who", ["RS/ana", "AG/overseer", "AG/admin", "RS/deda"])
def test_who_may_not_hand_out_links_gets_none(who: str, way: Post) -> None:
    world = ready_day()
    batch = sent(world, 1)
    with pytest.raises(PermissionDeniedError):
        new_link(by=world.by(who), referral=batch.id, why="curious")
    assert len(way.letters) == 1


def test_before_a_letter_left_there_is_no_link_to_hand_out() -> None:
    world = ready_day()
    batch = prepared(world, 1)
    with pytest.raises(ConflictError):
        new_link(by=world.by("AG/officer"), referral=batch.id, why="early")


def test_a_link_ends_for_a_reason(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 1)
    with pytest.raises(UsageError):
        withdraw_link(by=world.by("AG/officer"), referral=batch.id, why=" ")
    assert queries.door(links.digest_of(read(way.letters[0].text)[0])).open  # type: ignore[union-attr] # it is there


def test_it_lasts_from_the_moment_at_which_the_letter_left(way: Post) -> None:
    world = ready_day()
    sent(world, 1)
    (row,) = rows(world, "SELECT expires_at FROM referral_link")
    assert row["expires_at"] == START + links.LASTS
    assert timedelta(days=30) < links.LASTS
    assert way.letters


def test_a_live_desk_without_an_address_puts_no_link_into_letters(
    way: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = ready_day()
    live = replace(CONFIG, environment=Environment.LIVE, origin="http://localhost:8470")
    monkeypatch.setattr(links, "CONFIG", live)
    batch = sent(world, 1)
    assert "/p/" not in way.letters[0].text
    assert LINK_PLACE not in way.letters[0].text
    with pytest.raises(SettingError):
        new_link(by=world.by("AG/officer"), referral=batch.id, why="asked for")
    monkeypatch.setattr(links, "CONFIG", replace(live, origin="https://desk.example"))
    assert links.answer_at() == "https://desk.example"


def test_with_another_key_the_letter_stays_here_and_says_why(
    way: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = ready_day()
    batch = prepared(world, 1)
    let_go(world, batch.id)
    monkeypatch.setattr(links, "_mac", lambda *parts: hashlib.sha256(repr(parts).encode()).digest())
    tried = delivered(world, batch.id)
    assert tried.state is DeliveryState.PREPARED
    assert "another key" in tried.detail
    assert way.letters == []
