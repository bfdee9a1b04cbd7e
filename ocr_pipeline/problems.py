"""What can be wrong with a file, as codes: the state it ends in and the sentence that says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Problem:
    """A terminal outcome: `status` is a version state (`kept` or `quarantined`)."""

    status: str
    sentence: str


PROBLEMS: Mapping[str, Problem] = {
    "unsupported": Problem("kept", _("This kind of file is kept but cannot be read here. Download the original to open it.")),
}  # fmt: skip
SENTENCES: Mapping[str, str] = {code: problem.sentence for code, problem in PROBLEMS.items()}
