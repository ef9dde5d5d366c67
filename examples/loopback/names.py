"""The played name server, over UDP and TCP: 127.0.0.1 for names that exist, else honest or broken answers."""

from __future__ import annotations

import asyncio
from typing import Final, cast

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from examples.loopback.journal import RequestLog
from examples.loopback.world import World

TTL: Final = 30


class Names:
    """Answers A with 127.0.0.1; NXDOMAIN for dead and unknown names; SERVFAIL for the failing ones."""

    def __init__(self, world: World, log: RequestLog) -> None:
        self._world = world
        self._log = log

    def code(self, host: str) -> dns.rcode.Rcode:
        """What becomes of a name."""
        world = self._world
        if host in world.catalogue.failing_names:
            return dns.rcode.SERVFAIL
        if host in world.catalogue.dead_names:
            return dns.rcode.NXDOMAIN
        if host in world.catalogue.shorteners or host.removesuffix(".example") in world.catalogue.providers:
            return dns.rcode.NOERROR
        platform = world.catalogue.platform_of(host)
        if platform is None:
            return dns.rcode.NXDOMAIN
        if platform.behaviour == "host_gone" and host != platform.slug:
            world.advance()
            place = world.catalogue.find(f"https://{host}/page/1")
            return dns.rcode.NOERROR if world.alive(place) else dns.rcode.NXDOMAIN
        return dns.rcode.NOERROR

    def answer(self, wire: bytes) -> bytes | None:
        """The answer to one query; None for bytes that are no query."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if query.flags & dns.flags.QR or len(query.question) != 1:
            return None
        question = query.question[0]
        host = question.name.to_text(omit_final_dot=True).lower()
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        code = self.code(host)
        response.set_rcode(code)
        kind = question.rdtype
        if code == dns.rcode.NOERROR and kind == dns.rdatatype.A:
            response.answer.append(
                dns.rrset.from_text(question.name, TTL, dns.rdataclass.IN, kind, "127.0.0.1")
            )
        self._log.write("dns", host=host, type=dns.rdatatype.to_text(kind), reply=dns.rcode.to_text(code))
        return response.to_wire()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, names: Names) -> None:
        self._names = names
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # a cast: asyncio's own datagram transport does not inherit from the class that describes it
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = self._names.answer(data)
        if reply is not None and self._transport:
            self._transport.sendto(reply, addr)


class NameServer:
    """The two sockets of the name server, on one port number."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._tcp: asyncio.Server | None = None
        self._udp: asyncio.DatagramTransport | None = None

    async def start(self, port: int = 0) -> int:
        """Opens both sockets; the port number they share."""
        loop = asyncio.get_running_loop()
        self._tcp = await asyncio.start_server(self._serve, "127.0.0.1", port)
        chosen: int = self._tcp.sockets[0].getsockname()[1]
        self._udp, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._names), local_addr=("127.0.0.1", chosen)
        )
        return chosen

    async def stop(self) -> None:
        """Closes both sockets."""
        if self._udp:
            self._udp.close()
        if self._tcp:
            self._tcp.close()
            await self._tcp.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(2))
                reply = self._names.answer(await reader.readexactly(size))
                if reply is None:
                    break
                writer.write(len(reply).to_bytes(2) + reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the other side is done
        finally:
            writer.close()
