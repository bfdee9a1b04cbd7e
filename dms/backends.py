"""One handler for every table shaped like `STORAGES`: a name, a dotted class, its options."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@cache
def backend(table: str, alias: str = "default") -> Any:
    """The object that settings name under `table[alias]`, made once per process."""
    entry = getattr(settings, table)[alias]
    return import_string(entry["BACKEND"])(**entry.get("OPTIONS", {}))
