"""The pages of intake: what is pasted is shown before it is sent, what is sent twice is done once, what is foreign stays away."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.entrypoints.web.visiting import visiting
from tests.people import World, action_day, another_operation
from tests.stages.intake.helpers import ADDRESS, KEY, bring, hold, ident, items, leaves

from openiru.core.vocabulary import HoldScope
from openiru.foundation.operations import uploads
from openiru.stages.intake.holds import place_holds
from openiru.stages.intake.web.imports import table

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e{{ 7 }}"
AT = "/o/day"


@pytest.fixture
def world(database: str) -> World:
    assert database
    return action_day()


@pytest.fixture
def ana(world: World) -> Client:
    return visiting(world.outside("RS/ana"))


def said(answer: object, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[-2000:]  # type: ignore[attr-defined] # Django's answer
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return] # the same


def form(**fields: str) -> dict[str, str]:
    return {"request_id": str(uuid4()), **fields}


def test_a_pasted_text_is_understood_before_it_is_sent(world: World, ana: Client) -> None:
    bring(world.by("HR/hana"), ADDRESS)
    place_holds(by=world.by("MK/duma"), holds=[hold()])
    text = "seen hxxps://t[.]me/openiru_demo_a/1 and https://pages.test/new and https://pages.test/new"
    shown = said(ana.post(f"{AT}/contribute/parse", {"text": text}, headers={"HX-Request": "true"}))
    assert "hxxps://t[.]me/openiru_demo_a/1" in shown
    assert KEY in shown
    assert "already here" in shown
    assert "duty desk MK, +000 MK" in shown
    assert "Contribute 2 addresses" in shown or "Contribute 3 addresses" in shown
    assert 'href="http' not in shown
    assert set(items(world.by("RS/ana"))) == {KEY}
    # what is no item yet can be held too
    place_holds(by=world.by("MK/duma"), holds=[hold("https://pages.test/held")])
    shown = said(ana.post(f"{AT}/contribute/parse", {"text": "https://pages.test/held"}))
    assert "held (H-" in shown
    assert "duty desk MK" in shown


def test_what_is_sent_twice_is_contributed_once_and_gives_a_receipt(world: World, ana: Client) -> None:
    sent = form(text=f"look at {ADDRESS}", reason="invented", language="Serbian", tlp="amber", pap="green")
    first = ana.post(f"{AT}/contribute", sent)
    second = ana.post(f"{AT}/contribute", sent)
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    assert leaves(world.by("RS/ana"), "intake.imported") == 1
    receipt = said(ana.get(first["Location"]))
    assert KEY in receipt
    assert f"{AT}/items/{ident(world.by('RS/ana'))}" in receipt
    record = said(ana.get(f"{AT}/items/{ident(world.by('RS/ana'))}"))
    assert "TLP:AMBER" in record
    assert "invented" in record


def test_a_field_that_nobody_can_mean_is_named_and_nothing_is_saved(world: World, ana: Client) -> None:
    wrong = {"tlp": ["purple"], "language": ["klingon"], "seen_at": ["yesterday", "0001-01-01"]}
    for field, values in wrong.items():
        for value in values:
            shown = said(ana.post(f"{AT}/contribute", form(text=ADDRESS) | {field: value}), 400)
            assert f'<bdi dir="auto">{field}</bdi>' in shown
    assert items(world.by("RS/ana")) == {}
    shown = said(ana.post(f"{AT}/contribute", form(text="nothing here", reason="kept")), 400)
    assert "no address was found" in shown
    assert "nothing here</textarea>" in shown
    assert 'value="kept"' in shown


def test_hostile_text_is_shown_and_never_executed(world: World, ana: Client) -> None:
    text = f"seen {HOSTILE} https://pages.test/{HOSTILE.replace(' ', '')}"
    ana.post(f"{AT}/contribute", form(text=text, reason=HOSTILE, group=HOSTILE))
    pages = [f"{AT}/items", f"{AT}/imports", f"{AT}/copies"]
    pages += [f"{AT}/items/{row['id']}" for row in items(world.by("RS/ana")).values()]
    pages += [f"{AT}/contribute/parse"]
    for url in pages:
        answer = ana.post(url, {"text": text, "reason": HOSTILE}) if url.endswith("parse") else ana.get(url)
        shown = said(answer)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "\u202e" not in shown.partition("<main")[2]


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "text/csv")


TABLE = b"Link,Why,Handle\nhttps://t.me/openiru_demo_a/1,first,abc\nno address,second,\nhttps://pages.test/2,third,\n"


def test_the_wizard_shows_what_it_understood_and_imports_exactly_that(world: World, ana: Client) -> None:
    shown = said(
        ana.post(
            f"{AT}/imports/try", form() | {"file": upload("a.csv", TABLE)}, headers={"HX-Request": "true"}
        )
    )
    assert "Import 2 rows" in shown
    assert "Row 3" in shown
    assert items(world.by("RS/ana")) == {}
    digest = re.search(r'name="digest" value="([^"]+)"', shown)
    assert digest
    sent = form(digest=digest[1], **{"column:Why": "quote", "was:Why": "reason"})
    first = ana.post(f"{AT}/imports/take", sent | {"file": upload("a.csv", TABLE)})
    second = ana.post(f"{AT}/imports/take", sent | {"file": upload("a.csv", TABLE)})
    assert first["Location"] == second["Location"]
    assert len(items(world.by("RS/ana"))) == 2
    receipt = said(ana.get(first["Location"]))
    assert "Download 1 row as CSV" in receipt
    assert b"no address" in b"".join(ana.get(f"{first['Location']}/refused.csv"))
    assert "first" in said(ana.get(f"{AT}/items/{ident(world.by('RS/ana'))}"))


def test_a_file_other_than_the_one_that_was_tried_is_not_imported(world: World, ana: Client) -> None:
    answer = ana.post(
        f"{AT}/imports/take", form(digest="sha256:" + "0" * 64) | {"file": upload("a.csv", TABLE)}
    )
    assert "this is not the file that was tried" in said(answer, 409)
    assert items(world.by("RS/ana")) == {}
    assert "no file was sent" in said(ana.post(f"{AT}/imports/take", form()), 400)


def test_a_table_to_download_holds_no_formula() -> None:
    rows = [{"row": 2, "reason": "=cmd()"}, {"row": 3, "reason": "+1"}]
    told = table("problems.csv", ("row", "reason"), rows).content.decode("utf-8-sig")
    assert [line.partition(",")[2] for line in told.split()] == ["reason", "'=cmd()", "'+1"]


def test_an_undo_says_what_it_will_do_and_does_it_once(world: World, ana: Client) -> None:
    bring(world.by("HR/hana"), ADDRESS)
    mine = bring(world.by("RS/ana"), ADDRESS, "https://pages.test/mine")
    shown = said(ana.get(f"{AT}/imports/{mine}/undo"))
    assert "Take back 2 contributions" in shown
    would = [int(one) for one in re.findall(r"<dd>(\d+)</dd>", shown)]
    assert would == [2, 1, 1]
    sent = form()
    assert ana.post(f"{AT}/imports/{mine}/undo", sent).status_code == 303
    assert ana.post(f"{AT}/imports/{mine}/undo", sent).status_code == 303
    assert leaves(world.by("RS/ana"), "intake.import_undone") == 1
    assert items(world.by("RS/ana"))["web:pages.test/mine"]["state"] == "undone"


def test_the_list_of_items_finds_by_address_state_and_unit(world: World, ana: Client) -> None:
    bring(world.by("HR/hana"), ADDRESS, "https://pages.test/1")
    bring(world.by("RS/ana"), "https://pages.test/2")
    assert KEY in said(ana.get(f"{AT}/items", {"text": "hxxps://t[.]me/openiru_demo_a/1"}))
    own = said(ana.get(f"{AT}/items", {"only": "own"}))
    assert "web:pages.test/2" in own
    assert "web:pages.test/1" not in own
    assert "No item fits this filter" in said(ana.get(f"{AT}/items", {"state": "gone"}))
    assert "web:pages.test/2" in said(
        ana.get(f"{AT}/items", {"text": "web:pages.test", "kind": "page", "platform": "pages.test"})
    )
    said(ana.get(f"{AT}/items", {"state": "nowhere"}), 400)


def test_another_operation_and_another_units_import_are_not_there(world: World, ana: Client) -> None:
    theirs = bring(world.by("HR/hana"), ADDRESS)
    another_operation(world, "HR")
    for url in (
        "/o/other/items",
        f"{AT}/imports/{theirs}",
        f"{AT}/imports/{theirs}/undo",
        f"{AT}/items/{uuid4()}",
    ):
        said(ana.get(url), 404)
    said(ana.post(f"{AT}/imports/{theirs}/undo", form()), 404)
    assert items(world.by("RS/ana"))[KEY]["state"] == "seen"


def test_what_a_role_may_not_do_is_neither_offered_nor_done(world: World) -> None:
    officer, coordinator = visiting(world.outside("RS/deda")), visiting(world.outside("AG/coordinator"))
    said(officer.get(f"{AT}/contribute"), 403)
    said(officer.post(f"{AT}/contribute", form(text=ADDRESS)), 403)
    said(coordinator.get(f"{AT}/holds/new"), 403)
    assert "Place a hold" not in said(coordinator.get(f"{AT}/holds")).partition("<main")[2]
    said(visiting(world.outside("AG/admin")).get(f"{AT}/items"), 403)


def test_marking_is_changed_by_the_contributor_alone(world: World, ana: Client) -> None:
    bring(world.by("RS/ana"), ADDRESS)
    item = ident(world.by("RS/ana"))
    sent = form(tlp="red", reason="the source asked")
    answer = ana.post(f"{AT}/items/{item}/marking", sent, follow=True)
    assert "Only your unit sees the item now." in said(answer)
    said(visiting(world.outside("HR/hana")).get(f"{AT}/items/{item}"), 404)
    ana.post(f"{AT}/items/{item}/marking", sent)
    assert leaves(world.by("RS/ana"), "intake.marking_changed") == 1


def test_copies_show_every_unit_and_every_address_of_a_content(world: World, ana: Client) -> None:
    bring(world.by("HR/hana"), ADDRESS)
    bring(world.by("RS/ana"), ADDRESS)
    shown = said(ana.get(f"{AT}/copies"))
    assert KEY in shown
    assert "HR, RS" in shown
    digest = "sha256:" + "a" * 64
    data = f"url,digest\nhttps://pages.test/1,{digest}\nhttps://t.me/openiru_demo_a/2,{digest}\n".encode()
    ana.post(f"{AT}/imports/take", form() | {"file": upload("b.csv", data)})
    assert digest[:31] in said(ana.get(f"{AT}/copies/contents"))
    assert "One look for 2 copies" in said(ana.get(f"{AT}/copies/contents/{digest}"))


def test_a_record_names_other_items_of_the_account_and_where_a_host_deceives(
    world: World, ana: Client
) -> None:
    bring(world.by("RS/ana"), ADDRESS, "https://t.me/openiru_demo_a/2", "https://xn--pple-43d.test/a")
    assert "same account" in said(ana.get(f"{AT}/items/{ident(world.by('RS/ana'))}"))
    strange = next(row for key, row in items(world.by("RS/ana")).items() if "xn--" in key)
    assert "It mixes scripts (Cyrillic, Latin)" in said(ana.get(f"{AT}/items/{strange['id']}"))


def test_lists_go_on_by_cursor(world: World, ana: Client) -> None:
    bring(world.by("RS/ana"), *(f"https://pages.test/{n:03}" for n in range(60)))
    first = said(ana.get(f"{AT}/items", {"text": "web:"}))
    after = re.search(r'href="([^"]+)" rel="next"', first)
    assert after
    second = said(ana.get(after[1].replace("&amp;", "&")))
    assert "web:pages.test/059" in second
    assert "web:pages.test/010" not in second
    said(ana.get(f"{AT}/items", {"cursor": "nonsense"}), 400)


def test_shorteners_are_given_to_the_workers_once(world: World, ana: Client) -> None:
    bring(world.by("RS/ana"), "https://bit.ly/openiru1")
    shown = said(ana.get(f"{AT}/shorteners"))
    assert "Follow 1 shortener" in shown
    sent = form(all="1")
    assert "1 shortener was given" in said(ana.post(f"{AT}/shorteners/follow", sent, follow=True))
    ana.post(f"{AT}/shorteners/follow", sent)
    said(ana.post(f"{AT}/shorteners/follow", form()), 400)


def test_a_held_item_says_so_everywhere(world: World, ana: Client) -> None:
    bring(world.by("RS/ana"), ADDRESS)
    place_holds(by=world.by("MK/duma"), holds=[hold("telegram:post:openiru_demo_a/*", HoldScope.PATTERN)])
    assert "held" in said(ana.get(f"{AT}/items", {"only": "held"}))
    record = said(ana.get(f"{AT}/items/{ident(world.by('RS/ana'))}"))
    assert "A hold stands: H-" in record
    assert "an invented inquiry" not in record


def test_an_upload_that_is_too_big_is_not_read_and_a_stranger_may_send_less(
    world: World, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 100)
    answer = ana.post(f"{AT}/imports/take", form() | {"file": upload("a.csv", TABLE)})
    assert answer.status_code in {400, 413}
    assert items(world.by("RS/ana")) == {}
    monkeypatch.setattr(uploads, "LARGEST_OF_STRANGERS", 100)
    monkeypatch.setattr(uploads, "LARGEST", 10_000)
    stranger = Client(raise_request_exception=False, enforce_csrf_checks=True, SERVER_NAME="localhost")
    stranger.get("/signin")
    sent = form(csrfmiddlewaretoken="x" * 32)
    assert stranger.post(f"{AT}/imports/take", sent | {"file": upload("a.csv", TABLE)}).status_code in {
        400,
        403,
        413,
    }
    assert "Import 2 rows" in said(ana.post(f"{AT}/imports/try", form() | {"file": upload("a.csv", TABLE)}))
