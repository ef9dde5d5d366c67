"""A channel that the test plays."""

from __future__ import annotations

import pytest
from tests.stages.referral.helpers import Post


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Post:
    return Post(monkeypatch)
