"""The layers that a child program puts on itself before it touches a hostile file.

Each layer holds alone, and each is reported (:func:`enter` returns what held), because a container or an
old kernel may refuse some. Order as the manual pages ask: namespaces while the right is still there, limits,
another user, no new privileges, Landlock (kernel 5.13, ``landlock(7)``), then seccomp (``seccomp(2)``).

Only the standard library, through ctypes: this runs before anything else is trusted.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress

from openiru.egress.syscalls import filter_program, supported

_NOBODY = 65534
_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_CLONE_NEWIPC = 0x08000000
_LANDLOCK_CREATE = 444  # the same number on every architecture
_LANDLOCK_RESTRICT = 446
_FIRST_ABI_WITH_NET = 4
_FIRST_ABI_WITH_SCOPE = 6
# Landlock access rights that each ABI added: files (1), refer (2), truncate (3), ioctl on devices (5).
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
_FS_BITS_NOW = 16

LAYERS = ("limits", "network", "user", "no_new_privileges", "files", "calls")


def enter(limits: Mapping[str, int]) -> dict[str, bool | str]:
    """Put every layer on this process. Returns layer -> True, or why it does not hold.

    ``limits`` as in :class:`openiru.egress.process.Limits`, flattened. Afterwards no file can be opened, no
    socket made and no program started: import everything needed before.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    steps: dict[str, Callable[[], bool | str]] = {
        "network": lambda: _leave_network(libc),
        "limits": lambda: _limit(limits),
        "user": _drop_user,
        "no_new_privileges": lambda: _prctl(libc, _PR_SET_NO_NEW_PRIVS, 1, 0),
        "files": lambda: _no_files(libc),
        "calls": lambda: _no_calls(libc),
    }
    held: dict[str, bool | str] = {}
    for name, step in steps.items():
        try:
            held[name] = step()
        except (OSError, ValueError, AttributeError) as error:
            held[name] = f"{type(error).__name__}: {error}"
    # Last, because a change of user clears it: the child dies with the thread that started it.
    with suppress(OSError):
        _prctl(libc, _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0)
    return held


def _fail(libc: ctypes.CDLL, what: str) -> OSError:
    del libc
    code = ctypes.get_errno()
    return OSError(code, f"{what}: {os.strerror(code)}")


def _prctl(libc: ctypes.CDLL, option: int, first: int, second: int) -> bool:
    if libc.prctl(option, ctypes.c_ulong(first), ctypes.c_ulong(second), 0, 0) != 0:
        raise _fail(libc, f"prctl {option}")
    return True


def _leave_network(libc: ctypes.CDLL) -> bool:
    """A new, empty network: no loopback, no abstract sockets. Without the right to it, by a new user."""
    if libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) == 0:
        return True
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) == 0:
        return True
    raise _fail(libc, "unshare")


def _limit(limits: Mapping[str, int]) -> bool:
    wanted = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_CPU: limits["cpu_seconds"],
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for which, value in wanted.items():
        _, hard = resource.getrlimit(which)
        top = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (top, top))
    return True


def _drop_user() -> bool | str:
    if os.getuid() != 0 and os.geteuid() != 0:
        return True
    try:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    except OSError as error:
        return f"stays the user it was: {error.strerror}"
    return True


def _no_files(libc: ctypes.CDLL) -> bool:
    """Landlock with no rule at all: descriptors already open go on, nothing else can be opened."""
    abi = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        raise _fail(libc, "landlock")
    files = (1 << _FS_BITS.get(abi, _FS_BITS_NOW)) - 1
    net = 0b11 if abi >= _FIRST_ABI_WITH_NET else 0  # bind and connect by TCP
    scoped = 0b11 if abi >= _FIRST_ABI_WITH_SCOPE else 0  # abstract sockets, signals to others
    fields: tuple[int, ...] = (files, net, scoped) if abi >= _FIRST_ABI_WITH_SCOPE else (files, net)
    if abi < _FIRST_ABI_WITH_NET:
        fields = (files,)
    attr = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attr, ctypes.c_size_t(len(attr)), 0)
    if ruleset < 0:
        raise _fail(libc, "landlock_create_ruleset")
    try:
        if libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) != 0:
            raise _fail(libc, "landlock_restrict_self")
    finally:
        os.close(ruleset)
    return True


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _no_calls(libc: ctypes.CDLL) -> bool | str:
    machine = platform.machine()
    if not supported(machine):
        return f"no table of system calls for {machine}"
    code = filter_program(machine)
    program = _FilterProgram(len(code) // 8, code)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise _fail(libc, "seccomp")
    return True
