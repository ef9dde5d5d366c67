"""Clients for tests: table names to played servers, limits short enough for a test."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, replace

import pytest

from openiru.egress import wire
from openiru.egress.http import GuardedClient
from openiru.egress.limits import Limits
from openiru.egress.names import TableNames

ROOMY = Limits(connect_seconds=10, header_seconds=10, total_seconds=20)  # for a busy machine
SHORT = Limits(
    connect_seconds=0.5,
    header_seconds=0.8,
    total_seconds=2.5,
    rate_floor=1024,
    rate_window=0.4,
    wire_bytes=1_000_000,
    body_bytes=800_000,
    ratio=20,
    ratio_after=50_000,
)


def client_for(port: int | None, limits: Limits = ROOMY, **names: int | None) -> GuardedClient:
    """A client that knows a.example (at ``port``) and the names given with underscores for dots."""
    table: dict[str, int | None] = {"a.example": port}
    table |= {name.replace("_", "."): place for name, place in names.items()}
    return GuardedClient(TableNames(table), limits, vantage="test")


def ports(*more: int, base: Limits = ROOMY) -> Limits:
    return replace(base, ports=base.ports | set(more))


@dataclass
class Dialled:
    """Every address that somebody wanted to connect to. Public ones are never really called."""

    wanted: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, address: str, port: int, seconds: float) -> socket.socket:  # noqa: ARG002 - the signature it replaces
        self.wanted.append((address, port))
        raise TimeoutError


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> Dialled:
    """Replaces the one place that opens a socket, so that a mistake is seen and goes nowhere."""
    found = Dialled()
    monkeypatch.setattr(wire, "open_socket", found)
    return found
