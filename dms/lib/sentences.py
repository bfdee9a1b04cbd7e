"""What an error tells a person."""

from django.utils.translation import gettext

from dms.errors import DmsError


def sentence_of(error: DmsError) -> str:
    """The error's sentence in the reader's language."""
    return gettext(error.template).format(**error.facts)
