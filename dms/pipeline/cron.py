"""Scheduled tasks: rows unique on (name, due moment), so that one worker of many runs each."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from dms.pipeline.models import CronRun

Scheduled = Callable[[datetime], Any]


def taken(at: datetime) -> Iterator[tuple[str, Scheduled]]:
    """What is due, each for the one worker that took it first."""
    for name, (every_s, dotted) in settings.CRON.items():
        due_at = datetime.fromtimestamp(at.timestamp() // every_s * every_s, tz=UTC)
        if take(name, due_at):
            yield name, import_string(dotted)


def take(name: str, due_at: datetime) -> bool:
    """True for the one caller that gets to run this due moment."""
    if CronRun.objects.filter(name=name, due_at__gte=due_at).exists():
        return False
    with transaction.atomic():
        _, mine = CronRun.objects.get_or_create(name=name, due_at=due_at)
        CronRun.objects.filter(name=name, due_at__lt=due_at - timedelta(days=1)).delete()
    return mine
