"""The project itself as a Django app: it owns commands, templates and the wiring check."""

from django.apps import AppConfig
from django.core.checks import register

from dms.checks import check_wiring


class DmsConfig(AppConfig):
    """The project."""

    name = "dms"


register(check_wiring)
