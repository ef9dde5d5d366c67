"""The looker of this instance, through its entry point, built from the settings: one place for everybody who looks."""

from __future__ import annotations

from importlib.metadata import entry_points

from openiru.core.errors import SettingError
from openiru.ports.looker import Looker
from openiru.settings import CONFIG


def http_looker() -> Looker:
    """The plain HTTP looker. Raises SettingError when none is installed or the settings do not fit."""
    found = [point for point in entry_points(group="openiru.lookers") if point.name == "http"]
    if not found:
        raise SettingError(
            "no looker is installed", where="openiru.lookers", hint="Install the program again: make setup."
        )
    config = {"environment": CONFIG.environment.value, "vantage": CONFIG.vantage}
    if CONFIG.names_table:
        config["names_table"] = CONFIG.names_table
    if CONFIG.denied_networks:
        config["denied_networks"] = CONFIG.denied_networks
    made = found[0].load().build(config)
    if not isinstance(made, Looker):
        raise SettingError("what is installed as looker is none", where="openiru.lookers")
    return made
