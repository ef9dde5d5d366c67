"""Time zones by their IANA names: what is kept under a name must be one, or every later reading of it fails."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from openiru.core.errors import UsageError


def zone_named(name: str, *, where: str = "zone") -> ZoneInfo:
    """The zone with this name; UsageError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise UsageError(
            f"{name[:80]!r} is not a time zone", where=where, hint="Use an IANA name: Europe/Sarajevo."
        ) from error
