"""The house's settings with one app more."""

from __future__ import annotations

from openiru.settings import *  # noqa: F403 - a settings module extends another by taking all of it
from openiru.settings import INSTALLED_APPS as HOUSE

INSTALLED_APPS = [*HOUSE, "tests.stories.queue_app"]
