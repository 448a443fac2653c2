"""The house keeps its promises: commands, containers, documented settings, and nothing in the tree that must not be."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.template import Context, Origin, Template

from scripts import run_tests
from tests import services

PROJECT = Path(__file__).resolve().parent.parent
APPS = ("epi", "cities", "icc_index", "strategy")
TARGETS = ["help", "run", "demo", "test", "test-fast", "e2e", "check", "lint", "fmt", "bench", "messages", "strings"]
TARGETS += ["docs"]
LARGEST = 400_000
LARGEST_CATALOGUE = 900_000  # all texts of the site, twice


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """Every file that is, or would be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    found = [PROJECT / name for name in listed.split("\0") if name]
    return [path for path in found if path.is_file()]


@pytest.fixture(scope="module")
def texts(files) -> dict[str, str]:
    readable = {}
    for path in files:
        try:
            readable[str(path.relative_to(PROJECT))] = path.read_text()
        except UnicodeDecodeError:
            continue
    return readable


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text())


# Commands -------------------------------------------------------------------------------------------------------------


def test_make_help_lists_every_target():
    said = subprocess.run(["make", "--no-print-directory"], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert re.findall(r"^  make (\S+) +\S", said.stdout, re.MULTILINE) == TARGETS


def test_every_target_is_declared_phony():
    phony = re.search(r"^\.PHONY: (.*)$", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert phony[1].split() == TARGETS


def test_ci_runs_the_same_command_as_people():
    script = PROJECT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert re.search(r"^exec make test\b", script.read_text(), re.MULTILINE)


def test_licence_is_the_one_that_the_project_names():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "EUPL-1.2"
    assert (PROJECT / "LICENSE").read_text().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")


# The command that runs everything -------------------------------------------------------------------------------------


def test_serve_refuses_a_taken_port_before_any_work(monkeypatch):
    monkeypatch.setattr(
        "epi.management.commands.serve.call_command", lambda *words, **options: pytest.fail("work was begun")
    )
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken by another program") as refusal:
            call_command("serve", port=port)
    assert refusal.value.returncode == 2


@pytest.mark.skipif(os.environ.get("EPI_TEST_DB") == "postgres", reason="the embedded default is SQLite")
def test_serve_answers_revives_its_children_and_ends_with_none_left(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        "EPI_ENV": "embedded",
        "EPI_VAR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/epi.sqlite3",
        "REDIS_URL": "",
        "MEDIA_ROOT": str(tmp_path / "media"),
    }
    command = [sys.executable, "manage.py", "serve", "--no-demo", "--port", str(port)]
    with (tmp_path / "said").open("w") as said:
        serve = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **own}, stdout=said, stderr=subprocess.STDOUT)
    try:
        assert _eventually(lambda: _answers(port) or serve.poll() is not None, within=60)
        assert serve.poll() is None, (tmp_path / "said").read_text()
        web, _worker = _children(serve.pid)
        os.kill(web, signal.SIGKILL)
        assert _eventually(lambda: len(set(_children(serve.pid)) - {web}) == 2, within=10)
        assert _eventually(lambda: _answers(port), within=30), (tmp_path / "said").read_text()
        children = _children(serve.pid)
        serve.send_signal(signal.SIGINT)
        assert serve.wait(30) == 0
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    finally:
        serve.kill()
        serve.wait()
    assert f"EPI is running: http://127.0.0.1:{port}/" in (tmp_path / "said").read_text()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return response.status == 200
    except (URLError, OSError):
        return False


def _eventually(true, within: float) -> bool:
    end = time.monotonic() + within
    while not (came := true()) and time.monotonic() < end:
        time.sleep(0.1)
    return came


# Containers -----------------------------------------------------------------------------------------------------------


def test_every_service_is_watched_or_runs_once(compose):
    for name, service in compose["services"].items():
        check = service["healthcheck"]
        assert ("test" in check) != (name == "migrate"), name
    assert compose["services"]["migrate"]["restart"] == "no"


def test_services_wait_for_what_they_need(compose):
    ready = {
        "db": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["depends_on"] == ready


def test_images_are_pinned(compose):
    images = [service["image"] for service in compose["services"].values()]
    images += re.findall(r"^FROM (\S+)", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)
    assert all(re.fullmatch(r"[a-z/]+:\d[\w.-]+", image) for image in images), images


def test_compose_holds_no_secret(compose):
    for service in compose["services"].values():
        for name, value in service["environment"].items() if "environment" in service else ():
            if re.search("SECRET|PASSWORD|EMAIL_URL", name):
                assert re.fullmatch(r"\$\{[A-Z_]+:[?-][^}]*\}", value), name
            if "://" in value:
                assert re.fullmatch(r"\w+://(epi:\$\{POSTGRES_PASSWORD:\?[^}]*\}@)?[\w:/.]+", value), name


def test_compose_opens_one_port_to_this_machine_only(compose):
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_image_runs_without_root_and_watches_itself():
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    assert "USER epi" in lines
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


# Settings -------------------------------------------------------------------------------------------------------------


def _variables_read() -> set[str]:
    names = set()
    for app in APPS:
        for path in (PROJECT / app).rglob("*.py"):
            source = path.read_text()
            names |= set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z][A-Z0-9_]+)\"", source))
            names |= set(re.findall(r"\benviron(?:\.get\(|\.setdefault\(|\[)\s*\"([A-Z][A-Z0-9_]+)\"", source))
            names |= set(re.findall(r"_production_value\(\"([A-Z][A-Z0-9_]+)\"", source))
    return names - {"DJANGO_SETTINGS_MODULE"}


def test_env_example_documents_every_variable_and_no_other(compose):
    documented = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == _variables_read() | {"POSTGRES_PASSWORD"}


def test_compose_asks_for_documented_variables_only():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (PROJECT / "docker-compose.yml").read_text()))
    assert asked <= _variables_read() | {"POSTGRES_PASSWORD"}


PRODUCTION = {
    "EPI_ENV": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "epi.example.org",
    "DATABASE_URL": "postgres://epi@localhost/epi",
    "REDIS_URL": "redis://localhost:6379/0",
}


def _load_settings(**variables) -> subprocess.CompletedProcess:
    load = [sys.executable, "-c", "import epi.settings"]
    return subprocess.run(load, cwd=PROJECT, env={**os.environ, **variables}, capture_output=True, text=True)


def test_production_starts_with_what_it_needs(tmp_path):
    assert _load_settings(**PRODUCTION, EPI_VAR=str(tmp_path)).stderr == ""


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_production_refuses_to_start_without(missing, tmp_path):
    refused = _load_settings(**{**PRODUCTION, missing: ""}, EPI_VAR=str(tmp_path))
    assert refused.returncode == 1
    assert f"Production needs {missing}" in refused.stderr


# What must not be in the tree -----------------------------------------------------------------------------------------


def test_no_file_names_one_machine_or_a_registry(texts):
    forbidden = re.compile(
        r"(^|[^a-zA-Z0-9_.])/(wor[k]|roo[t])/"
        r"|index-ur[l]|\"resolved\": *\"http|^registry *="
        r"|pypi\.or[g]/simple|files\.pythonhoste[d]|registry\.npmj[s]|deb\.debia[n]",
        re.MULTILINE,
    )
    assert [name for name, text in texts.items() if forbidden.search(text)] == []


def test_no_file_is_large(files):
    most = {path: LARGEST_CATALOGUE if path.suffix == ".po" else LARGEST for path in files}
    assert [str(path) for path in files if path.stat().st_size > most[path]] == []


def test_assets_of_others_come_from_their_packages(files):
    copied = re.compile(r"(bootstrap|htmx|jquery|alpine|chart)[^/]*\.(min\.)?(js|css)$", re.IGNORECASE)
    assert [str(path) for path in files if copied.search(path.name) or path.suffix in {".woff", ".woff2", ".ttf"}] == []


def test_pages_load_nothing_from_elsewhere(texts):
    elsewhere = re.compile(
        r"<(script|img|iframe)[^>]+src=[\"'](https?:)?//|<link[^>]+href=[\"'](https?:)?//|@import|url\(['\"]?https?:"
    )
    sources = {name: text for name, text in texts.items() if name.startswith(("templates/", "static/"))}
    assert [name for name, text in sources.items() if elsewhere.search(text)] == []


def test_compiled_translations_are_not_committed(files):
    assert [str(path) for path in files if path.suffix == ".mo"] == []


# The tests' own tools -------------------------------------------------------------------------------------------------


def test_unknown_variable_in_a_template_of_ours_fails():
    page = Template("{{ nothing.here }}", origin=Origin(str(PROJECT / "templates/page.html")))
    with pytest.raises(pytest.fail.Exception, match=r"Unknown variable 'nothing.here' in templates/page\.html"):
        page.render(Context())


def test_unknown_variable_in_a_template_of_others_is_empty():
    page = Template("[{{ nothing.here }}]", origin=Origin(str(PROJECT / ".venv/lib/site-packages/theirs/page.html")))
    assert page.render(Context()) == "[]"


def test_failed_step_stops_no_other_and_decides_the_exit_code(capsys):
    failing = run_tests.Step("first", [sys.executable, "-c", "raise SystemExit(3)"])
    passing = run_tests.Step("second", [sys.executable, "-c", "print('=== 2 passed in 0.10s ===')"])
    run_tests.run_all([failing, passing])
    assert (failing.outcome, passing.outcome) == ("FAILED (3)", "passed")
    assert run_tests.report([failing, passing]) == 1
    assert run_tests.report([passing]) == 0
    assert "\ntotal: 2 passed, 0 failed, 0 skipped\n" in capsys.readouterr().out


def test_step_that_runs_no_test_fails():
    nothing = [sys.executable, "-c", "print('=== no tests ran in 0.10s ==='); raise SystemExit(5)"]
    step = run_tests.Step("empty", nothing)
    step.run()
    assert (step.outcome, step.failed) == ("no test ran", True)


@pytest.mark.parametrize(("in_ci", "outcome"), [(True, "passed"), (False, "not run")])
def test_step_without_its_server_is_left_out_loudly_but_never_in_ci(in_ci, outcome, monkeypatch, capsys):
    monkeypatch.setattr(run_tests, "IN_CI", in_ci)
    monkeypatch.setattr(run_tests, "missing", lambda: {"Chromium": "chromium"})
    step = run_tests.Step("browser", [sys.executable, "-c", ""], needs=("Chromium",))
    run_tests.run_all([step])
    run_tests.report([step])
    assert step.outcome == outcome
    assert ("NOT RUN: browser." in capsys.readouterr().out) != in_ci


@pytest.mark.parametrize(("in_ci", "failed"), [(True, True), (False, False)])
def test_package_that_cannot_be_installed_fails_in_ci(in_ci, failed, monkeypatch, capsys):
    monkeypatch.setattr(run_tests, "IN_CI", in_ci)
    monkeypatch.setattr(run_tests, "missing", lambda: {"Chromium": "chromium"})
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    step = run_tests.install_missing()
    assert step.failed == failed
    assert "MISSING: Chromium. As root: apt-get install -y chromium" in capsys.readouterr().out


def test_missing_server_names_the_package_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(services.ServiceMissing, match="apt-get install -y redis-server"):
        services.redis_binary()
