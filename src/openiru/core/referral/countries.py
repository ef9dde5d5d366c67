"""Third countries: whatever lies outside the European Economic Area (GDPR Chapter V; LED 2016/680, Chapter V).

A disclosure to one of them is recorded as a transfer.
"""

from __future__ import annotations

from typing import Final

#: Member States of the Union, ISO 3166-1 alpha-2; the Union's own bodies write EU.
UNION: Final = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
EEA: Final = UNION | {"EU", "IS", "LI", "NO"}


def is_third_country(country: str) -> bool:
    """Whether ``country`` (ISO 3166-1 alpha-2, any case) lies outside the EEA. A country nobody has stated counts as outside."""
    return country.strip().upper() not in EEA
