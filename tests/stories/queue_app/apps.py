from __future__ import annotations

from django.apps import AppConfig


class QueueAppConfig(AppConfig):
    """Jobs that note that they began, wait to be killed, and leave one effect."""

    name = "tests.stories.queue_app"
    label = "queue_app"
