"""Answers are taken row by row: what was never sent cannot be answered, and the same again is nothing new."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.people import another_operation
from tests.stages.referral.helpers import Post, bring, far, post, prepared, ready_day, rows, sent, states

from openiru.core.errors import InputError, PermissionDeniedError
from openiru.core.lifecycle import Milestone
from openiru.core.referral.answer_files import AnswerRow
from openiru.core.vocabulary import AnswerDecision
from openiru.foundation.database.acting import acting
from openiru.foundation.registry.queries import page
from openiru.stages.referral import queries
from openiru.stages.referral.answering import Answers
from openiru.stages.referral.commands import answer, answer_lines, prepare, withdraw
from openiru.stages.referral.mail import collect, mailbox
from openiru.stages.referral.reading import read_answer_file, read_answers, source_of

pytestmark = pytest.mark.usefixtures("database", "way")
REMOVED = "DECISION_VISIBILITY_CONTENT_REMOVED"


def take(world: object, *cells: dict[str, str], source: str = "sha256:a", provider: str = "") -> Answers:
    by = world.by("AG/officer")  # type: ignore[attr-defined]  # the world of tests/people.py
    return answer(
        by=by, rows=[AnswerRow(at, one) for at, one in enumerate(cells, 2)], source=source, provider=provider
    )


def milestones(world: object) -> dict[str, Milestone]:
    with acting(world.by("AG/coordinator")):  # type: ignore[attr-defined]  # the world of tests/people.py
        return {row["key"].rpartition("/")[2]: Milestone(row["milestones"]) for row in page()}


def test_each_line_is_answered_by_itself_and_the_item_says_what_was_done() -> None:
    world = ready_day()
    ref = sent(world, 3).reference
    done = take(
        world,
        {
            "reference": ref,
            "line": "1",
            "decision": "removed",
            "decided_at": "2020-10-06T06:59:00+00:00",
            "puid": "p1",
        },
        {"reference": ref, "line": "2", "decision": "NO_ACTION", "explanation": "news"},
        {"reference": ref, "line": "3", "decision": "not found", "url_or_key": post(3)},
    )
    assert done.counts == {"rows": 3, "taken": 3, "repeated": 0, "refused": 0}
    assert set(states(world).values()) == {"answered"}
    m = Milestone
    found = milestones(world)
    both = m.ACTED | m.REFUSED
    assert [found[n] & (m.ANSWERED | both) for n in "123"] == [
        m.ANSWERED | m.ACTED,
        m.ANSWERED | m.REFUSED,
        m.ANSWERED,
    ]
    with acting(world.by("AG/overseer")):
        assert [row["decision"] for row in queries.answers(reference=ref)] == [
            REMOVED,
            "NO_ACTION",
            "NOT_FOUND",
        ]
        assert queries.silent() == []


def test_a_word_that_decides_nothing_leaves_the_item_waiting() -> None:
    world = ready_day()
    ref = sent(world, 3).reference
    take(
        world,
        {"reference": ref, "line": "1", "decision": "needs time"},
        {"reference": ref, "line": "2", "decision": "wrong addressee"},
    )
    assert set(states(world).values()) == {"referred"}
    assert not any(found & Milestone.ANSWERED for found in milestones(world).values())
    take(world, {"reference": ref, "line": "1", "decision": "disputed"})
    assert milestones(world)["1"] & Milestone.REFUSED


def test_the_same_file_twice_is_nothing_new_and_another_word_is_a_new_version() -> None:
    world = ready_day()
    ref = sent(world).reference
    cells = {"reference": ref, "line": "1", "decision": "no action"}
    stray = {"reference": "HR-2020-999999", "line": "1", "decision": "removed"}
    assert take(world, cells, cells, stray).counts == {"rows": 3, "taken": 1, "repeated": 1, "refused": 1}
    assert take(world, cells, cells, stray).counts == {"rows": 3, "taken": 0, "repeated": 2, "refused": 1}
    assert len(rows(world, "SELECT * FROM referral_strayanswer")) == 1
    assert take(world, {**cells, "decision": "removed"}).counts["taken"] == 1
    with acting(world.by("AG/overseer")):
        assert [(row["version"], row["last"]) for row in queries.answers()] == [(1, False), (2, True)]
    assert milestones(world)["1"] & Milestone.ACTED
    assert not milestones(world)["1"] & Milestone.REFUSED


def test_what_was_never_sent_cannot_be_answered() -> None:
    world = ready_day()
    ref = sent(world, 2).reference
    bring(world.by("HR/hana"), [post(7)])
    done = take(
        world,
        {"reference": "HR-2020-999999", "line": "1", "decision": "removed"},
        {"reference": ref, "line": "3", "decision": "removed"},
        {"reference": ref, "line": "0", "decision": "removed"},
        {"reference": ref, "line": "1", "decision": "removed", "url_or_key": post(2)},
        {"reference": ref, "line": "1", "decision": "burned"},
        {"reference": ref, "line": "1", "decision": "removed", "decided_at": "2031-01-01T00:00:00Z"},
        {"reference": ref, "line": "1", "decision": "removed", "explanation": "nul\x00"},
        {"reference": "nul\x00", "line": "1", "decision": "removed", "explanation": "\u202eevil"},
        {},
    )
    assert [row.code for row in done.rows] == [
        "reference-unknown",
        "line-never-sent",
        "line-never-sent",
        "address-differs",
        "decision-unknown",
        "decided-in-future",
        "text-unfit",
        "reference-unknown",
        "reference-unknown",
    ]
    assert set(states(world).values()) == {"referred", "seen"}
    with acting(world.by("AG/overseer")):
        kept = queries.strays()
        assert queries.answers() == []
    assert len(kept) == 9
    assert not any("\u202e" in row["excerpt"] for row in kept)


def test_a_batch_that_waits_or_is_only_on_disk_was_never_sent() -> None:
    world = ready_day()
    ref = prepared(world).reference
    (row,) = take(world, {"reference": ref, "line": "1", "decision": "removed"}).rows
    assert row.code == "referral-never-sent"
    assert set(states(world).values()) == {"prepared"}


def test_another_providers_answer_to_our_lines_is_refused() -> None:
    world = ready_day()
    ref = sent(world).reference
    (row,) = take(world, {"reference": ref, "line": "1", "decision": "removed"}, provider="far").rows
    assert row.code == "reference-unknown"


def test_answers_for_another_operations_lines_are_kept_apart() -> None:
    world = ready_day()
    ref = sent(world).reference
    other = another_operation(world, "HR", days=9)
    by = world.outside("AG/officer").within(other)
    done = answer(
        by=by, rows=[AnswerRow(2, {"reference": ref, "line": "1", "decision": "removed"})], source="x"
    )
    assert [row.code for row in done.rows] == ["reference-unknown"]
    assert done.nothing_known
    assert set(states(world).values()) == {"referred"}
    with acting(world.by("AG/officer")):
        assert queries.strays() == []


def test_a_lawful_reinstatement_ends_it() -> None:
    world = ready_day()
    ref = sent(world).reference
    take(world, {"reference": ref, "line": "1", "decision": "removed"})
    take(
        world, {"reference": ref, "line": "1", "decision": "reinstated", "explanation": "upheld on complaint"}
    )
    assert set(states(world).values()) == {"reinstated"}
    assert milestones(world)["1"] & Milestone.REINSTATED
    assert take(world, {"reference": ref, "line": "1", "decision": "removed"}).counts["taken"] == 1
    assert set(states(world).values()) == {"reinstated"}
    assert prepare(by=world.by("AG/deputy"), again_reason="try").batches == ()


def test_a_withdrawn_line_can_still_be_answered() -> None:
    world = ready_day()
    batch = sent(world)
    withdraw(by=world.by("AG/officer"), referral=batch.id, why="it was art")
    assert (
        take(world, {"reference": batch.reference, "line": "1", "decision": "removed"}).counts["taken"] == 1
    )
    assert set(states(world).values()) == {"withdrawn"}


def test_a_person_types_in_an_answer_that_came_by_telephone() -> None:
    world = ready_day()
    ref = sent(world).reference
    by = world.by("AG/officer")
    done = answer_lines(
        by=by, reference=ref, lines={1: {"decision": "removed"}}, why="by telephone, desk of host"
    )
    assert done.counts["taken"] == 1
    assert done.as_dict()["refused_rows"] == []
    with pytest.raises(PermissionDeniedError):
        answer_lines(by=world.by("HR/hana"), reference=ref, lines={1: {"decision": "removed"}}, why="x")


def test_every_decision_of_the_vocabulary_can_be_taken() -> None:
    world = ready_day()
    ref = sent(world).reference
    for at, decision in enumerate(AnswerDecision):
        cells = {"reference": ref, "line": "1", "decision": decision.value, "explanation": str(at)}
        assert take(world, cells).counts["taken"] == 1, decision
    with acting(world.by("AG/overseer")):
        assert len(queries.answers()) == len(AnswerDecision)


def test_the_form_that_goes_out_comes_back_filled_in_from_any_spreadsheet(tmp_path: Path) -> None:
    world = ready_day()
    ref = sent(world, 2).reference
    with acting(world.by("AG/officer")):
        form = queries.letter(ref)["attachments"][2]["text"]
    lines = form.splitlines()
    filled = [lines[0], *(line.replace(",,,,,,", ",removed,,,уклоњено,,,").rstrip(",") for line in lines[1:])]
    path = tmp_path / "answers.csv"
    for text, encoding in (("\r\n".join(filled), "utf-8-sig"), ("\r\n".join(filled), "utf-16")):
        path.write_bytes(text.encode(encoding))
        found, source = read_answer_file(path)
        done = answer(by=world.by("AG/officer"), rows=found, source=source)
        assert done.counts["refused"] == 0
    assert set(states(world).values()) == {"answered"}
    document = json.dumps({"answers": [{"reference": ref, "line": 1, "decision": "removed"}, ["no"]]})
    done = answer(by=world.by("AG/officer"), rows=read_answers(document.encode()), source="sha256:json")
    assert [row.code for row in done.rows] == ["", "row-unreadable"]


def test_bounces_and_answers_are_collected_from_a_mailbox(tmp_path: Path, way: Post) -> None:
    world = ready_day()
    batch = sent(world)
    (letter,) = way.letters
    inbox = tmp_path / "mails"
    inbox.mkdir()
    csv = f"reference,line,decision\r\n{batch.reference},1,removed\r\n"
    head = f"From: desk@host.example\r\nIn-Reply-To: {letter.message_id}\r\nMIME-Version: 1.0\r\n"
    (inbox / "1.eml").write_bytes(
        (
            f"Message-ID: <a1@host.example>\r\n{head}Subject: Re: {letter.subject}\r\n"
            'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee file\r\n--b\r\n'
            f'Content-Type: text/csv; name="a.csv"\r\nContent-Disposition: attachment; filename="a.csv"\r\n\r\n{csv}\r\n--b--\r\n'
        ).encode()
    )
    (inbox / "2.eml").write_bytes(
        f"Message-ID: <a2@host.example>\r\n{head}Subject: your letter\r\n\r\nWe look into it.\r\n".encode()
    )
    (inbox / "3.eml").write_bytes(
        f"Message-ID: <a3@host.example>\r\n{head}Auto-Submitted: auto-replied\r\nSubject: away\r\n\r\nremoved\r\n".encode()
    )
    done = collect(by=world.by("AG/officer"), box=mailbox("files", str(inbox)))
    assert (done.mails, done.automatic, [one.counts["taken"] for one in done.answers]) == (3, 1, [1])
    assert [place for place, _ in done.for_people] == ["2.eml"]
    assert set(states(world).values()) == {"answered"}
    report = (
        "Message-ID: <b1@mx.example>\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r\n\r\n'
        "--r\r\nContent-Type: text/plain\r\n\r\nsorry\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; desk@host.example\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {letter.message_id}\r\nSubject: x\r\n\r\nbody\r\n--r--\r\n"
    )
    (inbox / "4.eml").write_bytes(report.encode())
    (inbox / "5.eml").write_bytes(report.replace(letter.message_id, "<other@unit.example>").encode())
    again = collect(by=world.by("AG/officer"), box=mailbox("files", str(inbox)))
    assert again.bounced == [batch.reference]
    assert {place for place, _ in again.for_people} == {"2.eml", "5.eml"}


def test_a_file_that_is_no_answer_file_is_an_error() -> None:
    for content in (
        b"",
        b"<html><body>no</body></html>",
        b"{",
        b'"text"',
        b"reference,line\r\nx,1\r\n",
        b"[1" * 9,
    ):
        with pytest.raises(InputError):
            read_answers(content)
    with pytest.raises(InputError, match="two columns"):
        read_answers(b"reference,line,decision,decision\r\nx,1,removed,removed\r\n")
    found = read_answers(b"reference;line;decision\n\nx;1;removed\ny;2;removed;more\n")
    assert [(row.number, bool(row.problem)) for row in found] == [(3, False), (4, True)]
    assert source_of(b"x").startswith("sha256:")


def test_providers_that_never_said_a_word_are_shown() -> None:
    world = ready_day()
    ref = sent(world, 2).reference
    take(world, {"reference": ref, "line": "1", "decision": "needs time"})
    with acting(world.by("AG/coordinator")):
        assert [(row["provider"], row["lines"]) for row in queries.silent()] == [("host", 1)]
        assert queries.silent(after=timedelta(hours=1)) == []
    assert far(1).startswith("https://")
