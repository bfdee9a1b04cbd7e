"""Scheduled tasks: rows unique on (name, due moment), so that one worker of many runs each."""

import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from dms.pipeline.models import CronRun

log = logging.getLogger(__name__)


def run_due(at: datetime) -> list[str]:
    """Run what is due and not yet taken by another worker; the names that ran."""
    ran = []
    for name, (every_s, dotted) in settings.CRON.items():
        due_at = datetime.fromtimestamp(at.timestamp() // every_s * every_s, tz=UTC)
        if take(name, due_at):
            import_string(dotted)(at)
            ran.append(name)
    return ran


def take(name: str, due_at: datetime) -> bool:
    """True for the one caller that gets to run this due moment."""
    if CronRun.objects.filter(name=name, due_at__gte=due_at).exists():
        return False
    with transaction.atomic():
        _, mine = CronRun.objects.get_or_create(name=name, due_at=due_at)
        CronRun.objects.filter(name=name, due_at__lt=due_at - timedelta(days=1)).delete()
    return mine
