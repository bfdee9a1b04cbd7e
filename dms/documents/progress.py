"""How far a version is, told to the person who waits for it: one sentence, what to do, and when to ask again."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from dms.documents.models import Version, VersionState
from dms.documents.presenting import problem_sentence

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Status:
    """How far the reading of a version is, in facts that a sentence can be made of."""

    version: Version
    pages_read: int
    ahead: int  # steps that will be done before ours, while it is queued


@dataclass(frozen=True, slots=True)
class Progress:
    """What is shown: `tone` is good, busy, plain, warning or bad; `advice` says what to do, if anything."""

    state: str
    tone: str
    sentence: str
    advice: str = ""
    share: int | None = None  # per cent, where it can be told
    ask_again_s: int = 0  # 0 at rest

    @property
    def mark(self) -> str:
        """What a page compares to learn that its content has changed."""
        return f"{self.state}-{self.share}"


def progress(status: Status) -> Progress:
    """The sentence for a status."""
    return TOLD[status.version.state](status)


def _queued(status: Status) -> Progress:
    if not status.ahead:
        sentence = gettext("Next in the queue")
    else:
        sentence = ngettext(
            "In the queue, {ahead} step ahead", "In the queue, {ahead} steps ahead", status.ahead
        ).format(ahead=number_format(status.ahead, force_grouping=True))
    return Progress(status.version.state, "busy", sentence, share=0, ask_again_s=2)


def _reading(status: Status) -> Progress:
    count = status.version.page_count
    if status.pages_read >= count:
        return Progress(
            status.version.state, "busy", gettext("All pages are read; putting them into the search"),
            share=100, ask_again_s=1,
        )  # fmt: skip
    sentence = gettext("Reading page {page} of {count}").format(
        page=status.pages_read + 1, count=count
    )
    share = round(100 * status.pages_read / count)
    return Progress(status.version.state, "busy", sentence, share=share, ask_again_s=1)


def _found_after(status: Status) -> str:
    seconds = status.version.seconds_to_searchable
    if seconds is None:
        return gettext("Searchable")
    if seconds < MINUTE_S:
        return gettext("Searchable after {seconds} seconds").format(
            seconds=number_format(seconds, decimal_pos=1)
        )
    minutes = round(seconds / MINUTE_S)
    return ngettext(
        "Searchable after {minutes} minute", "Searchable after {minutes} minutes", minutes
    ).format(minutes=number_format(minutes, force_grouping=True))


def _searchable(status: Status) -> Progress:
    advice = gettext("Page images are still being made.")
    return Progress(status.version.state, "good", _found_after(status), advice, ask_again_s=5)


def _complete(status: Status) -> Progress:
    return Progress(status.version.state, "good", _found_after(status))


def _kept(status: Status) -> Progress:
    advice = problem_sentence(status.version.problem)
    return Progress(status.version.state, "plain", gettext("Kept, not readable"), advice)


def _stopped(status: Status) -> Progress:
    advice = problem_sentence(status.version.problem)
    return Progress(status.version.state, "warning", gettext("Needs attention"), advice)


def _locked(status: Status) -> Progress:
    return Progress(status.version.state, "bad", gettext("Locked"), problem_sentence("secret_mark"))


TOLD: dict[str, Callable[[Status], Progress]] = {
    VersionState.RECEIVED: _queued,
    VersionState.READING: _reading,
    VersionState.SEARCHABLE: _searchable,
    VersionState.COMPLETE: _complete,
    VersionState.KEPT: _kept,
    VersionState.QUARANTINED: _stopped,
    VersionState.LOCKED: _locked,
}
