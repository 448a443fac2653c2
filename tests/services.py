"""Real PostgreSQL and Redis for the tests, from whatever this machine has.

PostgreSQL: the newest server binaries on disk (PATH, /usr/lib/postgresql/*/bin). Redis: redis-server or valkey-server
on PATH. Both listen on Unix sockets in a private directory only: there is no TCP port, so nothing collides with another
server on the machine, and both die with the process that started them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1  # from Linux's <sys/prctl.h>
START_SECONDS = 30
# A test fills tables in a transaction of its own, of which there are no statistics: taken for empty, they would be read
# from end to end for each row of another. Indexes are right for what is there, so these come first.
PLAIN_PLANS = ("enable_seqscan=off", "jit=off", "autovacuum=off")


class ServiceMissing(RuntimeError):
    """A server the tests need is not on this machine or does not start; the message says what to install."""


def postgres_binaries() -> Path:
    """The folder of the newest PostgreSQL server on this machine."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ServiceMissing("No PostgreSQL server found: `apt-get install -y postgresql`, or set DATABASE_URL.")


def redis_binary() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    raise ServiceMissing("No Redis server found: `apt-get install -y redis-server`, or set REDIS_URL.")


@contextlib.contextmanager
def postgres(name: str = "epi") -> Iterator[str]:
    """A PostgreSQL server of our own with one empty database; gives its DATABASE_URL."""
    binaries = postgres_binaries()
    account = _unprivileged_account()
    base = Path(tempfile.mkdtemp(prefix="epi-pg-"))
    data = base / "data"
    run_as: dict = {"cwd": "/", "env": {**os.environ, "LC_ALL": "C.UTF-8"}}
    if account:
        os.chown(base, account.pw_uid, account.pw_gid)
        run_as |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    server = None
    try:
        initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        made = subprocess.run(initdb, capture_output=True, text=True, check=False, **run_as)
        if made.returncode:
            raise ServiceMissing(f"initdb failed with {binaries}: {made.stderr.strip()[-400:]}")
        options = ["listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", *PLAIN_PLANS]
        command = [binaries / "postgres", "-D", data, "-k", base, "-c", "max_connections=100"]
        for option in options:
            command += ["-c", option]
        with (base / "log").open("wb") as log:
            # SIGQUIT is PostgreSQL's immediate shutdown.
            server = subprocess.Popen(
                command, stdout=log, stderr=log, preexec_fn=_dies_with_parent(signal.SIGQUIT), **run_as
            )
        _create_database(server, base, name)
        yield f"postgres://postgres@/{base}/{name}"  # a path beginning with a slash is a socket's folder
    finally:
        if server and server.poll() is None:
            server.send_signal(signal.SIGQUIT)
            server.wait(10)
        shutil.rmtree(base, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[dict[str, str]]:
    """A Redis server of our own; gives REDIS_URL (cache) and CELERY_BROKER_URL (broker)."""
    binary = redis_binary()
    base = tempfile.mkdtemp(prefix="epi-redis-")
    socket = f"{base}/socket"
    command = [binary, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", base]
    server = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_dies_with_parent(signal.SIGKILL),
    )
    try:
        _wait_for(server, lambda: os.path.exists(socket), f"{binary} did not start.")
        yield {
            "REDIS_URL": f"unix://{socket}?db=0",
            "CELERY_BROKER_URL": f"redis+socket://{socket}?virtual_host=1",
        }
    finally:
        server.terminate()
        server.wait(5)
        shutil.rmtree(base, ignore_errors=True)


def _create_database(server: subprocess.Popen, base: Path, name: str) -> None:
    import psycopg2

    connection = None

    def connects() -> bool:
        nonlocal connection
        try:
            connection = psycopg2.connect(host=str(base), user="postgres", dbname="postgres")
        except psycopg2.OperationalError:
            return False
        return True

    try:
        _wait_for(server, connects, "PostgreSQL did not start.")
    except ServiceMissing as error:
        raise ServiceMissing(f"{error} {(base / 'log').read_text()[-400:]}") from None
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = cursor.fetchone()[0]
        if folder != str(base / "data"):
            raise ServiceMissing(f"Another PostgreSQL server answers, with its data in {folder}.")
        cursor.execute(f'CREATE DATABASE "{name}"')


def _wait_for(server: subprocess.Popen, ready: Callable[[], bool], failure: str) -> None:
    end = time.monotonic() + START_SECONDS
    while not ready():
        if server.poll() is not None or time.monotonic() > end:
            raise ServiceMissing(failure)
        time.sleep(0.02)


def _unprivileged_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: the account to run it as, or None when we are nobody special."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServiceMissing("Running as root, and there is neither a user 'postgres' nor 'nobody' for PostgreSQL.")


def _dies_with_parent(with_signal: signal.Signals) -> Callable[[], object]:
    """So that a test run which is killed leaves no server behind."""
    prctl = ctypes.CDLL("libc.so.6").prctl
    return lambda: prctl(PR_SET_PDEATHSIG, with_signal)
