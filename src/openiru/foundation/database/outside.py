"""What the way in may ask of egress: the fences, and our own desk on this machine. Entrypoints reach no egress themselves."""

from __future__ import annotations

from openiru.egress.local import Seen, Visitor, free_port
from openiru.egress.process import sandbox_report

__all__ = ["Seen", "Visitor", "free_port", "sandbox"]


def sandbox() -> dict[str, bool | str]:
    """Layer or attempt of the reading child's sandbox -> True when it holds, else the reason why not."""
    return sandbox_report()
