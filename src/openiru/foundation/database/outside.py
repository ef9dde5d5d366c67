"""What the way in may ask about the fences of egress: entrypoints reach no egress themselves."""

from __future__ import annotations

from openiru.egress.process import sandbox_report


def sandbox() -> dict[str, bool | str]:
    """Layer or attempt of the reading child's sandbox -> True when it holds, else the reason why not."""
    return sandbox_report()
