"""The control port, the clock, and the log that shows that nothing else was asked."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.examples.played_internet import Played, start, stop


def test_every_request_stands_in_the_log(played: Played) -> None:
    played.get("https://filebay.example/f/oi-demo-log?x=1")
    played.resolve("filebay.example")
    lines = [json.loads(line) for line in (played.state / "requests.jsonl").read_text("utf-8").splitlines()]
    asked = [line for line in lines if line.get("target") == "/f/oi-demo-log?x=1"]
    assert [line["host"] for line in asked] == ["filebay.example"]
    assert [line["status"] for line in asked] == [410]
    assert any(line["kind"] == "dns" and line["host"] == "filebay.example" for line in lines)


def test_a_host_that_is_not_played_is_misdirected(played: Played) -> None:
    answer = played._ask(played.ready["ports"]["plain"], "GET", "/", "elsewhere.test")
    assert answer.status == 421


def test_the_control_port_does_not_listen_to_a_page_in_a_browser(played: Played) -> None:
    body = json.dumps({"now": "2030-01-01T00:00:00Z"})
    assert played.control("tick", "POST", body, host="rebound.test").status == 421
    assert played.control("state").json()["now"] < "2030"


def test_a_tick_without_a_time_or_a_zone_is_refused(played: Played) -> None:
    for body in ("", "{}", "[]", '{"now": "soon"}', '{"now": "2026-11-17T08:00:00"}'):
        assert played.control("tick", "POST", body).status == 400


def test_business_time_never_goes_back(played: Played) -> None:
    played.tick(5)
    assert played.tick(3)["now"] == "2026-11-16T13:00:00Z"


def test_the_control_port_counts_the_world(played: Played) -> None:
    state = played.control("state").json()
    assert (state["platforms"], state["providers"]) == (27, 9)
    assert "nine played providers" in played.control("inboxes").body
    assert played.control("nothing").status == 404


def test_a_clock_with_a_rate_runs_by_itself(tmp_path: Path) -> None:
    running = start(tmp_path, "--clock-rate", "36000")
    try:
        before = running.control("state").json()["now"]
        time.sleep(0.3)
        assert running.control("state").json()["now"] > before
    finally:
        stop(running)


def test_everything_listens_on_loopback_only(played: Played) -> None:
    table = json.loads((played.state / "table.json").read_text("utf-8"))
    assert table["tls"] is False
    assert table["dns"].startswith("127.0.0.1:")
    assert set(table["names"].values()) <= {played.ready["ports"][k] for k in ("plain", "moving", "stubborn")}


def test_bytes_that_are_not_http_end_the_connection_and_nothing_else(played: Played) -> None:
    with socket.create_connection(("127.0.0.1", played.ready["ports"]["plain"]), timeout=5) as raw:
        raw.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 405")
    assert played.get(played.platforms["telegram"]["control"]["alive"]).status == 200


def test_a_thousand_requests_on_one_connection_take_a_moment(played: Played) -> None:
    alive = played.platforms["filebay.example"]["control"]["alive"]
    path = alive.partition("filebay.example")[2]
    request = f"GET {path} HTTP/1.1\r\nHost: filebay.example\r\n\r\n".encode()
    size = len(played.get(alive).body.encode())
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", played.ready["ports"]["plain"]), timeout=10) as raw:
        for _ in range(1000):
            raw.sendall(request)
            got = 0
            while got < size:
                got += len(raw.recv(65536))
    assert time.monotonic() - started < 10


def test_the_program_ends_with_the_process_it_watches(tmp_path: Path) -> None:
    watched = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    running = start(tmp_path, "--watch-pid", str(watched.pid))
    assert running.process.poll() is None
    watched.communicate(b"\n", timeout=10)
    assert running.process.wait(timeout=10) == 0
    assert not (tmp_path / "ready.json").exists()
