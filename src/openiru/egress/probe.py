"""The child that tries to get out: what ``openiru status`` and the tests ask whether the sandbox holds."""

from __future__ import annotations

import ctypes
import io
import json
import mmap
import os
import resource
import signal
import socket
import tempfile
from collections.abc import Callable
from typing import BinaryIO

_LIBC = ctypes.CDLL(None, use_errno=True)
_TOO_MUCH = 4 << 30
_PTRACE_ATTACH = 16
_TIOCSTI = 0x5412


def _open(path: str, flags: int = os.O_RDONLY) -> None:
    os.close(os.open(path, flags, 0o600))


def _libc(name: str, *arguments: int | bytes | None) -> None:
    if getattr(_LIBC, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), name)


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _inherited() -> None:
    """A fourth descriptor would be somebody else's file."""
    for descriptor in range(3, 64):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        return
    raise OSError(0, "none")


def _environment() -> None:
    # LC_CTYPE is what Python itself sets when it starts without a locale.
    if not set(os.environ) - {"LC_CTYPE"}:
        raise OSError(0, "empty")


def _attempts(parent: int) -> dict[str, Callable[[], object]]:
    return {
        "read /etc/passwd": lambda: _open("/etc/passwd"),
        "read the parent's environment": lambda: _open(f"/proc/{parent}/environ"),
        "read the parent's memory": lambda: _open(f"/proc/{parent}/mem"),
        "read /proc/1/environ": lambda: _open("/proc/1/environ"),
        "read its own program": lambda: _open(__file__),
        "list the root": lambda: os.listdir("/"),  # noqa: PTH208 - iterdir is lazy and would try nothing
        "write to /tmp": lambda: _open("/tmp/openiru-probe", os.O_WRONLY | os.O_CREAT),  # noqa: S108 - must fail
        "write to the home": lambda: _open("/root/.openiru-probe", os.O_WRONLY | os.O_CREAT),
        "make a temporary file": tempfile.TemporaryFile,
        "make a directory": lambda: os.mkdir("/tmp/openiru-probe.d"),  # noqa: S108, PTH102 - must fail
        "make a link": lambda: os.symlink("/etc/passwd", "/tmp/openiru-probe.l"),  # noqa: S108, PTH211 - must fail
        "open the memory device": lambda: _open("/dev/mem"),
        "open the terminal": lambda: _open("/dev/tty"),
        "make a TCP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "make a UDP socket": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
        "make a raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW),
        "make a unix socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "make a netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "start a process": _fork,
        "start a program": lambda: os.execv("/bin/true", ["/bin/true"]),  # noqa: S606 - must fail
        "trace the parent": lambda: _libc("ptrace", _PTRACE_ATTACH, parent, None, None),
        "signal the parent": lambda: os.kill(parent, signal.SIGCONT),
        "signal the parent's group": lambda: os.killpg(parent, signal.SIGCONT),
        "leave its session": os.setsid,
        "mount": lambda: _libc("mount", b"none", b"/mnt", b"tmpfs", 0, None),
        "change the root": lambda: os.chroot("/"),
        "make a user namespace": lambda: _libc("unshare", 0x10000000),
        "become root": lambda: os.setresuid(0, 0, 0) if os.getuid() else _raise(),
        "take 4 GiB": lambda: mmap.mmap(-1, _TOO_MUCH),
        "raise its limits": lambda: resource.setrlimit(
            resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        ),
        "type into the terminal": lambda: _libc("ioctl", 0, _TIOCSTI, b"x"),
        "load a kernel program": lambda: _libc("syscall", 321, 0, None, 0),
        "use an inherited descriptor": _inherited,
        "read the environment": _environment,
    }


def _raise() -> None:
    """Still root: then only a capability-free root would do, and this is not one. Counted as open."""


def main(source: io.RawIOBase, sink: BinaryIO, options: dict[str, str]) -> None:
    """Try each way out; write ``{attempt: "closed" | "open"}``."""
    del source
    out = {}
    for name, attempt in _attempts(int(options["parent"])).items():
        try:
            attempt()
        except (OSError, MemoryError, ValueError):
            out[name] = "closed"
        else:
            out[name] = "open"
    sink.write(json.dumps(out).encode())
    sink.write(b"\n")
