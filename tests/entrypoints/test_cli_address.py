"""openiru address: without instance, one object a line, errors as objects too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from tests.entrypoints.program import ok, openiru

MEMBERS = {"input", "key", "platform", "kind", "canonical", "defanged", "extent", "why"}


def test_each_address_is_an_object_with_the_promised_members() -> None:
    ran = ok("address", "https://t.me/s/openiru_demo/1", "tg://resolve?domain=openiru_demo&post=1", "--json")
    assert all(set(one) >= MEMBERS for one in ran.objects)
    assert len({one["key"] for one in ran.objects}) == 1


def test_standard_input_and_arguments_say_the_same() -> None:
    given = ok("address", "https://pages.test/a", "--json")
    read = ok("address", "--json", stdin=b"https://pages.test/a\r\n\n")
    assert given.objects == read.objects
    assert ok("address", "-", "--json", stdin=b"https://pages.test/a").objects == given.objects


def test_what_is_no_address_is_answered_in_its_place_and_the_exit_code_says_so() -> None:
    ran = openiru("address", "https://pages.test/a", "two words", "--json")
    assert ran.code == 3
    assert ran.objects[1]["input"] == "two words"
    assert ran.objects[1]["error"]["code"] == "OIRU-4100"
    assert openiru("address", "two words").code == 3


#: What takes longer to read than an address takes to answer, and what needs an instance.
NOT_FOR_AN_ADDRESS = {
    "typer",
    "click",
    "pydantic",
    "rich",
    "django",
    "psycopg",
    "procrastinate",
    "openiru.settings",
}


@pytest.mark.parametrize(
    ("arguments", "unread"),
    [
        (("address", "https://pages.test/a", "--json"), NOT_FOR_AN_ADDRESS),
        (("--help",), NOT_FOR_AN_ADDRESS - {"typer", "click"} | {"openiru.engines.addresses"}),
    ],
)
def test_what_an_answer_does_not_need_is_not_read(arguments: tuple[str, ...], unread: set[str]) -> None:
    """The time of a start is the time of its imports; other work on the machine does not change what is imported."""
    code = (
        "import sys; from openiru.entrypoints.cli.main import main; code = main(sys.argv[1:]);"
        "sys.stderr.write(' '.join(sys.modules)); sys.exit(code)"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own text
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert set(ran.stderr.split()) & unread == set()


@pytest.mark.parametrize(
    "words",
    [
        ["https://pages.test/a", "two words"],
        ["--json", "https://pages.test/a"],
        ["-"],
        ["https://t.me/x/1", "--json", "nonsense"],
    ],
)
def test_the_short_way_to_an_address_answers_as_the_library_of_the_command_line_does(
    words: list[str],
) -> None:
    short = openiru("address", *words, stdin=b"https://pages.test/b\n")
    with mock.patch("openiru.entrypoints.cli.keys.plain", return_value=None):
        assert openiru("address", *words, stdin=b"https://pages.test/b\n") == short
    assert short.out


def test_people_see_no_live_address() -> None:
    assert "https://pages.test/a\n" not in ok("address", "https://pages.test/a").out.replace(
        "https://pages.test/a\n", "", 1
    )
    assert "hxxps://pages[.]test/a" in ok("address", "https://pages.test/a").out


@pytest.mark.parametrize("arguments", [["--help"], ["address", "https://pages.test/a"], ["lab", "formats"]])
def test_what_needs_no_instance_imports_no_django_and_makes_no_data_directory(
    arguments: list[str], tmp_path: Path
) -> None:
    code = (
        "import sys; from openiru.entrypoints.cli.main import main; code = main(sys.argv[1:]);"
        "sys.exit(90 if {'django', 'psycopg', 'openiru.settings'} & set(sys.modules) else code)"
    )
    data = tmp_path / "data"
    environment = {**os.environ, "OPENIRU_DATA_DIR": str(data)}
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own text
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        check=False,
        env=environment,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert not data.exists()
