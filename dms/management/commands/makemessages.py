"""Collect what is to be translated: also the sentences of errors, which gettext looks up by their docstrings."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages

from dms.errors import DmsError

PACKAGES = ("dms", "ocr_pipeline", "search")
STARTS = {"dms.wsgi"}  # to import it is to start the server


class Command(makemessages.Command):
    """As Django's, over a passing file that names the sentences of all errors."""

    def handle(self, *args: Any, **options: Any) -> None:
        sentences = settings.BASE_DIR / "dms" / "error_sentences.py"
        calls = "\n".join(f"gettext_noop({sentence!r})" for sentence in error_sentences())
        sentences.write_text(f"{calls}\n")
        try:
            super().handle(*args, **options)
        finally:
            sentences.unlink()


def error_sentences() -> list[str]:
    """What the errors of the product tell a person, as msgids."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(
            importlib.import_module(package).__path__, f"{package}."
        ):
            if "migrations" not in module.name and module.name not in STARTS:
                importlib.import_module(module.name)
    return sorted(
        {
            (error.__doc__ or "").strip().splitlines()[0]
            for error in errors(DmsError)
            if error.__module__.startswith(PACKAGES)
        }
    )


def errors(kind: type[DmsError]) -> Iterator[type[DmsError]]:
    """An error and all that are more special."""
    yield kind
    for special in kind.__subclasses__():
        yield from errors(special)
