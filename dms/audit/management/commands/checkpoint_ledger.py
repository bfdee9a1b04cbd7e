"""`manage.py checkpoint_ledger`: sign and export a checkpoint now, not at the next full hour."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.audit.tasks import checkpoint_ledger


class Command(BaseCommand):
    """Append what waits, sign, export."""

    help = "Sign and export a checkpoint of the ledger now."

    def handle(self, *_args: Any, **_options: Any) -> None:
        newest = checkpoint_ledger(timezone.now())
        self.stdout.write(newest.note if newest else _("The ledger is empty."))
