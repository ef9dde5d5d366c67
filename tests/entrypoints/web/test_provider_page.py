"""The provider's page: mail scanners change nothing, a link opens one letter, what is posted twice or fifty times is done once."""

from __future__ import annotations

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from tests.people import World
from tests.stages.referral.helpers import Post, decided, delivered, later, let_go, post, ready_day, rows, sent

from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.ports.channel import Receipt
from openiru.stages.referral.commands import prepare, withdraw
from openiru.stages.referral.commands_links import new_link, withdraw_link
from openiru.stages.referral.portal import visits
from openiru.stages.referral.queries import answers

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e{{ 7 }}{% now %}"
LINK = re.compile(r"^  http://localhost:\d+(/p/[a-z2-7]{32})$", re.MULTILINE)
CODE = re.compile(r"^  Code: (\S+)$", re.MULTILINE)
#: What scanners of mail do with a link (method, headers), all of it before a person sees the letter.
SCANS: tuple[tuple[str, dict[str, str]], ...] = (
    ("GET", {}),
    ("HEAD", {}),
    ("GET", {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"}),
    ("GET", {"User-Agent": "Mozilla/5.0 (compatible; scanner; headless)"}),
    ("GET", {"Accept": "*/*", "Range": "bytes=0-1023"}),
    ("GET", {"X-Forwarded-For": "198.51.100.7"}),
    ("OPTIONS", {}),
    ("PUT", {}),
    ("DELETE", {}),
)


@dataclass(frozen=True)
class Sent:
    """A letter that left, as its provider has it."""

    world: World
    id: Any
    reference: str
    link: str
    code: str

    @property
    def at(self) -> str:
        return f"/p/letter/{self.reference}"


def browser(**headers: str) -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost", headers=headers)


def form(**fields: str) -> dict[str, str]:
    return {"request_id": str(uuid4()), **fields}


def said(answer: Any, status: int = 200) -> str:
    text: str = answer.content.decode()
    assert answer.status_code == status, text[-1500:]
    return unescape(text)


@pytest.fixture
def letter(database: str, way: Post) -> Sent:
    """A letter of three lines."""
    assert database
    visits._tries._levels.clear()
    world = ready_day()
    batch = sent(world, 3)
    text = way.letters[0].text
    return Sent(world, batch.id, batch.reference, LINK.findall(text)[0], CODE.findall(text)[0])


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Post:
    return Post(monkeypatch)


def inside(letter: Sent, name: str = "Trust and safety (invented)") -> Client:
    client = browser()
    answer = client.post(letter.link, form(code=letter.code, name=name))
    assert (answer.status_code, answer["Location"]) == (303, letter.at)
    return client


def recorded(letter: Sent) -> list[tuple[int, str, str]]:
    with acting(letter.world.by("AG/officer")):
        return [
            (row["number"], row["decision"], row["explanation"])
            for row in answers(reference=letter.reference)
        ]


def state_of_everything() -> dict[str, int]:
    """Rows of each table."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        counts = {}
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM {table} t"
            )
            counts[table] = cursor.fetchone()
        return counts


def test_what_scanners_do_with_a_link_changes_nothing_and_lets_nobody_in(letter: Sent) -> None:
    before = state_of_everything()
    for method, headers in SCANS:
        scanner = browser(**headers)
        for _ in range(2):
            answer = scanner.generic(method, letter.link)
            assert answer.status_code in {200, 400}, method
            assert not [name for name in answer.cookies if name.startswith("letter-")], method
        assert scanner.get(letter.at).status_code == 403
    # Rewritten by a proxy, in capitals, cut off; and robots that send the form, without a code, with wrong ones, from elsewhere.
    assert browser().get(letter.link.upper().replace("/P/", "/p/")).status_code == 200
    assert browser().get(letter.link[:-1]).status_code == 404
    for fields in (
        {},
        {"code": ""},
        {"code": "0000-0000"},
        {"code": letter.code[:-1]},
        {"code": letter.link},
    ):
        robot = browser()
        assert robot.post(letter.link, form(**fields)).status_code == 422
        assert robot.get(letter.at).status_code == 403
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False, SERVER_NAME="localhost")
    assert strict.post(letter.link, form(code=letter.code)).status_code == 403
    assert state_of_everything() == before
    page = said(inside(letter).get(letter.at))
    assert f"Letter {letter.reference}" in page


def test_the_gate_shows_no_content_and_no_address_of_ours_leaves_with_a_click(letter: Sent) -> None:
    answer = browser().get(letter.link)
    page = said(answer)
    assert letter.reference in page
    assert "t[.]me" not in page
    assert "clause 1" not in page
    assert answer["Referrer-Policy"] == "strict-origin"
    assert answer["Cache-Control"] == "no-store"
    assert letter.code not in page


def test_the_page_shows_every_line_by_its_rule_and_no_address_as_a_link(letter: Sent) -> None:
    page = said(inside(letter).get(letter.at))
    assert "clause 1 of invented terms" in page
    for number in (1, 2, 3):
        assert f"hxxps://t[.]me/openiru_demo_a/{number}" in page
    assert 'href="http' not in page
    assert 'src="http' not in page
    assert "duty desk HR" in page or "duty desk AG" in page
    assert "3 lines wait for an answer" in page


def test_rows_are_answered_some_now_and_others_later_and_can_be_changed(letter: Sent) -> None:
    client = inside(letter)
    first = form(act="rows", **{"v-1": "removed", "v-2": "refused", "t-2": "lawful satire"})
    assert client.post(letter.at, first)["Location"] == letter.at
    assert "2 answers were recorded." in said(client.get(letter.at))
    assert client.post(letter.at, first).status_code == 303  # the very same form
    last = client.post(letter.at, form(act="rest", verdict="restricted", words="DE, FR"))
    assert last["Location"] == f"{letter.at}/receipt"
    assert "Every line is answered" in said(client.get(last["Location"]))
    assert 'name="v-1"' not in said(client.get(letter.at))
    assert 'name="v-1"' in said(client.get(f"{letter.at}?change=1"))
    client.post(letter.at, form(act="rows", **{"v-1": "gone"}))
    client.post(letter.at, first)  # an old form comes again: it was answered once
    assert recorded(letter) == [
        (1, "DECISION_VISIBILITY_CONTENT_REMOVED", ""),
        (2, "NO_ACTION", "lawful satire"),
        (3, "DECISION_VISIBILITY_CONTENT_DISABLED", "Restricted: DE, FR"),
        (1, "NOT_FOUND", ""),
    ]
    sources = {
        row["source"].partition(":")[0] for row in rows(letter.world, "SELECT source FROM referral_answer")
    }
    assert sources == {"portal"}
    sequence()
    assert verify().problems == []


def test_what_is_missing_is_said_at_its_row_and_nothing_is_recorded(letter: Sent) -> None:
    client = inside(letter)
    page = said(client.post(letter.at, form(act="rows", **{"v-1": "removed", "v-2": "refused"})), 422)
    assert "With “No action”, say why." in page
    assert '<option value="removed" selected>' in page
    assert "Nothing was chosen" in said(client.post(letter.at, form(act="rows")), 422)
    assert "no choice of the page" in said(
        client.post(letter.at, form(act="rows", **{"v-1": "'; DROP"})), 422
    )
    assert "say where" in said(client.post(letter.at, form(act="rest", verdict="restricted")), 422)
    assert said(client.post(letter.at, {"act": "rows", "v-1": "removed"}), 400)  # no request id
    assert recorded(letter) == []


def test_lines_that_were_never_sent_and_files_about_other_letters_are_refused(
    letter: Sent, way: Post
) -> None:
    world = letter.world
    decided(world, [post(7)])
    (other,) = prepare(by=world.by("AG/deputy")).batches
    let_go(world, other.id)
    delivered(world, other.id)
    client = inside(letter)
    client.post(letter.at, form(act="rows", **{"v-9": "removed", "v-999999999999": "removed"}))
    assert "never sent" in said(client.get(letter.at))
    file = f"reference,line,decision\r\n{other.reference},1,removed\r\n{letter.reference},2,removed\r\n"
    shown = said(client.post(f"{letter.at}/file", {"file": SimpleUploadedFile("a.csv", file.encode())}))
    assert f"This page takes answers to {letter.reference} only." in shown
    assert "1 answer would be recorded" in shown
    assert recorded(letter) == []
    packed = re.findall(r'<textarea name="rows"[^>]*>(.*?)</textarea>', shown, re.DOTALL)[0]
    again = form(
        rows=packed.replace(
            "]", f', {{"reference": "{other.reference}", "line": "1", "decision": "removed"}}]'
        )
    )
    client.post(f"{letter.at}/file", again)
    assert recorded(letter) == [(2, "DECISION_VISIBILITY_CONTENT_REMOVED", "")]
    assert (
        rows(
            world,
            f"SELECT a.id FROM referral_answer a JOIN referral_line l ON l.id = a.line_id WHERE l.referral_id = '{other.id}'",
        )
        == []
    )
    # The way in for one letter opens no other.
    assert client.get(f"/p/letter/{other.reference}").status_code == 403
    client.cookies[visits._cookie(other.reference)] = client.cookies[visits._cookie(letter.reference)].value
    assert client.get(f"/p/letter/{other.reference}").status_code == 403
    assert len(way.letters) == 2


def test_the_file_that_is_taken_comes_back_formula_safe_and_the_same_answers_are_no_new_ones(
    letter: Sent,
) -> None:
    client = inside(letter)
    client.post(letter.at, form(act="rows", **{"v-1": "refused", "t-1": "=HYPERLINK(1)"}))
    answer = client.get(f"{letter.at}/answers.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{letter.reference}-answers.csv"'
    cells = list(csv.reader(io.StringIO(answer.content.decode())))
    assert len(cells) == 4
    assert not [cell for row in cells for cell in row if cell.startswith(("=", "+", "-", "@"))]
    shown = said(client.post(f"{letter.at}/file", {"file": SimpleUploadedFile("a.csv", answer.content)}))
    assert "There is nothing new in it." in shown
    for wrong in (b"", b"\x00\x01\x02", b"a,b\r\n1,2\r\n", b"x" * 1_000_001):
        assert (
            client.post(f"{letter.at}/file", {"file": SimpleUploadedFile("a.csv", wrong)}).status_code == 422
        )
    big = SimpleUploadedFile("a.csv", b"x" * 2_000_000)
    assert client.post(f"{letter.at}/file", {"file": big}).status_code == 413
    assert client.post(f"{letter.at}/file", form(rows="[1, {]")).status_code == 422
    assert len(recorded(letter)) == 1


def test_fifty_posts_at_once_have_one_effect(letter: Sent) -> None:
    cookies = inside(letter).cookies
    fields = form(act="rows", **{"v-1": "removed", "v-2": "removed"})

    def send(number: int) -> int:
        client = browser()
        client.cookies = cookies
        try:
            # Half of them are one form, sent by an impatient hand; half are forms of their own that say the same.
            mine = fields if number % 2 else {**fields, "request_id": str(uuid4())}
            return int(client.post(letter.at, mine).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(50))) == {303}
    assert [row[0] for row in recorded(letter)] == [1, 2]
    sequence()
    assert verify().problems == []


def test_a_link_that_ended_says_so_whom_to_call_and_lets_nobody_on(letter: Sent) -> None:
    world, client = letter.world, inside(letter)
    client.post(letter.at, form(act="rows", **{"v-1": "removed"}))
    withdraw_link(by=world.by("AG/officer"), referral=letter.id, why="wrong hands")
    for answer in (
        browser().get(letter.link),
        browser().post(letter.link, form(code=letter.code)),
        client.get(letter.at),
    ):
        page = said(answer, 410)
        assert "is closed" in page
        assert "+000" in page
    assert said(client.post(letter.at, form(act="rows", **{"v-2": "removed"})), 410)
    given = new_link(by=world.by("AG/officer"), referral=letter.id, why="they asked by phone")
    path = "/p/" + given.address.rpartition("/")[2]
    assert browser().post(path, form(code=letter.code)).status_code == 422
    assert browser().post(path, form(code=given.code)).status_code == 303
    later(24 * 91)
    assert "could be used until" in said(browser().get(path), 410)
    assert len(recorded(letter)) == 1


def test_a_letter_that_is_in_doubt_can_be_read_and_not_answered(letter: Sent, way: Post) -> None:
    world = letter.world
    decided(world, [post(8)])
    (batch,) = prepare(by=world.by("AG/deputy")).batches
    way.says = [Receipt(DeliveryState.UNKNOWN, "the line broke")]
    let_go(world, batch.id)
    delivered(world, batch.id)
    text = way.letters[-1].text
    doubtful = Sent(world, batch.id, batch.reference, LINK.findall(text)[0], CODE.findall(text)[0])
    client = inside(doubtful)
    page = said(client.get(doubtful.at))
    assert "not yet confirmed" in page
    assert 'name="v-1"' not in page
    client.post(doubtful.at, form(act="rows", **{"v-1": "removed"}))
    assert recorded(doubtful) == []


def test_questions_disputes_and_receipts_are_kept_once_and_shown_as_text(letter: Sent) -> None:
    client = inside(letter, name=HOSTILE[:200])
    for kind in ("question", "dispute", "acknowledged"):
        fields = form(kind=kind, text=HOSTILE, name=HOSTILE[:200], contact=HOSTILE[:200])
        for _ in range(2):
            assert client.post(f"{letter.at}/write", fields).status_code == 303
    assert client.post(f"{letter.at}/write", form(kind="question", text=" ")).status_code == 400
    assert client.post(f"{letter.at}/write", form(kind="question", text="x" * 5_001)).status_code == 400
    assert client.post(f"{letter.at}/write", form(kind="entered", text="x")).status_code == 400
    client.post(letter.at, form(act="rows", **{"v-1": "disputed", "t-1": HOSTILE}))
    kinds = [row["kind"] for row in rows(letter.world, "SELECT kind FROM referral_message ORDER BY id")]
    assert kinds == ["entered", "question", "dispute", "acknowledged"]
    for path in ("", "/receipt", "?change=1"):
        raw = client.get(letter.at + path).content.decode()
        assert "<script>alert" not in raw
        assert "<img src=x" not in raw
        assert "\u202e" not in re.sub(r'value="[^"]*"', "", raw)
    withdraw(by=letter.world.by("AG/officer"), referral=letter.id, lines=[2], why="it was art")
    assert "Withdrawn by the unit." in said(client.get(letter.at))
    assert client.post(f"{letter.at}/leave")["Location"] == "/notice"
    assert client.get(letter.at).status_code == 403


def test_a_notice_is_genuine_with_its_code_and_nothing_more_is_told(letter: Sent) -> None:
    stranger = browser()
    page = said(
        stranger.post("/notice", {"reference": f" {letter.reference.lower()} ", "code": letter.code.lower()})
    )
    assert "Yes: a letter with this number" in page
    assert "t[.]me" not in page
    assert "Host (invented)" not in page
    for reference, code in (
        (letter.reference, "0000-0000"),
        ("HR-2020-999999", letter.code),
        ("\x00", "\x00"),
        (HOSTILE, HOSTILE),
        ("", ""),
    ):
        raw = stranger.post("/notice", {"reference": reference, "code": code})
        assert "No: this desk knows no letter" in said(raw)
        assert "<script>alert" not in raw.content.decode()
    assert "Is this notice genuine?" in said(stranger.get("/notice"))


def test_codes_cannot_be_tried_out(letter: Sent) -> None:
    robot = browser()
    found = [
        robot.post("/notice", {"reference": letter.reference, "code": f"{at:08d}"}).status_code
        for at in range(15)
    ]
    assert found.count(429) >= 4
    tries = [robot.post(letter.link, form(code=f"{at:08d}")).status_code for at in range(15)]
    assert set(tries) == {422, 429}
