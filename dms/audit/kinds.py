"""Which kinds of event there are: each app owns a table of kind and sentence, settings name the tables."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

KIND = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\Z")  # package.noun.participle


class WrongKinds(ValueError):
    """A table of event kinds is wrong; the message says which and why."""


def merged(tables: Iterable[str]) -> dict[str, str]:
    """One table of kind and msgid out of the apps' tables. Raises: WrongKinds."""
    kinds: dict[str, str] = {}
    for name in tables:
        try:
            table: Mapping[str, str] = import_string(name)
        except ImportError as error:
            raise WrongKinds(f"{name} cannot be imported: {error}") from error
        for kind, msgid in table.items():
            if not KIND.match(kind):
                raise WrongKinds(f"{kind!r} in {name} is not package.noun.participle")
            if kind in kinds:
                raise WrongKinds(f"{kind!r} in {name} is declared twice")
            kinds[kind] = msgid
    return kinds


@cache
def declared() -> Mapping[str, str]:
    """Kind and msgid of its sentence, for all apps."""
    return merged(settings.EVENT_KINDS)
