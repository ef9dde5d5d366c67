"""The Django app of this room."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only transparency log and its sequencer."""

    name = "openiru.foundation.ledger"
    label = "ledger"
