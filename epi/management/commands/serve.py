"""`manage.py serve`: the whole embedded installation behind one command (`make run`).

It prepares the database, then keeps two children alive: gunicorn for the pages and one Celery worker, with its clock,
for the work in the background. Production starts these itself, see docker-compose.yml.
"""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 15
LONGEST_PAUSE = 30  # seconds between two starts of a child that keeps dying
SETTLED_AFTER = 60  # a child that lived this long starts again at once
PR_SET_PDEATHSIG = 1  # from Linux's <sys/prctl.h>


class Child:
    """A process that is started again when it dies."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.command = [sys.executable, *arguments]
        self.environment = environment
        self.failures = 0
        self.next_start = 0.0
        self.start()

    def start(self) -> None:
        self.started = time.monotonic()
        # A session of its own: Ctrl-C reaches us alone, and we stop the children in order.
        self.process = subprocess.Popen(
            self.command,
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_stop_with_parent(),
        )

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def revive(self) -> str:
        """Start again if dead and the pause is over; gives a sentence when there is news, else nothing."""
        if self.alive:
            return ""
        now = time.monotonic()
        if not self.next_start:
            self.failures = 1 if now - self.started > SETTLED_AFTER else self.failures + 1
            pause = min(2 ** (self.failures - 1), LONGEST_PAUSE)
            self.next_start = now + pause
            return f"The {self.name} stopped (exit code {self.process.returncode}); starting it again in {pause} s."
        if now >= self.next_start:
            self.next_start = 0.0
            self.start()
        return ""

    def ask_to_stop(self) -> None:
        if self.alive:
            self.process.terminate()

    def make_stop(self, until: float) -> None:
        """Wait for the end that was asked for; past `until`, end the child and all it started."""
        try:
            self.process.wait(max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Command(BaseCommand):
    help = "Prepares the database and runs the site with its background worker, on this machine only."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the site listens (default: 8000)")
        parser.add_argument(
            "--no-demo", dest="demo", action="store_false", help="without the demo network and its accounts"
        )

    def handle(self, *, port: int, demo: bool, **options: Any) -> None:
        _refuse_taken_port(port)
        self._prepare(demo=demo)
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        environment = {"SITE_URL": f"http://{HOST}:{port}", **os.environ, "EPI_DEMO": "1" if demo else "0"}
        children = [Child("web server", _gunicorn(port), environment), Child("worker", _celery(), environment)]
        try:
            if self._wait_for_answer(port, children[0], stop):
                self._announce(port)
                self._keep_alive(children, stop)
        finally:
            self._stop(children)

    def _prepare(self, *, demo: bool) -> None:
        self._say("Preparing the database.")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_cities", verbosity=0)
        call_command("load_milestones", verbosity=0)
        call_command("load_edition", "icc-2019", verbosity=0)
        call_command("load_published_scores", verbosity=0)
        if demo:
            call_command("demo", only_if_empty=True, verbosity=1, stdout=self.stdout)

    def _wait_for_answer(self, port: int, web: Child, stop: threading.Event) -> bool:
        """True when the site answers, False when we were told to stop before."""
        self._say("Starting the web server and the worker.")
        end = time.monotonic() + START_SECONDS
        while not _answers(port):
            if not web.alive:
                raise CommandError("The web server did not start; its reason stands above.", returncode=1)
            if time.monotonic() > end:
                raise CommandError(f"The site did not answer within {START_SECONDS} seconds.", returncode=1)
            if stop.wait(0.1):
                return False
        return True

    def _announce(self, port: int) -> None:
        self._say(self.style.SUCCESS(f"\nEPI is running: http://{HOST}:{port}/"))
        if mail := getattr(settings, "EMAIL_FILE_PATH", None):
            self._say(f"Mail is not sent; each message is a file in {_from_here(mail)}")
        self._say("Stop it with Ctrl-C.")

    def _keep_alive(self, children: list[Child], stop: threading.Event) -> None:
        while not stop.wait(0.5):
            for child in children:
                if news := child.revive():
                    self.stderr.write(self.style.WARNING(news))

    def _stop(self, children: list[Child]) -> None:
        self._say("\nStopping; this takes a few seconds.")
        until = time.monotonic() + STOP_SECONDS
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.make_stop(until)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = f"Port {port} is taken by another program. Choose another one: make run PORT={port + 1}"
            else:
                reason = f"Port {port} cannot be used: {error.strerror}."
            raise CommandError(reason, returncode=2) from None


def _gunicorn(port: int) -> list[str]:
    # Loaded once and then forked (--preload): a quarter less memory, and a fault at the start is told once.
    static_files_come_from_packages = ["-W", "ignore:No directory at"]  # nothing is collected here, which is meant
    words = f"-m gunicorn epi.wsgi:application --bind {HOST}:{port} --worker-class gthread --workers 2 --threads 4"
    words += " --preload --graceful-timeout 5 --log-level warning --no-control-socket"
    return [*static_files_come_from_packages, *words.split()]


def _celery() -> list[str]:
    quiet_about_root = ["-W", "ignore:You're running the worker"]  # a container or a trial machine; it listens nowhere
    words = "-m celery --quiet -A epi worker --beat --pool prefork --concurrency 1 --loglevel WARNING"
    words += " --without-gossip --without-mingle --without-heartbeat --schedule"
    return [*quiet_about_root, *words.split(), str(settings.VAR_DIR / "celerybeat-schedule")]


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://{HOST}:{port}/healthz", timeout=2) as response:
            return response.status == 200
    except (URLError, OSError):
        return False


def _from_here(path: str | Path) -> Path:
    """The path as the reader would type it: relative when it lies below the folder they are in."""
    path = Path(path)
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _stop_with_parent() -> Callable[[], object] | None:
    """On Linux a child is told to stop even when this process is killed outright."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL("libc.so.6").prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
