"""The reference pages that are printed from the code, so that they cannot say anything else."""

import ast
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.db import models
from django.utils import translation

from dms.accounts.roles import MAY, Role, Verb
from dms.audit.kinds import declared
from dms.documents.models import Mode, PageState, SuggestionState, VersionState
from dms.documents.presenting import sentences
from dms.errors import DmsError
from dms.pipeline.base import task
from dms.pipeline.models import StepState

NOTE = "<!-- Printed by `manage.py print_reference --write`; change the code, not this page. -->\n"
PACKAGES = ("dms", "ocr_pipeline", "search")
READERS = {"text", "number", "flag", "listed"}
STATES: tuple[type[models.TextChoices], ...] = (
    VersionState, PageState, StepState, SuggestionState, Mode,
)  # fmt: skip

VARIABLES = {
    "AGENCY": "Name of the first agency, used when it is opened",
    "AGENCY_ID": "Its identifier (OrganId)",
    "BEHIND_PROXY": "Trust `X-Forwarded-Proto` of the proxy in front",
    "DATA": "The directory of all state",
    "DEBUG": "Django's debug pages; never where others reach the machine",
    "DISK_RESERVE_MB": "Space that intake leaves free",
    "HOSTS": "Names under which the site is reached, comma separated",
    "HTTPS": "The site is served by HTTPS: secure cookies, redirect, HSTS",
    "LEDGER_EXPORT": "Where signed checkpoints go: best a place that the administrator cannot write to",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "MAX_FILE_MB": "The largest file that is taken in",
    "MAX_PAGES": "The most pages of one file that are read",
    "MAX_PAGE_MEGAPIXELS": "The largest page image that is read, in millions of pixels",
    "OCR_LANGUAGES": "Languages of recognition, such as `vie` or `vie+eng`",
    "ORIGINS": "Origins from which forms may come, such as `https://vankho.example`",
    "READING_MEMORY_MB": "Memory that the reading of one file may use",
    "READING_SECONDS": "Time that one step of reading a file may take",
    "TIME_ZONE": "Time zone of dates on the page",
    "USER_QUOTA_GB": "What one person may take in altogether",
}


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    lines = [[*heads], ["---"] * len([*heads]), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def first_line(thing: object) -> str:
    """What a class says of itself."""
    return (thing.__doc__ or "").strip().splitlines()[0]


def roles() -> str:
    """Who may do what."""
    rows = ((f"`{v}`", *("yes" if v in MAY[role] else "" for role in Role)) for v in Verb)
    text = (
        "A role widens what a person may *do*, never what he may *see*: that is decided by owner, "
        "mode and grants of each document.\n\n"
    )
    return "# Roles and verbs\n\n" + text + table(["", *(str(role.label) for role in Role)], rows)


def events() -> str:
    """What the ledger records."""
    rows = ((f"`{kind}`", sentence) for kind, sentence in sorted(declared().items()))
    return "# Kinds of event\n\n" + table(["Kind", "Sentence"], rows)


def variables() -> str:
    """What the environment may say."""
    found = dict(sorted(read_from_environment()))
    rows = ((f"`VANKHO_{n}`", VARIABLES[n], f"`{default}`") for n, default in found.items())
    return "# Environment\n\n" + table(["Variable", "Meaning", "Default"], rows)


def read_from_environment() -> Iterator[tuple[str, str]]:
    """Name and default of every variable, as the code asks for it."""
    for path in sorted((settings.BASE_DIR / "dms").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and is_reader(node.func) and node.args:
                name = ast.literal_eval(node.args[0]) if constant(node.args[0]) else None
                if name:
                    yield name, shown_default(node, path)


def is_reader(function: ast.expr) -> bool:
    """Whether this is `env.text` and its like, or `text` in the module itself."""
    name = ast.unparse(function).removeprefix("env.")
    return name in READERS


def constant(node: ast.expr) -> bool:
    """Whether the name stands there as it is, in capitals."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isupper()


def shown_default(call: ast.Call, path: Path) -> str:
    """The default as it is written."""
    if len(call.args) < 2:  # noqa: PLR2004  # a flag or a list: nothing
        return "0" if ast.unparse(call.func).endswith("flag") else ""
    default = ast.unparse(call.args[1]).removeprefix("str(").removesuffix(")")
    return (
        default.strip("'")
        .replace("BASE_DIR / ", "")
        .replace("VANKHO_DATA / ", "DATA/")
        .replace("'", "")
    )


def steps() -> str:
    """What is done with each version."""
    rows = (
        (f"`{name}`", first_line(type(made)), made.rank, made.batch, made.code_version)
        for name in settings.STEPS
        for made in [task(name)]
    )
    text = (
        "A lower rank goes first: what makes a document searchable before what makes it pretty.\n\n"
    )
    return "# Steps\n\n" + text + table(["Step", "Does", "Rank", "Batch", "Code version"], rows)


def states() -> str:
    """Where things can stand."""
    parts = (
        f"## {kind.__name__}\n\n{first_line(kind)}\n\n"
        + table(["Value", "Shown as"], ((f"`{c.value}`", c.label) for c in kind))
        for kind in STATES
    )
    return "# States\n\n" + "\n".join(parts)


def problems() -> str:
    """What is said when something goes wrong."""
    files = ((f"`{code}`", sentence) for code, sentence in sorted(sentences().items()))
    special = {error for error in every_error() if error is not DmsError}
    errors = sorted(
        {(e.http_status, e.code, e.__doc__ and first_line(e)) for e in special}, key=str
    )
    rows = ((status, f"`{code}`", sentence) for status, code, sentence in errors)
    return (
        "# Sentences\n\nEvery one says what to do.\n\n## What can be wrong with a file\n\n"
        + table(["Code", "Sentence"], files)
        + "\n## What a request or a command can be answered\n\n"
        + table(["Status", "Code", "Sentence"], rows)
    )


def every_error() -> list[type[DmsError]]:
    """Every error of the product; every module is imported first, so that none is forgotten."""
    for package in PACKAGES:
        for found in pkgutil.walk_packages([str(settings.BASE_DIR / package)], f"{package}."):
            if not {"migrations", "wsgi"} & {*found.name.split(".")}:
                import_module(found.name)
    return [error for error in more_special(DmsError) if error.__module__.startswith(PACKAGES)]


def more_special(kind: type[DmsError]) -> Iterator[type[DmsError]]:
    """An error and all below it."""
    yield kind
    for child in kind.__subclasses__():
        yield from more_special(child)


def commands() -> str:
    """What the command line can do."""
    ours = {app.name for app in apps.get_app_configs() if not app.name.startswith("django.")}
    rows = (
        (f"`{name}`", load_command_class(app, name).help)
        for name, app in sorted(get_commands().items())
        if app in ours and app.partition(".")[0] in {"dms", "search", "ocr_pipeline"}
    )
    return "# Commands\n\n`.venv/bin/python manage.py NAME --help` says more.\n\n" + table(
        ["Command", "Does"], rows
    )


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "environment.md": variables,
    "events.md": events,
    "problems.md": problems,
    "roles.md": roles,
    "states.md": states,
    "steps.md": steps,
}


def printed() -> dict[str, str]:
    """Every page by its file name, in English."""
    with translation.override("en"):
        return {name: NOTE + "\n" + page() for name, page in PAGES.items()}
