"""Hostile files are read in a child program that can do nothing but read them.

One file, one child: its own session and process group, an empty environment, no descriptor but the file,
the answer and the complaint, and the layers of :mod:`openiru.egress.sandbox`. The parent trusts nothing it
says: the answer is capped, complaints are cleaned, and the whole group is killed at the deadline.
"""

from __future__ import annotations

import io
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import IO, BinaryIO, Self

from openiru.core.errors import InputError, OutsideError
from openiru.egress.child import REFUSED_TO_START

_PIECE = 1 << 16
_OUT_OF_MEMORY = 77
_ABORTED = {signal.SIGABRT, signal.SIGSEGV, signal.SIGILL, signal.SIGBUS}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use. Sizes in bytes, times in seconds; ``deadline``: waited for it, in all."""

    memory: int = 1 << 30
    cpu_seconds: int = 60
    file_bytes: int = 0  # it writes no file at all
    open_files: int = 64
    deadline: float = 120.0
    output_bytes: int = 1 << 30
    line_bytes: int = 1 << 26
    error_bytes: int = 1 << 16


@dataclass(frozen=True, slots=True)
class Result:
    """How a child ended. ``errors`` is its complaint with control characters taken out."""

    output: bytes
    errors: str
    layers: Mapping[str, bool | str] = field(default_factory=dict)


class Child:
    """A running child whose answer is read line by line; a context manager that always ends it.

    Backpressure is the pipe's: a slow parent makes a waiting child, not a growing one.
    """

    def __init__(
        self,
        module: str,
        source: BinaryIO,
        *,
        options: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        need: tuple[str, ...] = ("limits", "no_new_privileges"),
    ) -> None:
        self._limits = limits or Limits()
        self._waited = 0.0
        self._taken = 0
        self._complaint = bytearray()
        self.layers: dict[str, bool | str] = {}
        order = {"limits": _whole_numbers(self._limits), "need": list(need), "options": dict(options or {})}
        self._process = _start(module, json.dumps(order), source)
        self._selector = selectors.DefaultSelector()
        for pipe in (self._stdout, self._stderr):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ)

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - Popen was given PIPE
        return self._process.stdout

    @property
    def _stderr(self) -> IO[bytes]:
        assert self._process.stderr is not None  # noqa: S101 - Popen was given PIPE
        return self._process.stderr

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill the whole group if it still runs, and give its descriptors back."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._selector.close()
        self._stdout.close()
        self._stderr.close()

    def lines(self) -> Iterator[bytes]:
        """Each line of the answer, without its end. Raises InputError or OutsideError if it ended badly."""
        rest = b""
        first = True
        for piece in self._pieces():
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                if first:
                    first = False
                    self.layers = _layers(line)
                    continue
                yield line
            if len(rest) > self._limits.line_bytes:
                raise OutsideError("The reading program answers without end.", hint=_HINT)
        self._check_end()

    @property
    def errors(self) -> str:
        """What the child complained of, cut and cleaned."""
        return "".join(c if c.isprintable() else " " for c in self._complaint.decode("utf-8", "replace"))

    def _pieces(self) -> Iterator[bytes]:
        while self._selector.get_map():
            before = time.monotonic()
            left = self._limits.deadline - self._waited
            ready = self._selector.select(max(left, 0.0))
            self._waited += time.monotonic() - before
            if not ready:
                raise InputError(
                    f"The file could not be read within {self._limits.deadline:g} seconds.", hint=_HINT
                )
            for key, _ in ready:
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    self._selector.unregister(key.fileobj)
                elif key.fileobj is self._stderr:
                    self._complaint += piece[: max(self._limits.error_bytes - len(self._complaint), 0)]
                else:
                    self._taken += len(piece)
                    if self._taken > self._limits.output_bytes:
                        raise InputError("The file unfolds to more than can be taken.", hint=_HINT)
                    yield piece

    def _check_end(self) -> None:
        code = self._process.wait()
        if code == 0:
            return
        if code == REFUSED_TO_START:
            missing = ", ".join(f"{name} ({why})" for name, why in self.layers.items() if why is not True)
            raise OutsideError(
                f"The sandbox for foreign files does not hold here: {missing}.",
                hint="See `openiru status`; nothing is read without it.",
            )
        ended = signal.Signals(-code) if code < 0 else None
        if code == _OUT_OF_MEMORY or ended in _ABORTED:
            raise InputError("The file needs more memory to read than it may use.", hint=_HINT)
        if ended in {signal.SIGXCPU, signal.SIGKILL}:
            raise InputError("The file takes more computing time to read than it may use.", hint=_HINT)
        what = ended.name if ended else f"exit code {code}"
        raise OutsideError(f"The reading program ended with {what}.", where=self.errors[-300:], hint=_HINT)


_HINT = "Open the file in a spreadsheet program, save the sheet with the addresses as CSV, and import that."


def _whole_numbers(limits: Limits) -> dict[str, int]:
    return {name: int(value) for name, value in asdict(limits).items()}


def _layers(line: bytes) -> dict[str, bool | str]:
    try:
        said = json.loads(line)["sandbox"]
    except (ValueError, KeyError, TypeError) as error:
        raise OutsideError("The reading program did not say which sandbox it has.", hint=_HINT) from error
    return {str(name): value if value is True else str(value) for name, value in said.items()}


def _start(module: str, order: str, source: BinaryIO) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-I", "-B", "-X", "utf8", "-m", "openiru.egress.child", module, order]
    try:
        # -I: neither PYTHON* nor the working directory decides what is imported.
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own module, no shell
            argv,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            close_fds=True,
            env={},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise OutsideError(f"The reading program could not be started: {error.strerror}.") from error


def run_module(
    module: str,
    source: BinaryIO,
    *,
    options: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Result:
    """Run ``module.main`` over ``source`` in the sandbox to its end, and give back all it said.

    ``source`` must stand on a real descriptor. Raises InputError when the file is at fault (deadline, memory,
    size), OutsideError when the child is.
    """
    with Child(module, source, options=options, limits=limits) as child:
        lines = list(child.lines())
        return Result(b"\n".join(lines), child.errors, child.layers)


def sandbox_report() -> dict[str, bool | str]:
    """Which layers hold on this machine, and which ways out a child really found closed.

    True, or the reason why not. Layers carry their plain names; attempts are called ``tried: ...``.
    """
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device, not a path of ours
        try:
            result = run_module("openiru.egress.probe", nothing, options={"parent": str(os.getpid())})
        except (InputError, OutsideError) as error:
            return {"sandbox": f"{error.message} {error.where}".strip()}
    report = dict(result.layers)
    for name, outcome in json.loads(result.output).items():
        report[f"tried: {name}"] = True if outcome == "closed" else f"found open: {outcome}"
    return report


def as_file(data: bytes) -> BinaryIO:
    """``data`` on a descriptor in memory, for a child to read; never on disk."""
    descriptor = os.memfd_create("openiru-input", os.MFD_CLOEXEC)
    handle = io.FileIO(descriptor, "r+b")
    handle.write(data)
    handle.seek(0)
    return handle
