"""openiru assess give: whoever fills in a form by hand is told which field is wrong and what is expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.entrypoints.program import ok, openiru
from tests.people import action_day


def form(tmp_path: Path) -> dict[str, Any]:
    """The form of the one item there is."""
    path = tmp_path / "list.csv"
    path.write_text("Link;Date\nhttps://t.me/openiru_demo_a/1;2020-10-05\n", encoding="utf-8")
    ok("intake", "import", str(path), "--as", "RS/ana")
    found: dict[str, Any] = ok("assess", "next", "--as", "RS/ana", "--json").object
    return found


@pytest.mark.usefixtures("database")
def test_an_unanswered_form_is_refused_with_the_field_that_nobody_answered(tmp_path: Path) -> None:
    action_day()
    ran = openiru("assess", "give", "-", "--as", "RS/ana", stdin=json.dumps(form(tmp_path)).encode())
    assert ran.code == 3
    assert "row 1 refused: exceptions.applies: " in ran.out


@pytest.mark.usefixtures("database")
def test_a_ground_that_is_not_written_out_is_refused_with_the_fields_it_has(tmp_path: Path) -> None:
    action_day()
    given = form(tmp_path)
    given["assessment"]["claims"] = [{"ground": "2(7)(c)", "facts": "Invented facts."}]
    ran = openiru("assess", "give", "-", "--as", "RS/ana", stdin=json.dumps(given).encode())
    assert ran.code == 3
    assert "row 1 refused: claims: fields missing: danger" in ran.out
    assert "danger, facts, ground; null where one does not apply" in ran.out
