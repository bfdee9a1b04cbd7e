"""The first page: what waits, what is on its way, what is new; packages bring the panels."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from dms.lib.panels import PanelMaker


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All panels that have something to show this person."""
    makers: list[PanelMaker] = [import_string(name) for name in settings.HOME_PANELS]
    panels = [panel for panel in (make(request.user) for make in makers) if panel is not None]
    context = {
        "tasks": sum(panel.tasks for panel in panels),
        "narrow": [panel for panel in panels if not panel.wide],
        "wide": [panel for panel in panels if panel.wide],
    }
    response = render(request, "home.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
