"""Looks at addresses by plain HTTP, through the guarded client. No browser, no script, no account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Self

from openiru.core.errors import SettingError
from openiru.core.vocabulary import Environment
from openiru.egress.http import DEFAULT_USER_AGENT, GuardedClient
from openiru.egress.limits import Limits
from openiru.egress.names import names_for
from openiru.ports.looker import Looker, Observation

_SETTINGS = frozenset({"environment", "names_table", "denied_networks", "user_agent", "vantage"})


class HttpLooker(Looker):
    """One GET a look."""

    name: ClassVar[str] = "http"

    def __init__(self, client: GuardedClient) -> None:
        self._client = client

    @classmethod
    def build(cls, config: Mapping[str, str]) -> Self:
        """A looker from plain settings.

        ``environment`` (live, exercise, demo; required); ``names_table`` (path; required outside live,
        refused in live); ``denied_networks`` (comma separated, live only: the organisation's own networks);
        ``user_agent``; ``vantage`` (a name for the exit); ``limit_<name>`` for each field of
        egress.limits.Limits. Raises SettingError.
        """
        unknown = [key for key in config if key not in _SETTINGS and not key.startswith("limit_")]
        if unknown:
            message = f"The looker has no setting {unknown[0]!r}."
            raise SettingError(message, where=unknown[0], hint=", ".join(sorted(_SETTINGS)))
        try:
            environment = Environment(config.get("environment", ""))
        except ValueError as error:
            message = "The looker must be told its environment: live, exercise or demo."
            raise SettingError(message, where="environment") from error
        table = config.get("names_table", "")
        denied = [text for text in config.get("denied_networks", "").split(",") if text.strip()]
        names = names_for(environment, Path(table) if table else None, denied=denied)
        limits = Limits.from_mapping({k: v for k, v in config.items() if k.startswith("limit_")})
        agent = config.get("user_agent", "") or DEFAULT_USER_AGENT
        return cls(GuardedClient(names, limits, agent, config.get("vantage", "")))

    @contextmanager
    def round(self) -> Iterator[HttpLooker]:
        """One whose names' answers and connections are kept until its end."""
        with self._client.round() as client:
            yield HttpLooker(client)

    def look(self, url: str) -> Observation:
        """One look with its body."""
        return self._client.get(url)

    def resolve(self, url: str) -> Observation:
        """Follows redirects to the end; the last body is not read."""
        return self._client.resolve(url)
