"""Exit codes, errors as people and programs see them, help that tells the story."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.entrypoints.program import openiru
from tests.people import action_day


def start(*arguments: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENIRU_")}
    environment |= {"OPENIRU_DATA_DIR": str(data), **more}
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "openiru.entrypoints.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=60,
    )


def test_help_tells_the_story_in_its_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert openiru("--help").code == 0
    text = openiru("--help").out or capsys.readouterr().out
    places = [
        text.index(f"{number} · {panel}")
        for number, panel in enumerate(
            ("Set up", "Bring in", "Decide", "Refer", "Check", "Publish", "Prove", "Lab"), 1
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "wrong", [["nonsense"], ["intake", "import"], ["address", "--nonsense"], ["hold", "place"]]
)
def test_wrong_usage_is_exit_code_2_and_says_what_to_do(wrong: list[str]) -> None:
    ran = openiru(*wrong)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err


def test_an_error_is_one_object_with_json() -> None:
    ran = openiru("address", "--nonsense", "--json")
    assert set(ran.error) == {"code", "message", "where", "saved", "hint"}
    assert len(ran.err.splitlines()) == 1


def test_a_wrong_setting_is_told_with_what_to_do(tmp_path: Path) -> None:
    ran = start("operation", "list", "--json", data=tmp_path, OPENIRU_ENVIRONMENT="nonsense")
    assert ran.returncode == 2
    assert json.loads(ran.stderr)["error"]["where"] == "OPENIRU_ENVIRONMENT"


def test_a_data_directory_that_cannot_be_is_told_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("in the way", encoding="utf-8")
    for words in (("up", "--detach"), ("operation", "list", "--as", "RS/ana")):
        ran = start(*words, "--json", data=file / "instance")
        assert ran.returncode == 2
        assert json.loads(ran.stderr)["error"]["where"] == "OPENIRU_DATA_DIR"


def test_a_database_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    ran = start("operation", "list", "--as", "RS/ana", data=tmp_path)
    assert ran.returncode == 1
    assert "openiru up" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_help_and_address_answer_at_once(tmp_path: Path) -> None:
    """The best of three, since other work goes on on the machine; the aim on an idle one is 0.4 s."""
    for arguments in (["--help"], ["address", "https://pages.test/a"]):
        took = []
        for _ in range(3):
            began = time.process_time(), os.times().children_user
            assert start(*arguments, data=tmp_path).returncode == 0
            took.append(os.times().children_user - began[1])
        assert min(took) < 1.0


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    lines = "https://pages.test/a\n" * 20_000
    environment = {**os.environ, "OPENIRU_DATA_DIR": str(tmp_path)}
    command = f"{sys.executable} -m openiru.entrypoints.cli.main address | head -1"
    ran = subprocess.run(  # noqa: S602 - a pipe of the shell is what is tested
        command,
        shell=True,
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=60,
    )
    assert ran.stdout == "https://pages.test/a\n"
    assert "Traceback" not in ran.stderr


@pytest.mark.usefixtures("database")
def test_status_names_each_check_and_gives_a_hint_for_each_fault() -> None:
    action_day()
    ran = openiru("status", "--json")
    assert ran.code in {1, 3}
    checks = ran.object["checks"]
    assert len({one["id"] for one in checks}) == len(checks) >= 12
    assert all(one["id"].startswith("OIRU-C") for one in checks)
    assert [one for one in checks if one["state"] != "ok" and not one["hint"]] == []
    found = {one["what"]: one["state"] for one in checks}
    assert found["database"] == "ok"
    assert found["roles"] == "ok"
    assert found["worker"] == "warn"
    assert "OIRU-C01" in openiru("status").out


def test_lab_reads_a_file_and_finds_addresses_without_an_instance(tmp_path: Path) -> None:
    sheet = tmp_path / "list.csv"
    sheet.write_text(
        "url,reason\nhttps://pages.test/a,invented\n,none\nhttps://pages.test/b,invented\n", encoding="utf-8"
    )
    ran = openiru("lab", "read", str(sheet), "--json")
    assert ran.code == 3
    kinds = [next(iter(one)) for one in ran.objects]
    assert kinds.count("row") == 2
    assert kinds.count("refused") == 1
    text = tmp_path / "paste.txt"
    text.write_text("look at hxxps://t[.]me/openiru_demo/1 please", encoding="utf-8")
    assert [one["key"] for one in openiru("lab", "address", str(text), "--json").objects] == [
        "telegram:post:openiru_demo/1"
    ]
    assert "csv" in [one["format"] for one in openiru("lab", "formats", "--json").objects]


def test_lab_sandbox_names_every_fence() -> None:
    ran = openiru("lab", "sandbox", "--json")
    assert ran.code in {0, 3}
    assert len(ran.object) > 3
