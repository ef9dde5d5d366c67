"""What one look may cost. Every figure can be set; none can be switched off."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from openiru.core.errors import SettingError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one look. Times in seconds, sizes in bytes.

    Source: OWASP SSRF guidance and the figures of docs/threat-model.md. ``ports`` are the ports an address
    may name; where a name is really reached is a matter of :mod:`openiru.egress.names`.
    """

    connect_seconds: float = 10.0
    header_seconds: float = 30.0  # one hop: name, connection, TLS and head of the answer
    total_seconds: float = 120.0  # the whole look with all redirects
    rate_floor: float = 1024.0  # bytes a second, averaged over rate_window
    rate_window: float = 15.0
    redirects: int = 8
    url_length: int = 16_384
    header_bytes: int = 65_536
    header_count: int = 100
    interim_answers: int = 8  # 1xx
    wire_bytes: int = 8 * 1024 * 1024  # one hop, head included
    body_bytes: int = 4 * 1024 * 1024  # decoded
    ratio: int = 200
    ratio_after: int = 1024 * 1024  # decoded bytes from which the ratio is watched
    addresses_tried: int = 4
    answers_checked: int = 64  # more addresses than this under one name are refused
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, int | float) and not (math.isfinite(value) and value > 0):
                raise SettingError(f"The limit {one.name} must be more than zero and finite.", where=one.name)

    @classmethod
    def from_mapping(cls, settings: Mapping[str, str]) -> Limits:
        """Limits from text settings ``limit_<name>``, for example ``limit_total_seconds=60``.

        Raises SettingError for a name that does not exist or a value that is no number.
        """
        base = cls()
        known = {one.name for one in fields(cls)} - {"ports"}
        for key, text in settings.items():
            name = key.removeprefix("limit_")
            if name == key:
                continue
            if name not in known:
                raise SettingError(f"There is no limit {name!r}.", where=key, hint=", ".join(sorted(known)))
            try:
                base = replace(base, **{name: type(getattr(base, name))(text)})
            except ValueError as error:
                raise SettingError(f"{key} must be a number, not {text!r}.", where=key) from error
        return base
