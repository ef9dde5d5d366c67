"""``python -m examples.loopback --state DIR``: plays 27 platforms and nine providers until it is ended."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from examples.loopback.answers import AnswerWriter
from examples.loopback.behaviours import port_class
from examples.loopback.clock import START, Clock, stamp
from examples.loopback.control import Control
from examples.loopback.desk import Desk
from examples.loopback.journal import LetterBook, RequestLog
from examples.loopback.letters import MAX_BYTES, Inboxes
from examples.loopback.names import Names, NameServer
from examples.loopback.pages import Reply
from examples.loopback.sites import Sites
from examples.loopback.web import Handler, Request, Server
from examples.loopback.world import World
from examples.places import catalogue


def arguments(argv: list[str]) -> argparse.Namespace:
    """What may be set from the command line."""
    parser = argparse.ArgumentParser(prog="python -m examples.loopback", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder for table.json, logs and answers")
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument(
        "--clock-rate", type=float, default=0.0, help="business seconds a second; 0: told by ticks"
    )
    parser.add_argument(
        "--clock-start", type=datetime.fromisoformat, default=START, help="RFC 3339 with zone"
    )
    parser.add_argument("--slow-seconds", type=float, default=1.0, help="how long the slow platform waits")
    parser.add_argument("--ready-file", type=Path, help="written last, with every address to reach it by")
    parser.add_argument("--watch-pid", type=int, default=0, help="end when that process has ended")
    parser.add_argument(
        "--cut-after-data",
        default="",
        metavar="PROVIDER",
        help="cut its first letter off in the moment of doubt",
    )
    for name in ("plain", "moving", "stubborn", "control", "dns", "smtp"):
        parser.add_argument(f"--{name}-port", type=int, default=0, help="0: any free port")
    return parser.parse_args(argv)


def write(path: Path, data: dict[str, Any]) -> None:
    """Whole or not at all."""
    half = path.with_name(path.name + ".half")
    half.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
    half.replace(path)


def lives(pid: int) -> bool:
    """Whether the watched process is there still; 0 watches none."""
    if not pid:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Program:
    """All servers in one event loop."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.state: Path = args.state
        self.state.mkdir(parents=True, exist_ok=True)
        clock = Clock(self._start(), args.clock_rate)
        self.log = RequestLog(self.state / "requests.jsonl", clock)
        self.world = World(catalogue(), clock, args.seed, AnswerWriter(self.state / "answers"))
        book = LetterBook(self.state / "letters.jsonl")
        self.inboxes = Inboxes(self.world, book, self.log, args.cut_after_data)
        self.sites = Sites(self.world)
        self.control = Control(self.world, self.inboxes, self.log, Desk(self.world, book), self._remember)
        self.servers: dict[str, Server] = {}
        self.names = NameServer(Names(self.world, self.log))

    def _start(self) -> datetime:
        """Business time never goes back, not even over a restart."""
        kept = self.state / "clock.json"
        start: datetime = self.args.clock_start
        if not kept.exists():
            return start
        return max(start, datetime.fromisoformat(json.loads(kept.read_text("utf-8"))["now"]))

    def _remember(self, now: datetime) -> None:
        write(self.state / "clock.json", {"now": stamp(now)})

    def _site(self, port: str) -> Handler:
        async def handle(request: Request) -> Reply:
            reply, place = self.sites.reply(request.host, request.target)
            facts = {"port": port, "host": request.host, "method": request.method, "status": reply.status}
            token = place.token if place else None
            self.log.write("http", **facts, target=request.target[:2000], place=token)
            return reply

        return handle

    async def start(self) -> dict[str, Any]:
        """Opens every socket and says where they are."""
        ports: dict[str, int] = {}
        for name in ("plain", "moving", "stubborn"):
            self.servers[name] = Server(self._site(name), self.args.slow_seconds)
        self.servers["control"] = Server(self.control.handle, 0.0)
        for name, server in self.servers.items():
            ports[name] = await server.start(getattr(self.args, f"{name}_port"))
        ports["dns"] = await self.names.start(self.args.dns_port)
        self.smtp = await asyncio.get_running_loop().create_server(
            lambda: SMTP(self.inboxes, hostname="mail.provider.example", data_size_limit=MAX_BYTES),
            "127.0.0.1",
            self.args.smtp_port,
        )
        ports["smtp"] = self.smtp.sockets[0].getsockname()[1]
        return self._announce(ports)

    def _announce(self, ports: dict[str, int]) -> dict[str, Any]:
        world = catalogue()
        names = dict.fromkeys([*world.shorteners, *world.dead_names, *world.failing_names], ports["moving"])
        for platform in world.platforms.values():
            names |= dict.fromkeys(platform.hosts, ports[port_class(platform.behaviour)])
        dns = f"127.0.0.1:{ports['dns']}"
        write(self.state / "table.json", {"dns": dns, "tls": False, "names": names})
        ready = {
            "pid": os.getpid(),
            "table": str((self.state / "table.json").resolve()),
            "answers": str((self.state / "answers").resolve()),
            "control": f"http://127.0.0.1:{ports['control']}",
            "dns": dns,
            "smtp": f"127.0.0.1:{ports['smtp']}",
            "ports": ports,
        }
        write(self.state / "ready.json", ready)
        if self.args.ready_file:
            write(self.args.ready_file, ready)
        return ready

    async def run(self) -> None:
        """Plays until SIGTERM or SIGINT."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        ready = await self.start()
        print(f"Played internet on loopback, invented data; control at {ready['control']}", flush=True)
        while not stop.is_set() and lives(self.args.watch_pid):
            self.world.advance()
            try:
                await asyncio.wait_for(stop.wait(), 0.2)
            except TimeoutError:
                continue
        await self.stop()

    async def stop(self) -> None:
        """Closes everything; whoever looks for table.json learns that nobody plays any more."""
        self._remember(self.world.clock.now())
        self.smtp.close()
        await self.names.stop()
        for server in self.servers.values():
            await server.stop()
        self.log.close()
        for name in ("table.json", "ready.json"):
            (self.state / name).unlink(missing_ok=True)


def main(argv: list[str]) -> int:
    """The program."""
    asyncio.run(Program(arguments(argv)).run())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
