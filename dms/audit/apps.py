"""The ledger as a Django app."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from dms.audit.checks import check_append_only, check_kinds


class AuditConfig(AppConfig):
    """The append-only ledger."""

    name = "dms.audit"
    default_auto_field = "django.db.models.BigAutoField"


register(check_kinds)
register(check_append_only, Tags.database)
