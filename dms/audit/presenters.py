"""An event as a sentence in the reader's language."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

from dms.audit.kinds import declared
from dms.audit.models import Event


class Facts(dict[str, object]):
    """What a sentence may name; what the event does not know is left open."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentence(
    event: Event, *, named: Callable[[str], str] = str, details: Mapping[str, object] | None = None
) -> str:
    """The event told in one translated sentence.

    Args:
        event: what happened; a kind that is declared no longer is told by its name.
        named: turns a reference such as `user:42` into the name to show.
        details: the event's details as they are to be shown, where that is not as they were recorded.
    """
    msgid = declared().get(event.kind)
    if msgid is None:
        return f"{named(event.actor)}: {event.kind}"
    facts = Facts(
        event.details if details is None else details,
        actor=named(event.actor),
        target=named(event.target),
    )
    return gettext(msgid).format_map(facts)
