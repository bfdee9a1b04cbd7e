"""What must hold before the system starts: every name that settings wire upward can be imported."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string


def wired() -> Iterator[tuple[str, str]]:
    """Every dotted name of the wiring tables, with the setting it stands in."""
    for name, dotted in settings.STEPS.items():
        yield f"STEPS[{name!r}]", dotted
    for name, (_every_s, dotted) in settings.CRON.items():
        yield f"CRON[{name!r}]", dotted
    for table in ("BLOB_REFERRERS", "HOME_PANELS", "PROBLEM_SENTENCES", "HEALTH_FACTS"):
        for dotted in getattr(settings, table):
            yield table, dotted
    for table in ("OBJECT_STORES", "SEARCH_ENGINES"):
        for alias, entry in getattr(settings, table).items():
            yield f"{table}[{alias!r}]", entry["BACKEND"]
    for setting in ("WORKER_ROOM", "PROBLEM_TELLER", "STEP_TARGETS", "LIGHTING"):
        yield setting, getattr(settings, setting)


def check_wiring(**_kwargs: Any) -> list[CheckMessage]:
    """Each name leads to something, and each step to a task."""
    found: list[CheckMessage] = []
    task = import_string("dms.pipeline.base.Task")  # a model stands behind it, so not at the top
    for setting, dotted in wired():
        try:
            target = import_string(dotted)
        except ImportError as error:
            text = f"{setting} names {dotted}, which cannot be imported: {error}"
            found.append(Error(text, hint="Mend the setting.", id="dms.E001"))
            continue
        if setting.startswith("STEPS") and not (
            isinstance(target, type) and issubclass(target, task)
        ):
            found.append(Error(f"{setting}: {dotted} is not a Task", id="dms.E002"))
    return found
