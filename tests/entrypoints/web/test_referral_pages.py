"""Referral at the desk: prepared, read as it will be sent, let go, taken back in time, settled, withdrawn; once, by whom it may."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.entrypoints.web.desk_pages import ROOT, act, desk, page, words
from tests.stages.referral.helpers import (
    Post,
    bring,
    decided,
    delivered,
    far,
    post,
    prepared,
    ready_day,
    rows,
    sent,
    states,
)

from openiru.core.vocabulary import DeliveryState
from openiru.foundation.people.fresh import PLACE, wall
from openiru.ports.channel import Receipt

pytestmark = pytest.mark.usefixtures("database", "way")


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Post:
    return Post(monkeypatch)


def test_what_is_decided_stands_by_provider_and_what_cannot_go_says_what_to_do() -> None:
    world = ready_day()
    decided(world, [post(1), post(2), post(3), post(4), far(1)])
    bring(world.by("MK/mila"), [post(4)], restriction="no_provider")
    html = page(desk(world), "/prepare")
    assert "Prepare 2 batches (4 items)" in html
    said = words(html)
    assert "A marking keeps it back" in said
    assert "Ask the unit that contributed it" in said
    assert "1 disclosure to a third country" in said


def test_preparing_twice_with_one_form_prepares_once() -> None:
    world = ready_day()
    decided(world, [post(1), post(2)])
    client, key = desk(world), str(uuid4())
    for _ in range(2):
        made = act(client, "/prepare", key, provider="", urgent="", again="")
        assert made.status_code == 303, made.content
        assert made["Location"] == f"{ROOT}/outbox"
    assert len(rows(world, "SELECT id FROM referral_referral")) == 1
    html = page(client, "/outbox")
    assert "1 batch was prepared" in html
    assert "nobody let it go yet" in html


def test_a_batch_is_read_as_it_will_be_sent_without_a_link_to_what_it_names() -> None:
    world = ready_day()
    batch = prepared(world, 2)
    html = page(desk(world), f"/referrals/{batch.reference}")
    said = words(html)
    assert "exactly as it will be sent" in said
    assert "desk@host.example" in said
    assert "Every line stands on two verdicts of two people" in said
    assert "does not hold" not in said
    assert "If let go now, leaves at once" in said
    assert 'href="https://t.me' not in html


def test_what_is_let_go_can_be_taken_back_and_nothing_leaves(way: Post) -> None:
    world = ready_day()
    batch = prepared(world, 2)
    client = desk(world)
    assert "Send 1 letter (lines: 2)" in page(client, f"/outbox/send?ref={batch.reference}")
    gone = act(client, "/outbox/send", ref=batch.reference)
    assert gone["Location"] == f"{ROOT}/referrals/{batch.reference}"
    html = page(client, f"/referrals/{batch.reference}")
    assert "1 letter leaves" in html
    assert "Take 1 letter back" in html
    assert "Take 1 letter back" in page(client, "/outbox")
    assert client.get(f"{ROOT}/outbox/leaving?ref={batch.reference}").status_code == 204
    assert delivered(world, batch.id).state is None
    assert act(client, "/outbox/recall", ref=batch.reference).status_code == 303
    assert "HX-Refresh" in client.get(f"{ROOT}/outbox/leaving?ref={batch.reference}")
    assert "nobody let it go yet" in page(client, "/outbox")
    assert delivered(world, batch.id).state is None
    assert way.letters == []


def test_the_same_form_lets_go_once_and_what_is_too_late_says_so() -> None:
    world = ready_day()
    batch = sent(world)
    html = act(desk(world), "/outbox/recall", ref=batch.reference)
    assert html.status_code == 409
    assert "too late to take it back" in html.content.decode()
    assert "Withdraw what was sent" in html.content.decode()


def test_more_than_a_hundred_lines_are_let_go_only_by_somebody_who_showed_that_it_is_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from openiru.stages.referral.web import outbox

    monkeypatch.setattr(outbox, "STEP_UP", 1)
    world = ready_day()
    batch = prepared(world, 2)
    client = desk(world)
    session = client.session
    session[PLACE] = wall() - 3_600
    session.save()
    asked = act(client, "/outbox/send", ref=batch.reference)
    assert (asked.status_code, "next=" in asked["Location"]) == (303, True)
    assert client.get(f"{ROOT}/outbox/send?ref={batch.reference}").status_code == 302
    assert client.get(f"{ROOT}/referrals/{batch.reference}/withdraw").status_code == 302
    assert rows(world, "SELECT released_at FROM referral_referral") == [{"released_at": None}]


def test_a_batch_against_which_something_stands_is_left_out_of_the_sending() -> None:
    world = ready_day()
    batch = prepared(world, 1)
    bring(world.by("MK/mila"), [post(1)], restriction="no_provider")
    client = desk(world)
    assert "None of these can be let go now" in page(client, f"/outbox/send?ref={batch.reference}")
    assert "does not hold" in page(client, f"/referrals/{batch.reference}")


def test_a_batch_that_never_left_is_taken_apart_with_a_reason() -> None:
    world = ready_day()
    batch = prepared(world, 2)
    client = desk(world)
    assert act(client, f"/referrals/{batch.reference}/give-back", why=" ").status_code == 400
    done = act(client, f"/referrals/{batch.reference}/give-back", why="wrong language")
    assert done.status_code == 303
    assert "2 items are free again" in page(client, f"/referrals/{batch.reference}")
    assert set(states(world).values()) == {"decided"}


def test_an_unknown_letter_is_settled_by_a_person_only(way: Post) -> None:
    world = ready_day()
    batch = prepared(world, 1)
    way.says.append(Receipt(DeliveryState.UNKNOWN, "the line went dead"))
    client = desk(world)
    act(client, "/outbox/send", ref=batch.reference)
    rows(world, "UPDATE referral_referral SET undo_until = NULL RETURNING id")
    assert delivered(world, batch.id).state == "unknown"
    html = page(client, f"/referrals/{batch.reference}")
    assert "Was it sent?" in html
    assert "the line went dead" in page(client, "/outbox?view=attention")
    settled = act(
        client, f"/referrals/{batch.reference}/settle", was_sent="yes", why="they confirmed by telephone"
    )
    assert settled.status_code == 303
    assert "exactly as it was sent" in page(client, f"/referrals/{batch.reference}")
    assert "Was it sent?" not in page(desk(world, "RS/ana"), f"/referrals/{batch.reference}")


def test_lines_are_withdrawn_and_corrected_by_letters_that_wait_for_a_person() -> None:
    world = ready_day()
    batch = sent(world, 3)
    client = desk(world)
    place = f"/referrals/{batch.reference}"
    assert "Correct" in page(client, f"{place}/correct")
    assert 'name="text-2"' in page(client, f"{place}/correct?line=2")
    made = act(client, f"{place}/correct", line="2", **{"text-2": "the rule is clause 5"}, why="")
    assert made["Location"].endswith(f"{batch.reference}-C1")
    assert "the rule is clause 5" in page(client, f"{place}-C1")
    page(client, f"{place}/withdraw")
    taken = act(client, f"{place}/withdraw", which="lines", line=["1", "3"], why="the account was another's")
    assert taken["Location"].endswith(f"{batch.reference}-W1")
    html = words(page(client, place))
    assert "withdrawn 2" in html
    assert f"{batch.reference}-W1" in html
    assert "the account was another" in page(client, f"{place}-W1")
    assert sorted(states(world).values()) == ["referred", "withdrawn", "withdrawn"]


WHO_SEES = [
    ("RS/ana", "/prepare", 403),
    ("RS/ana", "/outbox", 200),
    ("RS/ana", "/outbox/send?ref=x", 403),
    ("AG/admin", "/outbox", 403),
    ("AG/overseer", "/answers", 200),
    ("AG/officer", "/prepare", 200),
    ("AG/deputy", "/referrals/NO-2020-000009", 404),
    ("AG/deputy", "/outbox/send?ref=NO-2020-000009", 404),
    ("AG/deputy", "/outbox/send", 400),
    ("AG/deputy", "/outbox?view=nonsense&cursor=%00", 400),
    ("RS/ana", "/answers/file", 403),
    ("RS/ana", "/providers/new", 403),
]


def test_who_may_see_which_page() -> None:
    world = ready_day()
    for who, path, status in WHO_SEES:
        assert page(desk(world, who), path, status), path


def test_every_page_says_what_to_do_when_there_is_nothing() -> None:
    client = desk(ready_day())
    for path in (
        "/prepare",
        *("/outbox", "/outbox?view=sent", "/outbox?view=attention", "/outbox?view=all"),
        *("/answers", "/answers/strays", "/answers/silent", "/transfers"),
    ):
        assert 'class="none"' in page(client, path), path
