r"""Probe specs: per platform what its pages show when content is there, gone, restricted, or hidden from us.

Platforms change their pages, so all of this is data. A spec file is TOML; the package brings its own
(``platforms/*.toml``), an organisation adds files of the same schema, and what comes later wins for its
hosts:

    schema = 1

    [[platform]]
    name = "tube"                       # a-z, 0-9, _ and -
    title = "Tube Example"
    as_of = "2026-11"                   # when somebody last looked
    source = "looked at by hand"
    hosts = ["tube.example", "*.tube.example"]        # "*." covers every depth below
    control_alive = "https://tube.example/watch/about"     # known-alive and known-dead addresses:
    control_dead = "https://tube.example/watch/never-was"  # the control pair; both or none

    [[platform.ask]]                    # optional: ask this address instead (same host only)
    match = "^https://tube\\.example/v/([a-z0-9]{1,40})$"
    url = "https://tube.example/api/v/{1}"

    [[platform.marker]]                 # every condition that stands must hold
    id = "player"
    says = "alive"                      # alive, gone, restricted, unclear
    why = "present"                     # core.verification.signals.Why
    status = [200]                      # any of these
    body = ["id=\"player\""]            # all of these texts, letter case ignored
    body_any = ["play", "watch"]        # at least one
    absent = ["unavailable"]            # none of these
    pattern = "views: [0-9]{1,9}"       # bounded regular expression
    final_url = "^https://tube\\.example/"  # bounded regular expression on the last address
    headers = { "x-state" = "removed" } # text in a header, letter case ignored
    longest = 20000                     # the body has at most so many characters

A platform must have a marker for content that is there *and* one for content that is not (gone or
restricted): a spec that knows only one side reads a changed page as the other. The spec ``generic`` alone
may know one side; it has no hosts and is read after every other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from openiru.core.errors import InputError
from openiru.core.verification.signals import Says, Why
from openiru.engines.probes.patterns import bounded

GENERIC = "generic"
_NAME = re.compile(r"[a-z0-9_-]{1,40}")
_HOST = re.compile(r"(\*\.)?[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")
_TEXTS = ("body", "body_any", "absent")
_MARKER_KEYS = frozenset(
    {"id", "says", "why", "status", "pattern", "final_url", "headers", "longest", *_TEXTS}
)
_CONDITIONS = _MARKER_KEYS - {"id", "says", "why", "absent", "longest"}
_PLATFORM_KEYS = frozenset(
    {"name", "title", "as_of", "source", "hosts", "control_alive", "control_dead", "ask", "marker"}
)


@dataclass(frozen=True, slots=True)
class Marker:
    """One thing to look for. All conditions that are not empty must hold. Texts are in lower case."""

    id: str
    says: Says
    why: Why
    status: frozenset[int] = frozenset()
    body: tuple[str, ...] = ()
    body_any: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    final_url: re.Pattern[str] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """An address of the same host that tells more than the page itself."""

    match: re.Pattern[str]
    url: str


@dataclass(frozen=True, slots=True)
class ProbeSpec:
    """All that is known of one platform's pages. ``control``: (known alive, known dead), or None."""

    name: str
    title: str
    as_of: str
    hosts: tuple[str, ...]
    markers: tuple[Marker, ...]
    asks: tuple[Ask, ...] = ()
    control: tuple[str, str] | None = None


class Specs:
    """Specs by host. The generic spec answers for every host that no other covers."""

    def __init__(self, specs: Iterable[ProbeSpec]) -> None:
        self._all = tuple(specs)
        self._by_host = {host: spec for spec in self._all for host in spec.hosts}
        self.generic = next((s for s in reversed(self._all) if s.name == GENERIC), EMPTY)

    def with_more(self, more: Iterable[ProbeSpec]) -> Specs:
        """These and more; the later spec wins for its hosts."""
        return Specs((*self._all, *more))

    def for_host(self, host: str) -> ProbeSpec:
        """The exact host, else the longest wildcard that covers it, else the generic spec."""
        labels = host.lower().removesuffix(".").split(".")
        keys = (".".join(labels), *("*." + ".".join(labels[n:]) for n in range(1, len(labels))))
        return next((self._by_host[key] for key in keys if key in self._by_host), self.generic)

    def __iter__(self) -> Iterator[ProbeSpec]:
        return iter(self._all)


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise InputError("Here a list of texts is needed.", where=where)
    return tuple(one.lower() for one in value)


def _keys(row: Any, known: frozenset[str], where: str) -> Mapping[str, Any]:
    if not isinstance(row, dict):
        raise InputError("Here a table is needed.", where=where)
    if unknown := sorted(set(row) - known):
        raise InputError(f"There is no key {unknown[0]!r}.", where=where, hint=", ".join(sorted(known)))
    return row


def _status(value: Any, where: str) -> frozenset[int]:
    if not isinstance(value, list) or not all(isinstance(one, int) for one in value):
        raise InputError("Here a list of status codes is needed.", where=where)
    return frozenset(value)


def _headers(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise InputError("Here header names with texts are needed.", where=where)
    return tuple((name.lower(), text.lower()) for name, text in value.items())


def _marker(row: Any, where: str) -> Marker:
    row = _keys(row, _MARKER_KEYS, where)
    name = str(row.get("id", ""))
    where = f"{where}/{name}"
    if not _NAME.fullmatch(name) or not _CONDITIONS & set(row):
        raise InputError("A marker needs an id and at least one condition.", where=where)
    try:
        says, why = Says(row["says"]), Why(row["why"])
    except (KeyError, ValueError) as error:
        hint = f"says: {', '.join(Says)}; why: {', '.join(Why)}"
        raise InputError("A marker says something known, and why.", where=where, hint=hint) from error
    longest = row.get("longest")
    if longest is not None and not isinstance(longest, int):
        raise InputError("longest is a number of characters.", where=where)
    return Marker(
        id=name,
        says=says,
        why=why,
        status=_status(row.get("status", []), where),
        **{key: _texts(row.get(key, []), where) for key in _TEXTS},
        pattern=bounded(str(row["pattern"]), where) if "pattern" in row else None,
        final_url=bounded(str(row["final_url"]), where) if "final_url" in row else None,
        headers=_headers(row.get("headers", {}), where),
        longest=longest,
    )


def _ask(row: Any, where: str) -> Ask:
    row = _keys(row, frozenset({"match", "url"}), where)
    return Ask(bounded(str(row.get("match", "")), where), str(row.get("url", "")))


def _control(row: Mapping[str, Any], where: str) -> tuple[str, str] | None:
    pair = (str(row.get("control_alive", "")), str(row.get("control_dead", "")))
    if pair == ("", ""):
        return None
    if not all(pair) or pair[0] == pair[1]:
        raise InputError("A control pair has two different addresses.", where=where)
    return pair


def _check_sides(name: str, markers: Iterable[Marker], where: str) -> None:
    sides = {marker.says for marker in markers}
    if name != GENERIC and not (Says.ALIVE in sides and sides & {Says.GONE, Says.RESTRICTED}):
        message = "A platform needs a marker for content that is there and one for content that is not."
        raise InputError(message, where=where)


def _platform(row: Any, where: str) -> ProbeSpec:
    row = _keys(row, _PLATFORM_KEYS, where)
    name = str(row.get("name", ""))
    where = f"{where}: {name}"
    hosts = _texts(row.get("hosts", []), where)
    if not _NAME.fullmatch(name) or not all(_HOST.fullmatch(host) for host in hosts):
        raise InputError("A platform needs a name and proper hosts.", where=where)
    if bool(hosts) is (name == GENERIC):
        raise InputError("Every platform has hosts, only the generic one has none.", where=where)
    markers = tuple(_marker(one, where) for one in row.get("marker", []))
    _check_sides(name, markers, where)
    asks = tuple(_ask(one, where) for one in row.get("ask", []))
    title = str(row.get("title", name))
    return ProbeSpec(name, title, str(row.get("as_of", "")), hosts, markers, asks, _control(row, where))


def parse_specs(text: str, where: str) -> tuple[ProbeSpec, ...]:
    """The specs of one TOML file. ``where`` names it in errors. Raises InputError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"The probe specs cannot be read: {error}.", where=where) from error
    if table.get("schema") != 1 or not isinstance(table.get("platform"), list):
        raise InputError("Probe specs have schema = 1 and [[platform]] tables.", where=where)
    return tuple(_platform(row, where) for row in table["platform"])


EMPTY = ProbeSpec(GENERIC, "Any site", "", (), ())


@cache
def built_in() -> Specs:
    """The specs that come with the package."""
    folder = files("openiru.engines.probes") / "platforms"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return Specs(spec for one in found for spec in parse_specs(one.read_text("utf-8"), one.name))
