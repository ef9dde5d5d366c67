"""Generated secrets: made once, whole or not at all, whoever asks first and however many ask at once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from openiru.core.errors import SettingError
from openiru.settings import CONFIG

AT_ONCE = 16


def test_all_who_ask_at_once_get_the_same_secret(tmp_path: Path) -> None:
    for number in range(25):
        config, start = replace(CONFIG, data_dir=tmp_path / str(number)), Barrier(AT_ONCE)

        def ask(_: int, config: object = config, start: Barrier = start) -> str:
            start.wait()
            return str(config.secret("web"))  # type: ignore[attr-defined] # the settings of this round

        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = set(pool.map(ask, range(AT_ONCE)))
        assert len(found) == 1
        assert len(found.pop()) > 40
        (file,) = config.secrets_dir.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingError, match="cannot be used"):
        replace(CONFIG, data_dir=tmp_path / "file").secret("web")
