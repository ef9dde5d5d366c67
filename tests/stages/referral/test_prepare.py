"""A batch is made of decided items of one provider, whole with its letter, and nothing that may not go is on it."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connections
from tests.people import START
from tests.stages.intake.helpers import hold
from tests.stages.referral.helpers import (
    bring,
    decided,
    far,
    post,
    prepared,
    ready_day,
    rows,
    states,
)

from openiru.core.errors import ConflictError, PermissionDeniedError, RefusedError, UsageError
from openiru.core.vocabulary import Instrument, LegalProfile
from openiru.foundation.database.acting import acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.stages.intake.holds import override, place_holds
from openiru.stages.referral import queries
from openiru.stages.referral.commands import prepare, unprepare
from openiru.stages.referral.preparing import Batch

pytestmark = pytest.mark.usefixtures("database")


def test_batches_go_by_provider_and_limit_with_dense_references() -> None:
    world = ready_day()
    decided(world, [post(number) for number in range(1, 6)] + [far(1)])
    made = prepare(by=world.by("AG/deputy"))
    assert made.refused == ()
    assert [(one.provider, one.lines, one.deciding_unit) for one in made.batches] == [
        ("far", 1, "HR"),
        ("host", 3, "HR"),
        ("host", 2, "HR"),
    ]
    assert sorted(one.reference for one in made.batches) == [f"HR-2020-00000{n}" for n in (1, 2, 3)]
    assert set(states(world).values()) == {"prepared"}
    decided(world, [post(9)])
    (more,) = prepare(by=world.by("AG/coordinator")).batches
    assert more.reference == "HR-2020-000004"


def test_the_letter_is_stored_exactly_and_only_its_files_hold_the_live_address() -> None:
    world = ready_day()
    words = {
        "quote": "invented words, see https://t.me/openiru_demo_b/9",
        "translation": "more words",
        "place": "00:10",
    }
    decided(world, [post(1)], **words)
    (batch,) = prepare(by=world.by("AG/deputy")).batches
    with acting(world.by("AG/coordinator")):
        letter = queries.letter(batch.reference)
        row = queries.by_reference(batch.reference)
    assert letter["sender_name"] == "Unit HR (invented)"
    assert (row["deciding_unit"], row["sending_unit"]) == ("HR", "AG")
    assert letter["message_id"] == row["message_id"] == f"<{batch.reference}@unit.invalid>"
    assert "https://" not in letter["text"]
    assert "hxxps://t[.]me/openiru_demo_a/1" in letter["text"]
    assert "hxxps://t[.]me/openiru_demo_b/9" in letter["text"]
    assert "not an order" in letter["text"]
    assert "INVENTED DATA" in letter["text"]
    assert "Ana" not in letter["text"]
    assert all(post(1) in one["text"] for one in letter["attachments"])
    assert [one["name"].rpartition("000001")[2] for one in letter["attachments"]] == [
        ".json",
        ".csv",
        "-answers.csv",
    ]


def test_two_people_of_two_units_decide_for_the_operation_and_its_lead_signs() -> None:
    world = ready_day()
    decided(world, [post(1)], first="RS/ana", second="HR/ivo")
    (batch,) = prepare(by=world.by("AG/deputy")).batches
    assert batch.deciding_unit == "AG"
    assert batch.reference == "AG-2020-000001"


def test_what_nobody_decided_on_is_refused_and_what_has_no_provider_is_reported() -> None:
    world = ready_day()
    (seen,) = bring(world.by("RS/ana"), [post(7)])
    (lonely,) = decided(world, ["https://lonely.example/a-page"])
    made = prepare(by=world.by("AG/deputy"), items=[seen, lonely, new_id()])
    assert made.batches == ()
    assert {one.item: one.code for one in made.refused if one.item in {seen, lonely}} == {
        seen: "state",
        lonely: "provider-unknown",
    }
    assert [one.code for one in made.refused if one.item not in {seen, lonely}] == ["not-here"]
    assert prepare(by=world.by("AG/deputy"), provider="host").refused == ()


def test_nobody_but_those_who_issue_or_coordinate_prepares() -> None:
    world = ready_day()
    decided(world, [post(1)])
    for name in ("HR/hana", "AG/overseer", "AG/admin", "RS/deda"):
        with pytest.raises(PermissionDeniedError):
            prepare(by=world.by(name))
    with pytest.raises(UsageError):
        prepare(by=world.outside("AG/deputy"))


def test_a_held_item_waits_for_an_override_and_the_reason_names_no_holder() -> None:
    world = ready_day()
    (item,) = decided(world, [post(1)])
    place_holds(by=world.by("MK/duma"), holds=[hold(post(1))])
    (refused,) = prepare(by=world.by("AG/deputy")).refused
    assert refused.code == "hold"
    assert "duty desk MK" in refused.reason
    assert "inquiry" not in refused.reason
    override(by=world.by("AG/officer"), item=item, threat="an invented threat, tonight")
    assert len(prepare(by=world.by("AG/deputy")).batches) == 1


MARKINGS = [
    ({"tlp": "red"}, post(1), "TLP:RED"),
    ({"tlp": "amber"}, post(2), "TLP:AMBER"),
    ({"pap": "amber"}, post(3), "PAP:AMBER"),
    ({"restriction": "no_provider"}, post(4), "restriction"),
    ({"restriction": "ask me before you do anything"}, post(5), "a person must read"),
    ({"restriction": "no_third_country"}, far(1), "a third country"),
]


def test_the_tightest_marking_of_all_contributions_decides() -> None:
    world = ready_day()
    items = decided(world, [url for _, url, _ in MARKINGS])
    for marking, url, _ in MARKINGS:
        bring(world.by("MK/mila"), [url], quote="words that are not for providers", **marking)
    made = prepare(by=world.by("AG/deputy"))
    assert made.batches == ()
    refused = {one.item: one for one in made.refused}
    for item, (_, _, reason) in zip(items, MARKINGS, strict=True):
        assert refused[item].code == "marking"
        assert reason in refused[item].reason


def test_a_restriction_that_forbids_only_other_uses_lets_the_letter_go() -> None:
    world = ready_day()
    decided(world, [post(1)], restriction="no_third_country", quote="words")
    (batch,) = prepare(by=world.by("AG/deputy")).batches
    with acting(world.by("AG/deputy")):
        assert '"words"' in queries.letter(batch.reference)["text"]


def test_other_instruments_are_not_written_as_referrals() -> None:
    world = ready_day()
    legal_profile("AG", LegalProfile.EU_COMPETENT_AUTHORITY)
    for urls in ([], [post(1)]):
        decided(world, urls)
        for instrument in (Instrument.REMOVAL_ORDER, Instrument.NOTICE):
            with pytest.raises(UsageError, match="form of its own"):
                prepare(by=world.by("AG/deputy"), instrument=instrument)


def legal_profile(unit: str, profile: LegalProfile) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE people_unit SET legal_profile = %s WHERE code = %s", [profile.value, unit])


def test_an_instrument_that_the_law_does_not_give_the_acting_unit_is_refused_before_anything_else() -> None:
    world = ready_day()
    decided(world, [post(1)])
    for instrument in (Instrument.REMOVAL_ORDER, Instrument.NOTICE):
        with pytest.raises(RefusedError, match="a unit that is agency cannot use") as refused:
            prepare(by=world.by("AG/deputy"), instrument=instrument)
        assert refused.value.hint == "It may use: referral."
    assert set(states(world).values()) == {"decided"}


def test_an_instrument_that_the_law_does_not_give_the_deciding_unit_leaves_its_items_out() -> None:
    world = ready_day()
    legal_profile("AG", LegalProfile.EU_COMPETENT_AUTHORITY)
    legal_profile("HR", LegalProfile.MEMBER_STATE_UNIT)
    decided(world, [post(1)])
    made = prepare(by=world.by("AG/deputy"), instrument=Instrument.REMOVAL_ORDER)
    assert made.batches == ()
    assert [(one.code, "HR: a unit that is member state unit" in one.reason) for one in made.refused] == [
        ("instrument", True)
    ]


def test_what_was_referred_before_goes_again_only_with_a_reason_and_a_reinstated_item_never() -> None:
    world = ready_day()
    one, two = decided(world, [post(1), post(2)])
    with connections["owner"].cursor() as cursor:  # two operations of the past
        cursor.execute("SELECT id FROM operations_operation")
        (operation,) = cursor.fetchone()
        past = new_id()
        cursor.execute(
            "INSERT INTO operations_operation (id, slug, title, kind, environment, mandate_id, lead_unit_id, zone, opens_at,"
            " closes_at, closed_at, themes, platforms, languages, groups) SELECT %s, 'past', title, kind, environment,"
            " mandate_id, lead_unit_id, zone, opens_at, closes_at, opens_at, themes, platforms, languages, groups"
            " FROM operations_operation WHERE id = %s",
            [past, operation],
        )
        for item, state in ((one, "answered"), (two, "reinstated")):
            cursor.execute(
                "INSERT INTO registry_operationitem (id, operation_id, item_id, state, milestones, language, organisation, brand,"
                " flags, closed_to, basis_digest, referred_at, answer, outcome) VALUES (%s, %s, %s, %s, 17, '', '', '', '{}', '{}', '', %s,"
                " 'NO_ACTION', 'live')",
                [new_id(), past, item, state, START - timedelta(days=90)],
            )
    refused = {one.item: one for one in prepare(by=world.by("AG/deputy")).refused}
    assert {item: why.code for item, why in refused.items()} == {one: "referred-before", two: "reinstated"}
    assert refused[one].earlier[0]["answer"] == "NO_ACTION"
    again = prepare(by=world.by("AG/deputy"), again_reason="it came back word for word")
    assert [batch.lines for batch in again.batches] == [1]
    assert [why.code for why in again.refused] == ["reinstated"]
    assert prepare(by=world.by("AG/deputy"), items=[two], again_reason="please").batches == ()


def test_given_back_items_are_decided_again_and_can_be_prepared_anew() -> None:
    world = ready_day()
    batch = prepared(world, 2)
    assert unprepare(by=world.by("AG/deputy"), referrals=[batch.id], why="the wrong day") == 2
    assert set(states(world).values()) == {"decided"}
    with pytest.raises(ConflictError):
        unprepare(by=world.by("AG/deputy"), referrals=[batch.id], why="once more")
    (again,) = prepare(by=world.by("AG/deputy")).batches
    assert again.reference == "HR-2020-000002"


def test_eight_people_who_prepare_at_once_make_one_referral() -> None:
    world = ready_day()
    items = decided(world, [post(1), post(2)])
    made: list[Batch] = []
    gate = threading.Barrier(8)

    def work() -> None:
        gate.wait()
        try:
            made.extend(prepare(by=world.by("AG/deputy"), items=items).batches)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(one.reference, one.lines) for one in made] == [("HR-2020-000001", 2)]


def test_references_have_no_gap_when_many_prepare_different_items_at_once() -> None:
    world = ready_day()
    items = decided(world, [post(number) for number in range(1, 9)])
    references: list[str] = []
    gate = threading.Barrier(8)

    def work(item: UUID) -> None:
        gate.wait()
        try:
            references.extend(
                one.reference for one in prepare(by=world.by("AG/deputy"), items=[item]).batches
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(references) == [f"HR-2020-{number:06d}" for number in range(1, 9)]


def test_a_playlist_cannot_stand_on_a_line_even_when_somebody_writes_sql() -> None:
    world = ready_day()
    batch = prepared(world)
    wide = bring(world.by("HR/hana"), ["https://www.youtube.com/playlist?list=PLinvented0000000000"])
    (line,) = rows(world, f"SELECT * FROM referral_line WHERE referral_id = '{batch.id}'")
    for change in (
        {"item_id": wide[0]},
        {"item_id": wide[0], "extent": "playlist"},
        {"extent": "playlist"},
        {"extent": "account"},
        {"needs_resolving": True},
    ):
        with pytest.raises((IntegrityError, psycopg.Error)), acting(world.by("AG/deputy")) as now:
            insert(now.cursor, "referral_line", [{**line, "id": new_id(), "number": 2, **change}])
    assert len(rows(world, "SELECT * FROM referral_line")) == 1


def test_an_item_that_was_voided_meanwhile_is_not_put_on_a_second_batch() -> None:
    world = ready_day()
    prepared(world)
    (item,) = [row["item_id"] for row in rows(world, "SELECT item_id FROM referral_line")]
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE registry_operationitem SET state = 'decided' WHERE item_id = %s", [item])
    (refused,) = prepare(by=world.by("AG/deputy")).refused
    assert refused.code == "on-batch"
