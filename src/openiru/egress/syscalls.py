"""The system calls that a reader of files never needs, as a seccomp filter in classic BPF.

Numbers from the kernel's ``syscall_64.tbl`` and ``asm-generic/unistd.h``; the program's shape from
``seccomp(2)``. A refused call answers EPERM, so that the library gets an error instead of a dead process;
a call by a foreign architecture's numbers kills.
"""

from __future__ import annotations

import struct

_ALLOW = 0x7FFF0000
_KILL = 0x80000000
_ERRNO = 0x00050000
_EPERM = 1
_ENOSYS = 38
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06

_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data

_CLONE3 = 435
# name: (x86_64, aarch64); None where the architecture has no such call.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "kill": (62, 129),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "ioctl": (16, 29),  # TIOCSTI and all other device tricks (CVE-2017-5226)
}
_CLONE = (56, 220)
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def supported(machine: str) -> bool:
    """Whether there is a table for ``machine`` (``platform.machine()``)."""
    return machine in _ARCHITECTURES


def _op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def filter_program(machine: str) -> bytes:
    """The BPF instructions (8 bytes each) for ``machine``: threads are allowed, new processes are not."""
    column, arch = _ARCHITECTURES[machine]
    out = [_op(_LOAD, _ARCH), _op(_EQUAL, arch, yes=1), _op(_RETURN, _KILL), _op(_LOAD, _NUMBER)]
    if machine == "x86_64":
        out += [_op(_AT_LEAST, _X32, no=1), _op(_RETURN, _KILL)]
    for row in _REFUSED.values():
        number = row[column]
        if number is not None:
            out += [_op(_EQUAL, number, no=1), _op(_RETURN, _ERRNO | _EPERM)]
    # clone3 takes its flags through a pointer that a filter cannot follow: glibc falls back to clone.
    out += [_op(_EQUAL, _CLONE3, no=1), _op(_RETURN, _ERRNO | _ENOSYS)]
    out += [
        _op(_EQUAL, _CLONE[column], no=3),
        _op(_LOAD, _FIRST_ARGUMENT),
        _op(_ANY_BIT, _CLONE_THREAD, yes=1),
        _op(_RETURN, _ERRNO | _EPERM),
        _op(_RETURN, _ALLOW),
    ]
    return b"".join(out)
