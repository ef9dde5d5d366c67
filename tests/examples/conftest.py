"""The fixtures of the examples' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.examples.played_internet import Played, start, stop


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """One played internet a file of tests; the slow platform waits 0.3 s instead of one."""
    running = start(tmp_path_factory.mktemp("loopback"), "--slow-seconds", "0.3")
    yield running
    stop(running)
