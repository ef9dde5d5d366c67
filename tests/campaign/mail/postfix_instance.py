"""Private Postfix instances on loopback ports, each with its own configuration, queue and mail, under one folder.

Nothing leaves the machine: only the domains of the table have a way, to a loopback port; all others end in the
transport ``error``. Needs root, because Postfix changes to its own user.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

POSTFIX = shutil.which("postfix", path="/usr/sbin:/usr/bin")
SASL = shutil.which("saslpasswd2", path="/usr/sbin:/usr/bin")

_MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/log/mail.log
maillog_file_prefixes = {root}/log
mail_owner = postfix
setgid_group = postdrop
myhostname = {name}
mydestination =
local_transport = error:5.1.1 no local mail
default_transport = error:5.4.4 nothing leaves this machine
relay_transport = error:5.4.4 nothing leaves this machine
relay_domains = {relayed}
transport_maps = {ways}
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = {boxes}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 192.0.2.255/32
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
smtputf8_enable = no
biff = no
delay_warning_time = 1s
confirm_delay_cleared = no
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
message_size_limit = 40000000
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], object], seconds: float = 20.0) -> bool:
    """Whether ``what`` came true in time. The servers work on their own, so there is nothing else to wait on."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.2)
    return False


@dataclass(frozen=True, slots=True)
class Instance:
    """One running Postfix."""

    root: Path
    port: int

    def inbox(self, user: str) -> Path:
        return self.root / "mail" / user

    def arrived(self, user: str) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.inbox(user).glob("new/*"))]

    def queued(self) -> int:
        folders = ("incoming", "active", "deferred")
        return sum(1 for one in folders for path in (self.root / "queue" / one).rglob("*") if path.is_file())

    def log(self) -> str:
        path = self.root / "log" / "mail.log"
        return path.read_text(errors="replace") if path.exists() else ""


@contextlib.contextmanager
def instance(
    root: Path,
    *,
    name: str,
    domain: str,
    users: tuple[str, ...],
    ways: Mapping[str, int],
    more: Mapping[str, str],
) -> Iterator[Instance]:
    """Configure, start, yield and always stop one Postfix under ``root``."""
    port = free_port()
    nobody = pwd.getpwnam("nobody")
    for folder in ("queue", "data", "mail", "log", "etc"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    shutil.chown(root / "data", "postfix", "postfix")
    os.chown(root / "mail", nobody.pw_uid, nobody.pw_gid)
    main = _MAIN.format(
        root=root,
        name=name,
        domain=domain,
        relayed=" ".join(ways),
        ways=_table({one: f"smtp:[127.0.0.1]:{to}" for one, to in ways.items()}),
        boxes=_table({f"{user}@{domain}": f"{user}/" for user in users}),
        uid=nobody.pw_uid,
        gid=nobody.pw_gid,
    )
    settings = "".join(f"{key} = {value}\n" for key, value in more.items())
    (root / "etc" / "main.cf").write_text(main + settings)
    (root / "etc" / "master.cf").write_text(_MASTER.format(port=port))
    running = Instance(root, port)
    try:
        done = _postfix(root, "start")
        if done.returncode != 0 or not wait_for(lambda: _listens(port), 20):
            raise RuntimeError(f"Postfix does not start: {done.stderr}{running.log()}")
        yield running
    finally:
        _stop(root)


def _table(rows: Mapping[str, str]) -> str:
    """A lookup table written out in the setting itself; Postfix takes an empty one for a fault."""
    inner = ", ".join(f"{{ {key} = {value} }}" for key, value in rows.items())
    return f"inline:{{ {inner} }}" if rows else ""


def _postfix(root: Path, verb: str) -> subprocess.CompletedProcess[str]:
    command = [str(POSTFIX), "-c", str(root / "etc"), verb]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - fixed words


def _stop(root: Path) -> None:
    pid_file = root / "queue" / "pid" / "master.pid"
    pid = int(pid_file.read_text().strip() or 0) if pid_file.exists() else 0
    _postfix(root, "abort")
    if pid and not wait_for(lambda: not Path(f"/proc/{pid}").exists(), 15):
        raise RuntimeError(f"the Postfix master {pid} does not end")


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def sasl_user(root: Path, user: str, password: str, realm: str) -> dict[str, str]:
    """A Cyrus SASL database with one user for the instance at ``root``, and the settings that make it be used."""
    folder = root / "etc" / "sasl"  # where Debian's Postfix looks, beside its own configuration
    folder.mkdir(parents=True)
    database = folder / "sasldb2"
    command = [str(SASL), "-c", "-p", "-f", str(database), "-u", realm, user]
    subprocess.run(command, input=password, text=True, check=True, timeout=30)  # noqa: S603 - fixed words
    shutil.chown(database, "postfix", "postfix")
    (folder / "smtpd.conf").write_text(
        f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: {database}\n"
    )
    return {
        "smtpd_sasl_auth_enable": "yes",
        "smtpd_sasl_local_domain": realm,
    }


class Policy:
    """A policy service (postfix.org/SMTPD_POLICY_README.html): greylisting, or a door that is shut for a while."""

    def __init__(self) -> None:
        self.shut = False
        self.greylisting = False
        self.seen: list[tuple[str, str]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rw", encoding="utf-8") as talk, contextlib.suppress(OSError):
            asked: dict[str, str] = {}
            for line in talk:
                key, equals, value = line.rstrip("\n").partition("=")
                if equals:
                    asked[key] = value
                    continue
                talk.write(f"action={self._action(asked)}\n\n")
                talk.flush()
                asked = {}

    def _action(self, asked: Mapping[str, str]) -> str:
        if self.shut:
            return "DEFER 4.3.2 shut for the moment"
        pair = (asked.get("sender", ""), asked.get("recipient", ""))
        self.seen.append(pair)
        if self.greylisting and self.seen.count(pair) == 1:
            return "DEFER 4.2.0 greylisted, come again"
        return "DUNNO"
