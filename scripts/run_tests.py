"""Runs every check and every test, and says at the end what ran, on what, how long it took and how it went.

    python -m scripts.run_tests all      what `make test` and CI do
    python -m scripts.run_tests check    what `make check` does: no test, no server

Only the standard library is needed. A step that fails does not stop those after it; it decides the exit code.
"""

from __future__ import annotations

import ctypes.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests import services

PROJECT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
WIDTH = 100


@dataclass
class Step:
    """One command, what it must find on the machine, and how it went."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    outcome: str = ""
    ran_on: str = ""
    summary: str = ""
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        return self.outcome not in {"passed", "not run"}

    def run(self) -> None:
        print(f"\n{'=' * WIDTH}\n{self.name}: {_shown(self.command)}\n{'=' * WIDTH}", flush=True)
        began = time.monotonic()
        with subprocess.Popen(
            self.command,
            cwd=PROJECT,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout
            for line in process.stdout:
                print(line, end="", flush=True)
                self._read(line.strip())
        code = process.returncode
        self.seconds = time.monotonic() - began
        self.outcome = "passed" if code == 0 else "no test ran" if code == 5 and self.summary else f"FAILED ({code})"

    def _read(self, line: str) -> None:
        """Keep pytest's header line about the database and its closing line."""
        if line.startswith("database: "):
            self.ran_on = line
        elif closing := re.fullmatch(r"=+ (.* in [\d.]+s.*?) =+", line):
            self.summary = closing[1]


def static_steps(scratch: str) -> list[Step]:
    own_folder = {"EPI_ENV": "test", "EPI_VAR": scratch, "DATABASE_URL": f"sqlite:///{scratch}/check.sqlite3"}
    manage = [PYTHON, "manage.py"]
    concise = ["--output-format", "concise"]
    return [
        Step("code: lint", [_tool("ruff"), "check", *concise, "."]),
        Step("code: form", [_tool("ruff"), "format", "--check", *concise, "."]),
        Step("templates: lint", [_tool("djlint"), "--lint", "--quiet", "templates"]),
        Step("imports", [_tool("lint-imports")], own_folder),
        Step("types", [_tool("mypy")], own_folder),
        Step("Django's own checks", [*manage, "check", "--fail-level", "WARNING"], own_folder),
        Step("migrations are complete", [*manage, "makemigrations", "--check", "--dry-run"], own_folder),
        Step("generated documents are fresh", [*manage, "generate_docs", "--check"], own_folder),
    ]


def test_steps() -> list[Step]:
    pytest = [PYTHON, "-m", "pytest"]
    parallel = [*pytest, "-n", "2", "--ignore=tests/e2e"]
    return [
        Step("tests on SQLite", parallel, {"EPI_TEST_DB": "sqlite"}),
        Step(
            "tests on PostgreSQL and Redis",
            parallel,
            {"EPI_TEST_DB": "postgres"},
            needs=("PostgreSQL server", "Redis server"),
        ),
        Step("tests in a browser", [*pytest, "tests/e2e"], {"EPI_TEST_DB": "sqlite"}, needs=("Chromium",)),
    ]


# What the machine must have beside Python -----------------------------------------------------------------------------


def _has_postgres() -> bool:
    try:
        return bool(services.postgres_binaries())
    except services.ServiceMissing:
        return False


def _has_command(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _has_library(name: str) -> Callable[[], bool]:
    return lambda: bool(ctypes.util.find_library(name))


MACHINE: dict[str, tuple[Callable[[], bool], str]] = {
    "PostgreSQL server": (_has_postgres, "postgresql"),
    "Redis server": (_has_command("redis-server", "valkey-server"), "redis-server"),
    "Chromium": (lambda: bool(os.environ.get("CHROMIUM")) or _has_command("chromium")(), "chromium"),
    "gettext": (_has_command("msgfmt"), "gettext"),
    "pdftotext": (_has_command("pdftotext"), "poppler-utils"),
    "Pango": (_has_library("pangoft2-1.0"), "libpangoft2-1.0-0"),
    "HarfBuzz subset": (_has_library("harfbuzz-subset"), "libharfbuzz-subset0"),
}


def missing() -> dict[str, str]:
    """What is not on this machine, and the Debian package that brings it."""
    return {name: package for name, (is_there, package) in MACHINE.items() if not is_there()}


def install_missing() -> Step:
    lacking = missing()
    step = Step("system packages", ["apt-get", "install", *lacking.values()], outcome="passed", summary="all there")
    if not lacking:
        return step
    step.summary = "installed: " + ", ".join(lacking.values())
    began = time.monotonic()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(lacking.values())} with apt-get.", flush=True)
        # RUNLEVEL=1: the packages' own servers are not started; the tests start theirs.
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        for command in (
            [*quiet, "update"],
            [*quiet, "install", "-y", "--no-install-recommends", *lacking.values()],
        ):
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
    step.seconds = time.monotonic() - began
    if still := missing():
        step.outcome = "FAILED" if IN_CI else "not run"
        step.summary = f"MISSING: {', '.join(still)}. As root: apt-get install -y {' '.join(still.values())}"
        print(f"\n{'!' * WIDTH}\n{step.summary}\n{'!' * WIDTH}", flush=True)
    return step


# The course of a run --------------------------------------------------------------------------------------------------


def run_all(steps: list[Step]) -> None:
    lacking = missing()
    for step in steps:
        absent = [name for name in step.needs if name in lacking]
        if absent and not IN_CI:
            step.outcome, step.summary = "not run", f"no {', no '.join(absent)} on this machine"
            print(f"\n{'!' * WIDTH}\n{step.name}: NOT RUN, {step.summary}\n{'!' * WIDTH}", flush=True)
        else:
            step.run()


def report(steps: list[Step]) -> int:
    """Print the table; gives the exit code."""
    print(f"\n{'=' * WIDTH}\nWhat ran\n{'=' * WIDTH}")
    for step in steps:
        print(f"{step.outcome.upper() if step.failed else step.outcome:12} {step.seconds:7.1f} s  {step.name}")
        for detail in filter(None, (step.ran_on, step.summary)):
            print(f"{'':24}{detail}")
    total = dict.fromkeys(("passed", "failed", "error", "skipped"), 0)
    for step in steps:
        for number, word in re.findall(r"(\d+) (passed|failed|error|skipped)", step.summary):
            total[word] += int(number)
    if any(total.values()):
        total["failed"] += total["error"]
        print(f"\ntotal: {total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    failures = [step.name for step in steps if step.failed]
    unrun = [step.name for step in steps if step.outcome == "not run"]
    print(f"{sum(step.seconds for step in steps):.0f} seconds in all.", end=" ")
    print(f"Failed: {', '.join(failures)}." if failures else "Nothing failed.", end=" ")
    print(f"NOT RUN: {', '.join(unrun)}." if unrun else "Every step ran.", flush=True)
    return 1 if failures else 0


def _tool(name: str) -> str:
    """A tool of the virtual environment that runs this script."""
    return str(Path(PYTHON).parent / name)


def _shown(command: list[str]) -> str:
    return " ".join(Path(word).name if word.startswith("/") else word for word in command)


def main(what: str) -> int:
    with tempfile.TemporaryDirectory(prefix="epi-check-") as scratch:
        if what == "check":
            steps = static_steps(scratch)
            run_all(steps)
            return report(steps)
        packages = install_missing()
        steps = [Step("translations compiled", ["make", "--no-print-directory", "messages"])]
        steps += static_steps(scratch) + test_steps()
        run_all(steps)
        return report([packages, *steps])


if __name__ == "__main__":
    if sys.argv[1:] not in (["all"], ["check"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
