"""Where a name is reached: on the open net (live), or in a table of one's own (demo, exercise, tests).

Both answer with exact endpoints, and both are asked again about the very address that is being connected
to, so nothing between the question and the connection can change the place.
"""

from __future__ import annotations

import json
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from openiru.core.errors import SettingError
from openiru.core.verification.observation import Trouble
from openiru.core.vocabulary import Environment
from openiru.egress import lookups
from openiru.egress.addresses import ExtraDenied
from openiru.egress.lookups import Answer, Nameserver, Rcode
from openiru.egress.targets import Target

_LOOPBACK = "127.0.0.1"
_TABLE_NAME = re.compile(r"(\*\.)?[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_PORTS = range(1, 65_536)
# RFC 6761, 7686, 9476 and kin: names that DNS does not know by design. NXDOMAIN for them says nothing.
_SPECIAL = ("onion", "alt", "localhost", "local", "internal", "home.arpa", "test", "invalid", "example")


class NameTroubleError(Exception):
    """Why a name leads nowhere. It never leaves egress as an exception."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One place to connect to. ``tls``: whether it speaks TLS."""

    address: str
    port: int
    tls: bool


Ask = Callable[[str, Nameserver, float], Answer]


class Names(ABC):
    """Leads a target to its endpoints. ``_ask``: how a nameserver is asked."""

    _ask: Ask = staticmethod(lookups.ask)

    def asking(self, ask: Ask) -> Self:
        """The same names, asked for in another way."""
        other = copy(self)
        other._ask = ask  # noqa: SLF001 - a copy of our own
        return other

    @abstractmethod
    def endpoints(self, target: Target, deadline: float) -> tuple[Endpoint, ...]:
        """At least one endpoint, all permitted. ``deadline``: in seconds of ``time.monotonic``.

        Raises NameTroubleError.
        """

    @abstractmethod
    def refusal(self, address: str, port: int) -> str:
        """Why this very address and port must not be connected to; empty when it may."""


class LiveNames(Names):
    """The open net: every A and AAAA answer is checked against the table of denied networks.

    ``nameservers``: (address, port) pairs; by default those of the system (/etc/resolv.conf; /etc/hosts is
    not read). Only an NXDOMAIN of two different resolvers makes a name unknown.
    """

    def __init__(
        self,
        nameservers: Sequence[Nameserver] | None = None,
        *,
        denied: Sequence[str] = (),
        answers_checked: int = 64,
    ) -> None:
        found = nameservers if nameservers is not None else lookups.system_nameservers()
        self._nameservers = tuple(dict.fromkeys(found))
        self._table = ExtraDenied(denied)
        self._answers_checked = answers_checked

    def refusal(self, address: str, port: int) -> str:  # noqa: ARG002 - the port was checked with the target
        """Why this very address must not be connected to; empty when it may."""
        return self._table.refusal(address)

    def endpoints(self, target: Target, deadline: float) -> tuple[Endpoint, ...]:
        """All addresses of the name, if every one of them is public."""
        found = (target.host,) if target.literal else self._addresses(target.host, deadline)
        for address in found:
            if why := self.refusal(address, target.port):
                raise NameTroubleError(Trouble.REFUSED_BY_GUARD, f"{target.host} leads to {address}: {why}")
        return tuple(Endpoint(address, target.port, target.scheme == "https") for address in found)

    def _addresses(self, name: str, deadline: float) -> tuple[str, ...]:
        if any(name == one or name.endswith(f".{one}") for one in _SPECIAL):
            raise NameTroubleError(Trouble.REFUSED_BY_GUARD, f"{name} is no name of the open net (RFC 6761)")
        unknown = 0
        failure = "no resolver is set"
        for nameserver in self._nameservers:
            answer = self._ask(name, nameserver, deadline)
            if answer.rcode is Rcode.FOUND:
                return self._few(name, answer)
            if answer.rcode is Rcode.UNKNOWN:
                unknown += 1
            failure = answer.detail
        if unknown > 1:
            detail = f"{unknown} resolvers say that {name} does not exist"
            raise NameTroubleError(Trouble.NAME_UNKNOWN, detail)
        if unknown:
            failure = "one resolver says that the name does not exist; a second one must say so too"
        raise NameTroubleError(Trouble.NAME_FAILURE, f"{name}: {failure}")

    def _few(self, name: str, answer: Answer) -> tuple[str, ...]:
        if len(answer.addresses) > self._answers_checked:
            detail = f"{name} has {len(answer.addresses)} addresses, more than are checked"
            raise NameTroubleError(Trouble.REFUSED_BY_GUARD, detail)
        return answer.addresses


class TableNames(Names):
    """A played internet: the names of one table, each at one exact loopback port, and no other name at all.

    The ports carry plain HTTP, for https addresses too (``"tls": false`` in the table says so). A
    nameserver of the table is asked first and counts for all resolvers there are; only its refusal is
    heard, never the addresses it answers with. A name with port null is known to that nameserver only.
    """

    def __init__(self, names: dict[str, int | None], dns: Nameserver | None = None) -> None:
        for name, port in names.items():
            if not _TABLE_NAME.fullmatch(name) or (port is not None and port not in _PORTS):
                raise SettingError(f"The table of names cannot hold {name!r}: {port!r}.", where="names")
        self._names = dict(names)
        self._ports = {port for port in names.values() if port is not None}
        self._dns = dns

    @classmethod
    def read(cls, path: Path) -> TableNames:
        """The table in a JSON file.

        ``{"dns": "127.0.0.1:18053" or null, "tls": false, "names": {"tube.example": 18081,
        "*.blog.example": 18082}}`` Raises SettingError when it cannot be read or holds anything but
        loopback.
        """
        try:
            table = json.loads(path.read_text("utf-8"))
            names, dns, tls = table["names"], table.get("dns"), table.get("tls", False)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            hint = 'It looks like {"dns": null, "tls": false, "names": {"tube.example": 18081}}.'
            raise SettingError(
                f"The table of names cannot be read: {error}", where=str(path), hint=hint
            ) from error
        if tls is not False or not isinstance(names, dict):
            raise SettingError(
                "A table of names holds names, and its ports carry plain HTTP.", where=str(path)
            )
        return cls(names, _loopback_place(dns, str(path)))

    def refusal(self, address: str, port: int) -> str:
        """Everything but the exact loopback ports of the table is refused."""
        return "" if address == _LOOPBACK and port in self._ports else f"{address}:{port} is not in the table"

    def endpoints(self, target: Target, deadline: float) -> tuple[Endpoint, ...]:
        """The one endpoint of a name of the table."""
        if target.literal:
            raise NameTroubleError(Trouble.REFUSED_BY_GUARD, "addresses without a name are refused here")
        key = self._key(target.host)
        if key is None:
            detail = f"{target.host} is not in the table of names, and no other name exists here"
            raise NameTroubleError(Trouble.REFUSED_BY_GUARD, detail)
        if self._dns is not None:
            self._hear(target.host, self._dns, deadline)
        port = self._names[key]
        if port is None:
            raise NameTroubleError(Trouble.NAME_FAILURE, f"{target.host} has no server in the table of names")
        return (Endpoint(_LOOPBACK, port, tls=False),)

    def _key(self, host: str) -> str | None:
        """The exact name, else the longest wildcard that covers it."""
        labels = host.split(".")
        wild = ("*." + ".".join(labels[depth:]) for depth in range(1, len(labels)))
        return next((key for key in (host, *wild) if key in self._names), None)

    def _hear(self, name: str, dns: Nameserver, deadline: float) -> None:
        answer = self._ask(name, dns, deadline)
        if answer.rcode is Rcode.UNKNOWN:
            raise NameTroubleError(Trouble.NAME_UNKNOWN, f"{name} does not exist, says the played resolver")
        if answer.rcode is Rcode.FAILED:
            raise NameTroubleError(Trouble.NAME_FAILURE, f"{name}: {answer.detail}")


def _loopback_place(text: object, where: str) -> Nameserver | None:
    if text is None:
        return None
    host, _, port = str(text).rpartition(":")
    if host != _LOOPBACK or not port.isascii() or not port.isdigit() or int(port) not in _PORTS:
        raise SettingError(f"The table's DNS server must be {_LOOPBACK}:PORT, not {text!r}.", where=where)
    return (host, int(port))


def names_for(environment: Environment, table: Path | None, *, denied: Sequence[str] = ()) -> Names:
    """The names of an environment: live has the open net and refuses a table, all others have only a table.

    Raises SettingError for the other two combinations.
    """
    if environment is Environment.LIVE:
        if table is not None:
            hint = "Unset OPENIRU_NAMES_TABLE; a table of names is for demo and exercise."
            raise SettingError("A live instance refuses a table of names.", where=str(table), hint=hint)
        return LiveNames(denied=denied)
    if table is None:
        hint = "Set OPENIRU_NAMES_TABLE to the table of the played internet."
        raise SettingError(
            f"In {environment} no name of the open net is looked up.", where="names", hint=hint
        )
    return TableNames.read(table)


def remaining(deadline: float) -> float:
    """Seconds until ``deadline``, never less than zero."""
    return max(0.0, deadline - time.monotonic())
