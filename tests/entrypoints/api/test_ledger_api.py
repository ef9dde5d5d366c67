"""The log through the programming interface: its last checkpoint, and all of it as a zip that is checked elsewhere."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from tests.entrypoints.api.asking import Asker
from tests.foundation.evidence import a_full_day
from tests.foundation.ledger.test_log_export import check
from tests.people import action_day, another_operation

from openiru.foundation.ledger.sequencer import sequence
from openiru.settings import CONFIG

pytestmark = pytest.mark.usefixtures("database")


def left_behind() -> list[Path]:
    return list(CONFIG.data_dir.glob("export-*"))


def test_the_last_checkpoint_is_shown_with_its_note() -> None:
    overseer = Asker(action_day(), "AG/overseer")
    size = sequence()
    told = overseer.get("/ledger").json()
    assert told["size"] == told["checkpoint"]["size"] >= size > 0
    assert f"\n{told['size']}\n" in told["checkpoint"]["note"]


@pytest.mark.parametrize("operation", ["", "day"])
def test_an_export_comes_as_a_zip_that_verifies_and_leaves_nothing_behind(
    operation: str, tmp_path: Path
) -> None:
    world = action_day()
    a_full_day(world)
    size = sequence()
    before = left_behind()
    answer = Asker(world, "AG/overseer").get("/ledger/export", operation=operation)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as found:
        assert found.testzip() is None
        found.extractall(tmp_path)
    answer.close()
    code, result = check(tmp_path / "openiru-log")
    assert (code, result["broken"], result["leaves"]) == (3, [], size)
    assert bool(result["opened"]) == bool(operation)
    assert left_behind() == before


def test_an_export_that_nobody_reads_leaves_nothing_behind() -> None:
    world = action_day()
    sequence()
    before = left_behind()
    Asker(world, "AG/overseer").get("/ledger/export").close()
    assert left_behind() == before


def test_who_may_not_is_told_so() -> None:
    world = action_day()
    another_operation(world, "HR")
    sequence()
    analyst, overseer = Asker(world, "RS/ana"), Asker(world, "AG/overseer")
    for path in ("/ledger", "/ledger/export"):
        assert analyst.get(path).status_code == 403
    assert analyst.get("/ledger/export", operation="other").status_code == 403
    assert overseer.get("/ledger/export", operation="nowhere").status_code == 404
    assert overseer.get("/ledger/export", operation="\x00").status_code == 422
