# ruff: noqa: S603, SIM117 - our own interpreter and programs of this file
"""A child that reads a hostile file can do nothing but read it and answer, and it always ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from openiru.core.errors import InputError, OutsideError
from openiru.egress import process, sandbox, syscalls
from openiru.egress.process import Child, Limits, as_file, run_module, sandbox_report

ACTOR = "openiru.egress.actor"


@pytest.fixture(autouse=True)
def actor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The child imports a hostile reader from a folder that only this test gives it."""
    (tmp_path / "hostile.py").write_text(
        "import ctypes, os, signal, sys, time\n"
        "def main(source, sink, options):\n"
        "    what = options['do']\n"
        "    if what == 'echo': sink.write(source.read() + b'\\n')\n"
        "    if what == 'spin':\n"
        "        while True: pass\n"
        "    if what == 'sleep': time.sleep(60)\n"
        "    if what == 'flood':\n"
        "        while True: sink.write(b'x' * 65535 + b'\\n')\n"
        "    if what == 'endless line':\n"
        "        while True: sink.write(b'x' * 65535)\n"
        "    if what == 'memory':\n"
        "        held = []\n"
        "        while True: held.append(bytearray(1 << 24))\n"
        "    if what == 'abort': os.abort()\n"
        "    if what == 'crash': ctypes.string_at(0)\n"
        "    if what == 'raise': raise ValueError('\\x1b[31mred\\x00')\n"
        "    if what == 'complain': os.write(2, b'\\x1b]0;x\\x07' * 100000)\n"
    )
    real = process._start

    def start(module: str, order: str, source: IO[bytes]) -> subprocess.Popen[bytes]:
        code = f"import sys; sys.path.append({str(tmp_path)!r}); from openiru.egress.child import run; sys.exit(run(sys.argv[1:]))"
        return subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", code, "hostile", order],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={},
            cwd="/",
            start_new_session=True,
        )

    monkeypatch.setattr(process, "_start", lambda m, o, s: start(m, o, s) if m == ACTOR else real(m, o, s))


def run(what: str, limits: Limits | None = None, data: bytes = b"") -> process.Result:
    with as_file(data) as source:
        return run_module(ACTOR, source, options={"do": what}, limits=limits)


def test_it_gives_back_what_the_child_says() -> None:
    result = run("echo", data=b"one\ntwo")
    assert result.output == b"one\ntwo"
    assert result.layers["limits"] is True
    assert result.layers["no_new_privileges"] is True


def test_more_than_thirty_ways_out_are_closed() -> None:
    report = sandbox_report()
    tried = {name: held for name, held in report.items() if name.startswith("tried")}
    assert len(tried) >= 30
    assert all(held is True for held in tried.values()), tried


@pytest.mark.parametrize("off", ["files", "calls", "network", "user"])
def test_what_matters_stays_closed_with_one_layer_switched_off(
    off: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Defence in depth: no layer alone carries the weight of files, sockets and the parent."""
    name = {"files": "_no_files", "calls": "_no_calls", "network": "_leave_network", "user": "_drop_user"}[
        off
    ]
    argument = "" if off == "user" else "libc"
    code = (
        "import sys, openiru.egress.sandbox as s\n"
        f"s.{name} = lambda {argument}: 'switched off'\n"
        "from openiru.egress.child import run\n"
        "sys.exit(run(sys.argv[1:]))"
    )
    order = {"limits": process._whole_numbers(Limits()), "need": [], "options": {"parent": str(os.getpid())}}
    found = subprocess.run(
        [sys.executable, "-I", "-B", "-c", code, "openiru.egress.probe", json.dumps(order)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={},
        check=True,
        start_new_session=True,
    )
    layers, outcome = map(json.loads, found.stdout.splitlines())
    assert layers["sandbox"][off] == "switched off"
    must = [
        "start a program",
        "signal the parent",
        "write to the home",
        "read the parent's memory",
        "mount",
        "take 4 GiB",
    ]
    if off != "files":
        must += ["read /etc/passwd", "list the root", "write to /tmp"]
    if off != "calls":
        must += ["make a TCP socket", "make a unix socket", "start a process"]
    assert {name: outcome[name] for name in must} == dict.fromkeys(must, "closed")


def test_a_child_that_never_answers_is_killed_at_the_deadline() -> None:
    begin = time.monotonic()
    with pytest.raises(InputError, match=r"within 0\.5 seconds"):
        run("sleep", Limits(deadline=0.5))
    assert time.monotonic() - begin < 5


def test_a_child_that_computes_for_ever_is_ended() -> None:
    with pytest.raises(InputError, match="computing time"):
        run("spin", Limits(cpu_seconds=1, deadline=30))


def test_a_child_that_takes_all_memory_is_ended() -> None:
    with pytest.raises(InputError, match="memory"):
        run("memory", Limits(memory=300 << 20))


def test_a_flood_is_cut_off() -> None:
    with pytest.raises(InputError, match="unfolds"):
        run("flood", Limits(output_bytes=1 << 20))


def test_a_line_without_end_is_cut_off() -> None:
    with pytest.raises(OutsideError, match="without end"):
        run("endless line", Limits(line_bytes=1 << 20))


@pytest.mark.parametrize("what", ["abort", "crash"])
def test_a_crash_of_the_reader_is_an_error_about_the_file(what: str) -> None:
    with pytest.raises(InputError):
        run(what)


def test_complaints_are_cleaned_and_capped() -> None:
    with pytest.raises(OutsideError) as caught:
        run("raise")
    assert "\x1b" not in caught.value.where
    assert "ValueError" in caught.value.where
    result = run("complain", Limits(error_bytes=1000))
    assert len(result.errors) <= 1000
    assert "\x1b" not in result.errors


def test_nothing_is_read_where_the_sandbox_does_not_hold() -> None:
    with (
        as_file(b"x") as source,
        Child(ACTOR, source, options={"do": "echo"}, need=("no such layer",)) as child,
    ):
        with pytest.raises(OutsideError, match="does not hold"):
            list(child.lines())


def test_a_child_left_alone_is_ended_with_its_context() -> None:
    with as_file(b"x") as source, Child(ACTOR, source, options={"do": "sleep"}) as child:
        number = child._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_the_filter_has_whole_instructions_for_both_machines() -> None:
    for machine in ("x86_64", "aarch64"):
        assert syscalls.supported(machine)
        assert len(syscalls.filter_program(machine)) % 8 == 0
    assert not syscalls.supported("riscv64")
    assert set(sandbox.LAYERS) >= {"files", "calls", "network"}


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root can become somebody else"
)
def test_it_holds_for_a_normal_user_too() -> None:
    code = (
        "import json\nfrom openiru.egress.process import sandbox_report\nprint(json.dumps(sandbox_report()))"
    )
    argv = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        sys.executable,
        "-I",
        "-B",
        "-c",
        code,
    ]
    probe = subprocess.run([*argv[:-1], "import openiru.egress.process"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("another user cannot run this interpreter, or not enter this checkout")
    found = subprocess.run(argv, capture_output=True, text=True, check=True)
    report = json.loads(found.stdout)
    tried = {
        name: held for name, held in report.items() if name.startswith("tried") and "become root" not in name
    }
    assert all(held is True for held in tried.values()), report
