"""The signing key lies on disk, is made once, and is read by nobody else."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from openiru.core.errors import SettingError
from openiru.core.evidence.checkpoint import Checkpoint, PublicKey, parse_note, verified_text
from openiru.core.evidence.tree import EMPTY_ROOT
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.keys import origin_of, signing_key, verify

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_the_key_is_made_once_and_its_public_half_verifies_what_it_signs(tmp_path: Path) -> None:
    instance = new_id()
    key = signing_key(instance, tmp_path)
    note = key.sign(Checkpoint(key.origin, 0, EMPTY_ROOT, NOON))
    again = signing_key(instance, tmp_path)
    published = PublicKey.parse((tmp_path / "ledger.pub").read_text().strip())
    assert again.public == key.public == published
    assert verified_text(parse_note(note), [published], verify).startswith(origin_of(instance) + "\n0\n")
    assert (tmp_path / "ledger.pem").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.pem", "ledger.pub"]


def test_processes_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    instance, got = new_id(), []
    threads = [
        threading.Thread(target=lambda: got.append(signing_key(instance, tmp_path).public)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(got)) == 1


def test_a_key_that_others_can_read_or_that_is_damaged_is_refused(tmp_path: Path) -> None:
    signing_key(new_id(), tmp_path)
    path = tmp_path / "ledger.pem"
    path.chmod(0o640)
    with pytest.raises(SettingError, match="others can read"):
        signing_key(new_id(), tmp_path)
    path.chmod(0o600)
    path.write_text("-----BEGIN NOTHING-----\n")
    with pytest.raises(SettingError, match="cannot be read"):
        signing_key(new_id(), tmp_path)


def test_the_private_key_is_not_shown(tmp_path: Path) -> None:
    assert "Private" not in repr(signing_key(new_id(), tmp_path))
