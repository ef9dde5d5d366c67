"""The demonstration: a whole day at a small scale, its figures against the truth and against a count of our own."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.stories.demo_runs import PROGRAM, Place, finish, place, scenario_with, start

from openiru.core.vocabulary import Role

ITEMS = 400
FEW_STEPS = [
    {"up_to_items": 100_000, "minutes": [65, 80, 600, 1560, 1580], "then_every": 1440, "look_before": True}
]


@dataclass(frozen=True)
class Played:
    """A day that was played, and what is left of it."""

    where: Place
    code: int
    answer: dict[str, Any]
    errors: str

    @property
    def expected(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.where.state / "files" / "expected.json").read_text("utf-8"))
        return found

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        from openiru.foundation.database.prepare import admin_connection
        from openiru.settings import CONFIG

        with admin_connection(CONFIG, self.where.database) as admin:
            return admin.execute(query).fetchall()


@pytest.fixture(scope="module")
def played(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = scenario_with(tmp_path_factory.mktemp("scenario"), {"steps": FEW_STEPS}, rate=120_000)
    with place() as where:
        where.environment["CI"] = "true"
        options = ("--json", "--items", str(ITEMS), "--seed", "7", "--scenario", str(folder))
        code, out, err = finish(start(where, *options))
        yield Played(where, code, json.loads(out) if out.startswith("{") else {}, err)


@pytest.mark.timeout(300)
def test_the_day_is_played_to_its_end_and_agrees_with_what_is_known_of_it(played: Played) -> None:
    assert (played.code, played.errors) == (0, "")
    assert played.answer["differs"] == []
    assert played.answer["ledger"]["holds"] is True


def test_the_clock_ran_from_step_to_step_and_never_back(played: Played) -> None:
    rows = played.ask(
        "SELECT o.payload::text FROM ledger_position p JOIN ledger_leaf l ON l.seq = p.seq"
        " JOIN ledger_opening o ON o.id = l.id WHERE l.type = 'operations.clock_set' ORDER BY p.index"
    )
    said = [json.loads(payload) for (payload,) in rows]
    runs = [(one["business"], one["runs_to"]) for one in said[:-1]]
    assert all(begins <= ends for begins, ends in runs)
    assert all(before[1] >= after[0] for before, after in pairwise(runs))
    assert [begins for begins, _ in runs] == sorted(begins for begins, _ in runs)
    assert all(float(one["rate"]) == 120_000 for one in said[:-1])
    assert (float(said[-1]["rate"]), said[-1]["runs_to"]) == (1, "")


def test_the_seconds_of_each_part_are_told(played: Played) -> None:
    parts = played.answer["phases"]
    assert {"import", "assessment", "letters", "looks and letters", "clock"} <= set(parts)
    assert sum(parts.values()) <= played.answer["seconds"] + 1


def test_every_refused_row_is_named_by_file_and_number(played: Played) -> None:
    refused = {(one["file"], one["row"]) for one in played.answer["intake"]["refused"]}
    assert refused == {(one["file"], one["row"]) for one in played.expected["refused"]}
    assert all(one["reason"] for one in played.answer["intake"]["refused"])


def test_duplicates_holds_and_verdicts_are_those_of_the_truth(played: Played) -> None:
    counts, truth = played.answer["counts"], played.expected
    verdicts = truth["counts"]["verdict"]
    assert played.answer["intake"]["new"] == truth["distinct"] == ITEMS
    assert played.answer["intake"]["taken"] - played.answer["intake"]["new"] == truth["duplicates"]
    assert counts["held"] == sum(truth["counts"]["held"].values())
    assert counts["referred"] == verdicts["refer"]
    assert counts["not_referred"] == verdicts["do_not_refer"] + verdicts["outside_mandate"]


def test_the_figures_are_those_of_a_count_over_the_raw_events(played: Played) -> None:
    rows = played.ask(
        "SELECT l.type, o.payload::text FROM ledger_position p JOIN ledger_leaf l ON l.seq = p.seq"
        " JOIN ledger_opening o ON o.id = l.id JOIN operations_operation d ON d.id = o.operation_id AND d.slug = 'demo'"
        " ORDER BY p.index"
    )
    events = [(kind, json.loads(payload)) for kind, payload in rows]
    last = {payload["item"]: payload["milestones"] for _, payload in events if "milestones" in payload}
    bits = {
        "distinct": 1,
        "assessed": 2,
        "decided": 4,
        "not_referred": 8,
        "referred": 16,
        "answered": 32,
        "gone": 256,
    }
    ours = {name: sum(bool(mask & bit) for mask in last.values()) for name, bit in bits.items()}
    ours["gone"] -= sum(
        mask & 256 > 0 and mask & 65536 > 0 for mask in last.values()
    )  # gone before: no effect of ours
    assert {name: played.answer["counts"][name] for name in ours} == ours
    contributions = sum(kind == "intake.contributed" for kind, _ in events)
    assert played.answer["counts"]["contributed"] == contributions


def test_every_referred_item_stands_in_a_letter_that_a_provider_holds_once(played: Played) -> None:
    letters = [
        json.loads(line) for line in (played.where.state / "net" / "letters.jsonl").read_text().splitlines()
    ]
    marks = [(one["message_id"], one["recipient"]) for one in letters]
    assert len(set(marks)) == len(marks)
    left = played.answer["left"]["unanswered"]["lines"]
    assert sum(len(one["lines"]) for one in letters) == played.answer["counts"]["referred"] + left


def test_something_is_left_for_a_visitor_in_an_operation_of_its_own(played: Played) -> None:
    left = played.answer["left"]
    assert left["operation"] != played.answer["operation"]
    assert min(left["open"], left["second"], left["disagreements"]) > 0
    rows = played.ask(
        "SELECT r.reference, r.state, r.released_at IS NULL, (SELECT count(*) FROM referral_line l WHERE l.referral_id = r.id)"
        f" FROM referral_referral r JOIN operations_operation o ON o.id = r.operation_id WHERE o.slug = '{left['operation']}'"
    )
    batch, letter = left["prepared"], left["unanswered"]
    assert set(rows) == {
        (batch["reference"], "prepared", True, batch["lines"]),
        (letter["reference"], "sent", False, letter["lines"]),
    }
    states = dict(
        played.ask(
            "SELECT i.state, count(*)::int FROM registry_operationitem i JOIN operations_operation o ON o.id = i.operation_id"
            f" WHERE o.slug = '{left['operation']}' GROUP BY 1"
        )
    )
    assert states["disputed"] == left["disagreements"]
    assert states["prepared"] == batch["lines"]
    assert states["referred"] == letter["lines"]
    assert states["decided"] > 0


def test_a_letter_is_shown_as_its_provider_opens_it(played: Played) -> None:
    letter, desk = played.answer["left"]["unanswered"], played.answer["desk"]
    assert letter["address"].startswith(f"{desk['address']}/p/")
    assert len(letter["code"]) == len("ABCD-2345")


def test_in_a_machine_that_builds_the_desk_is_tried_and_closed(played: Played) -> None:
    desk = played.answer["desk"]
    assert desk["address"].startswith("http://localhost:")
    assert [one.partition(":")[0] for one in desk["tried"]] == ["/signin/demo", "/o/demo/room"]
    assert set(desk["accounts"]) == {role.value for role in Role} - {Role.PROVIDER.value, Role.SERVICE.value}


@pytest.mark.parametrize(
    "what",
    [
        "one person trying to be two",
        "one person proposing and confirming a mandate",
        "the coordinator giving a verdict",
        "a collection page with two million items",
        "a page of a public authority",
        "a unit silent in the round",
        "decided items under a hold",
        "changed behind the ledger's back",
        "a mail server that puts letters off",
        "the wire cut while",
        "a provider answering for items it was never sent",
        "a provider answering twice",
        "handed in twice",
    ],
)
def test_what_goes_wrong_on_purpose_is_caught(played: Played, what: str) -> None:
    assert [one["how"] for one in played.answer["caught"] if what in one["what"]] != []


def test_what_was_changed_behind_the_ledgers_back_is_put_back(played: Played) -> None:
    assert played.answer["tampering"] == {"problems": 1, "named": True}
    assert played.ask("SELECT count(*) FROM intake_contribution WHERE reason = 'something else'") == [(0,)]


def test_items_are_seen_gone_and_lawfully_reinstated_ones_are_counted(played: Played) -> None:
    counts = played.answer["counts"]
    assert 0 < counts["gone"] <= counts["referred"]
    assert counts["reinstated"] > 0


def test_it_says_that_its_data_is_invented(played: Played) -> None:
    assert played.answer["notice"] == "Invented data."


def test_its_programs_have_ended(played: Played) -> None:
    assert not (played.where.state / "net" / "table.json").exists()
    assert until(lambda: not _running(str(played.where.state)), 10)


def test_a_further_run_plays_beside_an_instance_that_is_in_use(played: Played) -> None:
    from dataclasses import replace

    from openiru.entrypoints.demo.outside import _database
    from openiru.settings import CONFIG

    used = replace(CONFIG, database_name=played.where.database)
    assert _database(used) == f"{played.where.database}_demo"
    assert _database(replace(CONFIG, database_name="never_made")) == "never_made"


def test_a_scenario_that_is_not_there_is_said_to_be_absent(template: str, tmp_path: Path) -> None:
    with place() as where:
        code, out, err = finish(start(where, "--scenario", str(tmp_path)))
    assert (code, out) == (1, "")
    assert "no scenario" in err
    assert "--scenario DIR" in err


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_goes_on_when_it_is_stopped(template: str, sign: signal.Signals) -> None:
    with place() as where:
        run = start(where, "--no-serve")
        assert until((where.state / "order.json").exists, 60)
        assert until(lambda: _running(str(where.state)) > 1, 30)
        os.kill(run.pid, sign)
        finish(run, 60)
        assert until(lambda: not _running(str(where.state)), 15)


def until(what: Callable[[], bool], seconds: float) -> bool:
    """Whether it becomes so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return what()


def _running(mark: str) -> int:
    """Processes whose command line names the run's directory."""
    found = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\x00", b" ").decode(errors="replace")
        except OSError:
            continue
        found += mark in line and PROGRAM[2] not in line
    return found


@pytest.mark.campaign
@pytest.mark.timeout(300)
def test_the_desk_stays_until_it_is_closed_and_then_nothing_goes_on(template: str, tmp_path: Path) -> None:
    folder = scenario_with(tmp_path, {"steps": FEW_STEPS}, rate=120_000)
    with place() as where:
        run = start(where, "--items", str(ITEMS), "--seed", "7", "--scenario", str(folder))
        assert run.stdout is not None
        for line in run.stdout:
            if line.startswith("Ctrl-C"):
                break
        os.killpg(run.pid, signal.SIGINT)
        code, out, _ = finish(run, 60)
        assert (code, "The desk is closed." in out) == (0, True)
        assert until(lambda: not _running(str(where.state)), 15)


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("items", [902, 26_000])
def test_the_action_day_and_november_2019_at_full_scale(template: str, items: int) -> None:
    with place() as where:
        code, out, err = finish(start(where, "--no-serve", "--json", "--items", str(items)), 1700)
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer["differs"] == []
    assert answer["units"] == (8 if items < 5_000 else 13)
