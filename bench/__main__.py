"""`python -m bench`: measure against the targets; writes and prints the table. Takes minutes, and is no test.

`--quick`: less data and fewer rounds, for development. `--only WORD`: steps with that word in their name.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import warnings

from tests import services


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the platform against its targets.")
    parser.add_argument("--quick", action="store_true", help="under a minute, on little data; nothing is written")
    parser.add_argument(
        "--only", default="", metavar="WORD", help="only steps with this word in their name; nothing is written"
    )
    options = parser.parse_args()
    with contextlib.ExitStack() as started:
        var = started.enter_context(tempfile.TemporaryDirectory(prefix="epi-bench-"))
        os.environ |= {
            "DATABASE_URL": started.enter_context(services.postgres()),
            **started.enter_context(services.redis()),
            **_environment(var),
        }
        return _measure(quick=options.quick, only=options.only)


def _environment(var: str) -> dict[str, str]:
    """Settings of our own: what a developer has in .env must not steer the figures."""
    return {
        "DJANGO_SETTINGS_MODULE": "epi.settings",
        "EPI_ENV": "test",
        "EPI_VAR": var,
        "MEDIA_ROOT": os.path.join(var, "media"),
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "DEBUG": "0",
        "EMAIL_URL": "dummymail://",
        "EPI_DEMO": "0",
        "EPI_DEMO_PASSWORD": "",
        "OIDC_SERVER_URL": "",
    }


def _measure(*, quick: bool, only: str) -> int:
    import django
    from django.conf import settings

    warnings.filterwarnings("ignore", "No directory at")  # nothing is collected here, which is meant
    settings.ROOT_URLCONF = "bench.urls"
    settings.WHITENOISE_AUTOREFRESH = False
    django.setup()
    from bench import run, table
    from bench.rows import FULL, QUICK

    facts = table.machine()
    rows = run.measure(QUICK if quick else FULL, only)
    if not quick and not only:
        table.write(facts, rows)
    print(table.as_markdown(facts, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
