"""Nine providers, nine tempers: what each does with the same kind of letter, and when."""

from __future__ import annotations

import contextlib
import csv
import itertools
import json
import smtplib
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import dns.rcode
import pytest
from tests.examples.played_internet import Played, start, stop

REMOVED = {"DECISION_VISIBILITY_CONTENT_REMOVED", "DECISION_VISIBILITY_CONTENT_DISABLED"}
COLUMNS = [
    "reference",
    "line",
    "url_or_key",
    "decision",
    "ground",
    "ground_reference",
    "explanation",
    "decided_at",
    "puid",
]


def answers(played: Played, provider: str, number: int) -> list[Path]:
    return sorted((played.state / "answers" / provider).glob(f"HR-2026-{number}-*"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def alive(played: Played, slug: str, count: int) -> list[str]:
    """Addresses of a platform that are there now."""
    found = (url for url in played.addresses(slug) if 'id="content"' in played.get(url).body)
    return list(itertools.islice(found, count))


def test_the_prompt_one_removes_everything_within_an_hour_and_answers_in_the_agreed_columns(
    played: Played,
) -> None:
    urls = alive(played, "telegram", 6)
    received = played.control("state").json()["now"]
    played.refer("provider-a", "HR-2026-1", urls)
    assert all("tgme_page_title" in played.get(url).body for url in urls)
    played.later(1)
    assert all("tgme_page_title" not in played.get(url).body for url in urls)
    (path,) = answers(played, "provider-a", 1)
    assert path.name == "HR-2026-1-1.csv"
    assert path.read_text("utf-8").splitlines()[0].split(",") == COLUMNS
    answered = rows(path)
    assert [row["line"] for row in answered] == ["1", "2", "3", "4", "5", "6"]
    assert {row["decision"] for row in answered} <= REMOVED
    assert all(received <= row["decided_at"] < played.control("state").json()["now"] for row in answered)


def test_the_partly_acting_one_answers_in_json_and_by_mail_in_the_thread(played: Played) -> None:
    urls = alive(played, "youtube", 60)
    played.refer("provider-b", "HR-2026-2", urls, "<letter-2@unit-hr.example>")
    played.later(11)
    (path,) = answers(played, "provider-b", 2)
    decisions = Counter(a["decision"] in REMOVED for a in json.loads(path.read_text("utf-8"))["answers"])
    assert decisions[True] > decisions[False] > 0
    (mail_path,) = (played.state / "answers/mail/new").glob("*HR-2026-2-*")
    mail = message_from_bytes(mail_path.read_bytes(), policy=policy.default)
    assert mail["In-Reply-To"] == "<letter-2@unit-hr.example>"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["HR-2026-2-2.csv"]


def test_the_refusing_one_gives_its_reasons_and_keeps_what_it_refused(played: Played) -> None:
    urls = alive(played, "x", 40)
    played.refer("provider-c", "HR-2026-3", urls)
    played.later(21)
    refused = [
        row
        for row in rows(answers(played, "provider-c", 3)[0])
        if row["decision"] in {"NO_ACTION", "DISPUTED"}
    ]
    assert 4 <= len(refused) <= 25
    assert all(row["explanation"] for row in refused)
    assert all('id="content"' in played.get(urls[int(row["line"]) - 1]).body for row in refused)


def test_the_silent_one_never_answers_and_still_removes_some(played: Played) -> None:
    urls = alive(played, "instagram", 20)
    played.refer("provider-d", "HR-2026-4", urls)
    played.later(96)
    assert not answers(played, "provider-d", 4)
    assert 0 < sum('id="content"' in played.get(url).body for url in urls) < len(urls)


def test_the_other_silent_one_keeps_everything(played: Played) -> None:
    urls = alive(played, "tiktok", 10)
    played.refer("provider-e", "HR-2026-5", urls)
    played.later(96)
    assert not answers(played, "provider-e", 5)
    assert all('id="content"' in played.get(url).body for url in urls)


def test_the_wrong_one_answers_for_lines_never_sent_twice_and_under_a_strange_reference(
    played: Played,
) -> None:
    urls = alive(played, "soundcloud", 5)
    played.refer("provider-f", "HR-2026-6", urls)
    played.later(10)
    first, second, third, fourth = answers(played, "provider-f", 6)
    assert len(rows(first)) == 5
    assert [row["line"] for row in rows(second)][-1] == "9005"
    assert rows(third)[0]["decision"] == "NO_ACTION" != rows(first)[0]["decision"]
    assert rows(third)[1:] == rows(first)[1:]
    assert json.loads(fourth.read_text("utf-8"))["reference"] == "HR-2026-6-NOT-YOURS"


def test_the_slow_one_acts_on_the_third_day_and_the_archive_then_says_dark(played: Played) -> None:
    urls = alive(played, "archive.org", 12)
    played.refer("provider-g", "HR-2026-7", urls)
    played.later(10)
    assert not answers(played, "provider-g", 7)
    played.later(51)
    gone = [row for row in rows(answers(played, "provider-g", 7)[0]) if row["decision"] in REMOVED]
    assert gone
    url = urls[int(gone[0]["line"]) - 1]
    assert "not available due to issues" in played.get(url).body
    assert played.get(url.replace("/details/", "/metadata/")).json()["is_dark"] is True


def test_the_reinstating_one_puts_one_item_back_after_a_complaint(played: Played) -> None:
    urls = alive(played, "filebay.example", 8)
    played.refer("provider-h", "HR-2026-8", urls)
    played.later(6)
    gone = [url for url in urls if played.get(url).status == 410]
    assert len(gone) >= 6
    played.later(48)
    (back,) = rows(answers(played, "provider-h", 8)[1])
    assert back["decision"] == "REINSTATED"
    assert played.get(urls[int(back["line"]) - 1]).status == 200
    assert sum(played.get(url).status == 410 for url in gone) == len(gone) - 1


def test_the_greylisting_one_defers_the_first_try_and_takes_the_second(played: Played) -> None:
    urls = alive(played, "forumville.example", 3)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        played.refer("provider-i", "HR-2026-9", urls, sender="unit@unit-si.example")
    assert [code for code, _ in refused.value.recipients.values()] == [451]
    played.refer("provider-i", "HR-2026-9", urls, sender="unit@unit-si.example")
    played.later(4)
    assert len(json.loads(answers(played, "provider-i", 9)[0].read_text("utf-8"))["answers"]) == 3
    assert all("post-tombstone" in played.get(url).body for url in urls)


def test_mail_to_anybody_else_is_refused_for_good(played: Played) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        played.refer("provider-z", "HR-2026-10", [])
    assert [code for code, _ in refused.value.recipients.values()] == [550]


def test_a_letter_that_comes_twice_is_counted_and_not_acted_upon(played: Played) -> None:
    urls = alive(played, "telegram", 2)
    played.refer("provider-a", "HR-2026-11", urls)
    played.refer("provider-a", "HR-2026-11", urls)
    state = played.control("state").json()
    assert state["duplicates"] == 1
    ours = [case for case in state["letters"] if case["reference"] == "HR-2026-11"]
    assert [case["duplicate"] for case in ours] == [False, True]
    played.later(2)
    assert len(answers(played, "provider-a", 11)) == 1


def test_what_is_not_theirs_or_not_there_is_said_line_by_line(played: Played) -> None:
    mine = alive(played, "telegram", 1)[0]
    other = alive(played, "filebay.example", 1)[0]
    urls = [mine, other, "https://filebay.example.test/f/1", "https://[broken/1"]
    played.refer("provider-a", "HR-2026-12", urls)
    played.later(2)
    decisions = [row["decision"] for row in rows(answers(played, "provider-a", 12)[0])]
    assert decisions[0] in REMOVED
    assert decisions[1:] == ["WRONG_ADDRESSEE", "NOT_FOUND", "NOT_FOUND"]
    assert played.get(other).status == 200


def test_a_restart_forgets_nothing_and_answers_nothing_twice(tmp_path: Path) -> None:
    first = start(tmp_path)
    urls = alive(first, "telegram", 3)
    first.refer("provider-a", "HR-2026-13", urls)
    first.tick(2)
    stop(first)
    assert not (tmp_path / "table.json").exists()
    second = start(tmp_path)
    try:
        state = second.control("state").json()
        assert state["removed"] == 3
        assert state["now"] == "2026-11-16T10:00:00Z"
        assert all("tgme_page_title" not in second.get(url).body for url in urls)
        assert len(answers(second, "provider-a", 13)) == 1
    finally:
        stop(second)


#: what a platform shows for content that its provider took down, where that differs from what never was
TAKEN_DOWN = {
    "x": ("provider-c", (200,), "TweetTombstone"),
    "vidhall.example": ("provider-f", (451,), "Withheld by order"),
    "geovid.example": ("provider-i", (200,), "not available in your country"),
    "forumville.example": ("provider-i", (200,), "removed by the moderators"),
    "flapnet.example": ("provider-f", (503, 200), ""),
}


@pytest.mark.parametrize("slug", TAKEN_DOWN)
def test_what_was_taken_down_shows_it_in_the_platforms_way(played: Played, slug: str) -> None:
    provider, statuses, words = TAKEN_DOWN[slug]
    urls = alive(played, slug, 60)[-6:]  # the last ones: other tests refer the first
    reference = f"HR-2026-14-{slug}"
    with contextlib.suppress(smtplib.SMTPRecipientsRefused):  # the greylisting one wants to be asked twice
        played.refer(provider, reference, urls)
    if all(case["reference"] != reference for case in played.control("state").json()["letters"]):
        played.refer(provider, reference, urls)
    played.later(30)
    gone = [url for url in urls if 'id="content"' not in played.get(url + "#1").body]
    assert gone
    seen = [played.get(gone[0]) for _ in statuses]
    assert sorted(s.status for s in seen) == sorted(statuses)
    assert all(words in s.body for s in seen)
    assert (
        slug != "vidhall.example" or seen[0].headers["link"] == '<https://vidhall.example/>; rel="blocked-by"'
    )


def test_a_mirror_loses_its_name_with_its_content(played: Played) -> None:
    urls = alive(played, "mirrorhut.example", 12)
    played.refer("provider-c", "HR-2026-15", urls)
    played.later(30)
    codes = {played.resolve(url.split("/")[2]).rcode() for url in urls}
    assert codes == {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}


def test_a_letter_can_be_answered_by_hand_in_the_browser(played: Played) -> None:
    urls = alive(played, "docpile.example", 2)
    played.refer("provider-e", "HR-2026-16", urls)
    letters = played.control("state").json()["letters"]
    no = next(n for n, letter in enumerate(letters) if letter["reference"] == "HR-2026-16")
    assert urls[0] in played.control(f"letters/{no}").body
    assert played.control(f"letters/{no}", "POST", "1=EXPLODE").status == 400
    chosen = "1=DECISION_VISIBILITY_CONTENT_REMOVED&2=NO_ACTION"
    assert played.control(f"letters/{no}", "POST", chosen).status == 200
    (path,) = answers(played, "provider-e", 16)
    assert [row["decision"] for row in rows(path)] == ["DECISION_VISIBILITY_CONTENT_REMOVED", "NO_ACTION"]
    assert [played.get(url).status for url in urls] == [404, 200]
    assert played.control("letters/9999").status == 404
