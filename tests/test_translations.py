"""Every text is translated: nothing missing, nothing vague, nothing that the code no longer says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from icc_index import edition_files

PROJECT = Path(__file__).resolve().parent.parent
TRANSLATED = [code for code, _name in settings.LANGUAGES if code != "en"]
SOURCES = ("epi", "cities", "icc_index", "strategy", "templates", "locale", "manage.py")

pytestmark = pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed: apt-get install gettext")


def catalogue(language: str, root: Path = PROJECT) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def messages(path: Path) -> set[str]:
    """The msgids of a catalogue, with their contexts, in one line each."""
    plain = subprocess.run(["msgcat", "--no-wrap", path], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r'^(?:msgctxt "(?:.*)"\n)?msgid "(?:.*)"$', plain, re.MULTILINE))


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources whose catalogues were collected anew."""
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(source, copy / name)
    command = [sys.executable, "manage.py", "makemessages", "--all", "--no-location", "--no-obsolete"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return copy


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_code_is_in_the_catalogue(language: str, collected: Path) -> None:
    assert messages(catalogue(language, collected)) == messages(catalogue(language))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_catalogue_is_translated(language: str) -> None:
    done = subprocess.run(
        ["msgfmt", "--check", "--statistics", "-o", "/dev/null", catalogue(language)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"\d+ translated messages\.\n", done.stderr), done.stderr


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_edition_has_the_texts_of_every_language_of_the_site(language: str) -> None:
    for code in edition_files.available():
        assert language in edition_files.read(edition_files.EDITIONS / code).texts
