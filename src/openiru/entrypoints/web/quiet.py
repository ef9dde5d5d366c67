"""What the web server's log says of requests: the route of a page that failed, never an address.

An address below ``/p/`` is a secret (docs/decisions/0015), and others name people and items; Django would write each one down.
"""

from __future__ import annotations

import logging
from typing import Final

LOGGER: Final = "django.request"
#: From here on the fault is ours; what a visitor mistyped is no line of a log.
OURS: Final = 500


class RoutesOnly(logging.Filter):
    """Leaves out what is the visitor's fault, and says the rest by route."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        if getattr(record, "status_code", OURS) < OURS:
            return False
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        record.msg, record.args = "a request failed at %s", (getattr(match, "route", "") or "no route",)
        return True


def keep_addresses_out() -> None:
    """Put the filter before the log, once."""
    logger = logging.getLogger(LOGGER)
    if not any(isinstance(one, RoutesOnly) for one in logger.filters):
        logger.addFilter(RoutesOnly())
