"""What ``openiru status`` says of the desk: files, catalogues, and the address that signing in rests on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openiru.core.vocabulary import Environment
from openiru.entrypoints import checks
from openiru.entrypoints.web import catalogues, fitness
from openiru.settings import CONFIG

DESK = "https://desk.unit.example"


@pytest.mark.parametrize(
    ("state", "words", "given"),
    [
        ("ok", "localhost", {}),
        ("warn", "beyond it", {"bind": ("192.0.2.1", 8470)}),
        ("warn", "letters bear no link", {"environment": Environment.LIVE}),
        ("fail", "bare address", {"origin": "https://192.0.2.1"}),
        ("fail", "bare address", {"origin": "https://[2001:db8::1]"}),
        ("warn", "counted by its address", {"origin": DESK}),
        ("ok", "desk.unit.example", {"origin": DESK, "proxies": 1}),
        ("warn", "in the clear", {"origin": DESK, "proxies": 1, "bind": ("0.0.0.0", 8470)}),  # noqa: S104 - nothing listens
    ],
)
def test_the_address_of_signing_in_is_judged(state: str, words: str, given: dict[str, Any]) -> None:
    plain: dict[str, Any] = {"origin": "http://localhost:8470", "bind": ("127.0.0.1", 8470), "proxies": 0}
    found = fitness.signing_in(replace(CONFIG, **({**plain, "environment": Environment.DEMO} | given)))
    assert found[0] == state
    assert words in found[1]
    assert (found[2] != "") is (state != "ok")


def test_catalogues_that_nobody_compiled_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitness, "stale", lambda: catalogues.stale(tmp_path))
    assert fitness.texts(serving=True)[0] == "warn"
    assert fitness.texts(serving=False)[0] == "ok"
    catalogues.compile_all(tmp_path)
    assert fitness.texts(serving=True) == ("ok", "3 catalogues are compiled", "")


@pytest.mark.usefixtures("template")
def test_files_that_were_never_built_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fitness.files()[0] == "ok"
    monkeypatch.setattr(fitness, "NEEDED", "vendor/never-built.css")
    assert fitness.files()[0] == "fail"


@pytest.mark.usefixtures("template")
def test_status_looks_at_the_desk() -> None:
    looked = {number: look for number, _, _, look in checks.CHECKS}
    assert {looked[number]()[0] for number in ("OIRU-C17", "OIRU-C19")} == {checks.State.OK}
