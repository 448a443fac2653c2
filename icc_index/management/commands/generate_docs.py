"""`manage.py generate_docs`: write the documents that are made from tables in the code. `--check` only compares."""

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.module_loading import import_string

from cities.enums import ROLE_PERMISSIONS, Permission, Role, roles_with
from epi.workflow import Move, Workflow

MADE_BY = "<!-- Made by `manage.py generate_docs` from {source}. Change the table there, not this page. -->"

WORKFLOWS = """# Workflows

{made_by}

Every move that a table does not have is refused and changes nothing. A move that needs a comment is refused without
one: the others have to know what to do. Each move is recorded with who, when and why; the record is never changed.
Nothing changes when it is not your turn.

{chapters}"""

WORKFLOW = """## {title}

{about}

```mermaid
{diagram}
```

{moves}

{rules}

{turns}
"""

PERMISSIONS = """# Roles and permissions

{made_by}

A role belongs to a city, to a programme (network coordinator) or to the platform (expert). A person may have several.

{roles}

## What each may do

{matrix}

- Someone else's city answers as if it was not there (404); what your role or the turn does not allow is refused with a
  sentence that says why (403).
- The permissions of an expert count in the assessments assigned to them, from submission on.
- An administrator manages accounts, editions, imports and who validates what, and may start an assessment and manage
  the people of any city. Administrators neither answer nor judge. Each of their looks into a city's draft is recorded.
- A city's engagement (stakeholders, sessions, findings, ratings) is for its own people and its technical partner; it is
  not there for anybody else, administrators included. What goes further are findings of sessions whose minutes are
  final, and ratings of groups of five and more, without names.
- Common trends are computed only from results that their reader may read one by one.
- People without an account act through a secret link: they reply, read minutes, rate, give feedback, withdraw consent.
- Everybody, without an account, reads what is published, and nothing else.
"""


def workflows() -> str:
    """docs/workflow.md, from the tables that settings.EPI_WORKFLOWS lists."""
    sources = [path.rpartition(".")[0].replace(".", "/") + ".py" for path in settings.EPI_WORKFLOWS]
    chapters = [_workflow(import_string(path)) for path in settings.EPI_WORKFLOWS]
    return WORKFLOWS.format(made_by=MADE_BY.format(source=" and ".join(sources)), chapters="\n".join(chapters))


def _workflow(workflow: Workflow[Any]) -> str:
    moves = [
        (_status(source), _status(target), _by(move), "yes" if move.needs_comment else "", f"`{move.event}`")
        for (source, target), move in workflow.moves.items()
    ]
    return WORKFLOW.format(
        title=workflow.title,
        about=workflow.about,
        diagram=workflow.diagram(),
        moves=_table(["from", "to", "by", "needs a comment", "recorded as"], moves),
        rules=workflow.rules,
        turns=_table(["status", "turn of"], [(_status(status), turn.label) for status, turn in workflow.turns.items()]),
    )


def _by(move: Move) -> str:
    """Whose move it is: the roles that carry its permission, or who needs no account for it."""
    if move.permission not in Permission.values:
        return move.permission
    return ", ".join(str(role.label) for role in roles_with(Permission(move.permission)))


def permissions() -> str:
    """docs/permissions.md, from the tables in cities/enums.py."""
    matrix = [
        (permission.label, *("yes" if permission in ROLE_PERMISSIONS[role] else "" for role in Role))
        for permission in Permission
    ]
    return PERMISSIONS.format(
        made_by=MADE_BY.format(source="cities/enums.py"),
        roles=_table(["role", "in one sentence"], [(role.label, role.explanation) for role in Role]),
        matrix=_table(["permission", *(str(role.label) for role in Role)], matrix),
    )


DOCUMENTS = {"docs/workflow.md": workflows, "docs/permissions.md": permissions}


def _status(status: Any) -> str:
    return f"{status.label} (`{status}`)"


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


class Command(BaseCommand):
    help = "Writes docs/workflow.md and docs/permissions.md from the tables in the code."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a document differs")

    def handle(self, *, check: bool, **options: Any) -> None:
        with translation.override("en"):
            texts = {settings.BASE_DIR / name: made() for name, made in DOCUMENTS.items()}
        outdated = {path: text for path, text in texts.items() if not path.exists() or path.read_text() != text}
        names = ", ".join(str(path.relative_to(settings.BASE_DIR)) for path in outdated)
        if check and outdated:
            raise CommandError(f"Not as the code says: {names}. Run `make docs`.", returncode=1)
        for path, text in outdated.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        self.stdout.write(f"Written: {names}." if outdated else "Everything is up to date.")
