"""The pages of assessment: who may see them, what they tell and what they never tell, once only, nothing lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests.entrypoints.web.visiting import visiting
from tests.people import World, action_day
from tests.stages.assessment.helpers import REFER, say, state
from tests.stages.intake.helpers import ident

from openiru.core.assessment.plain import draft_to_plain
from openiru.core.vocabulary import ProtectedPurpose, Verdict
from openiru.foundation.database.acting import By, acting
from openiru.ports.formats import Row
from openiru.stages.assessment.places import own_claims
from openiru.stages.intake.commands import Source, import_rows

pytestmark = pytest.mark.usefixtures("database")
HOSTILE = "<script>alert(1)</script>\u202e\"'"


def day(count: int = 2) -> tuple[World, list[UUID]]:
    """Posts with words and a translation, and a hostile title."""
    world = action_day()
    rows = [
        Row(
            number,
            f"https://t.me/openiru_demo_a/{number}",
            reason="invented",
            quote=f"измишљене речи {number}",
            translation=f"invented words {number}",
            title=HOSTILE,
            language="sr",
        )
        for number in range(1, count + 1)
    ]
    import_rows(
        by=world.by("RS/ana"),
        source=Source(rows=rows, file_name="a.csv", file_digest="sha256:00", format="csv"),
    )
    ana = world.by("RS/ana")
    return world, [ident(ana, f"telegram:post:openiru_demo_a/{n}") for n in range(1, count + 1)]


def browser(world: World, name: str) -> Client:
    return visiting(world.outside(name))


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(f"/o/day/{path}")
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def hidden(html: str, which: str = "quick") -> dict[str, str]:
    """The hidden fields of a form, by its class."""
    form = re.search(rf'<form[^>]*class="[^"]*\b{which}\b[^"]*".*?</form>', html, re.DOTALL)
    assert form is not None, html
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return {name: unescape(value) for name, value in found}


def written() -> dict[str, str]:
    """Every part of a referral as the form sends it."""
    plain: dict[str, Any] = draft_to_plain(REFER)
    sent = {
        name: str(plain[name]) for name in ("availability", "proportionality", "provider_rule", "reasons")
    }
    sent |= {"verdict": "refer", "confidence": "80", "ground-2(7)(d)": "1", "facts-2(7)(d)": "invented facts"}
    for one in ProtectedPurpose:
        sent |= {f"applies-{one.value}": "no", f"why-{one.value}": "invented"}
    return sent


def mine(by: By) -> set[UUID]:
    with acting(by):
        return set(own_claims())


PAGES = ("queue", "disagreements", "own-day", "wide", "languages", "alarms")


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("RS/ana", set()),
        ("HR/ivo", set()),
        ("AG/coordinator", {"queue", "disagreements", "own-day", "languages"}),
        ("AG/overseer", {"queue", "disagreements", "own-day", "languages", "alarms"}),
        ("AG/admin", set(PAGES)),
    ],
)
def test_who_may_see_which_page(name: str, refused: set[str]) -> None:
    world, _ = day(1)
    client = browser(world, name)
    menu = page(client, "")
    for path in PAGES:
        page(client, path, 403 if path in refused else 200)
        assert (f'href="/o/day/{path}"' in menu) == (path not in refused), path


VARYING = re.compile(r'value="[0-9a-f-]{36}"|csrfmiddlewaretoken" value="[^"]*"')


def strip(html: str) -> str:
    """The page itself, without what is drawn anew each time."""
    return VARYING.sub("", html[html.index("<main") : html.index("</main")])


def test_the_queue_shows_facts_and_points_and_nobodys_verdict() -> None:
    world, (first, second) = day()
    before = page(browser(world, "MK/mila"), "queue")
    say(world.by("HR/hana"), first, Verdict.REFER)
    after = page(browser(world, "MK/mila"), "queue")
    assert "telegram:post:openiru_demo_a/1" in after
    assert str(second) in after
    assert "<img" not in after
    assert strip(before) == strip(after)


def test_the_first_verdict_is_never_in_the_page_of_the_second() -> None:
    world, (first, _) = day()
    blind = page(browser(world, "MK/mila"), f"assess/{first}")
    facts = "words that only the first person wrote"
    sent = written() | {"reasons": facts}
    client = browser(world, "RS/ana")
    form = hidden(page(client, f"assess/{first}"), "full")
    assert client.post(f"/o/day/assess/{first}", form | sent).status_code == 303
    shown = page(browser(world, "MK/mila"), f"assess/{first}")
    assert facts not in shown
    assert blind.count("refer") == shown.count("refer")


def test_the_item_shows_its_words_escaped_its_address_defanged_and_no_link_outside() -> None:
    world, (first, _) = day()
    html = page(browser(world, "HR/hana"), f"assess/{first}")
    assert "измишљене речи 1" in html
    assert "<script>alert" not in html
    assert "hxxps" in html
    assert 'href="http' not in html
    assert "not captured yet" in html


def test_two_keys_say_no_and_the_next_item_is_in_the_answer() -> None:
    world, (first, second) = day()
    client = browser(world, "HR/hana")
    opened = client.post("/o/day/queue/next", {"request_id": str(uuid4())})
    here = UUID(opened["Location"].rpartition("/")[2])
    other = {first: second, second: first}[here]
    form = hidden(page(client, f"assess/{here}"))
    sent = form | {"sentence": "journalism", "confidence": "80"}
    answer = client.post(f"/o/day/assess/{here}", sent, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert answer["HX-Push-Url"] == f"/o/day/assess/{other}"
    text = answer.content.decode()
    assert text.lstrip().startswith('<div id="assess"')
    assert f"/o/day/assess/{other}" in text
    assert mine(world.by("HR/hana")) == {other}
    again = client.post(f"/o/day/assess/{here}", sent)
    assert again.status_code == 303, "the same form a second time is answered and not done again"
    with acting(world.by("HR/hana")) as now:
        now.cursor.execute("SELECT count(*), min(verdict) FROM assessment_assessment")
        assert now.cursor.fetchone() == (1, "do_not_refer")


def test_a_referral_takes_every_part_and_two_people() -> None:
    world, (first, _) = day()
    for name in ("RS/ana", "HR/hana"):
        client = browser(world, name)
        form = hidden(page(client, f"assess/{first}"), "full")
        bare = client.post(
            f"/o/day/assess/{first}", form | {"verdict": "refer", "confidence": "80", "reasons": "typed text"}
        )
        assert bare.status_code == 422
        told = bare.content.decode()
        assert "nothing was saved" in told
        assert "typed text" in told, "what was typed stays"
        assert "at least one ground" in told
        done = client.post(f"/o/day/assess/{first}", form | written() | {"request_id": str(uuid4())})
        assert done.status_code == 303
    assert state(world.by("RS/ana"), first) == "decided"


def test_a_basis_that_changed_keeps_what_was_typed_and_says_what_changed() -> None:
    world, (first, _) = day()
    client = browser(world, "HR/hana")
    form = hidden(page(client, f"assess/{first}"), "full") | {"basis": "sha256:old", "seen-kind": "video"}
    answer = client.post(f"/o/day/assess/{first}", form | written() | {"reasons": "kept words"})
    assert answer.status_code == 412
    told = answer.content.decode()
    assert "kind was video, is post" in told
    assert "kept words" in told
    assert state(world.by("RS/ana"), first) == "seen"


def test_the_third_person_sees_both_reasons_and_nobodys_name() -> None:
    world, (first, _) = day()
    say(world.by("RS/ana"), first, Verdict.REFER)
    say(world.by("HR/hana"), first, Verdict.DO_NOT_REFER)
    html = page(browser(world, "MK/mila"), f"assess/{first}")
    assert "Two people differ" in html
    assert html.count("invented reasons") >= 2
    names = [by for by in ("Ana (invented)", "Hana (invented)") if by in html]
    assert names == []
    assert str(first) in page(browser(world, "MK/mila"), "disagreements")
    assert str(first) not in page(browser(world, "RS/ana"), "disagreements")


def test_not_for_me_goes_on_and_counts_nothing() -> None:
    world, (first, second) = day()
    client = browser(world, "HR/hana")
    client.post("/o/day/queue/next", {"request_id": str(uuid4())})
    (here,) = mine(world.by("HR/hana"))
    answer = client.post(f"/o/day/assess/{here}/back", {"request_id": str(uuid4())})
    assert answer.status_code == 303
    assert mine(world.by("HR/hana")) == {first, second} - {here}
    assert "you handed it back" in page(client, "queue")


def test_many_items_are_shown_claimed_and_given_up_again() -> None:
    world, ids = day(4)
    client, hana = browser(world, "HR/hana"), world.by("HR/hana")
    seen = client.post("/o/day/queue/many", {"act": "claim", "all": "1"})
    assert seen.status_code == 200
    assert "Claim 4 items?" in seen.content.decode()
    assert mine(hana) == set(), "a preview does nothing"
    request = str(uuid4())
    done = client.post("/o/day/queue/many", {"act": "claim", "all": "1", "sure": "1", "request_id": request})
    assert mine(hana) == set(ids)
    undo = re.search(r'action="([^"]*/undo)"', done.content.decode())
    assert undo is not None
    assert client.post(undo[1]).status_code == 303
    assert mine(hana) == set()


def test_a_number_over_500_has_to_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    from openiru.stages.assessment.web import bulk

    monkeypatch.setattr(bulk, "TYPED", 2)
    world, _ = day(3)
    client = browser(world, "HR/hana")
    sent = {"act": "claim", "all": "1", "sure": "1", "request_id": str(uuid4())}
    for number, status in (("", 422), ("4", 422), ("3", 200)):
        assert client.post("/o/day/queue/many", sent | {"number": number}).status_code == status, number
    assert len(mine(world.by("HR/hana"))) == 3


def test_news_are_told_by_a_bar_and_not_told_twice() -> None:
    world, _ = day(1)
    client = browser(world, "HR/hana")
    html = page(client, "queue")
    newest = re.search(r"news\?newest=([0-9a-f-]{36})", html)
    assert newest is not None
    path = f"/o/day/queue/news?newest={newest[1]}"
    first = client.get(path, HTTP_HX_REQUEST="true")
    assert first.content.decode().strip() == ""
    assert client.get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    day_rows = [Row(9, "https://t.me/openiru_demo_b/9", reason="new, invented")]
    import_rows(
        by=world.by("RS/ana"),
        source=Source(rows=day_rows, file_name="b.csv", file_digest="sha256:01", format="csv"),
    )
    told = client.get(path, HTTP_IF_NONE_MATCH=first["ETag"])
    assert "1 new item" in told.content.decode()


def test_a_search_is_saved_by_name_and_taken_away() -> None:
    world, _ = day(1)
    client = browser(world, "RS/ana")
    client.post(
        "/o/day/queue/searches",
        {"name": "Serbian", "language": "sr", "shared": "1", "request_id": str(uuid4())},
    )
    html = page(browser(world, "RS/boro"), "queue")
    assert 'href="/o/day/queue?language=sr"' in html
    assert "Serbian" not in page(browser(world, "HR/hana"), "queue")
    end = re.search(r'action="([^"]*/end)"', page(client, "queue"))
    assert end is not None
    assert browser(world, "RS/boro").post(end[1]).status_code == 404
    assert client.post(end[1]).status_code == 303
    assert "Serbian" not in page(browser(world, "RS/boro"), "queue")


def test_another_language_is_asked_for_taken_on_and_stands_beside_the_original() -> None:
    world, (first, _) = day()
    client = browser(world, "HR/hana")
    answer = client.post(f"/o/day/assess/{first}/language", {"wanted": "en", "request_id": str(uuid4())})
    assert answer.status_code == 303
    other = browser(world, "MK/mila")
    taking = re.search(r'action="([^"]*/take)"', page(other, "languages"))
    assert taking is not None
    where = other.post(taking[1])["Location"]
    assert "измишљене речи 1" in other.get(where).content.decode()
    kept = other.post(where, {"text": "", "machine": "m", "request_id": str(uuid4())})
    assert kept.status_code == 400
    done = other.post(where, {"text": f"made up {HOSTILE}", "machine": "", "request_id": str(uuid4())})
    assert done.status_code == 303
    html = page(client, f"assess/{first}")
    assert "Translation into en by MK" in html
    assert "<script>alert" not in html


def test_a_seal_takes_the_item_out_of_every_page_and_asks_for_the_hand_over() -> None:
    world, (first, _) = day()
    client = browser(world, "HR/hana")
    asked = page(client, f"assess/{first}/alarm/abuse")
    assert "openiru_demo_a" not in asked, "nothing of the item is on the page of the exit"
    answer = client.post(f"/o/day/assess/{first}/alarm/abuse", {"note": "", "request_id": str(uuid4())})
    assert answer["Location"] == "/o/day/alarms"
    for name in ("HR/hana", "RS/ana", "MK/mila"):
        page(browser(world, name), f"assess/{first}", 404)
        assert str(first) not in page(browser(world, name), "queue")
    officer = browser(world, "AG/coordinator")
    html = page(officer, "alarms")
    assert "hxxps" in html
    over = re.search(r'action="([^"]*/hand-over)"', html)
    assert over is not None
    assert officer.post(over[1], {"to": "invented duty desk", "request_id": str(uuid4())}).status_code == 303
    html = page(officer, "alarms")
    assert "invented duty desk" in html
    assert "hxxps" not in html


def test_a_threat_to_life_stands_first() -> None:
    world, (first, second) = day()
    client = browser(world, "HR/hana")
    client.post(f"/o/day/assess/{second}/alarm/life", {"note": "", "request_id": str(uuid4())})
    client.post(f"/o/day/assess/{first}/alarm/other", {"note": "", "request_id": str(uuid4())})
    html = page(browser(world, "MK/mila"), "queue")
    assert html.index(f"assess/{second}") < html.index(f"assess/{first}")
    assert "threat to life" in html


def test_what_is_foreign_is_not_there() -> None:
    world, _ = day(1)
    client = browser(world, "RS/ana")
    for path in (f"assess/{uuid4()}", f"languages/{uuid4()}", f"assess/{uuid4()}/alarm/life"):
        page(client, path, 404)
    for path in (f"assess/{uuid4()}", f"assess/{uuid4()}/back", f"assess/{uuid4()}/claim"):
        sent = {"request_id": str(uuid4()), "basis": "x", "sentence": "art", "confidence": "60"}
        assert client.post(f"/o/day/{path}", sent).status_code in {303, 404, 409}, path
    assert client.post("/o/day/queue/many", {"act": "claim", "item": "no id"}).status_code == 400
    assert client.post("/o/day/queue/many", {"act": "decide"}).status_code == 400
    assert client.get("/o/day/queue?cursor=nonsense").status_code == 400


def test_ones_own_day_is_nobody_elses() -> None:
    world, (first, _) = day()
    client = browser(world, "HR/hana")
    form = hidden(page(client, f"assess/{first}"))
    client.post(f"/o/day/assess/{first}", form | {"sentence": "art", "confidence": "95"})
    html = page(client, "own-day")
    assert "telegram:post:openiru_demo_a/1" in html
    assert "do not refer" in html
    assert "telegram:post:openiru_demo_a/1" not in page(browser(world, "HR/ivo"), "own-day")


def test_a_whole_channel_is_proposed_told_and_open_to_verdicts() -> None:
    world = action_day()
    rows = [Row(1, "https://t.me/openiru_demo_channel", reason="invented")]
    import_rows(
        by=world.by("RS/ana"),
        source=Source(rows=rows, file_name="a.csv", file_digest="sha256:00", format="csv"),
    )
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT item_id FROM registry_operationitem")
        item = now.cursor.fetchone()[0]
    client = browser(world, "RS/ana")
    html = page(client, f"wide/new?item={item}")
    sent = {
        "item": str(item),
        "proof": "brand",
        "outlet": "Invented outlet",
        "source": "invented list",
        "request_id": str(uuid4()),
    }
    assert "tell the overseer" in html
    assert client.post("/o/day/wide/new", sent).status_code == 400
    sent["request_id"] = str(uuid4())
    assert client.post("/o/day/wide/new", sent | {"why_not_items": "too many"}).status_code == 303
    assert "Invented outlet" in page(browser(world, "AG/overseer"), "wide")
    assert "Give your verdict" in page(browser(world, "HR/hana"), "wide")
    assert "Give your verdict" not in page(browser(world, "AG/overseer"), "wide")
