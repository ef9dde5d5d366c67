"""The private server: started, stopped, killed and mended, and closed to everybody who does not know a password."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from openiru.dsn import PRIVATE_ADMIN, address, socket_dir
from openiru.foundation.database import server
from openiru.foundation.database.prepare import admin_connection, prepare
from openiru.settings import CONFIG, Config


@pytest.fixture(scope="module")
def config() -> Iterator[Config]:
    """An instance of its own in a short directory that the server's user may enter; stopped and removed at the end."""
    base = "/var/lib/openiru" if os.geteuid() == 0 else tempfile.gettempdir()
    Path(base).mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="srv-", dir=base))
    folder.chmod(0o755 if os.geteuid() == 0 else 0o700)
    made = replace(
        CONFIG, data_dir=folder, database_url="", database_name="openiru_srv", role_prefix="openiru_srv"
    )
    yield made
    server.stop(made)
    shutil.rmtree(folder)


@pytest.fixture
def running(config: Config) -> Config:
    """The instance with its server up and its roles made."""
    server.start(config)
    prepare(config)
    return config


def postmaster(config: Config) -> int:
    return int((config.data_dir / "postgresql" / "postmaster.pid").read_text().split()[0])


def connect(config: Config, **changed: str) -> psycopg.Connection[tuple[object, ...]]:
    place = address(config, "admin") | {"dbname": "postgres"} | changed
    return psycopg.connect(connect_timeout=5, **place)  # type: ignore[arg-type]  # all are texts


def test_it_starts_once_and_stops_once(config: Config) -> None:
    server.start(config)
    assert server.running(config)
    assert server.start(config) is False
    assert server.stop(config) is True
    assert not server.running(config)
    assert server.stop(config) is False
    assert server.start(config) is True


def test_several_that_start_it_together_start_it_once(running: Config) -> None:
    server.stop(running)
    started: list[bool] = []
    threads = [threading.Thread(target=lambda: started.append(server.start(running))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(started) == [False, False, False, True]


def test_after_a_crash_it_is_found_and_mended_and_nothing_that_was_committed_is_lost(running: Config) -> None:
    with admin_connection(running, "openiru_srv") as database:
        database.execute("CREATE TABLE IF NOT EXISTS crash (n int)")
        database.execute("TRUNCATE crash")
        database.execute("INSERT INTO crash SELECT generate_series(1, 1000)")
    pid = postmaster(running)
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert (running.data_dir / "postgresql" / "postmaster.pid").exists()
    assert server.start(running) is True
    with admin_connection(running, "openiru_srv") as database:
        row = database.execute("SELECT count(*), sum(n) FROM crash").fetchone()
    assert row == (1000, 500500)


def test_a_half_made_cluster_is_made_anew(config: Config) -> None:
    half = replace(config, data_dir=config.data_dir / "half")
    half.data_dir.mkdir()
    cluster = half.data_dir / "postgresql"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("18\n")
    (cluster / "torn").write_text("what a power cut left")
    try:
        assert server.start(half) is True
        assert not (cluster / "torn").exists()
        with connect(half) as database:
            assert database.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop(half)


def test_the_socket_lies_in_a_directory_that_nobody_else_may_enter(running: Config) -> None:
    folder = socket_dir(running.data_dir)
    here = folder.stat()
    owner = server.SYSTEM_USER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    assert here.st_mode & 0o777 == 0o700
    assert pwd.getpwuid(here.st_uid).pw_name == owner
    assert (running.data_dir / "postgresql").stat().st_mode & 0o777 == 0o700
    with connect(running) as database:
        assert database.execute("SHOW listen_addresses").fetchone() == ("",)
        assert database.execute("SHOW unix_socket_permissions").fetchone() == ("0700",)


def test_it_does_not_run_as_root(running: Config) -> None:
    uid = Path(f"/proc/{postmaster(running)}").stat().st_uid
    assert uid != 0
    assert (
        uid
        == pwd.getpwnam(
            server.SYSTEM_USER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        ).pw_uid
    )


def test_nobody_is_trusted(running: Config) -> None:
    rules = (running.data_dir / "postgresql" / "pg_hba.conf").read_text()
    assert rules == "local all all scram-sha-256\n"
    for user in (PRIVATE_ADMIN, "openiru_srv_web", "openiru_srv_worker", "openiru_srv_stats"):
        for password in ("", "wrong"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                connect(running, user=user, password=password)
    with pytest.raises(psycopg.OperationalError):
        connect(running, user="openiru_srv_owner", password="wrong")
    with connect(running) as database:
        stored = database.execute("SELECT rolname, rolpassword FROM pg_authid WHERE rolcanlogin").fetchall()
    assert len(stored) == 4
    assert all(str(password).startswith("SCRAM-SHA-256$") for _, password in stored)


def test_passwords_lie_in_files_that_only_the_instance_can_read(running: Config) -> None:
    files = list(running.secrets_dir.iterdir())
    assert running.secrets_dir.stat().st_mode & 0o777 == 0o700
    assert len(files) >= 4
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    log = (running.data_dir / "postgresql.log").read_text(errors="replace")
    assert [path.name for path in files if path.read_text().strip() in log] == []


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    usual = tmp_path / "data"
    assert len(os.fsencode(socket_dir(long))) < 91
    assert socket_dir(long) != socket_dir(tmp_path / ("y" * 120))
    assert socket_dir(Path("/short")) == Path("/short/run")
    assert usual.name == "data"


def test_the_logins_may_connect_to_their_database_and_nothing_more(running: Config) -> None:
    place = address(running, "web") | {"dbname": "openiru_srv"}
    with psycopg.connect(connect_timeout=5, **place) as database:  # type: ignore[arg-type]  # all are texts
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute("CREATE TABLE public.mine (n int)")
        database.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute('SET ROLE "openiru_srv_owner"')
