"""A small HTTP/1.1 server: just what the played internet needs, on asyncio streams."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from examples.loopback.pages import Reply, note

HEAD_LIMIT: Final = 256 * 1024
BODY_LIMIT: Final = 1024 * 1024
IDLE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``host`` without port, in lower case."""

    method: str
    target: str
    host: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Handler = Callable[[Request], Awaitable[Reply]]


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection; None when the other side has gone."""
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), IDLE_SECONDS)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ConnectionError):
        return None
    first, *rest = head.decode("latin-1").split("\r\n")
    method, _, more = first.partition(" ")
    target = more.rpartition(" ")[0]
    pairs = (line.partition(":") for line in rest if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", "0") or 0)
    body = await reader.readexactly(length) if 0 < length <= BODY_LIMIT else b""
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    return Request(method, target or "/", host.lower().rstrip("."), headers, body)


def render(reply: Reply, method: str, *, keep: bool) -> bytes:
    """The bytes of a reply."""
    body = reply.body.encode()
    reason = HTTPStatus(reply.status).phrase
    headers = {
        "Content-Type": reply.media_type,
        "Content-Length": str(len(body)),
        "Connection": "keep-alive" if keep else "close",
        "X-Notice": "Invented data",
        **reply.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {reply.status} {reason}\r\n{lines}\r\n".encode("latin-1", "replace")
    return head if method == "HEAD" else head + body


class Server:
    """One port. ``slow`` is how many seconds on the wall one unit of waiting takes."""

    def __init__(self, handler: Handler, slow: float) -> None:
        self._handler = handler
        self._slow = slow
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self, port: int = 0) -> int:
        """Opens the socket; its port number."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=HEAD_LIMIT)
        number: int = self._server.sockets[0].getsockname()[1]
        return number

    async def stop(self) -> None:
        """Closes the socket and every open connection."""
        if self._server:
            self._server.close()
            for writer in tuple(self._open):
                writer.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while request := await read_request(reader):
                keep = request.headers.get("connection", "").lower() != "close"
                if request.method in {"GET", "HEAD", "POST"}:
                    reply = await self._handler(request)
                else:
                    reply = note(405, "Not allowed", "Only GET, HEAD and POST.")
                if reply.wait:
                    await asyncio.sleep(reply.wait * self._slow)
                writer.write(render(reply, request.method, keep=keep))
                await writer.drain()
                if not keep:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, ValueError):
            return  # the other side went away, or did not speak HTTP: nothing to answer
        finally:
            self._open.discard(writer)
            writer.close()
