"""The environment belongs to the database: a variable that says otherwise opens nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.people import action_day

from openiru.core.errors import SettingError
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import SERVICE, acting
from openiru.settings import CONFIG


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("other", [Environment.LIVE, Environment.DEMO, Environment.EXERCISE])
def test_nobody_acts_under_a_setting_that_names_another_environment(
    other: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = action_day()
    with acting(world.by("RS/ana")) as now:
        true = now.environment
    monkeypatch.setattr("openiru.foundation.database.acting.CONFIG", replace(CONFIG, environment=other))
    for by in (world.by("RS/ana"), SERVICE):
        if other.value == true:
            with acting(by) as now:
                assert now.environment == true
            continue
        with pytest.raises(SettingError) as raised, acting(by):
            pass
        assert raised.value.where == "OPENIRU_ENVIRONMENT"
        assert true in raised.value.hint
