"""Answers at the desk: a file tried before it is taken, an answer by telephone, strays, silence; and the directory of providers."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.entrypoints.web.desk_pages import ROOT, act, desk, page, words
from tests.stages.referral.helpers import Post, later, ready_day, rows, sent

pytestmark = pytest.mark.usefixtures("database", "way")
REMOVED = "DECISION_VISIBILITY_CONTENT_REMOVED"
HOSTILE = '<script>alert(1)</script>\u202e"onmouseover=x'


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Post:
    return Post(monkeypatch)


def tried(client: Client, text: str, **fields: str) -> str:
    file = SimpleUploadedFile("answers.csv", text.encode(), content_type="text/csv")
    found = client.post(f"{ROOT}/answers/file", {"request_id": str(uuid4()), "file": file, **fields})
    assert found.status_code == 200, found.content
    return str(found.content.decode())


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def test_a_file_is_tried_without_effect_then_taken_once() -> None:
    world = ready_day()
    batch = sent(world, 2)
    client = desk(world, "AG/officer")
    text = (
        "reference,line,decision,explanation\n"
        f"{batch.reference},1,removed,{HOSTILE}\n{batch.reference},2,no action,not ours\n{batch.reference},9,removed,\nX-1,1,removed,\n"
    )
    html = tried(client, text, provider="host")
    said = words(html)
    assert "Record 2 answers" in said
    assert "Cannot be applied 2" in said
    assert "<script>alert" not in html
    assert "U+202E" in html
    assert (
        rows(world, "SELECT id FROM referral_answer")
        == rows(world, "SELECT id FROM referral_strayanswer")
        == []
    )
    fields = {name: hidden(html, name) for name in ("content", "digest", "provider")}
    key = hidden(html[html.index('name="content"') - 400 :], "request_id")
    for _ in range(2):
        assert act(client, "/answers/file", key, **fields)["Location"] == f"{ROOT}/answers"
    assert len(rows(world, "SELECT id FROM referral_answer")) == 2
    assert len(rows(world, "SELECT id FROM referral_strayanswer")) == 2
    html = page(client, "/answers")
    assert "content removed" in html
    assert "<script>alert" not in html
    assert "not ours" in page(client, "/answers?effect=refused")
    assert "content removed" not in words(page(client, "/answers?effect=refused")).partition("Received")[2]
    assert "X-1" in page(client, "/answers/strays")
    assert "acted on 1" in words(page(client, f"/referrals/{batch.reference}"))
    forged = act(client, "/answers/file", **{**fields, "digest": "sha256:00"})
    assert forged.status_code == 400


def test_an_answer_by_telephone_is_entered_for_the_lines_that_are_marked() -> None:
    world = ready_day()
    batch = sent(world, 3)
    client = desk(world, "AG/officer")
    place = f"/referrals/{batch.reference}/answer"
    assert "How the answer came" in page(client, place)
    assert act(client, place, decision=REMOVED, why="telephone").status_code == 400
    done = act(client, place, decision=REMOVED, why="telephone, 14:20", line=["1", "2"])
    assert done["Location"] == f"{ROOT}/referrals/{batch.reference}"
    html = words(page(client, f"/referrals/{batch.reference}"))
    assert "2 answers were recorded" in html
    assert "not answered 1" in html


def test_the_silent_are_named_with_what_to_do() -> None:
    world = ready_day()
    batch = sent(world, 2)
    later(30)
    client = desk(world, "AG/officer")
    html = words(page(client, "/answers/silent"))
    assert "Host (invented)" in html
    assert batch.reference in html
    assert "Ask at desk@host.example" in html
    assert "Lines of host without a word" in words(page(client, "/answers/silent?provider=host"))
    assert "Nobody has been silent that long" in page(client, "/answers/silent?hours=168")


def test_a_provider_is_shown_with_what_it_did_and_changed_in_one_form() -> None:
    world = ready_day()
    sent(world, 2)
    client = desk(world)
    assert "Host (invented)" in page(client, "/providers")
    html = words(page(client, "/providers/of/host"))
    assert "Lines sent 2" in html
    assert "Not a word 2" in html
    form = {
        "name": "Host",
        "country": "hr",
        "zone": "Europe/Zagreb",
        "hours": "Mo-Fr 09:00-17:00",
        "channel": "email",
    }
    rest = {"address": "new@host.example", "max_lines": "40", "languages": "en, hr", "rule": "clause 5"}
    wrong = act(client, "/providers/of/host/edit", **{**form, **rest, "hours": "whenever"})
    assert wrong.status_code == 422
    assert act(client, "/providers/of/host/edit", **form, **rest).status_code == 303
    html = words(page(client, "/providers/of/host"))
    assert "new@host.example" in html
    assert "Mo-Fr 09:00-17:00 Europe/Zagreb" in html
    assert act(client, "/providers/new", slug="host", **form, **rest).status_code == 400
    assert act(client, "/providers/new", slug="second", **form, **rest).status_code == 303
    named = act(client, "/providers/platform", slug="new.example", name="New", provider="second")
    assert named.status_code == 303
    assert "new.example" in page(client, "/providers/of/second")
    page(client, "/providers/of/nobody", 404)
    assert "Add a provider" not in page(desk(world, "RS/ana"), "/providers")
