"""The ways to a provider, through their entry points, built from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from django.db import connections

from openiru.core.errors import SettingError, UsageError
from openiru.ports.channel import Channel
from openiru.settings import CONFIG


@cache
def _classes() -> Mapping[str, type[Channel]]:
    return {point.name: point.load() for point in entry_points(group="openiru.channels")}


def settings() -> dict[str, str]:
    """What a channel is built from. Passwords are file names here; the channel reads them when it needs them."""
    found = {
        "environment": CONFIG.environment.value,
        "directory": str(CONFIG.data_dir / "transcripts" / connections["default"].settings_dict["NAME"]),
        "sender_address": CONFIG.sender_address,
        "smtp_host": CONFIG.smtp_host,
        "smtp_port": str(CONFIG.smtp_port),
        "smtp_tls": CONFIG.smtp_tls,
        "smtp_user": CONFIG.smtp_user,
        "smtp_password_file": CONFIG.smtp_password_file,
    }
    return {name: value for name, value in found.items() if value}


def _class(name: str) -> type[Channel]:
    try:
        return _classes()[name]
    except KeyError:
        known = ", ".join(sorted(_classes())) or "none"
        raise UsageError(
            f"there is no channel {name!r}", where="channel", hint=f"Channels: {known}."
        ) from None


def reaches_provider(name: str) -> bool:
    """Whether a letter by this channel reaches a provider; UsageError when there is no such channel."""
    return _class(name).reaches_provider


def channel(name: str) -> Channel:
    """The channel, ready for use. SettingError says what must be set first."""
    kind = _class(name)
    built: Channel = kind.build(settings())  # type: ignore[attr-defined]  # every adapter of the group has build(config)
    if reason := built.usable():
        raise SettingError(f"the channel {name} cannot be used: {reason}", where=f"channel {name}")
    return built
