"""Whatever goes wrong is told with where, what was saved and what to do; the whole story is in a file, without rows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connections
from tests.entrypoints.program import Ran, ok, openiru
from tests.people import action_day

from openiru.foundation.database.prepare import admin_connection
from openiru.settings import CONFIG

SECRET = "a-value-of-a-row"
LIST = ("operation", "list", "--as", "RS/ana", "--json")


def raised(error: Exception, *words: str) -> Ran:
    """How the program ends when a command raises this."""
    with mock.patch("openiru.entrypoints.cli.main._run", side_effect=error):
        return openiru("operation", "list", *words)


def of_django(state: str, message: str) -> Exception:
    """An error of the driver as Django gives it to us."""
    error = OperationalError(message)
    error.__cause__ = psycopg.errors.lookup(state)(message)
    return error


def file_of(hint: str) -> Path:
    found = re.search(r"The whole story is in (.*)\.$", hint)
    assert found, hint
    return Path(found[1])


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("57P01", "does not answer"),
        ("53100", "disk of the database is full"),
        ("53300", "no room"),
        ("42501", "forbids this login"),
        ("55P03", "somebody else holds"),
        ("57014", "took longer than allowed"),
        ("40001", "somebody else was writing"),
        ("40P01", "somebody else was writing"),
        ("42883", "not set up for this version"),
        ("25006", "takes no writes"),
        ("22012", "refused what the program asked"),
    ],
)
def test_an_error_of_the_database_says_what_happened_what_was_saved_and_what_to_do(
    state: str, says: str
) -> None:
    ran = raised(of_django(state, f"its own words\nDETAIL: {SECRET}"), "--json")
    assert (ran.code, ran.error["code"]) == (1, "OIRU-5000")
    assert says in ran.error["message"]
    assert ran.error["message"].endswith(f"its own words ({state})")
    assert ran.error["where"].startswith("database ")
    assert ran.error["saved"].startswith("The act that failed saved nothing")
    assert ran.error["hint"]
    assert SECRET not in ran.err


def test_the_whole_story_is_in_a_file_for_us_alone_and_holds_no_row() -> None:
    words = f"told in the file only {os.getpid()}"
    try:
        try:
            raise psycopg.errors.UniqueViolation(f"{words}\nDETAIL: Key ({SECRET}) exists.")
        except psycopg.Error as cause:
            raise DatabaseError(str(cause)) from cause
    except DatabaseError as error:
        ran = raised(error, "--json")
    path = file_of(ran.error["hint"])
    text = path.read_text(encoding="utf-8")
    assert f"UniqueViolation: {words}\n" in text
    assert __file__ in text
    assert SECRET not in text + ran.err
    assert path.stat().st_mode & 0o077 == 0
    assert "Traceback" not in ran.err


def test_a_fault_of_the_program_names_its_place_and_is_told_to_people_too() -> None:
    try:
        connections["nobody"]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what nobody expected
        ran = raised(error)
    assert ran.code == 1
    assert "openiru: " in ran.err
    assert "a fault of the program: ConnectionDoesNotExist: " in ran.err
    assert "The act that failed saved nothing." in ran.err
    assert file_of(ran.err.strip().splitlines()[-1]).exists()


def test_what_the_machine_says_no_to_names_the_file() -> None:
    ran = raised(OSError(28, "No space left on device", "/somewhere/a.csv"), "--json")
    assert (ran.error["message"], ran.error["where"]) == ("no space left on device", "/somewhere/a.csv")


def test_debug_tells_the_whole_story_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from unittest import mock; import openiru.settings; from openiru.entrypoints.cli import main;"
        "mock.patch.object(main, '_run', side_effect=KeyError('x')).start(); sys.exit(main.main(['status']))"
    )
    environment = {**os.environ, "OPENIRU_DATA_DIR": str(tmp_path), "OPENIRU_LOG_LEVEL": "debug"}
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own text
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=60,
    )
    assert ran.returncode == 1
    assert "line" in ran.stderr
    assert "builtins.KeyError: 'x'" in ran.stderr
    assert "a fault of the program: KeyError: 'x'" in ran.stderr
    assert not (tmp_path / "faults.log").exists()


@pytest.fixture
def day(database: str) -> Iterator[str]:
    action_day()
    ok(*LIST)
    yield database
    connections.close_all()


def test_a_server_that_goes_away_in_the_middle_is_told(day: str) -> None:
    with admin_connection(CONFIG, "postgres") as admin:
        ended = admin.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", [day]
        ).fetchall()
    assert ended != [(0,)]
    ran = openiru(*LIST)
    assert (ran.code, ran.error["code"]) == (1, "OIRU-5000")
    assert "does not answer" in ran.error["message"]
    assert "openiru status" in ran.error["hint"]


@pytest.mark.usefixtures("day")
def test_a_right_that_was_taken_away_is_told() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE SELECT ON operations_operation FROM openiru_test_web")
    ran = openiru(*LIST)
    assert ran.code == 1
    assert "forbids this login" in ran.error["message"]
    assert "operations_operation" in ran.error["message"]


def test_a_wait_that_was_too_long_is_told(day: str) -> None:
    with admin_connection(CONFIG, "postgres") as admin:
        admin.execute(f'ALTER DATABASE "{day}" SET lock_timeout = 300')
    connections["default"].close()
    with connections["owner"].cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE operations_operation IN ACCESS EXCLUSIVE MODE")
        ran = openiru(*LIST)
        cursor.execute("ROLLBACK")
    assert ran.code == 1
    assert "the wait was too long" in ran.error["message"]
    assert ran.error["hint"].startswith("Do it again.")
