"""What a looker promises: one look at one address, at one time, from one place, without judging it.

Don'ts: no login, no cookies kept, no credentials, no request to anyone but the address's own host, no verdict.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Self

from openiru.core.verification.observation import Hop, Observation, Trouble

__all__ = ["Hop", "Looker", "Observation", "Trouble"]


class Looker(ABC):
    """Looks at addresses. Registered as an entry point of the group ``openiru.lookers``."""

    name: ClassVar[str]

    @classmethod
    @abstractmethod
    def build(cls, config: Mapping[str, str]) -> Self:
        """A looker from plain settings. Raises SettingError for a setting that is wrong or missing."""

    @contextmanager
    def round(self) -> Iterator[Looker]:
        """A looker for one round of looks; this one keeps nothing.

        Others may keep names' answers and connections within it, for as long as their owners allow, and give them up
        at its end.
        """
        yield self

    @abstractmethod
    def look(self, url: str) -> Observation:
        """One look. Never raises for what the outside does: that is what the observation is for."""

    @abstractmethod
    def resolve(self, url: str) -> Observation:
        """Follows redirects to the end and keeps every hop (for shorteners); the body may stay empty."""
