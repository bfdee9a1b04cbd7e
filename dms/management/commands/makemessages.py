"""Collect what is to be translated: also the sentences of errors, which gettext looks up by their docstrings."""

from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages

from dms.management.reference import every_error, first_line


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
    return sorted({first_line(error) for error in every_error()})
