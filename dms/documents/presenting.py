"""Codes as sentences: what is wrong with a file and what to do, in the reader's language."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

OWN: Mapping[str, str] = {
    "worker_died": _("Reading stopped this machine’s worker several times. The original is kept; tell the operator."),
    "unexpected": _("Reading failed for a reason we did not foresee. The original is kept; tell the operator."),
    "cancelled": _("An operator stopped the reading. The original is kept; an operator can start it again."),
    "not_indexed": _("Search could not take the document in. The original is kept; tell the operator."),
    "secret_mark": _("What looks like a mark of a state secret was found, so the document is locked and left out of search. If it is a state secret, withdraw it here and act by the rules for state secrets. If it is none, give the number of the document to the leader of your unit, who can open and release it."),
    "render_failed": _("Page images could not be made. The text is searchable and the original is kept."),
    "blob_missing": _("The stored file is missing; the operator can restore it from a backup."),
    "blob_changed": _("The stored file was changed; the operator must restore it from a backup."),
}  # fmt: skip


@cache
def sentences() -> Mapping[str, str]:
    """Code to msgid, ours and those of the packages above (settings name the tables)."""
    table = dict(OWN)
    for name in settings.PROBLEM_SENTENCES:
        table |= import_string(name)
    return table


def problem_sentence(code: str) -> str:
    """What a person is told; an unknown code is told as such, so that it can be reported."""
    if not code:
        return ""
    return gettext(sentences().get(code, code))
